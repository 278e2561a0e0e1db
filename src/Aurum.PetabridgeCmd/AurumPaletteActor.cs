using System.Globalization;
using Akka.Actor;
using Akka.Hosting;
using Aurum.Actors.Collection;
using Aurum.Actors.Gate;
using Petabridge.Cmd;
using Petabridge.Cmd.Host;
using static Aurum.Actors.Gate.ProviderSupervisorProtocol;

namespace Aurum.PetabridgeCmd;

/// <summary>Answers one connection of <c>pbm</c>: each command is one question to the supervisor, wherever in the cluster that is.</summary>
internal sealed class AurumPaletteActor : CommandHandlerActor
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly IActorRef _supervisors = ActorRegistry.For(Context.System).Get<ProviderSupervisorActor>();

    public AurumPaletteActor()
        : base(AurumPalette.Palette)
    {
        Process(AurumPalette.Progress.Name, command => Ask(new GetProgress(ProviderOf(command)), answer => answer is ProviderProgress progress ? Describe(progress) : null));
        Process(AurumPalette.Collect.Name, command => Ask(
            new StartRun(ProviderOf(command), Guid.NewGuid().ToString("N"), CollectionScope.Everything, CloseBreaker: true),
            answer => answer switch
            {
                RunAccepted accepted => $"run {accepted.RunId} has begun",
                RunRejected rejected => $"no run was begun: {rejected.Reason}",
                _ => null,
            }));
        Process(AurumPalette.Stop.Name, command =>
        {
            var provider = ProviderOf(command);
            _supervisors.Tell(new StopRun(provider));
            Sender.Tell(new CommandResponse($"{provider} was told to stop; pbm aurum progress -p {provider} shows when it has"));
        });
    }

    /// <summary>Answers whoever asked, also when nobody answers us.</summary>
    /// <param name="describe">Null for an answer that is none.</param>
    private void Ask(object question, Func<object, string?> describe) =>
        _supervisors.Ask<object>(question, Patience).PipeTo(
            Sender,
            success: answer => describe(answer) is { } text ? new CommandResponse(text) : new ErroredCommandResponse($"an answer that is not understood: {answer.GetType().Name}"),
            failure: failure => new ErroredCommandResponse($"the supervisor did not answer: {failure.Message}"));

    private static string ProviderOf(Command command) =>
        command.Arguments.Single(argument => AurumPalette.Progress.ArgumentsByName["provider"].Switch.Contains(argument.Item1)).Item2;

    private static string Describe(ProviderProgress progress) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
         {progress.Provider}: {progress.State}, {progress.SeriesDone} of {progress.SeriesTotal} series, {progress.Inserted} inserted, {progress.Revised} revised
         requests {progress.Requests}, permits spent today {progress.PermitsSpent} of {progress.DailyQuota?.ToString(CultureInfo.InvariantCulture) ?? "any"}, breaker {progress.Breaker}{Waiting(progress)}
         {string.Join('\n', progress.Failures.Select(failed => $"failed: {failed.Code}: {failed.Kind}: {failed.Detail}"))}
         """).TrimEnd();

    private static string Waiting(ProviderProgress progress) =>
        progress.WaitingFor is { } what ? string.Create(CultureInfo.InvariantCulture, $", waiting for {what} until {progress.WaitingUntil:u}") : "";
}
