using System.Net;
using System.Text.Json;
using Aurum.Domain;

namespace Aurum.Simulator.Tests;

public class FredVintageTests
{
    private const string AllTime = "realtime_start=1776-07-04&realtime_end=9999-12-31";

    [Fact]
    public async Task The_last_version_of_each_period_is_the_truth_of_today()
    {
        await using var bench = await Bench.StartAsync();
        foreach (var id in new[] { "GDP", "CPIAUCSL", "CUUR0001" })
        {
            var rows = await RowsAsync(bench, $"series/observations?series_id={id}&{AllTime}");

            Assert.Equal(bench.Truth("fred", id), rows.Where(row => row.To == "9999-12-31").Select(row => Bench.Line(row.Date, row.Value == "." ? null : row.Value)));
            Assert.Contains(rows, row => row.To != "9999-12-31");
        }
    }

    [Fact]
    public async Task Versions_of_a_period_follow_each_other_without_a_gap_and_begin_on_vintage_dates()
    {
        await using var bench = await Bench.StartAsync();
        var dates = (await DatesAsync(bench, "series/vintagedates?series_id=GDP")).ToHashSet();

        foreach (var versions in (await RowsAsync(bench, $"series/observations?series_id=GDP&{AllTime}")).GroupBy(row => row.Date).Select(group => group.ToArray()))
        {
            Assert.All(versions, version => Assert.Contains(version.From, dates));
            Assert.Equal(versions.Skip(1).Select(version => version.From), versions.SkipLast(1).Select(version => DateOnly.Parse(version.To).AddDays(1).ToString("yyyy-MM-dd")));
            Assert.Equal(versions.Length, versions.Zip(versions.Skip(1)).Count(pair => pair.First.Value != pair.Second.Value) + 1);
        }
    }

    [Fact]
    public async Task More_than_2000_vintages_are_refused_in_the_recorded_words()
    {
        await using var bench = await Bench.StartAsync();
        var dates = await DatesAsync(bench, "series/vintagedates?series_id=DGS10");
        Assert.Equal(dates.Order(StringComparer.Ordinal), dates);

        var error = await Bench.JsonOf(bench.FredAsync($"series/observations?series_id=DGS10&{AllTime}"), HttpStatusCode.BadRequest);

        Assert.Equal(
            Recorded.Json("fred/error-400-too-many-vintages.json").GetProperty("error_message").GetString()!.Replace("5125", $"{dates.Count}"),
            error.GetProperty("error_message").GetString());
        var rows = await RowsAsync(bench, $"series/observations?series_id=DGS10&realtime_start={dates[^2000]}&realtime_end=9999-12-31");
        Assert.Equal(bench.Truth("fred", "DGS10").Count, rows.Count);
    }

    [Fact]
    public async Task Rows_are_clipped_to_the_period_asked_for()
    {
        await using var bench = await Bench.StartAsync();

        var rows = await RowsAsync(bench, "series/observations?series_id=GDP&realtime_start=2010-05-05&realtime_end=2010-12-31");

        Assert.All(rows, row => Assert.True(string.CompareOrdinal(row.From, "2010-05-05") >= 0 && string.CompareOrdinal(row.To, "2010-12-31") <= 0));
        Assert.Contains(rows, row => (row.From, row.To) == ("2010-05-05", "2010-12-31"));
        Assert.Equal("2010-07-01", rows[^1].Date);
    }

    [Fact]
    public async Task A_revision_is_a_vintage_of_the_day_it_was_made()
    {
        await using var bench = await Bench.StartAsync();
        var before = await RowsAsync(bench, "series/observations?series_id=CPIAUCSL&observation_start=2024-08-01&observation_end=2024-08-01");
        bench.Simulator.Truth.Today = Bench.Today.AddDays(1);
        bench.Simulator.Truth.Revise(new SeriesId("fred", "CPIAUCSL"), new DateTime(2024, 8, 1, 0, 0, 0, DateTimeKind.Utc), 315.75);

        var rows = await RowsAsync(bench, $"series/observations?series_id=CPIAUCSL&observation_start=2024-08-01&observation_end=2024-08-01&{AllTime}");

        Assert.Equal([("2024-09-13", "2024-10-30", before[0].Value), ("2024-10-31", "9999-12-31", "315.75")], rows.Select(row => (row.From, row.To, row.Value)));
        Assert.Equal(["2024-10-31"], await DatesAsync(bench, "series/vintagedates?series_id=CPIAUCSL&realtime_start=2024-10-30&realtime_end=9999-12-31"));
    }

