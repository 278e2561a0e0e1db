using System.Globalization;
using System.Text.Json.Nodes;
using Aurum.Domain;
using Aurum.Providers.Http;
using Aurum.Providers.Settings;

namespace Aurum.Providers.Fred;

/// <summary>
/// FRED, the database of the Federal Reserve Bank of St. Louis: one call a series, in pages of up to 100,000 rows, or one for a whole
/// release.
/// </summary>
public sealed class FredProvider : IProvider
{
    internal const string Name = "fred";
    internal const string KeyVariable = "FRED_API_KEY", AddressVariable = "FRED_API_BASE_URL";
    internal const int RowsPerPage = 100_000;

    public ProviderDescriptor Descriptor { get; } = new(
        Name,
        "FRED, Federal Reserve Bank of St. Louis",
        KeyVariable,
        AddressVariable,
        new Uri("https://api.stlouisfed.org/"),
        new RateLimitSettings(RequestsPerSecond: 2, Burst: 2, DailyQuota: 1000, QuotaTimeZone: "America/Chicago"),
        new BatchSettings(BatchSize: 500, MaxWorkers: 4),
        new CircuitBreakerSettings(FailureThreshold: 5, Timeout: TimeSpan.FromMinutes(30)),
        new HttpSettings(Timeout: TimeSpan.FromSeconds(30), MaxAttempts: 5),
        ObservationsNeedCatalog: true);

    public Dataset ReadDataset(SettingsNode entry) => FredDataset.Read(entry);

    public IReadOnlyList<SeriesDefinition>? Expand(Dataset dataset, IReadOnlyList<string> facts) => ((FredDataset)dataset).Expand(facts);

    public JsonObject DatasetOf(string code) => new() { ["series"] = new JsonArray(code) };

    public Fetch? PlanFacts(Dataset dataset, IReadOnlyList<string> facts) => ((FredDataset)dataset).PlanFacts(facts);

    public Fetch? PlanChanges(IReadOnlyList<SeriesDefinition> series, DateTimeOffset since, DateTimeOffset now) =>
        FredUpdatesFetch.Plan(series.DistinctBy(definition => definition.Id).Sum(CallsFor), since, now);

    public IReadOnlyList<Fetch> PlanCatalog(IReadOnlyList<SeriesDefinition> series) =>
    [
        .. series.DistinctBy(definition => definition.Id)
            .GroupBy(definition => definition.Coordinates.GetValueOrDefault(FredDataset.ListingCoordinate) ?? "", StringComparer.Ordinal)
            .SelectMany(PlanCatalogOf),
    ];

    public IReadOnlyList<Fetch> PlanObservations(IReadOnlyList<Want> wants, DateOnly today)
    {
        var asked = wants.Where(want => !want.Window.IsEmpty).ToArray();
        var bulk = FredBulk.Plan([.. asked.Where(want => want.CoveredAt is null)], today);
        return
        [
            .. bulk is null ? Array.Empty<Fetch>() : [bulk],
            .. asked.Where(want => bulk is null || want.CoveredAt is not null).GroupBy(want => want.Series.Id).Select(same => PlanAlone([.. same])),
        ];
    }

    public FetchEstimate Estimate(Fetch fetch, DateOnly today) => ((FredFetch)fetch).Estimate(today);

    public HttpRequestMessage Request(Fetch fetch, string? cursor, ProviderAccess access) => ((FredFetch)fetch).Request(cursor, access);

    public FetchResult Parse(Fetch fetch, string? cursor, ProviderResponse response) => ((FredFetch)fetch).Parse(cursor, response);

    public FetchResult Explain(Uri address, ProviderResponse response) => FredExplain.Of(address, response);

    private static bool WantsAllVintages(SeriesDefinition series) => series.Coordinates.ContainsKey(FredDataset.VintagesCoordinate);

    /// <summary>What it costs to ask a series for its news: one call, or two where its vintage dates are asked first.</summary>
    private static int CallsFor(SeriesDefinition series) => WantsAllVintages(series) ? 2 : 1;

    /// <summary>The list in which series were found describes them a thousand at a time; worth it where it is shorter than they are many.</summary>
    private static IEnumerable<FredFetch> PlanCatalogOf(IGrouping<string, SeriesDefinition> found)
    {
        Want[] wants = [.. found.Select(definition => new Want(definition, Window.Everything, Known: null))];
        if (wants.Any(want => WantsAllVintages(want.Series)))
        {
            // A list describes its series as they are today.
            return wants.Select(want => new FredSeriesFetch([want], want.Series.Id, WantsAllVintages(want.Series)));
        }

        if (found.Key.Length > 0)
        {
            var listed = wants.Max(want => long.Parse(want.Series.Coordinates[FredDataset.ListedCoordinate], CultureInfo.InvariantCulture));
            var pages = FredEstimate.Pages(listed, FredListing.RowsPerPage);
            if (pages < wants.Length)
            {
                return [new FredListingFetch(FetchKind.Catalog, wants, new FredListing(found.Key), (int)pages * FredListing.RowsPerPage, listed)];
            }
        }

        return wants.Select(want => new FredSeriesFetch([want], want.Series.Id));
    }

    /// <param name="same">Wants of one series.</param>
    private static FredFetch PlanAlone(IReadOnlyList<Want> same)
    {
        var (series, window) = (same[0].Series, same.Select(want => want.Window).Aggregate((a, b) => a.Cover(b)));
        if (!WantsAllVintages(series))
        {
            return new FredObservationsFetch(same, series.Id, window);
        }

        return same.All(WantsNewsOnly) ? FredVintagesFetch.OfNews(same, series) : new FredVintagesFetch(same, series.Id, window, From: null);
    }

    /// <summary>A series that was read to its end, and not from its beginning again as when its start was moved.</summary>
    private static bool WantsNewsOnly(Want want) =>
        want.CoveredAt is not null
        && want.Window != Window.Everything
        && want.Window.From > (want.Series.Start?.AtMidnightUtc() ?? DateTime.MinValue);
}
