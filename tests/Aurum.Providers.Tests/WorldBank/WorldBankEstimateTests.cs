using Aurum.Domain;
using static Aurum.Providers.Tests.WorldBank.WorldBankExample;

namespace Aurum.Providers.Tests.WorldBank;

public sealed class WorldBankEstimateTests
{
    private static readonly string[] Sixty = [.. Enumerable.Range(0, 60).Select(index => $"C{index:00}")];

    [Theory]
    [InlineData("annual", null, null, 66)]
    [InlineData("annual", 2020, null, 6)]
    [InlineData("annual", 2020, 2022, 2)]
    [InlineData("annual", 2050, null, 66)]
    [InlineData("annual", 1900, 1950, 66)]
    [InlineData("quarterly", 2024, null, 11)]
    [InlineData("monthly", 2024, null, 34)]
    [InlineData("monthly", null, null, 802)]
    public void Every_period_of_the_grid_within_the_window_is_a_row_and_a_window_beside_it_is_dropped(string frequency, int? from, int? to, long rows)
    {
        var window = new Window(from is { } first ? Year(first) : DateTime.MinValue, to is { } last ? Year(last) : DateTime.MaxValue);
        var fetch = Assert.Single(FetchesOf($$"""{"indicators":["X.Y"],"countries":["USA"],"frequency":"{{frequency}}"}""", window));

        Assert.Equal(new FetchEstimate(1, rows), Provider.Estimate(fetch, Today));
    }

    [Fact]
    public void Rows_fill_pages()
    {
        var fetch = Assert.Single(FetchesOf($$"""{"indicators":["X.Y"],"countries":["{{string.Join("\",\"", Sixty)}}"],"frequency":"monthly"}"""));

        Assert.Equal(new FetchEstimate(3, 60 * 802), Provider.Estimate(fetch, Today));
    }

    [Fact]
    public void A_shared_call_brings_every_want_the_rows_of_all_windows()
    {
        var series = Series(["X.Y"], ["USA", "DEU"]);
        var fetch = Assert.Single(Provider.PlanObservations([Want(series[0], new Window(Year(2020), Year(2021))), Want(series[1], new Window(Year(2024), DateTime.MaxValue))], Today));

        Assert.Equal(new FetchEstimate(1, 12), Provider.Estimate(fetch, Today));
    }

    [Fact]
    public void What_the_catalog_knows_of_the_span_counts()
    {
        var series = Assert.Single(Series(["X.Y"], ["USA"]));
        var fetch = Assert.Single(Provider.PlanObservations([Want(series, Window.Everything, new CatalogEntry(series.Id, "t", Start: Year(2000), End: Year(2009)))], Today));

        Assert.Equal(new FetchEstimate(1, 10), Provider.Estimate(fetch, Today));
    }

    [Fact]
    public void Lists_and_catalogs_are_a_request_without_observations()
    {
        Assert.Equal(new FetchEstimate(1, 0), Provider.Estimate(Assert.Single(Provider.PlanCatalog(Series(["X.Y"], ["USA"]))), Today));
        Assert.Equal(new FetchEstimate(1, 0), Provider.Estimate(Provider.PlanFacts(Dataset("""{"source":15,"countries":["all"]}""").Dataset, [])!, Today));
    }

    [Fact]
    public void Forty_indicators_of_sixty_countries_are_a_call_each_or_eight_pages_where_they_share_a_database()
    {
        var datasets = $$"""{"indicators":["{{string.Join("\",\"", Enumerable.Range(0, 40).Select(index => $"I.{index}"))}}"],"countries":["{{string.Join("\",\"", Sixty)}}"]""";

        Assert.Equal(40, FetchesOf(datasets + "}").Sum(fetch => Provider.Estimate(fetch, Today).Requests));
        Assert.Equal(8, FetchesOf(datasets + ",\"source\":2}").Sum(fetch => Provider.Estimate(fetch, Today).Requests));
        Assert.Equal(40, FetchesOf(datasets + "}", new Window(Year(2015), DateTime.MaxValue)).Sum(fetch => Provider.Estimate(fetch, Today).Requests));
        Assert.Equal(2, FetchesOf(datasets + ",\"source\":2}", new Window(Year(2015), DateTime.MaxValue)).Sum(fetch => Provider.Estimate(fetch, Today).Requests));
    }
}
