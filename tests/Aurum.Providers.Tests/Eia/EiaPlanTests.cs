using Aurum.Domain;
using static Aurum.Providers.Tests.Eia.EiaFixture;

namespace Aurum.Providers.Tests.Eia;

public class EiaPlanTests
{
    private const string Hours = """{"route": "electricity/rto/fuel-type-data", "frequency": "hourly", "facets": {"respondent": "*", "fueltype": "*"}}""";

    private static readonly Window Quiet = new(Utc(2024, 11, 1), DateTime.MaxValue);

    private static readonly Window Year = new(Utc(2023, 11, 1), DateTime.MaxValue);

    [Fact]
    public void All_of_a_discovered_dataset_are_asked_for_without_naming_them()
    {
        var fetch = Assert.Single(Plan(Discovered(Grid(80, 8)), Year));

        Assert.DoesNotContain("facets[", Query(fetch));
        Assert.Contains("&sort[1][column]=respondent&sort[1][direction]=asc&sort[2][column]=fueltype&", Query(fetch));
    }

    [Fact]
    public void Nearly_all_are_as_good_as_all()
    {
        Assert.DoesNotContain("facets[", Query(Assert.Single(Plan(Discovered(Grid(10, 10)).Take(90), Year))));
        Assert.Contains("facets[", Query(Assert.Single(Plan(Discovered(Grid(10, 10)).Take(50), Year))));
    }

    [Fact]
    public void Fixed_facets_stay_beside_open_ones()
    {
        var series = Provider.Expand(
            Read("""{"route": "a", "frequency": "daily", "facets": {"f": "*", "g": ["x"]}}""").Dataset,
            ["""["f","g"]""", """{"facet":"f","values":["1","2","3"]}"""])!;

        Assert.Contains("&data[0]=value&facets[g][]=x&start", Query(Assert.Single(Plan(series, Year))));
    }

    [Fact]
    public void A_quiet_cycle_is_one_request_however_the_combinations_lie()
    {
        var diagonal = Discovered(Enumerable.Range(0, 60).Select(number => new[] { $"R{number}", $"F{number}" })).Take(30).ToList();

        Assert.Equal(1, Cost(Plan(diagonal, Quiet)).Requests);
    }

    [Fact]
    public void A_series_that_begins_does_not_drag_the_history_of_all_others_along()
    {
        var series = Discovered(Grid(20, 4)).ToList();
        var wants = series.Select((one, index) => new Want(one, index == 7 ? Window.Everything : Quiet, null)).ToList();

        var fetches = Provider.PlanObservations(wants, Today);

        Assert.Equal(2, fetches.Count);
        Assert.Equal([1, 79], fetches.Select(fetch => fetch.Wants.Count).Order());
        AssertNear(fetches);
    }

    [Fact]
    public void Combinations_far_apart_are_asked_for_apart_where_that_costs_no_more_requests()
    {
        var combinations = Grid(10, 1).Concat(Enumerable.Range(0, 10).Select(number => new[] { "X", $"G{number}" })).ToList();

        var fetches = Plan(Listed(combinations), Year);

        Assert.Equal(2, fetches.Count);
        AssertNear(fetches);
    }

    [Fact]
    public void Combinations_far_apart_are_asked_for_together_where_that_costs_fewer_requests()
    {
        var diagonal = Discovered(Enumerable.Range(0, 400).Select(number => new[] { $"R{number}", $"F{number}" })).Take(200).ToList();

        var cost = Cost(Plan(diagonal, new Window(Utc(2024, 10, 31), DateTime.MaxValue)));

        Assert.InRange(cost.Requests, 1, 8);
    }

