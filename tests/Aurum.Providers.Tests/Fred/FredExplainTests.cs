using System.Text;
using System.Text.Json;
using Aurum.Domain;
using Aurum.Providers.Http;
using static Aurum.Providers.Tests.Fred.FredFixture;

namespace Aurum.Providers.Tests.Fred;

public class FredExplainTests
{
    private const string Key = "0123456789abcdef0123456789abcdef";

    /// <summary>Recorded bodies, the addresses they came from, and in a word what they are.</summary>
    public static readonly TheoryData<string, string, int, string> Responses = new()
    {
        { "category-125.json", "fred/category?category_id=125", 200, "count 1" },
        { "category-children-empty.json", "fred/category/children?category_id=125", 200, "count 0, facts" },
        { "error-400-key-missing.xml", "fred/series/updates", 400, "Rejected" },
        { "error-400-key-not-registered.json", "fred/series/observations?series_id=UNRATE", 400, "Rejected" },
        { "error-400-too-many-vintages.json", "fred/series/observations?realtime_start=1776-07-04&realtime_end=9999-12-31", 400, "Rejected" },
        { "error-400-unknown-series.json", "fred/series/observations?series_id=USAB6DBTT01CXCUSAQ", 400, "Rejected" },
        { "observations-cpiaucsl-output-type-3.xml", "fred/series/observations?series_id=CPIAUCSL&output_type=3", 200, "CPIAUCSL 679, count 605" },
        { "observations-dhhngsp-daily-missing.json", "fred/series/observations?series_id=DHHNGSP&aggregation_method=eop", 200, "DHHNGSP 8, count 8" },
        { "observations-gdp-initial-release.json", "fred/series/observations?output_type=4&series_id=GDP", 200, "GDP 132, count 132" },
        { "observations-gdp-quarterly.json", "fred/series/observations?series_id=GDP", 200, "GDP 315, count 315" },
        { "release-dates-82.xml", "fred/release/dates?release_id=82", 200, "count 17" },
        { "release-series-483.json", "fred/release/series?release_id=483&offset=0", 200, "count 4, catalog 4, facts" },
        { "release-tables-cpi.json", "fred/release/tables?release_id=10", 200, "count 2" },
        { "series-categories-gdp.json", "fred/series/categories?series_id=GDP", 200, "count 1" },
        { "series-gdp.json", "fred/series?series_id=GDP", 200, "catalog 1" },
        { "series-release-gdp.json", "fred/series/release?series_id=GDP", 200, "count 1" },
        { "series-search-leading-index.json", "fred/series/search?limit=20&offset=0&search_text=leading+index", 200, "count 16, catalog 16, facts" },
        { "series-tags-gdp.json", "fred/series/tags?series_id=GDP", 200, "count 8" },
        { "v2-error-400-release-id.json", "fred/v2/release/observations?release_id=abc", 400, "Rejected" },
        { "vintagedates-gdp.json", "fred/series/vintagedates?series_id=GDP", 200, "count 395" },
    };

    [Theory]
    [MemberData(nameof(Responses))]
    public void Every_recorded_body_comes_out_as_what_it_is(string file, string address, int status, string expected)
    {
        Assert.Equal(expected, InWords(Explain($"https://api.stlouisfed.org/{address}", Recorded(file), status)));
        Assert.Equal(expected, InWords(Explain($"http://localhost:8080/some/prefix/{address}{(address.Contains('?') ? '&' : '?')}api_key={Key}", Recorded(file), status)));
    }

    [Fact]
    public void Every_body_of_the_shared_fixtures_comes_out_as_its_index_says()
    {
        foreach (var (file, address, status) in SharedFixtures())
        {
            var result = Explain(address, File.ReadAllBytes(file), status);

            if (status == 200)
            {
                var page = Assert.IsType<Page>(result);
                Assert.True(page.Slices.Count > 0 || page.Catalog.Count > 0 || page.Count is not null, file);
            }
            else
            {
                Assert.Equal(FailureKind.Rejected, Assert.IsType<FetchFailed>(result).Failure.Kind);
            }
        }
    }

    [Theory]
    [InlineData("https://api.stlouisfed.org/geofred/series/data?series_id=GDP")]
    [InlineData("https://api.stlouisfed.org/fred/nothing?series_id=GDP")]
    [InlineData("https://api.stlouisfed.org/fred")]
    [InlineData("mailto:someone@example.org")]
    [InlineData("series/observations?series_id=GDP")]
    [InlineData("https://api.worldbank.org/v2/country/USA/indicator/X?api_key=" + Key)]
    public void An_address_that_is_none_of_FREDs_is_refused_with_those_that_are(string address)
    {
        var failure = Assert.IsType<FetchFailed>(Explain(address, Recorded("observations-gdp-quarterly.json"))).Failure;

        Assert.Equal(FailureKind.Rejected, failure.Kind);
        Assert.Contains("series/observations", failure.Detail);
        Assert.DoesNotContain(Key, failure.Detail);
    }

