using System.Text;
using Aurum.Domain;
using Aurum.Providers.Http;
using static Aurum.Providers.Tests.Eia.EiaFixture;

namespace Aurum.Providers.Tests.Eia;

/// <summary>From the form of a legacy id to a route, and how EIA's own answers confirm or refute it.</summary>
public sealed class EiaLegacyRouteTests
{
    private const string TwoPrices = """{"series": ["PET.RWTC.D", "PET.RBRTE.D"]}""";

    [Theory]
    [InlineData("PET.RWTC.D", "petroleum/pri/spt daily value of series RWTC")]
    [InlineData("PET.EER_EPMRU_PF4_RGC_DPG.W", "petroleum/pri/spt weekly value of series EER_EPMRU_PF4_RGC_DPG")]
    [InlineData("PET.WCESTUS1.W", "petroleum/stoc/wstk weekly value of series WCESTUS1")]
    [InlineData("NG.RNGC1.W", "natural-gas/pri/fut weekly value of series RNGC1")]
    [InlineData("STEO.PATC_WORLD.M", "steo monthly value of seriesId PATC_WORLD")]
    [InlineData("TOTAL.TETCBUS.M", "total-energy monthly value of msn TETCBUS")]
    [InlineData("ELEC.SALES.CO-RES.A", "electricity/retail-sales annual sales of stateid CO, sectorid RES")]
    [InlineData("ELEC.REV.US-ALL.Q", "electricity/retail-sales quarterly revenue of stateid US, sectorid ALL")]
    [InlineData("ELEC.GEN.NG-PR-99.A", "electricity/electric-power-operational-data annual generation of location PR, sectorid 99, fueltypeid NG")]
    [InlineData("EBA.TVA-ALL.D.HL", "electricity/rto/region-data local-hourly value of respondent TVA, type D")]
    [InlineData("EBA.TVA-ALL.NG.COL.H", "electricity/rto/fuel-type-data hourly value of respondent TVA, fueltype COL")]
    [InlineData("EBA.CISO-BPAT.ID.H", "electricity/rto/interchange-data hourly value of fromba CISO, toba BPAT")]
    [InlineData("INTL.57-1-AGO-TBPD.A", "international annual value of productId 57, activityId 1, countryRegionId AGO, unit TBPD")]
    [InlineData("PET.MCRFPUS1.M", null)]
    [InlineData("NG.N9070US2.M", null)]
    [InlineData("COAL.CONS_TOT.NY-98.A", null)]
    [InlineData("EBA.TVA-ALL.XX.H", null)]
    [InlineData("ELEC.PLANT.GEN.1-ALL-ALL.M", null)]
    public void The_form_of_an_id_lets_its_route_be_presumed_or_does_not(string id, string? route)
    {
        var period = id.Split('.')[^1] switch { "A" => "2023", "Q" => "2024-Q1", "M" => "2024-05", "H" => "2024-10-04T05", "HL" => "2024-10-04T05-05", _ => "2024-10-04" };
        var answer = new ProviderResponse(200, "application/json", null, Today, Body($$"""{"period":"{{period}}","value":1}"""));

        var explained = Assert.IsType<Page>(Provider.Explain(new Uri(Access.BaseAddress, $"seriesid/{id}"), answer));

        Assert.Equal(route, Assert.Single(explained.Catalog).Metadata!.GetValueOrDefault("presumed_route"));
    }

