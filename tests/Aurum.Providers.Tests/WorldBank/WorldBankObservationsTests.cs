using Aurum.Domain;
using static Aurum.Providers.Tests.WorldBank.WorldBankExample;

namespace Aurum.Providers.Tests.WorldBank;

public sealed class WorldBankObservationsTests
{
    private static Fetch Of(string frequency) => Assert.Single(FetchesOf($$"""{"indicators":["X.Y"],"countries":["USA"],"frequency":"{{frequency}}"}"""));

    [Fact]
    public void A_recorded_history_is_read_oldest_first()
    {
        var page = PageOf(Fetch("NY.GDP.MKTP.CD", ["BRA"]), null, Recorded("data-gdp-bra-full-2025.json"));

        Assert.Null(page.Next);
        Assert.Null(page.CompleteBefore);
        var slice = Assert.Single(page.Slices);
        Assert.Equal("NY.GDP.MKTP.CD:BRA", slice.Series.Code);
        Assert.Equal(new SeriesAttributes("current US$", "A", "2", "BRA"), slice.Attributes);
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
    public void A_recorded_empty_answer_is_an_empty_page()
    {
        var page = PageOf(Fetch("X.Y", ["USA"]), null, Recorded("data-empty.json"));

        Assert.Empty(page.Slices);
        Assert.Null(page.Next);
    }

    [Theory]
    [InlineData("annual", "2020", "2020-01-01", "A")]
    [InlineData("quarterly", "2020Q1", "2020-01-01", "Q")]
    [InlineData("quarterly", "2020Q4", "2020-10-01", "Q")]
    [InlineData("monthly", "2020M01", "2020-01-01", "M")]
    [InlineData("monthly", "2020M3", "2020-03-01", "M")]
    [InlineData("monthly", "2020M12", "2020-12-01", "M")]
    public void A_period_becomes_its_first_day(string frequency, string date, string first, string code)
    {
        var slice = Assert.Single(PageOf(Of(frequency), null, Body([$"US|USA|{date}|1.50"])).Slices);

        Assert.Equal(code, slice.Attributes.FrequencyCode);
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
    [InlineData("annual", 1)]
    [InlineData("monthly", 2)]
    [InlineData("quarterly", 3)]
    public void Of_several_frequencies_side_by_side_one_is_the_series(string frequency, double value)
    {
        var slice = Assert.Single(PageOf(Of(frequency), null, Body(["US|USA|2020|1", "US|USA|2020M02|2", "US|USA|2020Q2|3"])).Slices);

        Assert.Equal(value, Assert.Single(slice.Observations).Value);
    }

    [Fact]
    public void Rows_of_no_other_form_than_a_wrong_one_tell_what_to_configure()
    {
        var failure = FailureOf(Of("annual"), null, Body(["US|USA|2020Q1|1", "US|USA|2020Q2|2"]));

        Assert.Equal(FailureKind.Malformed, failure.Kind);
        Assert.Contains("all rows of X.Y are quarterly, asked was for annual ones; say \"frequency\": \"quarterly\" in its dataset", failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void One_of_several_indicators_that_is_not_there_in_that_frequency_is_told_apart()
    {
        var fetch = Assert.Single(FetchesOf("""{"indicators":["X.Y","Z.Z"],"countries":["USA","DEU"],"source":2}"""));
        var body = Body(["US|USA|2020|1", "DE|DEU|2020M01|2"]).Replace("{\"id\":\"X.Y\",\"value\":\"X (y)\"},\"country\":{\"id\":\"DE\"", "{\"id\":\"Z.Z\",\"value\":\"Z\"},\"country\":{\"id\":\"DE\"", StringComparison.Ordinal);

        var failure = FailureOf(fetch, null, body);

        Assert.Equal((FailureKind.Rejected, true), (failure.Kind, fetch.SplitOnRejection));
        Assert.Contains("all rows of Z.Z are monthly", failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_of_the_asked_form_may_begin_on_a_later_page()
    {
        string[] quarters = [.. Enumerable.Range(0, 20_000).Select(index => $"US|USA|{1000 + (index % 9000)}Q1|1")];
        var first = PageOf(Of("annual"), null, Body(quarters, page: 1, pages: 2, total: 20_001));
        Assert.Matches("^2;2026-07-13;20001;[0-9a-f]{16};unmatched$", first.Next);
        Assert.Empty(first.Slices);

        Assert.Single(PageOf(Of("annual"), first.Next, Body(["US|USA|2020|1"], page: 2, pages: 2, total: 20_001)).Slices);
        Assert.Equal(FailureKind.Malformed, FailureOf(Of("annual"), first.Next, Body(["US|USA|2020Q1|1"], page: 2, pages: 2, total: 20_001)).Kind);
    }

    [Fact]
    public void Two_values_for_one_date_are_refused_unless_they_are_the_same()
    {
        Assert.Single(Assert.Single(PageOf(Of("annual"), null, Body(["US|USA|2020|1", "US|USA|2020|1"])).Slices).Observations);

        var failure = FailureOf(Of("annual"), null, Body(["US|USA|2019|1", "US|USA|2020|1", "US|USA|2020|2"]));
        Assert.Equal(FailureKind.Malformed, failure.Kind);
        Assert.Contains("$[1][2]: expected one value of X.Y for USA and its date; row 1 says something else", failure.Detail, StringComparison.Ordinal);
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

    [Theory]
    [InlineData("USD", "LCU", "USD")]
    [InlineData("", "LCU", "LCU")]
    [InlineData("", null, "constant LCU")]
    public void A_unit_comes_from_the_row_else_from_the_catalog_else_from_the_name(string told, string? known, string unit)
    {
        var series = Assert.Single(Series(["X.Y"], ["USA"]));
        var fetch = Assert.Single(Provider.PlanObservations([Want(series, Window.Everything, new CatalogEntry(series.Id, "t", UnitCode: known))], Today));
        var body = Body(["US|USA|2020|1"]).Replace("X (y)", "X (constant LCU)", StringComparison.Ordinal).Replace("\"unit\":\"\"", $"\"unit\":\"{told}\"", StringComparison.Ordinal);

        Assert.Equal(unit, Assert.Single(PageOf(fetch, null, body).Slices).Attributes.UnitCode);
    }

    [Fact]
    public void Observations_say_unit_and_frequency_themselves_and_need_no_catalog() => Assert.False(Provider.Descriptor.ObservationsNeedCatalog);

    [Fact]
    public void Without_a_date_of_the_database_the_day_of_collection_counts()
    {
        var body = Body(["|USA|2020|1"]).Replace("\"2026-07-13\"", "null", StringComparison.Ordinal);

        Assert.Equal(Today, Assert.Single(PageOf(Fetch("X.Y", ["USA"]), null, body).Slices).Observations[0].AsOf);
    }

    [Fact]
    public void A_code_of_three_characters_may_be_empty() =>
        Assert.Equal("1W", Assert.Single(PageOf(Fetch("X.Y", ["1W"]), null, Body(["1W||2020|1"])).Slices).Attributes.GeoId);

    [Fact]
    public void Several_indicators_come_apart_and_know_their_database()
    {
        var fetch = Assert.Single(FetchesOf("""{"indicators":["X.Y","Z.Z"],"countries":["USA","DEU"],"source":2}"""));
        var body = Body(["US|USA|2020|1", "DE|DEU|2020|2", "US|USA|2021|3", "DE|DEU|2021|null"]).Replace("\"sourceid\":\"2\"", "\"sourceid\":null,\"sourcename\":null", StringComparison.Ordinal);
        var other = body.Replace("{\"id\":\"X.Y\",\"value\":\"X (y)\"},\"country\":{\"id\":\"DE\"", "{\"id\":\"Z.Z\",\"value\":\"Z (years)\"},\"scale\":\"\",\"country\":{\"id\":\"DE\"", StringComparison.Ordinal);

        Assert.Equal(
            ["X.Y:USA 2  1 3", "Z.Z:DEU 2 years 2 "],
            PageOf(fetch, null, other).Slices.Select(slice => $"{slice.Series.Code} {slice.Attributes.DatasetCode} {slice.Attributes.UnitCode} {string.Join(' ', slice.Observations.Select(one => one.Value))}"));
    }

    [Fact]
    public void A_window_that_the_service_dropped_leaves_nothing_but_what_was_asked_for()
    {
        var fetch = Fetch("X.Y", ["USA"], new Window(Year(2030), DateTime.MaxValue));

        Assert.Empty(PageOf(fetch, null, Body(["US|USA|2021|1", "US|USA|2020|2"])).Slices);
    }
}
