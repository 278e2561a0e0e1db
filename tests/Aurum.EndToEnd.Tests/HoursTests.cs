using Aurum.Domain;
using Aurum.EndToEnd.Tests.Support;
using Aurum.Storage;

namespace Aurum.EndToEnd.Tests;

/// <summary>NOAA's datasets of hours and quarters of an hour: normals in their stand-in year, and rain with what its gauges did not know.</summary>
public sealed class HoursTests
{
    private const string Datasets = """
        { "dataset": "NORMAL_HLY", "stations": ["USW00094728", "USC00457180"], "datatypes": ["HLY-TEMP-NORMAL", "HLY-WIND-AVGSPD"] },
        { "dataset": "PRECIP_15", "stations": ["COOP:010957", "COOP:356750"], "datatypes": ["QPCP"], "start": "2013-02-10" },
        { "dataset": "PRECIP_HLY", "stations": ["COOP:010957"], "datatypes": ["HPCP"], "start": "2011-12-25" }
        """;

    private static readonly (string Code, DateTime Start, string Unit)[] Series =
    [
        .. from station in (string[])["USW00094728", "USC00457180"]
           from type in (string[])["HLY-TEMP-NORMAL", "HLY-WIND-AVGSPD"]
           select ($"NORMAL_HLY:{station}:{type}", Day(2010, 1, 1), type.Contains("TEMP", StringComparison.Ordinal) ? "degC" : "m/s"),
        ("PRECIP_15:010957:QPCP", Day(2013, 2, 10), "mm"),
        ("PRECIP_15:356750:QPCP", Day(2013, 2, 10), "mm"),
        ("PRECIP_HLY:010957:HPCP", Day(2011, 12, 25), "mm"),
    ];

    [Fact]
    public async Task Every_hour_and_quarter_is_collected_as_the_provider_states_it()
    {
        await using var world = await World.UnconfiguredAsync(World.Small with { NoaaPageCap = 1000 });
        world.Config.Write("noaa", $$"""{ "name": "noaa", "rate_limit": { "requests_per_second": 500, "burst": 500, "daily_quota": null }, "datasets": [ {{Datasets}} ] }""");
        await world.Run("--providers", "noaa").EndsWithAsync(0);

        var stored = (await StoreComparison.RowsAsync(world.Data)).ToLookup(row => row.Series.Code);
        Assert.Equal(Series.Select(series => series.Code).Order(StringComparer.Ordinal), stored.Select(rows => rows.Key).Order(StringComparer.Ordinal));
        foreach (var (code, start, unit) in Series)
        {
            // What is not known is stated as 99999, and that text is kept.
            Assert.Equal(
                world.Simulator.Truth.Of(new SeriesId("noaa", code)).Where(truth => truth.Timestamp >= start).Select(truth =>
                    (truth.Timestamp, truth.Value, truth.ValueText ?? "99999", unit, truth.Frequency, truth.QualityFlag)),
                stored[code].Select(row => (row.Observation.Timestamp, row.Observation.Value, TextOf(row), row.Attributes.UnitCode!, row.Attributes.FrequencyCode!, row.Observation.QualityFlag)));
        }

        // The last quarter of the last year is there, unknown rain has its flag even where that is a comma, and some values failed a check.
        Assert.Contains(stored["PRECIP_15:010957:QPCP"], row => row.Observation.Timestamp >= Day(2013, 12, 31));
        Assert.Contains(stored["NORMAL_HLY:USW00094728:HLY-TEMP-NORMAL"], row => row.Observation.Timestamp == Day(2010, 12, 31).AddHours(23));
        foreach (var rain in Series.Where(series => series.Code.StartsWith("PRECIP", StringComparison.Ordinal)).Select(series => stored[series.Code].ToArray()))
        {
            Assert.Equal([",", "a"], rain.Where(row => row.Observation.Value is null).Select(row => row.Observation.Metadata!["measurement_flag"]).Distinct().Order(StringComparer.Ordinal));
            Assert.All(rain.Where(row => row.Observation.Value is not null), row => Assert.False(row.Observation.Metadata?.ContainsKey("measurement_flag") ?? false));
            Assert.Contains(rain, row => row.Observation.QualityFlag == "X");
        }

        Assert.All(stored["PRECIP_15:356750:QPCP"], row => Assert.Equal("HT", row.Observation.Metadata!["unit_flag"]));
        Assert.All(stored["NORMAL_HLY:USC00457180:HLY-WIND-AVGSPD"], row => Assert.Equal("R", row.Observation.Metadata!["completeness"]));

        // What has ended is quiet for ever.
        var rows = stored.Sum(series => series.Count());
        await world.Run("--providers", "noaa").EndsWithAsync(0);
        Assert.Equal(rows, (await StoreComparison.RowsAsync(world.Data)).Count);
    }

    private static string TextOf(StoredObservation row) =>
        row.Observation.ValueRaw ?? row.Observation.Value!.Value.ToString("R", System.Globalization.CultureInfo.InvariantCulture);

    private static DateTime Day(int year, int month, int day) => new(year, month, day, 0, 0, 0, DateTimeKind.Utc);
}
