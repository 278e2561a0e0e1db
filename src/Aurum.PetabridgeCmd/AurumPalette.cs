using Akka.Actor;
using Petabridge.Cmd;
using Petabridge.Cmd.Host;

namespace Aurum.PetabridgeCmd;

/// <summary><c>pbm aurum …</c>: what an operator may ask of a provider's supervisor.</summary>
internal sealed class AurumPalette() : CommandPaletteHandler(Palette)
{
    public static readonly CommandDefinition Progress = OfProvider("progress", "Where a provider stands: its run, permits, breaker and failures");

    public static readonly CommandDefinition Collect = OfProvider("collect", "Collects every configured series of a provider once, and closes its breaker");

    public static readonly CommandDefinition Stop = OfProvider("stop", "Ends a provider's run: no more permits are taken, what is in flight ends by itself");

    public static readonly CommandPalette Palette = new("aurum", [Progress, Collect, Stop]);

    public override Props HandlerProps { get; } = Props.Create(() => new AurumPaletteActor());

    private static CommandDefinition OfProvider(string name, string description) => new CommandDefinitionBuilder()
        .WithName(name)
        .WithDescription(description)
        .WithArgument(argument => argument.WithName("provider").WithDescription("fred, eia, noaa or worldbank").IsMandatory(true).WithSwitch("-p").WithSwitch("-P"))
        .Build();
}
