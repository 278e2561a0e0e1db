using Aurum.Actors.Collection;
using Aurum.Actors.Pipelines;
using Aurum.Api.Access;
using Aurum.Domain;
using Aurum.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using static Aurum.Actors.Pipelines.PipelineProtocol;

namespace Aurum.Api.Routes;

/// <summary>The pipelines and their runs: what they do, and what operators have them do.</summary>
internal sealed class PipelineRoutes(ServedNode node, PipelineDesk desk, TimeProvider time)
{
    private const string Pipelines = "/v1/admin/external/pipelines";
    private const string Runs = "/v1/admin/external/runs";
    private const int UsualItems = 20;
    private const int MostItems = 1_000;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Pipelines, ListAsync).RefusesUnknownParameters().WithTags("pipelines").WithSummary("The pipelines: paused or not, when next, and the last run of each");
        routes.MapGet($"{Pipelines}/{{pipeline}}/runs", RunsOfAsync).RefusesUnknownParameters().WithTags("pipelines").WithSummary("Runs of a pipeline, newest first").ProducesProblem(StatusCodes.Status404NotFound);
        routes.MapGet(Runs, RunsAsync).RefusesUnknownParameters().WithTags("pipelines").WithSummary("Runs of all pipelines, newest first");
        routes.MapGet($"{Runs}/{{run}}", RunAsync).RefusesUnknownParameters().WithTags("pipelines").WithSummary("A run with its steps").ProducesProblem(StatusCodes.Status404NotFound);
        routes.MapPost("/v1/admin/external/backfills/plan", PlanAsync)
            .RefusesUnknownParameters()
            .WithTags("pipelines")
            .WithSummary("What a backfill costs, before any call")
            .ProducesProblem(StatusCodes.Status400BadRequest);
        Changes(routes, $"{Pipelines}/{{pipeline}}/trigger", TriggerAsync, "Have a pipeline run now; a backfill is cut into parts as its plan says");
        Changes(routes, $"{Pipelines}/{{pipeline}}/pause", PausePipelineAsync, "Begin no run of it until it is resumed; one under way goes on");
        Changes(routes, $"{Pipelines}/{{pipeline}}/resume", ResumePipelineAsync, "Begin runs of it again");
        Changes(routes, $"{Runs}/{{run}}/pause", PauseRunAsync, "Take a break until it is resumed; nothing that is done is done again");
        Changes(routes, $"{Runs}/{{run}}/resume", ResumeRunAsync, "Go on; of a backfill that has failed, with what was given up");
        Changes(routes, $"{Runs}/{{run}}/cancel", CancelRunAsync, "End it for good; what it has stored stays");
    }

    private static void Changes(IEndpointRouteBuilder routes, string path, Delegate change, string summary) => routes.MapPost(path, change)
        .RefusesUnknownParameters()
        .WithMetadata(Needs.Operator)
        .WithTags("pipelines")
        .WithSummary(summary)
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict);

    private async Task<Ok<PipelineList>> ListAsync(CancellationToken stop)
    {
        var store = node.Require().Pipelines;
        var known = (await store.PipelinesAsync(stop)).ToDictionary(pipeline => pipeline.Name);
        var items = new List<PipelineItem>();
        foreach (var name in PipelineNames.All)
        {
            items.Add(PipelineItem.Of(name, known.GetValueOrDefault(name), (await store.RunsAsync(name, before: null, 1, stop)).SingleOrDefault()));
        }

        return TypedResults.Ok(new PipelineList(items));
    }

    private Task<Ok<ListPage<PipelineRunRecord>>> RunsOfAsync(string pipeline, [FromQuery] string? limit, [FromQuery] string? cursor, CancellationToken stop) =>
        PageAsync(Require(pipeline), limit, cursor, stop);

    private Task<Ok<ListPage<PipelineRunRecord>>> RunsAsync([FromQuery] string? limit, [FromQuery] string? cursor, CancellationToken stop) => PageAsync(null, limit, cursor, stop);

    private async Task<Ok<ListPage<PipelineRunRecord>>> PageAsync(string? pipeline, string? limit, string? cursor, CancellationToken stop)
    {
        var most = Query.Limit(limit, UsualItems, MostItems);
        var found = await node.Require().Pipelines.RunsAsync(pipeline, Query.Cursor<RunPlace>(cursor)?.Before, most + 1, stop);
        return TypedResults.Ok(ListPage<PipelineRunRecord>.Of(found, most, run => new RunPlace(run.RunId), run => run));
    }

    private async Task<Ok<PipelineRunRecord>> RunAsync(string run, CancellationToken stop) => TypedResults.Ok(
        await node.Require().Pipelines.FindRunAsync(run, stop) ?? throw new ProblemException(StatusCodes.Status404NotFound, ProblemCodes.UnknownRun, $"there is no run \"{run}\""));

    private async Task<Ok<BackfillPlanList>> PlanAsync([FromBody] RunConfiguration request, CancellationToken stop)
    {
        var plans = await PlansAsync(request, stop);
        return TypedResults.Ok(new BackfillPlanList([.. plans.Select(BackfillPlanItem.Of)]));
    }

    private async Task<RunChange> TriggerAsync(HttpContext context, string pipeline, [FromBody] RunConfiguration request, CancellationToken stop)
    {
        var name = Require(pipeline);
        if (name != PipelineNames.Backfill && (request.From is not null || request.To is not null))
        {
            throw Query.Bad($"from and to mean nothing to {name}, which collects what is new; {PipelineNames.Backfill} collects a window of history");
        }

        IReadOnlyList<RunStep> steps = name == PipelineNames.Backfill
            ? [.. (await PlansAsync(request, stop)).Where(plan => plan.Work.Units.Length > 0).Select(plan => RunStep.Of(plan.Provider, backfill: plan.Work))]
            : [.. await StepsAsync(request, stop)];
        if (steps.Count == 0)
        {
            throw Query.Bad("there is nothing to collect: no series is known there, or none can have anything in this window");
        }

        return await desk.ChangeAsync(context, "trigger", name, new { request.Providers, request.From, request.To }, new QueueRun(name, steps, GateDesk.NameOf(context), request.Reason));
    }

    private Task<RunChange> PausePipelineAsync(HttpContext context, string pipeline, [FromBody] ChangeRequest request) =>
        desk.ChangeAsync(context, "pause_pipeline", Require(pipeline), null, new PausePipeline(pipeline, GateDesk.NameOf(context), request.Reason));

    private Task<RunChange> ResumePipelineAsync(HttpContext context, string pipeline, [FromBody] ChangeRequest request) =>
        desk.ChangeAsync(context, "resume_pipeline", Require(pipeline), null, new ResumePipeline(pipeline, GateDesk.NameOf(context), request.Reason));

    private Task<RunChange> PauseRunAsync(HttpContext context, string run, [FromBody] ChangeRequest request) =>
        desk.ChangeAsync(context, "pause_run", run, null, new PauseRun(run, GateDesk.NameOf(context), request.Reason));

    private Task<RunChange> ResumeRunAsync(HttpContext context, string run, [FromBody] ChangeRequest request) =>
        desk.ChangeAsync(context, "resume_run", run, null, new ResumeRun(run, GateDesk.NameOf(context), request.Reason));

    private Task<RunChange> CancelRunAsync(HttpContext context, string run, [FromBody] ChangeRequest request) =>
        desk.ChangeAsync(context, "cancel_run", run, null, new CancelRun(run, GateDesk.NameOf(context), request.Reason));

    private static string Require(string pipeline) => PipelineNames.All.Contains(pipeline)
        ? pipeline
        : throw new ProblemException(
            StatusCodes.Status404NotFound, ProblemCodes.UnknownPipeline, $"there is no pipeline \"{pipeline}\"; expected one of {string.Join(", ", PipelineNames.All)}", PipelineNames.All);

    private async Task<IEnumerable<RunStep>> StepsAsync(RunConfiguration request, CancellationToken stop)
    {
        var known = await KnownAsync(stop);
        return Asked(request, known).Select(asked => RunStep.Of(asked.Runtime.Name, asked.Only));
    }

    private async Task<IReadOnlyList<BackfillPlan>> PlansAsync(RunConfiguration request, CancellationToken stop)
    {
        var window = new Window(Query.Moment("from", request.From) ?? Window.Everything.From, Query.Moment("to", request.To) ?? Window.Everything.To);
        if (window.IsEmpty)
        {
            throw Query.Bad("to: is not after from, so nothing lies between them; expected a later date (to itself is not included)");
        }

        var known = await KnownAsync(stop);
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        return [.. Asked(request, known).Select(asked => BackfillPlan.Of(asked.Runtime.Provider, asked.Runtime.Settings, window, asked.Only, today, known))];
    }

    /// <summary>The providers that are named, or all that are collected here, with what of each is wanted.</summary>
    private List<(Aurum.Actors.ProviderRuntime Runtime, IReadOnlyList<string>? Only)> Asked(RunConfiguration request, EarlierCollections known)
    {
        var running = node.Require();
        var asked = new List<(Aurum.Actors.ProviderRuntime, IReadOnlyList<string>?)>();
        foreach (var wanted in request.Providers ?? [.. running.Runtimes.All.Select(runtime => new WantedProvider(runtime.Name))])
        {
            var runtime = running.Runtimes.Find(running.RequireProvider(wanted.Name))
                ?? throw new ProblemException(StatusCodes.Status404NotFound, ProblemCodes.UnknownProvider, $"{wanted.Name} is not collected here; expected some of {string.Join(", ", running.Runtimes.All.Select(one => one.Name))}");
            if (asked.Exists(before => before.Item1.Name == wanted.Name))
            {
                throw Query.Bad($"providers: {wanted.Name} stands there twice; expected each once");
            }

            if (new SeriesSelection(runtime.Provider, runtime.Settings, known).ProblemOf(wanted.Datasets) is { } problem)
            {
                throw Query.Bad(problem);
            }

            asked.Add((runtime, wanted.Datasets is [] ? null : wanted.Datasets));
        }

        return asked;
    }

    private async Task<EarlierCollections> KnownAsync(CancellationToken stop)
    {
        var running = node.Require();
        return await EarlierCollections.ReadAsync(running.Catalog, running.Status, stop);
    }

    private sealed record RunPlace(string Before);
}

