using System.Text.Json;
using Aurum.Providers.Settings;
using static Aurum.Providers.Tests.Noaa.NoaaExample;

namespace Aurum.Providers.Tests.Noaa;

public sealed class NoaaDiscoveryTests
{
    private static readonly Dataset State = Dataset("""{"dataset":"GHCND","location":"FIPS:37","datatypes":["TMAX","PRCP"],"min_coverage":0.8,"start":"2000-06-01"}""").Dataset;

    [Fact]
    public void A_listing_is_asked_for_each_type_with_colons_as_they_are()
    {
        var fetch = Provider.PlanFacts(State, [])!;

        Assert.Equal("stations?datasetid=GHCND&locationid=FIPS:37&datatypeid=TMAX&startdate=2000-06-01&limit=1000&offset=1&sortfield=id", Asked(fetch));
        Assert.Equal(FetchKind.Facts, fetch.Kind);
        Assert.Equal("stations of GHCND TMAX", fetch.Label);
    }

    [Fact]
    public void Pages_follow_each_other_and_a_restart_goes_on_where_the_facts_end()
    {
        var fetch = Provider.PlanFacts(State, [])!;
        var first = PageOf(fetch, null, Stations(1, 3, "A|1990-01-01|2026-11-01|1", "B|1990-01-01|2026-11-01|0.5"));

        Assert.Contains("&offset=3&", Asked(fetch, first.Next), StringComparison.Ordinal);
        var resumed = Provider.PlanFacts(State, [first.Facts!])!;
        Assert.Contains("&datatypeid=TMAX&", Asked(resumed), StringComparison.Ordinal);
        Assert.Contains("&offset=3&", Asked(resumed), StringComparison.Ordinal);

        var second = PageOf(resumed, null, Stations(3, 3, "C|1995-05-05|2026-11-01|0.9"));
        Assert.Null(second.Next);
        Assert.Null(Provider.Expand(State, [first.Facts!, second.Facts!]));
        Assert.Contains("&datatypeid=PRCP&", Asked(Provider.PlanFacts(State, [first.Facts!, second.Facts!])!), StringComparison.Ordinal);
    }

    [Fact]
    public void Only_pairs_with_data_become_series_each_with_the_span_of_its_station()
    {
        string[] facts =
        [
            Told([], Stations(1, 3, "A|1990-01-15|2026-11-01|1", "B|2005-03-09|2015-11-01|0.95", "CLOSED|1990-01-01|1999-12-31|1")),
            "",
        ];
        facts[1] = Told(facts[..1], Stations(1, 2, "B|2005-03-09|2015-11-01|0.95", "NEW|2020-01-01|2026-11-01|1"));

        var series = Provider.Expand(State, facts)!;

        Assert.Equal(["GHCND:A:TMAX", "GHCND:B:TMAX", "GHCND:B:PRCP", "GHCND:NEW:PRCP"], series.Select(one => one.Id.Code));
        Assert.Equal(["2000-06-01", "2005-03-09", "2005-03-09", "2020-01-01"], series.Select(one => $"{one.Start:yyyy-MM-dd}"));
        Assert.Equal(("locationid=FIPS:37", "2015"), (series[1].Coordinates["area"], series[1].Coordinates["last_year"]));
        Assert.Null(Provider.PlanFacts(State, facts));
    }

    [Fact]
    public void Facts_have_ids_and_days_and_name_a_known_station_with_one_bit()
    {
        var first = Told([], Stations(1, 2, "A|1990-01-15|2026-11-01|1", "B|2005-03-09||1"));
        var second = Told([first], Stations(1, 1, "B|2005-03-09||1"));

        Assert.Equal("stations TMAX 0 2  A/19900115/20261101,B/20050309/", first);
        Assert.Equal("stations PRCP 0 1 Ag== ", second);
    }

    [Fact]
    public void Nothing_found_is_no_series_and_nothing_left_to_ask()
    {
        string[] facts = [Told([], "{}"), ""];
        facts[1] = Told(facts[..1], "{}");

        Assert.Empty(Provider.Expand(State, facts)!);
    }

    [Fact]
    public void Months_begin_with_the_month_in_which_a_station_began()
    {
        var dataset = Dataset("""{"dataset":"GSOM","location":"FIPS:37","datatypes":["TMAX"]}""").Dataset;
        var page = PageOf(Provider.PlanFacts(dataset, [])!, null, Stations(1, 1, "A|1990-01-15|2026-11-01|1"));

        var series = Assert.Single(Provider.Expand(dataset, [page.Facts!])!);

        Assert.Equal(new DateOnly(1990, 1, 1), series.Start);
    }

