using System.Text.Json;
using System.Text.Json.Nodes;
using Aurum.Domain;
using Aurum.Providers.Http;
using Aurum.Providers.Settings;

namespace Aurum.Providers.Eia;

/// <summary>
/// The open data API of the U.S. Energy Information Administration, version 2: a tree of routes, each with facets that select
/// rows, in pages of 5000; and the bridge that still answers the series ids of version 1.
/// </summary>
public sealed class EiaProvider : IProvider
{
    internal const string Name = "eia";
    internal const string KeyVariable = "EIA_API_KEY";

    public ProviderDescriptor Descriptor { get; } = new(
        Name,
        "EIA, U.S. Energy Information Administration",
        KeyVariable,
        "EIA_API_BASE_URL",
        new Uri("https://api.eia.gov/v2/"),
        new RateLimitSettings(RequestsPerSecond: 4, Burst: 4, DailyQuota: 1000, QuotaTimeZone: "America/New_York"),
        new BatchSettings(BatchSize: 1000, MaxWorkers: 2),
        new CircuitBreakerSettings(FailureThreshold: 3, Timeout: TimeSpan.FromMinutes(60)),
        new HttpSettings(Timeout: TimeSpan.FromSeconds(60), MaxAttempts: 5));

    public Dataset ReadDataset(SettingsNode entry) => EiaDataset.Read(entry);

    public IReadOnlyList<SeriesDefinition>? Expand(Dataset dataset, IReadOnlyList<string> facts) => EiaSeries.Expand((EiaDataset)dataset, facts);

    /// <summary>Without a wildcard only the order of the facets is not known, and with it the codes; of legacy ids, whether their routes hold.</summary>
    public IReadOnlyList<SeriesDefinition>? Presume(Dataset dataset) => dataset is EiaRouteDataset { IsDiscovered: false } route
        ? EiaSeries.Expand(route, [JsonSerializer.Serialize(route.Facets.Select(facet => facet.Name))])
        : EiaSeries.Expand((EiaDataset)dataset, []) is { } series ? [.. series.Select(one => one.IsLegacy() ? EiaLegacyRoute.OnTrust(one) : one)] : null;

    public JsonObject? DatasetOf(string code) => code.Split(':') switch
    {
        [var legacy] => new JsonObject { ["series"] = new JsonArray(legacy) },
        [var route, var frequency, var series] => new JsonObject
        {
            ["route"] = route,
            ["frequency"] = frequency,
            ["facets"] = new JsonObject { ["series"] = new JsonArray(series) },
        },
        _ => null,
    };

    public Fetch? PlanFacts(Dataset dataset, IReadOnlyList<string> facts) => dataset is EiaRouteDataset route ? EiaDiscovery.Plan(route, facts) : null;

    public IReadOnlyList<Fetch> PlanCatalog(IReadOnlyList<SeriesDefinition> series) => EiaPlan.Catalog(series);

    public IReadOnlyList<Fetch> PlanObservations(IReadOnlyList<Want> wants, DateOnly today) => EiaPlan.Observations(wants, today);

    public FetchEstimate Estimate(Fetch fetch, DateOnly today) => EiaEstimate.Of(fetch, today);

    public HttpRequestMessage Request(Fetch fetch, string? cursor, ProviderAccess access) => fetch is EiaLegacyCatalogFetch legacy
        ? EiaRequest.Of(legacy, EiaLegacyCatalogCursor.Parse(cursor), access)
        : EiaRequest.Of(fetch, EiaCursor.Parse(cursor), access);

    public FetchResult Parse(Fetch fetch, string? cursor, ProviderResponse response) => fetch is EiaLegacyCatalogFetch legacy
        ? EiaLegacyCatalog.Parse(legacy, EiaLegacyCatalogCursor.Parse(cursor), read => Answer(response, read))
        : Answer(response, root => Read(fetch, EiaCursor.Parse(cursor), root, response.ReceivedOn));

    public FetchResult Explain(Uri address, ProviderResponse response) => EiaAddress.Parse(address) is { } known
        ? Answer(response, root => EiaExplain.Read(known, root, response.ReceivedOn))
        : EiaExplain.Unknown(address);

    private static FetchResult Answer(ProviderResponse response, Func<JsonElement, FetchResult> read) => EiaErrors.Of(response) is { } failure
        ? new FetchFailed(failure)
        : KeyedTriage.ReadDocument(response, root => EiaErrors.OfRoot(root, response) is { } error ? new FetchFailed(error) : read(root));

    private static FetchResult Read(Fetch fetch, EiaCursor? cursor, JsonElement root, DateOnly receivedOn) => fetch switch
    {
        EiaDataFetch data => EiaRows.OfRoute(data, cursor, root, receivedOn),
        EiaLegacyFetch { Kind: FetchKind.Catalog } legacy => EiaMetadata.ReadLegacyCatalog(legacy.Series, root),
        EiaLegacyFetch legacy => EiaRows.OfLegacy(legacy, cursor, root, receivedOn),
        EiaFacetFetch facet => EiaDiscovery.ReadValues(facet, root),
        EiaSurveyFetch survey => EiaDiscovery.ReadSurvey(survey, root),
        EiaMetadataFetch { Kind: FetchKind.Facts } metadata => EiaMetadata.ReadFacts(metadata, root),
        EiaMetadataFetch metadata => EiaMetadata.ReadCatalog(metadata, root),
        _ => throw new ArgumentException($"No fetch of EIA: {fetch.GetType()}.", nameof(fetch)),
    };
}
