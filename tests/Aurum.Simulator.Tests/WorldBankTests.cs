using System.Text.Json;
using Aurum.Domain;

namespace Aurum.Simulator.Tests;

public class WorldBankTests
{
    [Fact]
    public async Task Answers_have_the_keys_of_the_recorded_ones()
    {
        await using var bench = await Bench.StartAsync();
        async Task Compare(string name, string request, params string[] optional)
        {
            var (recorded, simulated) = (Recorded.Json("worldbank/" + name), await Bench.JsonOf(bench.WorldBankAsync(request)));
            Assert.Equal(recorded.GetArrayLength(), simulated.GetArrayLength());
            Recorded.SameKeys(recorded[0], simulated[0], optional);
            Recorded.SameKinds(recorded[0], simulated[0]);
            Recorded.SameKeys(recorded[1][0], simulated[1][0], optional);
            Recorded.SameKinds(recorded[1][0], simulated[1][0]);
        }

        await Compare("data-gdp-bra-full-2025.json", "country/BRA/indicator/NY.GDP.MKTP.CD?footnote=y&per_page=20000");
        await Compare("data-pop-three-countries.json", "country/BRA;US;jpn/indicator/SP.POP.TOTL?date=2005:2007&per_page=20000");
        await Compare("data-multi-indicator-source2.json", "country/JPN/indicator/NY.GDP.MKTP.CD;SP.POP.TOTL?source=2");
        await Compare("country-jpn.json", "country/JPN");
        await Compare("indicator-get.json", "indicator/SP.POP.TOTL");
        Assert.Equal(Recorded.Text("worldbank/data-empty.json").Trim(), (await Bench.JsonOf(bench.WorldBankAsync("country/BRA/indicator/SP.POP.TOTL?date=1800"))).GetRawText());
    }

    [Theory]
    [InlineData("country/BRA/indicator/NOSUCH.IND")]
    [InlineData("country/BRA;XXQ;USA/indicator/SP.POP.TOTL")]
    [InlineData("country/BRA/indicator/SP.POP.TOTL;XX.YY?source=2")]
    [InlineData("country/BRA/indicator/SP.POP.TOTL?date=2020Q1:2021")]
    [InlineData("indicator/NOSUCH.IND")]
    public async Task An_unknown_code_voids_the_whole_call_with_status_200(string request)
    {
        await using var bench = await Bench.StartAsync();
        Assert.Equal(Recorded.Text("worldbank/error-200-invalid-indicator.json").Trim(), (await Bench.JsonOf(bench.WorldBankAsync(request))).GetRawText());
    }

    [Theory]
    [InlineData(50)]
    [InlineData(1000)]
    [InlineData(32_500)]
    public async Task Pages_bring_exactly_the_truth_of_all_economies(int perPage)
    {
        await using var bench = await Bench.StartAsync();
        var got = new List<(string Code, string Line)>();
        var pages = 1;
        for (var page = 1; page <= pages; page++)
        {
            var answer = await Bench.JsonOf(bench.WorldBankAsync($"country/all/indicator/NY.GDP.MKTP.CD?date=1960:2030&per_page={perPage}&page={page}"));
            pages = answer[0].GetProperty("pages").GetInt32();
            got.AddRange(answer[1].EnumerateArray().Select(row => (row.GetProperty("countryiso3code").GetString()!, Bench.Line(row.GetProperty("date").GetString(), row.GetProperty("value").ValueKind == JsonValueKind.Null ? null : row.GetProperty("value").GetRawText()))));
        }

        Assert.Equal(got.Count, (int)Math.Ceiling(got.Count / 64.0) * 64);
        foreach (var economy in got.ToLookup(row => row.Code, row => row.Line))
        {
            Assert.Equal(Enumerable.Reverse(bench.Truth("worldbank", $"NY.GDP.MKTP.CD:{economy.Key}", "yyyy")), economy);
        }

        Assert.True(got.Select(row => row.Code).Distinct().Count() > 50);
        Assert.Contains(got, row => row.Line == "2023 nothing");
    }

    [Fact]
    public async Task A_range_without_a_year_of_the_series_is_dropped()
    {
        await using var bench = await Bench.StartAsync();
        var answer = await Bench.JsonOf(bench.WorldBankAsync("country/USA/indicator/SP.POP.TOTL?date=1850:1900"));
        Assert.Equal(64, answer[0].GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task Answers_ask_to_be_cached_for_thirty_days_and_default_to_xml()
    {
        await using var bench = await Bench.StartAsync();
        using var response = await bench.SendAsync(new Uri(bench.Simulator.WorldBankAddress, "country/USA/indicator/SP.POP.TOTL"));
        Assert.Equal(TimeSpan.FromDays(30), response.Headers.CacheControl!.MaxAge);
        Assert.Equal(50, System.Xml.Linq.XDocument.Parse(await response.Content.ReadAsStringAsync()).Root!.Elements().Count());
    }

    [Fact]
    public async Task A_revision_moves_lastupdated_and_publishing_fills_the_newest_null()
    {
        await using var bench = await Bench.StartAsync();
        var series = new SeriesId("worldbank", "NY.GDP.MKTP.CD:WLD");
        Assert.Equal("2024-10-01", (await Bench.JsonOf(bench.WorldBankAsync("country/WLD/indicator/NY.GDP.MKTP.CD")))[0].GetProperty("lastupdated").GetString());
        Assert.Null(bench.Simulator.Truth.Of(series).Last().Value);

        bench.Simulator.Truth.Publish(series, 1);
        bench.Simulator.Truth.Revise(series, new DateTime(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc), 33_900_000_000_000.25);

        var answer = await Bench.JsonOf(bench.WorldBankAsync("country/WLD/indicator/NY.GDP.MKTP.CD?per_page=100"));
        Assert.Equal("2024-10-30", answer[0].GetProperty("lastupdated").GetString());
        Assert.Equal(JsonValueKind.Number, answer[1][0].GetProperty("value").ValueKind);
        Assert.Equal("33900000000000.25", answer[1].EnumerateArray().Single(row => row.GetProperty("date").GetString() == "2000").GetProperty("value").GetRawText());
        Assert.All(bench.Simulator.Truth.Of(series), one => Assert.Equal(Bench.Today, one.AsOf));
    }
}
