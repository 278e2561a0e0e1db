using System.Globalization;
using Aurum.Domain;
using static Aurum.Providers.Tests.Noaa.NoaaExample;

namespace Aurum.Providers.Tests.Noaa;

public sealed class NoaaAttributesTests
{
    [Theory]
    [InlineData("GHCND", "TMAX", ",,W,2400", null, "observation_time=2400 source_flag=W")]
    [InlineData("GHCND", "TMAX", "L,I,7,0700", "I", "measurement_flag=L observation_time=0700 source_flag=7")]
    [InlineData("GHCND", "PRCP", ",,W,,new", null, "attributes=,,W,,new source_flag=W")]
    [InlineData("GSOM", "AWND", "3,W", null, "days_missing=3 source_flag=W")]
    [InlineData("GSOM", "DP01", ",W", null, "source_flag=W")]
    [InlineData("GSOM", "CDSD", "W", null, "source_flag=W")]
    [InlineData("GSOM", "TMAX", "2,,X,7", "X", "days_missing=2 source_flag=7")]
    [InlineData("GSOM", "PRCP", "1,a,,7", null, "days_missing=1 measurement_flag=a source_flag=7")]
    [InlineData("GSOM", "EMNT", ",W,17,+", null, "day_of_extreme=17 on_several_days=+ source_flag=W")]
    [InlineData("GSOM", "EMXP", "1,B,W,09,", null, "day_of_extreme=09 days_missing=1 measurement_flag=B source_flag=W")]
    [InlineData("GSOM", "MX31", ",,,X,3,1", null, "ground_cover=3 soil_depth=1 source_flag=X")]
    [InlineData("GSOY", "TMAX", "W", null, "source_flag=W")]
    [InlineData("GSOY", "PRCP", "a,W", null, "measurement_flag=a source_flag=W")]
    [InlineData("GSOY", "HTDD", "4,W", null, "days_missing=4 source_flag=W")]
    [InlineData("GSOY", "EMXT", "W,0721,+", null, "day_of_extreme=0721 on_several_days=+ source_flag=W")]
    [InlineData("GSOY", "FZF0", "W,1102", null, "day_of_extreme=1102 source_flag=W")]
    [InlineData("NORMAL_MLY", "MLY-TAVG-NORMAL", "Q", null, "completeness=Q")]
    [InlineData("PRECIP_HLY", "HPCP", "g,", null, "measurement_flag=g")]
    [InlineData("PRECIP_HLY", "HPCP", ",X", "X", "")]
    [InlineData("PRECIP_HLY", "HPCP", ",,X", "X", "measurement_flag=,")]
    [InlineData("PRECIP_15", "QPCP", "a,,HT", null, "measurement_flag=a unit_flag=HT")]
    [InlineData("PRECIP_15", "QPCP", ",,,HT", null, "measurement_flag=, unit_flag=HT")]
    [InlineData("PRECIP_15", "QPCP", ",X,HT", "X", "unit_flag=HT")]
    public void Every_data_set_has_its_own_order_of_flags(string dataset, string dataType, string attributes, string? quality, string metadata)
    {
        var observation = Only(dataset, dataType, attributes, "12");

        Assert.Equal(quality, observation.QualityFlag);
        Assert.Equal(12, observation.Value);
        Assert.Equal(metadata, string.Join(' ', (observation.Metadata ?? new Dictionary<string, string>()).OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}")));
    }

    [Fact]
    public void Nothing_with_the_flag_of_a_trace_is_a_trace()
    {
        var observation = Only("GHCND", "PRCP", "T,,W,2400", "0");

        Assert.Equal(0, observation.Value);
        Assert.Null(observation.ValueRaw);
        Assert.Equal(("T", "true"), (observation.Metadata!["measurement_flag"], observation.Metadata["trace"]));
    }

    [Theory]
    [InlineData("0", null, "0")]
    [InlineData("0.0", null, "0.0")]
    [InlineData("1.5", 1.5, null)]
    public void Nothing_that_is_only_presumed_is_no_value(string text, double? value, string? raw)
    {
        var observation = Only("GHCND", "PRCP", "P,,7,", text);

        Assert.Equal((value, raw, "P"), (observation.Value, observation.ValueRaw, observation.Metadata!["measurement_flag"]));
    }

    [Theory]
    [InlineData("GHCND", "-1767.8")]
    [InlineData("GHCND", "-39.37")]
    [InlineData("GHCND", "-2236.7")]
    [InlineData("NORMAL_DLY", "-9999")]
    [InlineData("PRECIP_HLY", "99999")]
    public void A_stand_in_for_missing_is_known_in_any_unit(string dataset, string text)
    {
        var observation = Only(dataset, "PRCP", "", text);

        Assert.Null(observation.Value);
        Assert.Equal(text, observation.ValueRaw);
    }

    [Theory]
    [InlineData("GHCND", "TMAX", "metric", "degC")]
    [InlineData("GHCND", "TMAX", "standard", "degF")]
    [InlineData("GHCND", "SNWD", "standard", "in")]
    [InlineData("GHCND", "WSF2", "metric", "m/s")]
    [InlineData("GHCND", "WDF2", "metric", "deg")]
    [InlineData("GHCND", "TSUN", "metric", "min")]
    [InlineData("GHCND", "PSUN", "metric", "%")]
    [InlineData("GHCND", "WT01", "metric", null)]
    [InlineData("GHCND", "DYXT", "metric", null)]
    [InlineData("GSOM", "DYXT", "metric", "yyyymmdd")]
    [InlineData("GSOY", "DX90", "metric", "d")]
    [InlineData("GSOM", "CDSD", "metric", "degC.d")]
    [InlineData("GSOM", "HTDD", "standard", "degF.d")]
    [InlineData("GSOY", "FZF3", "metric", "degC")]
    [InlineData("GSOM", "HN21", "metric", "degC")]
    [InlineData("PRECIP_HLY", "HPCP", "metric", "mm")]
    [InlineData("NORMAL_DLY", "DLY-TMAX-NORMAL", "standard", "degF")]
    [InlineData("NORMAL_MLY", "MLY-PRCP-NORMAL", "metric", "mm")]
    [InlineData("NORMAL_MLY", "MLY-PRCP-AVGNDS-GE010HI", "metric", "d")]
    [InlineData("NORMAL_DLY", "DLY-PRCP-PCTALL-GE001HI", "metric", "%")]
    [InlineData("NORMAL_ANN", "ANN-HTDD-NORMAL", "metric", "degC.d")]
    [InlineData("NORMAL_HLY", "HLY-TEMP-NORMAL", "metric", "degC")]
    [InlineData("NORMAL_HLY", "HLY-WIND-AVGSPD", "metric", "m/s")]
    [InlineData("NORMAL_HLY", "HLY-PRES-NORMAL", "metric", null)]
    public void The_unit_follows_from_data_set_data_type_and_what_was_asked(string dataset, string dataType, string units, string? unit)
    {
        var series = Assert.Single(Provider.Expand(Dataset($$"""{"dataset":"{{dataset}}","stations":["A"],"datatypes":["{{dataType}}"],"units":"{{units}}"}""").Dataset, [])!);
        var fetch = Assert.Single(Provider.PlanObservations([Want(series, Window.Everything)], Today));

        Assert.Contains($"&units={units}&", Asked(fetch), StringComparison.Ordinal);
        var entry = Assert.Single(PageOf(Assert.Single(Provider.PlanCatalog([series])), null, """{"id":"GHCND:A","name":"B"}""").Catalog);
        Assert.Equal(unit, entry.UnitCode);
    }

    [Theory]
    [InlineData("GSOY", "DYXP", "is a date")]
    [InlineData("GSOM", "HDSD", "running total")]
    [InlineData("NORMAL_ANN", "ANN-TAVG-NORMAL", "stand-in year 2010")]
    public void The_catalog_says_what_a_reader_of_the_numbers_must_know(string dataset, string dataType, string words)
    {
        var fetch = Assert.Single(Provider.PlanCatalog(Series(dataset, ["A"], [dataType])));

        Assert.Contains(words, Assert.Single(PageOf(fetch, null, """{"id":"GHCND:A","name":"B"}""").Catalog).Description, StringComparison.Ordinal);
    }

    [Fact]
    public void A_date_of_an_extreme_keeps_its_number() =>
        Assert.Equal(20130721, Only("GSOM", "DYXT", "", "20130721").Value);

    [Fact]
    public void Quarters_of_an_hour_are_kept_apart()
    {
        var fetch = Fetch("PRECIP_15", ["COOP:010957"], ["QPCP"], Days(Day(2013, 1, 1), Day(2013, 1, 2)));
        var body = Body(1, 2, "2013-01-01|010957|QPCP||1", "2013-01-01|010957|QPCP||2").Replace("2013-01-01T00:00:00\",\"datatype\":\"QPCP\",\"station\":\"GHCND:010957\",\"attributes\":\"\",\"value\":2", "2013-01-01T00:15:00\",\"datatype\":\"QPCP\",\"station\":\"COOP:010957\",\"attributes\":\"\",\"value\":2", StringComparison.Ordinal);

        var slice = Assert.Single(PageOf(fetch, null, body).Slices);

        Assert.Equal(["00:00 1", "00:15 2"], slice.Observations.Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Timestamp:HH:mm} {one.Value}")));
        Assert.Equal("15MIN", slice.Attributes.FrequencyCode);
    }

    private static Observation Only(string dataset, string dataType, string attributes, string value)
    {
        var day = dataset.StartsWith("NORMAL_", StringComparison.Ordinal) ? "2010-01-01" : "2013-01-01";
        var fetch = Fetch(dataset, ["A"], [dataType], Window.Everything);
        return Assert.Single(Assert.Single(PageOf(fetch, null, Body(1, 1, $"{day}|A|{dataType}|{attributes}|{value}")).Slices).Observations);
    }
}
