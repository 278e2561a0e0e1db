using System.Text.Json.Nodes;
using Aurum.Domain;
using static Aurum.Providers.Tests.Noaa.NoaaExample;

namespace Aurum.Providers.Tests.Noaa;

public sealed class NoaaPagingTests
{
    private static readonly Fetch TwoYears = Fetch("GHCND", ["A", "B", "C", "D"], ["TMAX"], Days(Day(2019, 1, 1), Day(2021, 1, 1)));

    [Fact]
    public void Offsets_count_from_one_and_every_page_says_up_to_where_it_is_complete()
    {
        var first = PageOf(TwoYears, null, Rows(1, 1460, Day(2019, 1, 1), 1000));
        Assert.Contains("&offset=1001&", Asked(TwoYears, first.Next), StringComparison.Ordinal);
        Assert.Equal(Day(2019, 9, 7), first.CompleteBefore);

        var second = PageOf(TwoYears, first.Next, Rows(1001, 1460, Day(2019, 9, 8), 460));
        Assert.Contains("&startdate=2020-01-01&", Asked(TwoYears, second.Next), StringComparison.Ordinal);
        Assert.Contains("&offset=1&", Asked(TwoYears, second.Next), StringComparison.Ordinal);
        Assert.Equal(Day(2020, 1, 1), second.CompleteBefore);

        var last = PageOf(TwoYears, second.Next, Rows(1, 4, Day(2020, 1, 1), 4));
        Assert.Null(last.Next);
    }

    [Fact]
    public void Without_metadata_a_full_page_has_a_next_one_and_a_short_page_has_none()
    {
        var first = PageOf(TwoYears, null, Rows(1, null, Day(2019, 1, 1), 1000));
        Assert.Contains("&offset=1001&", Asked(TwoYears, first.Next), StringComparison.Ordinal);

        var empty = PageOf(TwoYears, first.Next, "{}");
        Assert.Contains("&startdate=2020-01-01&", Asked(TwoYears, empty.Next), StringComparison.Ordinal);

        var shorter = PageOf(TwoYears, first.Next, Rows(1001, null, Day(2019, 9, 8), 10));
        Assert.Contains("&startdate=2020-01-01&", Asked(TwoYears, shorter.Next), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"metadata":{"resultset":{"offset":1001,"count":1460,"limit":1000}},"results":[]}""")]
    public void Promised_rows_that_do_not_come_are_no_success(string body)
    {
        var first = PageOf(TwoYears, null, Rows(1, 1460, Day(2019, 1, 1), 1000));

        Assert.Equal(FailureKind.Transient, FailureOf(TwoYears, first.Next, body).Kind);
    }

    [Fact]
    public void A_count_that_changes_between_pages_is_no_success()
    {
        var first = PageOf(TwoYears, null, Rows(1, 1460, Day(2019, 1, 1), 1000));

        var failure = FailureOf(TwoYears, first.Next, Rows(1001, 1459, Day(2019, 9, 8), 459));
        Assert.Equal(FailureKind.Transient, failure.Kind);
        Assert.Contains("from 1460 to 1459", failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void More_rows_than_promised_are_no_success() =>
        Assert.Equal(FailureKind.Transient, FailureOf(TwoYears, null, Rows(1, 3, Day(2019, 1, 1), 4)).Kind);

    [Fact]
    public void The_service_counts_a_window_and_so_a_fetch_of_one_window()
    {
        Assert.Null(PageOf(TwoYears, null, Rows(1, 4, Day(2019, 1, 1), 4)).Count);
        Assert.Equal(4, PageOf(Fetch("GHCND", ["A", "B", "C", "D"], ["TMAX"], Days(Day(2019, 1, 1), Day(2020, 1, 1))), null, Rows(1, 4, Day(2019, 1, 1), 4)).Count);
    }

    [Fact]
    public void A_page_that_begins_elsewhere_is_no_success()
    {
        var first = PageOf(TwoYears, null, Rows(1, 1460, Day(2019, 1, 1), 1000));

        Assert.Equal(FailureKind.Transient, FailureOf(TwoYears, first.Next, Rows(1, 1460, Day(2019, 9, 8), 460)).Kind);
    }

    [Fact]
    public void A_page_in_no_order_claims_nothing_of_its_own_window()
    {
        var body = Body(1, 8, "2019-05-01|A|TMAX||1", "2019-01-01|B|TMAX||2");

        Assert.Null(PageOf(TwoYears, null, body).CompleteBefore);
    }

    [Fact]
    public void A_row_from_before_what_was_said_to_be_complete_is_refused()
    {
        var first = PageOf(TwoYears, null, Body(1, 4, "2019-01-01|A|TMAX||1", "2019-05-01|A|TMAX||2"));
        Assert.Equal(Day(2019, 5, 1), first.CompleteBefore);

        var failure = FailureOf(TwoYears, first.Next, Body(3, 4, "2019-01-01|B|TMAX||1", "2019-05-01|B|TMAX||2"));
        Assert.Equal(FailureKind.Malformed, failure.Kind);
        Assert.Contains("$.results[0].date", failure.Detail, StringComparison.Ordinal);
    }

    /// <summary>Rows of four stations a day, from a day on.</summary>
    private static string Rows(long offset, long? count, DateTime from, int rows) => JsonNode.Parse(
        Body(offset, count, [.. Enumerable.Range(0, rows).Select(index => $"{from.AddDays(index / 4):yyyy-MM-dd}|{"ABCD"[index % 4]}|TMAX|,,W,|{index}")]))!.ToJsonString();
}