    [Fact]
    public void Series_of_a_route_are_looked_up_over_the_bridge_and_then_compared_with_the_route_at_once()
    {
        var fetch = Provider.PlanCatalog(Series(TwoPrices)).Single();
        Assert.Equal("/v2/seriesid/PET.RWTC.D?length=1&api_key=" + Key, Query(fetch));
        var first = Page(fetch, Bridge("RWTC", "71.5"));
        Assert.Equal("/v2/seriesid/PET.RBRTE.D?length=1&api_key=" + Key, Query(fetch, first.Next));
        var second = Page(fetch, Bridge("RBRTE", "75"), first.Next);
        Assert.StartsWith(
            "/v2/petroleum/pri/spt/data?frequency=daily&data[0]=value&facets[series][]=RWTC&facets[series][]=RBRTE&start=2024-10-04&end=2024-10-04&sort[0][column]=period", Query(fetch, second.Next));

        var last = Page(fetch, Body($"{Row("RWTC", "\"71.5\"")},{Row("RBRTE", "\"75.0\"")}"), second.Next);

        Assert.Null(last.Next);
        Assert.Equal(["PET.RWTC.D", "PET.RBRTE.D"], last.Catalog.Select(entry => entry.Series.Code));
        Assert.All(last.Catalog, entry => Assert.Equal(("petroleum/pri/spt", "series", "value", "PF4"), (entry.Metadata!["route"], entry.Metadata["facets"], entry.Metadata["column"], entry.Metadata["process"])));
        Assert.Equal((3, 0), (Provider.Estimate(fetch, Today).Requests, Provider.Estimate(fetch, Today).Rows));
    }

    [Fact]
    public void Confirmed_series_share_a_call_and_keep_their_ids()
    {
        var wants = Series(TwoPrices).Select(series => new Want(series, Window.Everything, Confirmed(series.Id))).ToArray();

        var fetch = Provider.PlanObservations(wants, Today).Single();
        var page = Page(fetch, Body($"{Row("RWTC", "\".50\"")},{Row("RBRTE", "\"75.10\"")}"));

        Assert.StartsWith("/v2/petroleum/pri/spt/data?frequency=daily&data[0]=value&facets[series][]=RBRTE&facets[series][]=RWTC&", Query(fetch));
        Assert.Equal(["PET.RBRTE.D 75.1", "PET.RWTC.D 0.5"], page.Slices.Select(slice => $"{slice.Series.Code} {slice.Observations[0].Value}").Order());
        Assert.All(page.Rows(), row => Assert.Null(row.ValueRaw));
    }

    [Fact]
    public void A_series_that_nobody_has_confirmed_stays_on_the_bridge()
    {
        var (first, second) = (Series(TwoPrices)[0], Series(TwoPrices)[1]);
        var onBridge = Confirmed(second.Id) with { Metadata = new Dictionary<string, string> { ["route"] = "seriesid" } };

        var fetches = Provider.PlanObservations([new Want(first, Window.Everything, Known: null), new Want(second, Window.Everything, onBridge)], Today);

        Assert.Equal(["/v2/seriesid/PET.RWTC.D", "/v2/seriesid/PET.RBRTE.D"], fetches.Select(fetch => Query(fetch).Split('?')[0]));
    }

    [Theory]
    [InlineData("71.6", "YCUOK", "$/BBL", "is 71.6 for 2024-10-04, the bridge has 71.5")]
    [InlineData(null, "YCUOK", "$/BBL", "is missing for 2024-10-04, the bridge has 71.5")]
    [InlineData("71.5", "ZEU", "$/BBL", "is of duoarea ZEU, the bridge's of YCUOK")]
    [InlineData("71.5", "YCUOK", "$/GAL", "is in $/GAL, the bridge's in $/BBL")]
    public void What_the_route_says_otherwise_keeps_a_series_on_the_bridge_with_a_remark(string? value, string area, string unit, string difference)
    {
        var entry = Compared(Row("RWTC", value is null ? "null" : $"\"{value}\"", area, unit));

        Assert.Equal("seriesid", entry.Metadata!["route"]);
        Assert.Contains(difference, entry.Metadata[CatalogEntry.RemarkKey]);
    }

    [Theory]
    [InlineData("", "has no row for 2024-10-04")]
    [InlineData("twice", "has 2 rows for 2024-10-04")]
    public void A_route_must_have_exactly_one_row_for_the_period(string rows, string difference)
    {
        var row = Row("RWTC", "\"71.5\"");

        Assert.Contains(difference, Compared(rows.Length == 0 ? "" : $"{row},{row}").Metadata![CatalogEntry.RemarkKey]);
    }

