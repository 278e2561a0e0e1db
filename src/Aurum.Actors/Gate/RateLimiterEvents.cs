using System.Text.Json.Serialization;

namespace Aurum.Actors.Gate;

/// <summary>What the journal holds of a rate limiter. Never changed, only added to.</summary>
public static class RateLimiterEvents
{
    /// <summary>Permits were set aside before any of them is granted, so that a successor counts them as spent.</summary>
    /// <param name="Day">The provider's own day.</param>
    /// <param name="UpTo">Requests of that day that may have been sent, all in all.</param>
    /// <param name="ExpiresAt">None of them is used after this.</param>
    /// <param name="BackfillUpTo">Those of them that may have been for history.</param>
    public sealed record PermitsReserved(
        DateOnly Day,
        int UpTo,
        DateTimeOffset At,
        DateTimeOffset ExpiresAt,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int BackfillUpTo = 0) : IWireMessage;

    /// <summary>The owner granted its last permit; the successor goes on from exactly here, once it has heard how the requests ended that were on their way.</summary>
    /// <param name="Spent">Requests of the day that may have been sent, all in all.</param>
    public sealed record GateHandedOver(DateOnly Day, int Spent, int BackfillSpent, DateTimeOffset At, BucketRemains Bucket, BucketRemains Backfill) : IWireMessage;

    /// <summary>The provider asked to be left alone.</summary>
    public sealed record GateHeld(DateTimeOffset Until, DateTimeOffset At) : IWireMessage;

    /// <summary>An operator asked for it.</summary>
    public sealed record GateHeldByHand(DateTimeOffset Until, OperatorAct Act) : IWireMessage;

    /// <summary>An operator took the operators' hold back; what the provider asked for stays.</summary>
    public sealed record GateReleasedByHand(OperatorAct Act) : IWireMessage;

    /// <summary>Other limits than the configured ones; null where the configuration holds.</summary>
    public sealed record LimitsChanged(double? RequestsPerSecond, int? Burst, int? DailyQuota, OperatorAct Act) : IWireMessage;
}
