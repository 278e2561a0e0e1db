using Aurum.Domain;
using Aurum.Storage;

namespace Aurum.Actors.Collection;

/// <summary>What a store tells of earlier collections: it plans better than a guess.</summary>
public sealed class EarlierCollections
{
    public static readonly EarlierCollections None = new([], [], []);

    private readonly Dictionary<SeriesId, SeriesSummary> _series;
    private readonly HashSet<SeriesId> _collected;
    private readonly Dictionary<(string Provider, string Key), IReadOnlyList<string>> _answers;

    private EarlierCollections(IEnumerable<SeriesSummary> series, IEnumerable<SeriesStatus> statuses, IEnumerable<DatasetListing> datasets)
    {
        _series = series.ToDictionary(summary => summary.Series);
        _collected = [.. statuses.Where(status => status.Outcome == "ok").Select(status => status.Series)];
        _answers = datasets.ToDictionary(listing => (listing.Provider, listing.DatasetKey), listing => listing.Answers);
    }

    public static async Task<EarlierCollections> ReadAsync(ICatalogStore catalog, IStatusStore status, CancellationToken cancellationToken)
    {
        var series = new List<SeriesSummary>();
        await foreach (var summary in catalog.ListAsync(provider: null, cancellationToken))
        {
            series.Add(summary);
        }

        return new EarlierCollections(series, await status.SeriesAsync(provider: null, cancellationToken), await status.DatasetsAsync(cancellationToken));
    }

    public CatalogEntry? EntryOf(SeriesId series) => _series.GetValueOrDefault(series)?.Entry;

    /// <summary>True when the series was read to its end.</summary>
    public bool HasCollected(SeriesId series) => _collected.Contains(series);

    /// <summary>True when the series was read to its end and had nothing.</summary>
    public bool IsEmpty(SeriesId series) => HasCollected(series) && _series.GetValueOrDefault(series) is null or { Observations: 0 };

    /// <summary>What the provider said of a dataset when it was last asked; none where it never was.</summary>
    public IReadOnlyList<string> AnswersOf(string provider, string datasetKey) => _answers.GetValueOrDefault((provider, datasetKey), []);
}
