using System.Globalization;
using System.Net.Http.Headers;
using Aurum.Domain;
using Aurum.Providers.Http;
using Aurum.Providers.Settings;

namespace Aurum.Providers.WorldBank;

/// <summary>The World Bank's Indicators API, version 2. Quirks: docs/providers/worldbank.md.</summary>
public sealed class WorldBankProvider : IProvider
{
    internal const string Name = "worldbank";

    /// <summary>Larger pages are allowed and time out more often.</summary>
    internal const int PageLength = 1000;

    public ProviderDescriptor Descriptor { get; } = new(
        Name,
        "World Bank Indicators",
        KeyVariable: null,
        "WORLD_BANK_API_BASE_URL",
        new Uri("https://api.worldbank.org/v2/"),
        new RateLimitSettings(RequestsPerSecond: 5, Burst: 5, DailyQuota: null, "UTC"),
        new BatchSettings(BatchSize: 500, MaxWorkers: 4),
        new CircuitBreakerSettings(FailureThreshold: 5, TimeSpan.FromMinutes(30)),
        new HttpSettings(TimeSpan.FromSeconds(60), MaxAttempts: 5),
        ObservationsNeedCatalog: true);

    public Dataset ReadDataset(SettingsNode entry) => WorldBankDataset.Read(entry);

    public IReadOnlyList<SeriesDefinition>? Expand(Dataset dataset, IReadOnlyList<string> facts) => ((WorldBankDataset)dataset).Series();

    public Fetch? PlanFacts(Dataset dataset, IReadOnlyList<string> facts) => null;

    public IReadOnlyList<Fetch> PlanCatalog(IReadOnlyList<SeriesDefinition> series) => WorldBankPlan.Catalog(series);

    public IReadOnlyList<Fetch> PlanObservations(IReadOnlyList<Want> wants, DateOnly today) => WorldBankPlan.Observations(wants);

    /// <summary>Answers say that they may be cached for a month; no cache on the way should believe it.</summary>
    public FetchEstimate Estimate(Fetch fetch, DateOnly today) => throw new NotImplementedException();

    public FetchResult Explain(Uri address, ProviderResponse response) => throw new NotImplementedException();

    public HttpRequestMessage Request(Fetch fetch, string? cursor, ProviderAccess access)
    {
        var path = fetch is WorldBankObservationsFetch observations
            ? DataPath(observations, WorldBankCursor.Read(cursor).Page)
            : $"indicator/{((WorldBankIndicatorFetch)fetch).Indicator}?format=json";
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(access.BaseAddress, path));
        request.Headers.CacheControl = new CacheControlHeaderValue { NoCache = true };
        return request;
    }

    public FetchResult Parse(Fetch fetch, string? cursor, ProviderResponse response)
    {
        if (WorldBankErrors.Find(fetch, response) is { } failure)
        {
            return new FetchFailed(failure);
        }

        return ResponseTriage.ReadJson(response, body => WorldBankErrors.FindIn(fetch, body, response) is { } told
            ? new FetchFailed(told)
            : fetch is WorldBankObservationsFetch observations
                ? WorldBankObservations.Parse(observations, WorldBankCursor.Read(cursor), body, response.ReceivedOn)
                : WorldBankIndicator.Parse((WorldBankIndicatorFetch)fetch, body));
    }

    private static string DataPath(WorldBankObservationsFetch fetch, long page) => string.Create(
        CultureInfo.InvariantCulture,
        $"country/{string.Join(';', fetch.Countries)}/indicator/{fetch.Indicator}?format=json&per_page={PageLength}&page={page}&date={fetch.FromYear}:{fetch.ToYear}");
}
