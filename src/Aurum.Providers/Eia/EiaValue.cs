using System.Collections.Frozen;
using System.Runtime.InteropServices;
using System.Text.Json;
using Aurum.Providers.Http;

namespace Aurum.Providers.Eia;

/// <summary>EIA's values: texts on most routes, numbers on the bridge and in old bodies, and words where there is none.</summary>
internal static class EiaValue
{
    /// <summary>Not available, not applicable, no data, withheld, not meaningful, too small or too uncertain to show.</summary>
    private static readonly FrozenSet<string> Missing = FrozenSet.ToFrozenSet(
        ["NA", "N/A", "NM", "NULL", "--", "-", "W", "D", "Q", "S", "(s)", "X", "*", "."],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>False when the element is neither a number nor a known word for a missing value.</summary>
    public static bool TryRead(JsonElement element, out double? value, out string? raw)
    {
        (value, raw) = (null, null);
        switch (element.ValueKind)
        {
            case JsonValueKind.Null:
                return true;
            case JsonValueKind.Number:
                return TryParse(JsonMarshal.GetRawUtf8Value(element), out value, out raw);
            case JsonValueKind.String:
                var quoted = JsonMarshal.GetRawUtf8Value(element);
                if (TryParse(quoted[1..^1], out value, out raw))
                {
                    return true;
                }

                var text = element.GetString()!;
                raw = text.Length == 0 ? null : text;
                return text.Length == 0 || Missing.Contains(text);
            default:
                return false;
        }
    }

    /// <summary>The word in place of a value, where it says why there is none; dashes and dots do not.</summary>
    public static string? Reason(double? value, string? raw) => value is null && raw is not null && raw.Any(char.IsLetter) ? raw : null;

    /// <summary>
    /// A number's text as both roads of a legacy id may be held against each other: without zeros that say nothing, of which the route
    /// lacks the first and either may have more at the end. Null where the double prints so.
    /// </summary>
    public static string? Plain(double? value, string? raw)
    {
        if (value is null || raw is null || raw.Contains('e', StringComparison.OrdinalIgnoreCase))
        {
            return raw;
        }

        var digits = raw.TrimStart('+', '-');
        var whole = digits.StartsWith('.') ? "0" + digits : digits;
        var plain = (raw.StartsWith('-') ? "-" : "") + (whole.Contains('.', StringComparison.Ordinal) ? whole.TrimEnd('0').TrimEnd('.') : whole);
        return ValueText.TryParse(plain, out _, out var kept) ? kept : raw;
    }

    private static bool TryParse(ReadOnlySpan<byte> text, out double? value, out string? raw)
    {
        var parsed = ValueText.TryParse(text, out var number, out raw);
        value = parsed ? number : null;
        return parsed;
    }
}