/// <summary>What of the providers a run is to collect.</summary>
/// <param name="Providers">Null for all.</param>
/// <param name="From">Of a backfill: the first timestamp that is wanted; null for all history.</param>
/// <param name="To">The first timestamp that is no longer wanted.</param>
public sealed record RunConfiguration(IReadOnlyList<WantedProvider>? Providers = null, string? From = null, string? To = null, string? Reason = null);

/// <param name="Datasets">Codes of series and keys of datasets; null for all.</param>
public sealed record WantedProvider(string Name, IReadOnlyList<string>? Datasets = null);

public sealed record PipelineList(IReadOnlyList<PipelineItem> Items);

/// <param name="Paused">Who paused it, when and why; null where nobody did.</param>
/// <param name="NextAt">When its schedule has it run next, at the first provider.</param>
public sealed record PipelineItem(string Name, string? Paused, DateTimeOffset? NextAt, string? LastRunId, string? LastState, DateTimeOffset? LastQueuedAt, DateTimeOffset? LastEndedAt)
{
    public static PipelineItem Of(string name, PipelineRecord? pipeline, PipelineRunRecord? last) =>
        new(name, pipeline?.Paused, pipeline?.NextAt, last?.RunId, last?.State, last?.QueuedAt, last?.EndedAt);
}

public sealed record BackfillPlanList(IReadOnlyList<BackfillPlanItem> Items);

/// <param name="Units">Parts that it is cut into; each is done once.</param>
/// <param name="Bound"><c>at most</c> where only a collection tells which series have data, <c>at least</c> where datasets are left out.</param>
/// <param name="DaysAtQuota">At the share of the quota that history may take; null where there is no quota.</param>
/// <param name="SecondsAtRate">At the share of the rate that history may take.</param>
/// <param name="Unlisted">Datasets whose series only the provider can tell; they are left out.</param>
public sealed record BackfillPlanItem(
    string Provider, int Series, int Units, long Requests, long Rows, string? Bound, double? DaysAtQuota, double SecondsAtRate, IReadOnlyList<string> Unlisted)
{
    public static BackfillPlanItem Of(BackfillPlan plan) => new(
        plan.Provider,
        plan.Work.Series.Length,
        plan.Work.Units.Length,
        plan.Requests,
        plan.Rows,
        plan.Unlisted.Count > 0 ? "at least" : plan.IsBound ? "at most" : null,
        plan.DaysAtQuota is { } days ? Math.Round(days, 2) : null,
        Math.Round(plan.TimeAtRate.TotalSeconds),
        plan.Unlisted);
}
