using System.CommandLine;
using System.Globalization;
using Aurum.Actors.Pipelines;
using Aurum.Api;
using Aurum.Api.Routes;
using Aurum.Host.Operating;
using Aurum.Host.Output;
using Aurum.Storage;

namespace Aurum.Host.Commands;

/// <summary><c>aurum pipelines</c>, also <c>aurum dags</c>: the pipelines and their runs, under the words of those who know them from Airflow.</summary>
internal static class PipelinesCommand
{
    private const int UsualRuns = 20;

    internal static readonly Column<PipelineRunRecord>[] RunColumns =
    [
        new("run", (row, cell) => cell.Text(row.RunId)),
        new("state", (row, cell) => cell.Text(row.State)),
        new("by", (row, cell) => cell.Text(row.By ?? "schedule")),
        new("queued", (row, cell) => cell.Timestamp(row.QueuedAt.UtcDateTime)),
        new("ended", (row, cell) => cell.Timestamp(row.EndedAt?.UtcDateTime)),
        new("providers", (row, cell) => cell.Text(string.Join(' ', row.Steps.Select(step => step.Provider)))),
        new("new", (row, cell) => cell.Integer(row.Steps.Sum(step => step.Inserted)), RightAligned: true),
        new("requests", (row, cell) => cell.Integer(row.Steps.Sum(step => step.Requests)), RightAligned: true),
    ];

    private static readonly Column<PipelineItem>[] Columns =
    [
        new("pipeline", (row, cell) => cell.Text(row.Name)),
        new("paused", (row, cell) => cell.Text(row.Paused ?? "no")),
        new("next", (row, cell) => cell.Timestamp(row.NextAt?.UtcDateTime)),
        new("last_run", (row, cell) => cell.Text(row.LastRunId)),
        new("state", (row, cell) => cell.Text(row.LastState)),
    ];

    public static Command Create(Surroundings surroundings)
    {
        var command = new Command("pipelines", "The pipelines and their runs")
        {
            List(surroundings), Trigger(surroundings), Runs(surroundings), Show(surroundings, RunChoice.ByName()), Pause(surroundings), Resume(surroundings), Cancel(surroundings), Backfill(surroundings),
        };
        command.Aliases.Add("dags");
        return command;
    }

    public static Command Show(Surroundings surroundings, RunChoice run)
    {
        var follow = Follow();
        return run.AddTo(new Command("show", "A run with its steps") { follow }).Asks(
            surroundings,
            async call =>
            {
                var runId = await run.ReadAsync(call);
                if (call.Parsed.GetValue(follow))
                {
                    await WatchOf(surroundings, call).FollowAsync(runId, call.Stop);
                    return;
                }

                var answer = await call.Node.GetAsync(NodePath.Of($"/v1/admin/external/runs/{runId}"), call.Stop);
                call.Output.Lines(answer, () => RunProgress.Lines(answer.Read<PipelineRunRecord>(), TimeProvider.System.GetUtcNow()));
            },
            async call =>
            {
                var runId = await run.ReadAsync(call);
                var found = await call.Stores.Pipelines.FindRunAsync(runId, call.Stop) ?? throw new CommandException(ExitCodes.BadRequest, $"there is no run \"{runId}\"");
                call.Output.Lines(call.Answer(found), () => RunProgress.Lines(found, TimeProvider.System.GetUtcNow()));
            });
    }

    public static Option<bool> Follow() => Arguments.Flag("--follow", "Show how it goes until it ends: a bar on a terminal, events with --json");

    public static RunWatch WatchOf(Surroundings surroundings, NodeCall call) => new(call.Node, surroundings.Output, call.Output.IsJson, !Console.IsOutputRedirected);

    /// <summary>Has a pipeline run, says so, and follows the run where that is wanted.</summary>
    public static async Task StartAsync(Surroundings surroundings, NodeCall call, string pipeline, RunConfiguration what, bool follow)
    {
        var answer = await call.Node.PostAsync(NodePath.Of($"/v1/admin/external/pipelines/{pipeline}/trigger"), what, call.Stop);
        var runId = answer.Read<RunChange>().RunId;
        if (follow && runId is not null)
        {
            await WatchOf(surroundings, call).FollowAsync(runId, call.Stop);
        }
        else
        {
            call.Output.Lines(answer, () => [$"{runId} of {pipeline} is queued; aurum pipelines show {runId} tells how it goes"]);
        }
    }

    public static Command OfRun(Surroundings surroundings, RunChoice run, string verb, string description, string done) =>
        run.AddTo(new Command(verb, description)).Changes(surroundings, async call =>
        {
            var runId = await run.ReadAsync(call);
            await call.ChangeAsync(NodePath.Of($"/v1/admin/external/runs/{runId}/{verb}"), new ChangeRequest(call.Reason), $"{runId} is {done}");
        });

    private static Argument<string> Pipeline() => new("NAME") { Description = string.Join(", ", PipelineNames.All) };

