using System.Text.Json;
using Aurum.Providers.Http;

namespace Aurum.Providers.Noaa;

/// <summary>A value, with NOAA's stand-ins for missing and for traces understood.</summary>
/// <param name="IsTrace">More than nothing, less than can be measured.</param>
internal readonly record struct NoaaValue(double? Value, string? Raw, bool IsTrace)
{
    public static NoaaValue Read(JsonElement value, string dataset, string path)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            return default;
        }

        var text = value.ValueKind switch
        {
            JsonValueKind.Number => value.GetRawText(),
            JsonValueKind.String => value.GetString()!.Trim(),
            _ => throw new MalformedBodyException(path, "a number"),
        };
        if (!ValueText.TryParse(text, out var number, out var raw))
        {
            throw new MalformedBodyException(path, $"a number, not \"{ProviderJson.Shorten(text)}\"");
        }

        return number switch
        {
            -9999 or 99999 => new NoaaValue(null, text, false),
            // -9999 tenths, scaled by units=metric along with the good values
            -999.9 => new NoaaValue(null, text, false),
            9999 when dataset is "GSOM" or "GSOY" => new NoaaValue(null, text, false),
            -7777 => new NoaaValue(0, text, true),
            _ => new NoaaValue(number, raw, false),
        };
    }
}
