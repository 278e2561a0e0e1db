using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Aurum.Actors.Gate;

/// <summary>What the journal holds of a provider's supervisor.</summary>
public static class ProviderSupervisorEvents
{
    /// <summary>The provider told what a dataset's series are called by.</summary>
    /// <param name="Rest">What further answers told, where one was not enough.</param>
    public sealed record DatasetFactsLearnt(
        string DatasetKey,
        string Facts,
        DateTimeOffset At,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Rest = null) : IWireMessage;

    /// <summary>A run begins. Should the supervisor be lost before its end, whoever wants it begins it again under the same name.</summary>
    public sealed record RunBegun(string RunId, DateTimeOffset StartedAt) : IWireMessage;

    /// <summary>Every series was asked for, or known to need no asking, in a run that began then.</summary>
    public sealed record RunCompleted(string RunId, DateTimeOffset StartedAt) : IWireMessage;

    public sealed record ProviderPaused(OperatorAct Act) : IWireMessage;

    public sealed record ProviderResumed(OperatorAct Act) : IWireMessage;

    public sealed record SeriesPaused(string Code, OperatorAct Act) : IWireMessage;

    public sealed record SeriesResumed(string Code, OperatorAct Act) : IWireMessage;
}

/// <summary>What a supervisor remembers over restarts.</summary>
/// <param name="CompletedRunStartedAt">When the latest run that went through all series began: what has changed since is news to most of them.</param>
/// <param name="Unfinished">The run that has begun and not gone through all series.</param>
/// <param name="Paused">Who paused the provider; null when nobody did.</param>
/// <param name="PausedSeries">Who paused which of its series; null when none is.</param>
public sealed record ProviderSupervisorState(
    ImmutableDictionary<string, DatasetFacts> DatasetFacts,
    DateTimeOffset? CompletedRunStartedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] UnfinishedRun? Unfinished = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] OperatorAct? Paused = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ImmutableSortedDictionary<string, OperatorAct>? PausedSeries = null) : IWireMessage
{
    public static readonly ProviderSupervisorState Initial = new(ImmutableDictionary<string, DatasetFacts>.Empty, null);

    public ProviderSupervisorState Apply(object @event) => @event switch
    {
        ProviderSupervisorEvents.DatasetFactsLearnt learnt => this with
        {
            DatasetFacts = DatasetFacts.SetItem(learnt.DatasetKey, new DatasetFacts([learnt.Facts, .. learnt.Rest ?? []], learnt.At)),
        },
        ProviderSupervisorEvents.RunBegun begun => this with { Unfinished = new UnfinishedRun(begun.RunId, begun.StartedAt) },
        ProviderSupervisorEvents.RunCompleted completed => this with { CompletedRunStartedAt = completed.StartedAt, Unfinished = null },
        ProviderSupervisorEvents.ProviderPaused paused => this with { Paused = paused.Act },
        ProviderSupervisorEvents.ProviderResumed => this with { Paused = null },
        ProviderSupervisorEvents.SeriesPaused paused => this with
        {
            PausedSeries = (PausedSeries ?? ImmutableSortedDictionary.Create<string, OperatorAct>(StringComparer.Ordinal)).SetItem(paused.Code, paused.Act),
        },
        ProviderSupervisorEvents.SeriesResumed resumed => this with { PausedSeries = PausedSeries?.Remove(resumed.Code) is { Count: > 0 } left ? left : null },
        _ => throw new ArgumentException($"A provider supervisor knows no event {@event.GetType().Name}.", nameof(@event)),
    };
}

/// <summary>A provider's answers about a dataset, in the order they were given.</summary>
public sealed record DatasetFacts(IReadOnlyList<string> Answers, DateTimeOffset At);

/// <summary>A run as far as it is remembered over restarts: which series it went through, they know themselves.</summary>
public sealed record UnfinishedRun(string RunId, DateTimeOffset StartedAt);
