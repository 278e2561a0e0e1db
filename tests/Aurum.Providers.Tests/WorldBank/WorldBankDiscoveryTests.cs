using Aurum.Domain;
using Aurum.Providers.WorldBank;
using static Aurum.Providers.Tests.WorldBank.WorldBankExample;

namespace Aurum.Providers.Tests.WorldBank;

public sealed class WorldBankDiscoveryTests
{
    private const string Economies = """
        {"id":"ABW","iso2Code":"AW","name":"Aruba","region":{"id":"LCN","iso2code":"ZJ","value":"Latin America & Caribbean "},"incomeLevel":{"id":"HIC","iso2code":"XD","value":"High income"}},
        {"id":"ARB","iso2Code":"1A","name":"Arab World","region":{"id":"NA","iso2code":"NA","value":"Aggregates"},"incomeLevel":{"id":"NA","iso2code":"NA","value":"Aggregates"}},
        {"id":"AFG","iso2Code":"AF","name":"Afghanistan","region":{"id":"SAS","iso2code":"8S","value":"South Asia"},"incomeLevel":{"id":"LIC","iso2code":"XM","value":"Low income"}}
        """;

    [Theory]
    [InlineData("""{"indicators":["NY.GDP.MKTP.CD","A.B"],"countries":["USA","de"],"start":"1990-01-01"}""", "A.B,NY.GDP.MKTP.CD DE,USA", false)]
    [InlineData("""{"indicators":["A.B"],"countries":["USA"],"frequency":"annual"}""", "A.B USA", false)]
    [InlineData("""{"indicators":["A.B"],"countries":["USA"],"frequency":"monthly","source":15}""", "A.B source=15 USA monthly", false)]
    [InlineData("""{"indicators":["A.B"],"countries":["all"]}""", "A.B All", true)]
    [InlineData("""{"source":15,"countries":["USA"]}""", "source=15 USA", true)]
    [InlineData("""{"topic":3,"source":2,"indicator_prefixes":["NY.","NE."],"countries":["aggregates"]}""", "topic=3 source=2 NE.,NY.* Aggregates", true)]
    public void A_dataset_has_one_key_and_knows_whether_it_is_discovered(string json, string key, bool discovered)
    {
        var (dataset, problems) = Dataset(json);

        Assert.Empty(problems);
        Assert.Equal((key, discovered), (dataset.Key, dataset.IsDiscovered));
        Assert.Equal(discovered, Provider.Expand(dataset, []) is null);
        Assert.Equal(discovered, Provider.PlanFacts(dataset, []) is not null);
    }

    [Theory]
    [InlineData("all", "ABW ARB AFG")]
    [InlineData("countries", "ABW AFG")]
    [InlineData("aggregates", "ARB")]
    public void Economies_come_from_the_list_of_economies(string word, string codes)
    {
        var dataset = Dataset($$"""{"indicators":["A.B"],"countries":["{{word}}"]}""").Dataset;
        var fetch = Provider.PlanFacts(dataset, [])!;
        Assert.Equal((FetchKind.Facts, "country?format=json&per_page=500&page=1"), (fetch.Kind, Asked(fetch)));

        var page = PageOf(fetch, null, Listing(Economies, 3));

        Assert.Equal((null, 3), (page.Next, page.Count));
        Assert.Null(Provider.PlanFacts(dataset, [page.Facts!]));
        Assert.Equal(codes.Split(' ').Select(code => $"A.B:{code}"), Provider.Expand(dataset, [page.Facts!])!.Select(series => series.Id.Code));
    }

    [Fact]
    public void Facts_are_codes_only()
    {
        var dataset = Dataset("""{"indicators":["A.B"],"countries":["countries"]}""").Dataset;

        Assert.Equal("economies 1/1/3 ABW/AW/LCN/HIC AFG/AF/SAS/LIC", PageOf(Provider.PlanFacts(dataset, [])!, null, Listing(Economies, 3)).Facts);
    }

