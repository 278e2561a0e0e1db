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

    [Theory]
    [InlineData("""{"countries":["USA"]}""", "$.datasets[0].indicators: is missing")]
    [InlineData("""{"indicators":["A.B"]}""", "$.datasets[0].countries: is missing")]
    [InlineData("""{"indicators":["A.B"],"countries":["all"]}""", "$.datasets[0].countries[0]: is \"all\"; expected a country or aggregate code")]
    [InlineData("""{"indicators":["A.B"],"countries":[""]}""", "$.datasets[0].countries[0]: is empty")]
    [InlineData("""{"indicators":["A.B"],"countries":["USA;DEU"]}""", "$.datasets[0].countries[0]: is \"USA;DEU\"")]
    [InlineData("""{"indicators":["A.B"],"countries":["USA/x"]}""", "$.datasets[0].countries[0]: is \"USA/x\"")]
    [InlineData("""{"indicators":["A.B;C.D"],"countries":["USA"]}""", "$.datasets[0].indicators[0]: is \"A.B;C.D\"")]
    [InlineData("""{"indicators":["A.B"],"countries":["USA","usa"]}""", "$.datasets[0].countries: names USA twice")]
    [InlineData("""{"indicators":["A.B"],"countries":["USA"],"source":2}""", "$.datasets[0].source: is no known key")]
    public void A_wrong_entry_is_one_named_problem(string json, string problem) =>
        Assert.StartsWith(problem, Assert.Single(Dataset(json).Problems), StringComparison.Ordinal);
}
