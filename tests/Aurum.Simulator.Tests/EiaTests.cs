using System.Net;
using System.Text.Json;
using Aurum.Domain;

namespace Aurum.Simulator.Tests;

public class EiaTests
{
    private const string ByPeriod = "sort[0][column]=period&sort[0][direction]=asc";

    [Theory]
    [InlineData("eia/petroleum-pri-spt-monthly-brent.json", "petroleum/pri/spt/data?frequency=monthly&data[0]=value&facets[product][]=EPCBRENT&start=2023-01&end=2023-03&" + ByPeriod + "&offset=0&length=5000", 3)]
    [InlineData("eia/retail-sales-monthly-null-column.json", "electricity/retail-sales/data?frequency=monthly&data[0]=customers&data[1]=price&data[2]=revenue&data[3]=sales&facets[stateid][]=AK&facets[sectorid][]=ALL&start=2001-01&end=2001-01&" + ByPeriod + "&offset=0&length=5000", 1)]
    [InlineData("eia/rto-region-data-hourly-single-row.json", "electricity/rto/region-data/data/?frequency=hourly&data%5B0%5D=value&facets%5Brespondent%5D%5B%5D=AEC&facets[type][]=D&start=2019-01-02T00&end=2019-01-02T00&" + ByPeriod + "&offset=0&length=5000", 1)]
    [InlineData("eia/natural-gas-fut-weekly-single-row.json", "natural-gas/pri/fut/data?frequency=weekly&data[]=value&facets[series][]=RNGC4&start=1999-12-24&end=1999-12-24&facets[duoarea][]=Y35NY&facets[product][]=EPG0&facets[process][]=PE4&" + ByPeriod + "&offset=0&length=5000", 1)]
    [InlineData("eia/international-monthly-null-flags.json", "international/data?frequency=monthly&data[0]=value&facets[productId][]=57&facets[activityId][]=1&facets[countryRegionId][]=AGO&facets[countryRegionTypeId][]=c&facets[unit][]=TBPD&start=1981-01&end=1981-01&" + ByPeriod + "&offset=0&length=5000", 1)]
    public async Task Answers_have_the_keys_of_the_recorded_ones(string name, string request, int rows)
    {
        await using var bench = await Bench.StartAsync();
        var recorded = Recorded.Json(name);

        var simulated = await Bench.JsonOf(bench.EiaAsync(request));

        Recorded.SameKeys(recorded, simulated);
        Recorded.SameKeys(recorded.GetProperty("response"), simulated.GetProperty("response"));
        Recorded.SameKinds(recorded.GetProperty("response"), simulated.GetProperty("response"));
        Recorded.SameKeys(recorded.GetProperty("response").GetProperty("data")[0], simulated.GetProperty("response").GetProperty("data")[0]);
        Recorded.SameKinds(recorded.GetProperty("response").GetProperty("data")[0], simulated.GetProperty("response").GetProperty("data")[0]);
        Recorded.SameKeys(recorded.GetProperty("request").GetProperty("params"), simulated.GetProperty("request").GetProperty("params"));
        Recorded.SameKinds(recorded.GetProperty("request").GetProperty("params"), simulated.GetProperty("request").GetProperty("params"));
        Assert.Equal(recorded.GetProperty("request").GetProperty("command").GetString(), simulated.GetProperty("request").GetProperty("command").GetString());
        Assert.Equal(bench.Options.EiaKey, simulated.GetProperty("request").GetProperty("params").GetProperty("api_key").GetString());
        Assert.Equal(rows, simulated.GetProperty("response").GetProperty("data").GetArrayLength());
    }

