using System.Runtime.CompilerServices;
using Aurum.Domain;
using Aurum.Storage;

namespace Aurum.Host.Tests;

/// <summary>A store in memory that notes what it was asked.</summary>
internal sealed class FakeStores : IObservationStore, ICatalogStore, IStatusStore, IPipelineStore, IRhythmStore
{
    public List<StoredObservation> Observations { get; } = [];

    public List<SeriesSummary> Summaries { get; } = [];

    public List<ProviderStatus> Providers { get; } = [];

    public List<SeriesStatus> Series { get; } = [];

    public List<DatasetListing> Datasets { get; } = [];

    public List<PipelineRecord> Pipelines { get; } = [];

    public List<PipelineRunRecord> Runs { get; } = [];

    /// <summary>Of every series.</summary>
    public IReadOnlyList<KnownTimestamp> Newest { get; set; } = [];

    public ObservationQuery? Asked { get; private set; }

    public Exception? Failure { get; set; }

    public async IAsyncEnumerable<StoredObservation> ReadAsync(ObservationQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Asked = query;
        foreach (var observation in Observations)
        {
            await Task.CompletedTask;
            yield return observation;
        }

        if (Failure is not null)
        {
            throw Failure;
        }
    }

    public async IAsyncEnumerable<SeriesSummary> ListAsync(string? provider, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        foreach (var summary in Summaries.Where(summary => provider is null || summary.Series.Provider == provider))
        {
            yield return summary;
        }
    }

    public Task<IReadOnlyList<ProviderStatus>> ProvidersAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<ProviderStatus>>(Providers);

    public Task<IReadOnlyList<SeriesStatus>> SeriesAsync(string? provider, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<SeriesStatus>>(Series);

    public Task<IReadOnlyList<SeriesStatus>> SeriesPageAsync(string? provider, SeriesId? after, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<KnownEntry>> PageAsync(string? provider, SeriesId? after, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<WriteResult>> WriteAsync(IReadOnlyList<ObservationBatch> batches, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task SaveAsync(IReadOnlyList<CatalogEntry> entries, DateTimeOffset at, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<KnownEntry?> FindAsync(SeriesId series, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<DatasetListing>> DatasetsAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<DatasetListing>>(Datasets);

    public Task SaveAsync(IReadOnlyList<ProviderStatus> providers, IReadOnlyList<SeriesStatus> series, IReadOnlyList<DatasetListing> datasets, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task SaveAsync(IReadOnlyList<PipelineRecord> pipelines, IReadOnlyList<PipelineRunRecord> runs, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<PipelineRecord>> PipelinesAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<PipelineRecord>>([.. Pipelines]);

    public Task<IReadOnlyList<PipelineRunRecord>> RunsAsync(string? pipeline, string? before, int limit, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<PipelineRunRecord>>(
        [.. Runs.Where(run => pipeline is null || run.Pipeline == pipeline).SkipWhile(run => before is not null && string.CompareOrdinal(run.RunId, before) >= 0).Take(limit)]);

    public Task<PipelineRunRecord?> FindRunAsync(string runId, CancellationToken cancellationToken) => Task.FromResult(Runs.Find(run => run.RunId == runId));

    public Task<IReadOnlyList<PipelineRunRecord>> LongRunsAsync(TimeSpan atLeast, DateTimeOffset endedAfter, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<PipelineRunRecord>>([.. Runs]);

    public Task<IReadOnlyDictionary<SeriesId, IReadOnlyList<KnownTimestamp>>> NewestAsync(IReadOnlyList<SeriesId> series, int count, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<SeriesId, IReadOnlyList<KnownTimestamp>>>(series.ToDictionary(one => one, _ => Newest));

    public Task<int> ForgetRunsAsync(DateTimeOffset endedBefore, CancellationToken cancellationToken) => throw new NotSupportedException();
}
