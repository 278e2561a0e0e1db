using Aurum.Domain;
using Aurum.Providers;

namespace Aurum.Simulator.Tests;

/// <summary>What the NOAA provider finds, asks and reads, held against the simulator's truth and its count of requests.</summary>
public class NoaaCollectionTests
{
    private const string Thirty = """{"dataset":"GHCND","stations":[STATIONS],"datatypes":["TMAX","TMIN","PRCP","SNOW","SNWD","AWND","WSF2","TOBS","EVAP"],"start":"2019-11-01","lookback_observations":60}""";

    private static readonly DateTime Start = new(2019, 11, 1, 0, 0, 0, DateTimeKind.Utc);

    [Theory]
    [InlineData(1000)]
    [InlineData(7)]
    public async Task A_location_gives_the_stations_that_have_each_type(int pageCap)
    {
        await using var bench = await Bench.StartAsync(options => options with { NoaaPageCap = pageCap });
        var noaa = new NoaaCollection(bench);

        var series = await noaa.SeriesAsync("""{"dataset":"GHCND","location":"FIPS:37","datatypes":["TMAX","AWND"],"start":"2020-01-01"}""");

        // Eight of forty closed before 2020; ten are automatic, two of them closed.
        Assert.Equal(32, series.Count(one => one.Coordinates["datatype"] == "TMAX"));
        Assert.Equal(8, series.Count(one => one.Coordinates["datatype"] == "AWND"));
        Assert.Equal(40, series.Select(one => one.Id).Distinct().Count());
        Assert.All(series, one => Assert.Equal(new DateOnly(2020, 1, 1), one.Start));
        AllHaveData(bench, series);
        Assert.Equal(pageCap == 1000 ? 2 : 5 + 2, noaa.Requests);
    }

    [Theory]
    [InlineData("GHCND")]
    [InlineData("GSOM")]
    public async Task All_types_of_a_location_are_found_in_the_fewest_calls(string dataset)
    {
        await using var bench = await Bench.StartAsync();
        var noaa = new NoaaCollection(bench);

        var series = await noaa.SeriesAsync($$"""{"dataset":"{{dataset}}","location":"FIPS:37","datatypes":["*"],"min_coverage":0.9}""");

        Assert.Equal(Enumerable.Range(0, 40).Where(number => number % 7 != 6).Sum(_ => 7), series.Count);
        AllHaveData(bench, series);
        // Stations, types of the place, then one listing for each of nine types, which are fewer than the stations.
        Assert.Equal(2 + 9, noaa.Requests);
    }

    [Fact]
    public async Task All_types_of_few_stations_are_asked_station_by_station()
    {
        await using var bench = await Bench.StartAsync();
        var noaa = new NoaaCollection(bench);

        var series = await noaa.SeriesAsync("""{"dataset":"GHCND","bounding_box":{"south":40.5,"west":-74.5,"north":42.5,"east":-70.5},"datatypes":["*"]}""");

        Assert.Equal(["USW00014739", "USW00094728"], series.Select(one => one.Id.Code.Split(':')[1]).Distinct().Order());
        Assert.Equal(14, series.Count);
        AllHaveData(bench, series);
        Assert.Equal(3, noaa.Requests);
    }

    [Fact]
    public async Task All_types_of_a_box_of_many_stations_are_asked_type_by_type()
    {
        await using var bench = await Bench.StartAsync();
        var noaa = new NoaaCollection(bench);

        var series = await noaa.SeriesAsync("""{"dataset":"GHCND","bounding_box":{"south":33.5,"west":-84,"north":37,"east":-76},"datatypes":["*"],"start":"2020-01-01"}""");

        Assert.Equal(32 * 7, series.Count);
        AllHaveData(bench, series);
        Assert.Equal(2 + 9, noaa.Requests);
    }

    [Fact]
    public async Task All_types_of_named_stations_cost_a_call_a_station()
    {
        await using var bench = await Bench.StartAsync();
        var noaa = new NoaaCollection(bench);

        var series = await noaa.SeriesAsync("""{"dataset":"GHCND","stations":["USW00094728","USC00457180"],"datatypes":["*"]}""");

        Assert.Equal(14, series.Count);
        AllHaveData(bench, series);
        Assert.Equal(2, noaa.Requests);
    }

