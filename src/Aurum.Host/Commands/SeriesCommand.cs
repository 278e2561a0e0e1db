using System.CommandLine;
using System.Globalization;
using Aurum.Api.Routes;
using Aurum.Host.Operating;
using Aurum.Host.Output;

namespace Aurum.Host.Commands;

/// <summary><c>aurum series</c>: how each series fares, and what operators do about one.</summary>
internal static class SeriesCommand
{
    private const string Path = "/v1/admin/external/series";

    private static readonly Column<SeriesItem>[] Columns =
    [
        new("provider", (row, cell) => cell.Text(row.Provider)),
        new("series_id", (row, cell) => cell.Text(row.SeriesId)),
        new("outcome", (row, cell) => cell.Text(row.PausedBy is null ? row.Outcome : $"paused ({row.Outcome})")),
        new("last_run", (row, cell) => cell.Timestamp(row.LastRunAt?.UtcDateTime)),
        new("checkpoint", (row, cell) => cell.Timestamp(row.Checkpoint)),
        new("observations", (row, cell) => cell.Integer(row.Observations), RightAligned: true),
        new("failures", (row, cell) => cell.Integer(row.ConsecutiveFailures), RightAligned: true),
        new("remark", (row, cell) => cell.Text(row.PausedBy ?? row.LastFailure)),
    ];

    public static Command Create(Surroundings surroundings) => new("series", "Single series: how each fares, and what to do about one")
    {
        List(surroundings),
        Show(surroundings),
        Change(surroundings, "pause", "Let no run wake the series until it is resumed", series => $"{series} is paused"),
        Change(surroundings, "resume", "Let runs wake the series again", series => $"{series} is resumed"),
        Change(surroundings, "trigger", "Collect this series now, in a run of its own", null),
        Reset(surroundings),
    };

    private static Command List(Surroundings surroundings)
    {
        var provider = Arguments.Text("--provider", "NAME", "Only this provider's (default: all)");
        var state = Arguments.Text("--state", "STATE", "Only those that are collecting, failed, ok, paused or stopped (default: all)");
        return new Command("list", "How each series fared when it was last collected") { provider, state }.Asks(
            surroundings,
            async call => call.Output.Table(
                await call.Node.ListAsync(NodePath.With(Path, ("provider", call.Parsed.GetValue(provider)), ("state", call.Parsed.GetValue(state))), call.Stop), Columns, Counts),
            async call =>
            {
                var (of, wanted) = (call.Parsed.GetValue(provider), call.Parsed.GetValue(state));
                ProviderName.Check(of, surroundings);
                var items = (await call.Stores.Status.SeriesAsync(of, call.Stop)).Select(status => SeriesItem.Of(status, paused: null)).Where(item => wanted is null || item.Outcome == wanted);
                call.Output.Table(call.Answer(new { items }), Columns, Counts);
            });
    }

    private static string Counts(IReadOnlyList<SeriesItem> items) =>
        $"{items.Count} series, {items.Count(item => item.Outcome == "failed")} failed, {items.Count(item => item.PausedBy is not null)} paused";

    private static Command Show(Surroundings surroundings)
    {
        var series = Arguments.Series();
        return new Command("show", "What its collector knows of a series") { series }.Asks(surroundings, async call =>
        {
            var (provider, code) = call.Parsed.GetRequiredValue(series);
            var answer = await call.Node.GetAsync(NodePath.Of($"/v1/admin/external/series/{provider}/{code}"), call.Stop);
            call.Output.Lines(answer, () => Lines(answer.Read<SeriesDetail>()));
        });
    }

    private static IEnumerable<string> Lines(SeriesDetail detail)
    {
        (string Name, string? Value)[] lines =
        [
            ("series", $"{detail.Provider}/{detail.SeriesId}"),
            ("title", detail.Title),
            ("unit", detail.UnitCode),
            ("frequency", detail.FrequencyCode),
            ("start", detail.Start?.ToString(Formats.Day, CultureInfo.InvariantCulture)),
            ("checkpoint", Moment(detail.Checkpoint)),
            ("history", detail.HistoryComplete ? "complete" : "still to be read"),
            ("last read", Moment(detail.CoveredAt?.UtcDateTime)),
            ("observations", detail.Observations.ToString(CultureInfo.InvariantCulture)),
            ("collecting", detail.Collecting ? "now" : "not now"),
            ("last run", detail.LastRunId is null ? null : $"{detail.LastRunId} at {Moment(detail.LastRunAt?.UtcDateTime)}"),
            ("failures", detail.ConsecutiveFailures == 0 ? null : $"{detail.ConsecutiveFailures} in a row, the last: {detail.LastFailure}"),
            ("served from", Moment(detail.ServedFrom)),
            ("moved back", detail.MovedBackBy),
            ("paused", detail.PausedBy),
        ];
        return lines.Where(line => line.Value is not null).Select(line => $"{line.Name,-14}{line.Value}");
    }

    private static string? Moment(DateTime? at) => at?.ToString(Formats.Timestamp, CultureInfo.InvariantCulture);

    private static Command Change(Surroundings surroundings, string verb, string description, Func<string, string>? done)
    {
        var series = Arguments.Series();
        return new Command(verb, description) { series }.Changes(surroundings, call =>
        {
            var (provider, code) = call.Parsed.GetRequiredValue(series);
            return call.ChangeAsync(NodePath.Of($"/v1/admin/external/series/{provider}/{code}/{verb}"), new ChangeRequest(call.Reason), done?.Invoke($"{provider}/{code}"));
        });
    }

    private static Command Reset(Surroundings surroundings)
    {
        var series = Arguments.Series();
        var dryRun = Arguments.DryRun();
        return new Command("reset", "Forget its checkpoint, so that its history is read again; what is stored stays") { series, dryRun }.Changes(surroundings, call =>
        {
            var (provider, code) = call.Parsed.GetRequiredValue(series);
            var tries = call.Parsed.GetValue(dryRun);
            return call.ChangeAsync(NodePath.Of($"/v1/admin/external/series/{provider}/{code}/reset"), new ResetRequest(tries, call.Reason), done: null, tries);
        });
    }
}
