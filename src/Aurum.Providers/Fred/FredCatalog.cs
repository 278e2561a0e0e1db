using System.Globalization;
using System.Text.Json;
using Aurum.Domain;
using Aurum.Providers.Http;

namespace Aurum.Providers.Fred;

/// <summary>What FRED says about series.</summary>
internal static class FredCatalog
{
    /// <summary>Offsets are of whole hours without minutes: <c>2024-10-30 07:54:01-05</c>.</summary>
    private static readonly string[] LastUpdatedFormats = ["yyyy-MM-dd HH:mm:sszz", "yyyy-MM-dd HH:mm:sszzz", "yyyy-MM-dd'T'HH:mm:ssK"];

    /// <summary>Where the catalog keeps the units that a series had before.</summary>
    public const string EarlierUnits = "earlier_units";

    /// <summary>What may change over the years, and where the catalog keeps what it was before.</summary>
    private static readonly (string Key, string Kept)[] Changing =
    [
        ("units", EarlierUnits), ("title", "earlier_titles"), ("frequency", "earlier_frequencies"), ("seasonal_adjustment", "earlier_seasonal_adjustments"),
    ];

    private static readonly string[] ExtraKeys = ["seasonal_adjustment", "seasonal_adjustment_short", "units_short", "frequency", "popularity"];

    /// <summary>The answer of <c>fred/series</c>. A wide real-time period has several versions in it: the latest is the current one.</summary>
    public static CatalogEntry Read(JsonElement root, SeriesId series)
    {
        var versions = root.RequiredArray("seriess", "$");
        if (versions.GetArrayLength() == 0)
        {
            throw new MalformedBodyException("$.seriess", $"the series {series.Code}, not an empty list");
        }

        var ordered = versions.EnumerateArray()
            .Select((version, index) => (Version: version, Path: $"$.seriess[{index}]"))
            .OrderBy(one => one.Version.OptionalText("realtime_start"), StringComparer.Ordinal)
            .ToArray();
        foreach (var (version, path) in ordered)
        {
            var id = version.RequiredString("id", path);
            if (!string.Equals(id, series.Code, StringComparison.OrdinalIgnoreCase))
            {
                throw new MalformedBodyException($"{path}.id", $"\"{series.Code}\", not \"{ProviderJson.Shorten(id)}\"");
            }
        }

        var entry = ReadOne(ordered[^1].Version, series, ordered[^1].Path);
        var metadata = new Dictionary<string, string>(entry.Metadata!);
        foreach (var (key, kept) in Changing)
        {
            if (FredEarlier.Write(Earlier(ordered, key)) is { } earlier)
            {
                metadata[kept] = earlier;
            }
        }

        return entry with { Metadata = metadata };
    }

    /// <summary>One element of <c>seriess</c>, of any answer that lists series.</summary>
    public static CatalogEntry ReadOne(JsonElement entry, SeriesId series, string path)
    {
        var metadata = ExtraKeys
            .Select(key => (Key: key, Text: entry.OptionalText(key)))
            .Where(extra => extra.Text is not null)
            .ToDictionary(extra => extra.Key, extra => extra.Text!);
        return new CatalogEntry(
            series,
            entry.RequiredString("title", path),
            Description: entry.OptionalText("notes"),
            UnitCode: entry.RequiredString("units", path),
            FrequencyCode: entry.RequiredString("frequency_short", path),
            SourceUrl: SourceUrl(series.Code),
            Start: Day(entry, "observation_start", path),
            End: Day(entry, "observation_end", path),
            LastUpdated: LastUpdated(entry, path),
            Metadata: metadata);
    }

    public static string SourceUrl(string code) => $"https://fred.stlouisfed.org/series/{code}";

    /// <summary>What one key of a description said before, each text with the last day on which it was stated.</summary>
    /// <param name="versions">In the order of time; the last is the current one.</param>
    private static IReadOnlyList<FredEarlier> Earlier(IReadOnlyList<(JsonElement Version, string Path)> versions, string key)
    {
        var earlier = new List<FredEarlier>();
        foreach (var ((version, path), next) in versions.Zip(versions.Skip(1)))
        {
            if (version.OptionalText(key) is { } text && text != next.Version.OptionalText(key))
            {
                earlier.Add(new FredEarlier(text, ProviderJson.Date(version.RequiredString("realtime_end", path), $"{path}.realtime_end")));
            }
        }

        return earlier;
    }

    private static DateTime? Day(JsonElement entry, string key, string path) =>
        entry.OptionalText(key) is { } text ? ProviderJson.Date(text, $"{path}.{key}").AtMidnightUtc() : null;

    public static DateTimeOffset? LastUpdated(JsonElement entry, string path)
    {
        if (entry.OptionalText("last_updated") is not { } text)
        {
            return null;
        }

        return DateTimeOffset.TryParseExact(text, LastUpdatedFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
            ? moment
            : throw new MalformedBodyException($"{path}.last_updated", $"a moment as 2024-10-30 07:54:01-05, not \"{ProviderJson.Shorten(text)}\"");
    }
}
