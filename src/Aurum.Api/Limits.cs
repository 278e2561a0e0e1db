using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Aurum.Api;

/// <summary>How much anybody may send and ask for, how often and how slowly.</summary>
internal static class Limits
{
    /// <summary>Every body that is taken is a small JSON document.</summary>
    public const int LargestBodyBytes = 64 * 1024;

    /// <summary>Requests a second from one address: those beyond wait, and beyond as many again are refused.</summary>
    public const int RequestsPerSecond = 5_000;

    /// <summary>Answers under way at once; each holds a page of rows at most.</summary>
    private const int MostAtOnce = 64;

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

    public static void Add(IServiceCollection services, TimeSpan longestRequest) => services
        .AddRequestTimeouts(timeouts => timeouts.DefaultPolicy = new RequestTimeoutPolicy { Timeout = longestRequest, TimeoutStatusCode = StatusCodes.Status504GatewayTimeout })
        .AddRateLimiter(limiter =>
        {
            limiter.GlobalLimiter = PartitionedRateLimiter.CreateChained(PerAddress(RequestsPerSecond), AtOnce());
            limiter.OnRejected = async (rejected, _) =>
            {
                var retryAfter = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromSeconds(1);
                rejected.HttpContext.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(retryAfter.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
                await Problem.WriteAsync(rejected.HttpContext, StatusCodes.Status429TooManyRequests, ProblemCodes.TooManyRequests, "this node answers no more requests now; the header Retry-After says when to ask again");
            };
        });

    private static PartitionedRateLimiter<HttpContext> PerAddress(int perSecond) => PartitionedRateLimiter.Create<HttpContext, string>(context =>
        RateLimitPartition.GetTokenBucketLimiter(context.Connection.RemoteIpAddress?.ToString() ?? "", _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = perSecond,
            TokensPerPeriod = perSecond / 10,
            ReplenishmentPeriod = TimeSpan.FromMilliseconds(100),
            QueueLimit = perSecond,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        }));

    private static PartitionedRateLimiter<HttpContext> AtOnce() => PartitionedRateLimiter.Create<HttpContext, string>(_ =>
        RateLimitPartition.GetConcurrencyLimiter("", _ => new ConcurrencyLimiterOptions { PermitLimit = MostAtOnce, QueueLimit = MostConnections, QueueProcessingOrder = QueueProcessingOrder.OldestFirst }));
}
