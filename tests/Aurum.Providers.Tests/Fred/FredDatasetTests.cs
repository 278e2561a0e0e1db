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
    [InlineData("""{"series": ["GDP"], "release_id": 53}""", "$.datasets[0].release_id: stands beside series; an entry has exactly one of series, release_id, category_id, search")]
    [InlineData("""{"search": "gdp", "category_id": 18}""", "$.datasets[0].search: stands beside category_id")]
    [InlineData("""{"series": ["GDP"], "vintages": "some"}""", "expected \"latest\" or \"all\"")]
    [InlineData("""{"release_id": 0}""", "from 1 to")]
    [InlineData("""{"release_id": 53, "bulk": "maybe"}""", "expected true or false")]
    [InlineData("""{"release_id": 53, "recursive": true}""", "is no known key; valid here: bulk, lookback_observations, release_id, start, vintages")]
    [InlineData("""{"category_id": "18"}""", "from 1 to")]
    [InlineData("""{"search": ""}""", "is empty")]
    [InlineData("""{"search": "gdp", "filter": {"title": "x"}}""", "$.datasets[0].filter.title: is no filter; valid here: frequency, units, seasonal_adjustment")]
    [InlineData("""{"search": "gdp", "filter": {"units": "Percent", "frequency": "Monthly"}}""", "FRED filters by one")]
    [InlineData("""{"search": "gdp", "filter": {"units": " "}}""", "$.datasets[0].filter.units: is empty")]
    [InlineData("""{"search": "gdp", "limit_series": 0}""", "from 1 to 100000")]
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

    /// <summary>Checkpoints hang on these keys.</summary>
    [Theory]
    [InlineData("""{"series": ["DGS10", "GDP"]}""", "DGS10+1#6fbffd05b0b1")]
    [InlineData("""{"series": ["GDP"], "start": "2000-01-01", "lookback_observations": 5}""", "GDP#bcb148889800")]
    public void A_list_of_series_keeps_the_key_it_always_had(string json, string key)
    {
        Assert.Equal(key, Read(json).Dataset.Key);
    }

    [Theory]
    [InlineData("""{"release_id": 53}""", """{"release_id": 53, "bulk": true, "vintages": "latest"}""", """{"release_id": 53, "bulk": false}""")]
    [InlineData("""{"category_id": 18}""", """{"recursive": true, "category_id": 18}""", """{"category_id": 18, "recursive": false}""")]
    [InlineData("""{"search": "consumer price"}""", """{"search": "consumer price", "limit_series": null}""", """{"search": "consumer price", "limit_series": 5}""")]
    [InlineData("""{"series": ["GDP"]}""", """{"series": ["GDP"], "vintages": "latest"}""", """{"series": ["GDP"], "vintages": "all"}""")]
    public void A_default_that_is_said_changes_no_key_and_any_other_word_does(string silent, string said, string other)
    {
        Assert.Empty(Read(said).Problems);
        Assert.Equal(Read(silent).Dataset.Key, Read(said).Dataset.Key);
        Assert.NotEqual(Read(silent).Dataset.Key, Read(other).Dataset.Key);
    }

    [Fact]
    public void Only_named_series_are_known_without_asking()
    {
        Assert.False(Read("""{"series": ["GDP"]}""").Dataset.IsDiscovered);
        Assert.All(["""{"release_id": 53}""", """{"category_id": 18}""", """{"search": "gdp"}"""], json => Assert.True(Read(json).Dataset.IsDiscovered));
    }
}
