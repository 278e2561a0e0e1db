using Aurum.Domain;
using static Aurum.Providers.Tests.Noaa.NoaaExample;

namespace Aurum.Providers.Tests.Noaa;

public sealed class NoaaObservationsTests
{
    private static readonly Fetch September = Fetch("GHCND", ["USC00200230"], ["PRCP"], Days(Day(2013, 9, 1), Day(2013, 10, 1)));

    [Fact]
    public void A_recorded_month_of_rain_is_read()
    {
        var page = PageOf(September, null, Recorded("data-ghcnd-daily-prcp.json"));

        Assert.Null(page.Next);
        var slice = Assert.Single(page.Slices);
        Assert.Equal("GHCND:USC00200230:PRCP", slice.Series.Code);
        Assert.Equal(new("mm", "D", "GHCND", "USC00200230"), slice.Attributes);
        Assert.Equal(28, slice.Observations.Count);
        Assert.Equal(Day(2013, 9, 3), slice.Observations[0].Timestamp);
        Assert.Equal(DateTimeKind.Utc, slice.Observations[0].Timestamp.Kind);
        Assert.Equal(8, slice.Observations[4].Value);
        Assert.Null(slice.Observations[4].ValueRaw);
        Assert.Equal(Today, slice.Observations[4].AsOf);
        Assert.Null(slice.Observations[4].QualityFlag);
        Assert.Equal("7", slice.Observations[4].Metadata!["source_flag"]);
        Assert.Equal("1800", slice.Observations[4].Metadata!["observation_time"]);
        Assert.Same(slice.Observations[0].Metadata, slice.Observations[1].Metadata);
    }

    [Fact]
    public void A_recorded_leap_year_without_metadata_is_one_page()
    {
        var fetch = Fetch("GHCND", ["USW00014739"], ["TMAX"], Days(Day(2020, 1, 1), Day(2021, 1, 1)));
        var rows = System.Text.Encoding.UTF8.GetString(Recorded("data-ghcnd-tmax-2020-boston-results-only.json"));

        var page = PageOf(fetch, null, $$"""{"results":{{rows}}}""");

        Assert.Null(page.Next);
        Assert.Equal(366, Assert.Single(page.Slices).Observations.Count);
    }

    [Fact]
    public void Series_nobody_wants_are_left_out_and_the_page_is_not_the_last()
    {
        var fetch = Fetch("GHCND", ["USC00173046"], ["SNWD", "TMIN"], Days(Day(2017, 1, 1), Day(2017, 2, 1)));

        var page = PageOf(fetch, null, Recorded("data-ghcnd-mixed-datatypes.json"));

        Assert.Equal(["GHCND:USC00173046:SNWD", "GHCND:USC00173046:TMIN"], page.Slices.Select(slice => slice.Series.Code).Order());
        Assert.Equal("degC", page.Slices.Single(slice => slice.Series.Code.EndsWith("TMIN", StringComparison.Ordinal)).Attributes.UnitCode);
        Assert.Contains("&offset=7&", Asked(fetch, page.Next), StringComparison.Ordinal);
    }

    [Fact]
    public void Normals_say_how_complete_they_are()
    {
        var fetch = Fetch("NORMAL_DLY", ["AQW00061705"], ["dly-tmax-normal"], Days(Day(2010, 5, 1), Day(2010, 5, 11)));

        var slice = Assert.Single(PageOf(fetch, null, Recorded("data-normal-dly-page1.json")).Slices);

        var observation = Assert.Single(slice.Observations);
        Assert.Equal(869, observation.Value);
        Assert.Equal("C", observation.Metadata!["completeness"]);
        Assert.Equal(("degC", "D", "NORMAL_DLY"), (slice.Attributes.UnitCode, slice.Attributes.FrequencyCode, slice.Attributes.DatasetCode));
    }

    [Fact]
    public void Hours_of_hourly_normals_are_kept_apart()
    {
        var fetch = Fetch("NORMAL_HLY", ["A"], ["HLY-TEMP-NORMAL"], Days(Day(2010, 1, 1), Day(2010, 1, 2)));
        var body = Body(1, 2, "2010-01-01|A|HLY-TEMP-NORMAL|C|1", "2010-01-01|A|HLY-TEMP-NORMAL|C|2").Replace("T00:00:00\",\"datatype\":\"HLY-TEMP-NORMAL\",\"station\":\"GHCND:A\",\"attributes\":\"C\",\"value\":2", "T01:00:00\",\"datatype\":\"HLY-TEMP-NORMAL\",\"station\":\"GHCND:A\",\"attributes\":\"C\",\"value\":2", StringComparison.Ordinal);

        var slice = Assert.Single(PageOf(fetch, null, body).Slices);

        Assert.Equal([Day(2010, 1, 1), Day(2010, 1, 1).AddHours(1)], slice.Observations.Select(one => one.Timestamp));
        Assert.Equal("H", slice.Attributes.FrequencyCode);
    }

