using System.Text;
using System.Text.Json;
using Aurum.Domain;

namespace Aurum.Providers.Http;

/// <summary>What all four APIs have in common when they fail: statuses, HTML from the edge, bodies cut short.</summary>
public static class ResponseTriage
{
    /// <summary>
    /// The failure that status and outer shape alone tell, or null when the body is worth reading. A status of 400 to 499 other
    /// than 408, 423, 425 and 429 with a JSON or XML body is left to the provider, which knows its own error texts.
    /// </summary>
    public static Failure? OfEnvelope(ProviderResponse response)
    {
        var status = response.Status;
        if (status == 429)
        {
            return new Failure(FailureKind.Throttled, $"HTTP 429: {Excerpt(response)}", response.RetryAfter);
        }

        if (status >= 500 || status is 408 or 423 or 425)
        {
            return new Failure(FailureKind.Transient, $"HTTP {status}: {Excerpt(response)}", response.RetryAfter);
        }

        if (status is >= 300 and < 400)
        {
            return new Failure(FailureKind.Rejected, $"HTTP {status}: an API answer was expected, not a redirect; check the base address", ConcernsProvider: true);
        }

        var body = WithoutBom(response.Body.Span);
        if (body.IsEmpty)
        {
            return new Failure(FailureKind.Transient, $"HTTP {status} with an empty body");
        }

        if (body[0] == (byte)'<' && LooksLikeHtml(body))
        {
            return new Failure(FailureKind.Transient, $"HTTP {status} with an HTML page instead of JSON: {Excerpt(response)}");
        }

        return null;
    }

    /// <summary>
    /// Reads the body as JSON and hands it to the parser; JSON that ends too early is Transient, any other breach of the contract Malformed.
    /// </summary>
    public static FetchResult ReadJson(ProviderResponse response, Func<JsonElement, FetchResult> parse)
    {
        try
        {
            using var document = JsonDocument.Parse(Trimmed(response.Body));
            return parse(document.RootElement);
        }
        catch (JsonException exception)
        {
            return new FetchFailed(OfBrokenJson(response, exception));
        }
        catch (MalformedBodyException exception)
        {
            return new FetchFailed(new Failure(FailureKind.Malformed, $"HTTP {response.Status}: {exception.Message}"));
        }
        catch (InvalidOperationException exception) when (exception.Source?.StartsWith("System.Text.Json", StringComparison.Ordinal) == true)
        {
            // the one thing a JsonDocument finds out only when asked: bytes or escapes that are no text
            return new FetchFailed(new Failure(FailureKind.Malformed, $"HTTP {response.Status}: a string of the body is no Unicode text: {Excerpt(response)}"));
        }
    }

    /// <summary>A body that stops in the middle was cut on the way and may come whole next time; anything else that is no JSON will not.</summary>
    public static Failure OfBrokenJson(ProviderResponse response, JsonException exception)
    {
        var reader = new Utf8JsonReader(Trimmed(response.Body).Span, isFinalBlock: false, default);
        try
        {
            while (reader.Read())
            {
            }
        }
        catch (JsonException)
        {
            return new Failure(FailureKind.Malformed, $"HTTP {response.Status}: the body is no JSON (line {exception.LineNumber + 1}, byte {exception.BytePositionInLine}): {Excerpt(response)}");
        }

        return new Failure(FailureKind.Transient, $"HTTP {response.Status}: the JSON body ends after {response.Body.Length} bytes, in the middle of a value");
    }

    /// <summary>The first words of a body, for people: one line, no tags, at most 160 characters.</summary>
    public static string Excerpt(ProviderResponse response)
    {
        var head = Encoding.UTF8.GetString(WithoutBom(response.Body.Span)[..Math.Min(2000, WithoutBom(response.Body.Span).Length)]);
        var text = new StringBuilder();
        var inTag = false;
        foreach (var c in head)
        {
            inTag = c == '<' || (inTag && c != '>');
            var shown = inTag || c == '>' || char.IsControl(c) ? ' ' : c;
            if (shown != ' ' || (text.Length > 0 && text[^1] != ' '))
            {
                text.Append(shown);
            }
        }

        var line = text.ToString().Trim();
        return line.Length == 0 ? "(empty body)" : line.Length <= 160 ? line : line[..160] + "…";
    }

    /// <summary>The body without byte-order mark and leading blanks.</summary>
    internal static ReadOnlyMemory<byte> Trimmed(ReadOnlyMemory<byte> body) => body[(body.Length - WithoutBom(body.Span).Length)..];

    private static ReadOnlySpan<byte> WithoutBom(ReadOnlySpan<byte> body)
    {
        if (body.StartsWith("\uFEFF"u8))
        {
            body = body[3..];
        }

        return body.TrimStart(" \t\r\n"u8);
    }

    private static bool LooksLikeHtml(ReadOnlySpan<byte> body)
    {
        var head = Encoding.UTF8.GetString(body[..Math.Min(300, body.Length)]);
        return head.Contains("<html", StringComparison.OrdinalIgnoreCase) || head.Contains("<!doctype html", StringComparison.OrdinalIgnoreCase);
    }
}
