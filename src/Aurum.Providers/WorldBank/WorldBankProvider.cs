using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Aurum.Domain;
using Aurum.Providers.Http;
using Aurum.Providers.Settings;

namespace Aurum.Providers.WorldBank;

/// <summary>The World Bank's Indicators API, version 2. Quirks: docs/providers/worldbank.md.</summary>
public sealed class WorldBankProvider : IProvider
{
    internal const string Name = "worldbank";
    internal const string AddressVariable = "WORLD_BANK_API_BASE_URL";

    public ProviderDescriptor Descriptor { get; } = new(
        Name,
        "World Bank Indicators",
        KeyVariable: null,
        AddressVariable,
        new Uri("https://api.worldbank.org/v2/"),
        new RateLimitSettings(RequestsPerSecond: 5, Burst: 5, DailyQuota: null, "UTC"),
        new BatchSettings(BatchSize: 500, MaxWorkers: 4),
        new CircuitBreakerSettings(FailureThreshold: 5, TimeSpan.FromMinutes(30)),
        new HttpSettings(TimeSpan.FromSeconds(60), MaxAttempts: 5));

    public Dataset ReadDataset(SettingsNode entry) => WorldBankDataset.Read(entry);

    public IReadOnlyList<SeriesDefinition>? Expand(Dataset dataset, IReadOnlyList<string> facts) => ((WorldBankDataset)dataset).Series(facts);

    public JsonObject? DatasetOf(string code) => code.Split(':') switch
    {
        [var indicator, var country] => DatasetOf(indicator, country, "annual"),
        [var indicator, var country, FrequencyCodes.Quarterly] => DatasetOf(indicator, country, "quarterly"),
        [var indicator, var country, FrequencyCodes.Monthly] => DatasetOf(indicator, country, "monthly"),
        _ => null,
    };

    public Fetch? PlanFacts(Dataset dataset, IReadOnlyList<string> facts) => WorldBankFacts.Read((WorldBankDataset)dataset, facts).Next;

    public IReadOnlyList<Fetch> PlanCatalog(IReadOnlyList<SeriesDefinition> series) => WorldBankPlan.Catalog(series);

    public IReadOnlyList<Fetch> PlanObservations(IReadOnlyList<Want> wants, DateOnly today) => WorldBankPlan.Observations(wants, today);

    public FetchEstimate Estimate(Fetch fetch, DateOnly today) => WorldBankPlan.Estimate(fetch, today);

    /// <summary>Answers say that they may be cached for a month; no cache on the way should believe it.</summary>
    public HttpRequestMessage Request(Fetch fetch, string? cursor, ProviderAccess access)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(access.BaseAddress, ((WorldBankFetch)fetch).Path(CursorOf(fetch, cursor))));
        request.Headers.CacheControl = new CacheControlHeaderValue { NoCache = true };
        return request;
    }

    public FetchResult Parse(Fetch fetch, string? cursor, ProviderResponse response) =>
        WorldBankErrors.Read(response, () => ((WorldBankFetch)fetch).Suspects, body => fetch switch
        {
            WorldBankObservationsFetch observations => WorldBankObservations.Parse(observations, CursorOf(fetch, cursor), body, response.ReceivedOn),
            WorldBankListingFetch listing => WorldBankListing.Parse(listing, CursorOf(fetch, cursor), body),
            _ => WorldBankIndicator.Parse((WorldBankIndicatorFetch)fetch, body),
        });

    public FetchResult Explain(Uri address, ProviderResponse response) => WorldBankExplanation.Explain(address, response);

    private static WorldBankCursor CursorOf(Fetch fetch, string? cursor) => fetch is WorldBankListingFetch listing ? listing.Cursor(cursor) : WorldBankCursor.Read(cursor);

    private static JsonObject DatasetOf(string indicator, string country, string frequency) =>
        new() { ["indicators"] = new JsonArray(indicator), ["countries"] = new JsonArray(country), ["frequency"] = frequency };
}