    [Fact]
    public async Task A_discovered_station_begins_and_ends_where_it_does()
    {
        await using var bench = await Bench.StartAsync();
        var noaa = new NoaaCollection(bench);
        var series = await noaa.SeriesAsync("""{"dataset":"GHCND","location":"FIPS:37","datatypes":["TMAX"]}""");
        var closed = series.Single(one => one.Coordinates["station"] == "GHCND:USW00013704");

        Assert.Equal(new DateOnly(1954, 5, 15), closed.Start);
        var pages = await noaa.PagesAsync(Assert.Single(noaa.Plan([closed], DateTime.MinValue)));

        Assert.Equal(bench.Truth("noaa", closed.Id.Code).Count, pages.SelectMany(page => page.Slices).Sum(slice => slice.Observations.Count));
        Assert.Equal(2014 - 1954 + 1, pages.Count);
    }

    [Fact]
    public async Task The_catalog_of_a_location_is_a_listing_and_not_a_call_a_station()
    {
        await using var bench = await Bench.StartAsync();
        var noaa = new NoaaCollection(bench);
        var series = await noaa.SeriesAsync("""{"dataset":"GHCND","location":"FIPS:37","datatypes":["TMAX","TOBS"]}""");
        var before = noaa.Requests;

        var fetch = Assert.Single(noaa.Provider.PlanCatalog(series));
        var entries = (await noaa.PagesAsync(fetch)).SelectMany(page => page.Catalog).ToList();

        Assert.Equal(series.Select(one => one.Id).Order(), entries.Select(entry => entry.Series).Order());
        Assert.Equal("Temperature at the time of observation at CAROLINA 1, NC US", entries.Single(entry => entry.Series.Code == "GHCND:USC00310001:TOBS").Title);
        Assert.Equal(noaa.Provider.Estimate(fetch, Bench.Today).Requests, noaa.Requests - before);
    }

    [Theory]
    [InlineData("NORMAL_DLY", 2 * 365)]
    [InlineData("NORMAL_MLY", 2 * 12)]
    [InlineData("NORMAL_ANN", 2)]
    public async Task Normals_of_a_place_lie_in_their_stand_in_year(string dataset, int rowsOfStation)
    {
        await using var bench = await Bench.StartAsync();
        var noaa = new NoaaCollection(bench);
        var series = await noaa.SeriesAsync($$"""{"dataset":"{{dataset}}","location":"FIPS:37","datatypes":["*"]}""");
        Assert.Equal(80, series.Count);

        var fetch = Assert.Single(noaa.Plan(series, DateTime.MinValue));
        var observations = (await noaa.PagesAsync(fetch)).SelectMany(page => page.Slices).ToLookup(slice => slice.Series);

        Assert.Equal(noaa.Provider.Estimate(fetch, Bench.Today).Rows, 40 * rowsOfStation);
        Assert.All(series, one => Assert.Equal(
            bench.Simulator.Truth.Of(one.Id).Select(truth => (truth.Timestamp, truth.Value)),
            observations[one.Id].SelectMany(slice => slice.Observations).Select(got => (got.Timestamp, got.Value))));
    }

