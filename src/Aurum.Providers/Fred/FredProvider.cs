using System.Globalization;
using Aurum.Domain;
using Aurum.Providers.Http;
using Aurum.Providers.Settings;

namespace Aurum.Providers.Fred;

/// <summary>FRED, the database of the Federal Reserve Bank of St. Louis: one call a series, in pages of up to 100,000 rows.</summary>
public sealed class FredProvider : IProvider
{
    internal const string Name = "fred";
    internal const string KeyVariable = "FRED_API_KEY";
    internal const int RowsPerPage = 100_000;

    /// <summary>FRED takes no earlier bound; without one it sends all it has.</summary>
    private static readonly DateTime EarliestBound = new(1776, 7, 4, 0, 0, 0, DateTimeKind.Utc);

    public ProviderDescriptor Descriptor { get; } = new(
        Name,
        "FRED, Federal Reserve Bank of St. Louis",
        KeyVariable,
        "FRED_API_BASE_URL",
        new Uri("https://api.stlouisfed.org/"),
        new RateLimitSettings(RequestsPerSecond: 2, Burst: 2, DailyQuota: 1000, QuotaTimeZone: "America/Chicago"),
        new BatchSettings(BatchSize: 500, MaxWorkers: 4),
        new CircuitBreakerSettings(FailureThreshold: 5, Timeout: TimeSpan.FromMinutes(30)),
        new HttpSettings(Timeout: TimeSpan.FromSeconds(30), MaxAttempts: 5),
        ObservationsNeedCatalog: true);

    public Dataset ReadDataset(SettingsNode entry) => FredDataset.Read(entry);

    public IReadOnlyList<SeriesDefinition> Expand(Dataset dataset, IReadOnlyList<string> facts) => ((FredDataset)dataset).Expand();

    public Fetch? PlanFacts(Dataset dataset, IReadOnlyList<string> facts) => null;

    public IReadOnlyList<Fetch> PlanCatalog(IReadOnlyList<SeriesDefinition> series) =>
    [
        .. series.DistinctBy(definition => definition.Id).Select(definition =>
            new FredFetch(FetchKind.Catalog, [new Want(definition, Window.Everything, Known: null)], $"series {definition.Id.Code}", Window.Everything)),
    ];

    public IReadOnlyList<Fetch> PlanObservations(IReadOnlyList<Want> wants, DateOnly today) =>
    [
        .. wants.Where(want => !want.Window.IsEmpty).GroupBy(want => want.Series.Id).Select(same =>
            new FredFetch(FetchKind.Observations, [.. same], $"series/observations {same.Key.Code}", same.Select(want => want.Window).Aggregate((a, b) => a.Cover(b)))),
    ];

    public FetchEstimate Estimate(Fetch fetch, DateOnly today) => throw new NotImplementedException();

    public FetchResult Explain(Uri address, ProviderResponse response) => throw new NotImplementedException();

    public HttpRequestMessage Request(Fetch fetch, string? cursor, ProviderAccess access)
    {
        var asked = (FredFetch)fetch;
        List<(string, string)> parameters = [("series_id", asked.Series.Code), ("file_type", "json")];
        if (asked.Kind == FetchKind.Catalog)
        {
            return KeyedQuery.Get(access, "fred/series", parameters);
        }

        parameters.Add(("sort_order", "asc"));
        parameters.Add(("limit", RowsPerPage.ToString(CultureInfo.InvariantCulture)));
        parameters.Add(("offset", Offset(cursor).ToString(CultureInfo.InvariantCulture)));
        if (asked.Window.From >= EarliestBound)
        {
            parameters.Add(("observation_start", Day(asked.Window.From)));
        }

        if (asked.Window.To != DateTime.MaxValue)
        {
            parameters.Add(("observation_end", Day(asked.Window.To.AddTicks(-1))));
        }

        return KeyedQuery.Get(access, "fred/series/observations", parameters);
    }

    public FetchResult Parse(Fetch fetch, string? cursor, ProviderResponse response)
    {
        var asked = (FredFetch)fetch;
        if (FredErrors.Of(response, asked.Series) is { } failure)
        {
            return new FetchFailed(failure);
        }

        return asked.Kind == FetchKind.Catalog
            ? KeyedTriage.ReadDocument(response, root => Page.OfCatalog([FredCatalog.Read(root, asked.Series)]))
            : KeyedTriage.Read(response, body => FredObservations.Read(asked, Offset(cursor), body.Span));
    }

    private static long Offset(string? cursor) => cursor is null ? 0 : long.Parse(cursor, CultureInfo.InvariantCulture);

    private static string Day(DateTime timestamp) => timestamp.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}

/// <summary>A call about one series.</summary>
/// <param name="Window">Covers the windows of all wants.</param>
internal sealed record FredFetch(FetchKind Kind, IReadOnlyList<Want> Wants, string Label, Window Window) : Fetch(Kind, Wants, Label)
{
    public SeriesId Series => Wants[0].Series.Id;
}
