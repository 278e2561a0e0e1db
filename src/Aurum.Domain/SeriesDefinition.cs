namespace Aurum.Domain;

/// <summary>A configured series and where it lies at its provider.</summary>
/// <param name="DatasetKey">Names the dataset entry it comes from; equal for entries that say the same.</param>
/// <param name="CoalescingKey">Series with the same key may share API calls, and so live in the same shard.</param>
/// <param name="Coordinates">The provider's own dimensions, e.g. <c>station</c> and <c>datatype</c>; read by the provider only.</param>
/// <param name="Start">Nothing before it is wanted; null for all history.</param>
/// <param name="LookbackObservations">How many of the latest observations each collection reads again to catch revisions.</param>
public sealed record SeriesDefinition(
    SeriesId Id,
    string DatasetKey,
    string CoalescingKey,
    IReadOnlyDictionary<string, string> Coordinates,
    DateOnly? Start,
    int LookbackObservations);
