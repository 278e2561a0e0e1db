using NodaTime;
using Aurum.Providers.Settings;

namespace Aurum.Actors.Gate;

/// <summary>What survives a restart of the limiter: the day's spending and the provider's last word on waiting. Snapshots hold it as it is.</summary>
/// <param name="Spent">Requests granted today; after a restart, all that may have been.</param>
/// <param name="Reserved">Requests of the day the journal knows of.</param>
public sealed record RateLimiterState(
    DateOnly Day,
    int Spent,
    int Reserved,
    DateTimeOffset ReservationExpiresAt,
    DateTimeOffset HoldUntil) : IWireMessage
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
        },
        RateLimiterEvents.GateHeld held => this with { HoldUntil = held.Until > HoldUntil ? held.Until : HoldUntil },
        _ => throw new ArgumentException($"A rate limiter knows no event {@event.GetType().Name}.", nameof(@event)),
    };

    /// <summary>The state a successor starts from: whatever was reserved may have been sent.</summary>
    public RateLimiterState AfterRestart() => this with { Spent = Reserved, ReservationExpiresAt = DateTimeOffset.MinValue };

    /// <summary>The same state on a new day of the provider: nothing spent yet.</summary>
    public RateLimiterState On(DateOnly day) => day > Day ? this with { Day = day, Spent = 0, Reserved = 0, ReservationExpiresAt = DateTimeOffset.MinValue } : this;

    public bool HasReservation(DateTimeOffset now) => Spent < Reserved && now < ReservationExpiresAt;

    public int? Left(int? quota) => quota is { } limit ? Math.Max(0, limit - Spent) : null;
}

/// <summary>A provider's own calendar: its quota begins anew at its own midnight.</summary>
public sealed class QuotaCalendar(RateLimitSettings limit)
{
    private readonly DateTimeZone _zone = DateTimeZoneProviders.Tzdb[limit.QuotaTimeZone];

    public DateOnly DayOf(DateTimeOffset instant) => Instant.FromDateTimeOffset(instant).InZone(_zone).Date.ToDateOnly();

    public DateTimeOffset NextDayAfter(DateTimeOffset instant) =>
        _zone.AtStartOfDay(Instant.FromDateTimeOffset(instant).InZone(_zone).Date.PlusDays(1)).ToDateTimeOffset();
}
