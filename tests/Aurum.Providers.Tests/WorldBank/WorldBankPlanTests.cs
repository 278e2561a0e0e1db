using Aurum.Domain;
using static Aurum.Providers.Tests.WorldBank.WorldBankExample;

namespace Aurum.Providers.Tests.WorldBank;

public sealed class WorldBankPlanTests
{
    [Fact]
    public void An_indicator_is_one_call_for_all_its_countries()
    {
        var fetch = Fetch("NY.GDP.MKTP.CD", ["USA", "DEU"], new Window(Year(1960), DateTime.MaxValue));

        Assert.Equal("country/USA;DEU/indicator/NY.GDP.MKTP.CD?format=json&per_page=20000&page=1&date=1960:2100", Asked(fetch));
        Assert.Equal("country/USA;DEU/indicator/NY.GDP.MKTP.CD?format=json&per_page=20000&page=3&date=1960:2100", Asked(fetch, "3;2026-07-13;17500"));
        Assert.Equal("NY.GDP.MKTP.CD USA and 1 more", fetch.Label);
    }

    [Theory]
    [InlineData(null, null, "1900:2100")]
    [InlineData("2019-06-01", "2021-01-01", "2019:2020")]
    [InlineData("2019-06-01", "2021-01-02", "2019:2021")]
    public void A_window_is_always_named(string? from, string? to, string expected)
    {
        var window = new Window(
            from is null ? DateTime.MinValue : DateOnly.Parse(from, System.Globalization.CultureInfo.InvariantCulture).ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc),
            to is null ? DateTime.MaxValue : DateOnly.Parse(to, System.Globalization.CultureInfo.InvariantCulture).ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc));

        Assert.EndsWith($"&date={expected}", Asked(Fetch("X.Y", ["USA"], window)), StringComparison.Ordinal);
    }

    [Fact]
    public void No_cache_on_the_way_may_answer()
    {
        using var request = Provider.Request(Fetch("X.Y", ["USA"]), null, Access);

        Assert.True(request.Headers.CacheControl!.NoCache);
    }

    [Fact]
    public void Many_countries_are_dealt_into_segments_the_service_reads()
    {
        var countries = Enumerable.Range(0, 800).Select(index => $"{(char)('A' + (index / 26 / 26))}{(char)('A' + (index / 26 % 26))}{(char)('A' + (index % 26))}").ToArray();
        var wants = Series(["X.Y"], countries).Select(series => Want(series, Window.Everything)).ToList();

        var fetches = Provider.PlanObservations(wants, Today);

        Assert.Equal(3, fetches.Count);
        Assert.All(fetches, fetch => Assert.InRange(Asked(fetch).Split('/')[1].Length, 1, 1400));
        Assert.Equal(wants, fetches.SelectMany(fetch => fetch.Wants));
    }

    [Fact]
    public void A_call_with_several_countries_is_split_when_it_is_rejected()
    {
        Assert.True(Fetch("X.Y", ["USA", "DEU"]).SplitOnRejection);
        Assert.False(Fetch("X.Y", ["USA"]).SplitOnRejection);
        Assert.False(Assert.Single(Provider.PlanCatalog(Series(["X.Y"], ["USA", "DEU"]))).SplitOnRejection);
    }

    [Fact]
    public void An_empty_window_is_in_no_call() =>
        Assert.Empty(Provider.PlanObservations([Want(Series(["X.Y"], ["USA"])[0], new Window(Year(2020), Year(2020)))], Today));
}
