using System.Buffers.Text;
using System.Text;

namespace Aurum.Providers.Http;

/// <summary>A provider's text of a number, and the number.</summary>
public static class ValueText
{
    /// <summary>
    /// The double nearest to the text, and the text itself where the double does not print as the same text
    /// (trailing zeros, a missing leading zero, more digits than a double holds).
    /// </summary>
    /// <returns>False when the text is no finite number.</returns>
    public static bool TryParse(ReadOnlySpan<byte> text, out double value, out string? raw)
    {
        raw = null;
        var digits = text is [(byte)'+', ..] ? text[1..] : text;
        if (!Utf8Parser.TryParse(digits, out value, out var used) || used != digits.Length || !double.IsFinite(value))
        {
            return false;
        }

        Span<byte> printed = stackalloc byte[40];
        if (!value.TryFormat(printed, out var written, "R", System.Globalization.CultureInfo.InvariantCulture) || !printed[..written].SequenceEqual(text))
        {
            raw = Encoding.UTF8.GetString(text);
        }

        return true;
    }

    public static bool TryParse(string text, out double value, out string? raw) => TryParse(Encoding.UTF8.GetBytes(text), out value, out raw);
}
