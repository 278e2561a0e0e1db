using Aurum.Providers;
using Aurum.Providers.Settings;
using Aurum.Simulator;
using Aurum.Testing.Limits;

namespace Aurum.EndToEnd.Tests.Support;

/// <summary>What the simulator logged, before the oracle.</summary>
internal static class Limits
{
    /// <summary>The default limits of every provider.</summary>
    public static Dictionary<string, RateLimitSettings> Default => ProviderCatalog.All.ToDictionary(provider => provider.Descriptor.Name, provider => provider.Descriptor.RateLimit);

    /// <summary>A request may have left before an answer that another one got was heard.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(100);

    public static void AreKept(ProviderSimulator simulator, IReadOnlyDictionary<string, RateLimitSettings> limits, TimeSpan? grace = null)
    {
        var log = simulator.Arrivals.All;
        if (log.Count == 0)
        {
            return;
        }

        var (first, began) = (log[0].Timestamp, log[0].At);
        var violation = LimitOracle.FirstViolation(
            log.Select(arrival => new LimitedArrival(arrival.Provider, Moment(arrival.Timestamp), arrival.Status, MomentOrNone(arrival.AnsweredAt), MomentOrNone(arrival.NotBefore))),
            limits.ToDictionary(
                limit => limit.Key,
                limit => new AllowedLimit(limit.Value.RequestsPerSecond, limit.Value.Burst, limit.Value.DailyQuota, DayIn(limit.Value.QuotaTimeZone))),
            grace ?? Grace);
        Assert.True(violation is null, violation);

        // One clock that never jumps, and the date of the other.
        DateTimeOffset Moment(long timestamp) => began + TimeProvider.System.GetElapsedTime(first, timestamp);
        DateTimeOffset? MomentOrNone(long? timestamp) => timestamp is { } there ? Moment(there) : null;
    }

    private static Func<DateTimeOffset, DateOnly> DayIn(string zone)
    {
        var calendar = NodaTime.DateTimeZoneProviders.Tzdb[zone];
        return at => NodaTime.Instant.FromDateTimeOffset(at).InZone(calendar).Date.ToDateOnly();
    }
}
