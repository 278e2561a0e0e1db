using Aurum.Actors.Gate;
using static Aurum.Actors.Pipelines.PipelineEvents;

namespace Aurum.Actors.Pipelines;

/// <summary>What operators ask of the pipelines. Each is answered with <see cref="PipelineProtocol.PipelineAnswer"/> when it is in the journal.</summary>
public interface IPipelineCommand : IWireMessage
{
    string By { get; }

    string? Reason { get; }
}

public enum PipelineOutcome
{
    Done,

    /// <summary>It was so already.</summary>
    Unchanged,

    /// <summary>There is no such run.</summary>
    NotFound,

    /// <summary>It cannot be now.</summary>
    Refused,
}

public static class PipelineProtocol
{
    /// <summary>Has a pipeline run now, or when what is before it has ended.</summary>
    public sealed record QueueRun(string Pipeline, IReadOnlyList<RunStep> Steps, string By, string? Reason) : IPipelineCommand;

    public sealed record PausePipeline(string Pipeline, string By, string? Reason) : IPipelineCommand;

    public sealed record ResumePipeline(string Pipeline, string By, string? Reason) : IPipelineCommand;

    public sealed record PauseRun(string RunId, string By, string? Reason) : IPipelineCommand;

    /// <summary>Also a backfill that has failed: what was given up is tried again.</summary>
    public sealed record ResumeRun(string RunId, string By, string? Reason) : IPipelineCommand;

    public sealed record CancelRun(string RunId, string By, string? Reason) : IPipelineCommand;

    /// <param name="Detail">What was already so, or why it cannot be, in words.</param>
    public sealed record PipelineAnswer(PipelineOutcome Outcome, string? RunId, string? Detail = null) : IWireMessage;

    /// <summary>The node ends: what happens from here on is left to who schedules next.</summary>
    public sealed record Rest : ILocalMessage
    {
        public static readonly Rest Instance = new();
    }

    /// <summary>The answer to a command, and what is to be written down first; null for nothing.</summary>
    public static (PipelineAnswer Answer, IPipelineEvent? Event) Answer(this PipelineState state, IPipelineCommand command, DateTimeOffset now, Func<string, string> newId)
    {
        var act = new OperatorAct(now, command.By, command.Reason);
        return command switch
        {
            QueueRun queue => Queue(state, queue, now, newId),
            PausePipeline pause => state.Paused.TryGetValue(pause.Pipeline, out var paused)
                ? (Unchanged(null, $"{pause.Pipeline} was paused {paused}"), null)
                : (Done(null), new PipelinePaused(pause.Pipeline, act)),
            ResumePipeline resume => state.Paused.ContainsKey(resume.Pipeline)
                ? (Done(null), new PipelineResumed(resume.Pipeline, act))
                : (Unchanged(null, $"{resume.Pipeline} is not paused"), null),
            PauseRun { RunId: var id } => OfRun(state, id, run =>
                !run.IsActive ? (Ended(run), null)
                : run.Paused is { } paused ? (Unchanged(id, $"{id} was paused {paused}"), null)
                : (Done(id), new RunPaused(id, act))),
            ResumeRun { RunId: var id } => OfRun(state, id, run => run switch
            {
                { IsActive: false, State: PipelineRunState.Failed, Pipeline: PipelineNames.Backfill } or { IsActive: true, Paused: not null } => (Done(id), new RunResumed(id, act)),
                { IsActive: true } => (Unchanged(id, $"{id} is not paused"), null),
                _ => (Ended(run), null),
            }),
            CancelRun { RunId: var id } => OfRun(state, id, run => run.IsActive ? (Done(id), new RunCancelled(id, act)) : (Ended(run), null)),
            _ => throw new ArgumentException($"The pipelines know no command {command.GetType().Name}.", nameof(command)),
        };
    }

    private static (PipelineAnswer Answer, IPipelineEvent? Event) Queue(PipelineState state, QueueRun queue, DateTimeOffset now, Func<string, string> newId)
    {
        if (queue.Pipeline != PipelineNames.Backfill && state.Active.FirstOrDefault(run => run.Pipeline == queue.Pipeline && run.StartedAt is null) is { } waiting)
        {
            return (new PipelineAnswer(PipelineOutcome.Refused, waiting.RunId, $"{waiting.RunId} is queued already, and there is at most one to come"), null);
        }

        var run = new PipelineRun(newId(PipelineNames.PrefixOf(queue.Pipeline)), queue.Pipeline, now, queue.By, queue.Reason, [.. queue.Steps]);
        return (Done(run.RunId), new RunQueued(run));
    }

    private static (PipelineAnswer Answer, IPipelineEvent? Event) OfRun(PipelineState state, string runId, Func<PipelineRun, (PipelineAnswer Answer, IPipelineEvent? Event)> judge) =>
        state.Find(runId) is { } run ? judge(run) : (new PipelineAnswer(PipelineOutcome.NotFound, null, $"there is no run {runId}, or it ended long ago"), null);

    private static PipelineAnswer Done(string? runId) => new(PipelineOutcome.Done, runId);

    private static PipelineAnswer Unchanged(string? runId, string detail) => new(PipelineOutcome.Unchanged, runId, detail);

    private static PipelineAnswer Ended(PipelineRun run) => new(PipelineOutcome.Refused, run.RunId, $"{run.RunId} has ended");
}
