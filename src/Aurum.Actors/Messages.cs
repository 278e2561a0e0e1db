using Akka.Actor;
using Aurum.Domain;

namespace Aurum.Actors;

/// <summary>A message that may cross nodes or reach the journal: it has a manifest in <see cref="Serialization.Journal.AurumSerializer"/>.</summary>
public interface IWireMessage;

/// <summary>A message that never leaves its node.</summary>
public interface ILocalMessage : INoSerializationVerificationNeeded;

/// <summary>Routes to the supervisor of a provider.</summary>
public interface IWithProvider
{
    string Provider { get; }
}

/// <summary>Routes to the collector of a series, in the shard that all series of its coalescing key share.</summary>
public interface IWithSeries
{
    SeriesDefinition Series { get; }
}
