using System.Text;
using Aurum.Domain;
using static Aurum.Providers.Tests.Fred.FredFixture;

namespace Aurum.Providers.Tests.Fred;

public class FredBulkTests
{
    /// <summary>In the shape of the documentation's example, which is abridged and so no recorded body.</summary>
    public const string Body =
        """{"has_more":true,"next_cursor":"GDP,2024-04-01","release":{"release_id":53,"name":"Gross Domestic Product"},"series":[""" +
        """{"series_id":"A","title":"The first","frequency":"Annual","units":"Percent","last_updated":"2025-09-12T18:44:53Z","observations":[{"date":"2023-01-01","value":"2.10"}]},""" +
        """{"series_id":"GDP","title":"Gross Domestic Product","frequency":"Quarterly","units":"Billions of Dollars","observations":[{"date":"2023-10-01","value":"."},{"date":"2024-01-01","value":"28624.069"}]}]}""";

    private const string LastPage = """{"has_more":false,"series":[{"series_id":"GDP","observations":[{"date":"2024-04-01","value":"29016.714"}]},{"series_id":"ZZZ","observations":[]}]}""";

    private static readonly DateOnly Today = new(2024, 11, 3);

    public static Fetch Plan(params string[] ids) => Wanting(ids.Length == 0 ? ["A", "GDP", "GONE"] : ids).Single();

    [Fact]
    public void Whole_histories_of_a_release_are_one_call_with_the_key_in_a_header()
    {
        var request = Provider.Request(Plan(), null, Access);

        Assert.Equal("https://api.stlouisfed.org/fred/v2/release/observations?release_id=53&format=json&limit=100000", request.RequestUri!.AbsoluteUri);
        Assert.Equal($"Bearer {Access.Key}", request.Headers.Authorization!.ToString());
        Assert.Equal("release/observations 53", Plan().Label);
    }

    [Fact]
    public void A_page_gives_the_wanted_series_as_known_on_the_day_of_the_answer()
    {
        var page = Page(Plan("GDP", "GONE"), Body);

        var slice = Assert.Single(page.Slices);
        Assert.Equal(new SeriesAttributes("Billions of Dollars", "Q", null, null), slice.Attributes);
        Assert.Equal([new Observation(Utc(2023, 10, 1), Today, null), new Observation(Utc(2024, 1, 1), Today, 28624.069)], slice.Observations);
        Assert.Null(page.CompleteBefore);
        Assert.Contains("&next_cursor=GDP%2C2024-04-01", AddressOf(Plan("GDP", "GONE"), page.Next));
    }

    [Fact]
    public void A_series_that_a_page_splits_goes_on_in_the_next_and_one_that_no_page_has_is_asked_for_alone()
    {
        var fetch = Plan();
        var first = Page(fetch, Body);
        var second = Page(fetch, LastPage, first.Next);

        Assert.Equal(29016.714, Assert.Single(second.Rows()).Value);
        Assert.Equal("/fred/series/observations?series_id=GONE&file_type=json&sort_order=asc&limit=100000&offset=0", AddressOf(fetch, second.Next));
        var third = Page(fetch, """{"count":2,"offset":0,"observations":[{"realtime_start":"2024-11-01","date":"2024-01-01","value":"1"}]}""", second.Next);
        Assert.EndsWith("&offset=1", AddressOf(fetch, third.Next));
        var fourth = Page(fetch, """{"count":2,"offset":1,"observations":[{"realtime_start":"2024-11-01","date":"2024-01-02","value":"2"}]}""", third.Next);
        Assert.Equal("GONE", Assert.Single(fourth.Slices).Series.Code);
        Assert.Null(fourth.Next);
    }

