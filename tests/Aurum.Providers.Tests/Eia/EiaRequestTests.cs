using Aurum.Domain;
using static Aurum.Providers.Tests.Eia.EiaFixture;

namespace Aurum.Providers.Tests.Eia;

public class EiaRequestTests
{
    [Fact]
    public void Series_of_a_route_share_one_call()
    {
        var fetch = Observations(RetailSales, RetailFacts, new Window(Utc(2024, 1, 1), Utc(2024, 4, 1)));

        Assert.Equal(
            "/v2/electricity/retail-sales/data?frequency=monthly&data[0]=customers&data[1]=price"
            + "&facets[stateid][]=AK&facets[stateid][]=CO&facets[sectorid][]=ALL&facets[sectorid][]=RES&start=2024-01&end=2024-03"
            + "&sort[0][column]=period&sort[0][direction]=asc&sort[1][column]=stateid&sort[1][direction]=asc&sort[2][column]=sectorid&sort[2][direction]=asc"
            + "&offset=0&length=5000&api_key=" + Key,
            Query(fetch));
        Assert.Equal("electricity/retail-sales/data monthly, 8 series", fetch.Label);
    }

    [Fact]
    public void Brackets_and_odd_values_are_escaped()
    {
        var fetch = Observations("""{"route": "coal/x", "frequency": "annual", "facets": {"f": ["a&b c+d"]}}""");

        Assert.Contains("facets%5Bf%5D%5B%5D=a%26b%20c%2Bd&", Provider.Request(fetch, null, Access).RequestUri!.AbsoluteUri);
    }

    [Theory]
    [InlineData("annual", "2023", "2024")]
    [InlineData("quarterly", "2023-Q4", "2024-Q1")]
    [InlineData("monthly", "2023-12", "2024-02")]
    [InlineData("weekly", "2023-12-31", "2024-02-29")]
    [InlineData("daily", "2023-12-31", "2024-02-29")]
    [InlineData("four-week-average", "2023-12-31", "2024-02-29")]
    [InlineData("hourly", "2023-12-31T00", "2024-02-29T23")]
    [InlineData("local-hourly", "2023-12-29T19-05:00", "2024-03-01T18-05:00")]
    public void Bounds_are_inclusive_and_in_the_format_of_the_frequency(string frequency, string start, string end)
    {
        var fetch = Observations($$"""{"route": "a/b", "frequency": "{{frequency}}"}""", window: new Window(Utc(2023, 12, 31), Utc(2024, 3, 1)));

        Assert.Contains($"&start={start}&end={end}&", Query(fetch));
    }

    [Fact]
    public void Everything_is_asked_for_without_bounds()
    {
        Assert.DoesNotContain("start=", Query(Observations(SpotPrices)));
        Assert.DoesNotContain("end=", Query(Observations(SpotPrices)));
    }

    [Fact]
    public void The_cursor_says_the_offset()
    {
        Assert.Contains("&offset=5000&length=5000&", Query(Observations(SpotPrices), "5000 abc"));
    }

    [Fact]
    public void A_legacy_id_goes_over_the_bridge()
    {
        Assert.Equal(
            "/v2/seriesid/PET.RWTC.D?start=2024-01-01&end=2024-01-31&sort[0][column]=period&sort[0][direction]=asc&offset=0&length=5000&api_key=" + Key,
            Query(Legacy("PET.RWTC.D", new Window(Utc(2024, 1, 1), Utc(2024, 2, 1)))));
    }

    [Fact]
    public void A_base_address_may_have_a_path()
    {
        var request = Provider.Request(Observations(SpotPrices), null, new ProviderAccess(new Uri("http://localhost:8080/fake/v2"), key: null));

        Assert.Equal("/fake/v2/petroleum/pri/spt/data", request.RequestUri!.AbsolutePath);
        Assert.DoesNotContain("api_key", request.RequestUri.Query);
    }

    [Fact]
    public void Windows_are_covered_and_empty_ones_asked_for_by_nobody()
    {
        var series = Series(RetailSales, RetailFacts);
        var fetch = Assert.Single(Provider.PlanObservations(
            [
                new Want(series[0], new Window(Utc(2020, 1, 1), Utc(2020, 2, 1)), null),
                new Want(series[2], new Window(Utc(2024, 1, 1), Utc(2024, 2, 1)), null),
                new Want(series[4], new Window(Utc(2024, 1, 1), Utc(2024, 1, 1)), null),
            ],
            Today));

        Assert.Contains("&facets[stateid][]=AK&facets[sectorid][]=ALL&facets[sectorid][]=RES&start=2020-01&end=2024-01&", Query(fetch));
    }

    [Fact]
    public void Many_values_are_asked_for_in_several_calls_with_short_addresses()
    {
        var values = string.Join(',', Enumerable.Range(0, 500).Select(number => $"\"STATION {number}\""));
        var series = Series($$$"""{"route": "electricity/rto/fuel-type-data", "frequency": "hourly", "facets": {"respondent": [{{{values}}}], "fueltype": ["NG", "COL"]}}""", """["respondent","fueltype"]""");

        var fetches = Plan(series, new Window(Utc(2024, 1, 1), Utc(2024, 2, 1)));

        Assert.InRange(fetches.Count, 6, 12);
        Assert.All(fetches, fetch => Assert.InRange(Provider.Request(fetch, "1000000 0123456789abcdef", Access).RequestUri!.AbsoluteUri.Length, 1, 4000));
        Assert.All(fetches, fetch => Assert.True(fetch.SplitOnRejection));
        Assert.False(Observations(SpotPrices).SplitOnRejection);
        Assert.Equal(1000, fetches.SelectMany(fetch => fetch.Wants).Select(want => want.Series.Id).Distinct().Count());
    }

    [Fact]
    public void Entries_with_other_facets_are_other_calls()
    {
        var one = Series(SpotPrices);
        var other = Series(SpotPrices.Replace("series", "product", StringComparison.Ordinal));

        Assert.Equal(2, Plan([.. one, .. other]).Count);
    }
}
