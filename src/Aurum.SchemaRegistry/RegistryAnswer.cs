using System.Text.Json;

namespace Aurum.SchemaRegistry;

/// <summary>What a node answered.</summary>
internal sealed record RegistryAnswer(Uri Address, int Status, string Text)
{
    private const int LongestMessage = 1000;

    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>The registry's own code and words; without code, the beginning of what came instead.</summary>
    public static (int? Code, string Message) ErrorOf(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            if (document.RootElement is { ValueKind: JsonValueKind.Object } error && error.TryGetProperty("error_code", out var code) && code.TryGetInt32(out var number))
            {
                var message = error.TryGetProperty("message", out var words) && words.ValueKind == JsonValueKind.String ? words.GetString()! : "no reason given";
                return (number, Beginning(message));
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // not the registry's kind of error: it is shown as it came
        }

        return (null, text.Length == 0 ? "an empty body" : Beginning(text));
    }

    private static string Beginning(string text)
    {
        var line = text.ReplaceLineEndings(" ").Trim();
        return line.Length <= LongestMessage ? line : line[..LongestMessage] + "…";
    }
}