    private static Command List(Surroundings surroundings) => new Command("list", "Each pipeline: paused or not, when next, its last run").Asks(
        surroundings,
        async call => call.Output.Table(await call.Node.GetAsync("/v1/admin/external/pipelines", call.Stop), Columns, Counts),
        async call =>
        {
            var known = (await call.Stores.Pipelines.PipelinesAsync(call.Stop)).ToDictionary(pipeline => pipeline.Name);
            var items = new List<PipelineItem>();
            foreach (var name in PipelineNames.All)
            {
                items.Add(PipelineItem.Of(name, known.GetValueOrDefault(name), (await call.Stores.Pipelines.RunsAsync(name, before: null, 1, call.Stop)).SingleOrDefault()));
            }

            call.Output.Table(call.Answer(new PipelineList(items)), Columns, Counts);
        });

    private static string Counts(IReadOnlyList<PipelineItem> pipelines) => NodeOutput.Count(pipelines.Count, "pipeline");

    private static Command Trigger(Surroundings surroundings)
    {
        var pipeline = Pipeline();
        var what = Configuration();
        var follow = Follow();
        return new Command("trigger", "Have a pipeline run now") { pipeline, what, follow }.Changes(
            surroundings, call => StartAsync(surroundings, call, call.Parsed.GetValue(pipeline)!, RunConfigurations.Parse(call.Parsed.GetValue(what), call.Reason), call.Parsed.GetValue(follow)));
    }

    private static Option<string?> Configuration()
    {
        var option = Arguments.Text("--conf", "JSON", "What of the providers, such as {\"providers\": [{\"name\": \"fred\", \"datasets\": [\"DEXUSEU\"]}]} (default: all)");
        option.Aliases.Add("-c");
        return option;
    }

    private static Command Runs(Surroundings surroundings)
    {
        var pipeline = Pipeline();
        var command = new Command("runs", "The last runs of a pipeline, newest first") { pipeline };
        command.Aliases.Add("list-runs");
        return command.Asks(
            surroundings,
            async call => call.Output.Table(
                await call.Node.ListAsync(NodePath.Of($"/v1/admin/external/pipelines/{call.Parsed.GetValue(pipeline)}/runs"), call.Stop, UsualRuns), RunColumns, CountRuns),
            async call =>
            {
                var name = call.Parsed.GetValue(pipeline)!;
                if (!PipelineNames.All.Contains(name))
                {
                    throw new CommandException(ExitCodes.BadRequest, $"there is no pipeline \"{name}\"; expected one of {string.Join(", ", PipelineNames.All)}");
                }

                var items = await call.Stores.Pipelines.RunsAsync(name, before: null, UsualRuns, call.Stop);
                call.Output.Table(call.Answer(new { items }), RunColumns, CountRuns);
            });
    }

    internal static string CountRuns(IReadOnlyList<PipelineRunRecord> runs) => NodeOutput.Count(runs.Count, "run");

    private static Command Pause(Surroundings surroundings) => OfPipeline(surroundings, "pause", "Begin no run of a pipeline until it is resumed; one under way goes on", "paused");

    private static Command Resume(Surroundings surroundings) => OfPipeline(surroundings, "resume", "Begin runs of a pipeline again", "resumed");

    private static Command OfPipeline(Surroundings surroundings, string verb, string description, string done)
    {
        var pipeline = Pipeline();
        return new Command(verb, description) { pipeline }.Changes(surroundings, call =>
        {
            var name = call.Parsed.GetValue(pipeline);
            return call.ChangeAsync(NodePath.Of($"/v1/admin/external/pipelines/{name}/{verb}"), new ChangeRequest(call.Reason), $"{name} is {done}");
        });
    }

    private static Command Cancel(Surroundings surroundings) => OfRun(surroundings, RunChoice.ByName(), "cancel", "End a run for good; what it has stored stays", "cancelled");

    /// <summary>As in <c>airflow dags backfill</c>: both days belong to it.</summary>
    private static Command Backfill(Surroundings surroundings)
    {
        var pipeline = Pipeline();
        var start = Arguments.Day("--start-date", "First day");
        var end = Arguments.Day("--end-date", "Last day");
        var follow = Follow();
        start.Required = end.Required = true;
        return new Command("backfill", "Collect the history of some days again, as aurum backfill does, of all providers") { pipeline, start, end, follow }.Changes(surroundings, call =>
        {
            if (call.Parsed.GetValue(pipeline) is not (PipelineNames.Incremental or PipelineNames.Backfill) and var name)
            {
                throw new CommandException(ExitCodes.BadRequest, $"NAME: \"{name}\" has no history; expected {PipelineNames.Incremental} or {PipelineNames.Backfill}");
            }

            var what = new RunConfiguration(null, Text(call.Parsed.GetValue(start)!.Value), Text(call.Parsed.GetValue(end)!.Value.AddDays(1)), call.Reason);
            return StartAsync(surroundings, call, PipelineNames.Backfill, what, call.Parsed.GetValue(follow));
        });
    }

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
