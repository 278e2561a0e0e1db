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

    [Theory]
    [InlineData("annual", "2019:2100", "2019:2020")]
    [InlineData("quarterly", "2019Q2:2100Q4", "2019Q2:2020Q4")]
    [InlineData("monthly", "2019M05:2100M12", "2019M05:2020M12")]
    public void The_form_of_the_window_selects_the_rows(string frequency, string open, string closed)
    {
        var json = $$"""{"indicators":["X.Y"],"countries":["USA"],"frequency":"{{frequency}}"}""";

        Assert.Contains($"&date={open}", Asked(Assert.Single(FetchesOf(json, new Window(Year(2019, 5), DateTime.MaxValue)))), StringComparison.Ordinal);
        Assert.Contains($"&date={closed}", Asked(Assert.Single(FetchesOf(json, new Window(Year(2019, 5), Year(2021))))), StringComparison.Ordinal);
    }

    [Fact]
    public void Indicators_of_a_named_database_share_a_call()
    {
        var fetch = Assert.Single(FetchesOf("""{"indicators":["A.B","C.D"],"countries":["USA","DEU"],"source":15,"frequency":"monthly"}"""));

        Assert.Equal("country/USA;DEU/indicator/A.B;C.D?format=json&per_page=20000&page=1&date=1900M01:2100M12&source=15", Asked(fetch));
        Assert.Equal("A.B and 1 more USA and 1 more", fetch.Label);
        Assert.Equal(4, fetch.Wants.Count);
        Assert.True(fetch.SplitOnRejection);
    }

    [Fact]
    public void Without_a_database_every_indicator_is_a_call_of_its_own() =>
        Assert.Equal(["A.B", "C.D"], FetchesOf("""{"indicators":["A.B","C.D"],"countries":["USA","DEU"]}""").Select(fetch => Asked(fetch).Split('/')[3].Split('?')[0]));

    [Fact]
    public void Indicators_that_lack_different_countries_do_not_share_a_call()
    {
        var wants = SeriesOf("""{"indicators":["A.B","C.D","E.F"],"countries":["USA","DEU"],"source":2}""").Select(series => Want(series, Window.Everything)).ToList();

        var fetches = Provider.PlanObservations([.. wants.Take(3), .. wants.Skip(4)], Today);

        Assert.Equal(["country/USA;DEU/indicator/A.B;E.F", "country/USA/indicator/C.D"], fetches.Select(fetch => Asked(fetch).Split('?')[0]));
    }

    [Fact]
    public void No_call_is_larger_than_the_service_reads()
    {
        string Ids(int count, int length) => string.Join("\",\"", Enumerable.Range(0, count).Select(index => $"I{index:000}".PadRight(length, 'X')));
        var countries = string.Join("\",\"", Enumerable.Range(0, 350).Select(index => $"C{index:000}"));

        Assert.All(
            FetchesOf($$"""{"indicators":["{{Ids(150, 40)}}"],"countries":["{{countries}}"],"source":2}"""),
            fetch =>
            {
                var address = Asked(fetch);
                Assert.InRange(address.Length, 1, 3900);
                Assert.All(address.Split('?')[0].Split('/'), segment => Assert.InRange(segment.Length, 1, 1500));
                Assert.InRange(address.Split('/')[3].Split('?')[0].Split(';').Length, 1, 60);
                Assert.InRange(Provider.Estimate(fetch, Today).Rows, 1, 200_000);
            });
        Assert.Equal(
            [60, 60, 30],
            FetchesOf($$"""{"indicators":["{{Ids(150, 4)}}"],"countries":["USA"],"source":2}""").Select(fetch => fetch.Wants.Count));
    }

    [Fact]
    public void Every_want_is_in_one_call_of_a_plan()
    {
        string[] forms = ["", ",\"source\":2", ",\"frequency\":\"monthly\"", ",\"frequency\":\"monthly\",\"source\":2"];
        var wants = forms.SelectMany(form => SeriesOf($$"""{"indicators":["A.B","C.D"],"countries":["USA","US","WLD"]{{form}}}""")).Select(series => Want(series, Window.Everything)).ToList();

        var planned = Provider.PlanObservations(wants, Today).SelectMany(fetch => fetch.Wants).ToList();

        Assert.Equal(wants.Count, planned.Count);
        Assert.Equal(wants.ToHashSet(), planned.ToHashSet());
    }

    [Fact]
    public void A_narrow_window_lets_more_indicators_share_a_call()
    {
        string Codes(int count, string prefix) => string.Join("\",\"", Enumerable.Range(0, count).Select(index => $"{prefix}{index:000}"));
        var json = $$"""{"indicators":["{{Codes(60, "I")}}"],"countries":["{{Codes(250, "C")}}"],"source":2}""";

        Assert.Equal(5, FetchesOf(json).Count);
        Assert.Single(FetchesOf(json, new Window(Year(2016), DateTime.MaxValue)));
    }
}
