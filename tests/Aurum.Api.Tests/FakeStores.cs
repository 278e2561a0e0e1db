using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Aurum.Domain;
using Aurum.Storage;

namespace Aurum.Api.Tests;

/// <summary>Stores in memory, as far as the server reads them.</summary>
internal sealed class FakeStores : IObservationStore, ICatalogStore, IStatusStore, IAuditStore, IPipelineStore
{
    public List<StoredObservation> Observations { get; } = [];

    public List<KnownEntry> Entries { get; } = [];

    public List<ProviderStatus> Providers { get; } = [];

    public List<SeriesStatus> Series { get; } = [];

    public ConcurrentQueue<AuditEntry> Audit { get; } = new();

    public List<PipelineRecord> Pipelines { get; } = [];

    public List<PipelineRunRecord> Runs { get; } = [];

    public ObservationQuery? Asked { get; private set; }

    /// <summary>What every call comes to, where it is not null.</summary>
    public Exception? Failure { get; set; }

    /// <summary>What reading observations waits for.</summary>
    public Task Hold { get; set; } = Task.CompletedTask;

    public async IAsyncEnumerable<StoredObservation> ReadAsync(ObservationQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Asked = query;
        await Hold.WaitAsync(cancellationToken);
        Fail();
        var rows = Observations.Where(row => query.After is not { } after || (row.Series.Code, row.Observation.Timestamp, row.Observation.AsOf).CompareTo((after.Series, after.Timestamp, after.AsOf)) > 0);
        foreach (var row in rows.Take(query.Limit ?? int.MaxValue))
        {
            yield return row;
        }
    }

    public Task<IReadOnlyList<KnownEntry>> PageAsync(string? provider, SeriesId? after, int limit, CancellationToken cancellationToken)
    {
        Fail();
        return Task.FromResult<IReadOnlyList<KnownEntry>>([.. Entries.Where(known => IsAsked(known.Entry.Series, provider, after)).Take(limit)]);
    }

    public Task<IReadOnlyList<ProviderStatus>> ProvidersAsync(CancellationToken cancellationToken)
    {
        Fail();
        return Task.FromResult<IReadOnlyList<ProviderStatus>>([.. Providers]);
    }

    public Task<IReadOnlyList<SeriesStatus>> SeriesPageAsync(string? provider, SeriesId? after, int limit, CancellationToken cancellationToken)
    {
        Fail();
        return Task.FromResult<IReadOnlyList<SeriesStatus>>([.. Series.Where(status => IsAsked(status.Series, provider, after)).Take(limit)]);
    }

    public Task AddAsync(AuditEntry entry, CancellationToken cancellationToken)
    {
        Fail();
        Audit.Enqueue(entry);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<NumberedAuditEntry>> ListAsync(long? before, int limit, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<NumberedAuditEntry>>(
        [.. Audit.Select((entry, index) => new NumberedAuditEntry(index + 1, entry)).Where(entry => before is null || entry.Number < before).Reverse().Take(limit)]);

    public Task<IReadOnlyList<SeriesStatus>> SeriesAsync(string? provider, CancellationToken cancellationToken) => SeriesPageAsync(provider, null, int.MaxValue, cancellationToken);

    public async IAsyncEnumerable<SeriesSummary> ListAsync(string? provider, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        yield break;
    }

    public Task<IReadOnlyList<WriteResult>> WriteAsync(IReadOnlyList<ObservationBatch> batches, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<DatasetListing>> DatasetsAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<DatasetListing>>([]);

    public Task SaveAsync(IReadOnlyList<CatalogEntry> entries, DateTimeOffset at, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<KnownEntry?> FindAsync(SeriesId series, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task SaveAsync(IReadOnlyList<ProviderStatus> providers, IReadOnlyList<SeriesStatus> series, IReadOnlyList<DatasetListing> datasets, CancellationToken cancellationToken) => throw new NotSupportedException();

    private static bool IsAsked(SeriesId series, string? provider, SeriesId? after) =>
        (provider is null || series.Provider == provider) && (after is null || (series.Provider, series.Code).CompareTo((after.Provider, after.Code)) > 0);

    public Task SaveAsync(IReadOnlyList<PipelineRecord> pipelines, IReadOnlyList<PipelineRunRecord> runs, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<PipelineRecord>> PipelinesAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<PipelineRecord>>([.. Pipelines]);

    public Task<IReadOnlyList<PipelineRunRecord>> RunsAsync(string? pipeline, string? before, int limit, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<PipelineRunRecord>>(
        [.. Runs.Where(run => pipeline is null || run.Pipeline == pipeline).SkipWhile(run => before is not null && string.CompareOrdinal(run.RunId, before) >= 0).Take(limit)]);

    public Task<PipelineRunRecord?> FindRunAsync(string runId, CancellationToken cancellationToken) => Task.FromResult(Runs.Find(run => run.RunId == runId));

    public Task<IReadOnlyList<PipelineRunRecord>> LongRunsAsync(TimeSpan atLeast, DateTimeOffset endedAfter, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<PipelineRunRecord>>([.. Runs]);

    public Task<int> ForgetRunsAsync(DateTimeOffset endedBefore, CancellationToken cancellationToken) => throw new NotSupportedException();

    private void Fail()
    {
        if (Failure is not null)
        {
            throw Failure;
        }
    }
}
