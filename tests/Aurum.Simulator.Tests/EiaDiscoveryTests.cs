using System.Text.Json;

namespace Aurum.Simulator.Tests;

/// <summary>What EIA's simulator tells to those who ask which facets and combinations there are.</summary>
public class EiaDiscoveryTests
{
    [Fact]
    public async Task Combinations_that_nobody_reports_have_no_rows()
    {
        await using var bench = await Bench.StartAsync();
        async Task<int> Count(string facet) => (await ResponseAsync(bench, $"electricity/rto/fuel-type-data/facet/{facet}")).GetProperty("facets").GetArrayLength();

        var newest = (await RowsAsync(bench, "electricity/rto/fuel-type-data/data?frequency=hourly&data[]=value&sort[0][column]=period&sort[0][direction]=desc&sort[1][column]=respondent&sort[2][column]=fueltype&length=100"))
            .Select(row => (Period: row.GetProperty("period").GetString()!, Combination: $"{row.GetProperty("respondent")}.{row.GetProperty("fueltype")}")).ToList();

        var ofNewestHour = newest.Where(row => row.Period == newest[0].Period).Select(row => row.Combination).ToList();
        Assert.Equal((11, 8), (await Count("respondent"), await Count("fueltype")));
        Assert.Equal(73, ofNewestHour.Count);
        Assert.DoesNotContain("AEC.WND", ofNewestHour);
    }

    [Fact]
    public async Task Local_hours_tell_the_two_hours_apart_when_clocks_are_set_back()
    {
        await using var bench = await Bench.StartAsync();
        Assert.Equal(
            ["2019-11-03T00-04", "2019-11-03T01-04", "2019-11-03T01-05", "2019-11-03T02-05"],
            await PeriodsAsync(bench, "PJM", "2019-11-03T00-04", "2019-11-03T02-05"));
        Assert.Equal(["2020-03-08T01-08", "2020-03-08T03-07"], await PeriodsAsync(bench, "CISO", "2020-03-08T01", "2020-03-08T03-07"));
    }

    [Fact]
    public async Task Local_hours_are_those_of_UTC_under_another_name()
    {
        await using var bench = await Bench.StartAsync();
        Assert.Equal(bench.Truth("eia", "electricity/rto/region-data:hourly:PJM.D"), bench.Truth("eia", "electricity/rto/region-data:local-hourly:PJM.D"));
        Assert.Equal("2024-10-29T20-04", (await ResponseAsync(bench, "seriesid/EBA.PJM-ALL.D.HL?length=1")).GetProperty("data")[0].GetProperty("period").GetString());
    }

    private static async Task<List<string>> PeriodsAsync(Bench bench, string respondent, string start, string end) =>
    [
        .. (await RowsAsync(bench, $"electricity/rto/region-data/data?frequency=local-hourly&data[]=value&facets[respondent][]={respondent}&facets[type][]=D&start={start}&end={end}&sort[0][column]=period"))
            .Select(row => row.GetProperty("period").GetString()!),
    ];

    private static async Task<IEnumerable<JsonElement>> RowsAsync(Bench bench, string request) => (await ResponseAsync(bench, request)).GetProperty("data").EnumerateArray();

    private static async Task<JsonElement> ResponseAsync(Bench bench, string request) => (await Bench.JsonOf(bench.EiaAsync(request))).GetProperty("response");
}
