using System.Globalization;
using System.Text.Json.Nodes;
using Aurum.Domain;
using Aurum.Providers.Http;
using Aurum.Providers.Settings;

namespace Aurum.Providers.Noaa;

/// <summary>
/// NOAA's Climate Data Online, version 2, and its successor, the access data service: daily weather, monthly and annual summaries,
/// climate normals, past precipitation. Quirks: docs/providers/noaa.md.
/// </summary>
public sealed class NoaaProvider : IProvider
{
    internal const string Name = "noaa", KeyVariable = "NOAA_GHCND_TOKEN";

    /// <summary>The most that the API gives in one page; unasked it gives 25.</summary>
    internal const int PageLength = 1000;

    public ProviderDescriptor Descriptor { get; } = new(
        Name,
        "NOAA Climate Data Online",
        KeyVariable,
        "NOAA_API_BASE_URL",
        new Uri("https://www.ncdc.noaa.gov/cdo-web/api/v2/"),
        new RateLimitSettings(RequestsPerSecond: 2, Burst: 2, DailyQuota: 1000, NoaaQuotaDay.Zone),
        new BatchSettings(BatchSize: 200, MaxWorkers: 8),
        new CircuitBreakerSettings(FailureThreshold: 10, TimeSpan.FromMinutes(15)),
        new HttpSettings(TimeSpan.FromSeconds(60), MaxAttempts: 5),
        LateArrival: TimeSpan.FromDays(120));

    public Dataset ReadDataset(SettingsNode entry) => NoaaDataset.Read(entry);

    public IReadOnlyList<SeriesDefinition>? Expand(Dataset dataset, IReadOnlyList<string> facts) =>
        dataset.IsDiscovered ? NoaaDiscovery.Series((NoaaDataset)dataset, new NoaaFacts(facts)) : ((NoaaDataset)dataset).NamedSeries();

    public JsonObject? DatasetOf(string code) => code.Split(':') is [var dataset, var station, var datatype]
        ? new JsonObject { ["dataset"] = dataset, ["stations"] = new JsonArray(station), ["datatypes"] = new JsonArray(datatype) }
        : null;

    public Fetch? PlanFacts(Dataset dataset, IReadOnlyList<string> facts) =>
        dataset.IsDiscovered ? NoaaDiscovery.Next((NoaaDataset)dataset, new NoaaFacts(facts)) : null;

    public IReadOnlyList<Fetch> PlanCatalog(IReadOnlyList<SeriesDefinition> series) => NoaaPlan.Catalog(series);

    public IReadOnlyList<Fetch> PlanObservations(IReadOnlyList<Want> wants, DateOnly today) => NoaaPlan.Observations(wants, today);

    public FetchEstimate Estimate(Fetch fetch, DateOnly today) => NoaaEstimate.Of(fetch, today);

    public HttpRequestMessage Request(Fetch fetch, string? cursor, ProviderAccess access) => NoaaRequest.Of(fetch, cursor, access);

    public FetchResult Parse(Fetch fetch, string? cursor, ProviderResponse response)
    {
        if (NoaaErrors.Find(response) is { } failure)
        {
            return new FetchFailed(failure);
        }

        return ResponseTriage.ReadJson(response, body => NoaaErrors.FindIn(body, response) is { } told ? new FetchFailed(told) : fetch switch
        {
            NoaaObservationsFetch { Transport: NoaaTransport.Ncei } wide => NceiObservations.Parse(wide, NoaaCursor.Read(wide, cursor).Window, body, response.ReceivedOn),
            NoaaObservationsFetch observations => NoaaObservations.Parse(observations, NoaaCursor.Read(observations, cursor), body, response.ReceivedOn),
            NoaaListingFetch listing => NoaaListing.Parse(listing, cursor, body),
            _ => NoaaStation.Parse((NoaaStationFetch)fetch, body),
        });
    }

    public FetchResult Explain(Uri address, ProviderResponse response) => NoaaExplain.Of(address, response);
}
