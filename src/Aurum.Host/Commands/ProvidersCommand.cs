using System.CommandLine;
using Aurum.Actors.Monitoring;
using Aurum.Api.Routes;
using Aurum.Host.Operating;
using Aurum.Host.Output;

namespace Aurum.Host.Commands;

/// <summary><c>aurum providers</c>: how each is, and what operators do to one as a whole.</summary>
internal static class ProvidersCommand
{
    private static readonly Column<ProviderHealth>[] Columns =
    [
        new("provider", (row, cell) => cell.Text(row.Provider)),
        new("health", (row, cell) => cell.Text(row.Status.ToString().ToLowerInvariant())),
        new("state", (row, cell) => cell.Text(row.State)),
        new("breaker", (row, cell) => cell.Text(row.Breaker)),
        new("hold_until", (row, cell) => cell.Timestamp(row.HoldUntil?.UtcDateTime)),
        new("last_run", (row, cell) => cell.Timestamp(row.LastRunAt?.UtcDateTime)),
        new("requests", (row, cell) => cell.Integer(row.Requests), RightAligned: true),
        new("reason", (row, cell) => cell.Text(row.Reason)),
    ];

    public static Command Create(Surroundings surroundings) => new("providers", "The providers: how each is, and what to do about one")
    {
        List(surroundings),
        Pause(surroundings),
        Resume(surroundings),
        Stop(surroundings),
    };

    private static Command List(Surroundings surroundings) => new Command("list", "Each provider that is configured or was collected")
        .Asks(
            surroundings,
            async call => call.Output.Table((await call.Node.GetAsync("/v1/admin/external/health", call.Stop)).Only("providers"), Columns, Counts),
            async call => call.Output.Table(await call.ProvidersAsync(ProviderHealth.OfStored), Columns, Counts));

    private static string Counts(IReadOnlyList<ProviderHealth> providers) =>
        $"{NodeOutput.Count(providers.Count, "provider")}, {providers.Count(provider => provider.Status == HealthState.Healthy)} healthy";

    private static Command Pause(Surroundings surroundings)
    {
        var provider = Arguments.Provider();
        return new Command("pause", "Begin no runs and send no requests until it is resumed, also after restarts") { provider }.Changes(surroundings, call =>
        {
            var name = call.Parsed.GetValue(provider);
            return call.ChangeAsync(NodePath.Of($"/v1/admin/external/providers/{name}/pause"), new ChangeRequest(call.Reason), $"{name} is paused");
        });
    }

    private static Command Resume(Surroundings surroundings)
    {
        var provider = Arguments.Provider();
        return new Command("resume", "Go on where it was paused") { provider }.Changes(surroundings, call =>
        {
            var name = call.Parsed.GetValue(provider);
            return call.ChangeAsync(NodePath.Of($"/v1/admin/external/providers/{name}/resume"), new ChangeRequest(call.Reason), $"{name} is resumed");
        });
    }

    private static Command Stop(Surroundings surroundings)
    {
        var provider = Arguments.Provider();
        return new Command("stop", "End the provider's run under way; the next comes by its schedule") { provider }.Changes(surroundings, async call =>
        {
            var name = call.Parsed.GetValue(provider);
            var answer = await call.Node.PostAsync(NodePath.Of($"/v1/admin/external/providers/{name}/stop"), new ChangeRequest(call.Reason), call.Stop);
            call.Output.Lines(answer, () => [$"{name}: its run is being stopped"]);
        });
    }
}
