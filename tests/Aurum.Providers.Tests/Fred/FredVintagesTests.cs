using System.Globalization;
using System.Text;
using Aurum.Domain;
using static Aurum.Providers.Tests.Fred.FredFixture;

namespace Aurum.Providers.Tests.Fred;

public class FredVintagesTests
{
    private static readonly DateOnly Today = new(2024, 11, 3);

    public static Fetch Plan(DateTimeOffset? coveredAt = null, Window? window = null, CatalogEntry? known = null) => Provider.PlanObservations(
        [new Want(Provider.Expand(Read("""{"series": ["GDP"], "vintages": "all"}""").Dataset, [])!.Single(), window ?? Window.Everything, known, coveredAt)],
        Today).Single();

    private static CatalogEntry Rebased(string earlier, DateOnly updated) => new(
        Series().Id,
        "GDP",
        UnitCode: "Billions of Chained 2012 Dollars",
        FrequencyCode: "Q",
        LastUpdated: new DateTimeOffset(updated, new TimeOnly(7, 54), TimeSpan.FromHours(-5)),
        Metadata: new Dictionary<string, string> { ["earlier_units"] = earlier });

    [Fact]
    public void The_vintage_dates_are_asked_first_and_then_every_value_that_ever_was()
    {
        var fetch = Plan();
        Assert.Equal("/fred/series/vintagedates?series_id=GDP&file_type=json&sort_order=asc&limit=10000&offset=0", AddressOf(fetch));

        var dates = Page(fetch, Recorded("vintagedates-gdp.json"));

        Assert.Empty(dates.Slices);
        Assert.Equal(
            "/fred/series/observations?series_id=GDP&file_type=json&sort_order=asc&limit=100000&offset=0&realtime_start=1991-12-03&realtime_end=9999-12-31",
            AddressOf(fetch, dates.Next));
        var page = Page(fetch, Recorded("observations-gdp-initial-release.json"), dates.Next);
        Assert.Equal(132, page.Rows().Count);
        Assert.Null(page.Next);
        Assert.Null(page.CompleteBefore);
    }

    [Fact]
    public void Periods_hold_no_more_than_2000_vintages_and_share_one()
    {
        var days = Enumerable.Range(0, 5125).Select(day => new DateOnly(2000, 1, 1).AddDays(day)).ToArray();
        var fetch = Plan();
        var cursor = Page(fetch, Dates(days)).Next;
        var periods = new List<(DateOnly From, DateOnly To)>();
        while (cursor is not null)
        {
            var address = AddressOf(fetch, cursor);
            periods.Add((Parameter(address, "realtime_start"), Parameter(address, "realtime_end")));
            cursor = Page(fetch, Body(0, 0), cursor).Next;
        }

        Assert.All(periods, period => Assert.InRange(days.Count(day => day >= period.From && day <= period.To), 1, 1999));
        Assert.Equal(periods.Skip(1).Select(period => period.From), periods.SkipLast(1).Select(period => period.To));
        Assert.Equal((days[0].AddDays(-1), new DateOnly(9999, 12, 31)), (periods[0].From, periods[^1].To));
        Assert.Equal(3, periods.Count);
    }

    [Fact]
    public void More_vintage_dates_than_a_page_holds_are_read_on()
    {
        var days = Enumerable.Range(0, 12_000).Select(day => new DateOnly(1990, 1, 1).AddDays(day)).ToArray();
        var fetch = Plan();

        var first = Page(fetch, Dates(days[..10_000], count: days.Length));
        Assert.Contains("vintagedates?", AddressOf(fetch, first.Next));
        Assert.EndsWith("&offset=10000", AddressOf(fetch, first.Next));
        var second = Page(fetch, Dates(days[10_000..], count: days.Length), first.Next);

        Assert.Equal(8, second.Next!.Split(' ')[2].Split(',').Length);
    }