    [Theory]
    [InlineData("GHCND", "metric")]
    [InlineData("GHCND", "standard")]
    [InlineData("GSOM", "metric")]
    [InlineData("GSOM", "standard")]
    [InlineData("GSOY", "metric")]
    public async Task Both_services_bring_the_same_observations(string dataset, string units)
    {
        await using var bench = await Bench.StartAsync();
        var noaa = new NoaaCollection(bench);
        var start = new DateTime(dataset == "GHCND" ? 2022 : 1990, 11, 15, 0, 0, 0, DateTimeKind.Utc);
        string Entry(string transport) => $$"""{"dataset":"{{dataset}}","stations":["USW00094728","USC00457180","USW00023174"],"datatypes":["TMAX","PRCP","SNWD","AWND","TOBS"],"units":"{{units}}","transport":"{{transport}}"}""";
        var (old, successor) = (await noaa.SeriesAsync(Entry("cdo")), await noaa.SeriesAsync(Entry("ncei")));
        Assert.Equal(old.Select(one => one.Id), successor.Select(one => one.Id));

        var before = await noaa.ObservationsAsync(old, start);
        var requests = noaa.Requests;
        var after = await noaa.ObservationsAsync(successor, start);

        Assert.Equal(before, after);
        Assert.Equal(
            old.Sum(one => bench.Simulator.Truth.Of(one.Id).Count(truth => truth.Timestamp >= start)),
            after.Count);
        Assert.Equal(1, noaa.Requests - requests);
        Assert.Contains(before, line => dataset != "GHCND" || line.Contains("trace", StringComparison.Ordinal));
        Assert.Contains(before, line => dataset != "GHCND" || line.Contains(" I [", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_first_collection_costs_hardly_more_requests_than_its_rows_fill_pages()
    {
        await using var bench = await Bench.StartAsync();
        var noaa = new NoaaCollection(bench);

        var (requests, rows) = await noaa.CountAsync(noaa.Plan(await noaa.SeriesAsync(ThirtyStations("cdo")), Start));
        var (ofSuccessor, sameRows) = await noaa.CountAsync(noaa.Plan(await noaa.SeriesAsync(ThirtyStations("ncei")), Start));

        Assert.InRange(rows, 350_000, 400_000);
        Assert.Equal(rows, sameRows);
        Assert.InRange(requests, 1, (long)(1.2 * ((rows + 999) / 1000)));
        Assert.InRange(ofSuccessor, 1, 6);
    }

    [Fact]
    public async Task A_quiet_cycle_costs_a_request_for_each_thousand_rows_of_its_look_back()
    {
        await using var bench = await Bench.StartAsync();
        var noaa = new NoaaCollection(bench);
        var wants = (await noaa.SeriesAsync(ThirtyStations("cdo")))
            .Select(one => (Series: one, Recent: bench.Simulator.Truth.Of(one.Id).TakeLast(60).ToList()))
            .Where(one => one.Recent.Count > 0)
            .Select(one => new Want(one.Series, new Window(one.Recent[0].Timestamp, DateTime.MaxValue), null))
            .ToList();

        var (requests, _) = await noaa.CountAsync(noaa.Provider.PlanObservations(wants, Bench.Today));

        // Days are missing here and there: sixty observations of every series reach back some sixty-three days.
        Assert.InRange(requests, 1, ((63 * wants.Count) + 999) / 1000);
    }

    [Theory]
    [InlineData("""{"dataset":"GHCND","location":"FIPS:37","datatypes":["TMAX","TMIN","AWND"],"start":"2021-03-05"}""")]
    [InlineData("""{"dataset":"GHCND","location":"FIPS:37","datatypes":["TMAX"],"start":"2022-01-01","transport":"ncei"}""")]
    [InlineData("""{"dataset":"GSOM","location":"FIPS:37","datatypes":["TMAX","PRCP"],"start":"1995-01-01"}""")]
    [InlineData("""{"dataset":"GSOY","location":"FIPS:37","datatypes":["TMAX"],"start":"1995-01-01"}""")]
    public async Task An_estimate_is_within_a_tenth_of_what_is_counted(string json)
    {
        await using var bench = await Bench.StartAsync();
        var noaa = new NoaaCollection(bench);
        var series = (await noaa.SeriesAsync(json)).Where(one => one.Coordinates["last_year"] == "2024").ToList();
        var fetches = noaa.Plan(series, DateTime.MinValue);

        var estimates = fetches.Select(fetch => noaa.Provider.Estimate(fetch, Bench.Today)).ToList();
        var (requests, rows) = await noaa.CountAsync(fetches);

        Assert.InRange(estimates.Sum(estimate => estimate.Rows), rows * 0.9, rows * 1.1);
        Assert.InRange(estimates.Sum(estimate => estimate.Requests), requests * 0.9, requests * 1.1);
    }

    private static string ThirtyStations(string transport)
    {
        var stations = Enumerable.Range(0, 30).Select(number => number % 2 == 0 ? $"\"USW000888{number:D2}\"" : $"\"USC008888{number:D2}\"");
        return Thirty.Replace("STATIONS", string.Join(',', stations), StringComparison.Ordinal).Replace("\"start\"", $"\"transport\":\"{transport}\",\"start\"", StringComparison.Ordinal);
    }

    private static void AllHaveData(Bench bench, IReadOnlyList<SeriesDefinition> series) =>
        Assert.All(series, one => Assert.NotEmpty(bench.Simulator.Truth.Of(one.Id).Take(1)));
}
