using Aurum.Domain;
using static Aurum.Providers.Tests.WorldBank.WorldBankExample;

namespace Aurum.Providers.Tests.WorldBank;

public sealed class WorldBankCatalogTests
{
    [Fact]
    public void An_indicator_is_asked_once_for_all_its_countries()
    {
        var fetches = Provider.PlanCatalog(Series(["NY.GDP.MKTP.CD", "SP.POP.TOTL"], ["USA", "DEU"]));

        Assert.Equal(["indicator/NY.GDP.MKTP.CD?format=json", "indicator/SP.POP.TOTL?format=json"], fetches.Select(fetch => Asked(fetch)));
        Assert.All(fetches, fetch => Assert.Equal(2, fetch.Wants.Count));
    }

    [Fact]
    public void A_recorded_indicator_becomes_an_entry_for_each_country()
    {
        var fetch = Assert.Single(Provider.PlanCatalog(Series(["1.0.hcount.1.90usd"], ["BRA", "PER"])));

        var entries = PageOf(fetch, null, Recorded("indicator-get.json")).Catalog;

        Assert.Equal(["Poverty Headcount ($1.90 a day), BRA", "Poverty Headcount ($1.90 a day), PER"], entries.Select(entry => entry.Title));
        var entry = entries[0];
        Assert.Equal((null, "A", "37", "BRA", "Poverty"), (entry.UnitCode, entry.FrequencyCode, entry.DatasetCode, entry.GeoId, entry.Category));
        Assert.StartsWith("The poverty headcount index", entry.Description, StringComparison.Ordinal);
        Assert.Equal("LAC Equity Lab", entry.Metadata!["source"]);
        Assert.Equal("Poverty", entry.Metadata["topics"]);
        Assert.Equal("https://data.worldbank.org/indicator/1.0.HCount.1.90usd", entry.SourceUrl);
    }

    [Theory]
    [InlineData("GDP (current US$)", "current US$")]
    [InlineData("Population, total", null)]
    [InlineData("GDP per capita (PPP) (constant 2021 international $)", "constant 2021 international $")]
    [InlineData("Debt (% of GNI (gross)), total", "% of GNI (gross)")]
    [InlineData("Unemployment, total (% of total labor force) (modeled ILO estimate)", "% of total labor force")]
    [InlineData("Life expectancy at birth, total (years)", "years")]
    [InlineData("Fertility rate, total (births per woman)", "births per woman")]
    [InlineData("Foreign direct investment, net (BoP, current US$)", "BoP, current US$")]
    [InlineData("GDP (constant LCU)", "constant LCU")]
    [InlineData("Consumer price index (2010 = 100)", "2010 = 100")]
    [InlineData("Exchange rate (new LCU per USD, period average)", null)]
    [InlineData("Poverty Headcount ($1.90 a day)", null)]
    [InlineData("Odd ()", null)]
    [InlineData("Odd )", null)]
    [InlineData("Odd (", null)]
    public void A_unit_stands_in_the_last_brackets_of_a_name_that_hold_one(string name, string? unit)
    {
        var fetch = Assert.Single(Provider.PlanCatalog(Series(["X.Y"], ["USA"])));

        var entry = Assert.Single(PageOf(fetch, null, $$"""[{"page":1,"pages":1,"per_page":"50","total":1},[{"id":"X.Y","name":"{{name}}","unit":""}]]""").Catalog);
        Assert.Equal(($"{name}, USA", unit), (entry.Title, entry.UnitCode));
    }

    [Fact]
    public void Topics_may_be_absent_or_hold_an_empty_object()
    {
        var fetch = Assert.Single(Provider.PlanCatalog(Series(["X.Y"], ["USA"])));

        var entry = Assert.Single(PageOf(fetch, null, """[{"page":1,"pages":1,"per_page":"50","total":1},[{"id":"X.Y","name":"X ","topics":[{}],"source":{"id":"2"}}]]""").Catalog);
        Assert.Null(entry.Category);
        Assert.Empty(entry.Metadata!);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("\" \"")]
    public void An_indicator_without_a_name_is_called_by_its_id(string name) =>
        Assert.Equal("X.Y, USA", Assert.Single(PageOf(Assert.Single(Provider.PlanCatalog(Series(["X.Y"], ["USA"]))), null, $$"""[{"page":1,"pages":1,"per_page":"50","total":1},[{"id":"X.Y","name":{{name}}}]]""").Catalog).Title);

