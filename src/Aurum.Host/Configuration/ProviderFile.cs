using System.Text;
using System.Text.Json;

namespace Aurum.Host.Configuration;

/// <summary>Reads a JSON file as strictly as the settings in it are bound: UTF-8, no comments, no trailing commas.</summary>
internal static class ProviderFile
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The file's root; null after adding a problem.</summary>
    /// <param name="file">Names the file in problems.</param>
    public static JsonElement? Read(string file, string path, List<string> problems)
    {
        try
        {
            var text = StrictUtf8.GetString(File.ReadAllBytes(path)).TrimStart('\uFEFF');
            var root = JsonSerializer.Deserialize<JsonElement>(text, new JsonSerializerOptions { ReadCommentHandling = JsonCommentHandling.Disallow });
            if (AllTextIsReadable(root))
            {
                return root;
            }

            problems.Add($"{file}: holds half of a surrogate pair (\\uD800 to \\uDFFF); expected whole characters");
        }
        catch (JsonException broken)
        {
            problems.Add($"{file}: line {broken.LineNumber + 1}, column {broken.BytePositionInLine + 1}: is no JSON; {Reason(broken)}");
        }
        catch (DecoderFallbackException)
        {
            problems.Add($"{file}: is no UTF-8 text; expected JSON in UTF-8");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            problems.Add($"{file}: cannot be read: {unreadable.Message}");
        }

        return null;
    }

    /// <summary>The reader's reason without the coordinates, which count from zero.</summary>
    private static string Reason(JsonException broken)
    {
        var coordinates = broken.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        var reason = coordinates < 0 ? broken.Message : broken.Message[..coordinates];
        var path = reason.IndexOf(" Path:", StringComparison.Ordinal);
        return path < 0 ? reason : reason[..path];
    }

    private static bool AllTextIsReadable(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().All(member => IsReadable(() => member.Name) && AllTextIsReadable(member.Value)),
        JsonValueKind.Array => element.EnumerateArray().All(AllTextIsReadable),
        JsonValueKind.String => IsReadable(element.GetString),
        _ => true,
    };

    /// <summary>Escapes are only looked at when a text is asked for, which then throws.</summary>
    private static bool IsReadable(Func<string?> text)
    {
        try
        {
            _ = text();
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
