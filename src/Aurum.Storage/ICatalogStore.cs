using Aurum.Domain;

namespace Aurum.Storage;

/// <summary>What is known about series.</summary>
public interface ICatalogStore
{
    /// <summary>Adds or renews entries, in one transaction.</summary>
    Task SaveAsync(IReadOnlyList<CatalogEntry> entries, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>The entry of one series and when it was last renewed; null when there is none.</summary>
    Task<KnownEntry?> FindAsync(SeriesId series, CancellationToken cancellationToken);

    /// <summary>A page of entries in order, without what is stored of their series: to count that takes its time.</summary>
    /// <param name="provider">Only this provider's; null for all.</param>
    /// <param name="after">Only series behind this one; null for the first page.</param>
    Task<IReadOnlyList<KnownEntry>> PageAsync(string? provider, SeriesId? after, int limit, CancellationToken cancellationToken);

    /// <summary>All series that have a catalog entry or observations, in order, with what is stored of each.</summary>
    /// <param name="provider">Only this provider's; null for all.</param>
    IAsyncEnumerable<SeriesSummary> ListAsync(string? provider, CancellationToken cancellationToken);
}

public sealed record KnownEntry(CatalogEntry Entry, DateTimeOffset RenewedAt);

/// <param name="Entry">With the unit of the newest observation where the catalog has none. Null when observations were stored before the catalog was ever read.</param>
/// <param name="Observations">Timestamps stored, each counted once.</param>
/// <param name="Rows">Rows stored, every vintage counted.</param>
public sealed record SeriesSummary(SeriesId Series, CatalogEntry? Entry, long Observations, long Rows, DateTime? First, DateTime? Last);
