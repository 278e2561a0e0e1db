using Aurum.Domain;

namespace Aurum.Providers.Noaa;

/// <summary>
/// The comma-separated flags of a row. A page has thousands of rows and a handful of different texts: equal texts share one dictionary.
/// </summary>
internal sealed class NoaaAttributes(string dataset)
{
    private readonly Dictionary<(string Text, bool IsTrace), (string? Quality, IReadOnlyDictionary<string, string>? Metadata)> _known = [];

    public Observation Observation(DateTime timestamp, DateOnly asOf, NoaaValue value, string? attributes)
    {
        var key = (attributes ?? "", value.IsTrace);
        if (!_known.TryGetValue(key, out var flags))
        {
            _known[key] = flags = dataset == "GHCND" ? OfDaily(key.Item1, value.IsTrace) : OfOthers(key.Item1, value.IsTrace);
        }

        return new Observation(timestamp, asOf, value.Value, value.Raw, QualityFlag: flags.Quality, Metadata: flags.Metadata);
    }

    /// <summary>Measurement, quality, source and observation time; fields may be blank or absent.</summary>
    private static (string? Quality, IReadOnlyDictionary<string, string>? Metadata) OfDaily(string text, bool isTrace)
    {
        var fields = text.Split(',', StringSplitOptions.TrimEntries);
        var quality = fields.ElementAtOrDefault(1);
        return (
            string.IsNullOrEmpty(quality) ? null : quality,
            Filled(isTrace, ("measurement_flag", fields[0]), ("source_flag", fields.ElementAtOrDefault(2)), ("observation_time", fields.ElementAtOrDefault(3))));
    }

    /// <summary>Which flags stand where depends on the data type; the text is kept whole.</summary>
    private static (string? Quality, IReadOnlyDictionary<string, string>? Metadata) OfOthers(string text, bool isTrace) =>
        (null, Filled(isTrace, ("attributes", text)));

    private static Dictionary<string, string>? Filled(bool isTrace, params ReadOnlySpan<(string Key, string? Text)> members)
    {
        var filled = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, text) in members)
        {
            if (!string.IsNullOrWhiteSpace(text))
            {
                filled[key] = text;
            }
        }

        if (isTrace)
        {
            filled["trace"] = "true";
        }

        return filled.Count == 0 ? null : filled;
    }
}