    [Theory]
    [InlineData("""{"source":2,"countries":["USA"]}""", "source/2/indicator", "NY.GDP.MKTP.CD:USA NY.GNP:USA SP.POP.TOTL:USA", "source=2")]
    [InlineData("""{"source":2,"countries":["USA"],"indicator_prefixes":["ny.g","SP.POP.TOTL"],"frequency":"quarterly"}""", "source/2/indicator", "NY.GDP.MKTP.CD:USA:Q NY.GNP:USA:Q SP.POP.TOTL:USA:Q", "source=2:Q")]
    [InlineData("""{"source":2,"countries":["USA"],"indicator_prefixes":["SP."]}""", "source/2/indicator", "SP.POP.TOTL:USA", "source=2")]
    [InlineData("""{"topic":3,"source":2,"countries":["USA"]}""", "topic/3/indicator", "NY.GDP.MKTP.CD:USA SP.POP.TOTL:USA", "source=2")]
    [InlineData("""{"topic":3,"countries":["USA"],"indicator_prefixes":["NY.GN"]}""", "topic/3/indicator", "NY.GNP:USA", "NY.GNP")]
    public void Indicators_come_from_the_list_of_a_source_or_topic(string json, string path, string codes, string coalescing)
    {
        var dataset = Dataset(json).Dataset;
        var fetch = Provider.PlanFacts(dataset, [])!;
        Assert.Equal($"{path}?format=json&per_page=500&page=1", Asked(fetch));

        var facts = PageOf(fetch, null, Listing(string.Join(',', Indicator("NY.GDP.MKTP.CD", 2), Indicator("ny.gnp", 11), Indicator("SP.POP.TOTL", 2), Indicator("SP POP?", 2)), 4)).Facts!;

        var series = Provider.Expand(dataset, [facts])!;
        Assert.Equal(codes.Split(' '), series.Select(one => one.Id.Code));
        Assert.All(series, one => Assert.Equal($"worldbank:{coalescing}", one.CoalescingKey));
    }

    [Fact]
    public void Pages_of_both_lists_are_asked_one_after_the_other_and_expand_when_all_are_there()
    {
        var dataset = Dataset("""{"source":15,"countries":["countries"]}""").Dataset;
        var facts = new List<string>();
        var asked = new List<string>();
        foreach (var body in new[]
        {
            Listing(Economies, 3),
            Listing(string.Join(',', Enumerable.Range(0, 500).Select(index => Indicator($"I{index}", 15))), 501, page: 1, pages: 2),
            Listing(Indicator("LAST", 15), 501, page: 2, pages: 2),
        })
        {
            Assert.Null(Provider.Expand(dataset, facts));
            var fetch = Provider.PlanFacts(dataset, facts)!;
            asked.Add(Asked(fetch));
            facts.Add(PageOf(fetch, null, body).Facts!);
        }

        Assert.Equal(["country", "source/15/indicator", "source/15/indicator"], asked.Select(path => path.Split('?')[0]));
        Assert.EndsWith("page=2", asked[^1], StringComparison.Ordinal);
        Assert.Null(Provider.PlanFacts(dataset, facts));
        Assert.Equal(501 * 2, Provider.Expand(dataset, facts)!.Count);
    }

    [Fact]
    public void A_fetch_may_walk_the_pages_itself()
    {
        var fetch = Provider.PlanFacts(Dataset("""{"source":15,"countries":["USA"]}""").Dataset, [])!;
        var first = PageOf(fetch, null, Listing(string.Join(',', Enumerable.Range(0, 500).Select(index => Indicator($"I{index}", 15))), 501, page: 1, pages: 2));

        Assert.EndsWith("page=2", Asked(fetch, first.Next), StringComparison.Ordinal);
        Assert.Equal("indicators 2/2/501 LAST", PageOf(fetch, first.Next, Listing(Indicator("LAST", 15), 501, page: 2, pages: 2)).Facts);
        Assert.Equal(FailureKind.Transient, FailureOf(fetch, first.Next, Listing(Indicator("LAST", 15) + "," + Indicator("LATER", 15), 502, page: 2, pages: 2)).Kind);
    }

    [Fact]
    public void A_list_that_changed_between_two_pages_is_begun_anew()
    {
        var dataset = Dataset("""{"source":15,"countries":["USA"]}""").Dataset;
        string[] facts = ["indicators 1/2/501 A", "indicators 2/2/502 B"];

        Assert.Null(Provider.Expand(dataset, facts));
        Assert.EndsWith("page=1", Asked(Provider.PlanFacts(dataset, facts)!), StringComparison.Ordinal);
        Assert.Equal(["A:USA", "C:USA"], Provider.Expand(dataset, [.. facts, "indicators 1/2/502 A", "indicators 2/2/502 A C"])!.Select(series => series.Id.Code));
    }

    [Fact]
    public void A_list_without_anything_wanted_names_no_series_and_leaves_nothing_to_ask()
    {
        var dataset = Dataset("""{"source":15,"countries":["USA"],"indicator_prefixes":["ZZ"]}""").Dataset;

        Assert.Null(Provider.Expand(dataset, ["indicators 1/1/1"]));
        Assert.Null(Provider.PlanFacts(dataset, ["indicators 1/1/1"]));
        Assert.Equal("indicators 0/0/0", PageOf(Provider.PlanFacts(dataset, [])!, null, Recorded("data-empty.json")).Facts);
    }