    [Theory]
    [InlineData(401, "")]
    [InlineData(404, """{"code":404,"message":"Not Found"}""")]
    [InlineData(400, """{"code":400,"message":"release does not exist"}""")]
    public void A_bulk_refused_costs_one_call_and_then_each_series_is_asked_for_alone(int status, string body)
    {
        var fetch = Plan();

        var refused = Assert.IsType<Page>(Parse(fetch, Encoding.UTF8.GetBytes(body), status));

        Assert.Empty(refused.Slices);
        Assert.Contains("/fred/series/observations?series_id=A&", AddressOf(fetch, refused.Next));
        const string One = """{"count":1,"offset":0,"observations":[{"realtime_start":"2024-11-01","date":"2024-01-01","value":"1"}]}""";
        var first = Page(fetch, One, refused.Next);
        Assert.Contains("series_id=GDP&", AddressOf(fetch, first.Next));
        var second = Page(fetch, One, first.Next);
        Assert.Contains("series_id=GONE&", AddressOf(fetch, second.Next));
        Assert.Null(Page(fetch, One, second.Next).Next);
        Assert.Equal(FailureKind.Rejected, Failure(fetch, Recorded("error-400-key-not-registered.json"), 400, refused.Next).Kind);
    }

    [Fact]
    public void A_series_that_is_gone_costs_the_others_nothing()
    {
        var fetch = Plan();
        var alone = Assert.IsType<Page>(Parse(fetch, [], 401)).Next;

        var gone = Assert.IsType<Page>(Parse(fetch, Recorded("error-400-unknown-series.json"), 400, alone));

        Assert.Contains("series_id=GDP&", AddressOf(fetch, gone.Next));
    }

    [Fact]
    public void The_last_page_is_the_end_when_nothing_is_lacking()
    {
        var fetch = Plan("A", "GDP");

        Assert.Null(Page(fetch, LastPage, Page(fetch, Body).Next).Next);
    }

    [Fact]
    public void Only_whole_histories_are_read_in_bulk()
    {
        var covered = new DateTimeOffset(2024, 11, 1, 0, 0, 0, TimeSpan.Zero);
        var wants = Of("A", "B", "C").Select(series => new Want(series, Window.Everything, null, series.Id.Code == "C" ? covered : null)).ToArray();

        Assert.Equal(["release/observations 53", "series/observations C"], Provider.PlanObservations(wants, Today).Select(fetch => fetch.Label));
        Assert.Equal(["series/observations A"], Provider.PlanObservations(wants[..1], Today).Select(fetch => fetch.Label));
    }

    [Fact]
    public void A_large_release_is_read_in_bulk_by_a_group_large_enough()
    {
        Assert.Equal("release/observations 53", Assert.Single(Wanting(["A", "B"], listed: 50)).Label);
        Assert.Equal(["series/observations A", "series/observations B"], Wanting(["A", "B"], listed: 4609).Select(fetch => fetch.Label));
        var group = Enumerable.Range(0, 256).Select(number => $"S{number}").ToArray();
        Assert.Equal(28, Provider.Estimate(Assert.Single(Wanting(group, listed: 4609)), Today).Requests);
    }

    [Theory]
    [InlineData("""{"release_id": 53, "bulk": false}""")]
    [InlineData("""{"release_id": 53, "vintages": "all"}""")]
    public void Without_bulk_each_series_stands_for_itself(string json)
    {
        Assert.Equal(["A", "B"], Discover(Read(json).Dataset, _ => SeriesList(2, 0, "A", "B")).Series.Select(one => one.CoalescingKey));
    }

    [Fact]
    public void Series_of_one_release_share_a_key()
    {
        Assert.All(Of("A", "B"), series => Assert.Equal("release:53", series.CoalescingKey));
    }

    [Theory]
    [InlineData("""{"series":[]}""", "$.has_more")]
    [InlineData("""{"has_more":true,"series":[]}""", "$.next_cursor")]
    [InlineData("""{"has_more":true,"next_cursor":"","series":[]}""", "$.next_cursor")]
    [InlineData("""{"has_more":false}""", "$.series")]
    [InlineData("""{"has_more":false,"series":[{"observations":[]}]}""", "$.series[0].series_id")]
    [InlineData("""{"has_more":false,"series":[{"series_id":"A","observations":[{"date":"2024-01-01"}]}]}""", "$.series[0].observations[0].value")]
    [InlineData("""{"has_more":false,"series":[{"series_id":"A","observations":[{"date":"2024-01-01","value":"x"}]}]}""", "$.series[0].observations[0].value")]
    [InlineData("""{"has_more":false,"series":[{"series_id":"A","observations":[{"date":"2024","value":"1"}]}]}""", "$.series[0].observations[0].date")]
    public void A_body_that_breaks_the_contract_is_refused_with_its_path_and_if_it_is_the_first_each_series_is_asked_for_alone(string body, string path)
    {
        var fetch = Plan();
        Assert.Contains("/fred/series/observations?series_id=A&", AddressOf(fetch, Page(fetch, body).Next));

        var failure = Failure(fetch, Encoding.UTF8.GetBytes(body), cursor: Page(fetch, Body).Next);

        Assert.Equal(FailureKind.Malformed, failure.Kind);
        Assert.Contains($" {path}: expected", failure.Detail);
    }

