using System.Text;
using Aurum.Domain;
using static Aurum.Providers.Tests.Fred.FredFixture;

namespace Aurum.Providers.Tests.Fred;

public class FredChangesTests
{
    private static readonly DateTimeOffset Now = new(2024, 11, 1, 12, 0, 0, TimeSpan.Zero);

    public static Fetch? Plan(int series = 500, TimeSpan? ago = null) =>
        Provider.PlanChanges([.. Enumerable.Range(0, series).Select(number => Series($"S{number}"))], Now - (ago ?? TimeSpan.FromHours(4)), Now);

    [Fact]
    public void The_span_asked_for_holds_the_span_meant_whether_FRED_reads_it_as_St_Louis_or_as_UTC()
    {
        // 08:00 to 12:00 UTC is 03:00 to 07:00 in St. Louis.
        Assert.Equal("/fred/series/updates?start_time=202411010100&end_time=202411011400&file_type=json&limit=1000&offset=0", AddressOf(Plan()!));
    }

    [Fact]
    public void A_quiet_cycle_over_500_series_is_one_request()
    {
        var fetch = Plan()!;

        var page = Page(fetch, SeriesList(2, 0, "S7", "OTHER"));

        Assert.Null(page.Next);
        Assert.Equal(["S7", "OTHER"], page.Changed!);
        Assert.Equal(new FetchEstimate(1, 0), Provider.Estimate(fetch, new DateOnly(2024, 11, 1)));
    }

    [Fact]
    public void Pages_are_read_to_the_end()
    {
        var page = Page(Plan()!, SeriesList(1500, 0, Enumerable.Range(0, 1000).Select(number => $"S{number}")));

        Assert.Equal("1000", page.Next);
        Assert.Contains("&offset=1000", AddressOf(Plan()!, page.Next));
        Assert.Null(Page(Plan()!, SeriesList(1500, 1000, Enumerable.Range(1000, 500).Select(number => $"S{number}")), "1000").Next);
        Assert.Equal(FailureKind.Transient, Failure(Plan()!, Encoding.UTF8.GetBytes(SeriesList(1500, 1000)), cursor: "1000").Kind);
    }

    [Fact]
    public void A_list_that_spares_too_little_is_not_read()
    {
        var page = Page(Plan(series: 60)!, SeriesList(7000, 0, "S1"));

        Assert.Null(page.Changed);
        Assert.Null(page.Next);
        Assert.NotNull(Page(Plan(series: 70)!, SeriesList(7000, 0, "S1")).Changed);
    }

    [Fact]
    public void A_handful_of_series_is_asked_itself_and_what_FRED_has_forgotten_is_not_asked_for()
    {
        Assert.Null(Plan(series: 5));
        Assert.NotNull(Plan(series: 6));
        Assert.NotNull(Plan(ago: TimeSpan.FromDays(13)));
        Assert.Null(Plan(ago: TimeSpan.FromDays(13) + TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public void A_series_that_FRED_describes_badly_spoils_no_list_of_changes()
    {
        Assert.Equal(["A"], Page(Plan()!, """{"count":1,"offset":0,"seriess":[{"id":"A","title":null}]}""").Changed!);
    }
}
