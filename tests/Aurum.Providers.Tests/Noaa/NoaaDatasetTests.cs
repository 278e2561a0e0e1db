using static Aurum.Providers.Tests.Noaa.NoaaExample;

namespace Aurum.Providers.Tests.Noaa;

public sealed class NoaaDatasetTests
{
    [Fact]
    public void Every_station_and_data_type_make_a_series()
    {
        var series = Series("GHCND", ["USW00094728", "GHCND:USW00014732"], ["TMAX", "prcp"], "1990-01-01");

        Assert.Equal(
            ["GHCND:USW00094728:TMAX", "GHCND:USW00094728:PRCP", "GHCND:USW00014732:TMAX", "GHCND:USW00014732:PRCP"],
            series.Select(one => one.Id.Code));
        Assert.All(series, one => Assert.Equal("noaa", one.Id.Provider));
        Assert.All(series, one => Assert.Equal("noaa:GHCND:metric", one.CoalescingKey));
        Assert.All(series, one => Assert.Equal(new DateOnly(1990, 1, 1), one.Start));
        Assert.All(series, one => Assert.Equal(30, one.LookbackObservations));
        Assert.Equal("GHCND:USW00094728", series[0].Coordinates["station"]);
    }

    [Fact]
    public void Another_namespace_stays()
    {
        var series = Assert.Single(Series("GHCND", ["COOP:010957"], ["TMAX"]));

        Assert.Equal("COOP:010957", series.Coordinates["station"]);
        Assert.Equal("GHCND:010957:TMAX", series.Id.Code);
    }

    [Fact]
    public void Units_separate_what_may_share_a_call()
    {
        var (dataset, problems) = Dataset("""{"dataset":"GSOM","stations":["USW00094728"],"datatypes":["TAVG"],"units":"standard","lookback_observations":3}""");

        Assert.Empty(problems);
        var series = Assert.Single(Provider.Expand(dataset, [])!);
        Assert.Equal("noaa:GSOM:standard", series.CoalescingKey);
        Assert.Equal(3, series.LookbackObservations);
    }

    [Fact]
    public void Entries_that_say_the_same_have_the_same_key()
    {
        var one = Dataset("""{"dataset":"GHCND","stations":["A1","B2"],"datatypes":["TMAX","TMIN"]}""").Dataset;
        var other = Dataset("""{"datatypes":["TMIN","TMAX"],"stations":["GHCND:B2","a1"],"dataset":"GHCND","units":"metric"}""").Dataset;

        Assert.Equal(one.Key, other.Key);
    }

    [Theory]
    [InlineData("""{"dataset":"GHCND_HOURLY","stations":["A"],"datatypes":["TMAX"]}""", "$.datasets[0].dataset: is \"GHCND_HOURLY\"; expected one of GHCND, GSOM")]
    [InlineData("""{"stations":["A"],"datatypes":["TMAX"]}""", "$.datasets[0].dataset: is missing")]
    [InlineData("""{"dataset":"GHCND","datatypes":["TMAX"]}""", "$.datasets[0].stations: is missing")]
    [InlineData("""{"dataset":"GHCND","stations":["A&b=c"],"datatypes":["TMAX"]}""", "$.datasets[0].stations[0]: is \"A&b=c\"; expected a station id")]
    [InlineData("""{"dataset":"GHCND","stations":["A","GHCND:A"],"datatypes":["TMAX"]}""", "$.datasets[0].stations: names A twice")]
    [InlineData("""{"dataset":"GHCND","stations":["A"],"datatypes":["TMAX","tmax"]}""", "$.datasets[0].datatypes: names TMAX twice")]
    [InlineData("""{"dataset":"GHCND","stations":["A"],"datatypes":[]}""", "$.datasets[0].datatypes: is an empty list")]
    [InlineData("""{"dataset":"GHCND","stations":["A"],"datatypes":["TMAX"],"units":"kelvin"}""", "$.datasets[0].units: is \"kelvin\"; expected metric or standard")]
    [InlineData("""{"dataset":"GHCND","stations":["A"],"datatypes":["TMAX"],"lookback_observations":-1}""", "$.datasets[0].lookback_observations: is -1")]
    [InlineData("""{"dataset":"GHCND","stations":["A"],"datatypes":["TMAX"],"frequency":"hourly"}""", "$.datasets[0].frequency: is no known key")]
    public void A_wrong_entry_is_one_named_problem(string json, string problem) =>
        Assert.StartsWith(problem, Assert.Single(Dataset(json).Problems), StringComparison.Ordinal);
}
