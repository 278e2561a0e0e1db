using Aurum.Domain;

namespace Aurum.Storage;

/// <summary>Where observations rest. All members may be called from several threads; writes to one series are taken one at a time.</summary>
public interface IObservationStore
{
    /// <summary>
    /// Stores batches in one transaction: all of them or none. A value that says the same as the latest one known by its as-of day
    /// makes no row; another value of the same timestamp and as-of day replaces it, unless it was ingested earlier than the stored one
    /// (a late repeat of an older page undoes nothing and counts as unchanged); any other makes a new row and keeps the old. Safe to repeat.
    /// </summary>
    /// <returns>One result a batch, in order.</returns>
    /// <exception cref="StorageException">The store cannot take it now; nothing of it was stored, or all of it when the answer to the commit was lost.</exception>
    /// <exception cref="RefusedDataException">The store will never take it.</exception>
    Task<IReadOnlyList<WriteResult>> WriteAsync(IReadOnlyList<ObservationBatch> batches, CancellationToken cancellationToken);

    /// <summary>Reads in order of provider, series, timestamp and as-of day; streams, never holds the result.</summary>
    IAsyncEnumerable<StoredObservation> ReadAsync(ObservationQuery query, CancellationToken cancellationToken);
}

/// <summary>A slice on its way to the store.</summary>
/// <param name="EventId">Names the page it came from; the same when the same page is sent again.</param>
public sealed record ObservationBatch(ObservationSlice Slice, string RunId, string EventId, DateTimeOffset IngestedAt);

/// <param name="Inserted">Timestamps seen for the first time.</param>
/// <param name="Revised">Timestamps that had another value before.</param>
/// <param name="Unchanged">Observations that said what was known.</param>
public readonly record struct WriteResult(int Inserted, int Revised, int Unchanged);

/// <param name="Series">Codes of the wanted series; empty for all of the provider's.</param>
/// <param name="Window">Half-open, over timestamps.</param>
/// <param name="After">Only rows behind this one in the order of reading; for who reads a page at a time.</param>
/// <param name="Limit">At most so many rows; null for all.</param>
public sealed record ObservationQuery(string Provider, IReadOnlyList<string> Series, Window Window, Vintages Vintages, ObservationKey? After = null, int? Limit = null);

/// <summary>A row's place in its provider's order of reading. No row needs to be there.</summary>
public sealed record ObservationKey(string Series, DateTime Timestamp, DateOnly AsOf);

/// <summary>Which of a timestamp's vintages a query wants.</summary>
public abstract record Vintages
{
    private Vintages()
    {
    }

    /// <summary>The newest value of each timestamp.</summary>
    public sealed record Latest : Vintages;

    /// <summary>The value of each timestamp as the world knew it at the end of that day.</summary>
    public sealed record AsOf(DateOnly Day) : Vintages;

    /// <summary>Every value that was ever known.</summary>
    public sealed record All : Vintages;
}

/// <summary>One stored row, with all its columns.</summary>
public sealed record StoredObservation(
    SeriesId Series,
    Observation Observation,
    SeriesAttributes Attributes,
    DateTimeOffset IngestedAt,
    string RunId,
    string EventId);

/// <summary>The store refused or could not be reached; the message names the store and the reason, never a secret.</summary>
public class StorageException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The data are at fault and not the store: to write them again will fail again. The message names what cannot be stored.</summary>
public sealed class RefusedDataException(string message, Exception? inner = null) : StorageException(message, inner);
