using System.Globalization;
using System.Text.Json;
using Aurum.Domain;
using Aurum.Providers.Http;

namespace Aurum.Providers.Fred;

/// <summary>The answer of <c>fred/series</c>: what FRED says about one series.</summary>
internal static class FredCatalog
{
    /// <summary>Offsets are of whole hours without minutes: <c>2024-10-30 07:54:01-05</c>.</summary>
    private static readonly string[] LastUpdatedFormats = ["yyyy-MM-dd HH:mm:sszz", "yyyy-MM-dd HH:mm:sszzz", "yyyy-MM-dd'T'HH:mm:ssK"];

    private static readonly string[] ExtraKeys = ["seasonal_adjustment", "seasonal_adjustment_short", "units_short", "frequency", "popularity"];

    public static CatalogEntry Read(JsonElement root, SeriesId series)
    {
        var versions = root.RequiredArray("seriess", "$");
        if (versions.GetArrayLength() == 0)
        {
            throw new MalformedBodyException("$.seriess", $"the series {series.Code}, not an empty list");
        }

        // More than one only in a wide real-time period: the last is the current one.
        var path = $"$.seriess[{versions.GetArrayLength() - 1}]";
        var entry = versions[versions.GetArrayLength() - 1];
        var id = entry.RequiredString("id", path);
        if (!string.Equals(id, series.Code, StringComparison.OrdinalIgnoreCase))
        {
            throw new MalformedBodyException($"{path}.id", $"\"{series.Code}\", not \"{ProviderJson.Shorten(id)}\"");
        }

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
            SourceUrl: $"https://fred.stlouisfed.org/series/{series.Code}",
            Start: Day(entry, "observation_start", path),
            End: Day(entry, "observation_end", path),
            LastUpdated: LastUpdated(entry, path),
            Metadata: metadata);
    }

    private static DateTime? Day(JsonElement entry, string key, string path) =>
        entry.OptionalText(key) is { } text ? ProviderJson.Date(text, $"{path}.{key}").AtMidnightUtc() : null;

    private static DateTimeOffset? LastUpdated(JsonElement entry, string path)
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
