using System.Collections.Concurrent;
using Aurum.Domain;
using Aurum.Storage;

namespace Aurum.Actors.Tests.Processing;

/// <summary>A store in memory whose commits a test may hold back and break.</summary>
internal sealed class FakeStores : IObservationStore, ICatalogStore
{
    private volatile TaskCompletionSource? _held;
    private int _failures;

    /// <summary>The batches of each commit.</summary>
    public ConcurrentQueue<IReadOnlyList<ObservationBatch>> Commits { get; } = new();

    public ConcurrentQueue<CatalogEntry> Entries { get; } = new();

    public Exception Failure { get; set; } = new StorageException("the database is locked");

    public int Attempts { get; private set; }

    public void Hold() => _held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release() => _held?.SetResult();

    public void FailNext(int times) => _failures = times;

    public Task<IReadOnlyList<KnownEntry>> PageAsync(string? provider, SeriesId? after, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();

    public async Task<IReadOnlyList<WriteResult>> WriteAsync(IReadOnlyList<ObservationBatch> batches, CancellationToken cancellationToken)
    {
        Attempts++;
        await (_held?.Task ?? Task.CompletedTask);
        if (Interlocked.Decrement(ref _failures) >= 0)
        {
            throw Failure;
        }

        Commits.Enqueue(batches);
        return [.. batches.Select(batch => new WriteResult(batch.Slice.Observations.Count, 1, 0))];
    }

    public Task SaveAsync(IReadOnlyList<CatalogEntry> entries, DateTimeOffset at, CancellationToken cancellationToken)
    {
        foreach (var entry in entries)
        {
            Entries.Enqueue(entry);
        }

        return Task.CompletedTask;
    }

    public IAsyncEnumerable<StoredObservation> ReadAsync(ObservationQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<KnownEntry?> FindAsync(SeriesId series, CancellationToken cancellationToken) => throw new NotSupportedException();

    public IAsyncEnumerable<SeriesSummary> ListAsync(string? provider, CancellationToken cancellationToken) => throw new NotSupportedException();
}