    [Fact]
    public async Task Errors_are_the_recorded_ones()
    {
        await using var bench = await Bench.StartAsync();
        static string Flat(string json) => JsonSerializer.Serialize(JsonDocument.Parse(json));
        async Task<string> Get(string request, HttpStatusCode status) => Flat((await Bench.JsonOf(bench.EiaAsync(request), status)).GetRawText());

        using var keyless = await bench.SendAsync(new Uri(bench.Simulator.EiaAddress, "petroleum/pri/spt/data"));
        Assert.Equal((HttpStatusCode.Forbidden, Recorded.Text("eia/error-403-api-key-missing.json").Trim()), (keyless.StatusCode, await keyless.Content.ReadAsStringAsync()));
        using var wrong = await bench.SendAsync(new Uri(bench.Simulator.EiaAddress, "petroleum/pri/spt/data?api_key=wrong"));
        Assert.Contains("API_KEY_INVALID", await wrong.Content.ReadAsStringAsync());

        Assert.Equal(Flat(Recorded.Text("eia/error-400-invalid-frequency.json")), await Get("electricity/retail-sales/data?frequency=yearly", HttpStatusCode.BadRequest));
        Assert.Equal(Flat(Recorded.Text("eia/error-404-not-found.json")), await Get("nosuch/route/data", HttpStatusCode.NotFound));
        Assert.Equal("Invalid facet 'state' provided. The only valid facets are 'stateid', and 'sectorid'.", (await Bench.JsonOf(bench.EiaAsync("electricity/retail-sales/data?facets[state][]=CO"), HttpStatusCode.BadRequest)).GetProperty("error").GetString());
        Assert.Equal("Invalid data 'prce' provided. The only valid data are 'revenue', 'sales', 'price', and 'customers'.", (await Bench.JsonOf(bench.EiaAsync("electricity/retail-sales/data?data[]=prce"), HttpStatusCode.BadRequest)).GetProperty("error").GetString());
        Assert.StartsWith("Invalid sort 'perid'", (await Bench.JsonOf(bench.EiaAsync("electricity/retail-sales/data?sort[0][column]=perid"), HttpStatusCode.BadRequest)).GetProperty("error").GetString());
    }

    [Theory]
    [InlineData("electricity/retail-sales/data?facets[stateid][]=NOPE")]
    [InlineData("petroleum/pri/spt/data?facets[series][]=PET.RWTC.D")]
    [InlineData("petroleum/pri/spt/data?facets[series][]=NOSUCH")]
    public async Task An_unknown_facet_value_is_an_empty_success(string request)
    {
        await using var bench = await Bench.StartAsync();
        var response = (await Bench.JsonOf(bench.EiaAsync(request))).GetProperty("response");
        Assert.Equal(("0", 0), (response.GetProperty("total").GetString(), response.GetProperty("data").GetArrayLength()));
    }

    [Theory]
    [InlineData("petroleum/pri/spt", "daily", "facets[series][]=RWTC", "RWTC", "value", 5000)]
    [InlineData("petroleum/pri/spt", "daily", "facets[series][]=ANY_OTHER", "ANY_OTHER", "value", 4999)]
    [InlineData("petroleum/stoc/wstk", "weekly", "facets[series][]=WCESTUS1", "WCESTUS1", "value", 100)]
    [InlineData("electricity/retail-sales", "monthly", "facets[stateid][]=CO&facets[sectorid][]=RES", "CO.RES:price", "price", 50)]
    [InlineData("electricity/rto/region-data", "hourly", "facets[respondent][]=PJM&facets[type][]=D", "PJM.D", "value", 5000)]
    [InlineData("international", "annual", "facets[countryRegionId][]=NOR&facets[unit][]=TBPD", "57.1.NOR.TBPD", "value", 10)]
    [InlineData("steo", "quarterly", "facets[seriesId][]=TOPRAC", "TOPRAC", "value", 33)]
    [InlineData("some/other/route", "monthly", "facets[series][]=ABC", "ABC", "value", 100)]
    public async Task Pages_bring_exactly_the_truth(string route, string frequency, string facets, string code, string column, int length)
    {
        await using var bench = await Bench.StartAsync();
        var got = new List<string>();
        while (true)
        {
            var response = (await Bench.JsonOf(bench.EiaAsync($"{route}/data?frequency={frequency}&data[]={column}&{facets}&{ByPeriod}&offset={got.Count}&length={length}"))).GetProperty("response");
            var rows = response.GetProperty("data");
            got.AddRange(rows.EnumerateArray().Select(row => Bench.Line(row.GetProperty("period").GetString(), row.GetProperty(column).GetString())));
            if (rows.GetArrayLength() < length)
            {
                Assert.Equal(response.GetProperty("total").GetString(), $"{got.Count}");
                break;
            }
        }

        var format = frequency switch { "hourly" => "yyyy-MM-dd'T'HH", "monthly" => "yyyy-MM", "annual" => "yyyy", _ => "yyyy-MM-dd" };
        var truth = bench.Truth("eia", $"{route}:{frequency}:{code}", format);
        Assert.NotEmpty(truth);
        Assert.Equal(frequency == "quarterly" ? truth.Select(line => $"{line[..4]}-Q{(int.Parse(line[5..7]) + 2) / 3}{line[10..]}") : truth, got);
    }

