using Aurum.Domain;
using static Aurum.Providers.Tests.WorldBank.WorldBankExample;

namespace Aurum.Providers.Tests.WorldBank;

public sealed class WorldBankObservationsTests
{
    [Fact]
    public void A_recorded_history_is_read_oldest_first()
    {
        var page = PageOf(Fetch("NY.GDP.MKTP.CD", ["BRA"]), null, Recorded("data-gdp-bra-full-2025.json"));

        Assert.Null(page.Next);
        Assert.Null(page.CompleteBefore);
        var slice = Assert.Single(page.Slices);
        Assert.Equal("NY.GDP.MKTP.CD:BRA", slice.Series.Code);
        Assert.Equal(new SeriesAttributes(null, "A", "2", "BRA"), slice.Attributes);
        Assert.Equal(65, slice.Observations.Count);
        Assert.Equal(Year(1960), slice.Observations[0].Timestamp);
        Assert.Equal(2179412080828.59, slice.Observations[^1].Value);
        Assert.Null(slice.Observations[^1].ValueRaw);
        Assert.All(slice.Observations, one => Assert.Equal(new DateOnly(2025, 7, 1), one.AsOf));
    }

    [Fact]
    public void Recorded_countries_come_apart_by_either_code()
    {
        var page = PageOf(Fetch("SP.POP.TOTL", ["GE", "ALB", "mng"]), null, Recorded("data-pop-three-countries.json"));

        Assert.Equal(["SP.POP.TOTL:GE 3 GEO", "SP.POP.TOTL:ALB 3 ALB", "SP.POP.TOTL:MNG 3 MNG"], page.Slices.Select(slice => $"{slice.Series.Code} {slice.Observations.Count} {slice.Attributes.GeoId}"));
        Assert.All(page.Slices, slice => Assert.Equal([Year(2005), Year(2006), Year(2007)], slice.Observations.Select(one => one.Timestamp)));
    }

    [Fact]
    public void Recorded_aggregates_are_countries_too()
    {
        var page = PageOf(Fetch("SP.POP.TOTL", ["LCN", "SAS", "SSF", "ECS", "MEA", "EAS", "NAC"]), null, Recorded("data-pop-region-aggregates.json"));

        Assert.Equal(7, page.Slices.Count);
        Assert.All(page.Slices, slice => Assert.Equal(5, slice.Observations.Count));
    }

    [Fact]
    public void A_recorded_first_page_of_many_has_a_next_one()
    {
        var page = PageOf(Fetch("NY.GDP.MKTP.CD", ["ARB"]), null, Recorded("data-gdp-all-page1.json"));

        Assert.Equal("2;2021-05-25;16104", page.Next);
        var newest = Assert.Single(page.Slices).Observations[^1];
        Assert.Equal((Year(2020), null), (newest.Timestamp, newest.Value));
    }

    [Fact]
    public void A_recorded_empty_answer_is_an_empty_page()
    {
        var page = PageOf(Fetch("X.Y", ["USA"]), null, Recorded("data-empty.json"));

        Assert.Empty(page.Slices);
        Assert.Null(page.Next);
    }

    [Theory]
    [InlineData("2020", "2020-01-01", "A")]
    [InlineData("2020Q1", "2020-01-01", "Q")]
    [InlineData("2020Q4", "2020-10-01", "Q")]
    [InlineData("2020M01", "2020-01-01", "M")]
    [InlineData("2020M3", "2020-03-01", "M")]
    [InlineData("2020M12", "2020-12-01", "M")]
    public void The_form_of_a_date_tells_the_frequency(string date, string first, string frequency)
    {
        var slice = Assert.Single(PageOf(Fetch("X.Y", ["USA"]), null, Body([$"US|USA|{date}|1.50"])).Slices);

        Assert.Equal(frequency, slice.Attributes.FrequencyCode);
        var observation = Assert.Single(slice.Observations);
        Assert.Equal(first, $"{observation.Timestamp:yyyy-MM-dd}");
        Assert.Equal((1.5, "1.50"), (observation.Value, observation.ValueRaw));
    }