    [Fact]
    public void Normals_know_no_span()
    {
        var dataset = Dataset("""{"dataset":"NORMAL_MLY","location":"FIPS:37","datatypes":["MLY-TAVG-NORMAL"],"start":"2010-01-01"}""").Dataset;
        var fetch = Provider.PlanFacts(dataset, [])!;

        Assert.DoesNotContain("startdate", Asked(fetch), StringComparison.Ordinal);
        Assert.Single(Provider.Expand(dataset, [PageOf(fetch, null, Stations(1, 1, "A|1990-01-15|2009-11-01|1")).Facts!])!);
    }

    [Theory]
    [InlineData(70, 3)]
    [InlineData(4, 3)]
    public void All_types_of_a_place_are_asked_the_cheaper_way(int stations, int types)
    {
        var dataset = Dataset("""{"dataset":"GHCND","location":"FIPS:37","datatypes":["*"]}""").Dataset;
        var facts = new List<string>();
        var asked = new List<string>();
        while (Provider.PlanFacts(dataset, facts) is { } fetch)
        {
            asked.Add(Asked(fetch).Split("&limit")[0]);
            var body = asked[^1].StartsWith("datatypes", StringComparison.Ordinal)
                ? Collection(1, types, Enumerable.Range(0, types).Select(index => $$"""{"id":"T{{index}}","name":"n"}"""))
                : Stations(1, stations, [.. Enumerable.Range(0, stations).Select(index => $"S{index:D3}|2000-01-01|2026-01-01|1")]);
            facts.Add(PageOf(fetch, null, body).Facts!);
        }

        Assert.Equal(stations * types, Provider.Expand(dataset, facts)!.Count);
        Assert.Equal("stations?datasetid=GHCND&locationid=FIPS:37", asked[0]);
        Assert.Equal("datatypes?datasetid=GHCND&locationid=FIPS:37", asked[1]);
        Assert.Equal("stations?datasetid=GHCND&locationid=FIPS:37&datatypeid=T0", asked[2]);
        Assert.Equal(2 + types, asked.Count);
    }

    [Fact]
    public void The_number_of_rows_must_not_change_between_pages()
    {
        var fetch = Provider.PlanFacts(State, [])!;
        var first = PageOf(fetch, null, Stations(1, 3, "A|||1", "B|||1"));

        Assert.Equal(Domain.FailureKind.Transient, FailureOf(fetch, first.Next, Stations(3, 4, "C|||1")).Kind);
        Assert.Equal(Domain.FailureKind.Transient, FailureOf(fetch, first.Next, "{}").Kind);
    }

    [Theory]
    [InlineData("""{"results":[{"id":"A B"}]}""")]
    [InlineData("""{"results":[{"name":"A"}]}""")]
    [InlineData("""{"results":[{"id":"A","mindate":"yesterday"}]}""")]
    [InlineData("""{"results":[{"id":"A","datacoverage":"most"}]}""")]
    [InlineData("""{"outcome":[]}""")]
    public void A_listing_of_another_shape_is_malformed(string body) =>
        Assert.Equal(Domain.FailureKind.Malformed, FailureOf(Provider.PlanFacts(State, [])!, null, body).Kind);

    /// <summary>The facts of one answer after earlier ones.</summary>
    private static string Told(string[] before, string body) => PageOf(Provider.PlanFacts(State, before)!, null, body).Facts!;

    /// <summary>Stations are <c>id|mindate|maxdate|datacoverage</c>.</summary>
    private static string Stations(long offset, long count, params string[] stations) => Collection(offset, count, stations.Select(station => station.Split('|')).Select(cells =>
        JsonSerializer.Serialize(new Dictionary<string, string?> { ["id"] = $"GHCND:{cells[0]}", ["name"] = "n", ["mindate"] = Or(cells[1]), ["maxdate"] = Or(cells[2]), ["datacoverage"] = cells[3] })));

    private static string Collection(long offset, long count, IEnumerable<string> items) =>
        $$$"""{"metadata":{"resultset":{"offset":{{{offset}}},"count":{{{count}}},"limit":1000}},"results":[{{{string.Join(',', items)}}}]}""";

    private static string? Or(string text) => text.Length == 0 ? null : text;
}
