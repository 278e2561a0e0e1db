using Aurum.Actors.Serialization.Kafka;
using Aurum.Domain;
using Aurum.Storage;
using Confluent.Kafka;

namespace Aurum.Actors.Processing;

/// <summary>A run of records, sorted: what is to be stored, and what is set aside.</summary>
/// <param name="Records">All of them, in the order they came.</param>
public sealed record Intake(
    IReadOnlyList<ConsumeResult<byte[], byte[]>> Records,
    IReadOnlyList<ObservationBatch> Batches,
    IReadOnlyList<CatalogUpsert> Entries,
    IReadOnlyList<SetAside> SetAside);

/// <summary>A record that will never be stored, and why.</summary>
/// <param name="Stage">The step that refused it: <c>decode</c>, <c>validate</c> or <c>store</c>.</param>
/// <param name="Reasons">For people; at least one.</param>
/// <param name="Row">What it says, where it could be decoded as an observation.</param>
public sealed record SetAside(ConsumeResult<byte[], byte[]> Record, string Stage, string Kind, IReadOnlyList<string> Reasons, DecodedObservation? Row);
