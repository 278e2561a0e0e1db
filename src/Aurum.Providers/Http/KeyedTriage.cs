using System.Text.Json;
using System.Text.RegularExpressions;
using Aurum.Domain;

namespace Aurum.Providers.Http;

/// <summary>
/// <see cref="ResponseTriage"/> for APIs that take their key in the URL: their bodies may repeat the key (EIA echoes the
/// request, an edge's error page prints the address), so no words of a body reach a failure's detail unmasked.
/// </summary>
internal static partial class KeyedTriage
{
    private const int LongestText = 240;

    /// <param name="errorText">What the API itself says of the error, where that could be read.</param>
    public static Failure? OfEnvelope(ProviderResponse response, string? errorText)
    {
        var failure = ResponseTriage.OfEnvelope(response);
        var body = ResponseTriage.Trimmed(response.Body).Span;
        if (failure is null || body.IsEmpty || response.Status is >= 300 and < 400)
        {
            return failure;
        }

        return failure with
        {
            Detail = errorText is not null ? $"HTTP {response.Status}: {Masked(errorText)}"
                : body[0] == (byte)'<' ? $"HTTP {response.Status} with a page of markup instead of JSON"
                : $"HTTP {response.Status}; its body is not shown here, as it may repeat the API key",
        };
    }

    /// <summary>Hands the body to the parser; what breaks inside becomes a failure that quotes nothing but paths and short values.</summary>
    public static FetchResult Read(ProviderResponse response, Func<ReadOnlyMemory<byte>, FetchResult> parse)
    {
        try
        {
            return parse(ResponseTriage.Trimmed(response.Body));
        }
        catch (JsonException exception)
        {
            var kind = ResponseTriage.OfBrokenJson(response, exception).Kind;
            return new FetchFailed(new Failure(kind, kind == FailureKind.Transient
                ? $"HTTP {response.Status}: the JSON body ends after {response.Body.Length} bytes, in the middle of a value"
                : $"HTTP {response.Status}: the body is no JSON (line {exception.LineNumber + 1}, byte {exception.BytePositionInLine})"));
        }
        catch (MalformedBodyException exception)
        {
            return new FetchFailed(new Failure(FailureKind.Malformed, $"HTTP {response.Status}: {Masked(exception.Message)}"));
        }
        catch (InvalidOperationException)
        {
            // System.Text.Json reports text that is no valid Unicode so, and only when the text is asked for.
            return new FetchFailed(new Failure(FailureKind.Malformed, $"HTTP {response.Status}: the body has a text that is no valid Unicode"));
        }
    }

    public static FetchResult ReadDocument(ProviderResponse response, Func<JsonElement, FetchResult> parse) =>
        Read(response, body =>
        {
            using var document = JsonDocument.Parse(body);
            return parse(document.RootElement);
        });

    /// <summary>A text from outside on one line, not too long, with anything that may be a key blotted out.</summary>
    public static string Masked(string text)
    {
        var masked = KeyShapes().Replace(Blanks().Replace(text, " "), "***").Trim();
        return masked.Length <= LongestText ? masked : masked[..LongestText] + "…";
    }

    [GeneratedRegex("""(?i:api_?key["']?\s*[=:]\s*["']?[^\s&"',}]+)|[A-Za-z0-9]{32,}""", RegexOptions.CultureInvariant)]
    private static partial Regex KeyShapes();

    [GeneratedRegex("""[\s\p{Cc}]+""", RegexOptions.CultureInvariant)]
    private static partial Regex Blanks();
}