    [Fact]
    public void The_recorded_lists_are_read()
    {
        var economies = PageOf("https://api.worldbank.org/v2/countries?format=json&page=1&per_page=2", "countries-page1.json");
        Assert.Equal(("economies 1/149/297 ABW/AW/LCN/HIC AFG/AF/SAS/LIC", 297), (economies.Facts, economies.Count));

        var indicators = PageOf("https://api.worldbank.org/v2/indicators?format=json&page=1&per_page=2", "indicators-page1.json");
        Assert.Equal(["1.0.HCOUNT.1.90USD", "1.0.HCOUNT.2.5USD"], indicators.Catalog.Select(entry => entry.Series.Code));
    }

    [Theory]
    [InlineData("\"id\":\"ABW\"", "\"id\":\"A/B\"", "$[1][0].id")]
    [InlineData("\"iso2Code\":\"AW\"", "\"iso2Code\":\"A W\"", "$[1][0].iso2Code")]
    [InlineData("\"region\":{\"id\":\"LCN\"", "\"region\":{\"ix\":\"LCN\"", "$[1][0].region.id")]
    [InlineData("\"incomeLevel\":{\"id\":\"HIC\"", "\"incomeLevel\":{\"id\":7", "$[1][0].incomeLevel.id")]
    public void A_list_that_cannot_be_trusted_is_malformed(string known, string odd, string path)
    {
        var fetch = Provider.PlanFacts(Dataset("""{"indicators":["A.B"],"countries":["all"]}""").Dataset, [])!;

        var failure = FailureOf(fetch, null, Listing(Economies, 3).Replace(known, odd, StringComparison.Ordinal));

        Assert.Equal(FailureKind.Malformed, failure.Kind);
        Assert.Contains(path, failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_source_that_is_none_is_rejected() =>
        Assert.Equal(FailureKind.Rejected, FailureOf(Provider.PlanFacts(Dataset("""{"source":999,"countries":["USA"]}""").Dataset, [])!, null, Response(Recorded("error-200-invalid-indicator.json"))).Kind);

    [Fact]
    public void Discovered_economies_are_told_apart_in_the_catalog()
    {
        var series = SeriesOf("""{"indicators":["X.Y"],"countries":["all"]}""", "economies 1/1/2 ABW/AW/LCN/HIC ARB/1A/NA/NA");
        var fetch = Assert.Single(Provider.PlanCatalog(series));

        var entries = PageOf(fetch, null, """[{"page":1,"pages":1,"per_page":"50","total":1},[{"id":"X.Y","name":"X"}]]""").Catalog;

        Assert.Equal(["income_level=HIC kind=country region=LCN", "kind=aggregate"], entries.Select(entry => string.Join(' ', entry.Metadata!.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key}={pair.Value}"))));
    }

    [Fact]
    public void Rows_without_a_code_of_three_characters_are_known_by_that_of_two()
    {
        var series = SeriesOf("""{"indicators":["X.Y"],"countries":["all"]}""", "economies 1/1/2 ABW/AW/LCN/HIC ARB/1A/NA/NA");
        var fetch = Assert.Single(Provider.PlanObservations([.. series.Select(one => Want(one, Window.Everything))], Today));

        var slices = PageOf(fetch, null, Body(["1A||2020|1", "AW|ABW|2020|2"])).Slices;

        Assert.Equal(["X.Y:ABW ABW", "X.Y:ARB ARB"], slices.Select(slice => $"{slice.Series.Code} {slice.Attributes.GeoId}"));
    }

    private static Page PageOf(string address, string file) => Assert.IsType<Page>(Explained(address, Response(Recorded(file))));

    private static Page PageOf(Fetch fetch, string? cursor, string body) => WorldBankExample.PageOf(fetch, cursor, body);

    private static Page PageOf(Fetch fetch, string? cursor, byte[] body) => WorldBankExample.PageOf(fetch, cursor, body);

    private static string Listing(string rows, int total, int page = 1, int pages = 1) =>
        $$"""[{"page":{{page}},"pages":{{pages}},"per_page":"500","total":{{total}}},[{{rows}}]]""";

    private static string Indicator(string id, int source) => $$"""{"id":"{{id}}","name":"{{id}}","unit":"","source":{"id":"{{source}}","value":"S"},"topics":[]}""";
}
