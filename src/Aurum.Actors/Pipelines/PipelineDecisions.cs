using Aurum.Actors.Collection;
using Aurum.Actors.Gate;
using Aurum.Domain;
using static Aurum.Actors.Gate.ProviderSupervisorProtocol;
using static Aurum.Actors.Pipelines.PipelineEvents;

namespace Aurum.Actors.Pipelines;

/// <summary>What follows from a provider's word: events to be written down first, and what to say to its supervisor then.</summary>
public sealed record PipelineDecision(IReadOnlyList<IPipelineEvent> Events, IReadOnlyList<IWireMessage> Commands)
{
    public static readonly PipelineDecision Nothing = new([], []);

    internal static PipelineDecision Note(params IPipelineEvent[] events) => new(events, []);

    internal static PipelineDecision Say(IWireMessage command) => new([], [command]);
}

/// <summary>
/// The rules of the pipelines. All is judged from the journal's state and from what supervisors say of themselves, again and again: a
/// message that is lost, or a node, is made up for with the next word. Pure.
/// </summary>
public static class PipelineDecisions
{
    public const int MostAttempts = 3;
    private static readonly TimeSpan FirstBackOff = TimeSpan.FromMinutes(1);

    public static PipelineDecision Decide(this PipelineState state, ProviderProgress progress, ProviderSchedule schedule, DateTimeOffset now, Func<string, string> newId)
    {
        var live = state.DecideLive(progress, schedule, now, newId);
        var past = state.DecidePast(progress, now);
        return new PipelineDecision([.. live.Events, .. past.Events], [.. live.Commands, .. past.Commands]);
    }

    /// <summary>When it is worth trying again after so many attempts.</summary>
    public static TimeSpan BackOff(int attempts) => FirstBackOff * Math.Pow(4, attempts - 1);

    private static PipelineDecision DecideLive(this PipelineState state, ProviderProgress progress, ProviderSchedule schedule, DateTimeOffset now, Func<string, string> newId)
    {
        var underWay = progress.State is RunStates.Collecting or RunStates.Stopping;
        if (state.RunningAt(progress.Provider) is not var (run, step))
        {
            return underWay
                ? state.IsCancelled(progress) ? PipelineDecision.Say(new StopRun(progress.Provider)) : PipelineDecision.Nothing
                : state.Begin(progress, schedule, now, newId);
        }

        // Catalogs can wait: an incremental run looks up by itself what is due.
        var mustStop = run.Paused is not null
            || (run.Pipeline == PipelineNames.CatalogSync && state.IncrementalWants(progress, schedule, now));
        if (underWay)
        {
            return mustStop && progress.RunId == step.StepRunId ? PipelineDecision.Say(new StopRun(progress.Provider, Suspends: true)) : PipelineDecision.Nothing;
        }

        if (progress.RunId == step.StepRunId && progress.State == RunStates.Done)
        {
            return PipelineDecision.Note(EndOf(run, step, progress, now));
        }

        if (mustStop)
        {
            return PipelineDecision.Note(new StepSuspended(run.RunId, step.Provider, now));
        }

        // Stopped though we did not want it: an operator did.
        return progress.RunId == step.StepRunId && progress.State == RunStates.Stopped
            ? PipelineDecision.Note(new StepEnded(run.RunId, step.Provider, now, PipelineRunState.Cancelled, CountsOf(progress), []))
            : PipelineDecision.Say(StartOf(run, step, schedule));
    }

