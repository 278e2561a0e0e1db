using static Aurum.Providers.Tests.Fred.FredFixture;

namespace Aurum.Providers.Tests.Fred;

public class FredDatasetTests
{
    [Fact]
    public void The_provider_is_in_the_catalog_with_its_address_key_and_quota()
    {
        var descriptor = ProviderCatalog.Find("fred")!.Descriptor;

        Assert.Equal(("https://api.stlouisfed.org/", "FRED_API_KEY", "FRED_API_BASE_URL"), (descriptor.DefaultAddress.AbsoluteUri, descriptor.KeyVariable, descriptor.AddressVariable));
        Assert.Equal((1000, "America/Chicago"), (descriptor.RateLimit.DailyQuota, descriptor.RateLimit.QuotaTimeZone));
    }

    [Fact]
    public void Each_id_becomes_a_series_with_its_own_coalescing_key()
    {
        var (dataset, problems) = Read("""{"series": ["DGS10", "GDP"], "start": "2000-01-01", "lookback_observations": 5}""");

        var series = Provider.Expand(dataset, [])!;

        Assert.Empty(problems);
        Assert.Equal(["fred|DGS10", "fred|GDP"], series.Select(one => one.Id.ToString()));
        Assert.Equal(["DGS10", "GDP"], series.Select(one => one.CoalescingKey));
        Assert.All(series, one => Assert.Equal((dataset.Key, new DateOnly(2000, 1, 1), 5), (one.DatasetKey, one.Start!.Value, one.LookbackObservations)));
    }

    [Fact]
    public void Lookback_is_30_observations_where_nothing_is_said()
    {
        Assert.Equal(30, Read("""{"series": ["GDP"]}""").Dataset.LookbackObservations);
    }

    [Theory]
    [InlineData("""{}""", "$.datasets[0].series: is missing")]
    [InlineData("""{"series": []}""", "expected a list of at least one string")]
    [InlineData("""{"series": ["GDP; DROP"]}""", "expected a FRED series id")]
    [InlineData("""{"series": ["GDP"], "lookback_observations": 100001}""", "from 0 to 100000")]
    [InlineData("""{"series": ["GDP"], "start": "2000"}""", "YYYY-MM-DD")]
    [InlineData("""{"series": ["GDP"], "serie": "x"}""", "is no known key")]
    public void What_is_wrong_with_an_entry_is_said(string json, string problem)
    {
        Assert.Contains(problem, Assert.Single(Read(json).Problems));
    }

    [Fact]
    public void Entries_that_say_the_same_have_the_same_key()
    {
        var one = Read("""{"series": ["DGS10", "GDP"]}""").Dataset.Key;

        Assert.Equal(one, Read("""{"lookback_observations": 30, "series": ["DGS10", "GDP"]}""").Dataset.Key);
        Assert.NotEqual(one, Read("""{"series": ["DGS10", "GDP"], "start": "2000-01-01"}""").Dataset.Key);
    }
}
