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

    [Fact]
    public void Every_example_of_the_documentation_is_valid()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Aurum.Actors.sln")))
        {
            folder = folder.Parent!;
        }

        var examples = File.ReadAllText(Path.Combine(folder.FullName, "docs", "providers", "noaa.md")).Split("```json")[1..].Select(text => text.Split("```")[0]).ToList();

        Assert.Equal(4, examples.Count);
        Assert.All(examples, example => Assert.Empty(Dataset(example).Problems));
    }

    [Fact]
    public void What_was_said_before_keeps_its_key()
    {
        var dataset = Dataset("""{"dataset":"GHCND","stations":["USW00094728","USW00014739"],"datatypes":["TMIN","TMAX"]}""").Dataset;

        Assert.Equal("GHCND metric GHCND:USW00014739,GHCND:USW00094728 TMAX,TMIN", dataset.Key);
        Assert.False(dataset.IsDiscovered);
        Assert.Equal(["dataset", "datatype", "station", "units"], Assert.IsType<Dictionary<string, string>>(Provider.Expand(dataset, [])![0].Coordinates).Keys.Order());
    }

    [Theory]
    [InlineData("""{"dataset":"GSOM","location":"FIPS:37","datatypes":["TMAX"],"units":"standard"}""", "GSOM standard locationid=FIPS:37 TMAX")]
    [InlineData("""{"dataset":"GSOM","location":"FIPS:37","datatypes":["*"],"min_coverage":0.95}""", "GSOM metric locationid=FIPS:37 coverage 0.95 *")]
    [InlineData("""{"dataset":"GHCND","bounding_box":{"south":33.5,"west":-84,"north":36.75,"east":-75},"datatypes":["TMAX"]}""", "GHCND metric extent=33.5,-84,36.75,-75 TMAX")]
    [InlineData("""{"dataset":"GHCND","stations":["A"],"datatypes":["*"]}""", "GHCND metric GHCND:A *")]
    public void What_must_be_looked_for_is_discovered(string json, string key)
    {
        var (dataset, problems) = Dataset(json);

        Assert.Empty(problems);
        Assert.Equal(key, dataset.Key);
        Assert.True(dataset.IsDiscovered);
        Assert.Null(Provider.Expand(dataset, []));
    }

    [Fact]
    public void Another_service_is_another_key_for_the_same_series()
    {
        var (one, other) = (Dataset("""{"dataset":"GHCND","stations":["A"],"datatypes":["TMAX"],"transport":"cdo"}""").Dataset, Dataset("""{"dataset":"GHCND","stations":["A"],"datatypes":["TMAX"],"transport":"ncei"}""").Dataset);

        Assert.Equal($"{one.Key} ncei", other.Key);
        var (old, successor) = (Assert.Single(Provider.Expand(one, [])!), Assert.Single(Provider.Expand(other, [])!));
        Assert.Equal(old.Id, successor.Id);
        Assert.NotEqual(old.CoalescingKey, successor.CoalescingKey);
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
    [InlineData("""{"dataset":"NORMAL_DLY","stations":["A"],"datatypes":["DLY-TMAX-NORMAL"],"start":"2020-01-01"}""", "$.datasets[0].start: is 2020-01-01, but NORMAL_DLY has nothing after 2010-12-31")]
    [InlineData("""{"dataset":"PRECIP_HLY","stations":["COOP:010957"],"datatypes":["HPCP"],"start":"2015-01-01"}""", "$.datasets[0].start: is 2015-01-01, but PRECIP_HLY has nothing after 2014-12-31")]
    [InlineData("""{"dataset":"GHCND","location":"37","datatypes":["TMAX"]}""", "$.datasets[0].location: is \"37\"; expected a location id such as FIPS:37")]
    [InlineData("""{"dataset":"GHCND","location":"FIPS:37","stations":["A"],"datatypes":["TMAX"]}""", "$.datasets[0].location: stands beside stations")]
    [InlineData("""{"dataset":"GHCND","bounding_box":{"south":33.5,"west":-84,"north":36},"datatypes":["TMAX"]}""", "$.datasets[0].bounding_box.east: is missing")]
    [InlineData("""{"dataset":"GHCND","bounding_box":{"south":36,"west":-84,"north":33,"east":-75},"datatypes":["TMAX"]}""", "$.datasets[0].bounding_box.north: lies no further north than south")]
    [InlineData("""{"dataset":"GHCND","bounding_box":{"south":33,"west":170,"north":36,"east":-170},"datatypes":["TMAX"]}""", "$.datasets[0].bounding_box.east: lies no further east than west")]
    [InlineData("""{"dataset":"GHCND","bounding_box":{"south":33,"west":-84,"north":36,"east":-75,"up":1},"datatypes":["TMAX"]}""", "$.datasets[0].bounding_box.up: is no known key")]
    [InlineData("""{"dataset":"GHCND","bounding_box":{"south":33,"west":-184,"north":36,"east":-75},"datatypes":["TMAX"]}""", "$.datasets[0].bounding_box.west: is -184")]
    [InlineData("""{"dataset":"GHCND","stations":["A"],"datatypes":["TMAX"],"min_coverage":0.5}""", "$.datasets[0].min_coverage: stands beside named stations")]
    [InlineData("""{"dataset":"GHCND","location":"FIPS:37","datatypes":["TMAX"],"min_coverage":95}""", "$.datasets[0].min_coverage: is 95")]
    [InlineData("""{"dataset":"GHCND","location":"FIPS:37","datatypes":["TMAX","*"]}""", "$.datasets[0].datatypes: names other types beside *")]
    [InlineData("""{"dataset":"NORMAL_DLY","stations":["A"],"datatypes":["TMAX"],"transport":"ncei"}""", "$.datasets[0].transport: is ncei, which has no NORMAL_DLY; it has GHCND, GSOM, GSOY")]
    [InlineData("""{"dataset":"GHCND","stations":["A"],"datatypes":["TMAX"],"transport":"pigeon"}""", "$.datasets[0].transport: is \"pigeon\"; expected cdo or ncei")]
    [InlineData("""{"dataset":"GHCND","stations":["A"],"datatypes":["TMAX"],"frequency":"hourly"}""", "$.datasets[0].frequency: is no known key")]
    public void A_wrong_entry_is_one_named_problem(string json, string problem) =>
        Assert.StartsWith(problem, Assert.Single(Dataset(json).Problems), StringComparison.Ordinal);
}