    [Fact]
    public void A_first_collection_takes_hardly_more_requests_than_its_rows_fill_pages()
    {
        var retail = Provider.Expand(Read(EiaDiscoveryTests.AllRetailSales).Dataset,
        [
            RetailFacts,
            $$"""{"facet":"stateid","values":[{{string.Join(',', Enumerable.Range(0, 62).Select(state => $"\"S{state}\""))}}]}""",
            """{"facet":"sectorid","values":["RES","COM","IND","TRA","OTH","ALL"]}""",
            $$"""{"combinations":[{{string.Join(',', Enumerable.Range(0, 62).SelectMany(state => new[] { "RES", "COM", "IND", "TRA", "OTH", "ALL" }.Select(sector => $"[\"S{state}\",\"{sector}\"]")))}}]}""",
        ])!;

        var cost = Cost(Plan(retail, new Window(Utc(2001, 1, 1), DateTime.MaxValue)));

        Assert.InRange(cost.Requests, 1, 1.2 * (cost.Rows / 2) / 5000);
    }

    [Fact]
    public void Thousands_of_scattered_series_are_planned_in_no_time()
    {
        var series = Discovered(Enumerable.Range(0, 6000).Select(number => new[] { $"R{number}", $"F{(number * 7) % 6000}" })).Take(3000).ToList();
        var wants = series.Select((one, index) => new Want(one, new Window(Utc(2020, 1, 1).AddDays(index), Utc(2020, 2, 1).AddDays(index)), null)).ToList();

        Assert.Equal(3000, Provider.PlanObservations(wants, Today).Sum(fetch => fetch.Wants.Count));
    }

    [Fact]
    public void Datasets_of_one_route_share_calls_unless_one_is_discovered()
    {
        var listed = Series("""{"route": "steo", "frequency": "monthly", "facets": {"seriesId": ["A", "B"]}}""");
        var more = Series("""{"route": "steo", "frequency": "monthly", "facets": {"seriesId": ["C"]}}""");
        var all = Series("""{"route": "steo", "frequency": "monthly", "facets": {"seriesId": "*"}}""", """["seriesId"]""", """{"facet":"seriesId","values":["D","E"]}""");

        Assert.Single(Plan([.. listed, .. more]));
        Assert.Equal(2, Plan([.. listed, .. more, .. all]).Count);
    }

    private static IEnumerable<string[]> Grid(int respondents, int fuels) =>
        Enumerable.Range(0, respondents).SelectMany(respondent => Enumerable.Range(0, fuels).Select(fuel => new[] { $"R{respondent}", $"F{fuel}" }));

    private static IReadOnlyList<SeriesDefinition> Discovered(IEnumerable<string[]> combinations)
    {
        var found = string.Join(',', combinations.Select(values => $"[\"{values[0]}\",\"{values[1]}\"]"));
        return Provider.Expand(
            Read(Hours).Dataset,
            ["""["respondent","fueltype"]""", """{"facet":"respondent","values":[]}""", """{"facet":"fueltype","values":[]}""", $$"""{"combinations":[{{found}}]}"""])!;
    }

    /// <summary>A data set for each combination.</summary>
    private static IEnumerable<SeriesDefinition> Listed(IEnumerable<string[]> combinations) => combinations.SelectMany(values => Series(
        $$$"""{"route": "electricity/rto/fuel-type-data", "frequency": "hourly", "facets": {"respondent": ["{{{values[0]}}}"], "fueltype": ["{{{values[1]}}}"]}}""",
        """["respondent","fueltype"]"""));

    private static FetchEstimate Cost(IEnumerable<Fetch> fetches) => fetches.Select(fetch => Provider.Estimate(fetch, Today))
        .Aggregate(new FetchEstimate(0, 0), (sum, one) => new FetchEstimate(sum.Requests + one.Requests, sum.Rows + one.Rows));

    private static void AssertNear(IReadOnlyList<Fetch> fetches) =>
        Assert.All(fetches, fetch => Assert.InRange(Provider.Estimate(fetch, Today).Requests, 1, 1 + (1.2 * Provider.Estimate(fetch, Today).Rows / 5000)));
}
