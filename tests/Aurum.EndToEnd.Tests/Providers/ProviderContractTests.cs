using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Aurum.Domain;
using Aurum.EndToEnd.Tests.Support;
using Aurum.Providers;

namespace Aurum.EndToEnd.Tests.Providers;

/// <summary>What holds for every provider there is, whatever its API looks like.</summary>
public sealed partial class ProviderContractTests
{
    /// <summary>Three and a half years; its ends and the cuts below are no boundaries of weeks, months or pages.</summary>
    private static readonly Window Whole = new(Day(2022, 8, 17), Day(2026, 2, 19));

    public static TheoryData<string> Names => [.. ProviderCatalog.All.Select(provider => provider.Descriptor.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_window_holds_what_its_two_parts_hold(string provider)
    {
        await using var bench = await ProviderBench.StartAsync(provider);
        var whole = bench.Say(await bench.PagesAsync(Whole), Whole);
        Assert.NotEmpty(whole);
        Assert.Equal(whole.Count, whole.Select(said => (said.Series, said.Timestamp)).Distinct().Count());
        foreach (var cut in (DateTime[])[Day(2023, 1, 1), Day(2024, 2, 29), Day(2025, 7, 16), Day(2026, 2, 18)])
        {
            var (first, second) = (Whole with { To = cut }, Whole with { From = cut });
            Assert.Equal(whole, [.. Merge(bench.Say(await bench.PagesAsync(first), first), bench.Say(await bench.PagesAsync(second), second))]);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Fields_nobody_knows_and_another_order_of_fields_change_nothing(string provider)
    {
        await using var bench = await ProviderBench.StartAsync(provider);
        var pages = await bench.PagesAsync(Whole);
        var whole = bench.Say(pages, Whole);
        Assert.Equal(whole, bench.Say(pages.Select(page => Changed(page, json => WithStrangers(json))), Whole));
        Assert.Equal(whole, bench.Say(pages.Select(page => Changed(page, Reversed)), Whole));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Shuffled_rows_say_the_same_or_are_refused(string provider)
    {
        await using var bench = await ProviderBench.StartAsync(provider);
        foreach (var page in await bench.PagesAsync(Whole))
        {
            var shuffled = Changed(page, json => Shuffled(json, new Random(7)));
            if (bench.Parse(shuffled) is Page)
            {
                Assert.Equal(bench.Say([page], Whole), bench.Say([shuffled], Whole));
            }
        }
    }

    /// <summary>A field that a row lacks may say less of it; it never moves a value, makes one up or loses a row without a word.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_row_that_lacks_a_field_is_refused_or_says_what_is_left(string provider)
    {
        await using var bench = await ProviderBench.StartAsync(provider);
        var page = (await bench.PagesAsync(Whole)).MaxBy(page => page.Response.Body.Length)!;
        var said = bench.Say([page], Whole).Select(one => (one.Series, one.Timestamp, one.Value)).ToArray();
        var refused = 0;
        foreach (var field in FieldsOf(FirstRow(JsonOf(page))!))
        {
            var damaged = Changed(page, json =>
            {
                FirstRow(json)!.Remove(field);
                return json;
            });
            if (bench.Parse(damaged) is FetchFailed { Failure: var failure })
            {
                // Transient where the row might be another question's: that passes, a broken contract does not.
                Assert.True(failure.Kind is FailureKind.Malformed or FailureKind.Transient, $"{field}: {failure}");
                Assert.True(failure.Kind == FailureKind.Transient || failure.Detail.Contains('$', StringComparison.Ordinal), $"{field}: {failure}");
                refused++;
            }
            else
            {
                Assert.Equal(said, bench.Say([damaged], Whole).Select(one => (one.Series, one.Timestamp, one.Value)));
            }
        }

        Assert.True(refused >= 2, "neither the lack of a date nor of a value was noticed");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_saved_response_explains_itself_by_its_address(string provider)
    {
        await using var bench = await ProviderBench.StartAsync(provider);
        foreach (var page in await bench.PagesAsync(Whole))
        {
            var explained = Assert.IsType<Page>(bench.Provider.Explain(page.Address, page.Response));
            var parsed = Assert.IsType<Page>(bench.Parse(page));
            Assert.Subset(ValuesOf(explained), ValuesOf(parsed));
        }

        Assert.IsType<FetchFailed>(bench.Provider.Explain(new Uri("https://elsewhere.example/nothing/known"), (await bench.PagesAsync(Whole))[0].Response));
    }

    /// <summary>A cache or a server that does not heed offsets sends a page once more, even under the next page's name.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_page_that_comes_again_in_place_of_the_next_is_refused(string provider)
    {
        var plan = ProviderPlan.Of(provider);
        await using var bench = await ProviderBench.StartAsync(provider, plan.Paged ?? plan.Datasets);
        foreach (var (first, second) in await PairsOfPagesAsync(bench, plan))
        {
            AssertNamed(bench.Parse(second with { Response = first.Response }), second);
            AssertNamed(bench.Parse(Changed(second, json => WithRows(json, Rows(JsonOf(first))!))), second);
        }
    }

    /// <summary>Rows that came in at the front move all others back: the page repeats the end of the one before, and lacks its own.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public async Task Rows_of_the_page_before_in_place_of_others_are_noticed(string provider)
    {
        var plan = ProviderPlan.Of(provider);
        await using var bench = await ProviderBench.StartAsync(provider, plan.Paged ?? plan.Datasets);
        foreach (var (first, second) in await PairsOfPagesAsync(bench, plan))
        {
            foreach (var moved in (int[])[1, 2, 7])
            {
                var moving = Changed(second, json =>
                {
                    var rows = Rows(json)!;
                    return WithRows(json, [.. Rows(JsonOf(first))!.TakeLast(moved).Concat(rows).Take(rows.Count)]);
                });
                AssertNamed(bench.Parse(moving), second);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Rows_that_stand_twice_on_a_page_are_said_once_or_refused(string provider)
    {
        await using var bench = await ProviderBench.StartAsync(provider);
        foreach (var page in await bench.PagesAsync(Whole))
        {
            var doubled = Changed(page, json => WithRows(json, [.. Rows(json)!, .. Rows(json)!]));
            if (bench.Parse(doubled) is Page)
            {
                Assert.Equal(bench.Say([page], Whole), bench.Say([doubled], Whole));
            }
            else
            {
                AssertNamed(bench.Parse(doubled), page);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Two_values_for_one_date_are_refused(string provider)
    {
        await using var bench = await ProviderBench.StartAsync(provider);
        var page = (await bench.PagesAsync(Whole)).MaxBy(page => page.Response.Body.Length)!;
        var values = ValuesSaid(bench, page);
        var middle = Rows(JsonOf(page))!.Count / 2;

        // The field of the value is the one that changes what is said, and its date not.
        var field = FieldsOf(FirstRow(JsonOf(page))!).Single(field =>
            Changed(page, json => WithField(json, middle, field, 4711.25)) is var changed
            && bench.Parse(changed) is Page
            && ValuesSaid(bench, changed) is var now
            && !now.SequenceEqual(values)
            && now.Select(one => one.Timestamp).SequenceEqual(values.Select(one => one.Timestamp)));
        var contradicting = Changed(page, json =>
        {
            Rows(json)![middle + 1] = Rows(json)![middle]!.DeepClone();
            return WithField(json, middle + 1, field, 4711.25);
        });
        AssertNamed(bench.Parse(contradicting), page);
    }

    /// <summary>Providers have changed from numbers to texts and back before.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public async Task Numbers_as_texts_and_texts_as_numbers_say_the_same(string provider)
    {
        await using var bench = await ProviderBench.StartAsync(provider);
        var pages = await bench.PagesAsync(Whole);
        var whole = bench.Say(pages, Whole);
        foreach (var other in (Func<JsonNode, JsonNode>[])[NumbersAsTexts, TextsAsNumbers])
        {
            Assert.Equal(whole, bench.Say(pages.Select(page => Changed(page, other)), Whole));
            foreach (var page in bench.CatalogPages)
            {
                Assert.Equivalent(Assert.IsType<Page>(bench.Parse(page)).Catalog, Assert.IsType<Page>(bench.Parse(Changed(page, other))).Catalog, strict: true);
                Assert.Equal((bench.Parse(page) as Page)!.Count, (bench.Parse(Changed(page, other)) as Page)!.Count);
            }
        }
    }

    private static DateTime Day(int year, int month, int day) => new(year, month, day, 0, 0, 0, DateTimeKind.Utc);

    private static IEnumerable<Said> Merge(IEnumerable<Said> first, IEnumerable<Said> second) =>
        first.Concat(second).OrderBy(said => said.Series.Code, StringComparer.Ordinal).ThenBy(said => said.Timestamp);

    private static HashSet<(SeriesId, DateTime, double?)> ValuesOf(Page page) =>
        [.. page.Slices.SelectMany(slice => slice.Observations.Select(observation => (slice.Series, observation.Timestamp, observation.Value)))];

    private static JsonNode JsonOf(SavedPage page) => JsonNode.Parse(page.Response.Body.Span)!;

    private static (SeriesId Series, DateTime Timestamp, double? Value)[] ValuesSaid(ProviderBench bench, SavedPage page) =>
        [.. bench.Say([page], Whole).Select(said => (said.Series, said.Timestamp, said.Value))];

    /// <summary>Not stored, and told so that people know why.</summary>
    private static void AssertNamed(FetchResult result, SavedPage about)
    {
        var failure = Assert.IsType<FetchFailed>(result).Failure;
        Assert.True(failure.Kind is FailureKind.Malformed or FailureKind.Transient, $"{about.Address}: {failure}");
        Assert.NotEmpty(failure.Detail);
    }

    /// <summary>Pages of one call, each with the one after it.</summary>
    private static async Task<IReadOnlyList<(SavedPage First, SavedPage Second)>> PairsOfPagesAsync(ProviderBench bench, ProviderPlan plan)
    {
        var pages = await bench.PagesAsync(plan.Paged is null ? Whole : Window.Everything);
        var pairs = pages.Zip(pages.Skip(1), (first, second) => (First: first, Second: second))
            .Where(pair => ReferenceEquals(pair.First.Fetch, pair.Second.Fetch) && HasRows(pair.First) && HasRows(pair.Second))
            .ToList();
        Assert.NotEmpty(pairs);
        return pairs;
    }

    private static bool HasRows(SavedPage page) => Rows(JsonOf(page)) is not null;

    private static SavedPage Changed(SavedPage page, Func<JsonNode, JsonNode> change) =>
        page with { Response = page.Response with { Body = Encoding.UTF8.GetBytes(change(JsonOf(page)).ToJsonString()) } };

    private static string[] FieldsOf(JsonObject row) => [.. row.Select(member => member.Key)];

    /// <summary>The first object of the longest list.</summary>
    private static JsonObject? FirstRow(JsonNode json) => Rows(json)?[0] as JsonObject;

    private static JsonArray? Rows(JsonNode json) => Descendants(json).OfType<JsonArray>().Where(list => list.Count > 0 && list.All(item => item is JsonObject)).MaxBy(list => list.Count);

    private static IEnumerable<JsonNode> Descendants(JsonNode node) => node switch
    {
        JsonObject map => [map, .. map.Select(member => member.Value).OfType<JsonNode>().SelectMany(Descendants)],
        JsonArray list => [list, .. list.OfType<JsonNode>().SelectMany(Descendants)],
        _ => [],
    };

    private static JsonNode WithStrangers(JsonNode json)
    {
        foreach (var map in Descendants(json).OfType<JsonObject>().ToArray())
        {
            map["nobody_knows"] = new JsonObject { ["value"] = new JsonArray(1, "2020-01-01", null) };
        }

        return json;
    }

    private static JsonNode Reversed(JsonNode json)
    {
        foreach (var map in Descendants(json).OfType<JsonObject>().ToArray())
        {
            var members = map.Reverse().ToArray();
            map.Clear();
            foreach (var (name, value) in members)
            {
                map[name] = value;
            }
        }

        return json;
    }

    private static JsonNode Shuffled(JsonNode json, Random chance)
    {
        if (Rows(json) is { } rows)
        {
            var items = rows.ToArray();
            rows.Clear();
            chance.Shuffle(items);
            foreach (var item in items)
            {
                rows.Add(item);
            }
        }

        return json;
    }

    private static JsonNode WithRows(JsonNode json, IEnumerable<JsonNode?> replacement)
    {
        JsonNode[] items = [.. replacement.Select(item => item!.DeepClone())];
        var rows = Rows(json)!;
        rows.Clear();
        foreach (var item in items)
        {
            rows.Add(item);
        }

        return json;
    }

    private static JsonNode WithField(JsonNode json, int row, string field, double value)
    {
        Rows(json)![row]![field] = value;
        return json;
    }

    private static JsonNode NumbersAsTexts(JsonNode json) =>
        WithScalars(json, value => value.GetValueKind() == JsonValueKind.Number ? JsonValue.Create(value.ToJsonString()) : null);

    private static JsonNode TextsAsNumbers(JsonNode json) =>
        WithScalars(json, value => value.GetValueKind() == JsonValueKind.String && JsonNumber().IsMatch(value.GetValue<string>()) ? JsonNode.Parse(value.GetValue<string>()) : null);

    /// <param name="change">Null leaves a value as it is.</param>
    private static JsonNode WithScalars(JsonNode json, Func<JsonValue, JsonNode?> change)
    {
        foreach (var value in Descendants(json).ToArray().SelectMany(node => node switch
        {
            JsonObject map => map.Select(member => member.Value),
            JsonArray list => list.AsEnumerable(),
            _ => [],
        }).OfType<JsonValue>().ToArray())
        {
            if (change(value) is { } other)
            {
                value.ReplaceWith(other);
            }
        }

        return json;
    }

    [GeneratedRegex(@"\A-?(0|[1-9]\d*)(\.\d+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex JsonNumber();
}
