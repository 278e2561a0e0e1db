using Aurum.Domain;
using static Aurum.Providers.Tests.Fred.FredFixture;

namespace Aurum.Providers.Tests.Fred;

public class FredDiscoveryTests
{
    [Fact]
    public void A_release_is_paged_through_a_thousand_series_at_a_time()
    {
        var ids = Enumerable.Range(0, 2345).Select(number => $"S{number:0000}").ToArray();

        var (series, asked) = Discover(Read("""{"release_id": 10, "bulk": false, "start": "2000-01-01", "lookback_observations": 7}""").Dataset, address =>
            OffsetOf(address) is var offset ? SeriesList(ids.Length, offset, ids.Skip(offset).Take(1000)) : "");

        Assert.Equal(ids, series.Select(one => one.Id.Code));
        Assert.Equal(ids, series.Select(one => one.CoalescingKey));
        Assert.All(series, one => Assert.Equal((new DateOnly(2000, 1, 1), 7), (one.Start!.Value, one.LookbackObservations)));
        Assert.Equal(
            [
                "/fred/release/series?release_id=10&file_type=json&limit=1000&offset=0",
                "/fred/release/series?release_id=10&file_type=json&limit=1000&offset=1000",
                "/fred/release/series?release_id=10&file_type=json&limit=1000&offset=2000",
            ],
            asked);
    }

    [Fact]
    public void A_recorded_listing_gives_its_series_and_their_catalog_entries()
    {
        var dataset = Read("""{"release_id": 483}""").Dataset;

        var page = Page(Provider.PlanFacts(dataset, [])!, Recorded("release-series-483.json"));

        Assert.Null(page.Next);
        Assert.Equal(4, page.Count);
        Assert.Equal("release/series?release_id=483 0 4 SOFR180DAYAVG,SOFR30DAYAVG,SOFR90DAYAVG,SOFRINDEX", string.Join(' ', page.Facts!.Split(' ')[..3].Append(string.Join(',', page.Facts.Split(' ')[3].Split(',').Order()))));
        Assert.Equal(4, Provider.Expand(dataset, [page.Facts!])!.Count);
        var entry = page.Catalog.Single(one => one.Series.Code == "SOFR180DAYAVG");
        Assert.Equal(("180-Day Average SOFR", "Percent", "D"), (entry.Title, entry.UnitCode, entry.FrequencyCode));
    }

    [Fact]
    public void A_category_is_walked_through_to_its_last_child_and_a_series_found_twice_stands_once()
    {
        var (series, asked) = Discover(Read("""{"category_id": 18}""").Dataset, address => address.Split("&file_type")[0] switch
        {
            "/fred/category/children?category_id=18" => Categories(106, 107),
            "/fred/category/children?category_id=106" => Categories(110),
            "/fred/category/children?category_id=110" => Categories(18),
            "/fred/category/children?category_id=107" => System.Text.Encoding.UTF8.GetString(Recorded("category-children-empty.json")),
            "/fred/category/series?category_id=106" => SeriesList(2, 0, "GDP", "GDPC1"),
            "/fred/category/series?category_id=107" => SeriesList(1, 0, "GDP"),
            "/fred/category/series?category_id=110" => SeriesList(1, 0, "GNP"),
            _ => SeriesList(0, 0),
        });

        Assert.Equal(["GDP", "GDPC1", "GNP"], series.Select(one => one.Id.Code));
        Assert.Equal(8, asked.Count);
        Assert.DoesNotContain(asked, address => address.Contains("children") && address.Contains("limit"));
    }

    [Fact]
    public void A_category_alone_is_one_list()
    {
        var (series, asked) = Discover(Read("""{"category_id": 106, "recursive": false}""").Dataset, _ => SeriesList(1, 0, "GDP"));

        Assert.Equal("GDP", Assert.Single(series).Id.Code);
        Assert.Equal("/fred/category/series?category_id=106&file_type=json&limit=1000&offset=0", Assert.Single(asked));
    }

    [Fact]
    public void A_search_asks_for_no_more_than_its_limit_and_for_the_best()
    {
        var (series, asked) = Discover(
            Read("""{"search": "consumer price", "filter": {"frequency": "Monthly"}, "limit_series": 2}""").Dataset,
            _ => SeriesList(900, 0, "CPIAUCSL", "CPILFESL"));

        Assert.Equal(["CPIAUCSL", "CPILFESL"], series.Select(one => one.Id.Code));
        Assert.Equal(
            "/fred/series/search?search_text=consumer%20price&filter_variable=frequency&filter_value=Monthly&order_by=search_rank&sort_order=desc&file_type=json&limit=2&offset=0",
            Assert.Single(asked));
    }

