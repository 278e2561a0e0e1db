using System.Net;
using System.Text.Json;
using Aurum.Domain;

namespace Aurum.Simulator.Tests;

public class FredListTests
{
    [Fact]
    public async Task A_list_has_the_keys_of_the_recorded_one_and_pages_of_a_thousand()
    {
        await using var bench = await Bench.StartAsync();

        var page = await Bench.JsonOf(bench.FredAsync("release/series?release_id=10"));

        var recorded = Recorded.Json("fred/release-series-483.json");
        Recorded.SameKeys(recorded, page);
        Recorded.SameKinds(recorded, page);
        Recorded.SameKeys(recorded.GetProperty("seriess")[0], page.GetProperty("seriess")[0]);
        Recorded.SameKinds(recorded.GetProperty("seriess")[0], page.GetProperty("seriess")[0]);
        Assert.Equal((4609, 0, 1000), (page.GetProperty("count").GetInt32(), page.GetProperty("offset").GetInt32(), page.GetProperty("limit").GetInt32()));
        var ids = new List<string>();
        for (var offset = 0; offset < 4609; offset += 1000)
        {
            ids.AddRange(Ids(await Bench.JsonOf(bench.FredAsync($"release/series?release_id=10&limit=1000&offset={offset}"))));
        }

        Assert.Equal(4609, ids.Distinct().Count());
        Assert.Equal(ids.Order(StringComparer.Ordinal), ids);
        Assert.Empty(Ids(await Bench.JsonOf(bench.FredAsync("release/series?release_id=10&offset=5000"))));
        Assert.Equal("Monthly", (await Bench.JsonOf(bench.FredAsync($"series?series_id={ids[^1]}"))).GetProperty("seriess")[0].GetProperty("frequency").GetString());
    }

