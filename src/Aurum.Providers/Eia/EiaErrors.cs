using System.Globalization;
using System.Text.Json;
using Aurum.Domain;
using Aurum.Providers.Http;

namespace Aurum.Providers.Eia;

/// <summary>
/// EIA's errors: <c>error</c> is an object with a code where the gateway speaks (key, rate), and a text with a numeric code
/// beside it where the API does. Older versions sent them with status 200.
/// </summary>
internal static class EiaErrors
{
    private const int AddressTooLong = 414;

    private const string KeyCodes = "API_KEY_";

    /// <summary>The failure of a response that is no 200.</summary>
    public static Failure? Of(ProviderResponse response)
    {
        if (response.Status == AddressTooLong)
        {
            // Servers say it by a page of markup, which is no passing trouble here: asked again in halves, it is shorter.
            return new Failure(FailureKind.Rejected, "HTTP 414: the address is too long for a server on the way");
        }

        var failure = OfErrorBody(response);
        if (failure is { Kind: FailureKind.Throttled })
        {
            return failure;
        }

        if (KeyedTriage.OfEnvelope(response, failure?.Detail) is { } envelope)
        {
            return envelope;
        }

        return response.Status switch
        {
            200 => null,
            _ when failure is not null => failure,
            403 => new Failure(FailureKind.Throttled, "HTTP 403 without a reason: the key may be suspended for a while", response.RetryAfter),
            _ => new Failure(FailureKind.Rejected, $"HTTP {response.Status} without a reason; expected 200"),
        };
    }

    /// <summary>The failure that a body tells by its key <c>error</c>, whatever its status; null when it has none.</summary>
    public static Failure? OfRoot(JsonElement root, ProviderResponse response)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("error", out var error) || error.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (error.ValueKind == JsonValueKind.Object)
        {
            return OfGateway(error.OptionalText("code") ?? "no code", KeyedTriage.Masked(error.OptionalText("message") ?? "no message"), response);
        }

        var text = KeyedTriage.Masked(root.OptionalText("error") ?? "no text");
        var code = int.TryParse(root.OptionalText("code"), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : response.Status;
        return code switch
        {
            429 => new Failure(FailureKind.Throttled, $"EIA says 429: {text}", response.RetryAfter),
            >= 500 => new Failure(FailureKind.Transient, $"EIA says {code}: {text}", response.RetryAfter),
            403 => new Failure(FailureKind.Throttled, $"EIA says 403: {text}", response.RetryAfter),
            _ => new Failure(FailureKind.Rejected, $"EIA says {code}: {text}"),
        };
    }

    private static Failure OfGateway(string code, string message, ProviderResponse response)
    {
        if (code.StartsWith(KeyCodes, StringComparison.Ordinal))
        {
            return new Failure(FailureKind.Rejected, $"HTTP {response.Status}: EIA refuses the key; check {EiaProvider.KeyVariable}: {code}: {message}", ConcernsProvider: true);
        }

        // A key that asked too often is suspended, and comes back by itself within the hour.
        return code == "OVER_RATE_LIMIT" || response.Status is 403 or 429
            ? new Failure(FailureKind.Throttled, $"HTTP {response.Status}: {code}: {message}", response.RetryAfter)
            : new Failure(FailureKind.Rejected, $"HTTP {response.Status}: {code}: {message}");
    }

    private static Failure? OfErrorBody(ProviderResponse response)
    {
        if (response.Status == 200)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(ResponseTriage.Trimmed(response.Body));
            return OfRoot(document.RootElement, response);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
