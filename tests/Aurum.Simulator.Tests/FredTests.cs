using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Aurum.Domain;

namespace Aurum.Simulator.Tests;

public class FredTests
{
    [Fact]
    public async Task Answers_have_the_keys_of_the_recorded_ones()
    {
        await using var bench = await Bench.StartAsync();

        var series = await Bench.JsonOf(bench.FredAsync("series?series_id=GDP"));
        var recordedSeries = Recorded.Json("fred/series-gdp.json");
        Recorded.SameKeys(recordedSeries, series);
        Recorded.SameKeys(recordedSeries.GetProperty("seriess")[0], series.GetProperty("seriess")[0]);
        Recorded.SameKinds(recordedSeries.GetProperty("seriess")[0], series.GetProperty("seriess")[0]);

        var observations = await Bench.JsonOf(bench.FredAsync("series/observations?series_id=DHHNGSP&observation_start=2024-07-01&observation_end=2024-07-10"));
        var recorded = Recorded.Json("fred/observations-dhhngsp-daily-missing.json");
        Recorded.SameKeys(recorded, observations);
        Recorded.SameKinds(recorded, observations);
        var rows = observations.GetProperty("observations");
        Recorded.SameKeys(recorded.GetProperty("observations")[0], rows[0]);
        Assert.Equal(8, observations.GetProperty("count").GetInt32());
        Assert.Equal(
            recorded.GetProperty("observations").EnumerateArray().Select(row => (row.GetProperty("date").GetString(), row.GetProperty("value").GetString() == ".")),
            rows.EnumerateArray().Select(row => (row.GetProperty("date").GetString(), row.GetProperty("value").GetString() == ".")));
    }

    [Fact]
    public async Task Errors_are_the_recorded_ones_word_for_word()
    {
        await using var bench = await Bench.StartAsync();
        var root = bench.Simulator.FredAddress;
        async Task<(HttpStatusCode, string)> Get(string path)
        {
            using var response = await bench.SendAsync(new Uri(root, path));
            return (response.StatusCode, (await response.Content.ReadAsStringAsync()).Trim());
        }

        Assert.Equal((HttpStatusCode.BadRequest, Recorded.Text("fred/error-400-key-missing.xml").Trim()), await Get("fred/series?series_id=GDP"));
        Assert.Equal((HttpStatusCode.BadRequest, Recorded.Text("fred/error-400-key-not-registered.json").Trim()), await Get("fred/series?series_id=GDP&file_type=json&api_key=abcdefghabcdefghabcdefghabcdefgh"));
        foreach (var unknown in new[] { "NOSUCH1", "lower", "A%20B" })
        {
            Assert.Equal((HttpStatusCode.BadRequest, Recorded.Text("fred/error-400-unknown-series.json").Trim()), await Get($"fred/series/observations?series_id={unknown}&file_type=json&api_key={bench.Options.FredKey}"));
        }

        Assert.Equal(HttpStatusCode.NotFound, (await Get("fred/nothing")).Item1);
        Assert.Contains("is not a YYYY-MM-DD formatted date", (await Get($"fred/series/observations?series_id=GDP&observation_start=2024&file_type=json&api_key={bench.Options.FredKey}")).Item2);
    }

    [Theory]
    [InlineData("GDP", 7)]
    [InlineData("WGS10YR", 1000)]
    [InlineData("DGS10", 3001)]
    [InlineData("DFF", 100_000)]
    [InlineData("ANYTHING_ELSE", 2500)]
    public async Task Pages_bring_exactly_the_truth(string id, int limit)
    {
        await using var bench = await Bench.StartAsync();
        foreach (var order in new[] { "asc", "desc" })
        {
            var got = new List<string>();
            for (var offset = 0; ; offset += limit)
            {
                var page = await Bench.JsonOf(bench.FredAsync($"series/observations?series_id={id}&limit={limit}&offset={offset}&sort_order={order}"));
                got.AddRange(page.GetProperty("observations").EnumerateArray().Select(row => Bench.Line(row.GetProperty("date").GetString(), row.GetProperty("value").GetString() is "." ? null : row.GetProperty("value").GetString())));
                if (got.Count >= page.GetProperty("count").GetInt32())
                {
                    break;
                }
            }

            var truth = bench.Truth("fred", id);
            Assert.Equal(order == "asc" ? truth : Enumerable.Reverse(truth), got);
        }
    }

    [Fact]
    public async Task Bounds_are_inclusive_and_a_larger_limit_is_cut_to_the_cap()
    {
        await using var bench = await Bench.StartAsync(options => options with { FredPageCap = 2 });

        var page = await Bench.JsonOf(bench.FredAsync("series/observations?series_id=UNRATE&observation_start=2020-01-01&observation_end=2020-03-01"));

        Assert.Equal((3, 2, 2), (page.GetProperty("count").GetInt32(), page.GetProperty("limit").GetInt32(), page.GetProperty("observations").GetArrayLength()));
        Assert.Equal("2020-01-01", page.GetProperty("observations")[0].GetProperty("date").GetString());
        Assert.Equal("2024-10-30", page.GetProperty("observations")[0].GetProperty("realtime_start").GetString());
    }

