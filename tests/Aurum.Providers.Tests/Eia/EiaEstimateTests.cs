using Aurum.Domain;
using static Aurum.Providers.Tests.Eia.EiaFixture;

namespace Aurum.Providers.Tests.Eia;

/// <summary>What the simulator of EIA counted on 30 October 2024 for the same calls.</summary>
public class EiaEstimateTests
{
    private static readonly DateOnly SimulatedToday = new(2024, 10, 30);

    [Theory]
    [InlineData("petroleum/pri/spt", "daily", """ "series": ["RWTC", "RBRTE"] """, "value", 1986, 4, 19_520)]
    [InlineData("petroleum/stoc/wstk", "weekly", """ "series": ["WCRSTUS1", "WCESTUS1", "WGTSTUS1"] """, "value", 1990, 2, 5_451)]
    [InlineData("natural-gas/pri/fut", "monthly", """ "series": ["RNGC1", "RNGC2"] """, "value", 1997, 1, 666)]
    [InlineData("electricity/rto/region-data", "hourly", """ "respondent": ["PJM"] """, "value", 2019, 11, 51_097)]
    [InlineData("electricity/rto/region-data", "local-hourly", """ "respondent": ["PJM"] """, "value", 2019, 11, 51_097)]
    [InlineData("steo", "monthly", """ "seriesId": ["PATC_WORLD", "TOPRAC"] """, "value", 1990, 1, 870)]
    [InlineData("electricity/retail-sales", "monthly", """ "stateid": ["CO"] """, "price\", \"sales", 2001, 1, 568)]
    [InlineData("electricity/retail-sales", "annual", """ "stateid": ["CO"] """, "price\", \"sales", 2001, 1, 48)]
    public void A_whole_history_is_told_within_a_tenth(string route, string frequency, string facets, string columns, int begins, int requests, int rows)
    {
        var series = Series($$"""{"route": "{{route}}", "frequency": "{{frequency}}", "facets": { {{facets}} }, "data": ["{{columns}}"]}""");
        var wants = series.Select(one => new Want(one, Window.Everything, new CatalogEntry(one.Id, "", Start: Utc(begins, 1, 1)))).ToList();

        var estimate = Provider.Estimate(Provider.PlanObservations(wants, SimulatedToday).Single(), SimulatedToday);

        Assert.Equal(requests, estimate.Requests);
        Assert.InRange(estimate.Rows, rows * 0.9, rows * 1.1);
    }

    [Fact]
    public void A_legacy_id_is_told_without_a_catalog()
    {
        var estimate = Provider.Estimate(Legacy("PET.RWTC.D"), SimulatedToday);

        Assert.Equal(2, estimate.Requests);
        Assert.InRange(estimate.Rows, 9_760 * 0.9, 9_760 * 1.1);
    }

    [Fact]
    public void A_window_bounds_what_is_told()
    {
        Assert.Equal(new FetchEstimate(1, 3), Provider.Estimate(Observations(SpotPrices, window: new Window(Utc(2024, 1, 1), Utc(2024, 4, 1))), SimulatedToday));
        Assert.Equal(new FetchEstimate(1, 0), Provider.Estimate(Observations(SpotPrices, window: new Window(Utc(2025, 1, 1), Utc(2026, 1, 1))), SimulatedToday));
    }

    [Fact]
    public void Rows_that_nobody_wants_cost_requests()
    {
        var series = Series(RetailSales.Replace("monthly", "annual", StringComparison.Ordinal), RetailFacts).Take(2);

        Assert.Equal(new FetchEstimate(1, 8), Provider.Estimate(Plan(series, new Window(Utc(2020, 1, 1), Utc(2024, 1, 1))).Single(), SimulatedToday));
    }

    [Fact]
    public void Other_calls_cost_a_request_each()
    {
        Assert.Equal(new FetchEstimate(1, 0), Provider.Estimate(Provider.PlanFacts(Read(RetailSales).Dataset, [])!, SimulatedToday));
        Assert.Equal(new FetchEstimate(1, 0), Provider.Estimate(Provider.PlanCatalog(Series(SpotPrices)).Single(), SimulatedToday));
    }
}
