using System.Collections.Immutable;

namespace Aurum.Actors.Gate;

/// <summary>What the journal holds of a provider's supervisor.</summary>
public static class ProviderSupervisorEvents
{
    /// <summary>The provider told what a dataset's series are called by.</summary>
    public sealed record DatasetFactsLearnt(string DatasetKey, string Facts, DateTimeOffset At) : IWireMessage;
}

/// <summary>What a supervisor remembers over restarts.</summary>
public sealed record ProviderSupervisorState(ImmutableDictionary<string, string> DatasetFacts)
{
    public static readonly ProviderSupervisorState Initial = new(ImmutableDictionary<string, string>.Empty);

    public ProviderSupervisorState Apply(object @event) => @event switch
    {
        ProviderSupervisorEvents.DatasetFactsLearnt learnt => this with { DatasetFacts = DatasetFacts.SetItem(learnt.DatasetKey, learnt.Facts) },
        _ => throw new ArgumentException($"A provider supervisor knows no event {@event.GetType().Name}.", nameof(@event)),
    };
}
