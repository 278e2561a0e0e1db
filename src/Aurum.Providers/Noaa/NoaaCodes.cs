using Aurum.Domain;

namespace Aurum.Providers.Noaa;

/// <summary>What the API does not say of its own codes: frequencies, spans and names.</summary>
internal static class NoaaCodes
{
    /// <summary>No code of SDMX stands for a quarter of an hour.</summary>
    private const string QuarterHourly = "15MIN";

    /// <summary>The stand-in year that all climate normals are dated in.</summary>
    private static readonly Window NormalsYear = Years(2010, 2011);

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
        ["PRECIP_HLY"] = FrequencyCodes.Hourly,
        ["PRECIP_15"] = QuarterHourly,
    };

    private static readonly Dictionary<string, string> NceiNames = new(StringComparer.Ordinal)
    {
        ["GHCND"] = "daily-summaries",
        ["GSOM"] = "global-summary-of-the-month",
        ["GSOY"] = "global-summary-of-the-year",
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
        ["CDSD"] = "Cooling degree days, season to date",
        ["HDSD"] = "Heating degree days, season to date",
        ["DYXT"] = "Date of the highest temperature",
        ["DYNT"] = "Date of the lowest temperature",
        ["DYXP"] = "Date of the highest precipitation",
        ["DYSN"] = "Date of the highest snowfall",
        ["DYSD"] = "Date of the highest snow depth",
    };

    public static IEnumerable<string> Datasets => Frequencies.Keys;

    public static string Frequency(string dataset) => Frequencies[dataset];

    /// <summary>The data set's name at the access data service; null where that has not the same numbers.</summary>
    public static string? NceiName(string dataset) => NceiNames.GetValueOrDefault(dataset);

    public static string? DatasetOfNcei(string name) => NceiNames.FirstOrDefault(pair => pair.Value == name).Key;

    public static bool IsNormals(string dataset) => dataset.StartsWith("NORMAL_", StringComparison.Ordinal);

    public static bool IsSummary(string dataset) => dataset is "GSOM" or "GSOY";

    /// <summary>Whether timestamps have a time of day.</summary>
    public static bool IsWithinDay(string dataset) => Frequency(dataset) is FrequencyCodes.Hourly or QuarterHourly;

    /// <summary>Values of these types are the dates of extremes, as numbers.</summary>
    public static bool IsDate(string dataset, string dataType) => IsSummary(dataset) && dataType is "DYXT" or "DYNT" or "DYXP" or "DYSN" or "DYSD";

    /// <summary>Years that one question to Climate Data Online may span.</summary>
    public static int YearsAtOnce(string dataset) => Frequency(dataset) is FrequencyCodes.Monthly or FrequencyCodes.Annual ? 10 : 1;

    /// <summary>Where a dataset can have rows at all.</summary>
    public static Window Span(string dataset) => dataset switch
    {
        _ when IsNormals(dataset) => NormalsYear,
        "PRECIP_HLY" or "PRECIP_15" => Years(1900, 2015),
        _ => new Window(OldestRecord, DateTime.MaxValue),
    };

    /// <summary>The timestamp of the period that holds a moment: monthly rows stand on the first of the month, annual ones on 1 January.</summary>
    public static DateTime PeriodStart(string dataset, DateTime moment) => Frequency(dataset) switch
    {
        FrequencyCodes.Annual => new DateTime(moment.Year, 1, 1, 0, 0, 0, DateTimeKind.Utc),
        FrequencyCodes.Monthly => new DateTime(moment.Year, moment.Month, 1, 0, 0, 0, DateTimeKind.Utc),
        _ => DateTime.SpecifyKind(moment.Date, DateTimeKind.Utc),
    };

    /// <summary>The periods that begin in a window and are over before a day.</summary>
    public static long Periods(string dataset, Window window, DateOnly today) => Frequency(dataset) switch
    {
        FrequencyCodes.Annual => Math.Max(0, Math.Min(Begun(window.To, 12), today.Year) - Begun(window.From, 12)),
        FrequencyCodes.Monthly => Math.Max(0, Math.Min(Begun(window.To, 1), (today.Year * 12L) + today.Month - 1) - Begun(window.From, 1)),
        FrequencyCodes.Hourly => (long)(window.To - window.From).TotalHours,
        QuarterHourly => (long)(window.To - window.From).TotalHours * 4,
        _ => (long)(window.To - window.From).TotalDays,
    };

    /// <summary>Rows that a year has at most.</summary>
    public static int PeriodsOfYear(string dataset) => Frequency(dataset) switch
    {
        FrequencyCodes.Annual => 1,
        FrequencyCodes.Monthly => 12,
        FrequencyCodes.Hourly => 366 * 24,
        QuarterHourly => 366 * 96,
        _ => 366,
    };

    /// <summary>The data type's name, or its code where the name is not known here.</summary>
    public static string Name(string dataType) => Names.GetValueOrDefault(dataType, dataType);

    /// <summary>What a reader of the numbers must know; null where they are what they seem.</summary>
    public static string? Description(string dataset, string dataType) => dataset switch
    {
        _ when IsNormals(dataset) => "A climate normal. Its timestamps lie in the stand-in year 2010: month, day and hour count, the year does not.",
        _ when IsDate(dataset, dataType) => "Each value is a date, written as the number yyyymmdd. It is not to be averaged.",
        _ when IsSummary(dataset) && dataType is "CDSD" or "HDSD" => "A running total since the season began. It is not to be averaged or summed.",
        _ => null,
    };

    /// <summary>Number of the first period of so many months that begins at or after a moment.</summary>
    private static long Begun(DateTime moment, int months)
    {
        var month = (moment.Year * 12L) + moment.Month - 1;
        var number = month / months;
        return month % months == 0 && moment.Day == 1 && moment.TimeOfDay == TimeSpan.Zero ? number : number + 1;
    }

    private static Window Years(int from, int to) => new(new DateTime(from, 1, 1, 0, 0, 0, DateTimeKind.Utc), new DateTime(to, 1, 1, 0, 0, 0, DateTimeKind.Utc));
}