    [Theory]
    [InlineData("fred/release/series?token=" + Key + "&release_id=53", 200)]
    [InlineData("fred/release/series?release_id=53;api_key=" + Key, 400)]
    [InlineData("fred/series/search?search_text=x;api_key=" + Key, 200)]
    [InlineData("fred/category/series?api_key=" + Key, 400)]
    [InlineData("fred/category/children?category_id=1;api_key=" + Key, 400)]
    [InlineData("fred/series/observations?series_id=GDP;api_key=" + Key, 200)]
    [InlineData("fred/series?series_id=GDP;api_key=" + Key, 400)]
    [InlineData("fred/api_key=" + Key, 200)]
    public void A_key_in_the_address_gets_into_no_text_however_it_is_written(string address, int status)
    {
        var body = status == 200 ? Recorded("release-series-483.json") : Recorded("error-400-unknown-series.json");

        var said = Explain($"https://api.stlouisfed.org/{address}", body, status) switch
        {
            Page page => page.Facts,
            FetchFailed failed => failed.Failure.Detail,
            _ => null,
        };

        Assert.DoesNotContain(Key[..10], said!);
    }

    [Theory]
    [InlineData("realtime_start=2024-01-01&realtime_end=2024-12-31", "2 3", 2)]
    [InlineData("realtime_start=2024-01-01&realtime_end=9999-12-31", "2 3", 2)]
    [InlineData("realtime_start=2024-01-01", "2 3", 2)]
    [InlineData("realtime_start=1776-07-04", "1 2 3", 1)]
    [InlineData("realtime_end=9999-12-31", "1 2 3", 1)]
    [InlineData("realtime_start=2024-01-01&realtime_end=2024-01-01", "1 2 2 3", 0)]
    [InlineData("realtime_start=2024-01-01&realtime_end=2024-12-31&output_type=4", "1 2 2 3", 0)]
    [InlineData("", "1 2 2 3", 0)]
    public void Rows_of_vintages_that_a_collection_would_drop_are_dropped_and_counted(string period, string values, int dropped)
    {
        // The first row is clipped to the period's first day, the third repeats the second.
        var body = """
            {"count":4,"offset":0,"output_type":1,"observations":[
              {"realtime_start":"2024-01-01","realtime_end":"2024-02-29","date":"1990-01-01","value":"1"},
              {"realtime_start":"2024-03-01","realtime_end":"2024-05-31","date":"1990-01-01","value":"2"},
              {"realtime_start":"2024-06-01","realtime_end":"9999-12-31","date":"1990-01-01","value":"2"},
              {"realtime_start":"2024-03-01","realtime_end":"9999-12-31","date":"1990-02-01","value":"3"}]}
            """;

        var page = Assert.IsType<Page>(Explain($"https://api.stlouisfed.org/fred/series/observations?series_id=GDP&{period}", Encoding.UTF8.GetBytes(body)));

        Assert.Equal(values, string.Join(' ', page.Rows().Select(row => row.Value)));
        Assert.Equal((dropped, 4, null), (page.Dropped, page.Count, page.Next));
    }

    [Theory]
    [InlineData("units=pch", "units=pch")]
    [InlineData("frequency=a", "frequency=a")]
    public void A_transformed_series_does_not_pass_for_the_series(string parameter, string reason)
    {
        var failure = Assert.IsType<FetchFailed>(Explain($"https://api.stlouisfed.org/fred/series/observations?series_id=GDP&{parameter}", Recorded("observations-gdp-quarterly.json"))).Failure;

        Assert.Equal(FailureKind.Rejected, failure.Kind);
        Assert.Contains(reason, failure.Detail);
    }

    [Fact]
    public void A_page_in_the_middle_names_the_next()
    {
        var page = Assert.IsType<Page>(Explain("https://api.stlouisfed.org/fred/category/series?category_id=1&offset=2&limit=2", Encoding.UTF8.GetBytes(SeriesList(5, 2, "A", "B"))));

        Assert.Equal(("4", 5), (page.Next, page.Count));
        Assert.Equal("category/series?category_id=1 2 5 A,B", page.Facts);
    }

    [Fact]
    public void Updates_tell_which_series_changed_and_describe_them()
    {
        var page = Assert.IsType<Page>(Explain("https://api.stlouisfed.org/fred/series/updates", Encoding.UTF8.GetBytes(SeriesList(2, 0, "A", "B"))));

        Assert.Equal(["A", "B"], page.Changed!);
        Assert.Equal(["Title of A", "Title of B"], page.Catalog.Select(entry => entry.Title));
    }

    [Fact]
    public void Columns_of_vintages_are_observations_in_the_order_of_time_and_knowledge()
    {
        var rows = Assert.IsType<Page>(Explain(
            "https://api.stlouisfed.org/fred/series/observations?series_id=A_1&output_type=2",
            """{"output_type":2,"count":2,"offset":0,"observations":[{"date":"2024-01-01","A_1_20240301":"2","A_1_20240201":"1"},{"date":"2024-02-01","A_1_20240301":"."}]}"""u8.ToArray())).Rows();

        Assert.Equal(
            [
                new Observation(Utc(2024, 1, 1), new DateOnly(2024, 2, 1), 1),
                new Observation(Utc(2024, 1, 1), new DateOnly(2024, 3, 1), 2),
                new Observation(Utc(2024, 2, 1), new DateOnly(2024, 3, 1), null),
            ],
            rows);
    }

