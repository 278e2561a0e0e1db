using System.Text.RegularExpressions;
using Aurum.Domain;

namespace Aurum.Providers.Noaa;

/// <summary>What a value is counted in. No answer says it: it follows from the data set, the data type and the units asked for.</summary>
internal static partial class NoaaUnits
{
    /// <param name="units">What was asked for; null when nothing was, and then daily values are tenths.</param>
    public static string? Of(string dataset, string dataType, string? units)
    {
        var quantity = NoaaCodes.IsNormals(dataset) ? OfNormal(dataType) : OfSummary(dataset, dataType);
        var isMetric = units != "standard";
        var unit = quantity switch
        {
            Quantity.Temperature => isMetric ? "degC" : "degF",
            Quantity.DegreeDays => isMetric ? "degC.d" : "degF.d",
            Quantity.Depth or Quantity.WholeDepth => isMetric ? "mm" : "in",
            Quantity.Speed => isMetric ? "m/s" : "mph",
            Quantity.Run => isMetric ? "km" : "mi",
            Quantity.Percent => "%",
            Quantity.Direction => "deg",
            Quantity.Minutes => "min",
            Quantity.Days => "d",
            Quantity.Date => "yyyymmdd",
            _ => null,
        };
        return units is null ? Unscaled(dataset, quantity, unit) : unit;
    }

    private enum Quantity
    {
        Unknown,
        Temperature,
        DegreeDays,
        Depth,
        WholeDepth,
        Speed,
        Run,
        Percent,
        Direction,
        Minutes,
        Days,
        Date,
    }

    /// <summary>Raw daily values are tenths, but for snow and what has no decimals; raw monthly and annual ones are plain; of others it is not known.</summary>
    private static string? Unscaled(string dataset, Quantity quantity, string? unit) => dataset switch
    {
        "GHCND" => quantity is Quantity.Temperature or Quantity.Depth or Quantity.Speed ? $"0.1 {unit}" : unit,
        "GSOM" or "GSOY" => unit,
        _ => null,
    };

    private static Quantity OfSummary(string dataset, string dataType) => dataType switch
    {
        "TMAX" or "TMIN" or "TAVG" or "TOBS" or "EMXT" or "EMNT" or "ADPT" or "AWBT" or "MXPN" or "MNPN" => Quantity.Temperature,
        "PRCP" or "EMXP" or "EVAP" or "MDPR" or "MDEV" or "WESD" or "WESF" or "HPCP" or "QPCP" => Quantity.Depth,
        "SNOW" or "SNWD" or "EMSN" or "EMSD" or "MDSF" => Quantity.WholeDepth,
        "AWND" => Quantity.Speed,
        "WDMV" => Quantity.Run,
        "PSUN" or "RHAV" or "RHMN" or "RHMX" => Quantity.Percent,
        "TSUN" => Quantity.Minutes,
        "CLDD" or "HTDD" or "CDSD" or "HDSD" => Quantity.DegreeDays,
        _ when NoaaCodes.IsDate(dataset, dataType) => Quantity.Date,
        _ when DayCounts().IsMatch(dataType) => Quantity.Days,
        _ when Speeds().IsMatch(dataType) => Quantity.Speed,
        _ when dataType.StartsWith("WDF", StringComparison.Ordinal) => Quantity.Direction,
        _ when Soils().IsMatch(dataType) || dataType.StartsWith("FZF", StringComparison.Ordinal) => Quantity.Temperature,
        _ => Quantity.Unknown,
    };

    /// <summary>A normal's type names what it is of: <c>DLY-TMAX-NORMAL</c>, <c>MLY-PRCP-AVGNDS-GE010HI</c>.</summary>
    private static Quantity OfNormal(string dataType)
    {
        var parts = dataType.Split('-');
        return parts switch
        {
            _ when dataType.Contains("-PCT", StringComparison.Ordinal) => Quantity.Percent,
            _ when dataType.Contains("-AVGNDS", StringComparison.Ordinal) => Quantity.Days,
            _ when Array.Exists(parts, part => part is "CLDD" or "HTDD" or "GRDD" || part.StartsWith("GDD", StringComparison.Ordinal)) => Quantity.DegreeDays,
            [_, "TMAX" or "TMIN" or "TAVG" or "DUTR" or "TEMP" or "DEWP" or "HIDX" or "WCHL", ..] => Quantity.Temperature,
            [_, "PRCP", ..] => Quantity.Depth,
            [_, "SNOW" or "SNWD", ..] => Quantity.WholeDepth,
            [_, "WIND", "AVGSPD" or "1STSPD" or "VCTSPD", ..] => Quantity.Speed,
            _ => Quantity.Unknown,
        };
    }

    [GeneratedRegex(@"\A(DP|DX|DT)\d[0-9X]\z|\A(DSNW|DSND|DYFG|DYHF|DYTS)\z")]
    private static partial Regex DayCounts();

    [GeneratedRegex(@"\AWSF[0-9GIM]\z")]
    private static partial Regex Speeds();

    [GeneratedRegex(@"\A(SN|SX|HN|HX|LN|LX|MN|MX)\d\d\z")]
    private static partial Regex Soils();
}
