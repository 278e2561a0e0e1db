using Aurum.Domain;
using static Aurum.Providers.Tests.Noaa.NoaaExample;

namespace Aurum.Providers.Tests.Noaa;

public sealed class NoaaCatalogTests
{
    [Fact]
    public void A_station_is_asked_once_for_all_its_series()
    {
        var fetches = Provider.PlanCatalog([.. Series("GHCND", ["USW00014895", "USW00093738"], ["TMAX", "PRCP"]), .. Series("GSOM", ["USW00014895"], ["TAVG"])]);

        Assert.Equal(["stations/GHCND:USW00014895", "stations/GHCND:USW00093738"], fetches.Select(fetch => Asked(fetch)));
        Assert.Equal([3, 2], fetches.Select(fetch => fetch.Wants.Count));
        Assert.All(fetches, fetch => Assert.Equal(FetchKind.Catalog, fetch.Kind));
    }

    [Fact]
    public void A_recorded_station_becomes_entries()
    {
        var fetch = Assert.Single(Provider.PlanCatalog(Series("GHCND", ["USW00014895"], ["TMAX", "WT01"])));

        var page = PageOf(fetch, null, Recorded("station-ghcnd-single.json"));

        Assert.Equal(2, page.Catalog.Count);
        var entry = page.Catalog[0];
        Assert.Equal("Maximum temperature at AKRON CANTON AIRPORT, OH US", entry.Title);
        Assert.Equal("WT01 at AKRON CANTON AIRPORT, OH US", page.Catalog[1].Title);
        Assert.Equal(("degC", "D", "GHCND", "USW00014895"), (entry.UnitCode, entry.FrequencyCode, entry.DatasetCode, entry.GeoId));
        Assert.Equal((Day(1948, 7, 1), Day(2018, 11, 24)), (entry.Start!.Value, entry.End!.Value));
        Assert.Equal("40.9181 -81.4435 369.7", string.Join(' ', entry.Metadata!["latitude"], entry.Metadata["longitude"], entry.Metadata["elevation"]));
    }

    [Theory]
    [InlineData("GSOM", "2018-11-01")]
    [InlineData("GSOY", "2018-01-01")]
    [InlineData("NORMAL_MLY", "2010-12-01")]
    [InlineData("NORMAL_DLY", "2010-12-31")]
    public void A_span_ends_at_the_timestamp_of_its_last_period(string dataset, string last)
    {
        var fetch = Assert.Single(Provider.PlanCatalog(Series(dataset, ["USW00014895"], ["TAVG"])));

        Assert.Equal(last, $"{Assert.Single(PageOf(fetch, null, Recorded("station-ghcnd-single.json")).Catalog).End:yyyy-MM-dd}");
    }

    [Fact]
    public void An_unknown_station_is_rejected_by_name()
    {
        var fetch = Assert.Single(Provider.PlanCatalog(Series("GHCND", ["NOWHERE"], ["TMAX"])));

        var failure = FailureOf(fetch, null, Response(Recorded("empty-result.json")));
        Assert.Equal(FailureKind.Rejected, failure.Kind);
        Assert.Contains("GHCND:NOWHERE", failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_station_than_asked_is_refused()
    {
        var fetch = Assert.Single(Provider.PlanCatalog(Series("GHCND", ["USW00014895"], ["TMAX"])));

        Assert.Equal(FailureKind.Malformed, FailureOf(fetch, null, Response(Recorded("station-dulles-single.json"))).Kind);
    }

    [Fact]
    public void A_station_without_elevation_or_dates_is_fine()
    {
        var fetch = Assert.Single(Provider.PlanCatalog(Series("GHCND", ["A"], ["TMAX"])));

        var entry = Assert.Single(PageOf(fetch, null, """{"id":"GHCND:A","name":"Somewhere "}""").Catalog);
        Assert.Equal("Maximum temperature at Somewhere", entry.Title);
        Assert.Null(entry.Start);
        Assert.Empty(entry.Metadata!);
    }
}
