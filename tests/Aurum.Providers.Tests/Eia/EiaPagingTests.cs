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

        Assert.StartsWith("5000 ", page.Next);
        Assert.Equal(Utc(2000, 1, 1).AddDays(4999), page.CompleteBefore);
        Assert.Equal(5000, page.Rows().Count);
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
    public void A_recorded_page_cut_short_goes_on_behind_its_rows()
    {
        var fetch = Observations("""{"route": "natural-gas/pri/fut", "frequency": "daily", "facets": {"series": ["RNGC1"]}}""");

        var page = Page(fetch, Recorded("natural-gas-fut-daily-page1-truncated.json"));

        Assert.StartsWith("60 ", page.Next);
        Assert.Null(page.CompleteBefore);
        Assert.Equal(page.Rows().OrderBy(row => row.Timestamp), page.Rows());
    }

    [Fact]
    public void An_empty_page_always_ends_the_fetch()
    {
        var first = Page(Daily, Body(Days(0, 100), "\"300\"", Incomplete));

        Assert.Null(Page(Daily, Body("", "\"300\"", Incomplete), first.Next).Next);
    }

    [Fact]
    public void Offsets_add_up()
    {
        var first = Page(Daily, Body(Days(0, 5000)));
        var second = Page(Daily, Body(Days(5000, 5000)), first.Next);

        Assert.StartsWith("10000 ", second.Next);
    }

    [Fact]
    public void A_route_that_sends_the_same_page_again_is_a_failure()
    {
        var body = Body(Days(0, 5000));

        var failure = Failure(Daily, body, cursor: Page(Daily, body).Next);

        Assert.Equal(FailureKind.Malformed, failure.Kind);
        Assert.Contains("offset 5000", failure.Detail);
    }

    internal static string Days(int first, int count) => string.Join(',', Enumerable.Range(first, count).Select(day =>
        $$"""{"period":"{{Utc(2000, 1, 1).AddDays(day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}}","value":"{{day}}"}"""));
}
