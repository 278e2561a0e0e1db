using System.Globalization;
using Aurum.Domain;
using static Aurum.Providers.Tests.Eia.EiaFixture;

namespace Aurum.Providers.Tests.Eia;

public class EiaDiscoveryTests
{
    public const string AllRetailSales = """{"route": "electricity/retail-sales", "frequency": "monthly", "facets": {"sectorid": "*", "stateid": "*"}, "data": ["price", "sales"]}""";

    private const string OneWildcard = """{"route": "electricity/rto/region-data", "frequency": "hourly", "facets": {"type": ["D", "NG"], "respondent": "*"}}""";

    private const string RegionFacts = """["respondent","type"]""";

    private static readonly string[] RetailValues = [RetailFacts, """{"facet":"stateid","values":["AK","CO"]}""", """{"facet":"sectorid","values":["RES","ALL"]}"""];

    [Fact]
    public void A_wildcard_makes_a_dataset_discovered()
    {
        Assert.True(Read(OneWildcard).Dataset.IsDiscovered);
        Assert.False(Read(RetailSales).Dataset.IsDiscovered);
        Assert.False(Read("""{"route": "nuclear-outages/us-nuclear-outages", "frequency": "daily"}""").Dataset.IsDiscovered);
    }

    [Theory]
    [InlineData("""{"route": "steo", "frequency": "monthly", "facets": {"seriesId": "T*"}}""", """$.datasets[0].facets.seriesId: is "T*"; expected "*" for all values, or a list of values""")]
    [InlineData("""{"route": "steo", "frequency": "monthly", "facets": {"seriesId": 5}}""", "$.datasets[0].facets.seriesId: is 5; expected a list")]
    [InlineData("""{"route": "steo", "frequency": "monthly", "facets": "*"}""", """$.datasets[0].facets: is "*"; expected an object""")]
    [InlineData("""{"route": "steo", "frequency": "monthly", "facets": {"a b": "*"}}""", "$.datasets[0].facets.a b: is no name of a facet")]
    public void What_is_wrong_with_a_facet_is_said(string json, string problem)
    {
        Assert.Contains(problem, Assert.Single(Read(json).Problems));
    }

    [Fact]
    public void A_wildcard_is_another_entry_than_a_list_of_a_star()
    {
        string[] values = ["\"*\"", "[\"*\"]", "[\"TOPRAC\"]"];

        Assert.Equal(3, values.Select(value => Read($$$"""{"route": "steo", "frequency": "monthly", "facets": {"seriesId": {{{value}}}}}""").Dataset.Key).Distinct().Count());
    }

    [Theory]
    [InlineData(RetailSales, "electricity/retail-sales:monthly#4885e9935ecb")]
    [InlineData(SpotPrices, "petroleum/pri/spt:monthly#6e0cb1f8862b")]
    public void Keys_of_entries_without_wildcards_are_those_of_earlier_releases(string json, string key)
    {
        Assert.Equal(key, Read(json).Dataset.Key);
    }

    [Fact]
    public void One_wildcard_takes_the_route_and_the_values_of_the_facet()
    {
        var dataset = Read(OneWildcard).Dataset;
        var metadata = Provider.PlanFacts(dataset, [])!;
        var values = Provider.PlanFacts(dataset, [RegionFacts])!;

        Assert.Equal("/v2/electricity/rto/region-data?api_key=" + Key, Query(metadata));
        Assert.Equal("/v2/electricity/rto/region-data/facet/respondent?api_key=" + Key, Query(values));

        var page = Page(values, """{"response":{"totalFacets":2,"facets":[{"id":"PJM","name":"PJM Interconnection, LLC"},{"id":"US48"}]}}"""u8.ToArray());

        Assert.Equal("""{"facet":"respondent","values":["PJM","US48"]}""", page.Facts);
        Assert.Equal(
            ["PJM.D", "PJM.NG", "US48.D", "US48.NG"],
            Provider.Expand(dataset, [RegionFacts, page.Facts!])!.Select(series => series.Id.Code.Split(':')[2]));
        Assert.Null(Provider.PlanFacts(dataset, [RegionFacts, page.Facts!]));
    }

    [Fact]
    public void A_single_facet_may_be_a_wildcard()
    {
        var dataset = Read("""{"route": "crude-oil-imports", "frequency": "monthly", "facets": {"originType": "*"}, "data": ["quantity"]}""").Dataset;
        var order = Page(Provider.PlanFacts(dataset, [])!, Recorded("crude-oil-imports-metadata.json")).Facts!;
        var values = Page(Provider.PlanFacts(dataset, [order])!, Recorded("crude-oil-imports-facet-origintype.json"));

        Assert.Null(Provider.Expand(dataset, []));
        Assert.Null(Provider.Expand(dataset, [order]));
        Assert.Equal(4, values.Count);
        Assert.Equal(["REG", "CTY", "OPN", "WORLD"], Provider.Expand(dataset, [order, values.Facts!])!.Select(series => series.Id.Code.Split(':')[2]));
    }

    [Fact]
    public void A_list_of_values_that_is_not_whole_is_refused()
    {
        var failure = Failure(Provider.PlanFacts(Read(OneWildcard).Dataset, [RegionFacts])!, """{"response":{"totalFacets":3,"facets":[{"id":"PJM"},{"id":"US48"}]}}"""u8.ToArray());

        Assert.Equal(FailureKind.Malformed, failure.Kind);
        Assert.Contains("3 values as totalFacets says, not 2", failure.Detail);
    }

