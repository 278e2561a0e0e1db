using System.CommandLine;
using Aurum.Actors;
using Aurum.Api;
using Aurum.Api.Routes;
using Aurum.Host.Configuration;
using Aurum.Host.Operating;
using Aurum.Host.Output;

namespace Aurum.Host.Commands;

/// <summary><c>aurum sla</c>: what was promised, and whether it is kept.</summary>
internal static class SlaCommand
{
    private const string Sla = "/v1/admin/external/sla";

    private static readonly Column<ProviderSla>[] ProviderColumns =
    [
        new("provider", (row, cell) => cell.Text(row.Provider)),
        new("freshness", (row, cell) => cell.Text(row.FreshnessHours is { } hours ? FormattableString.Invariant($"{hours:0} h") : null), RightAligned: true),
        new("series", (row, cell) => cell.Integer(row.Series), RightAligned: true),
        new("fresh", (row, cell) => cell.Integer(row.Fresh), RightAligned: true),
        new("stale", (row, cell) => cell.Integer(row.Stale), RightAligned: true),
        new("not_judged", (row, cell) => cell.Integer(row.NotJudged), RightAligned: true),
        new("running_since", (row, cell) => cell.Timestamp(row.RunningSince?.UtcDateTime)),
        new("run", (row, cell) => cell.Text(row.RunningSince is null ? null : row.RunIsLate ? "TOO LONG" : "in time")),
        new("violations_24h", (row, cell) => cell.Integer(row.Violations), RightAligned: true),
    ];

    private static readonly Column<SlaViolation>[] ViolationColumns =
    [
        new("since", (row, cell) => cell.Timestamp(row.Since.UtcDateTime)),
        new("until", (row, cell) => cell.Timestamp(row.Until?.UtcDateTime)),
        new("kind", (row, cell) => cell.Text(row.Kind)),
        new("provider", (row, cell) => cell.Text(row.Provider)),
        new("series_id", (row, cell) => cell.Text(row.SeriesId)),
    ];

    private static readonly Column<SeriesFreshness>[] SeriesColumns =
    [
        new("provider", (row, cell) => cell.Text(row.Provider)),
        new("series_id", (row, cell) => cell.Text(row.SeriesId)),
        new("state", (row, cell) => cell.Text(row.State.ToString().ToLowerInvariant())),
        new("last", (row, cell) => cell.Timestamp(row.Last)),
        new("known_on", (row, cell) => cell.Text(row.KnownOn?.ToString(Formats.Day))),
        new("next_due", (row, cell) => cell.Timestamp(row.NextDue?.UtcDateTime)),
        new("deadline", (row, cell) => cell.Timestamp(row.Deadline?.UtcDateTime)),
    ];

    public static Command Create(Surroundings surroundings) => new Command("sla", "What was promised of each provider, and whether it is kept")
    {
        Violations(surroundings),
        Series(surroundings),
    }
    .Asks(
        surroundings,
        async call => ShowProviders(await call.Node.GetAsync(Sla, call.Stop), call.Output),
        async call => ShowProviders(call.Answer((await JudgeAsync(call, surroundings)).Report), call.Output));

    private static Command Violations(Surroundings surroundings) => new Command("violations", "What was not kept in the last 24 hours, the latest first")
        .Asks(
            surroundings,
            async call => ShowViolations(await call.Node.GetAsync(Sla, call.Stop), call.Output),
            async call => ShowViolations(call.Answer((await JudgeAsync(call, surroundings)).Report), call.Output));

    private static Command Series(Surroundings surroundings)
    {
        var provider = Arguments.Text("--provider", "NAME", "Only this provider's");
        var state = Arguments.Text("--state", "STATE", "Only those: fresh, stale, unknown (too few values to tell), off (without an objective)");
        return new Command("series", "Each series: up to when it is known, and when its next value is due") { provider, state }.Asks(
            surroundings,
            async call => ShowSeries(await call.Node.ListAsync(NodePath.With($"{Sla}/series", ("provider", call.Parsed.GetValue(provider)), ("state", call.Parsed.GetValue(state))), call.Stop), call.Output),
            async call =>
            {
                var (of, wanted) = (call.Parsed.GetValue(provider), StateOf(call.Parsed.GetValue(state)));
                ProviderName.Check(of, surroundings);
                var items = (await JudgeAsync(call, surroundings)).Series.Where(series => (of is null || series.Provider == of) && (wanted is null || series.State == wanted));
                ShowSeries(call.Answer(new { items }), call.Output);
            });
    }

    private static void ShowProviders(NodeAnswer answer, NodeOutput output)
    {
        if (output.IsJson)
        {
            output.Lines(answer, () => []);
            return;
        }

        var report = answer.Read<SlaReport>();
        output.Table<ProviderSla>(
            answer.Only("providers"),
            ProviderColumns,
            providers => $"{report.Status}: {NodeOutput.Count(providers.Count, "provider")}, {providers.Sum(provider => provider.Stale)} of {providers.Sum(provider => provider.Series)} series stale, {NodeOutput.Count(report.ViolationCount, "violation")} in 24 hours");
    }

    private static void ShowViolations(NodeAnswer answer, NodeOutput output)
    {
        var all = answer.Read<SlaReport>().ViolationCount;
        output.Table<SlaViolation>(
            answer.Only("violations"),
            ViolationColumns,
            violations => $"{NodeOutput.Count(all, "violation")}, {violations.Count(violation => violation.Until is null)} still going on");
    }

    private static void ShowSeries(NodeAnswer answer, NodeOutput output) =>
        output.Table<SeriesFreshness>(answer, SeriesColumns, series => $"{series.Count} series, {series.Count(one => one.State == FreshnessState.Stale)} stale");

    /// <summary>What a node would judge that is configured as in the usual directory.</summary>
    private static Task<(SlaReport Report, IReadOnlyList<SeriesFreshness> Series)> JudgeAsync(StoreCall call, Surroundings surroundings)
    {
        var configuration = AurumConfiguration.Load(
            Arguments.ConfigDirectory(null, surroundings), named: null, Arguments.DataDirectory(null, surroundings), surroundings.Providers, surroundings.Environment, surroundings.CurrentDirectory, needsKeys: false);
        var runtimes = new ProviderRuntimes(configuration.Providers.Select(provider => new ProviderRuntime(provider.Provider, provider.Settings, provider.Access, provider.Twins)));
        string[] names = [.. surroundings.Providers.Select(provider => provider.Descriptor.Name).Order(StringComparer.Ordinal)];
        return new SlaJudge(call.Stores.Status, call.Stores.Rhythm, call.Stores.Pipelines, runtimes, TimeProvider.System).ReportAsync(names, call.Stop);
    }

    private static FreshnessState? StateOf(string? state) =>
        state is null ? null
        : Enum.GetValues<FreshnessState>().Where(one => one.ToString().ToLowerInvariant() == state).Cast<FreshnessState?>().FirstOrDefault()
            ?? throw new CommandException(ExitCodes.BadRequest, $"--state: \"{state}\" is none; expected fresh, stale, unknown or off");
}
