using System.Text.Json.Serialization;
using Aurum.Providers.Settings;
using NodaTime;

namespace Aurum.Actors.Gate;

/// <summary>What survives a restart of the limiter: the day's spending, words on waiting, changed limits. Snapshots hold it as it is.</summary>
/// <param name="Spent">Requests granted today; after a restart, all that may have been.</param>
/// <param name="Reserved">Requests of the day the journal knows of.</param>
/// <param name="HoldUntil">What the provider asked for.</param>
/// <param name="BackfillSpent">Those of <paramref name="Spent"/> that were for history.</param>
/// <param name="HandedOver">What the last owner left in order, until its successor reserves.</param>
public sealed record RateLimiterState(
    DateOnly Day,
    int Spent,
    int Reserved,
    DateTimeOffset ReservationExpiresAt,
    DateTimeOffset HoldUntil,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int BackfillSpent = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int BackfillReserved = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] RateLimiterEvents.GateHandedOver? HandedOver = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] RateLimiterEvents.GateHeldByHand? HeldByHand = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] RateLimiterEvents.LimitsChanged? ChangedLimits = null) : IWireMessage
{
    public static readonly RateLimiterState Initial = new(DateOnly.MinValue, 0, 0, DateTimeOffset.MinValue, DateTimeOffset.MinValue);

    public RateLimiterState Apply(object @event) => @event switch
    {
        RateLimiterEvents.PermitsReserved reserved => this with
        {
            Day = reserved.Day,
            Spent = reserved.Day == Day ? Spent : 0,
            Reserved = reserved.UpTo,
            ReservationExpiresAt = reserved.ExpiresAt,
            BackfillSpent = reserved.Day == Day ? BackfillSpent : 0,
            BackfillReserved = reserved.BackfillUpTo,
            HandedOver = null,
        },
        RateLimiterEvents.GateHandedOver handed => this with
        {
            Day = handed.Day,
            Spent = handed.Spent,
            Reserved = handed.Spent,
            ReservationExpiresAt = DateTimeOffset.MinValue,
            BackfillSpent = handed.BackfillSpent,
            BackfillReserved = handed.BackfillSpent,
            HandedOver = handed,
        },
        RateLimiterEvents.GateHeld held => this with { HoldUntil = held.Until > HoldUntil ? held.Until : HoldUntil },
        RateLimiterEvents.GateHeldByHand held => this with { HeldByHand = held },
        RateLimiterEvents.GateReleasedByHand => this with { HeldByHand = null },
        RateLimiterEvents.LimitsChanged { RequestsPerSecond: null, Burst: null, DailyQuota: null } => this with { ChangedLimits = null },
        RateLimiterEvents.LimitsChanged changed => this with { ChangedLimits = changed },
        _ => throw new ArgumentException($"A rate limiter knows no event {@event.GetType().Name}.", nameof(@event)),
    };

    /// <summary>The state a successor starts from: whatever was reserved may have been sent.</summary>
    public RateLimiterState AfterRestart() => this with { Spent = Reserved, BackfillSpent = BackfillReserved, ReservationExpiresAt = DateTimeOffset.MinValue };

    /// <summary>The same state on a new day of the provider: nothing spent yet.</summary>
    public RateLimiterState On(DateOnly day) => day > Day
        ? this with { Day = day, Spent = 0, Reserved = 0, BackfillSpent = 0, BackfillReserved = 0, ReservationExpiresAt = DateTimeOffset.MinValue }
        : this;

    /// <param name="until">When a permit from it would be used at the latest.</param>
    public bool HasReservation(Lane lane, DateTimeOffset until) =>
        Spent < Reserved && until < ReservationExpiresAt && (lane != Lane.Backfill || BackfillSpent < BackfillReserved);

    public int? Left(int? quota) => quota is { } limit ? Math.Max(0, limit - Spent) : null;

    /// <summary>The limits in force.</summary>
    public RateLimitSettings LimitsOver(RateLimitSettings configured) => ChangedLimits is not { } changed ? configured : configured with
    {
        RequestsPerSecond = changed.RequestsPerSecond ?? configured.RequestsPerSecond,
        Burst = changed.Burst ?? configured.Burst,
        DailyQuota = changed.DailyQuota ?? configured.DailyQuota,
    };
}

/// <summary>A provider's own calendar: its quota begins anew at its own midnight.</summary>
public sealed class QuotaCalendar(RateLimitSettings limit)
{
    private readonly DateTimeZone _zone = DateTimeZoneProviders.Tzdb[limit.QuotaTimeZone];

    public DateOnly DayOf(DateTimeOffset instant) => Instant.FromDateTimeOffset(instant).InZone(_zone).Date.ToDateOnly();

    public DateTimeOffset NextDayAfter(DateTimeOffset instant) =>
        _zone.AtStartOfDay(Instant.FromDateTimeOffset(instant).InZone(_zone).Date.PlusDays(1)).ToDateTimeOffset();
}