    [Fact]
    public async Task A_page_narrower_than_the_total_carries_the_warning_at_the_root()
    {
        await using var bench = await Bench.StartAsync(options => options with { EiaPageCap = 10 });
        var page = await Bench.JsonOf(bench.EiaAsync($"petroleum/pri/spt/data?frequency=annual&data[]=value&facets[series][]=RWTC&{ByPeriod}&length=5000"));
        Assert.Equal(10, page.GetProperty("response").GetProperty("data").GetArrayLength());
        Assert.Equal("incomplete return", page.GetProperty("warnings")[0].GetProperty("warning").GetString());
    }

    [Fact]
    public async Task Without_a_sort_the_order_is_another_one_each_time()
    {
        await using var bench = await Bench.StartAsync();
        const string Request = "petroleum/pri/spt/data?frequency=monthly&data[]=value&facets[series][]=RWTC";
        var (first, second) = ((await Bench.JsonOf(bench.EiaAsync(Request))).GetProperty("response").GetProperty("data").GetRawText(), (await Bench.JsonOf(bench.EiaAsync(Request))).GetProperty("response").GetProperty("data").GetRawText());
        Assert.NotEqual(first, second);
    }

    [Fact]
    public async Task A_sort_by_period_and_facets_is_total()
    {
        await using var bench = await Bench.StartAsync();
        var rows = (await Bench.JsonOf(bench.EiaAsync("electricity/retail-sales/data?data[]=price&start=2023-01&end=2023-02&sort[0][column]=period&sort[0][direction]=desc&sort[1][column]=stateid&sort[1][direction]=asc&sort[2][column]=sectorid&sort[2][direction]=asc")))
            .GetProperty("response").GetProperty("data").EnumerateArray().Select(row => (Period: row.GetProperty("period").GetString()!, Key: row.GetProperty("stateid").GetString() + row.GetProperty("sectorid").GetString())).ToList();
        Assert.Equal(2 * 14 * 4, rows.Count);
        Assert.Equal(rows.OrderByDescending(row => row.Period, StringComparer.Ordinal).ThenBy(row => row.Key, StringComparer.Ordinal), rows);
    }

    [Fact]
    public async Task Without_data_columns_there_are_no_values_and_no_error()
    {
        await using var bench = await Bench.StartAsync();
        var row = (await Bench.JsonOf(bench.EiaAsync("petroleum/pri/spt/data?facets[series][]=RWTC"))).GetProperty("response").GetProperty("data")[0];
        Assert.False(row.TryGetProperty("value", out _));
    }

