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

    /// <summary>What status and outer shape tell; null when the body may be JSON.</summary>
    public static Failure? Find(Fetch fetch, ProviderResponse response)
    {
        if (ResponseTriage.OfEnvelope(response) is { } failure)
        {
            return failure;
        }

        var head = Encoding.UTF8.GetString(response.Body.Span[..Math.Min(1000, response.Body.Length)]).TrimStart('\uFEFF').TrimStart();
        if (head.StartsWith('<'))
        {
            return XmlMessage().Match(head) is { Success: true } match
                ? Of(fetch, match.Groups["id"].Value, match.Groups["key"].Value, match.Groups["text"].Value)
                : new Failure(FailureKind.Transient, $"HTTP {response.Status} with XML instead of JSON: {ResponseTriage.Excerpt(response)}");
        }

        return response.Status >= 400 && head is not ['[' or '{', ..] ? new Failure(FailureKind.Rejected, $"HTTP {response.Status}: {ResponseTriage.Excerpt(response)}") : null;
    }

    /// <summary>What a JSON body tells; null when it is no error.</summary>
    public static Failure? FindIn(Fetch fetch, JsonElement body, ProviderResponse response)
    {
        var first = body.ValueKind == JsonValueKind.Array && body.GetArrayLength() > 0 ? body[0] : body;
        if (first.ValueKind == JsonValueKind.Object && first.TryGetProperty("message", out var message))
        {
            var entry = message.ValueKind == JsonValueKind.Array && message.GetArrayLength() > 0 ? message[0] : message;
            return entry.ValueKind == JsonValueKind.Object
                ? Of(fetch, entry.OptionalText("id") ?? "", entry.OptionalText("key") ?? "", entry.OptionalText("value") ?? "")
                : Of(fetch, "", "", entry.ToString());
        }

        return response.Status >= 400 ? new Failure(FailureKind.Rejected, $"HTTP {response.Status}: {ResponseTriage.Excerpt(response)}") : null;
    }

    /// <summary>105 is an outage and 199 an unexpected error at their end; every other number is about the question.</summary>
    private static Failure Of(Fetch fetch, string id, string key, string text)
    {
        var message = $"message {id} {key}: {text}";
        message = message.Length <= LongestText ? message : message[..LongestText] + "…";
        if (id.Trim() is "105" or "199")
        {
            return new Failure(FailureKind.Transient, message);
        }

        var suspects = fetch switch
        {
            WorldBankObservationsFetch { Countries: [var only] } observations => $"the indicator {observations.Indicator} or the country {only} is invalid",
            WorldBankObservationsFetch observations => $"the indicator {observations.Indicator} or one of the countries {string.Join(", ", observations.Countries)} is invalid",
            WorldBankIndicatorFetch indicator => $"the indicator {indicator.Indicator} is invalid, deleted or archived",
            _ => fetch.Label,
        };
        return new Failure(FailureKind.Rejected, $"{message} ({suspects})");
    }

    [GeneratedRegex("""<wb:message\s+id="(?<id>[^"]*)"\s+key="(?<key>[^"]*)"\s*>(?<text>[^<]*)""", RegexOptions.CultureInvariant)]
    private static partial Regex XmlMessage();
}
