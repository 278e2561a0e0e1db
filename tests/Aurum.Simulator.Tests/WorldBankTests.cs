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
        await Compare("indicator-get.json", "source/15/indicator");
        await Compare("source-2.json", "source/2");
        Assert.Equal(Recorded.Text("worldbank/data-empty.json").Trim(), (await Bench.JsonOf(bench.WorldBankAsync("country/BRA/indicator/SP.POP.TOTL?date=1800"))).GetRawText());
    }

    [Theory]
    [InlineData("country/BRA/indicator/NOSUCH.IND")]
    [InlineData("country/BRA;XXQ;USA/indicator/SP.POP.TOTL")]
    [InlineData("country/BRA/indicator/SP.POP.TOTL;XX.YY?source=2")]
    [InlineData("country/BRA/indicator/SP.POP.TOTL?date=2020Q1:2021")]
    [InlineData("country/BRA/indicator/SP.POP.TOTL;NY.GDP.MKTP.CD")]
    [InlineData("country/BRA/indicator/SP.POP.TOTL?source=15")]
    [InlineData("country/BRA/indicator/SP.POP.TOTL?date=2020M13")]
    [InlineData("country/BRA/indicator/SP.POP.TOTL?date=Jun.18")]
    [InlineData("indicator/NOSUCH.IND")]
    [InlineData("source/999")]
    [InlineData("source/999/indicator")]
    [InlineData("topic/999/indicator")]
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

    [Theory]
    [InlineData("", "A", "yyyy", "2015:2030")]
    [InlineData(":Q", "Q", "yyyy'Q'q", "2015Q1:2030Q4")]
    [InlineData(":M", "M", "yyyy'M'MM", "2015M1:2030M12")]
    public async Task The_form_of_the_date_selects_the_rows_of_a_database_that_holds_several(string suffix, string frequency, string format, string range)
    {
        await using var bench = await Bench.StartAsync();

        var answer = await Bench.JsonOf(bench.WorldBankAsync($"country/TUR/indicator/DPANUSSPB?date={range}&per_page=20000"));

        var series = new SeriesId("worldbank", $"DPANUSSPB:TUR{suffix}");
        var truth = bench.Simulator.Truth.Of(series).Where(one => one.Timestamp.Year >= 2015).Reverse().ToList();
        Assert.All(truth, one => Assert.Equal(frequency, one.Frequency));
        Assert.Equal(
            truth.Select(one => Bench.Line(one.Timestamp.ToString(format.Replace("q", $"{((one.Timestamp.Month - 1) / 3) + 1}", StringComparison.Ordinal), null), one.ValueText)),
            answer[1].EnumerateArray().Select(row => Bench.Line(row.GetProperty("date").GetString(), row.GetProperty("value").ValueKind == JsonValueKind.Null ? null : row.GetProperty("value").GetRawText())));
        Assert.Equal("15", answer[0].GetProperty("sourceid").GetString());
    }

    [Theory]
    [InlineData("SP.POP.TOTL", "2019Q1:2021Q4", 64)]
    [InlineData("SP.POP.TOTL", "2019M01", 0)]
    [InlineData("DPANUSSPB", "1950Q1:1960Q4", 453 + 151 + 37)]
    [InlineData("DPANUSSPB", "1950Q1", 0)]
    public async Task A_range_of_another_form_or_beside_the_series_is_dropped_and_a_single_period_brings_nothing(string indicator, string date, int total)
    {
        await using var bench = await Bench.StartAsync();

        var answer = await Bench.JsonOf(bench.WorldBankAsync($"country/USA/indicator/{indicator}?date={date}"));

        Assert.Equal(total, answer[0].GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task A_form_that_a_series_lacks_is_filled_with_nulls()
    {
        await using var bench = await Bench.StartAsync();

        var answer = await Bench.JsonOf(bench.WorldBankAsync("country/USA/indicator/IPTOTSAKD?date=2000:2023"));

        Assert.Equal(24, answer[1].GetArrayLength());
        Assert.All(answer[1].EnumerateArray(), row => Assert.Equal(JsonValueKind.Null, row.GetProperty("value").ValueKind));
    }

    [Fact]
    public async Task Quarters_and_months_are_published_and_revised_apart_from_years()
    {
        await using var bench = await Bench.StartAsync();
        var (months, years) = (new SeriesId("worldbank", "DPANUSSPB:JPN:M"), new SeriesId("worldbank", "DPANUSSPB:JPN"));
        var before = (bench.Simulator.Truth.Of(months).Count(), bench.Simulator.Truth.Of(years).Count());

        bench.Simulator.Truth.Publish(months, 2); // the first fills the null at the end
        bench.Simulator.Truth.Revise(months, new DateTime(2024, 3, 1, 0, 0, 0, DateTimeKind.Utc), 150.25);

        Assert.Equal((before.Item1 + 1, before.Item2), (bench.Simulator.Truth.Of(months).Count(), bench.Simulator.Truth.Of(years).Count()));
        Assert.Equal("150.25", (await Bench.JsonOf(bench.WorldBankAsync("country/JPN/indicator/DPANUSSPB?date=2024M03")))[1][0].GetProperty("value").GetRawText());
    }

    [Theory]
    [InlineData("source/15/indicator", "DPANUSSPB CPTOTSAXN IPTOTSAKD")]
    [InlineData("indicator?source=15", "DPANUSSPB CPTOTSAXN IPTOTSAKD")]
    [InlineData("sources/2/indicators?per_page=2&page=2", "FP.CPI.TOTL.ZG SL.UEM.TOTL.ZS")]
    [InlineData("topic/8/indicator", "SP.POP.TOTL")]
    public async Task Sources_and_topics_list_their_indicators(string request, string ids)
    {
        await using var bench = await Bench.StartAsync();

        Assert.Equal(ids.Split(' '), (await Bench.JsonOf(bench.WorldBankAsync(request)))[1].EnumerateArray().Select(row => row.GetProperty("id").GetString()));
    }

    [Fact]
    public async Task Economies_are_countries_and_aggregates()
    {
        await using var bench = await Bench.StartAsync();

        var rows = (await Bench.JsonOf(bench.WorldBankAsync("country?per_page=500")))[1].EnumerateArray().ToList();

        Assert.Equal(["AFE", "ARB", "EAS", "ECS", "EMU"], rows.Where(row => row.GetProperty("region").GetProperty("id").GetString() == "NA").Select(row => row.GetProperty("id").GetString()!).Take(5));
        Assert.InRange(rows.Count, 50, 500);
    }

    [Fact]
    public async Task A_number_that_is_no_database_is_a_bad_request_with_a_page()
    {
        await using var bench = await Bench.StartAsync();
        using var response = await bench.WorldBankAsync("country/USA/indicator/SP.POP.TOTL?source=999");

        Assert.Equal(System.Net.HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("text/html", response.Content.Headers.ContentType!.MediaType);
        var (recorded, simulated) = (Recorded.Text("worldbank/error-400-bad-source.html"), await response.Content.ReadAsStringAsync());
        Assert.Equal(recorded[..200], simulated.TrimStart('\uFEFF')[..200]);
    }

    [Fact]
    public async Task More_than_the_documented_limits_is_invalid()
    {
        await using var bench = await Bench.StartAsync();
        string Ids(int count) => string.Join(';', Enumerable.Range(0, count).Select(index => $"I.{index}"));
        async Task<int> Length(string request) => (await Bench.JsonOf(bench.WorldBankAsync(request))).GetArrayLength();

        Assert.Equal(2, await Length($"country/USA/indicator/{Ids(60)}?source=2"));
        Assert.Equal(1, await Length($"country/USA/indicator/{Ids(61)}?source=2"));
        Assert.Equal(1, await Length($"country/{string.Join(';', Enumerable.Repeat("USA", 376))}/indicator/SP.POP.TOTL"));
    }
}