    [Fact]
    public void A_failed_check_is_a_quality_flag()
    {
        var observation = Only(Body(1, 1, "2013-09-05|USC00200230|PRCP|T,X,7,|12.50"));

        Assert.Equal("X", observation.QualityFlag);
        Assert.Equal(12.5, observation.Value);
        Assert.Equal("12.50", observation.ValueRaw);
        Assert.Equal(["measurement_flag", "source_flag"], observation.Metadata!.Keys.Order());
    }

    [Theory]
    [InlineData("")]
    [InlineData(",")]
    [InlineData(",,,,,")]
    public void Fewer_or_more_attributes_than_expected_are_fine(string attributes)
    {
        var observation = Only(Body(1, 1, $"2013-09-05|USC00200230|PRCP|{attributes}|1"));

        Assert.Null(observation.QualityFlag);
        Assert.Null(observation.Metadata);
    }

    [Fact]
    public void Attributes_may_be_absent() =>
        Assert.Equal(1, Only("""{"results":[{"date":"2013-09-05T00:00:00","datatype":"PRCP","station":"GHCND:USC00200230","value":1}]}""").Value);

    [Theory]
    [InlineData("GHCND", "-9999", true)]
    [InlineData("GHCND", "-9999.0", true)]
    [InlineData("GHCND", "-999.9", true)]
    [InlineData("GHCND", "99999", true)]
    [InlineData("GHCND", "9999", false)]
    [InlineData("GSOM", "9999", true)]
    [InlineData("GSOY", "9999.0", true)]
    public void Stand_ins_for_missing_values_become_null(string dataset, string value, bool isMissing)
    {
        var fetch = Fetch(dataset, ["A"], ["PRCP"], Days(Day(2013, 1, 1), Day(2014, 1, 1)));

        var observation = Assert.Single(Assert.Single(PageOf(fetch, null, Body(1, 1, $"2013-01-01|A|PRCP||{value}")).Slices).Observations);

        Assert.Equal(isMissing, observation.Value is null);
        Assert.Equal(isMissing ? value : null, observation.ValueRaw);
    }

    [Fact]
    public void A_trace_is_nothing_that_remembers_its_text()
    {
        var observation = Only(Body(1, 1, "2013-09-05|USC00200230|PRCP||-7777"));

        Assert.Equal(0, observation.Value);
        Assert.Equal("-7777", observation.ValueRaw);
        Assert.Equal("true", observation.Metadata!["trace"]);
    }

    [Fact]
    public void A_row_that_comes_twice_is_one() =>
        Assert.Equal(1, Only(Body(1, 2, "2013-09-05|USC00200230|PRCP||1", "2013-09-05|USC00200230|PRCP||1")).Value);

    [Fact]
    public void Two_values_for_a_day_are_refused()
    {
        var failure = FailureOf(September, null, Body(1, 2, "2013-09-05|USC00200230|PRCP||1", "2013-09-05|USC00200230|PRCP||2"));

        Assert.Equal(FailureKind.Malformed, failure.Kind);
        Assert.Contains("$.results[1]: expected one value of GHCND:USC00200230:PRCP for 2013-09-05T00:00", failure.Detail);
    }

    [Fact]
    public void Rows_outside_a_series_own_window_are_left_out() =>
        Assert.Empty(PageOf(September, null, Body(1, 1, "2013-10-01|USC00200230|PRCP||1")).Slices);

    [Fact]
    public void Rows_before_a_series_own_start_are_left_out_though_another_asked_for_them()
    {
        var window = Days(Day(2013, 1, 1), Day(2014, 1, 1));
        var fetch = Assert.Single(Provider.PlanObservations(
            [Want(Series("GHCND", ["A"], ["TMAX"])[0], window), Want(Series("GHCND", ["B"], ["TMAX"], "2013-02-01")[0], window)], Today));

        var page = PageOf(fetch, null, Body(1, 2, "2013-01-31|A|TMAX||1", "2013-01-31|B|TMAX||2"));

        Assert.Equal("GHCND:A:TMAX", Assert.Single(page.Slices).Series.Code);
    }

    [Fact]
    public void An_unknown_unit_comes_from_the_catalog()
    {
        var series = Assert.Single(Series("GHCND", ["A"], ["WT01"]));
        var want = new Want(series, Days(Day(2013, 1, 1), Day(2013, 2, 1)), new(series.Id, "t", UnitCode: "flag"));
        var fetch = Assert.Single(Provider.PlanObservations([want], Today));

        Assert.Equal("flag", Assert.Single(PageOf(fetch, null, Body(1, 1, "2013-01-01|A|WT01||1")).Slices).Attributes.UnitCode);
    }

    [Fact]
    public void Nothing_found_is_an_empty_page()
    {
        var page = PageOf(September, null, Recorded("empty-result.json"));

        Assert.Empty(page.Slices);
        Assert.Null(page.Next);
    }

    private static Aurum.Domain.Observation Only(string body) => Assert.Single(Assert.Single(PageOf(September, null, body).Slices).Observations);
}
