using System.Text.Json;
using System.Text.RegularExpressions;
using Aurum.Domain;
using Aurum.Providers.Http;
using NodaTime;

namespace Aurum.Providers.Noaa;

/// <summary>
/// The three shapes of NOAA's errors: the gateway's <c>status</c> and <c>message</c>; the application's <c>statusCode</c>,
/// <c>userMessage</c> and <c>developerMessage</c>; the access data service's <c>errorCode</c>, <c>errorMessage</c> and <c>errors</c>.
/// </summary>
internal static partial class NoaaErrors
{
    private const int LongestMessage = 160;

    private static readonly string[] MessageKeys = ["developerMessage", "message", "errorMessage", "userMessage"], StatusKeys = ["statusCode", "status", "errorCode"];

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
            return new Failure(FailureKind.Throttled, $"HTTP 429: {excerpt}", response.RetryAfter ?? PauseFor(excerpt, response));
        }

        if (response.Status == 500 && LooksLikeJson(response) && OfWrongQuestion(response) is { } wrong)
        {
            return wrong;
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

        message = (message ?? ResponseTriage.Excerpt(response)) + Fields(body);
        var status = response.Status >= 400 ? $"{response.Status}" : StatusKeys.Select(key => body.OptionalText(key)).FirstOrDefault(text => text is not null) ?? $"{response.Status}";
        var detail = $"HTTP {ProviderJson.Shorten(status)}: {(message.Length <= LongestMessage ? message : message[..LongestMessage] + "…")}";
        if (status == "429")
        {
            return new Failure(FailureKind.Throttled, detail, response.RetryAfter ?? PauseFor(message, response));
        }

        if (status.StartsWith('5') && !SaysWhatIsWrong().IsMatch(message))
        {
            return new Failure(FailureKind.Transient, detail);
        }

        return message.Contains("token", StringComparison.OrdinalIgnoreCase)
            ? new Failure(FailureKind.Rejected, $"{detail} Check the API token in {NoaaProvider.KeyVariable}.", ConcernsProvider: true)
            : new Failure(FailureKind.Rejected, detail);
    }

    /// <summary>A wrong question is answered with 500 as faults are; only its words tell, and where they do not, attempts run out.</summary>
    private static Failure? OfWrongQuestion(ProviderResponse response) =>
        ResponseTriage.ReadJson(response, body => new FetchFailed(FindIn(body, response)!)) is FetchFailed { Failure: { Kind: FailureKind.Rejected } failure } ? failure : null;

    /// <summary>A used-up day ends with the provider's day; where the hour of the answer is not known, an hour is asked for, and again.</summary>
    private static TimeSpan PauseFor(string message, ProviderResponse response) =>
        !message.Contains("per day", StringComparison.OrdinalIgnoreCase) ? TimeSpan.FromSeconds(1)
        : response.ReceivedAt is { } at ? NoaaQuotaDay.RestOf(at)
        : TimeSpan.FromHours(1);

    private static string Fields(JsonElement body) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Array
            ? string.Concat(errors.EnumerateArray().Take(3).Select(error => $" {error.OptionalText("field")} {error.OptionalText("message") ?? error.OptionalText("errorMessage")}".TrimEnd()))
            : "";

    private static bool LooksLikeJson(ProviderResponse response) => ResponseTriage.Excerpt(response).StartsWith('{');

    [GeneratedRegex(@"parameter|must be|invalid|not valid|missing|could not be parsed|unparseable|out of range|does not exist", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SaysWhatIsWrong();
}

/// <summary>The day that NOAA counts its quota in.</summary>
internal static class NoaaQuotaDay
{
    public const string Zone = "America/New_York";

    /// <summary>Until the next day begins; a minute more, for clocks that differ.</summary>
    public static TimeSpan RestOf(DateTimeOffset now)
    {
        var zone = DateTimeZoneProviders.Tzdb[Zone];
        var tomorrow = Instant.FromDateTimeOffset(now).InZone(zone).Date.PlusDays(1);
        return (zone.AtStartOfDay(tomorrow).ToInstant() - Instant.FromDateTimeOffset(now)).ToTimeSpan() + TimeSpan.FromMinutes(1);
    }
}
