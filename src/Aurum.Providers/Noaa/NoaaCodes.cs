using Aurum.Domain;

namespace Aurum.Providers.Noaa;

/// <summary>What the API does not say of its own codes: frequencies, units and names.</summary>
internal static class NoaaCodes
{
    /// <summary>The fake year that all climate normals are dated in.</summary>
    private static readonly Window NormalsYear = new(new DateTime(2010, 1, 1, 0, 0, 0, DateTimeKind.Utc), new DateTime(2011, 1, 1, 0, 0, 0, DateTimeKind.Utc));

    /// <summary>The first day of the oldest daily record (Milan).</summary>
    private static readonly DateTime OldestRecord = new(1763, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private static readonly Dictionary<string, string> Frequencies = new(StringComparer.Ordinal)
    {
        ["GHCND"] = FrequencyCodes.Daily,
        ["GSOM"] = FrequencyCodes.Monthly,
        ["GSOY"] = FrequencyCodes.Annual,
        ["NORMAL_DLY"] = FrequencyCodes.Daily,
        ["NORMAL_MLY"] = FrequencyCodes.Monthly,
        ["NORMAL_ANN"] = FrequencyCodes.Annual,
        ["NORMAL_HLY"] = FrequencyCodes.Hourly,
    };

    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        ["TMAX"] = "Maximum temperature",
        ["TMIN"] = "Minimum temperature",
        ["TAVG"] = "Average temperature",
        ["TOBS"] = "Temperature at the time of observation",
        ["EMXT"] = "Extreme maximum temperature",
        ["EMNT"] = "Extreme minimum temperature",
        ["PRCP"] = "Precipitation",
        ["SNOW"] = "Snowfall",
        ["SNWD"] = "Snow depth",
        ["EMXP"] = "Highest daily precipitation",
        ["EMSN"] = "Highest daily snowfall",
        ["EMSD"] = "Highest daily snow depth",
        ["EVAP"] = "Evaporation",
        ["AWND"] = "Average wind speed",
        ["WSF2"] = "Fastest 2-minute wind speed",
        ["WSF5"] = "Fastest 5-second wind speed",
        ["WSFG"] = "Peak gust wind speed",
        ["WDF2"] = "Direction of fastest 2-minute wind",
        ["WDF5"] = "Direction of fastest 5-second wind",
        ["PSUN"] = "Daily percent of possible sunshine",
        ["TSUN"] = "Total sunshine",
        ["CLDD"] = "Cooling degree days",
        ["HTDD"] = "Heating degree days",
    };

    public static IEnumerable<string> Datasets => Frequencies.Keys;

    public static string Frequency(string dataset) => Frequencies[dataset];

    public static bool IsNormals(string dataset) => dataset.StartsWith("NORMAL_", StringComparison.Ordinal);

    /// <summary>Where a dataset can have rows at all.</summary>
    public static Window Span(string dataset) => IsNormals(dataset) ? NormalsYear : new Window(OldestRecord, DateTime.MaxValue);

    /// <summary>The timestamp of the period that holds a moment: monthly rows stand on the first of the month, annual ones on 1 January.</summary>
    public static DateTime PeriodStart(string dataset, DateTime moment) => Frequency(dataset) switch
    {
        FrequencyCodes.Annual => new DateTime(moment.Year, 1, 1, 0, 0, 0, DateTimeKind.Utc),
        FrequencyCodes.Monthly => new DateTime(moment.Year, moment.Month, 1, 0, 0, 0, DateTimeKind.Utc),
        _ => DateTime.SpecifyKind(moment.Date, DateTimeKind.Utc),
    };

    /// <summary>The unit that <c>units=</c> asked for: answers never name it. Null for data types not known here, normals among them.</summary>
    public static string? Unit(string dataType, string units)
    {
        var metric = units == "metric";
        return dataType switch
        {
            "TMAX" or "TMIN" or "TAVG" or "TOBS" or "EMXT" or "EMNT" => metric ? "degC" : "degF",
            "PRCP" or "SNOW" or "SNWD" or "EMXP" or "EMSN" or "EMSD" or "EVAP" => metric ? "mm" : "in",
            "AWND" => metric ? "m/s" : "mph",
            _ when dataType.StartsWith("WSF", StringComparison.Ordinal) => metric ? "m/s" : "mph",
            _ => null,
        };
    }

    /// <summary>The data type's name, or its code where the name is not known here.</summary>
    public static string Name(string dataType) => Names.GetValueOrDefault(dataType, dataType);
}