    private static PipelineDecision Begin(this PipelineState state, ProviderProgress progress, ProviderSchedule schedule, DateTimeOffset now, Func<string, string> newId)
    {
        var provider = progress.Provider;
        if (progress.WaitingFor == WaitReasons.Pause)
        {
            return PipelineDecision.Nothing;
        }

        if (state.NextStep(PipelineNames.Incremental, provider, now) is var (wanted, step))
        {
            return PipelineDecision.Note(new StepBegun(wanted.RunId, provider, step.StepRunId ?? newId("run"), now));
        }

        if (state.IncrementalWants(progress, schedule, now))
        {
            var stepRunId = Lost(progress, schedule, now)?.RunId ?? newId("run");
            return state.FirstActive(PipelineNames.Incremental) is { } active
                ? PipelineDecision.Note(new StepBegun(active.RunId, provider, stepRunId, now))
                : Queue(PipelineNames.Incremental, stepRunId);
        }

        if (state.NextStep(PipelineNames.CatalogSync, provider, now) is var (sync, syncStep))
        {
            return PipelineDecision.Note(new StepBegun(sync.RunId, provider, syncStep.StepRunId ?? newId("run"), now));
        }

        if (!state.Paused.ContainsKey(PipelineNames.CatalogSync)
            && schedule.CatalogIsDue(state.LastBegun(PipelineNames.CatalogSync, provider) ?? progress.CompletedRunStartedAt, now)
            && state.Active.All(run => run.Pipeline != PipelineNames.CatalogSync || run.StepOf(provider) is null or { HasEnded: true }))
        {
            return state.FirstActive(PipelineNames.CatalogSync) is { Paused: null } active
                ? PipelineDecision.Note(new StepBegun(active.RunId, provider, newId("run"), now))
                : Queue(PipelineNames.CatalogSync, newId("run"));
        }

        return PipelineDecision.Nothing;

        PipelineDecision Queue(string pipeline, string stepRunId)
        {
            var run = new PipelineRun(newId(PipelineNames.PrefixOf(pipeline)), pipeline, now, By: null, Reason: null, [RunStep.Of(provider)]);
            return PipelineDecision.Note(new RunQueued(run), new StepBegun(run.RunId, provider, stepRunId, now));
        }
    }

    private static PipelineDecision DecidePast(this PipelineState state, ProviderProgress progress, DateTimeOffset now)
    {
        var window = progress.Window;
        var underWay = window is { State: RunStates.Collecting or RunStates.Stopping };
        if (state.PastAt(progress.Provider, now) is not var (run, step))
        {
            return underWay ? PipelineDecision.Say(new StopWindow(progress.Provider)) : PipelineDecision.Nothing;
        }

        var work = step.Backfill!;
        var isOurs = window is not null && (window.RunId, window.Unit, window.Attempt) == (run.RunId, work.Next(), step.Attempt);
        if (underWay)
        {
            return isOurs ? PipelineDecision.Nothing : PipelineDecision.Say(new StopWindow(progress.Provider));
        }

        if (step.State == PipelineRunState.Queued)
        {
            return PipelineDecision.Note(new StepBegun(run.RunId, step.Provider, run.RunId, now));
        }

        return isOurs && window!.State == RunStates.Done
            ? PipelineDecision.Note(EndOf(run, step, window, now))
            : PipelineDecision.Say(new StartWindow(step.Provider, run.RunId, work.Next(), step.Attempt, work.SeriesOf(work.Next()), work.Units[work.Next()].Past));
    }

    private static IPipelineEvent EndOf(PipelineRun run, RunStep step, ProviderProgress progress, DateTimeOffset now)
    {
        var failures = progress.Failures;
        var outcome = failures.Count == 0 ? PipelineRunState.Success : PipelineRunState.Failed;
        return new StepEnded(run.RunId, step.Provider, now, outcome, CountsOf(progress), [.. progress.FailureLines.Take(RunStep.MostFailures)], RetryAt(step, failures, now));
    }

    /// <summary>A provider that refuses all questions is not asked for the other parts either: the step has failed.</summary>
    private static IPipelineEvent EndOf(PipelineRun run, RunStep step, WindowProgress window, DateTimeOffset now)
    {
        var counts = step.Counts.OfPart(window, step.Backfill!.Series.Length, step.Backfill.Units[window.Unit].Requests);
        IReadOnlyList<string> lines = [.. window.Failures.Take(RunStep.MostFailures).Select(failure => $"{step.Provider} {failure.Code}: {failure.Kind}: {failure.Detail}")];
        if (window.IsRefused)
        {
            return new StepEnded(run.RunId, step.Provider, now, PipelineRunState.Failed, counts, lines);
        }

        var retryAt = RetryAt(step, window.Failures, now);
        return new UnitEnded(run.RunId, step.Provider, window.Unit, now, window.Failures.Count > 0 && retryAt is null, counts, lines, retryAt);
    }