    [Theory]
    [InlineData("""[{"message":[{"id":"175","key":"Invalid format","value":"The indicator was not found. It may have been deleted or archived."}]}]""", FailureKind.Rejected)]
    [InlineData("""[{"page":0,"pages":0,"per_page":0,"total":0},null]""", FailureKind.Rejected)]
    [InlineData("""[{"page":1,"pages":1,"per_page":"50","total":1},[{"id":"Z.Z","name":"Z"}]]""", FailureKind.Transient)]
    [InlineData("""[{"page":1,"pages":1,"per_page":"50","total":1},[{"id":"X.Y"}]]""", FailureKind.Malformed)]
    public void What_is_no_indicator_has_its_kind(string body, FailureKind kind) =>
        Assert.Equal(kind, FailureOf(Assert.Single(Provider.PlanCatalog(Series(["X.Y"], ["USA"]))), null, body).Kind);

    [Fact]
    public void Of_two_databases_that_share_an_id_the_named_one_tells()
    {
        const string Body = """[{"page":1,"pages":1,"per_page":"50","total":2},[{"id":"X.Y","name":"One","source":{"id":"2","value":"WDI"}},{"id":"x.y","name":"Other","source":{"id":"15","value":"GEM"}}]]""";
        CatalogEntry Entry(string json) => Assert.Single(PageOf(Assert.Single(Provider.PlanCatalog(SeriesOf(json))), null, Body).Catalog);

        Assert.Equal(("One, USA", "2"), (Entry("""{"indicators":["X.Y"],"countries":["USA"]}""").Title, Entry("""{"indicators":["X.Y"],"countries":["USA"],"source":7}""").DatasetCode));
        var entry = Entry("""{"indicators":["X.Y"],"countries":["USA"],"source":15,"frequency":"monthly"}""");
        Assert.Equal(("Other, USA", "15", "M", "X.Y:USA:M"), (entry.Title, entry.DatasetCode, entry.FrequencyCode, entry.Series.Code));
    }

    [Fact]
    public void Many_indicators_found_in_a_list_are_looked_up_in_it()
    {
        string Listed(int count) => $"indicators 1/1/{count} " + string.Join(' ', Enumerable.Range(0, count).Select(index => $"I{index}"));
        const string Json = """{"source":2,"countries":["USA","DEU"]}""";
        Assert.Equal(20, Provider.PlanCatalog(SeriesOf(Json, Listed(20))).Count);
        Assert.Equal(21, Provider.PlanCatalog(SeriesOf($$"""{"indicators":["{{string.Join("\",\"", Enumerable.Range(0, 21).Select(index => $"I{index}"))}}"],"countries":["USA"],"source":2}""")).Count);

        var fetch = Assert.Single(Provider.PlanCatalog(SeriesOf(Json, Listed(21))));
        Assert.Equal((FetchKind.Catalog, 42, "source/2/indicator?format=json&per_page=500&page=1"), (fetch.Kind, fetch.Wants.Count, Asked(fetch)));

        var page = PageOf(fetch, null, """
            [{"page":1,"pages":1,"per_page":"500","total":4},[{"id":"I7","name":"Seven","source":{"id":"2"}},{"id":"other","name":"Other","source":{"id":"2"}},
            {"id":"i3","name":"Elsewhere","source":{"id":"11"}},{"id":"i3","name":"Three (%)","source":{"id":"2"}}]]
            """);

        Assert.Equal(["I3:USA Three (%), USA %", "I3:DEU Three (%), DEU %", "I7:USA Seven, USA ", "I7:DEU Seven, DEU "], page.Catalog.Select(entry => $"{entry.Series.Code} {entry.Title} {entry.UnitCode}"));
    }
}
