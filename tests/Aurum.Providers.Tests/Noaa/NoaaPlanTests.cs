using Aurum.Domain;
using static Aurum.Providers.Tests.Noaa.NoaaExample;

namespace Aurum.Providers.Tests.Noaa;

public sealed class NoaaPlanTests
{
    private static readonly string[] NewYork = ["USW00094728"], Tmax = ["TMAX"];

    [Fact]
    public void A_request_is_written_as_the_service_reads_it()
    {
        var fetch = Fetch("GHCND", ["USW00094728", "USW00014732"], ["TMAX", "PRCP"], Days(Day(2026, 10, 1), Day(2026, 11, 1)));

        Assert.Equal(
            "data?datasetid=GHCND&stationid=GHCND:USW00094728&stationid=GHCND:USW00014732&datatypeid=TMAX&datatypeid=PRCP"
            + "&startdate=2026-10-01&enddate=2026-10-31&units=metric&limit=1000&offset=1&sortfield=date&includemetadata=true",
            Asked(fetch));
        Assert.Equal("data GHCND GHCND:USW00094728 and 1 more, TMAX and 1 more", fetch.Label);
    }

    [Fact]
    public void The_token_rides_in_a_header_and_nowhere_else()
    {
        var fetch = Fetch("GHCND", NewYork, Tmax, Days(Day(2026, 10, 1), Day(2026, 11, 1)));
        using var request = Provider.Request(fetch, null, Access);

        Assert.Equal(["tokentokentoken"], request.Headers.GetValues("token"));
        Assert.DoesNotContain("tokentokentoken", request.RequestUri!.AbsoluteUri, StringComparison.Ordinal);
        using var without = Provider.Request(fetch, null, new(Access.BaseAddress, null));
        Assert.False(without.Headers.Contains("token"));
    }

    [Fact]
    public void Nothing_is_asked_after_today()
    {
        var fetch = Fetch("GHCND", NewYork, Tmax, Days(Day(2026, 11, 1), DateTime.MaxValue));

        Assert.Contains("&startdate=2026-11-01&enddate=2026-11-23&", Asked(fetch), StringComparison.Ordinal);
    }

    [Fact]
    public void A_short_span_over_new_year_is_one_window()
    {
        var fetch = Fetch("GHCND", NewYork, Tmax, Days(Day(2025, 11, 1), Day(2026, 3, 1)));

        Assert.Equal(["2025-11-01..2026-02-28"], Walk(fetch));
    }

    [Fact]
    public void A_long_span_is_walked_by_calendar_years_in_order()
    {
        var fetch = Fetch("GHCND", NewYork, Tmax, Days(Day(2023, 5, 5), Day(2026, 2, 2)));

        Assert.Equal(["2023-05-05..2023-12-31", "2024-01-01..2024-12-31", "2025-01-01..2025-12-31", "2026-01-01..2026-02-01"], Walk(fetch));
    }

    [Fact]
    public void Monthly_history_is_walked_by_decades()
    {
        var fetch = Fetch("GSOM", NewYork, ["TAVG"], Days(Day(1995, 3, 1), DateTime.MaxValue));

        Assert.Equal(["1995-03-01..1999-12-31", "2000-01-01..2009-12-31", "2010-01-01..2019-12-31", "2020-01-01..2026-11-23"], Walk(fetch));
    }

    [Fact]
    public void Normals_are_asked_in_their_fake_year_only()
    {
        Assert.Equal(["2010-01-01..2010-12-31"], Walk(Fetch("NORMAL_MLY", NewYork, ["MLY-TAVG-NORMAL"], Window.Everything)));
        Assert.Equal(["2010-01-01..2010-12-31"], Walk(Fetch("NORMAL_DLY", NewYork, ["DLY-TMAX-NORMAL"], Days(Day(2009, 1, 1), Day(2026, 1, 1)))));
    }

    [Fact]
    public void All_history_begins_where_the_catalog_says_or_with_the_oldest_record()
    {
        var series = Assert.Single(Series("GHCND", NewYork, Tmax));

        var known = Assert.Single(Provider.PlanObservations([Want(series, Window.Everything, Day(2025, 6, 1))], Today));
        Assert.Equal(["2025-06-01..2025-12-31", "2026-01-01..2026-11-23"], Walk(known));

        var unknown = Assert.Single(Provider.PlanObservations([Want(series, Window.Everything)], Today));
        Assert.Equal("1763-01-01..1763-12-31", Walk(unknown)[0]);
    }

