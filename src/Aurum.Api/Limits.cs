using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Aurum.Api;

/// <summary>How much anybody may send, and how slowly.</summary>
internal static class Limits
{
    /// <summary>Every body that is taken is a small JSON document.</summary>
    public const int LargestBodyBytes = 64 * 1024;

    private const int MostConnections = 1_024;
    private const int LargestHeadersBytes = 16 * 1024;
    private const int MostHeaders = 64;

    public static void Apply(KestrelServerLimits limits)
    {
        limits.MaxConcurrentConnections = MostConnections;
        limits.MaxConcurrentUpgradedConnections = 0;
        limits.MaxRequestBodySize = LargestBodyBytes;
        limits.MaxRequestHeadersTotalSize = LargestHeadersBytes;
        limits.MaxRequestHeaderCount = MostHeaders;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(75);
        limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
        limits.MinResponseDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(10));
    }
}