    [Fact]
    public async Task Categories_form_a_tree_with_leaves_like_the_recorded_one()
    {
        await using var bench = await Bench.StartAsync();
        var seen = new List<int>();
        var waiting = new Queue<int>([0]);
        while (waiting.TryDequeue(out var id))
        {
            using var response = await bench.FredAsync($"category/children?category_id={id}");
            var text = await response.Content.ReadAsStringAsync();
            foreach (var child in JsonDocument.Parse(text).RootElement.GetProperty("categories").EnumerateArray())
            {
                Assert.Equal(id, child.GetProperty("parent_id").GetInt32());
                seen.Add(child.GetProperty("id").GetInt32());
                waiting.Enqueue(seen[^1]);
            }

            if (id == 106)
            {
                Assert.Equal(Recorded.Text("fred/category-children-empty.json").Trim(), text);
            }
        }

        Assert.Equal(15, seen.Distinct().Count());
        Assert.Contains("GDP", Ids(await Bench.JsonOf(bench.FredAsync("category/series?category_id=106"))));
        Assert.Equal(1501, (await Bench.JsonOf(bench.FredAsync("category/series?category_id=9"))).GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task A_search_finds_what_has_all_its_words_the_most_popular_first()
    {
        await using var bench = await Bench.StartAsync();

        var all = await Bench.JsonOf(bench.FredAsync("series/search?search_text=consumer+price"));
        Assert.Equal(("CPIAUCSL", 4609, "search_rank"), (Ids(all)[0], all.GetProperty("count").GetInt32(), all.GetProperty("order_by").GetString()));
        Assert.Equal(["DFF", "FEDFUNDS"], Ids(await Bench.JsonOf(bench.FredAsync("series/search?search_text=federal+funds&order_by=series_id&sort_order=asc"))));
        Assert.Equal(["FEDFUNDS"], Ids(await Bench.JsonOf(bench.FredAsync("series/search?search_text=federal+funds&filter_variable=frequency&filter_value=Monthly"))));
        Assert.Empty(Ids(await Bench.JsonOf(bench.FredAsync("series/search?search_text=nothing+like+this"))));
    }

    [Theory]
    [InlineData("release/series?release_id=999", "The release does not exist.")]
    [InlineData("release/series?x=1", "Variable release_id")]
    [InlineData("category/children?category_id=999", "The category does not exist.")]
    [InlineData("release/series?release_id=10&limit=1001", "Variable limit")]
    [InlineData("series/search?x=1", "Variable search_text has not been set.")]
    [InlineData("series/updates?start_time=202410300000", "must be set together")]
    [InlineData("series/updates?start_time=2024103000&end_time=202410310000", "Variable start_time is not")]
    [InlineData("series/vintagedates?series_id=NOSUCH", "The series does not exist.")]
    public async Task What_cannot_be_answered_is_a_bad_request(string path, string reason)
    {
        await using var bench = await Bench.StartAsync();

        var error = await Bench.JsonOf(bench.FredAsync(path), HttpStatusCode.BadRequest);

        Assert.StartsWith("Bad Request.  ", error.GetProperty("error_message").GetString());
        Assert.Contains(reason, error.GetProperty("error_message").GetString());
    }

    [Fact]
    public async Task Updates_are_those_of_a_span_of_St_Louis_time_newest_first()
    {
        await using var bench = await Bench.StartAsync();

        // What is scheduled for the 30th appears at midnight UTC, 19:00 of the day before in St. Louis.
        var at = await Bench.JsonOf(bench.FredAsync("series/updates?start_time=202410291900&end_time=202410291900"));
        Assert.Equal(["DCOILBRENTEU", "DCOILWTICO", "DFF", "DGS10", "DGS2", "DHHNGSP"], Ids(at));
        Assert.Equal("2024-10-29 19:00:00-05", at.GetProperty("seriess")[0].GetProperty("last_updated").GetString());
        Assert.Equal(("geography", "all", "last_updated", "desc"), (Text(at, "filter_variable"), Text(at, "filter_value"), Text(at, "order_by"), Text(at, "sort_order")));
        Assert.False(at.GetProperty("seriess")[0].TryGetProperty("group_popularity", out _));
        Assert.Empty(Ids(await Bench.JsonOf(bench.FredAsync("series/updates?start_time=202410300300&end_time=202410301400"))));
        var fortnight = await Bench.JsonOf(bench.FredAsync("series/updates?limit=1000"));
        var moments = fortnight.GetProperty("seriess").EnumerateArray().Select(row => Text(row, "last_updated")).ToArray();
        Assert.Equal(moments.OrderDescending(StringComparer.Ordinal), moments);
    }

    [Fact]
    public async Task An_edit_shows_among_the_updates_of_its_day()
    {
        await using var bench = await Bench.StartAsync();
        const string Quiet = "series/updates?start_time=202410300300&end_time=202410301400";
        bench.Simulator.Truth.Revise(new SeriesId("fred", "CPIAUCSL"), new DateTime(2024, 8, 1, 0, 0, 0, DateTimeKind.Utc), 315.75);
        bench.Simulator.Truth.Publish(new SeriesId("fred", "GDP"), 1);

        Assert.Equal(["CPIAUCSL", "GDP"], Ids(await Bench.JsonOf(bench.FredAsync(Quiet))));

        bench.Simulator.Truth.Today = Bench.Today.AddDays(2);
        Assert.Empty(Ids(await Bench.JsonOf(bench.FredAsync("series/updates?start_time=202411010300&end_time=202411011400"))));
    }

    [Fact]
    public async Task Lists_come_as_xml_too()
    {
        await using var bench = await Bench.StartAsync();
        using var response = await bench.SendAsync(new Uri(bench.Simulator.FredAddress, $"fred/release/series?release_id=50&api_key={bench.Options.FredKey}"));

        var root = System.Xml.Linq.XDocument.Parse(await response.Content.ReadAsStringAsync()).Root!;

        Assert.Equal(("seriess", "2"), (root.Name.LocalName, root.Attribute("count")!.Value));
        Assert.Equal(["PAYEMS", "UNRATE"], root.Elements("series").Select(element => element.Attribute("id")!.Value));
    }

    private static string? Text(JsonElement element, string key) => element.GetProperty(key).GetString();

    private static List<string> Ids(JsonElement page) => [.. page.GetProperty("seriess").EnumerateArray().Select(row => row.GetProperty("id").GetString()!)];
}
