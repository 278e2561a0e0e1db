using Aurum.Domain;
using static Aurum.Providers.Tests.Eia.EiaFixture;

namespace Aurum.Providers.Tests.Eia;

public class EiaDatasetTests
{
    [Fact]
    public void The_provider_is_in_the_catalog_with_its_address_key_and_quota()
    {
        var descriptor = ProviderCatalog.Find("eia")!.Descriptor;

        Assert.Equal(("https://api.eia.gov/v2/", "EIA_API_KEY", "EIA_API_BASE_URL"), (descriptor.DefaultAddress.AbsoluteUri, descriptor.KeyVariable, descriptor.AddressVariable));
        Assert.Equal((1000, "America/New_York"), (descriptor.RateLimit.DailyQuota, descriptor.RateLimit.QuotaTimeZone));
    }

    [Fact]
    public void One_facet_needs_no_facts()
    {
        var series = Assert.Single(Series("""{"route": "petroleum/pri/spt", "frequency": "daily", "facets": {"series": ["RWTC"]}}"""));

        Assert.Equal("eia|petroleum/pri/spt:daily:RWTC", series.Id.ToString());
        Assert.Equal("eia:petroleum/pri/spt:daily", series.CoalescingKey);
    }

    [Fact]
    public void A_route_without_facets_is_one_series()
    {
        Assert.Equal("nuclear-outages/us-nuclear-outages:daily", Assert.Single(Series("""{"route": "nuclear-outages/us-nuclear-outages", "frequency": "daily", "data": ["outage"]}""")).Id.Code);
    }

    [Fact]
    public void Two_facets_wait_for_the_order_of_the_route()
    {
        Assert.Null(Provider.Expand(Read(RetailSales).Dataset, []));
    }

    [Fact]
    public void Series_are_all_combinations_in_the_order_of_the_route_times_the_columns()
    {
        Assert.Equal(
            [
                "AK.ALL:price", "AK.ALL:customers", "AK.RES:price", "AK.RES:customers",
                "CO.ALL:price", "CO.ALL:customers", "CO.RES:price", "CO.RES:customers",
            ],
            Series(RetailSales, RetailFacts).Select(series => series.Id.Code.Replace("electricity/retail-sales:monthly:", "", StringComparison.Ordinal)));
    }

    [Fact]
    public void Legacy_ids_are_their_own_codes_and_wake_with_the_route_that_they_may_be_on()
    {
        var series = Series("""{"series": ["PET.RWTC.D", "EBA.TVA-ALL.D.HL", "COAL.X.A"], "start": "2020-01-01"}""");

        Assert.Equal(["PET.RWTC.D", "EBA.TVA-ALL.D.HL", "COAL.X.A"], series.Select(one => one.Id.Code));
        Assert.Equal(["eia:petroleum/pri/spt:daily", "eia:electricity/rto/region-data:local-hourly", "COAL.X.A"], series.Select(one => one.CoalescingKey));
        Assert.All(series, one => Assert.Equal((new DateOnly(2020, 1, 1), 30), (one.Start!.Value, one.LookbackObservations)));
    }

    [Theory]
    [InlineData("""{"route": "petroleum/pri/spt", "frequency": "yearly"}""", "expected one of annual")]
    [InlineData("""{"route": "/petroleum/", "frequency": "daily"}""", "expected a route such as")]
    [InlineData("""{"route": "petroleum/pri/spt/data", "frequency": "daily"}""", "expected a route such as")]
    [InlineData("""{"route": "petroleum/pri/spt"}""", "$.datasets[0].frequency: is missing")]
    [InlineData("""{"route": "steo", "frequency": "daily", "facets": {"a b": ["x"]}}""", "is no name of a facet")]
    [InlineData("""{"route": "steo", "frequency": "daily", "facets": {"seriesId": []}}""", "$.datasets[0].facets.seriesId: is an empty list")]
    [InlineData("""{"series": ["PET.RWTC.D"], "route": "steo"}""", "$.datasets[0].route: is no known key")]
    [InlineData("""{"series": ["RWTC"]}""", "expected a legacy id")]
    [InlineData("""{"series": ["PET.RWTC.X"]}""", "expected a legacy id")]
    [InlineData("""{"series": ["PET.RWTC.D"], "lookback_observations": -1}""", "from 0 to 100000")]
    public void What_is_wrong_with_an_entry_is_said(string json, string problem)
    {
        Assert.Contains(problem, Assert.Single(Read(json).Problems));
    }

    [Fact]
    public void Entries_that_say_the_same_have_the_same_key()
    {
        var reordered = """
            {"frequency": "monthly", "route": "electricity/retail-sales", "data": ["customers", "price"], "facets": {"stateid": ["CO", "AK"], "sectorid": ["RES", "ALL"]}}
            """;

        Assert.Equal(Read(RetailSales).Dataset.Key, Read(reordered).Dataset.Key);
        Assert.NotEqual(Read(RetailSales).Dataset.Key, Read(reordered.Replace("\"CO\", ", "", StringComparison.Ordinal)).Dataset.Key);
    }

    [Fact]
    public void Facts_are_the_facets_of_the_route()
    {
        var dataset = Read("""{"route": "electricity/rto/fuel-type-data", "frequency": "hourly", "facets": {"fueltype": ["NG"], "respondent": ["PGE"]}}""").Dataset;
        var fetch = Provider.PlanFacts(dataset, [])!;

        var page = Page(fetch, Recorded("rto-fuel-type-data-metadata-local-hourly.json"));

        Assert.Equal("/v2/electricity/rto/fuel-type-data?api_key=" + Key, Query(fetch));
        Assert.Equal("""["respondent","fueltype"]""", page.Facts);
        Assert.Equal("electricity/rto/fuel-type-data:hourly:PGE.NG", Assert.Single(Provider.Expand(dataset, [page.Facts!])!).Id.Code);
    }

    [Fact]
    public void A_facet_that_the_route_lacks_is_rejected_with_those_it_has()
    {
        var fetch = Provider.PlanFacts(Read("""{"route": "electricity/rto/fuel-type-data", "frequency": "hourly", "facets": {"state": ["CO"], "respondent": ["PGE"]}}""").Dataset, [])!;

        var failure = Failure(fetch, Recorded("rto-fuel-type-data-metadata-local-hourly.json"));

        Assert.Equal(FailureKind.Rejected, failure.Kind);
        Assert.Contains("no facet state; its facets are respondent, fueltype", failure.Detail);
    }
}