    private static DateTimeOffset? RetryAt(RunStep step, IReadOnlyList<SeriesFailure> failures, DateTimeOffset now) =>
        step.Attempt < MostAttempts && failures.Any(failure => failure.Kind is FailureKind.Transient or FailureKind.Throttled) ? now + BackOff(step.Attempt) : null;

    private static StepCounts CountsOf(ProviderProgress progress) =>
        new(progress.SeriesTotal, progress.SeriesDone, progress.Inserted, progress.Revised, progress.Requests, progress.Datasets);

    private static StartRun StartOf(PipelineRun run, RunStep step, ProviderSchedule schedule) => new(
        step.Provider,
        step.StepRunId!,
        run.Pipeline == PipelineNames.Incremental ? schedule.Scope : run.By is null ? CollectionScope.CatalogWhereDue : CollectionScope.CatalogOnly,
        CloseBreaker: run.By is not null && step.Attempt == 1,
        step.Only);

    /// <summary>The step that the provider's supervisor is to work on now, beside history.</summary>
    private static (PipelineRun Run, RunStep Step)? RunningAt(this PipelineState state, string provider) => state.Active
        .Where(run => run.Pipeline != PipelineNames.Backfill)
        .Select(run => (Run: run, Step: run.StepOf(provider)))
        .Where(pair => pair.Step?.State == PipelineRunState.Running)
        .Select(pair => ((PipelineRun, RunStep)?)(pair.Run, pair.Step!))
        .FirstOrDefault();

    private static bool IsCancelled(this PipelineState state, ProviderProgress progress) =>
        state.Runs.Any(run => run.StepOf(progress.Provider) is { State: PipelineRunState.Cancelled } step && step.StepRunId == progress.RunId);

    /// <summary>Of each pipeline but the backfill one run is worked on, the one that was wanted first.</summary>
    private static PipelineRun? FirstActive(this PipelineState state, string pipeline) => state.Active.FirstOrDefault(run => run.Pipeline == pipeline);

    private static (PipelineRun Run, RunStep Step)? NextStep(this PipelineState state, string pipeline, string provider, DateTimeOffset now) =>
        state.FirstActive(pipeline) is { Paused: null } run
        && run.StepOf(provider) is { State: PipelineRunState.Queued } step
        && !(step.RetryAt > now)
        && (run.StartedAt is not null || !state.Paused.ContainsKey(pipeline))
            ? (run, step)
            : null;

    private static (PipelineRun Run, RunStep Step)? PastAt(this PipelineState state, string provider, DateTimeOffset now)
    {
        foreach (var run in state.Active.Where(run => run.Pipeline == PipelineNames.Backfill && run.Paused is null))
        {
            if (run.StepOf(provider) is { HasEnded: false } step && !(step.RetryAt > now) && (run.StartedAt is not null || !state.Paused.ContainsKey(run.Pipeline)))
            {
                return (run, step);
            }
        }

        return null;
    }

    /// <summary>A provider that is due joins the run under way, so that one that waits for tomorrow's quota holds up nobody.</summary>
    private static bool IncrementalWants(this PipelineState state, ProviderProgress progress, ProviderSchedule schedule, DateTimeOffset now) =>
        state.NextStep(PipelineNames.Incremental, progress.Provider, now) is not null
        || (!state.Paused.ContainsKey(PipelineNames.Incremental)
            && state.FirstActive(PipelineNames.Incremental) is null or { State: PipelineRunState.Running }
            && state.IncrementalIsDue(progress, schedule, now));

    private static bool IncrementalIsDue(this PipelineState state, ProviderProgress progress, ProviderSchedule schedule, DateTimeOffset now)
    {
        var (begun, completed) = (state.LastBegun(PipelineNames.Incremental, progress.Provider), progress.CompletedRunStartedAt);
        return schedule.IncrementalIsDue(begun > completed || completed is null ? begun : completed, now);
    }

    /// <summary>A run that began in this interval and was lost: what it has collected is as new as that of a run of our own.</summary>
    private static UnfinishedRun? Lost(ProviderProgress progress, ProviderSchedule schedule, DateTimeOffset now) =>
        progress.Unfinished is { } unfinished && !schedule.IncrementalIsDue(unfinished.StartedAt, now) ? unfinished : null;
}