    [Fact]
    public async Task Pages_of_vintages_join_without_a_gap()
    {
        await using var bench = await Bench.StartAsync();
        var whole = await RowsAsync(bench, $"series/observations?series_id=GDP&{AllTime}");
        var read = new List<(string, string, string, string)>();
        while (read.Count < whole.Count)
        {
            read.AddRange(await RowsAsync(bench, $"series/observations?series_id=GDP&{AllTime}&limit=37&offset={read.Count}"));
        }

        Assert.Equal(whole, read);
        var dates = await DatesAsync(bench, "series/vintagedates?series_id=GDP");
        Assert.Equal(dates.Skip(3).Take(5), await DatesAsync(bench, "series/vintagedates?series_id=GDP&limit=5&offset=3"));
    }

    [Fact]
    public async Task A_series_outside_the_archive_has_its_latest_values_only()
    {
        await using var bench = await Bench.StartAsync();

        foreach (var path in new[] { "series/vintagedates?series_id=FREDONLY1", $"series/observations?series_id=FREDONLY1&{AllTime}" })
        {
            Assert.StartsWith(
                "Bad Request.  The series does not exist in ALFRED",
                (await Bench.JsonOf(bench.FredAsync(path), HttpStatusCode.BadRequest)).GetProperty("error_message").GetString());
        }

        Assert.NotEmpty(await RowsAsync(bench, "series/observations?series_id=FREDONLY1"));
    }

    [Theory]
    [InlineData(100_000)]
    [InlineData(97)]
    public async Task The_bulk_of_a_release_is_the_truth_of_all_its_series_though_pages_split_them(int limit)
    {
        await using var bench = await Bench.StartAsync();
        var read = new Dictionary<string, List<string>>();
        string? cursor = null;
        do
        {
            var page = await Bench.JsonOf(BulkAsync(bench, $"release_id=50&limit={limit}{(cursor is null ? "" : $"&next_cursor={cursor}")}"));
            foreach (var series in page.GetProperty("series").EnumerateArray())
            {
                var id = series.GetProperty("series_id").GetString()!;
                read.TryAdd(id, []);
                read[id].AddRange(series.GetProperty("observations").EnumerateArray().Select(row => Bench.Line(row.GetProperty("date").GetString(), row.GetProperty("value").GetString() is "." ? null : row.GetProperty("value").GetString())));
            }

            cursor = page.GetProperty("has_more").GetBoolean() ? page.GetProperty("next_cursor").GetString() : null;
        }
        while (cursor is not null);

        Assert.Equal(["PAYEMS", "UNRATE"], read.Keys.Order());
        Assert.All(read, series => Assert.Equal(bench.Truth("fred", series.Key), series.Value));
    }

    [Fact]
    public async Task Version_2_has_errors_of_its_own_and_no_key_in_the_query()
    {
        await using var bench = await Bench.StartAsync();

        var recorded = Recorded.Json("fred/v2-error-400-release-id.json");
        var error = await Bench.JsonOf(BulkAsync(bench, "release_id=abc"), HttpStatusCode.BadRequest);
        Assert.Equal(recorded.GetProperty("message").GetString(), error.GetProperty("message").GetString());
        Recorded.SameKinds(recorded, error);
        await Bench.JsonOf(BulkAsync(bench, "release_id=9999"), HttpStatusCode.BadRequest);
        await Bench.JsonOf(BulkAsync(bench, "release_id=50&next_cursor=x"), HttpStatusCode.BadRequest);
        await Bench.JsonOf(BulkAsync(bench, $"release_id=50&api_key={bench.Options.FredKey}"), HttpStatusCode.Unauthorized);
        await Bench.JsonOf(BulkAsync(bench, "release_id=50", bearer: "somebody else's"), HttpStatusCode.Unauthorized);
    }

    private static Task<HttpResponseMessage> BulkAsync(Bench bench, string query, string? bearer = null) =>
        bench.SendAsync(new Uri(bench.Simulator.FredAddress, $"fred/v2/release/observations?{query}"), bearer: bearer ?? bench.Options.FredKey);

    private static async Task<List<(string From, string To, string Date, string Value)>> RowsAsync(Bench bench, string path) =>
    [
        .. (await Bench.JsonOf(bench.FredAsync(path))).GetProperty("observations").EnumerateArray()
            .Select(row => (Text(row, "realtime_start"), Text(row, "realtime_end"), Text(row, "date"), Text(row, "value"))),
    ];

    private static async Task<List<string>> DatesAsync(Bench bench, string path) =>
        [.. (await Bench.JsonOf(bench.FredAsync(path))).GetProperty("vintage_dates").EnumerateArray().Select(day => day.GetString()!)];

    private static string Text(JsonElement row, string key) => row.GetProperty(key).GetString()!;
}