    [Fact]
    public void The_month_in_which_a_station_began_belongs_to_it()
    {
        var series = Assert.Single(Series("GSOM", NewYork, ["TAVG"]));

        var fetch = Assert.Single(Provider.PlanObservations([Want(series, Window.Everything, Day(2020, 4, 17))], Today));
        Assert.Equal(["2020-04-01..2026-11-23"], Walk(fetch));
    }

    [Fact]
    public void The_configured_start_is_the_earliest_day_asked()
    {
        var series = Assert.Single(Series("GHCND", NewYork, Tmax, "2026-05-01"));

        Assert.Equal(["2026-05-01..2026-11-23"], Walk(Assert.Single(Provider.PlanObservations([Want(series, Window.Everything)], Today))));
    }

    [Fact]
    public void A_bound_within_a_day_leaves_that_day_before_it()
    {
        var fetch = Fetch("GHCND", NewYork, Tmax, Days(Day(2026, 5, 1).AddHours(5), Day(2026, 5, 4).AddHours(1)));

        Assert.Equal(["2026-05-02..2026-05-04"], Walk(fetch));
    }

    [Fact]
    public void A_want_that_nothing_can_answer_is_in_no_call()
    {
        var series = Assert.Single(Series("GHCND", NewYork, Tmax));

        Assert.Empty(Provider.PlanObservations([Want(series, Days(Day(1900, 1, 1), Day(1901, 1, 1)), Day(2000, 1, 1))], Today));
        Assert.Empty(Provider.PlanObservations([Want(series, Days(Day(2027, 1, 1), Day(2028, 1, 1)))], Today));
        Assert.Empty(Provider.PlanObservations([Want(series, Days(DateTime.MaxValue, DateTime.MaxValue))], Today));
    }

    [Fact]
    public void A_window_asks_only_for_the_wants_it_touches()
    {
        var series = Series("GHCND", ["A", "B"], Tmax);
        var fetch = Assert.Single(Provider.PlanObservations(
            [Want(series[0], Days(Day(2020, 1, 1), Day(2021, 1, 1))), Want(series[1], Days(Day(2023, 7, 1), Day(2024, 1, 1)))], Today));

        Assert.Equal(["2020-01-01..2020-12-31", "2023-07-01..2023-12-31"], Walk(fetch));
        Assert.Contains("GHCND&stationid=GHCND:A&datatypeid", Asked(fetch), StringComparison.Ordinal);
        Assert.Contains("GHCND&stationid=GHCND:B&datatypeid", Asked(fetch, PageOf(fetch, null, "{}").Next), StringComparison.Ordinal);
    }