    [Fact]
    public void Several_wildcards_take_each_facet_and_then_the_newest_rows()
    {
        var dataset = Read(AllRetailSales).Dataset;

        Assert.Equal("/v2/electricity/retail-sales/facet/stateid?api_key=" + Key, Query(Provider.PlanFacts(dataset, [RetailFacts])!));
        Assert.Equal("/v2/electricity/retail-sales/facet/sectorid?api_key=" + Key, Query(Provider.PlanFacts(dataset, [.. RetailValues.Take(2)])!));
        Assert.Equal(
            "/v2/electricity/retail-sales/data?frequency=monthly&data[0]=price&data[1]=sales"
            + "&sort[0][column]=period&sort[0][direction]=desc&sort[1][column]=stateid&sort[1][direction]=asc&sort[2][column]=sectorid&sort[2][direction]=asc"
            + "&offset=0&length=5000&api_key=" + Key,
            Query(Provider.PlanFacts(dataset, RetailValues)!));
    }

    [Fact]
    public void Only_combinations_with_rows_become_series()
    {
        var dataset = Read(AllRetailSales).Dataset;
        var page = Page(Provider.PlanFacts(dataset, RetailValues)!, Body("""
            {"period":"2024-05","stateid":"CO","sectorid":"RES","price":"1"},{"period":"2024-05","stateid":"AK","sectorid":"ALL","price":null},
            {"period":"2024-04","stateid":"CO","sectorid":"RES","price":"1"},{"period":"2024-04","stateid":null,"sectorid":"ALL","price":"1"}
            """));

        Assert.Equal("""{"combinations":[["CO","RES"],["AK","ALL"]]}""", page.Facts);
        Assert.Null(Provider.Expand(dataset, RetailValues));
        Assert.Equal(
            ["AK.ALL:price", "AK.ALL:sales", "CO.RES:price", "CO.RES:sales"],
            Provider.Expand(dataset, [.. RetailValues, page.Facts!])!.Select(series => series.Id.Code.Replace("electricity/retail-sales:monthly:", "", StringComparison.Ordinal)));
        Assert.Null(Provider.PlanFacts(dataset, [.. RetailValues, page.Facts!]));
    }

    [Fact]
    public void A_survey_ends_with_the_page_that_holds_two_whole_periods()
    {
        var dataset = Read(AllRetailSales).Dataset;

        var page = Page(Provider.PlanFacts(dataset, RetailValues)!, Body(Lines(0, 2000, "2024-05", "2024-04", "2024-03")));

        Assert.DoesNotContain("next", page.Facts);
        Assert.Equal(4000, Provider.Expand(dataset, [.. RetailValues, page.Facts!])!.Count);
    }

    [Fact]
    public void A_survey_goes_on_where_one_period_fills_a_page()
    {
        var dataset = Read(AllRetailSales).Dataset;
        var first = Page(Provider.PlanFacts(dataset, RetailValues)!, Body(Lines(0, 5000, "2024-05")));
        string[] facts = [.. RetailValues, first.Facts!];

        Assert.Null(Provider.Expand(dataset, facts));
        Assert.Contains("&offset=4999&length=5000&", Query(Provider.PlanFacts(dataset, facts)!));
        Assert.Equal(FailureKind.Transient, Failure(Provider.PlanFacts(dataset, facts)!, Body(Lines(5000, 100, "2024-05"))).Kind);

        var second = Page(Provider.PlanFacts(dataset, facts)!, Body(Lines(4999, 100, "2024-05")));

        Assert.Equal(5099 * 2, Provider.Expand(dataset, [.. facts, second.Facts!])!.Count);
    }

    [Fact]
    public void A_survey_without_an_end_asks_for_fixed_facets()
    {
        var dataset = Read(AllRetailSales).Dataset;
        var facts = RetailValues.Append("""{"combinations":[["S0","RES"]],"next":"638500000000000000 94981 0123456789abcdef 19 2024-05 S4999 RES"}""").ToList();

        var failure = Failure(Provider.PlanFacts(dataset, facts)!, Body(Lines(4999, 5000, "2024-05")));

        Assert.Equal(FailureKind.Rejected, failure.Kind);
        Assert.Contains("expected a list of values in place of a \"*\"", failure.Detail);
    }

    [Fact]
    public void Fixed_facets_narrow_the_survey()
    {
        var dataset = Read("""{"route": "a", "frequency": "annual", "facets": {"f": "*", "g": ["x", "y"], "h": "*"}}""").Dataset;

        Assert.Contains("&facets[g][]=x&facets[g][]=y&sort", Query(Provider.PlanFacts(dataset, ["""["f","g","h","i"]""", """{"facet":"f","values":["1"]}""", """{"facet":"h","values":["2"]}"""])!));
    }

    [Fact]
    public void Hours_before_and_after_the_clock_is_set_back_are_different_instants()
    {
        var fetch = Observations("""{"route": "electricity/rto/region-data", "frequency": "local-hourly", "facets": {"respondent": ["PJM"]}}""");

        var page = Page(fetch, Body(
            """{"period":"2019-11-03T01-04","respondent":"PJM","value":"1"},{"period":"2019-11-03T01-05","respondent":"PJM","value":"2"},{"period":"2019-11-03T02-05","respondent":"PJM","value":"3"}"""));

        Assert.Equal([Utc(2019, 11, 3, 5), Utc(2019, 11, 3, 6), Utc(2019, 11, 3, 7)], page.Rows().Select(row => row.Timestamp));
    }

    private static string Lines(int first, int count, params string[] periods) => string.Join(',', periods.SelectMany(period => Enumerable.Range(first, count).Select(number =>
        string.Create(CultureInfo.InvariantCulture, $$"""{"period":"{{period}}","stateid":"S{{number}}","sectorid":"RES","price":"1"}"""))));
}
