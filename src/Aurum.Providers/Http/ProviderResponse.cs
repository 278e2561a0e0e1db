namespace Aurum.Providers.Http;

/// <summary>A response as a provider's parser sees it: whole, with its body in memory.</summary>
/// <param name="RetryAfter">The Retry-After header, seconds or date, as a span from now; null when absent or unreadable.</param>
/// <param name="ReceivedOn">The UTC day of the response: the as-of date where the provider states none.</param>
/// <param name="ReceivedAt">The moment of the response; null for a saved one.</param>
public sealed record ProviderResponse(
    int Status,
    string? ContentType,
    TimeSpan? RetryAfter,
    DateOnly ReceivedOn,
    ReadOnlyMemory<byte> Body,
    DateTimeOffset? ReceivedAt = null);
