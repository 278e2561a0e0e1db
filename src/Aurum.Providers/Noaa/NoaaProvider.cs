using System.Globalization;
using Aurum.Domain;
using Aurum.Providers.Http;
using Aurum.Providers.Settings;

namespace Aurum.Providers.Noaa;

/// <summary>NOAA's Climate Data Online, version 2: daily weather, monthly and annual summaries, climate normals. Quirks: docs/providers/noaa.md.</summary>
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
        new RateLimitSettings(RequestsPerSecond: 2, Burst: 2, DailyQuota: 1000, "America/New_York"),
        new BatchSettings(BatchSize: 200, MaxWorkers: 8),
        new CircuitBreakerSettings(FailureThreshold: 10, TimeSpan.FromMinutes(15)),
        new HttpSettings(TimeSpan.FromSeconds(60), MaxAttempts: 5),
        LateArrival: TimeSpan.FromDays(120));

    public Dataset ReadDataset(SettingsNode entry) => NoaaDataset.Read(entry);

    public IReadOnlyList<SeriesDefinition>? Expand(Dataset dataset, IReadOnlyList<string> facts) => ((NoaaDataset)dataset).Series();

    public Fetch? PlanFacts(Dataset dataset, IReadOnlyList<string> facts) => null;

    public IReadOnlyList<Fetch> PlanCatalog(IReadOnlyList<SeriesDefinition> series) => NoaaPlan.Catalog(series);

    public IReadOnlyList<Fetch> PlanObservations(IReadOnlyList<Want> wants, DateOnly today) => NoaaPlan.Observations(wants, today);

    public FetchEstimate Estimate(Fetch fetch, DateOnly today) => throw new NotImplementedException();

    public FetchResult Explain(Uri address, ProviderResponse response) => throw new NotImplementedException();

    public HttpRequestMessage Request(Fetch fetch, string? cursor, ProviderAccess access)
    {
        var path = fetch is NoaaObservationsFetch observations
            ? DataPath(observations, NoaaCursor.Read(observations, cursor))
            : $"stations/{((NoaaStationFetch)fetch).Station}";
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(access.BaseAddress, path));
        if (access.Key is not null)
        {
            request.Headers.TryAddWithoutValidation("token", access.Key);
        }

        return request;
    }

    public FetchResult Parse(Fetch fetch, string? cursor, ProviderResponse response)
    {
        if (NoaaErrors.Find(response) is { } failure)
        {
            return new FetchFailed(failure);
        }

        return ResponseTriage.ReadJson(response, body => NoaaErrors.FindIn(body, response) is { } told
            ? new FetchFailed(told)
            : fetch is NoaaObservationsFetch observations
                ? NoaaObservations.Parse(observations, NoaaCursor.Read(observations, cursor), body, response.ReceivedOn)
                : NoaaStation.Parse((NoaaStationFetch)fetch, body));
    }

    /// <summary>Colons stay as they are: the service has been seen to refuse encoded ones. Both dates belong to the answer.</summary>
    private static string DataPath(NoaaObservationsFetch fetch, NoaaCursor cursor)
    {
        var series = fetch.WantsIn(cursor.Window).Select(want => NoaaSeries.Of(want.Series)).ToList();
        var stations = string.Concat(series.Select(one => one.Station).Distinct().Select(station => $"&stationid={station}"));
        var dataTypes = string.Concat(series.Select(one => one.DataType).Distinct().Select(dataType => $"&datatypeid={dataType}"));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"data?datasetid={fetch.Dataset}{stations}{dataTypes}&startdate={cursor.Window.From:yyyy-MM-dd}&enddate={cursor.Window.To.AddDays(-1):yyyy-MM-dd}&units={fetch.Units}&limit={PageLength}&offset={cursor.Offset}&sortfield=date&includemetadata=true");
    }
}