    [Theory]
    [InlineData("Jun.18")]
    [InlineData("2020Q5")]
    [InlineData("2020M13")]
    [InlineData("2020M00")]
    [InlineData("0000")]
    [InlineData("20201")]
    public void Another_date_is_malformed(string date)
    {
        var failure = FailureOf(Fetch("X.Y", ["USA"]), null, Body([$"US|USA|{date}|1"]));

        Assert.Equal(FailureKind.Malformed, failure.Kind);
        Assert.Contains("$[1][0].date", failure.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "A")]
    [InlineData("A", "A")]
    [InlineData("M", "M")]
    [InlineData("W", "A")]
    public void Of_several_frequencies_side_by_side_one_is_the_series(string? known, string kept)
    {
        var series = Assert.Single(Series(["X.Y"], ["USA"]));
        var fetch = Assert.Single(Provider.PlanObservations([Want(series, Window.Everything, new CatalogEntry(series.Id, "t", FrequencyCode: known))], Today));

        var slice = Assert.Single(PageOf(fetch, null, Body(["US|USA|2020|1", "US|USA|2020M02|2", "US|USA|2020Q2|3"])).Slices);

        Assert.Equal(kept, slice.Attributes.FrequencyCode);
        Assert.Single(slice.Observations);
    }

    [Fact]
    public void Rows_outside_the_window_are_left_out()
    {
        var fetch = Fetch("X.Y", ["USA"], new Window(Year(2019), Year(2021)));

        var slice = Assert.Single(PageOf(fetch, null, Body(["US|USA|2021|1", "US|USA|2020|2", "US|USA|2018|3"])).Slices);

        Assert.Equal(Year(2020), Assert.Single(slice.Observations).Timestamp);
    }

    [Fact]
    public void Rows_before_the_configured_start_are_left_out()
    {
        var series = Assert.Single(Provider.Expand(Dataset("""{"indicators":["X.Y"],"countries":["USA"],"start":"2020-01-01"}""").Dataset, [])!);
        var fetch = Assert.Single(Provider.PlanObservations([Want(series, Window.Everything)], Today));

        Assert.EndsWith("&date=2020:2100", Asked(fetch), StringComparison.Ordinal);
        Assert.Single(Assert.Single(PageOf(fetch, null, Body(["US|USA|2020|1", "US|USA|2019|2"])).Slices).Observations);
    }

    [Fact]
    public void Status_and_unit_are_kept_where_they_are_told()
    {
        var body = Body(["US|USA|2020|1"]).Replace("\"unit\":\"\",\"obs_status\":\"\"", "\"unit\":\"USD\",\"obs_status\":\"F\"", StringComparison.Ordinal);

        var slice = Assert.Single(PageOf(Fetch("X.Y", ["USA"]), null, body).Slices);

        Assert.Equal("USD", slice.Attributes.UnitCode);
        Assert.Equal("F", slice.Observations[0].Status);
    }

    [Fact]
    public void A_unit_that_is_not_told_comes_from_the_catalog()
    {
        var series = Assert.Single(Series(["X.Y"], ["USA"]));
        var fetch = Assert.Single(Provider.PlanObservations([Want(series, Window.Everything, new CatalogEntry(series.Id, "t", UnitCode: "current US$"))], Today));

        Assert.Equal("current US$", Assert.Single(PageOf(fetch, null, Body(["US|USA|2020|1"])).Slices).Attributes.UnitCode);
    }

    [Fact]
    public void Without_a_date_of_the_database_the_day_of_collection_counts()
    {
        var body = Body(["|USA|2020|1"]).Replace("\"2026-07-13\"", "null", StringComparison.Ordinal);

        Assert.Equal(Today, Assert.Single(PageOf(Fetch("X.Y", ["USA"]), null, body).Slices).Observations[0].AsOf);
    }

    [Fact]
    public void A_code_of_three_characters_may_be_empty() =>
        Assert.Equal("1W", Assert.Single(PageOf(Fetch("X.Y", ["1W"]), null, Body(["1W||2020|1"])).Slices).Attributes.GeoId);
}