    [Fact]
    public async Task Bounds_are_compared_as_text()
    {
        await using var bench = await Bench.StartAsync();
        async Task<string?> Total(string bounds) => (await Bench.JsonOf(bench.EiaAsync($"petroleum/pri/spt/data?frequency=monthly&data[]=value&facets[series][]=RWTC&{bounds}"))).GetProperty("response").GetProperty("total").GetString();
        Assert.Equal("2", await Total("start=2008-02&end=2008-03"));
        Assert.Equal("1", await Total("start=2008-02-01&end=2008-03"));
        Assert.Equal("12", await Total("start=2008&end=2008"));
    }

    [Fact]
    public async Task Metadata_lists_facets_columns_and_frequencies()
    {
        await using var bench = await Bench.StartAsync();
        var leaf = (await Bench.JsonOf(bench.EiaAsync("electricity/retail-sales"))).GetProperty("response");
        Assert.Equal(["stateid", "sectorid"], leaf.GetProperty("facets").EnumerateArray().Select(facet => facet.GetProperty("id").GetString()!));
        Assert.Equal("cents per kilowatt-hour", leaf.GetProperty("data").GetProperty("price").GetProperty("units").GetString());
        Assert.Equal(["monthly", "quarterly", "annual"], leaf.GetProperty("frequency").EnumerateArray().Select(frequency => frequency.GetProperty("id").GetString()!));
        Assert.Equal(["retail-sales", "rto"], (await Bench.JsonOf(bench.EiaAsync("electricity"))).GetProperty("response").GetProperty("routes").EnumerateArray().Select(route => route.GetProperty("id").GetString()!));
        Assert.Equal(4, (await Bench.JsonOf(bench.EiaAsync("electricity/retail-sales/facet/sectorid"))).GetProperty("response").GetProperty("totalFacets").GetInt32());
    }

    [Fact]
    public async Task The_bridge_gives_numbers_newest_first()
    {
        await using var bench = await Bench.StartAsync();
        var response = (await Bench.JsonOf(bench.EiaAsync("seriesid/PET.RWTC.M"))).GetProperty("response");
        var rows = response.GetProperty("data").EnumerateArray().ToList();
        Assert.Equal(rows.Count, response.GetProperty("total").GetInt32());
        var truth = bench.Simulator.Truth.Of(new SeriesId("eia", "PET.RWTC.M")).Reverse().Select(one => one.Value);
        Assert.Equal(truth, rows.Select(row => (double?)row.GetProperty("value").GetDouble()));
        Assert.Equal(JsonValueKind.Number, (await Bench.JsonOf(bench.EiaAsync("seriesid/PET.RWTC.A"))).GetProperty("response").GetProperty("data")[0].GetProperty("period").ValueKind);
        await Bench.JsonOf(bench.EiaAsync("seriesid/PET.NOSUCH.D"), HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_revision_by_legacy_id_shows_on_the_route()
    {
        await using var bench = await Bench.StartAsync();
        bench.Simulator.Truth.Revise(new SeriesId("eia", "PET.RWTC.D"), new DateTime(2024, 10, 1, 0, 0, 0, DateTimeKind.Utc), 0.306);
        var rows = (await Bench.JsonOf(bench.EiaAsync("petroleum/pri/spt/data?frequency=daily&data[]=value&facets[series][]=RWTC&start=2024-10-01&end=2024-10-01"))).GetProperty("response").GetProperty("data");
        Assert.Equal(".306", rows[0].GetProperty("value").GetString());
        Assert.Equal(0.306, bench.Simulator.Truth.Of(new SeriesId("eia", "petroleum/pri/spt:daily:RWTC")).Single(one => one.Timestamp == new DateTime(2024, 10, 1)).Value);
    }

    [Fact]
    public async Task Some_values_are_null_and_small_ones_have_no_leading_zero()
    {
        await using var bench = await Bench.StartAsync();
        Assert.Contains(bench.Truth("eia", "electricity/rto/region-data:hourly:PJM.D"), line => line.EndsWith("nothing", StringComparison.Ordinal));
        Assert.Contains(bench.Truth("eia", "steo:monthly:TOPRAC"), line => line.Contains(" .", StringComparison.Ordinal));
    }
}
