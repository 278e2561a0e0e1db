using System.Globalization;

namespace Aurum.Providers.Noaa;

/// <summary>Requests as the two services read them.</summary>
internal static class NoaaRequest
{
    /// <summary>The access data service's path below its host.</summary>
    public const string NceiPath = "access/services/data/v1";

    private static readonly Uri NceiHost = new("https://www.ncei.noaa.gov/");

    public static HttpRequestMessage Of(Fetch fetch, string? cursor, ProviderAccess access)
    {
        if (fetch is NoaaObservationsFetch { Transport: NoaaTransport.Ncei } wide)
        {
            return new HttpRequestMessage(HttpMethod.Get, new Uri(NceiBase(access.BaseAddress), NceiQuery(wide, NoaaCursor.Read(wide, cursor))));
        }

        var path = fetch switch
        {
            NoaaObservationsFetch observations => DataQuery(observations, NoaaCursor.Read(observations, cursor)),
            NoaaListingFetch listing => string.Create(CultureInfo.InvariantCulture, $"{listing.Query}&limit={NoaaProvider.PageLength}&offset={NoaaListing.ReadCursor(listing, cursor).Offset}&sortfield=id"),
            _ => $"stations/{((NoaaStationFetch)fetch).Station}",
        };
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(access.BaseAddress, path));
        if (access.Key is not null)
        {
            request.Headers.TryAddWithoutValidation("token", access.Key);
        }

        return request;
    }

    /// <summary>NOAA serves it from a host of its own; what stands in for NOAA (a proxy, the simulator) serves it below its one address.</summary>
    private static Uri NceiBase(Uri configured) => configured.Host.EndsWith("noaa.gov", StringComparison.OrdinalIgnoreCase) ? NceiHost : configured;

    /// <summary>Colons stay as they are: the service has been seen to refuse encoded ones. Both dates belong to the answer.</summary>
    private static string DataQuery(NoaaObservationsFetch fetch, NoaaCursor cursor)
    {
        var (stations, dataTypes) = Asked(fetch, cursor);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"data?datasetid={fetch.Dataset}{string.Concat(stations.Select(station => $"&stationid={station}"))}{string.Concat(dataTypes.Select(type => $"&datatypeid={type}"))}&startdate={cursor.Window.From:yyyy-MM-dd}&enddate={LastMoment(fetch, cursor)}&units={fetch.Units}&limit={NoaaProvider.PageLength}&offset={cursor.Offset}&sortfield=date&includemetadata=true");
    }

    /// <summary>The last day of the window. Whether it includes its hours is not documented, and so datasets that have any are asked up to its end.</summary>
    private static string LastMoment(NoaaObservationsFetch fetch, NoaaCursor cursor) =>
        cursor.Window.To.AddDays(-1).ToString(NoaaCodes.IsWithinDay(fetch.Dataset) ? "yyyy-MM-dd'T23:59:59'" : "yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string NceiQuery(NoaaObservationsFetch fetch, NoaaCursor cursor)
    {
        var (stations, dataTypes) = Asked(fetch, cursor);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{NceiPath}?dataset={NoaaCodes.NceiName(fetch.Dataset)}&stations={string.Join(',', stations.Select(NoaaSeries.WithoutNamespace))}&dataTypes={string.Join(',', dataTypes)}&startDate={cursor.Window.From:yyyy-MM-dd}&endDate={cursor.Window.To.AddDays(-1):yyyy-MM-dd}&format=json&units={fetch.Units}&includeAttributes=true");
    }

    private static (IReadOnlyList<string> Stations, IReadOnlyList<string> DataTypes) Asked(NoaaObservationsFetch fetch, NoaaCursor cursor)
    {
        var series = fetch.WantsIn(cursor.Window).Select(want => NoaaSeries.Of(want.Series)).ToList();
        return ([.. series.Select(one => one.Station).Distinct()], [.. series.Select(one => one.DataType).Distinct()]);
    }
}
