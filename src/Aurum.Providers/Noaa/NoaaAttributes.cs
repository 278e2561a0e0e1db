using Aurum.Domain;

namespace Aurum.Providers.Noaa;

/// <summary>
/// The comma-separated flags of a row. A page has thousands of rows and a handful of different texts: equal texts share one dictionary.
/// </summary>
internal sealed class NoaaAttributes(string dataset)
{
    private const string Measurement = "measurement_flag", Quality = "quality_flag", Trace = "T", PresumedZero = "P";

    private readonly Dictionary<(string DataType, string Text, bool IsTrace, bool IsZero), Flags> _known = [];

    public Observation Observation(DateTime timestamp, DateOnly asOf, string dataType, NoaaValue value, string? attributes)
    {
        var isZero = value.Value == 0;
        var key = (NoaaCodes.IsSummary(dataset) ? dataType : "", attributes ?? "", value.IsTrace, isZero);
        if (!_known.TryGetValue(key, out var flags))
        {
            _known[key] = flags = Read(dataType, key.Item2, value.IsTrace, isZero);
        }

        return flags.IsPresumed
            ? new Observation(timestamp, asOf, null, value.Raw ?? "0", QualityFlag: flags.Quality, Metadata: flags.Metadata)
            : new Observation(timestamp, asOf, value.Value, value.Raw, QualityFlag: flags.Quality, Metadata: flags.Metadata);
    }

    /// <param name="IsPresumed">Nothing was observed, and a value of zero is only presumed.</param>
    private readonly record struct Flags(string? Quality, bool IsPresumed, IReadOnlyDictionary<string, string>? Metadata);

    private Flags Read(string dataType, string text, bool isTrace, bool isZero)
    {
        var layout = NoaaLayouts.Of(dataset, dataType);
        var fields = Fields(text, layout.Count);
        var named = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (field, index) in fields.Select((field, index) => (field, index)).Where(pair => pair.field.Length > 0))
        {
            if (index < layout.Count)
            {
                named[layout[index]] = field;
            }
            else
            {
                named["attributes"] = text.Trim();
            }
        }

        var measurement = named.GetValueOrDefault(Measurement);
        if (isTrace || (isZero && measurement == Trace))
        {
            named["trace"] = "true";
        }

        named.Remove(Quality, out var quality);
        return new Flags(quality, isZero && measurement == PresumedZero, named.Count == 0 ? null : named);
    }

    /// <summary>In old precipitation data the first flag may itself be a comma, which then is one comma more than there should be.</summary>
    private string[] Fields(string text, int expected)
    {
        var fields = text.Split(',', StringSplitOptions.TrimEntries);
        return dataset.StartsWith("PRECIP_", StringComparison.Ordinal) && text.StartsWith(',') && fields.Length == expected + 1
            ? [",", .. fields[2..]]
            : fields;
    }
}

/// <summary>Which flag stands where, by data set and, in monthly and annual summaries, by data type.</summary>
internal static class NoaaLayouts
{
    private const string M = "measurement_flag", Q = "quality_flag", S = "source_flag", Missing = "days_missing", Time = "observation_time",
        Day = "day_of_extreme", Several = "on_several_days", Cover = "ground_cover", Depth = "soil_depth";

    private static readonly string[] Daily = [M, Q, S, Time], Normal = ["completeness"], HourlyRain = [M, Q], QuarterHourlyRain = [M, Q, "unit_flag"];

    public static IReadOnlyList<string> Of(string dataset, string dataType) => dataset switch
    {
        "GHCND" => Daily,
        "GSOM" => Monthly(dataType),
        "GSOY" => Annual(dataType),
        "PRECIP_HLY" => HourlyRain,
        "PRECIP_15" => QuarterHourlyRain,
        _ => Normal,
    };

    private static string[] Monthly(string dataType) => dataType switch
    {
        "CDSD" or "HDSD" => [S],
        "EMNT" or "EMXT" => [Missing, S, Day, Several],
        "EMSD" or "EMSN" or "EMXP" => [Missing, M, S, Day, Several],
        "EVAP" or "PRCP" or "SNOW" or "TMAX" or "TMIN" => [Missing, M, Q, S],
        _ when IsSoil(dataType) => [Missing, M, Q, S, Cover, Depth],
        _ => [Missing, S],
    };

    private static string[] Annual(string dataType) => dataType switch
    {
        "DSND" => [],
        "CLDD" or "HTDD" or "DSNW" or "TSUN" or "WDFI" or "WSFI" => [Missing, S],
        "EMNT" or "EMXT" => [S, Day, Several],
        "EMSD" or "EMSN" or "EMXP" => [M, S, Day, Several],
        "PRCP" or "SNOW" => [M, S],
        _ when dataType.StartsWith("FZF", StringComparison.Ordinal) => [S, Day],
        _ when IsSoil(dataType) => [S, Cover, Depth],
        _ => [S],
    };

    /// <summary>Highest, lowest and mean temperatures of the soil end in two digits: ground cover and depth.</summary>
    private static bool IsSoil(string dataType) =>
        dataType is ['H' or 'L' or 'M', 'N' or 'X', var cover, var depth] && char.IsAsciiDigit(cover) && char.IsAsciiDigit(depth);
}
