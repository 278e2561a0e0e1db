using System.Globalization;
using System.Net;
using System.Text.Json;
using Aurum.Domain;

namespace Aurum.Simulator.Tests;

public class NoaaTests
{
    private const string Central = "GHCND:USW00094728", Boston = "GHCND:USW00014739";

    [Fact]
    public async Task Answers_have_the_keys_of_the_recorded_ones()
    {
        await using var bench = await Bench.StartAsync();
        var recorded = Recorded.Json("noaa/data-ghcnd-mixed-datatypes.json");

        var simulated = await Bench.JsonOf(bench.NoaaAsync($"data?datasetid=GHCND&stationid={Central}&startdate=2023-01-01&enddate=2023-01-31"));

        Recorded.SameKeys(recorded, simulated);
        Recorded.SameKeys(recorded.GetProperty("metadata").GetProperty("resultset"), simulated.GetProperty("metadata").GetProperty("resultset"));
        Recorded.SameKinds(recorded.GetProperty("results")[0], simulated.GetProperty("results")[0]);
        Recorded.SameKeys(recorded.GetProperty("results")[0], simulated.GetProperty("results")[0]);
        Assert.Equal(25, simulated.GetProperty("results").GetArrayLength());
        Recorded.SameKeys(Recorded.Json("noaa/station-dulles-single.json"), await Bench.JsonOf(bench.NoaaAsync($"stations/{Central}")));
        Recorded.SameKeys(Recorded.Json("noaa/stations-by-county.json").GetProperty("results")[0], (await Bench.JsonOf(bench.NoaaAsync("stations?limit=1000"))).GetProperty("results")[0]);
    }

    [Fact]
    public async Task Errors_are_the_recorded_ones()
    {
        await using var bench = await Bench.StartAsync();
        async Task<(HttpStatusCode, string)> Get(string path, string? token)
        {
            using var response = await bench.SendAsync(new Uri(bench.Simulator.NoaaAddress, path), token);
            return (response.StatusCode, (await response.Content.ReadAsStringAsync()).Trim());
        }

        Assert.Equal((HttpStatusCode.BadRequest, Recorded.Text("noaa/error-400-token-invalid.json").Trim()), await Get("datatypes", "wrong"));
        Assert.Equal(HttpStatusCode.BadRequest, (await Get("datatypes", null)).Item1);
        var token = bench.Options.NoaaToken;
        Assert.Equal((HttpStatusCode.BadRequest, Recorded.Text("noaa/error-400-date-range.json").Trim()), await Get("data?datasetid=GHCND&startdate=2019-06-12&enddate=2020-07-29", token));
        Assert.Equal(HttpStatusCode.OK, (await Get("data?datasetid=GHCND&startdate=2020-01-01&enddate=2020-12-31", token)).Item1);
        Assert.Equal(HttpStatusCode.BadRequest, (await Get("data?datasetid=GSOM&startdate=2000-01-01&enddate=2010-01-01", token)).Item1);
        Assert.Contains("Required parameter 'startdate' is missing", (await Get("data?datasetid=GHCND&enddate=2020-12-31", token)).Item2);
        Assert.Equal(HttpStatusCode.InternalServerError, (await Get("data?datasetid=GHCND&startdate=2008-06-01&enddate=2008-06-31", token)).Item1);
        Assert.Equal((HttpStatusCode.OK, Recorded.Text("noaa/empty-result.json").Trim()), await Get("data?datasetid=GHCND&stationid=GHCND:NOSUCH00001&startdate=2020-01-01&enddate=2020-01-31", token));
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(100)]
    [InlineData(7)]
    public async Task Pages_bring_exactly_the_truth_of_several_series(int limit)
    {
        await using var bench = await Bench.StartAsync();
        var got = new List<(string Series, string Line)>();
        for (var offset = 1; ; offset += limit)
        {
            var page = await Bench.JsonOf(bench.NoaaAsync($"data?datasetid=GHCND&stationid={Central}&stationid={Boston}&datatypeid=TMAX&datatypeid=PRCP&startdate=2023-01-01&enddate=2023-12-31&units=metric&sortfield=date&limit={limit}&offset={offset}"));
            got.AddRange(page.GetProperty("results").EnumerateArray().Select(row => ($"{row.GetProperty("station")}:{row.GetProperty("datatype")}", Bench.Line(row.GetProperty("date").GetString()![..10], row.GetProperty("value").GetRawText()))));
            if (got.Count >= page.GetProperty("metadata").GetProperty("resultset").GetProperty("count").GetInt32())
            {
                break;
            }
        }

        foreach (var series in got.ToLookup(row => row.Series, row => row.Line))
        {
            Assert.Equal(bench.Truth("noaa", series.Key).Where(line => line.StartsWith("2023", StringComparison.Ordinal)), series);
        }

        Assert.Equal(4, got.Select(row => row.Series).Distinct().Count());
    }

