using Aurum.Providers.Settings;

namespace Aurum.Providers;

/// <summary>A provider's names, address and defaults.</summary>
/// <param name="Name">Lower-case short name; also the name of its configuration file.</param>
/// <param name="Title">The organisation's name, for people.</param>
/// <param name="KeyVariable">Environment variable of the API key; null when the API needs none.</param>
/// <param name="AddressVariable">Environment variable that overrides <paramref name="DefaultAddress"/>.</param>
/// <param name="LateArrival">
/// How long after a timestamp its first value may still appear: a series without news is not read further back than that.
/// Null where reading all the way back costs no more calls.
/// </param>
/// <param name="ObservationsNeedCatalog">True when only the catalog tells the unit or frequency of observations: then none are collected before it is known.</param>
public sealed record ProviderDescriptor(
    string Name,
    string Title,
    string? KeyVariable,
    string AddressVariable,
    Uri DefaultAddress,
    RateLimitSettings RateLimit,
    BatchSettings Batch,
    CircuitBreakerSettings CircuitBreaker,
    HttpSettings Http,
    TimeSpan? LateArrival = null,
    bool ObservationsNeedCatalog = false);

/// <summary>Where and as whom to call a provider.</summary>
public sealed record ProviderAccess
{
    public ProviderAccess(Uri baseAddress, string? key)
    {
        BaseAddress = baseAddress.AbsoluteUri.EndsWith('/') ? baseAddress : new Uri(baseAddress.AbsoluteUri + "/");
        Key = key;
    }

    /// <summary>The API's root, always with a trailing slash.</summary>
    public Uri BaseAddress { get; }

    public string? Key { get; }

    /// <summary>Never prints the key.</summary>
    public override string ToString() => $"{BaseAddress.GetLeftPart(UriPartial.Path)} ({(Key is null ? "no key" : "with key")})";
}
