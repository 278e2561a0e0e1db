using Aurum.Domain;
using Aurum.Providers.Http;
using static Aurum.Providers.Tests.Eia.EiaFixture;

namespace Aurum.Providers.Tests.Eia;

public class EiaCatalogTests
{
    [Fact]
    public void All_series_of_a_route_share_one_call()
    {
        var fetch = Assert.Single(Provider.PlanCatalog(Series(RetailSales, RetailFacts)));

        Assert.Equal("/v2/electricity/retail-sales?api_key=" + Key, Query(fetch));
        Assert.Equal("metadata of electricity/retail-sales", fetch.Label);
    }

    [Fact]
    public void An_entry_is_made_of_the_route_and_the_facets()
    {
        var series = Series("""{"route": "electricity/rto/fuel-type-data", "frequency": "hourly", "facets": {"fueltype": ["NG"], "respondent": ["PGE"]}}""", """["respondent","fueltype"]""");

        var entry = Assert.Single(Page(Provider.PlanCatalog(series).Single(), Recorded("rto-fuel-type-data-metadata-local-hourly.json")).Catalog);

        Assert.Equal("Hourly Generation by Energy Source: PGE, NG", entry.Title);
        Assert.Equal("Hourly net generation by balancing authority and energy source. Source: Form EIA-930 Product: Hourly Electric Grid Monitor", entry.Description);
        Assert.Equal(("megawatthours", "H", "electricity/rto/fuel-type-data", "PGE"), (entry.UnitCode, entry.FrequencyCode, entry.DatasetCode, entry.GeoId));
        Assert.Equal((Utc(2019, 1, 1), (DateTime?)null), (entry.Start, entry.End));
        Assert.Equal("NG", entry.Metadata!["fueltype"]);
    }

    [Fact]
    public void Columns_without_a_description_are_no_obstacle()
    {
        var body = """{"response":{"description":"Some\r\n   route","data":[]}}"""u8.ToArray();

        var entry = Page(Provider.PlanCatalog(Series(RetailSales, RetailFacts)).Single(), body).Catalog[0];

        Assert.Equal(("Some route: AK, ALL (price)", null), (entry.Title, entry.UnitCode));
    }

    [Fact]
    public void A_legacy_id_is_described_by_one_row()
    {
        var fetch = Provider.PlanCatalog(Series("""{"series": ["STEO.PATC_WORLD.M"]}""")).Single();

        var explained = Assert.IsType<Page>(Provider.Explain(new Uri(Access.BaseAddress, "seriesid/STEO.PATC_WORLD.M?length=1"), Answer(Recorded("seriesid-steo-monthly-numbers.json"))));
        var entry = Assert.Single(explained.Catalog);

        Assert.Equal("/v2/seriesid/STEO.PATC_WORLD.M?length=1&api_key=" + Key, Query(fetch));
        Assert.Equal("steo monthly value of seriesId PATC_WORLD", entry.Metadata!["presumed_route"]);
        Assert.Equal(("Liquid Fuels Consumption, Total World", "million barrels per day", "M", "steo"), (entry.Title, entry.UnitCode, entry.FrequencyCode, entry.DatasetCode));
    }

    [Fact]
    public void A_legacy_id_without_rows_is_rejected()
    {
        var failure = Failure(Provider.PlanCatalog(Series("""{"series": ["PET.NONE.M"]}""")).Single(), Body(""));

        Assert.Equal(FailureKind.Rejected, failure.Kind);
        Assert.Contains("PET.NONE.M", failure.Detail);
    }

    [Fact]
    public void Words_of_several_columns_are_joined_where_no_single_one_describes_the_series()
    {
        var fetch = Provider.PlanCatalog(Series("""{"series": ["ELEC.AVERAGE.CO-RES.A"]}""")).Single();
        var body = Body("""{"period":2023,"stateid":"CO","stateDescription":"Colorado","sectorName":"residential","price":1,"price-units":"cents"}""");

        var entry = Assert.Single(Page(fetch, body).Catalog);

        Assert.Equal(("Colorado, residential", "cents", "CO", "ELEC"), (entry.Title, entry.UnitCode, entry.GeoId, entry.Category));
        Assert.Equal([KeyValuePair.Create("route", "seriesid"), KeyValuePair.Create("stateid", "CO")], entry.Metadata!.OrderBy(pair => pair.Key));
    }

    private static ProviderResponse Answer(byte[] body) => new(200, "application/json", null, Today, body);
}