    [Fact]
    public void Garbled_bodies_are_a_page_or_a_named_failure_25000_times()
    {
        (byte[] Body, Fetch Fetch, string Address, string? Cursor)[] targets =
        [
            (Recorded("observations-dhhngsp-daily-missing.json"), Observations("DHHNGSP"), "fred/series/observations?series_id=DHHNGSP", null),
            (Recorded("series-gdp.json"), Catalog(), "fred/series?series_id=GDP", null),
            (Recorded("release-series-483.json"), Provider.PlanFacts(Read("""{"release_id": 483}""").Dataset, [])!, "fred/release/series?release_id=483", null),
            (Encoding.UTF8.GetBytes(Categories(1, 2, 3)), Provider.PlanFacts(Read("""{"category_id": 18}""").Dataset, [])!, "fred/category/children?category_id=18", null),
            (Recorded("vintagedates-gdp.json"), FredVintagesTests.Plan(), "fred/series/vintagedates?series_id=GDP", null),
            (Recorded("observations-dhhngsp-daily-missing.json"), FredVintagesTests.Plan(), "fred/series/observations?series_id=GDP", "rows 0 2000-01-01,9999-12-31 ,"),
            (Encoding.UTF8.GetBytes(FredBulkTests.Body), FredBulkTests.Plan(), "fred/v2/release/observations?release_id=53", null),
            (Encoding.UTF8.GetBytes(SeriesList(2, 0, "A", "B")), FredChangesTests.Plan()!, "fred/series/updates", null),
            (Recorded("error-400-unknown-series.json"), Observations(), "fred/series/observations?series_id=GDP", null),
            (Recorded("release-dates-82.xml"), Observations(), "fred/release/dates?release_id=82", null),
        ];
        for (var seed = 0; seed < 25_000; seed++)
        {
            var (body, fetch, address, cursor) = targets[seed % targets.Length];
            var garbled = BodyDamage.Mutate(body, seed);

            Assert.NotNull(Parse(fetch, garbled, seed % 7 == 0 ? 400 : 200, cursor));
            Assert.NotNull(Explain($"https://api.stlouisfed.org/{address}", garbled, seed % 5 == 0 ? 400 : 200));
        }
    }

    [Theory]
    [MemberData(nameof(Responses))]
    public void Garbled_addresses_are_a_page_or_a_named_failure(string file, string address, int status, string expected)
    {
        Assert.NotEqual("", expected);
        for (var seed = 0; seed < 40; seed++)
        {
            var garbled = Encoding.Latin1.GetString(BodyDamage.Mutate(Encoding.UTF8.GetBytes($"https://api.stlouisfed.org/{address}"), seed));
            if (Uri.TryCreate(garbled, UriKind.RelativeOrAbsolute, out var uri))
            {
                Assert.NotNull(Provider.Explain(uri, new ProviderResponse(status, "text/html", null, new DateOnly(2024, 11, 3), Recorded(file))));
            }
        }
    }

    private static FetchResult Explain(string address, byte[] body, int status = 200) =>
        Provider.Explain(new Uri(address, UriKind.RelativeOrAbsolute), new ProviderResponse(status, "application/json", null, new DateOnly(2024, 11, 3), body));

    private static string InWords(FetchResult result) => result switch
    {
        FetchFailed failed => failed.Failure.Kind.ToString(),
        Page page => string.Join(", ", page.Slices.Select(slice => $"{slice.Series.Code} {slice.Observations.Count}")
            .Append(page.Count is { } count ? $"count {count}" : "")
            .Append(page.Catalog.Count > 0 ? $"catalog {page.Catalog.Count}" : "")
            .Append(page.Facts is null ? "" : "facts")
            .Where(word => word.Length > 0)),
        _ => "?",
    };

    /// <summary>None where the repository stands alone.</summary>
    private static IEnumerable<(string File, string Address, int Status)> SharedFixtures()
    {
        var repository = new DirectoryInfo(AppContext.BaseDirectory);
        while (repository is not null && !File.Exists(Path.Combine(repository.FullName, "Aurum.Actors.sln")))
        {
            repository = repository.Parent;
        }

        var folder = Path.Combine(repository?.Parent?.FullName ?? "", "shared", "fixtures", "fred");
        if (!File.Exists(Path.Combine(folder, "index.json")))
        {
            yield break;
        }

        using var index = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "index.json")));
        foreach (var entry in index.RootElement.EnumerateArray())
        {
            yield return (Path.Combine(folder, entry.GetProperty("file").GetString()!), entry.GetProperty("url").GetString()!, entry.GetProperty("status").GetInt32());
        }
    }
}