    [Fact]
    public void A_search_without_limit_is_read_in_an_order_that_holds_still()
    {
        var (_, asked) = Discover(Read("""{"search": "gdp"}""").Dataset, _ => SeriesList(1, 0, "GDP"));

        Assert.Contains("&order_by=series_id&sort_order=asc&", Assert.Single(asked));
    }

    [Fact]
    public void A_list_that_changes_while_it_is_read_is_read_again_and_not_for_ever()
    {
        var calls = 0;
        var (series, asked) = Discover(Read("""{"release_id": 53}""").Dataset, address =>
            OffsetOf(address) == 0 ? SeriesList(3 + calls++, 0, "A", "B") : SeriesList(2 + calls, 2, "B", "C", "D", "E", "F"));

        Assert.Equal(["A", "B", "C", "D", "E", "F"], series.Select(one => one.Id.Code));
        Assert.Equal(6, asked.Count);
    }

    [Fact]
    public void A_reading_broken_off_begins_anew()
    {
        var dataset = Read("""{"release_id": 53}""").Dataset;
        var half = Page(Provider.PlanFacts(dataset, [])!, SeriesList(3, 0, "A", "B"));
        Assert.Equal("2", half.Next);

        Assert.Null(Provider.Expand(dataset, [half.Facts!]));
        Assert.Contains("&offset=0", AddressOf(Provider.PlanFacts(dataset, [half.Facts!])!));
        Assert.Null(Provider.Expand(dataset, ["", "of another making", "a b c d", half.Facts!]));
    }

    [Fact]
    public void A_page_without_series_before_the_end_is_a_failure()
    {
        var failure = Failure(Provider.PlanFacts(Read("""{"release_id": 53}""").Dataset, [])!, System.Text.Encoding.UTF8.GetBytes(SeriesList(3, 2)), cursor: "2");

        Assert.Equal(FailureKind.Transient, failure.Kind);
        Assert.Contains("no series at offset 2 although FRED counts 3", failure.Detail);
    }

    [Fact]
    public void An_unknown_release_is_named_in_the_failure()
    {
        var failure = Failure(Provider.PlanFacts(Read("""{"release_id": 53}""").Dataset, [])!, """{"error_code":400,"error_message":"Bad Request.  The release does not exist."}"""u8.ToArray(), 400);

        Assert.Equal(FailureKind.Rejected, failure.Kind);
        Assert.Contains("for release 53", failure.Detail);
    }

    [Fact]
    public void A_release_is_described_by_its_list_where_that_is_fewer_calls()
    {
        var (series, _) = Discover(Read("""{"release_id": 53}""").Dataset, _ => SeriesList(3, 0, "A", "B", "C"));

        var fetch = Assert.Single(Provider.PlanCatalog(series));
        var page = Page(fetch, SeriesList(4, 0, "A", "B", "C", "D"));

        Assert.Equal("release/series 53", fetch.Label);
        Assert.Equal(["A", "B", "C"], page.Catalog.Select(entry => entry.Series.Code));
        Assert.Equal(1, Provider.Estimate(fetch, new DateOnly(2024, 11, 3)).Requests);
        Assert.Equal("series B", Assert.Single(Provider.PlanCatalog([series[1]])).Label);
    }

    [Fact]
    public void The_catalog_of_a_search_reads_no_further_than_the_search_did()
    {
        var (series, _) = Discover(Read("""{"search": "price", "limit_series": 3}""").Dataset, _ => SeriesList(4000, 0, "A", "B", "C"));

        var page = Page(Assert.Single(Provider.PlanCatalog(series)), SeriesList(4000, 0, Enumerable.Range(0, 997).Select(number => $"S{number}").Concat(["A", "B", "C"])));

        Assert.Equal(3, page.Catalog.Count);
        Assert.Null(page.Next);
    }

    private static int OffsetOf(string address) => int.Parse(address[(address.LastIndexOf('=') + 1)..], System.Globalization.CultureInfo.InvariantCulture);
}
