using Aurum.Domain;

namespace Aurum.Actors.Serialization.Kafka;

/// <summary>A catalog entry on its way through Kafka, with what only the topic tells of it.</summary>
/// <param name="IngestedAt">When the description was collected.</param>
/// <param name="Version">Counts the descriptions of the series, from 1.</param>
/// <param name="Status">Life of the series at its provider: active, discontinued.</param>
/// <param name="LastObservation">Timestamp of the newest observation collected, UTC.</param>
/// <param name="AsOf">The day the description became known.</param>
/// <param name="CreatedAt">When the series was first described here.</param>
public sealed record CatalogUpsert(
    CatalogEntry Entry,
    DateTimeOffset IngestedAt,
    int Version = 1,
    string? Status = null,
    string? Notes = null,
    DateTime? LastObservation = null,
    DateOnly? AsOf = null,
    DateTimeOffset? CreatedAt = null,
    IReadOnlyList<string>? Tags = null);
