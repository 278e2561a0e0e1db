using System.CommandLine;
using Aurum.Api.Routes;
using Aurum.Host.Operating;
using Aurum.Host.Output;

namespace Aurum.Host.Commands;

/// <summary><c>aurum breaker</c>: the circuit breakers of the providers, and opening and closing them by hand.</summary>
internal static class BreakerCommand
{
    private static readonly Column<BreakerItem>[] Columns =
    [
        new("provider", (row, cell) => cell.Text(row.Provider)),
        new("breaker", (row, cell) => cell.Text(row.Breaker)),
        new("open_since", (row, cell) => cell.Timestamp(row.OpenSince?.UtcDateTime)),
        new("open_until", (row, cell) => cell.Timestamp(row.OpenUntil?.UtcDateTime)),
        new("reason", (row, cell) => cell.Text(row.Remark is null ? row.Reason : $"as last stored: {row.Remark}")),
    ];

    public static Command Create(Surroundings surroundings) => new("breaker", "The circuit breakers: what keeps requests from a provider that is away")
    {
        Show(surroundings),
        Open(surroundings),
        Close(surroundings),
    };

    private static Command Show(Surroundings surroundings) => new Command("show", "The circuit breaker of each provider, and why it is open").Asks(
        surroundings,
        async call => call.Output.Table(await call.Node.GetAsync("/v1/admin/external/breakers", call.Stop), Columns, Counts),
        async call => call.Output.Table(await call.ProvidersAsync((status, now) => BreakerItem.OfStored(status, now, call.Why)), Columns, Counts));

    private static string Counts(IReadOnlyList<BreakerItem> items) => $"{NodeOutput.Count(items.Count, "breaker")}, {items.Count(item => item.Breaker != "closed")} not closed";

    private static Command Open(Surroundings surroundings)
    {
        var provider = Arguments.Provider();
        var time = Arguments.Duration("--for", "After so long one request tries the provider (default: not before it is closed by hand)");
        return new Command("open", "Deny all requests; series that have a twin are served by it") { provider, time }.Changes(surroundings, call =>
        {
            var (name, wait) = (call.Parsed.GetValue(provider), call.Parsed.GetValue(time));
            return call.ChangeAsync(
                NodePath.Of($"/v1/admin/external/breakers/{name}/open"), new OpenRequest(wait?.TotalSeconds, call.Reason), $"{name}: the breaker is open {(wait is null ? "until it is closed" : $"for {wait:c}")}");
        });
    }

    private static Command Close(Surroundings surroundings)
    {
        var provider = Arguments.Provider();
        return new Command("close", "Try the provider again now, whoever opened the breaker") { provider }.Changes(surroundings, call =>
        {
            var name = call.Parsed.GetValue(provider);
            return call.ChangeAsync(NodePath.Of($"/v1/admin/external/breakers/{name}/close"), new ChangeRequest(call.Reason), $"{name}: the breaker is closed");
        });
    }
}
