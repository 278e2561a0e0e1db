using System.Text.Json.Serialization;
using Aurum.Actors.Gate;

namespace Aurum.Actors.Pipelines;

/// <summary>What the journal holds of the pipelines.</summary>
public static class PipelineEvents
{
    public interface IPipelineEvent : IWireMessage;

    public interface IRunEvent : IPipelineEvent
    {
        string RunId { get; }
    }

    /// <summary>A run is wanted; from here on no crash loses it.</summary>
    public sealed record RunQueued(PipelineRun Run) : IRunEvent
    {
        [JsonIgnore]
        public string RunId => Run.RunId;
    }

    /// <summary>A provider's part begins, for the first time or again; a provider that is due while others still work joins so.</summary>
    public sealed record StepBegun(string RunId, string Provider, string StepRunId, DateTimeOffset At) : IRunEvent;

    /// <summary>It has stopped for a while, and is begun again under its name.</summary>
    public sealed record StepSuspended(string RunId, string Provider, DateTimeOffset At) : IRunEvent;

    /// <param name="Outcome">Success, failed or cancelled.</param>
    /// <param name="RetryAt">When it is tried again; null when what came of it stays.</param>
    public sealed record StepEnded(
        string RunId,
        string Provider,
        DateTimeOffset At,
        PipelineRunState Outcome,
        StepCounts Counts,
        IReadOnlyList<string> Failures,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? RetryAt = null) : IRunEvent;

    /// <summary>A part of a backfill was gone through.</summary>
    /// <param name="Failed">True when it is given up, until somebody resumes the run.</param>
    public sealed record UnitEnded(
        string RunId,
        string Provider,
        int Unit,
        DateTimeOffset At,
        bool Failed,
        StepCounts Counts,
        IReadOnlyList<string> Failures,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? RetryAt = null) : IRunEvent;

    public sealed record RunPaused(string RunId, OperatorAct Act) : IRunEvent;

    /// <summary>Also of a backfill that has failed: what was given up is tried again.</summary>
    public sealed record RunResumed(string RunId, OperatorAct Act) : IRunEvent;

    public sealed record RunCancelled(string RunId, OperatorAct Act) : IRunEvent;

    /// <summary>No run of it begins; one that is under way goes on.</summary>
    public sealed record PipelinePaused(string Pipeline, OperatorAct Act) : IPipelineEvent;

    public sealed record PipelineResumed(string Pipeline, OperatorAct Act) : IPipelineEvent;
}