    [Fact]
    public async Task Offset_zero_and_one_are_the_same_and_larger_limits_are_cut()
    {
        await using var bench = await Bench.StartAsync();
        const string Request = $"data?datasetid=GHCND&stationid={Central}&datatypeid=TMAX&startdate=2023-01-01&enddate=2023-02-28&sortfield=date&limit=10&offset=";
        var (zero, one) = (await Bench.JsonOf(bench.NoaaAsync(Request + "0")), await Bench.JsonOf(bench.NoaaAsync(Request + "1")));
        Assert.Equal(zero.GetRawText(), one.GetRawText());
        var all = await Bench.JsonOf(bench.NoaaAsync($"data?datasetid=GHCND&stationid={Central}&startdate=2023-01-01&enddate=2023-12-31&limit=5000"));
        Assert.Equal(1000, all.GetProperty("results").GetArrayLength());
    }

    [Fact]
    public async Task Without_units_values_are_tenths()
    {
        await using var bench = await Bench.StartAsync();
        const string Request = $"data?datasetid=GHCND&stationid={Central}&datatypeid=TMAX&startdate=2023-01-01&enddate=2023-12-31&sortfield=date&limit=1000";
        double[] Values(JsonElement page) => [.. page.GetProperty("results").EnumerateArray().Select(row => row.GetProperty("value").GetDouble())];
        var metric = Values(await Bench.JsonOf(bench.NoaaAsync(Request + "&units=metric")));
        var raw = Values(await Bench.JsonOf(bench.NoaaAsync(Request)));
        Assert.Equal(metric.Select(value => Math.Round(value * 10)), raw);
        Assert.All(metric, value => Assert.InRange(value, -30, 45));
    }

    [Fact]
    public async Task Without_a_sort_field_the_order_is_another_one_each_time()
    {
        await using var bench = await Bench.StartAsync();
        const string Request = $"data?datasetid=GHCND&stationid={Central}&startdate=2023-01-01&enddate=2023-12-31&limit=100";
        Assert.NotEqual((await Bench.JsonOf(bench.NoaaAsync(Request))).GetRawText(), (await Bench.JsonOf(bench.NoaaAsync(Request))).GetRawText());
    }

    [Fact]
    public async Task Days_are_missing_some_values_are_flagged_and_the_newest_days_are_not_out_yet()
    {
        await using var bench = await Bench.StartAsync();
        var truth = bench.Simulator.Truth.Of(new SeriesId("noaa", $"{Central}:TMAX")).ToList();
        Assert.Equal(Bench.Today.AddDays(-3), DateOnly.FromDateTime(truth[^1].Timestamp));
        Assert.True(truth.Count < (truth[^1].Timestamp - truth[0].Timestamp).TotalDays);
        var flagged = truth.Last(one => one.QualityFlag is not null);
        var day = flagged.Timestamp.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var row = (await Bench.JsonOf(bench.NoaaAsync($"data?datasetid=GHCND&stationid={Central}&datatypeid=TMAX&startdate={day}&enddate={day}"))).GetProperty("results")[0];
        Assert.Equal(",I,W,2400", row.GetProperty("attributes").GetString());
    }

    [Fact]
    public async Task A_revision_and_a_new_day_show_at_once()
    {
        await using var bench = await Bench.StartAsync();
        var series = new SeriesId("noaa", $"{Boston}:TMIN");
        bench.Simulator.Truth.Revise(series, new DateTime(2024, 10, 20, 0, 0, 0, DateTimeKind.Utc), -12.3);
        bench.Simulator.Truth.Publish(series, 3);
        var page = await Bench.JsonOf(bench.NoaaAsync($"data?datasetid=GHCND&stationid={Boston}&datatypeid=TMIN&startdate=2024-10-20&enddate=2024-10-30&units=metric&sortfield=date&limit=100"));
        Assert.Equal(
            bench.Truth("noaa", $"{Boston}:TMIN").Where(line => string.CompareOrdinal(line, "2024-10-20") >= 0),
            page.GetProperty("results").EnumerateArray().Select(row => Bench.Line(row.GetProperty("date").GetString()![..10], row.GetProperty("value").GetRawText())));
        Assert.Equal(-12.3, page.GetProperty("results")[0].GetProperty("value").GetDouble());
    }

