using System.Globalization;
using Aurum.Simulator.Values;

namespace Aurum.Simulator.Noaa;

/// <summary>Values and flags as both services print them.</summary>
internal static class NoaaValues
{
    /// <summary>What precipitation says where it is not known.</summary>
    private const string Unknown = "99999";

    /// <summary>
    /// Without units daily values are tenths, and normals tenths of degrees Fahrenheit and hundredths of inches; monthly and annual ones
    /// are plain metric numbers all the same.
    /// </summary>
    public static string Text(NoaaDataset dataset, NoaaDatatype datatype, SimulatedSeries series, DateTime timestamp, string? units) => units switch
    {
        _ when series.PresenceAt(series.Cadence.AtOrBefore(timestamp), timestamp) == Presence.Missing => Unknown,
        not "metric" when dataset.IsNormals => Normal(datatype.Unit, series.Value(timestamp), isScaled: units == "standard"),
        "standard" => Standard(datatype.Unit, series.Value(timestamp)).ToString(CultureInfo.InvariantCulture),
        null when dataset.Cadence == Cadence.Daily && datatype.InTenths => ((long)Math.Round(series.Value(timestamp) * 10)).ToString(CultureInfo.InvariantCulture),
        _ => series.Text(timestamp),
    };

    /// <summary>
    /// Daily: measurement flag (T: trace), quality flag, source flag, hour of observation. Monthly sums and means have the number of
    /// missing days before the flags, and others only that and the source; annual values have fewer still.
    /// </summary>
    public static string Attributes(NoaaDataset dataset, NoaaStation station, NoaaDatatype datatype, SimulatedSeries series, long period)
    {
        var trace = datatype.Unit == "mm" && series.Value(series.TimestampOf(period)) == 0 && series.Chance(period, "trace") % 9 == 0 ? "T" : "";
        var (source, hour) = station.IsAutomatic ? ("W", "2400") : ("7", "0700");
        return dataset.Cadence switch
        {
            _ when dataset.IsRain => $"{GaugeFlag(series, period)},{series.Flag(series, period)}{(dataset.Cadence == Cadence.QuarterHourly ? ",HT" : "")}",
            _ when dataset.IsNormals => station.IsAutomatic ? "C" : "R",
            Cadence.Daily => $"{trace},{series.Flag(series, period)},{source},{hour}",
            Cadence.Monthly when datatype.Id is "EVAP" or "PRCP" or "SNOW" or "TMAX" or "TMIN" => $",{trace},,{source}",
            Cadence.Monthly => $",{source}",
            _ when datatype.Id is "PRCP" or "SNOW" => $"{trace},{source}",
            _ => source,
        };
    }

    /// <summary>A period of which nothing is known is the first of several that a later total stands for; in old data the flag for that is a comma.</summary>
    private static string GaugeFlag(SimulatedSeries series, long period) =>
        series.PresenceAt(period, series.TimestampOf(period)) == Presence.Missing ? (series.Chance(period, "comma") % 2 == 0 ? "," : "a") : "";

    private static string Normal(string unit, double value, bool isScaled)
    {
        var (decimals, standard) = unit == "degC" ? (1, (value * 9 / 5) + 32) : (2, value / 25.4);
        return (isScaled ? Math.Round(standard, decimals) : Math.Round(standard * Math.Pow(10, decimals))).ToString(CultureInfo.InvariantCulture);
    }

    private static double Standard(string unit, double value) => unit switch
    {
        "degC" => Math.Round((value * 9 / 5) + 32),
        "mm" => Math.Round(value / 25.4, 2),
        _ => Math.Round(value * 2.23694, 1),
    };
}