    [Theory]
    [InlineData(404, """{"error":"Not found.","code":404}""")]
    [InlineData(400, """{"error":"Invalid facet 'series' provided. The only valid facets are 'msn'.","code":400}""")]
    [InlineData(200, """{"response":{"id":"spt"}}""")]
    public void A_route_that_is_not_there_or_is_another_keeps_its_series_on_the_bridge(int status, string body)
    {
        var (fetch, cursor) = AfterBridge();

        var entry = Assert.Single(Assert.IsType<Page>(Parse(fetch, Encoding.UTF8.GetBytes(body), status, cursor)).Catalog);

        Assert.Equal("seriesid", entry.Metadata!["route"]);
        Assert.Contains("cannot be had from petroleum/pri/spt", entry.Metadata[CatalogEntry.RemarkKey]);
    }

    [Theory]
    [InlineData(403, """{"error":{"code":"API_KEY_INVALID","message":"no"}}""", FailureKind.Rejected)]
    [InlineData(503, "<html>", FailureKind.Transient)]
    public void A_refused_key_and_bad_weather_say_nothing_about_a_route(int status, string body, FailureKind kind)
    {
        var (fetch, cursor) = AfterBridge();

        var failure = Failure(fetch, Encoding.UTF8.GetBytes(body), status, cursor);

        Assert.Equal((kind, kind == FailureKind.Rejected), (failure.Kind, failure.ConcernsProvider));
    }

    [Fact]
    public void An_id_that_is_not_known_costs_the_others_nothing()
    {
        var fetch = Provider.PlanCatalog(Series(TwoPrices)).Single();

        var unknown = Assert.IsType<Page>(Parse(fetch, Encoding.UTF8.GetBytes("""{"error":"Not found.","code":404}"""), 404));
        var second = Page(fetch, Bridge("RBRTE", "75"), unknown.Next);

        Assert.Equal("PET.RBRTE.D", Assert.Single(Page(fetch, Body(Row("RBRTE", "\"75\"")), second.Next).Catalog).Series.Code);
    }

    [Fact]
    public void The_newest_periods_of_series_may_differ()
    {
        var fetch = Provider.PlanCatalog(Series(TwoPrices)).Single();
        var old = Page(fetch, Bridge("RWTC", "20", "1999-12-31"), Page(fetch, Bridge("RWTC", "71.5")).Next);
        Assert.Contains("facets[series][]=RWTC&start=2024-10-04&end=2024-10-04", Query(fetch, old.Next));

        var next = Page(fetch, Body(Row("RWTC", "\"71.5\"")), old.Next).Next;

        Assert.Contains("start=1999-12-31&end=1999-12-31", Query(fetch, next));
    }

    private static (Fetch Fetch, string? Cursor) AfterBridge()
    {
        var fetch = Provider.PlanCatalog(Series("""{"series": ["PET.RWTC.D"]}""")).Single();
        return (fetch, Page(fetch, Bridge("RWTC", "71.5")).Next);
    }

    private static CatalogEntry Compared(string rows)
    {
        var (fetch, cursor) = AfterBridge();
        return Assert.Single(Page(fetch, Body(rows), cursor).Catalog);
    }

    private static CatalogEntry Confirmed(SeriesId series) => new(series, "title", UnitCode: "$/BBL", Metadata: new Dictionary<string, string> { ["route"] = "petroleum/pri/spt" });

    private static byte[] Bridge(string series, string value, string period = "2024-10-04") => Body(Row(series, value, period: period), "9000");

    private static string Row(string series, string value, string? area = null, string unit = "$/BBL", string period = "2024-10-04") =>
        $$"""{"period":"{{period}}","duoarea":"{{area ?? (series == "RWTC" ? "YCUOK" : "ZEU")}}","area-name":"NA","product":"EPC","process":"PF4","series":"{{series}}","series-description":"{{series}} price","value":{{value}},"units":"{{unit}}"}""";
}
