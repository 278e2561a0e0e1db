using static Aurum.Providers.Tests.WorldBank.WorldBankExample;

namespace Aurum.Providers.Tests.WorldBank;

public sealed class WorldBankDatasetTests
{
    [Fact]
    public void Every_indicator_and_country_make_a_series()
    {
        var (dataset, problems) = Dataset("""{"indicators":["NY.GDP.MKTP.CD","sp.pop.totl"],"countries":["usa","DE","WLD"],"start":"1990-01-01","lookback_observations":5}""");

        Assert.Empty(problems);
        var series = Provider.Expand(dataset, [])!;
        Assert.Equal(
            ["NY.GDP.MKTP.CD:USA", "NY.GDP.MKTP.CD:DE", "NY.GDP.MKTP.CD:WLD", "SP.POP.TOTL:USA", "SP.POP.TOTL:DE", "SP.POP.TOTL:WLD"],
            series.Select(one => one.Id.Code));
        Assert.Equal(["worldbank:NY.GDP.MKTP.CD", "worldbank:SP.POP.TOTL"], series.Select(one => one.CoalescingKey).Distinct());
        Assert.All(series, one => Assert.Equal((new DateOnly(1990, 1, 1), 5), (one.Start!.Value, one.LookbackObservations)));
    }

    [Fact]
    public void A_dataset_that_says_what_it_always_said_defines_what_it_always_defined()
    {
        var dataset = Dataset("""{"indicators":["SP.POP.TOTL","NY.GDP.MKTP.CD"],"countries":["USA","DEU"],"start":"1990-01-01","lookback_observations":5}""").Dataset;
        var series = Provider.Expand(dataset, [])![0];

        Assert.Equal(("NY.GDP.MKTP.CD,SP.POP.TOTL DEU,USA", "worldbank:SP.POP.TOTL", "worldbank|SP.POP.TOTL:USA"), (series.DatasetKey, series.CoalescingKey, $"{series.Id}"));
        Assert.Equal(["country=USA", "indicator=SP.POP.TOTL"], series.Coordinates.Select(pair => $"{pair.Key}={pair.Value}").Order());
    }

    [Theory]
    [InlineData("""{"countries":["USA"]}""", "$.datasets[0].indicators: is missing")]
    [InlineData("""{"indicators":["A.B"]}""", "$.datasets[0].countries: is missing")]
    [InlineData("""{"indicators":["A.B"],"countries":["ALL"]}""", "$.datasets[0].countries[0]: is \"ALL\"; expected a country or aggregate code")]
    [InlineData("""{"indicators":["A.B"],"countries":["all","USA"]}""", "$.datasets[0].countries: names \"all\" and more; that word must stand alone")]
    [InlineData("""{"indicators":["A.B"],"countries":[""]}""", "$.datasets[0].countries[0]: is empty")]
    [InlineData("""{"indicators":["A.B"],"countries":["USA;DEU"]}""", "$.datasets[0].countries[0]: is \"USA;DEU\"")]
    [InlineData("""{"indicators":["A.B"],"countries":["USA/x"]}""", "$.datasets[0].countries[0]: is \"USA/x\"")]
    [InlineData("""{"indicators":["A.B;C.D"],"countries":["USA"]}""", "$.datasets[0].indicators[0]: is \"A.B;C.D\"")]
    [InlineData("""{"indicators":["A.B"],"countries":["USA","usa"]}""", "$.datasets[0].countries: names USA twice")]
    [InlineData("""{"indicators":["A.B"],"countries":["USA"],"source":0}""", "$.datasets[0].source: is 0; expected a whole number from 1 to 999")]
    [InlineData("""{"indicators":["A.B"],"countries":["USA"],"topic":3}""", "$.datasets[0].topic: is no known key")]
    [InlineData("""{"indicators":["A.B"],"countries":["USA"],"indicator_prefixes":["A"]}""", "$.datasets[0].indicator_prefixes: is no known key")]
    [InlineData("""{"countries":["USA"],"source":2,"indicator_prefixes":[]}""", "$.datasets[0].indicator_prefixes: is an empty list")]
    [InlineData("""{"countries":["USA"],"source":2,"indicator_prefixes":["NY GDP"]}""", "$.datasets[0].indicator_prefixes[0]: is \"NY GDP\"; expected the beginning of an indicator id")]
    [InlineData("""{"indicators":["A.B"],"countries":["USA"],"frequency":"weekly"}""", "$.datasets[0].frequency: is \"weekly\"; expected one of annual, quarterly, monthly")]
    public void A_wrong_entry_is_one_named_problem(string json, string problem) =>
        Assert.StartsWith(problem, Assert.Single(Dataset(json).Problems), StringComparison.Ordinal);
}
