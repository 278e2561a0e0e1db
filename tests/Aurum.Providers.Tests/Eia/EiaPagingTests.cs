using System.Globalization;
using Aurum.Domain;
using static Aurum.Providers.Tests.Eia.EiaFixture;

namespace Aurum.Providers.Tests.Eia;

public class EiaPagingTests
{
    private const string Incomplete = """
        ,"warnings":[{"warning":"incomplete return","description":"The API can only return 5000 rows in JSON format."}]
        """;

    private static readonly Fetch Daily = Observations("""{"route": "a", "frequency": "daily"}""");

    [Fact]
    public void A_short_page_is_the_last_whatever_the_total_says()
    {
        Assert.Null(Page(Daily, Body(Days(0, 10), total: "\"9978\"")).Next);
    }

    [Fact]
    public void A_full_page_goes_on_and_is_complete_up_to_its_last_period()
    {
        var page = Page(Daily, Body(Days(0, 5000), total: "\"5000\""));

        Assert.StartsWith("4999 ", page.Next);
        Assert.Equal(Utc(2000, 1, 1).AddDays(4999), page.CompleteBefore);
        Assert.Equal(5000, page.Rows().Count);
    }

    [Fact]
    public void Local_hours_of_several_zones_are_complete_up_to_a_day_before()
    {
        var fetch = Observations("""{"route": "a", "frequency": "local-hourly", "facets": {"f": ["x", "y"]}}""");

        var page = Page(fetch, Body("""{"period":"2024-01-05T00-08","f":"x","value":"1"},{"period":"2024-01-05T01-05","f":"y","value":"2"}""", "\"9\"", Incomplete));

        Assert.Equal(Utc(2024, 1, 4, 8), page.CompleteBefore);
    }

    [Fact]
    public void A_full_page_in_no_order_completes_nothing()
    {
        Assert.Null(Page(Daily, Body($"{Days(100, 4900)},{Days(0, 100)}")).CompleteBefore);
    }

    [Theory]
    [InlineData("\"300\"", true)]
    [InlineData("300", true)]
    [InlineData("\"100\"", false)]
    [InlineData("\"many\"", false)]
    public void A_page_that_the_server_cut_shorter_goes_on(string total, bool goesOn)
    {
        var page = Page(Daily, Body(Days(0, 100), total, Incomplete));

        Assert.Equal(goesOn, page.Next is not null);
    }

    [Fact]
    public void A_recorded_page_cut_short_goes_on_at_its_last_row()
    {
        var fetch = Observations("""{"route": "natural-gas/pri/fut", "frequency": "daily", "facets": {"series": ["RNGC1"]}}""");

        var page = Page(fetch, Recorded("natural-gas-fut-daily-page1-truncated.json"));

        Assert.StartsWith("59 ", page.Next);
        Assert.Null(page.CompleteBefore);
        Assert.Equal(page.Rows().OrderBy(row => row.Timestamp), page.Rows());
    }

    [Fact]
    public void The_next_page_begins_with_the_last_row_of_the_page_before_which_counts_once()
    {
        var first = Page(Daily, Body(Days(0, 5000)));
        var second = Page(Daily, Body(Days(4999, 5000)), first.Next);

        Assert.Contains("&offset=4999&length=5000&", Query(Daily, first.Next));
        Assert.StartsWith("9998 ", second.Next);
        Assert.Equal(4999, second.Rows().Count);
        Assert.Equal(Utc(2000, 1, 1).AddDays(5000), second.Rows()[0].Timestamp);
    }

    [Theory]
    [InlineData(5000)]
    [InlineData(4998)]
    public void Rows_that_moved_between_two_pages_are_noticed(int firstOfSecond)
    {
        var first = Page(Daily, Body(Days(0, 5000)));

        var failure = Failure(Daily, Body(Days(firstOfSecond, 10)), cursor: first.Next);

        Assert.Equal(FailureKind.Transient, failure.Kind);
        Assert.Contains("the one at offset 4999 was 2013-09-08 and is", failure.Detail);
    }

    [Fact]
    public void An_empty_page_where_a_row_was_is_noticed()
    {
        var first = Page(Daily, Body(Days(0, 100), "\"300\"", Incomplete));

        Assert.Contains("is gone now", Failure(Daily, Body("", "\"300\"", Incomplete), cursor: first.Next).Detail);
    }

    [Fact]
    public void Rows_of_many_series_are_told_apart_at_the_boundary_by_their_facets()
    {
        var fetch = Observations("""{"route": "a", "frequency": "annual", "facets": {"f": ["x", "y z"]}}""");
        var first = Page(fetch, Body("""{"period":"2024","f":"x","value":"1"},{"period":"2024","f":"y z","value":"2"}""", "\"3\"", Incomplete));

        Assert.Empty(Page(fetch, Body("""{"period":"2024","f":"y z","value":"2"}"""), first.Next).Slices);
        Assert.Equal(FailureKind.Transient, Failure(fetch, Body("""{"period":"2024","f":"x","value":"1"}"""), cursor: first.Next).Kind);
    }

    [Fact]
    public void A_cursor_of_an_earlier_release_goes_on_behind_its_rows()
    {
        Assert.Equal(10, Page(Daily, Body(Days(5000, 10)), "5000 0123456789abcdef").Rows().Count);
    }

    [Fact]
    public void Pages_without_an_end_are_refused()
    {
        Assert.Contains("an end within 10000 pages", Failure(Daily, Body(Days(4999, 5000)), cursor: "4999 0123456789abcdef 9999 2013-09-08").Detail);
    }

    [Fact]
    public void What_EIA_counts_is_told_and_ends_nothing()
    {
        Assert.Equal(9978, Page(Daily, Body(Days(0, 10), total: "\"9978\"")).Count);
        Assert.Null(Page(Daily, Body(Days(0, 10), total: "\"many\"")).Count);
    }

    [Fact]
    public void A_route_that_sends_the_same_page_again_is_a_failure()
    {
        var body = Body(Days(0, 5000));

        var failure = Failure(Daily, body, cursor: Page(Daily, body).Next);

        Assert.Equal(FailureKind.Malformed, failure.Kind);
        Assert.Contains("offset 4999", failure.Detail);
    }

    internal static string Days(int first, int count) => string.Join(',', Enumerable.Range(first, count).Select(day =>
        $$"""{"period":"{{Utc(2000, 1, 1).AddDays(day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}}","value":"{{day}}"}"""));
}
