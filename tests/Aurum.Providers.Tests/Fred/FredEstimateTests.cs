using Aurum.Domain;
using static Aurum.Providers.Tests.Fred.FredFixture;

namespace Aurum.Providers.Tests.Fred;

public class FredEstimateTests
{
    private static readonly DateOnly Today = new(2024, 11, 3);

    [Fact]
    public void A_whole_history_is_as_long_as_the_catalog_tells()
    {
        var known = Assert.Single(Page(Catalog(), Recorded("series-gdp.json")).Catalog);
        var rows = Page(Observations(known: known), Recorded("observations-gdp-quarterly.json")).Rows();

        var estimate = Provider.Estimate(Observations(known: known), Today);

        Assert.Equal(1, estimate.Requests);
        Assert.InRange(estimate.Rows, rows.Count * 0.9, rows.Count * 1.1);
    }

    [Theory]
    [InlineData("D", "Daily", 8)]
    [InlineData("D", "Daily, 7-Day", 10)]
    [InlineData("W", "Weekly, Ending Friday", 2)]
    [InlineData("M", "Monthly", 1)]
    [InlineData("A", "Annual", 0)]
    public void A_window_has_as_many_rows_as_periods(string code, string frequency, int rows)
    {
        var known = new CatalogEntry(Series().Id, "x", FrequencyCode: code, Start: Utc(1997, 1, 7), End: Utc(2024, 10, 28), Metadata: new Dictionary<string, string> { ["frequency"] = frequency });
        var fetch = Observations(window: new Window(Utc(2024, 7, 1), Utc(2024, 7, 11)), known: known);

        Assert.Equal(new FetchEstimate(1, rows), Provider.Estimate(fetch, Today));
    }

    [Fact]
    public void More_rows_than_a_page_has_are_more_requests()
    {
        var known = new CatalogEntry(Series().Id, "x", FrequencyCode: "D", Start: Utc(1500, 1, 1), End: Utc(2024, 10, 28));

        Assert.Equal(2, Provider.Estimate(Observations(known: known), Today).Requests);
    }

    [Fact]
    public void What_is_not_yet_known_is_one_request_and_a_monthly_history()
    {
        Assert.Equal(new FetchEstimate(1, 779), Provider.Estimate(Observations(), Today));
        Assert.Equal(new FetchEstimate(1, 0), Provider.Estimate(Catalog(), Today));
    }
}
