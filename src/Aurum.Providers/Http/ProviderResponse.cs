using System.Net.Http.Headers;

namespace Aurum.Providers.Http;

/// <summary>A response as a provider's parser sees it: whole, with its body in memory.</summary>
/// <param name="RetryAfter">The Retry-After header, seconds or date, as a span from now; null when absent or unreadable.</param>
/// <param name="ReceivedOn">The UTC day of the response: the as-of date where the provider states none.</param>
/// <param name="ReceivedAt">The moment of the response; null where it is not known.</param>
public sealed record ProviderResponse(
    int Status,
    string? ContentType,
    TimeSpan? RetryAfter,
    DateOnly ReceivedOn,
    ReadOnlyMemory<byte> Body,
    DateTimeOffset? ReceivedAt = null)
{
    /// <param name="message">Its headers count, its content and status do not.</param>
    public static ProviderResponse Of(int status, HttpResponseMessage message, DateTimeOffset received, ReadOnlyMemory<byte> body) => new(
        status,
        message.Content.Headers.ContentType?.MediaType,
        RetryAfterOf(message.Headers.RetryAfter, received),
        DateOnly.FromDateTime(received.UtcDateTime),
        body,
        received);

    /// <summary>Both forms of the header: seconds, and a date, which has whole seconds only and so is rounded up by one.</summary>
    private static TimeSpan? RetryAfterOf(RetryConditionHeaderValue? header, DateTimeOffset now) => header switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when date > now => date - now + TimeSpan.FromSeconds(1),
        { Date: not null } => TimeSpan.Zero,
        _ => null,
    };
}