    [Theory]
    [InlineData("stations?locationid=FIPS:37&limit=1000", 40)]
    [InlineData("stations?locationid=FIPS:37&datatypeid=AWND&limit=1000", 10)]
    [InlineData("stations?locationid=FIPS:37&startdate=2020-01-01&limit=1000", 32)]
    [InlineData("stations?extent=40.5,-74.5,42.5,-70.5", 2)]
    [InlineData("datatypes?datasetid=GHCND&stationid=GHCND:USC00457180", 7)]
    [InlineData("datatypes?datasetid=GHCND&stationid=GHCND:USC00457180&stationid=GHCND:USW00094728", 9)]
    [InlineData("datatypes?datasetid=GSOM&locationid=FIPS:53", 7)]
    [InlineData("datatypes?datasetid=NORMAL_MLY", 2)]
    public async Task Listings_hold_what_their_filters_leave(string path, int count)
    {
        await using var bench = await Bench.StartAsync();

        var page = await Bench.JsonOf(bench.NoaaAsync(path));

        Assert.Equal(count, page.GetProperty("metadata").GetProperty("resultset").GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task Normals_without_units_are_tenths_of_degrees_fahrenheit()
    {
        await using var bench = await Bench.StartAsync();
        var recorded = Recorded.Json("noaa/data-normal-dly-page1.json").GetProperty("results")[0];

        var row = (await Bench.JsonOf(bench.NoaaAsync($"data?datasetid=NORMAL_DLY&datatypeid=DLY-TMAX-NORMAL&stationid={Central}&startdate=2010-07-01&enddate=2010-07-01"))).GetProperty("results")[0];

        Recorded.SameKinds(recorded, row);
        var metric = bench.Truth("noaa", "NORMAL_DLY:USW00094728:DLY-TMAX-NORMAL").Single(line => line.StartsWith("2010-07-01", StringComparison.Ordinal)).Split(' ')[1];
        Assert.Equal(Math.Round(((double.Parse(metric, CultureInfo.InvariantCulture) * 9 / 5) + 32) * 10), row.GetProperty("value").GetDouble());
        Assert.Equal("C", row.GetProperty("attributes").GetString());
    }

    [Fact]
    public async Task The_successor_answers_wide_rows_of_padded_texts_without_a_token()
    {
        await using var bench = await Bench.StartAsync();
        var recorded = Recorded.Json("noaa/ncei-v1-daily-summaries-padded-strings.json")[0];

        using var response = await bench.SendAsync(new Uri(bench.Simulator.NoaaAddress, "access/services/data/v1?dataset=daily-summaries&stations=USW00094728&startDate=2023-07-15&endDate=2023-07-17&dataTypes=TMAX,AWND&format=json&includeAttributes=1"));
        var rows = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;

        Assert.Equal(3, rows.GetArrayLength());
        Assert.All(["DATE", "STATION", "TMAX"], key => Assert.Equal(recorded.GetProperty(key).ValueKind, rows[0].GetProperty(key).ValueKind));
        Assert.Equal(recorded.GetProperty("TMAX").GetString()!.Length, rows[0].GetProperty("TMAX").GetString()!.Length);
        Assert.Equal(",,W,2400", rows[0].GetProperty("TMAX_ATTRIBUTES").GetString());
        var metric = bench.Truth("noaa", $"{Central}:TMAX").Single(line => line.StartsWith("2023-07-15", StringComparison.Ordinal)).Split(' ')[1];
        Assert.Equal(double.Parse(metric, CultureInfo.InvariantCulture) * 10, double.Parse(rows[0].GetProperty("TMAX").GetString()!, CultureInfo.InvariantCulture), 6);
    }

    [Theory]
    [InlineData("dataset=daily-summaries&stations=NOSUCH00001&startDate=2023-07-15&endDate=2023-07-17&format=json", HttpStatusCode.OK, "[]")]
    [InlineData("dataset=daily-summaries&stations=GHCND:USW00094728&startDate=2023-07-15&endDate=2023-07-17&format=json", HttpStatusCode.OK, "[]")]
    [InlineData("dataset=nothing&startDate=2023-07-15&endDate=2023-07-17&format=json", HttpStatusCode.BadRequest, "\"field\":\"dataset\"")]
    [InlineData("dataset=daily-summaries&startDate=2023-07-15&format=json", HttpStatusCode.BadRequest, "\"field\":\"startDate\"")]
    [InlineData("dataset=daily-summaries&startDate=2023-07-15&endDate=2023-07-17", HttpStatusCode.BadRequest, "\"field\":\"format\"")]
    public async Task The_successor_names_what_is_wrong_and_finds_nothing_quietly(string query, HttpStatusCode status, string text)
    {
        await using var bench = await Bench.StartAsync();

        using var response = await bench.SendAsync(new Uri(bench.Simulator.NoaaAddress, $"access/services/data/v1?{query}"));

        Assert.Equal(status, response.StatusCode);
        Assert.Contains(text, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}