    [Fact]
    public void A_value_is_told_once_for_each_time_that_it_changed()
    {
        var rows = Page(
            Plan(),
            Body(
                6,
                0,
                ("2000-01-01", "1990-01-01", "1"),
                ("2000-02-01", "1990-01-01", "1"),
                ("2000-03-01", "1990-01-01", "2"),
                ("2000-01-01", "1990-02-01", "."),
                ("2000-02-01", "1990-02-01", "4"),
                ("2000-03-01", "1990-03-01", "5")),
            "rows 0 2000-01-01,9999-12-31 ,").Rows();

        // What begins with the period is known from the period before.
        Assert.Equal(
            [
                new Observation(Utc(1990, 1, 1), new DateOnly(2000, 3, 1), 2),
                new Observation(Utc(1990, 2, 1), new DateOnly(2000, 2, 1), 4),
                new Observation(Utc(1990, 3, 1), new DateOnly(2000, 3, 1), 5),
            ],
            rows);
    }

    [Fact]
    public void A_page_begins_with_the_last_row_of_the_one_before_so_that_no_unchanged_value_slips_through()
    {
        var fetch = Plan();
        var first = Page(fetch, Body(4, 0, ("2000-02-01", "1990-01-01", "1"), ("2000-03-01", "1990-01-01", "2")), "rows 0 2000-01-01,9999-12-31 ,");
        Assert.EndsWith("&offset=1&realtime_start=2000-01-01&realtime_end=9999-12-31", AddressOf(fetch, first.Next));

        var second = Page(fetch, Body(4, 1, ("2000-03-01", "1990-01-01", "2"), ("2000-04-01", "1990-01-01", "2"), ("2000-04-01", "1990-02-01", "3")), first.Next);

        Assert.Equal([1, 2], first.Rows().Select(row => row.Value!.Value));
        Assert.Equal(3, Assert.Single(second.Rows()).Value);
        Assert.Null(second.Next);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(100)]
    public void The_size_of_the_pages_does_not_change_what_is_read(int pageSize)
    {
        var all = Enumerable.Range(0, 10).Select(number => ($"2000-{2 + (number % 5):00}-01", $"1990-{1 + (number / 5):00}-01", $"{number}")).ToArray();
        var fetch = Plan();
        var read = new List<double>();
        string? cursor = "rows 0 2000-01-01,9999-12-31 ,";
        for (var pages = 0; cursor is not null; pages++)
        {
            Assert.True(pages < 50, "pages without end");
            var offset = int.Parse(cursor.Split(' ')[1], CultureInfo.InvariantCulture);
            var page = Page(fetch, Body(all.Length, offset, [.. all.Skip(offset).Take(pageSize)]), cursor);
            read.AddRange(page.Rows().Select(row => row.Value!.Value));
            cursor = page.Next;
        }

        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], read);
    }

    [Fact]
    public void A_series_outside_the_archive_is_read_as_it_stands_today()
    {
        var fetch = Plan();

        var page = Assert.IsType<Page>(Parse(fetch, """{"error_code":400,"error_message":"Bad Request.  The series does not exist in ALFRED but may exist in FRED."}"""u8.ToArray(), 400));

        Assert.DoesNotContain("realtime", AddressOf(fetch, page.Next));
        Assert.Equal(315, Page(fetch, Recorded("observations-gdp-quarterly.json"), page.Next).Rows().Count);
        Assert.Equal("latest 2 1990-02-01", Page(fetch, Body(3, 0, ("2024-01-01", "1990-01-01", "1"), ("2024-01-01", "1990-02-01", "1")), page.Next).Next);
        Assert.Equal(FailureKind.Rejected, Failure(fetch, Recorded("error-400-unknown-series.json"), 400).Kind);
        Assert.Contains("/fred/series/observations?", AddressOf(fetch, Page(fetch, Dates([])).Next));
    }

    [Fact]
    public void Only_news_is_asked_for_once_the_series_is_known()
    {
        // 02:00 UTC on 2 November is still the first in St. Louis; a day before that is the last of October.
        var fetch = Plan(new DateTimeOffset(2024, 11, 2, 2, 0, 0, TimeSpan.Zero), new Window(Utc(2020, 1, 1), DateTime.MaxValue));
        Assert.Contains("&realtime_start=2024-10-31&realtime_end=9999-12-31", AddressOf(fetch));

        Assert.Null(Page(fetch, Dates([])).Next);
        var next = AddressOf(fetch, Page(fetch, Dates([new DateOnly(2024, 11, 2)])).Next);

        // A revision reaches back beyond any look-back.
        Assert.DoesNotContain("observation_start", next);
        Assert.Contains("realtime_start=2024-11-01&realtime_end=9999-12-31", next);
    }

    [Fact]
    public void Each_vintage_is_in_the_unit_of_its_day()
    {
        var fetch = Plan(known: Rebased("Billions of Chained 2009 Dollars (until 2018-07-26)", updated: new DateOnly(2024, 10, 30)));
        var dates = Page(fetch, Dates([new DateOnly(2018, 4, 27), new DateOnly(2018, 7, 27)]));

        var page = Page(
            fetch,
            Body(3, 0, ("2018-04-27", "2018-01-01", "17"), ("2018-07-27", "2018-01-01", "18"), ("2018-07-27", "2018-04-01", "19")),
            dates.Next);

        Assert.Equal(["Billions of Chained 2009 Dollars", "Billions of Chained 2012 Dollars"], page.Slices.Select(slice => slice.Attributes.UnitCode));
        Assert.Equal([17, 18, 19], page.Rows().Select(row => row.Value!.Value));
        Assert.All(page.Slices, slice => Assert.Equal("Q", slice.Attributes.FrequencyCode));
    }

    [Fact]
    public void A_unit_that_returns_is_told_apart_from_the_same_unit_before()
    {
        var fetch = Plan(known: Rebased("Dollars (until 2001-12-31); Euro (2002); or so (until 2018-07-26)", updated: new DateOnly(2024, 10, 30)) with { UnitCode = "Dollars" });

        var page = Page(
            fetch,
            Body(3, 0, ("2001-01-01", "1990-01-01", "1"), ("2010-01-01", "1990-01-01", "2"), ("2020-01-01", "1990-01-01", "1")),
            Page(fetch, Dates([new DateOnly(2001, 1, 1)])).Next);

        Assert.Equal([("Dollars", 1), ("Euro (2002); or so", 2), ("Dollars", 1)], page.Slices.Select(slice => (slice.Attributes.UnitCode, slice.Observations.Single().Value)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Before_news_is_read_the_series_is_described_anew_unless_the_catalog_is_as_new(bool catalogIsAsNew)
    {
        var newest = new DateOnly(2024, 11, 2);
        var known = Rebased("Billions of Chained 2009 Dollars (until 2018-07-26)", catalogIsAsNew ? newest : newest.AddDays(-1));
        var fetch = Plan(new DateTimeOffset(2024, 11, 2, 2, 0, 0, TimeSpan.Zero), new Window(Utc(2020, 1, 1), DateTime.MaxValue), known);
        var cursor = Page(fetch, Dates([newest])).Next;
        if (!catalogIsAsNew)
        {
            Assert.Equal("/fred/series?series_id=GDP&file_type=json&realtime_start=1776-07-04&realtime_end=9999-12-31", AddressOf(fetch, cursor));
            cursor = Page(
                fetch,
                """
                {"seriess":[
                  {"id":"GDP","realtime_start":"2018-07-27","realtime_end":"2024-11-01","title":"GDP","units":"Billions of Chained 2012 Dollars","frequency_short":"Q"},
                  {"id":"GDP","realtime_start":"2024-11-02","realtime_end":"9999-12-31","title":"GDP","units":"Billions of Chained 2017 Dollars","frequency_short":"Q"}]}
                """,
                cursor).Next;
        }

        Assert.Contains("realtime_start=2024-11-01&realtime_end=9999-12-31", AddressOf(fetch, cursor));
        var page = Page(fetch, Body(1, 0, ("2024-11-02", "1990-01-01", "1")), cursor);

        Assert.Equal(catalogIsAsNew ? "Billions of Chained 2012 Dollars" : "Billions of Chained 2017 Dollars", Assert.Single(page.Slices).Attributes.UnitCode);
    }

    [Fact]
    public void An_error_that_says_there_are_no_vintages_is_no_news_and_no_failure()
    {
        var body = """{"error_code":400,"error_message":"Bad Request.  No vintage dates exist for the specified real-time period: 2024-10-31 to 9999-12-31."}"""u8.ToArray();
        var news = Plan(new DateTimeOffset(2024, 11, 2, 2, 0, 0, TimeSpan.Zero), new Window(Utc(2020, 1, 1), DateTime.MaxValue));

        Assert.Null(Assert.IsType<Page>(Parse(news, body, 400)).Next);
        Assert.Equal("latest 0 ", Assert.IsType<Page>(Parse(Plan(), body, 400)).Next);
    }

    [Fact]
    public void A_whole_history_is_read_even_when_it_was_read_before()
    {
        var covered = new DateTimeOffset(2024, 11, 2, 2, 0, 0, TimeSpan.Zero);

        Assert.DoesNotContain("realtime", AddressOf(Plan(covered)));
        var fromItsStart = Provider.PlanObservations(
            [new Want(Provider.Expand(Read("""{"series": ["GDP"], "vintages": "all", "start": "2000-01-01"}""").Dataset, [])!.Single(), new Window(Utc(2000, 1, 1), DateTime.MaxValue), null, covered)],
            Today).Single();
        Assert.DoesNotContain("realtime", AddressOf(fromItsStart));
    }

    [Theory]
    [InlineData("""{"count":1,"vintage_dates":["2024-02-30"]}""", "$.vintage_dates[0]")]
    [InlineData("""{"count":1,"vintage_dates":[20240201]}""", "$.vintage_dates[0]")]
    [InlineData("""{"count":2,"vintage_dates":["2024-02-02","2024-02-01"]}""", "$.vintage_dates[1]")]
    [InlineData("""{"count":1,"vintage_dates":["0001-01-01"]}""", "$.vintage_dates[0]")]
    [InlineData("""{"vintage_dates":[]}""", "$.count")]
    public void Vintage_dates_that_break_the_contract_are_refused_with_their_path(string body, string path)
    {
        var failure = Failure(Plan(), Encoding.UTF8.GetBytes(body));

        Assert.Equal(FailureKind.Malformed, failure.Kind);
        Assert.Contains($" {path}: expected", failure.Detail);
    }

    [Fact]
    public void Too_few_vintage_dates_are_a_failure_and_no_success()
    {
        Assert.Equal(FailureKind.Transient, Failure(Plan(), """{"count":3,"vintage_dates":[]}"""u8.ToArray()).Kind);
    }

    [Fact]
    public void Vintages_are_estimated_as_a_call_for_the_dates_and_one_for_each_period()
    {
        Assert.Equal(2, Provider.Estimate(Plan(), Today).Requests);
        Assert.Equal(2, Provider.Estimate(Plan(new DateTimeOffset(2024, 11, 2, 2, 0, 0, TimeSpan.Zero), new Window(Utc(2020, 1, 1), DateTime.MaxValue)), Today).Requests);
    }

    private static DateOnly Parameter(string address, string name) =>
        DateOnly.ParseExact(address.Split('&').Single(part => part.StartsWith(name + "=", StringComparison.Ordinal))[(name.Length + 1)..], "yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Dates(IReadOnlyCollection<DateOnly> days, int? count = null) =>
        $$"""{"count":{{count ?? days.Count}},"vintage_dates":[{{string.Join(',', days.Select(day => $"\"{day:yyyy-MM-dd}\""))}}]}""";

    private static string Body(int count, int offset, params (string RealTimeStart, string Date, string Value)[] rows) =>
        $$"""{"count":{{count}},"offset":{{offset}},"observations":[{{string.Join(',', rows.Select(row => $$"""{"realtime_start":"{{row.RealTimeStart}}","realtime_end":"9999-12-31","date":"{{row.Date}}","value":"{{row.Value}}"}"""))}}]}""";
}
