using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Aurum.Actors.Gate;
using static Aurum.Actors.Pipelines.PipelineEvents;

namespace Aurum.Actors.Pipelines;

/// <summary>What is remembered of all pipelines over restarts. Pure; <see cref="PipelineDecisions"/> says what follows from it.</summary>
/// <param name="Runs">Active ones and the last few that ended, in the order in which they were wanted.</param>
/// <param name="Paused">Who paused which pipeline.</param>
/// <param name="Begun">When a pipeline last began at a provider, by both their names: its next schedule counts from there.</param>
public sealed record PipelineState(
    ImmutableArray<PipelineRun> Runs,
    ImmutableSortedDictionary<string, OperatorAct> Paused,
    ImmutableSortedDictionary<string, DateTimeOffset> Begun) : IWireMessage
{
    private const int EndedKept = 10;

    public static readonly PipelineState Initial = new([], ImmutableSortedDictionary<string, OperatorAct>.Empty, ImmutableSortedDictionary<string, DateTimeOffset>.Empty);

    [JsonIgnore]
    public IEnumerable<PipelineRun> Active => Runs.Where(run => run.IsActive);

    public PipelineRun? Find(string runId) => Runs.FirstOrDefault(run => run.RunId == runId);

    public DateTimeOffset? LastBegun(string pipeline, string provider) => Begun.TryGetValue(Key(pipeline, provider), out var at) ? at : null;

    public PipelineState Apply(IWireMessage @event) => @event switch
    {
        RunQueued queued => this with { Runs = WithoutOldest(Runs, queued.Run.Pipeline).Add(queued.Run) },
        StepBegun begun => Begin(begun),
        StepSuspended suspended => ChangeStep(suspended, suspended.Provider, suspended.At, step => step with { State = PipelineRunState.Queued }),
        StepEnded ended => ChangeStep(ended, ended.Provider, ended.At, step => End(step, ended)),
        UnitEnded ended => ChangeStep(ended, ended.Provider, ended.At, step => End(step, ended)),
        RunPaused paused => Change(paused, run => run with { Paused = paused.Act }),
        RunResumed resumed => Change(resumed, run => Resume(run)),
        RunCancelled cancelled => Change(cancelled, run => Cancel(run, cancelled.Act)),
        PipelinePaused paused => this with { Paused = Paused.SetItem(paused.Pipeline, paused.Act) },
        PipelineResumed resumed => this with { Paused = Paused.Remove(resumed.Pipeline) },
        _ => throw new ArgumentException($"The pipelines know no event {@event.GetType().Name}.", nameof(@event)),
    };

    private PipelineState Begin(StepBegun begun)
    {
        var state = Change(begun, run =>
        {
            var step = run.StepOf(begun.Provider) ?? RunStep.Of(begun.Provider);
            var isAnew = step.HasEnded || (step.StepRunId is not null && step.StepRunId != begun.StepRunId);
            step = isAnew ? RunStep.Of(begun.Provider) : step;
            return run.With(step with { State = PipelineRunState.Running, StepRunId = begun.StepRunId, StartedAt = step.StartedAt ?? begun.At, RetryAt = null }, begun.At);
        });
        var pipeline = Find(begun.RunId)!.Pipeline;
        var goesOn = Find(begun.RunId)!.StepOf(begun.Provider)?.StepRunId == begun.StepRunId;
        var isOfSome = state.Find(begun.RunId)!.StepOf(begun.Provider)!.Only is not null;
        return !goesOn && !isOfSome ? state with { Begun = Begun.SetItem(Key(pipeline, begun.Provider), begun.At) } : state;
    }

    private static RunStep End(RunStep step, StepEnded ended) => step with
    {
        State = ended.RetryAt is null ? ended.Outcome : PipelineRunState.Queued,
        EndedAt = ended.RetryAt is null ? ended.At : null,
        RetryAt = ended.RetryAt,
        Attempt = step.Attempt + (ended.RetryAt is null ? 0 : 1),
        Counts = step.Counts.After(ended.Counts),
        Failures = [.. ended.Failures.Take(RunStep.MostFailures)],
    };

    /// <summary>A part that is tried again keeps its place; the step ends with its last part.</summary>
    private static RunStep End(RunStep step, UnitEnded ended)
    {
        var work = step.Backfill!;
        if (ended.RetryAt is { } retryAt)
        {
            return step with { RetryAt = retryAt, Attempt = step.Attempt + 1, Counts = step.Counts.After(ended.Counts) };
        }

        work = work with { Pending = work.Pending.Remove(ended.Unit), Failed = ended.Failed ? work.Failed.Add(ended.Unit) : work.Failed };
        return step with
        {
            Backfill = work,
            RetryAt = null,
            Attempt = 1,
            Counts = step.Counts.After(ended.Counts),
            Failures = [.. step.Failures.Concat(ended.Failures).TakeLast(RunStep.MostFailures)],
            State = !work.Pending.IsEmpty ? step.State : work.Failed.IsEmpty ? PipelineRunState.Success : PipelineRunState.Failed,
            EndedAt = work.Pending.IsEmpty ? ended.At : null,
        };
    }

    private static PipelineRun Resume(PipelineRun run) => run.IsActive ? run with { Paused = null } : run with
    {
        Paused = null,
        EndedAt = null,
        Steps = [.. run.Steps.Select(step => step.State != PipelineRunState.Failed ? step : step with
        {
            State = PipelineRunState.Queued,
            EndedAt = null,
            Attempt = 1,
            Failures = [],
            Backfill = step.Backfill is { } work ? work with { Pending = [.. work.Pending, .. work.Failed], Failed = [] } : null,
        })],
    };

    private static PipelineRun Cancel(PipelineRun run, OperatorAct act) => run with
    {
        Cancelled = act,
        EndedAt = act.At,
        Steps = [.. run.Steps.Select(step => step.HasEnded ? step : step with { State = PipelineRunState.Cancelled, EndedAt = act.At, RetryAt = null })],
    };

    private PipelineState ChangeStep(IRunEvent @event, string provider, DateTimeOffset at, Func<RunStep, RunStep> change) =>
        Change(@event, run => run.With(change(run.StepOf(provider)!), at));

    private PipelineState Change(IRunEvent @event, Func<PipelineRun, PipelineRun> change)
    {
        var index = Runs.ToList().FindIndex(run => run.RunId == @event.RunId);
        return this with { Runs = Runs.SetItem(index, change(Runs[index])) };
    }

    private static ImmutableArray<PipelineRun> WithoutOldest(ImmutableArray<PipelineRun> runs, string pipeline)
    {
        var ended = runs.Where(run => run.Pipeline == pipeline && !run.IsActive).ToArray();
        return ended.Length < EndedKept ? runs : runs.RemoveRange(ended[..^(EndedKept - 1)]);
    }

    private static string Key(string pipeline, string provider) => $"{pipeline}/{provider}";
}
