using Aurum.Domain;

namespace Aurum.Storage;

/// <summary>When the newest values of series became known: what tells the rhythm in which they come.</summary>
public interface IRhythmStore
{
    /// <param name="count">At most so many timestamps of each series, the newest.</param>
    /// <returns>Oldest first; empty for a series of which nothing is stored.</returns>
    Task<IReadOnlyDictionary<SeriesId, IReadOnlyList<KnownTimestamp>>> NewestAsync(IReadOnlyList<SeriesId> series, int count, CancellationToken cancellationToken);
}

/// <param name="KnownOn">The as-of day of its first vintage.</param>
/// <param name="StoredAt">When that vintage was ingested.</param>
public sealed record KnownTimestamp(DateTime Timestamp, DateOnly KnownOn, DateTimeOffset StoredAt);
