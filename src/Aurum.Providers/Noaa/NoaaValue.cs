using System.Text.Json;
using Aurum.Providers.Http;

namespace Aurum.Providers.Noaa;

/// <summary>A value, with NOAA's stand-ins for missing and for traces understood.</summary>
/// <param name="IsTrace">More than nothing, less than can be measured.</param>
internal readonly record struct NoaaValue(double? Value, string? Raw, bool IsTrace)
{
    public static NoaaValue Read(JsonElement value, string dataset, string path) => value.ValueKind switch
    {
        JsonValueKind.Null => default,
        JsonValueKind.Number => Read(value.GetRawText(), dataset, path),
        JsonValueKind.String => Read(value.GetString()!.Trim(), dataset, path),
        _ => throw new MalformedBodyException(path, "a number"),
    };

    public static NoaaValue Read(string text, string dataset, string path)
    {
        if (!ValueText.TryParse(text, out var number, out var raw))
        {
            throw new MalformedBodyException(path, $"a number, not \"{ProviderJson.Shorten(text)}\"");
        }

        return number switch
        {
            -9999 or 99999 => new NoaaValue(null, text, false),
            // -9999 tenths, scaled along with the good values: to degC, mm or m/s; to degF, inches or mph
            -999.9 or -1767.8 or -1767.82 or -1768 or -39.37 or -2236.7 => new NoaaValue(null, text, false),
            9999 when NoaaCodes.IsSummary(dataset) => new NoaaValue(null, text, false),
            -7777 => new NoaaValue(0, text, true),
            _ => new NoaaValue(number, raw, false),
        };
    }
}
