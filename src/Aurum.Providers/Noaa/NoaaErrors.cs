using System.Text.Json;
using Aurum.Domain;
using Aurum.Providers.Http;

namespace Aurum.Providers.Noaa;

/// <summary>
/// The two shapes of NOAA's errors: the gateway's <c>status</c> and <c>message</c>, the application's <c>statusCode</c>,
/// <c>userMessage</c> and <c>developerMessage</c>.
/// </summary>
internal static class NoaaErrors
{
    private const int LongestMessage = 160;

    private static readonly string[] MessageKeys = ["developerMessage", "message", "userMessage"];

    /// <summary>What status and outer shape tell; null when the body may be an answer.</summary>
    public static Failure? Find(ProviderResponse response)
    {
        var excerpt = ResponseTriage.Excerpt(response);
        if (response.Status == 404)
        {
            return new Failure(FailureKind.Rejected, $"HTTP 404: {excerpt}");
        }

        if (response.Status == 429)
        {
            return new Failure(FailureKind.Throttled, $"HTTP 429: {excerpt}", response.RetryAfter ?? PauseFor(excerpt));
        }

        if (ResponseTriage.OfEnvelope(response) is { } failure)
        {
            return failure;
        }

        if (response.ContentType?.Contains("text/html", StringComparison.OrdinalIgnoreCase) == true)
        {
            return new Failure(FailureKind.Transient, $"HTTP {response.Status} with an HTML page instead of JSON: {excerpt}");
        }

        return response.Status >= 400 && !LooksLikeJson(response) ? new Failure(FailureKind.Rejected, $"HTTP {response.Status}: {excerpt}") : null;
    }

    /// <summary>What a JSON body tells; null when it is no error.</summary>
    public static Failure? FindIn(JsonElement body, ProviderResponse response)
    {
        var message = MessageKeys.Select(key => body.OptionalText(key)).FirstOrDefault(text => text is not null);
        if (response.Status < 400 && (message is null || body.TryGetProperty("results", out _)))
        {
            return null;
        }

        message ??= ResponseTriage.Excerpt(response);
        var status = response.Status >= 400 ? $"{response.Status}" : body.OptionalText("statusCode") ?? body.OptionalText("status") ?? $"{response.Status}";
        var detail = $"HTTP {status}: {(message.Length <= LongestMessage ? message : message[..LongestMessage] + "…")}";
        if (status == "429")
        {
            return new Failure(FailureKind.Throttled, detail, response.RetryAfter ?? PauseFor(message));
        }

        if (status.StartsWith('5'))
        {
            return new Failure(FailureKind.Transient, detail);
        }

        return message.Contains("token", StringComparison.OrdinalIgnoreCase)
            ? new Failure(FailureKind.Rejected, $"{detail} Check the API token in {NoaaProvider.KeyVariable}.")
            : new Failure(FailureKind.Rejected, detail);
    }

    /// <summary>A used-up day may be any number of hours from its end; an hour is asked for, and again.</summary>
    private static TimeSpan PauseFor(string message) =>
        message.Contains("per day", StringComparison.OrdinalIgnoreCase) ? TimeSpan.FromHours(1) : TimeSpan.FromSeconds(1);

    private static bool LooksLikeJson(ProviderResponse response) => ResponseTriage.Excerpt(response).StartsWith('{');
}
