using Aurum.Domain;
using static Aurum.Providers.Tests.Fred.FredFixture;

namespace Aurum.Providers.Tests.Fred;

public class FredCatalogTests
{
    [Fact]
    public void A_series_is_described_in_FREDs_own_words()
    {
        var entry = Assert.Single(Page(Catalog(), Recorded("series-gdp.json")).Catalog);

        Assert.Equal(("Gross Domestic Product", "Billions of Dollars", "Q"), (entry.Title, entry.UnitCode, entry.FrequencyCode));
        Assert.StartsWith("BEA Account Code: A191RC", entry.Description);
        Assert.Equal("https://fred.stlouisfed.org/series/GDP", entry.SourceUrl);
        Assert.Equal((Utc(1947, 1, 1), Utc(2024, 7, 1)), (entry.Start, entry.End));
        Assert.Equal(new DateTimeOffset(2024, 10, 30, 7, 54, 1, TimeSpan.FromHours(-5)), entry.LastUpdated);
        Assert.Equal("93", entry.Metadata!["popularity"]);
        Assert.Equal("Seasonally Adjusted Annual Rate", entry.Metadata["seasonal_adjustment"]);
        Assert.Equal("Bil. of $", entry.Metadata["units_short"]);
    }

    [Fact]
    public void The_offset_of_the_last_update_has_no_minutes_and_follows_the_seasons()
    {
        var entry = Assert.Single(Page(Catalog(), Recorded("series-gdp-winter.json")).Catalog);

        Assert.Equal(new DateTimeOffset(2024, 12, 19, 7, 55, 1, TimeSpan.FromHours(-6)), entry.LastUpdated);
    }

    [Theory]
    [InlineData("WGS10YR", "series-wgs10yr-weekly.json", "W")]
    [InlineData("GNPCA", "series-gnpca-annual.json", "A")]
    public void Frequencies_come_as_short_codes(string id, string file, string code)
    {
        Assert.Equal(code, Assert.Single(Page(Catalog(id), Recorded(file)).Catalog).FrequencyCode);
    }

    [Fact]
    public void Notes_may_be_absent()
    {
        var body = BodyDamage.Edited(Recorded("series-gdp.json"), root => root["seriess"]![0]!.AsObject().Remove("notes"));

        Assert.Null(Assert.Single(Page(Catalog(), body).Catalog).Description);
    }

    [Fact]
    public void An_answer_about_another_series_or_none_is_malformed()
    {
        var other = Failure(Catalog("GNPCA"), Recorded("series-gdp.json"));
        var none = Failure(Catalog(), """{"seriess":[]}"""u8.ToArray());

        Assert.Equal((FailureKind.Malformed, FailureKind.Malformed), (other.Kind, none.Kind));
        Assert.Contains("$.seriess[0].id: expected \"GNPCA\", not \"GDP\"", other.Detail);
        Assert.Contains("$.seriess: expected", none.Detail);
    }

    [Fact]
    public void Of_several_versions_the_latest_counts_and_earlier_units_are_kept()
    {
        var body = """
            {"seriess":[
              {"id":"GDPC1","realtime_start":"2013-07-31","realtime_end":"2018-07-26","title":"Real GDP","units":"Billions of Chained 2009 Dollars","frequency_short":"Q"},
              {"id":"GDPC1","realtime_start":"2018-07-27","realtime_end":"9999-12-31","title":"Real Gross Domestic Product","units":"Billions of Chained 2012 Dollars","frequency_short":"Q"},
              {"id":"GDPC1","realtime_start":"1991-12-04","realtime_end":"2013-07-30","title":"Real GDP","units":"Billions of Chained 2005 Dollars","frequency_short":"Q"}]}
            """;

        var entry = Assert.Single(Page(Catalog("GDPC1"), body).Catalog);

        Assert.Equal(("Real Gross Domestic Product", "Billions of Chained 2012 Dollars"), (entry.Title, entry.UnitCode));
        Assert.Equal("Billions of Chained 2005 Dollars (until 2013-07-30); Billions of Chained 2009 Dollars (until 2018-07-26)", entry.Metadata!["earlier_units"]);
        Assert.Equal("Real GDP (until 2018-07-26)", entry.Metadata["earlier_titles"]);
        Assert.DoesNotContain("earlier_frequencies", entry.Metadata.Keys);
    }

    [Fact]
    public void Every_description_that_there_ever_was_is_asked_for_where_all_vintages_are_wanted()
    {
        var fetch = Provider.PlanCatalog(Provider.Expand(Read("""{"series": ["GDP"], "vintages": "all"}""").Dataset, [])!).Single();

        Assert.Equal("/fred/series?series_id=GDP&file_type=json&realtime_start=1776-07-04&realtime_end=9999-12-31", AddressOf(fetch));
        Assert.Equal("/fred/series?series_id=GDP&file_type=json", AddressOf(Catalog()));
    }

    [Fact]
    public void A_series_outside_the_archive_has_the_description_of_today()
    {
        var fetch = Provider.PlanCatalog(Provider.Expand(Read("""{"series": ["GDP"], "vintages": "all"}""").Dataset, [])!).Single();
        var outside = """{"error_code":400,"error_message":"Bad Request.  The series does not exist in ALFRED but may exist in FRED."}"""u8.ToArray();

        var page = Assert.IsType<Page>(Parse(fetch, outside, 400));

        Assert.Empty(page.Catalog);
        Assert.Equal("/fred/series?series_id=GDP&file_type=json", AddressOf(fetch, page.Next));
        Assert.Equal("Gross Domestic Product", Assert.Single(Page(fetch, Recorded("series-gdp.json"), page.Next).Catalog).Title);
        Assert.Equal(FailureKind.Rejected, Failure(fetch, outside, 400, page.Next).Kind);
        Assert.Equal(FailureKind.Rejected, Failure(Catalog(), outside, 400).Kind);
    }

    [Fact]
    public void Units_that_never_changed_are_told_once()
    {
        Assert.DoesNotContain("earlier_units", Assert.Single(Page(Catalog(), Recorded("series-gdp.json")).Catalog).Metadata!.Keys);
    }

    [Fact]
    public void Each_series_is_one_call()
    {
        Assert.Equal(["series GDP", "series DGS10"], Provider.PlanCatalog([Series(), Series("DGS10"), Series()]).Select(fetch => fetch.Label));
    }
}
