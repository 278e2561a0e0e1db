using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Aurum.Domain;
using Aurum.Providers.Http;

namespace Aurum.Providers.WorldBank;

/// <summary>Errors come with status 200, as an array (or bare object) with <c>message</c>, and never name what was wrong.</summary>
internal static partial class WorldBankErrors
{
    private const int LongestText = 160;

    /// <summary>Hands a body that is no error to the parser.</summary>
    /// <param name="suspects">Says what a rejection may be about.</param>
    public static FetchResult Read(ProviderResponse response, Func<string> suspects, Func<JsonElement, FetchResult> parse) =>
        Find(suspects, response) is { } failure
            ? new FetchFailed(failure)
            : ResponseTriage.ReadJson(response, body => FindIn(suspects, body, response) is { } told ? new FetchFailed(told) : parse(body));

    /// <summary>What status and outer shape tell; null when the body may be JSON.</summary>
    private static Failure? Find(Func<string> suspects, ProviderResponse response)
    {
        if (ResponseTriage.OfEnvelope(response) is { } failure)
        {
            return response.Status == 400 ? failure with { Detail = $"{failure.Detail} (it may pass; if it does not, {suspects()})" } : failure;
        }

        var head = Encoding.UTF8.GetString(response.Body.Span[..Math.Min(1000, response.Body.Length)]).TrimStart('\uFEFF').TrimStart();
        if (head.StartsWith('<'))
        {
            return XmlMessage().Match(head) is { Success: true } match
                ? Of(suspects, match.Groups["id"].Value, match.Groups["key"].Value, match.Groups["text"].Value)
                : new Failure(FailureKind.Transient, $"HTTP {response.Status} with XML instead of JSON: {ResponseTriage.Excerpt(response)}");
        }

        if (response.Status == 404 && head is not ['[' or '{', ..])
        {
            // Unknown indicators and economies have status 200: only a path that is none of the API's says so.
            return new Failure(FailureKind.Rejected, $"HTTP 404: {ResponseTriage.Excerpt(response)}; check {WorldBankProvider.AddressVariable}", ConcernsProvider: true);
        }

        return response.Status >= 400 && head is not ['[' or '{', ..] ? new Failure(FailureKind.Rejected, $"HTTP {response.Status}: {ResponseTriage.Excerpt(response)}") : null;
    }

    /// <summary>What a JSON body tells; null when it is no error.</summary>
    private static Failure? FindIn(Func<string> suspects, JsonElement body, ProviderResponse response)
    {
        var first = body.ValueKind == JsonValueKind.Array && body.GetArrayLength() > 0 ? body[0] : body;
        if (first.ValueKind == JsonValueKind.Object && first.TryGetProperty("message", out var message))
        {
            var entry = message.ValueKind == JsonValueKind.Array && message.GetArrayLength() > 0 ? message[0] : message;
            return entry.ValueKind == JsonValueKind.Object
                ? Of(suspects, entry.OptionalText("id") ?? "", entry.OptionalText("key") ?? "", entry.OptionalText("value") ?? "")
                : Of(suspects, "", "", entry.ToString());
        }

        return response.Status >= 400 ? new Failure(FailureKind.Rejected, $"HTTP {response.Status}: {ResponseTriage.Excerpt(response)}") : null;
    }

    /// <summary>105 is an outage and 199 an unexpected error at their end; every other number is about the question.</summary>
    private static Failure Of(Func<string> suspects, string id, string key, string text)
    {
        var message = $"message {id} {key}: {text}";
        message = message.Length <= LongestText ? message : message[..LongestText] + "…";
        return id.Trim() is "105" or "199"
            ? new Failure(FailureKind.Transient, message)
            : new Failure(FailureKind.Rejected, $"{message} ({suspects()})");
    }

    [GeneratedRegex("""<wb:message\s+id="(?<id>[^"]*)"\s+key="(?<key>[^"]*)"\s*>(?<text>[^<]*)""", RegexOptions.CultureInvariant)]
    private static partial Regex XmlMessage();
}