    [Fact]
    public void Series_that_nobody_asked_for_are_passed_over_and_a_saved_answer_is_explained_with_all_of_them()
    {
        const string Strange = """{"has_more":false,"series":[{"series_id":"A B"},{"series_id":"GDP","observations":[]}]}""";

        Assert.Empty(Page(Plan("GDP", "A"), Strange).Slices);
        var explained = Assert.IsType<Page>(Provider.Explain(
            new Uri("https://api.stlouisfed.org/fred/v2/release/observations?release_id=53"),
            new Http.ProviderResponse(200, "application/json", null, Today, Encoding.UTF8.GetBytes(Body))));
        Assert.Equal([("A", 1), ("GDP", 2)], explained.Slices.Select(slice => (slice.Series.Code, slice.Observations.Count)));
        Assert.Equal([("The first", "A", "Percent"), ("Gross Domestic Product", "Q", "Billions of Dollars")], explained.Catalog.Select(entry => (entry.Title, entry.FrequencyCode!, entry.UnitCode!)));
        Assert.Equal("GDP,2024-04-01", explained.Next);
        Assert.Equal(new DateTimeOffset(2025, 9, 12, 18, 44, 53, TimeSpan.Zero), explained.Catalog[0].LastUpdated);
    }

    [Fact]
    public void A_cursor_that_does_not_move_is_refused()
    {
        var next = Page(Plan(), Body).Next;

        Assert.Equal(FailureKind.Malformed, Failure(Plan(), Encoding.UTF8.GetBytes(Body), cursor: next).Kind);
    }

    [Theory]
    [InlineData(400, """{"code":400,"message":"next_cursor is not valid"}""", FailureKind.Rejected, "for release 53: next_cursor is not valid")]
    [InlineData(401, """{"code":401,"message":"Unauthorized"}""", FailureKind.Rejected, "check FRED_API_KEY")]
    [InlineData(401, "", FailureKind.Rejected, "check FRED_API_KEY")]
    [InlineData(400, "<error><code>400</code><message>next_cursor is not valid</message></error>", FailureKind.Rejected, "next_cursor is not valid")]
    [InlineData(429, """{"code":429,"message":"Too Many Requests"}""", FailureKind.Throttled, "Too Many Requests")]
    [InlineData(500, """{"code":500,"message":"Internal Server Error"}""", FailureKind.Transient, "Internal Server Error")]
    public void Errors_of_version_2_are_sorted_like_those_of_version_1(int status, string body, FailureKind kind, string reason)
    {
        var failure = Failure(Plan(), Encoding.UTF8.GetBytes(body), status, Page(Plan(), Body).Next);

        Assert.Equal(kind, failure.Kind);
        Assert.Contains(reason, failure.Detail);
    }

    private static IReadOnlyList<Fetch> Wanting(string[] ids, int? listed = null) =>
        Provider.PlanObservations([.. Of(ids, listed).Select(series => new Want(series, Window.Everything, null))], Today);

    private static IReadOnlyList<SeriesDefinition> Of(params string[] ids) => Of(ids, null);

    private static IReadOnlyList<SeriesDefinition> Of(string[] ids, int? listed)
    {
        var others = Enumerable.Range(0, (listed ?? ids.Length) - ids.Length).Select(number => $"OTHER{number}");
        string[] all = [.. ids, .. others];
        return [.. Discover(Read("""{"release_id": 53}""").Dataset, address =>
            int.Parse(address[(address.LastIndexOf('=') + 1)..], System.Globalization.CultureInfo.InvariantCulture) is var offset ? SeriesList(all.Length, offset, all.Skip(offset).Take(1000)) : "")
            .Series.Take(ids.Length)];
    }
}