    [Fact]
    public void Many_stations_are_dealt_into_calls_of_a_bounded_address()
    {
        var stations = Enumerable.Range(0, 120).Select(index => $"USW{index:D8}").ToArray();
        var dataTypes = Enumerable.Range(0, 50).Select(index => $"TYPE{index:D2}").ToArray();
        var wants = Series("GHCND", stations, dataTypes).Select(series => Want(series, Days(Day(2026, 1, 1), Day(2026, 2, 1)))).ToList();

        var fetches = Provider.PlanObservations(wants, Today);

        Assert.All(fetches, fetch => Assert.InRange(Asked(fetch).Length, 1, 4000));
        Assert.Equal(wants.Count, fetches.Sum(fetch => fetch.Wants.Count));
        Assert.Equal(wants.Count, fetches.SelectMany(fetch => fetch.Wants).Distinct().Count());
        Assert.InRange(fetches.Count, 2, 10);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_begins_long_before_the_rest_is_asked_apart(bool isStation)
    {
        var stations = Enumerable.Range(0, 30).Select(index => $"USW{index:D8}").ToArray();
        var series = Series("GHCND", stations, ["TMAX", "TMIN", "PRCP", "SNOW", "SNWD", "AWND"]);
        bool IsNew(SeriesDefinition one) => isStation ? one.Coordinates["station"].EndsWith('7') : one.Coordinates["datatype"] == "AWND";
        var wants = series.Select((one, index) => Want(one, Days(IsNew(one) ? Day(2021, 1, 1) : Day(2026, 9, 1 + (index % 3)), DateTime.MaxValue))).ToList();

        var fetches = Provider.PlanObservations(wants, Today);

        Assert.Equal(2, fetches.Count);
        Assert.Equal(wants.Count, fetches.SelectMany(fetch => fetch.Wants).Distinct().Count());
        Assert.All(fetches, fetch => Assert.Single(fetch.Wants.Select(want => IsNew(want.Series)).Distinct()));
    }

    [Fact]
    public void Look_backs_that_begin_on_slightly_different_days_share_a_call()
    {
        var series = Series("GHCND", [.. Enumerable.Range(0, 30).Select(index => $"USW{index:D8}")], ["TMAX", "TMIN", "PRCP"]);

        var fetch = Assert.Single(Provider.PlanObservations([.. series.Select((one, index) => Want(one, Days(Day(2026, 9, 20 + (index % 7)), DateTime.MaxValue)))], Today));

        Assert.Equal(["2026-09-20..2026-11-23"], Walk(fetch));
        Assert.Equal(new(6, 5850) { IsBound = true }, Provider.Estimate(fetch, Today));
    }

    [Theory]
    [InlineData(2026, 10, 1)]
    [InlineData(2020, 1, 2)]
    public void Entries_share_a_call_where_it_costs_no_more(int year, int month, int calls)
    {
        // Together they ask for every type of every station, which the entries did not.
        IReadOnlyList<SeriesDefinition> series =
        [
            .. Series("GHCND", [.. Enumerable.Range(0, 5).Select(index => $"A{index}")], ["TMAX"]),
            .. Series("GHCND", [.. Enumerable.Range(0, 5).Select(index => $"B{index}")], ["PRCP"]),
        ];

        Assert.Equal(calls, Provider.PlanObservations([.. series.Select(one => Want(one, Days(Day(year, month, 1), DateTime.MaxValue)))], Today).Count);
    }

    [Fact]
    public void A_station_that_closed_is_asked_for_a_year_more()
    {
        var series = Assert.Single(Series("GHCND", NewYork, Tmax));
        var want = new Want(series, Window.Everything, new CatalogEntry(series.Id, "t", Start: Day(2010, 3, 1), End: Day(2012, 5, 31)));

        Assert.Equal(["2010-03-01..2010-12-31", "2011-01-01..2011-12-31", "2012-01-01..2012-12-31", "2013-01-01..2013-05-30"], Walk(Assert.Single(Provider.PlanObservations([want], Today))));
    }

    [Theory]
    [InlineData("GHCND", 2025, 1, 1, 1, 692)]
    [InlineData("GSOM", 2020, 1, 1, 1, 82)]
    [InlineData("GSOY", 2020, 1, 1, 1, 6)]
    [InlineData("GSOM", 2005, 6, 1, 3, 257)]
    public void An_estimate_counts_the_periods_that_are_over(string dataset, int year, int month, int day, int requests, int rows)
    {
        var fetch = Fetch(dataset, NewYork, Tmax, Days(Day(year, month, day), DateTime.MaxValue));

        Assert.Equal(new FetchEstimate(requests + (dataset == "GHCND" ? 1 : 0), rows) { IsBound = true }, Provider.Estimate(fetch, Today));
    }

    [Fact]
    public void A_question_about_a_station_is_one_request() =>
        Assert.Equal(new FetchEstimate(1, 0), Provider.Estimate(Provider.PlanCatalog(Series("GHCND", NewYork, Tmax))[0], Today));

    [Fact]
    public void One_bad_station_does_not_void_a_call_so_none_is_split() =>
        Assert.False(Fetch("GHCND", ["A", "B"], Tmax, Days(Day(2026, 1, 1), Day(2026, 2, 1))).SplitOnRejection);

    /// <summary>The windows of a fetch, seen from outside: what is asked while every answer is empty.</summary>
    private static List<string> Walk(Fetch fetch)
    {
        var windows = new List<string>();
        string? cursor = null;
        do
        {
            var parts = Asked(fetch, cursor).Split('&').Select(part => part.Split('=')).ToLookup(pair => pair[0], pair => pair[1]);
            windows.Add($"{parts["startdate"].Single()}..{parts["enddate"].Single()}");
            var page = PageOf(fetch, cursor, "{}");
            Assert.Equal(page.Next is null, page.CompleteBefore is null);
            cursor = page.Next;
        }
        while (cursor is not null);

        return windows;
    }
}
