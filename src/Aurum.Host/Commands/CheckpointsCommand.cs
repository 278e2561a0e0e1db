using System.CommandLine;
using System.Globalization;
using Aurum.Api.Routes;
using Aurum.Host.Operating;
using Aurum.Host.Output;

namespace Aurum.Host.Commands;

/// <summary><c>aurum checkpoints</c>: up to where each series is safe, and moving one back.</summary>
internal static class CheckpointsCommand
{
    private static readonly Column<CheckpointItem>[] Columns =
    [
        new("provider", (row, cell) => cell.Text(row.Provider)),
        new("series_id", (row, cell) => cell.Text(row.SeriesId)),
        new("checkpoint", (row, cell) => cell.Timestamp(row.Checkpoint)),
        new("observations", (row, cell) => cell.Integer(row.Observations), RightAligned: true),
        new("updated_at", (row, cell) => cell.Timestamp(row.UpdatedAt.UtcDateTime)),
    ];

    public static Command Create(Surroundings surroundings) => new("checkpoints", "Up to where each series is acknowledged and safe")
    {
        List(surroundings),
        Set(surroundings),
    };

    private static Command List(Surroundings surroundings)
    {
        var provider = Arguments.Text("--provider", "NAME", "Only this provider's (default: all)");
        return new Command("list", "The checkpoint of each series") { provider }.Asks(
            surroundings,
            async call => call.Output.Table(
                await call.Node.ListAsync(NodePath.With("/v1/admin/external/checkpoints", ("provider", call.Parsed.GetValue(provider))), call.Stop), Columns, Counts),
            async call =>
            {
                var of = call.Parsed.GetValue(provider);
                ProviderName.Check(of, surroundings);
                var items = (await call.Stores.Status.SeriesAsync(of, call.Stop)).Select(CheckpointItem.Of);
                call.Output.Table(call.Answer(new { items }), Columns, Counts);
            });
    }

    private static string Counts(IReadOnlyList<CheckpointItem> items) => $"{items.Count} series, {items.Count(item => item.Checkpoint is null)} without a checkpoint";

    private static Command Set(Surroundings surroundings)
    {
        var series = Arguments.Series();
        var to = Arguments.Moment("--to", "From there on the series is read again: YYYY-MM-DD or a full ISO time, before its checkpoint");
        to.Required = true;
        var dryRun = Arguments.DryRun();
        return new Command("set", "Move a checkpoint back, so that what follows is read again; what is stored stays") { series, to, dryRun }.Changes(surroundings, call =>
        {
            var (provider, code) = call.Parsed.GetRequiredValue(series);
            var moment = call.Parsed.GetValue(to)!.Value.ToString(Formats.Timestamp, CultureInfo.InvariantCulture);
            var tries = call.Parsed.GetValue(dryRun);
            return call.ChangeAsync(NodePath.Of($"/v1/admin/external/checkpoints/{provider}/{code}"), new MoveRequest(moment, tries, call.Reason), done: null, tries);
        });
    }
}