    [Fact]
    public async Task Without_file_type_the_answer_is_xml()
    {
        await using var bench = await Bench.StartAsync();
        using var response = await bench.SendAsync(new Uri(bench.Simulator.FredAddress, $"fred/series/observations?series_id=GDP&limit=3&api_key={bench.Options.FredKey}"));
        var document = System.Xml.Linq.XDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal(("observations", 3), (document.Root!.Name.LocalName, document.Root.Elements("observation").Count()));
    }

    [Fact]
    public async Task A_revision_and_new_periods_show_at_once_and_only_there()
    {
        await using var bench = await Bench.StartAsync();
        var series = new SeriesId("fred", "CPIAUCSL");
        var before = bench.Truth("fred", "CPIAUCSL");

        bench.Simulator.Truth.Revise(series, new DateTime(2024, 8, 1, 0, 0, 0, DateTimeKind.Utc), 315.75);
        bench.Simulator.Truth.Publish(series, 2);

        var page = await Bench.JsonOf(bench.FredAsync("series/observations?series_id=CPIAUCSL"));
        var got = page.GetProperty("observations").EnumerateArray().Select(row => Bench.Line(row.GetProperty("date").GetString(), row.GetProperty("value").GetString())).ToList();
        Assert.Equal(bench.Truth("fred", "CPIAUCSL"), got);
        Assert.Equal(before.Count + 2, got.Count);
        Assert.Equal("2024-08-01 315.75", Assert.Single(got.Take(before.Count).Except(before)));
        bench.Simulator.Truth.Withhold(series, 2);
        Assert.Equal(before.Count, bench.Truth("fred", "CPIAUCSL").Count);
        Assert.Throws<ArgumentException>(() => bench.Simulator.Truth.Revise(series, new DateTime(2024, 8, 2, 0, 0, 0, DateTimeKind.Utc), 1));
    }

    [Fact]
    public async Task The_next_day_brings_the_next_value_and_changes_no_old_one()
    {
        await using var bench = await Bench.StartAsync();
        var before = bench.Truth("fred", "DGS10");

        bench.Simulator.Truth.Today = Bench.Today.AddDays(1);

        var after = bench.Truth("fred", "DGS10");
        Assert.Equal(before, after.SkipLast(1));
    }

    [Fact]
    public async Task Values_look_like_the_series()
    {
        await using var bench = await Bench.StartAsync();
        double[] Values(string id) => [.. bench.Simulator.Truth.Of(new SeriesId("fred", id)).Select(one => one.Value).OfType<double>()];
        Assert.All(Values("DGS10"), value => Assert.InRange(value, 0, 9));
        Assert.All(Values("DCOILWTICO"), value => Assert.InRange(value, 10, 130));
        Assert.All(bench.Truth("fred", "DGS10"), line => Assert.Matches(@"^\d{4}-\d\d-\d\d (\d\.\d\d|nothing)$", line));
        Assert.Contains("2024-07-04 nothing", bench.Truth("fred", "DGS10"));
        await using var again = await Bench.StartAsync();
        Assert.Equal(bench.Truth("fred", "GDP"), again.Truth("fred", "GDP"));
        await using var other = await Bench.StartAsync(options => options with { Seed = 2 });
        Assert.NotEqual(bench.Truth("fred", "GDP"), other.Truth("fred", "GDP"));
    }

    [Fact]
    public async Task A_load_test_gets_a_million_rows_faster_than_any_collector_reads_them()
    {
        const int Series = 10, Rows = 100_000;
        await using var bench = await Bench.StartAsync(options => options with { ObservationsPerSeries = Rows });
        async Task<long> ReadAsync(int number)
        {
            using var response = await bench.FredAsync($"series/observations?series_id=LOAD{number}&limit=100000");
            return (await response.Content.ReadAsByteArrayAsync()).Length;
        }

        var check = await Bench.JsonOf(bench.FredAsync("series/observations?series_id=LOAD0"));
        Assert.Equal((Rows, Rows), (check.GetProperty("count").GetInt32(), check.GetProperty("observations").GetArrayLength()));
        Assert.Equal("2024-10-30", check.GetProperty("observations")[Rows - 1].GetProperty("date").GetString());

        var watch = Stopwatch.StartNew();
        var bytes = 0L;
        for (var number = 0; number < Series; number++)
        {
            bytes += await ReadAsync(number);
        }

        // The aim is more than a million and a half a second; a loaded build machine gets a margin.
        var speed = Series * Rows / watch.Elapsed.TotalSeconds;
        Console.WriteLine($"{speed:N0} rows/s, {bytes / 1e6 / watch.Elapsed.TotalSeconds:N0} MB/s");
        Assert.True(speed > 200_000, $"{speed:N0} rows/s");
    }
}
