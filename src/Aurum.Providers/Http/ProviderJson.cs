using System.Globalization;
using System.Text.Json;

namespace Aurum.Providers.Http;

/// <summary>Raised inside a provider's parser where a body breaks the contract; becomes a Malformed failure at the parser's edge.</summary>
/// <param name="path">JSON path of the offence, beginning with <c>$</c>.</param>
/// <param name="expected">What would have been valid.</param>
public sealed class MalformedBodyException(string path, string expected) : Exception($"{path}: expected {expected}")
{
}

/// <summary>Strict access to parsed JSON; every miss names its path.</summary>
public static class ProviderJson
{
    public static JsonElement Required(this JsonElement parent, string key, string path) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(key, out var value)
            ? value
            : throw new MalformedBodyException($"{path}.{key}", "to be present");

    public static string RequiredString(this JsonElement parent, string key, string path) =>
        parent.Required(key, path) is { ValueKind: JsonValueKind.String } value
            ? value.GetString()!
            : throw new MalformedBodyException($"{path}.{key}", "a string");

    public static JsonElement RequiredArray(this JsonElement parent, string key, string path) =>
        parent.Required(key, path) is { ValueKind: JsonValueKind.Array } value
            ? value
            : throw new MalformedBodyException($"{path}.{key}", "an array");

    /// <summary>The text of a string or number; null when absent, null, or of another kind.</summary>
    public static string? OptionalText(this JsonElement parent, string key) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(key, out var value)
            ? value.ValueKind switch
            {
                JsonValueKind.String => value.GetString(),
                JsonValueKind.Number => value.GetRawText(),
                _ => null,
            }
            : null;

    /// <summary>A whole number that may come as a number or as text.</summary>
    public static long RequiredCount(this JsonElement parent, string key, string path) =>
        parent.OptionalText(key) is { } text && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? count
            : throw new MalformedBodyException($"{path}.{key}", "a whole number");

    public static DateOnly Date(string text, string path, string format = "yyyy-MM-dd") =>
        DateOnly.TryParseExact(text, format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? date
            : throw new MalformedBodyException(path, $"a date as {format}, not \"{Shorten(text)}\"");

    public static DateTime AtMidnightUtc(this DateOnly date) => date.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc);

    public static string Shorten(string text) => text.Length <= 60 ? text : text[..60] + "…";
}
