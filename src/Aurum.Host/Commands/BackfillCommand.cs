using System.CommandLine;
using System.Globalization;
using Aurum.Actors.Collection;
using Aurum.Actors.Pipelines;
using Aurum.Api.Routes;
using Aurum.Domain;
using Aurum.Host.Configuration;
using Aurum.Host.Operating;
using Aurum.Host.Output;
using Aurum.Storage;

namespace Aurum.Host.Commands;

/// <summary><c>aurum backfill</c>: windows of history, in parts, with what live collection leaves of rate and quota.</summary>
internal static class BackfillCommand
{
    private const int UsualRuns = 20;

    private static readonly Column<BackfillPlanItem>[] PlanColumns =
    [
        new("provider", (row, cell) => cell.Text(row.Provider)),
        new("series", (row, cell) => cell.Integer(row.Series), RightAligned: true),
        new("parts", (row, cell) => cell.Integer(row.Units), RightAligned: true),
        new("requests", (row, cell) => cell.Integer(row.Requests), RightAligned: true),
        new("rows", (row, cell) => cell.Integer(row.Rows), RightAligned: true),
        new("bound", (row, cell) => cell.Text(row.Bound), OnlyWherePresent: true),
        new("days_at_quota", (row, cell) => cell.Number(row.DaysAtQuota), RightAligned: true),
        new("seconds_at_rate", (row, cell) => cell.Number(row.SecondsAtRate), RightAligned: true),
    ];

    public static Command Create(Surroundings surroundings) => new("backfill", "Collect windows of history beside what is new")
    {
        Plan(surroundings),
        Start(surroundings),
        List(surroundings),
        PipelinesCommand.Show(surroundings, RunChoice.OfBackfill()),
        PipelinesCommand.OfRun(surroundings, RunChoice.OfBackfill(), "pause", "Take a break until it is resumed; nothing that is done is done again", "paused"),
        PipelinesCommand.OfRun(surroundings, RunChoice.OfBackfill(), "resume", "Go on; after a failure, with what was given up", "resumed"),
        PipelinesCommand.OfRun(surroundings, RunChoice.OfBackfill(), "cancel", "End it for good; what it has stored stays", "cancelled"),
    };

    private static Command Plan(Surroundings surroundings)
    {
        var what = new What();
        var config = Arguments.ConfigDirectory();
        return what.AddTo(new Command("plan", "Requests, rows, days and time that it takes, before any call") { config }).Asks(
            surroundings,
            async call => call.Output.Table(await call.Node.PostAsync("/v1/admin/external/backfills/plan", what.Read(call.Parsed, null), call.Stop), PlanColumns, Counts),
            async call =>
            {
                var known = await EarlierCollections.ReadAsync(call.Stores.Catalog, call.Stores.Status, call.Stop);
                var configuration = AurumConfiguration.Load(
                    Arguments.ConfigDirectory(call.Parsed.GetValue(config), surroundings),
                    [what.Provider(call.Parsed)],
                    Arguments.DataDirectory(null, surroundings),
                    surroundings.Providers,
                    surroundings.Environment,
                    surroundings.CurrentDirectory,
                    needsKeys: false);
                var plans = configuration.Providers.Select(configured =>
                {
                    var only = what.Series(call.Parsed);
                    return new SeriesSelection(configured.Provider, configured.Settings, known).ProblemOf(only) is { } problem
                        ? throw new CommandException(ExitCodes.BadRequest, problem)
                        : BackfillPlan.Of(configured.Provider, configured.Settings, what.Window(call.Parsed), only, DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime), known);
                });
                call.Output.Table(call.Answer(new BackfillPlanList([.. plans.Select(BackfillPlanItem.Of)])), PlanColumns, Counts);
            });
    }

    private static string Counts(IReadOnlyList<BackfillPlanItem> plans) =>
        string.Join("; ", plans.SelectMany(plan => plan.Unlisted ?? [], (plan, dataset) => $"{plan.Provider}, {dataset}: only the provider can tell its series, so it is left out until it was collected once").Prepend(NodeOutput.Count(plans.Count, "plan")));

    private static Command Start(Surroundings surroundings)
    {
        var what = new What();
        var follow = PipelinesCommand.Follow();
        return what.AddTo(new Command("start", "Begin it") { follow }).Changes(
            surroundings, call => PipelinesCommand.StartAsync(surroundings, call, PipelineNames.Backfill, what.Read(call.Parsed, call.Reason), call.Parsed.GetValue(follow)));
    }

    private static Command List(Surroundings surroundings) => new Command("list", "The last backfills, newest first").Asks(
        surroundings,
        async call => call.Output.Table(await call.Node.ListAsync($"/v1/admin/external/pipelines/{PipelineNames.Backfill}/runs", call.Stop, UsualRuns), PipelinesCommand.RunColumns, PipelinesCommand.CountRuns),
        async call =>
        {
            var items = await call.Stores.Pipelines.RunsAsync(PipelineNames.Backfill, before: null, UsualRuns, call.Stop);
            call.Output.Table(call.Answer(new { items }), PipelinesCommand.RunColumns, PipelinesCommand.CountRuns);
        });

    /// <summary>What of a provider is wanted, and from when to when.</summary>
    private sealed class What
    {
        private readonly Option<string?> _provider = Arguments.Text("--provider", "NAME", "The provider");
        private readonly Option<string[]?> _series = Arguments.Names("--series", "IDS", "Only these series or datasets; may be repeated (default: all)");
        private readonly Option<DateTime?> _from = Arguments.Moment("--from", "First timestamp that is wanted: YYYY-MM-DD or a full ISO time");
        private readonly Option<DateTime?> _to = Arguments.Moment("--to", "First timestamp that is no longer wanted");

        public Command AddTo(Command command)
        {
            _provider.Required = _from.Required = _to.Required = true;
            command.Options.Add(_provider);
            command.Options.Add(_series);
            command.Options.Add(_from);
            command.Options.Add(_to);
            command.Validators.Add(result =>
            {
                if (result.GetResult(_from)?.Errors.Any() == false && result.GetResult(_to)?.Errors.Any() == false && result.GetValue(_from) >= result.GetValue(_to))
                {
                    result.AddError("--to: is not after --from, so nothing lies between them; expected a later date (--to itself is not included)");
                }
            });
            return command;
        }

        public string Provider(ParseResult parsed) => parsed.GetValue(_provider)!;

        public string[]? Series(ParseResult parsed) => parsed.GetValue(_series) is { Length: > 0 } series ? series : null;

        public Window Window(ParseResult parsed) => new(parsed.GetValue(_from)!.Value, parsed.GetValue(_to)!.Value);

        public RunConfiguration Read(ParseResult parsed, string? reason)
        {
            var window = Window(parsed);
            return new RunConfiguration([new WantedProvider(Provider(parsed), Series(parsed))], Text(window.From), Text(window.To), reason);
        }

        private static string Text(DateTime moment) => moment.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
    }
}
