using Aurum.Providers.Settings;
using static Aurum.Actors.Gate.GateProtocol;

namespace Aurum.Actors.Gate;

/// <summary>What an issuer does about the first in line.</summary>
public abstract record IssuerStep
{
    private IssuerStep()
    {
    }

    /// <summary>It gets its permit now.</summary>
    public sealed record Grant : IssuerStep
    {
        public static readonly Grant Instance = new();
    }

    /// <summary>This must be in the journal before anything is granted.</summary>
    public sealed record Reserve(RateLimiterEvents.PermitsReserved Reservation) : IssuerStep;

    /// <param name="Reason">One of <see cref="WaitReasons"/>; null for the rate alone.</param>
    public sealed record Wait(DateTimeOffset Until, string? Reason) : IssuerStep;
}

/// <summary>Why a gate gives nothing for longer than the rate asks for.</summary>
public static class WaitReasons
{
    public const string Hold = "hold", Quota = "quota", Takeover = "takeover", Pause = "pause", Journal = "journal";
}

/// <summary>
/// Decides when a permit may be given, and what must be in the journal before. Pure but for what it remembers: time comes with
/// the question, events go to the journal and come back.
/// </summary>
public sealed class PermitIssuer
{
    /// <summary>Seconds of the rate that are reserved at a time.</summary>
    private const int SecondsPerBlock = 4;

    /// <summary>What is permitted in a day's last moments may arrive in the next day, which has its full quota besides.</summary>
    private static readonly TimeSpan EndOfDay = GateTimes.PermitLife + GateTimes.ClockSkew + GateTimes.LongestWay;

    private readonly RateLimitSettings _configured;
    private readonly GateOwnership _ownership;
    private readonly QuotaCalendar _calendar;
    private PermitBucket _bucket;
    private PermitBucket _backfill;
    private DateTimeOffset _takeoverAt = DateTimeOffset.MinValue;
    private DateTimeOffset _lastPermitExpiresAt = DateTimeOffset.MinValue;

    /// <summary>Requests that were on their way when the gate was handed over, and of whose end nothing was heard. One of them may have been told to wait.</summary>
    private readonly HashSet<Guid> _unheard = [];
    private DateTimeOffset _heardAt = DateTimeOffset.MinValue;

    public PermitIssuer(RateLimitSettings configured, GateOwnership ownership, GateTime now)
    {
        _configured = configured;
        _ownership = ownership;
        _calendar = new QuotaCalendar(configured);
        _bucket = new PermitBucket(configured, now.Steady);
        _backfill = new PermitBucket(BackfillOf(configured), now.Steady);
    }

    public RateLimiterState State { get; private set; } = RateLimiterState.Initial;

    /// <summary>Those of the configuration, unless an operator has changed them.</summary>
    public RateLimitSettings Limits => State.LimitsOver(_configured);

    /// <summary>The part of the day's quota that history may take.</summary>
    public int? BackfillQuota => Limits.DailyQuota is { } quota ? (int)Math.Floor(quota * Limits.BackfillShare) : null;

    /// <summary>Until then a predecessor may grant.</summary>
    public DateTimeOffset TakeoverAt => _takeoverAt;

    public void Recover(RateLimiterState snapshot) => State = snapshot;

    public void Apply(object @event) => State = State.Apply(@event);

    /// <summary>Begins where the journal ends.</summary>
    public void Begin(GateTime now)
    {
        if (State == RateLimiterState.Initial)
        {
            return;
        }

        if (State.HandedOver is { } handed)
        {
            var elapsed = now.Wall - handed.At - GateTimes.ClockSkew;
            elapsed = elapsed > TimeSpan.Zero ? elapsed : TimeSpan.Zero;
            _bucket = PermitBucket.Continue(Limits, handed.Bucket, elapsed, now.Steady);
            _backfill = PermitBucket.Continue(BackfillOf(Limits), handed.Backfill, elapsed, now.Steady);
            _unheard.UnionWith(handed.Bucket.Slots.Where(slot => !slot.Arrived).Select(slot => slot.RequestId));
            _heardAt = now.Steady + GateTimes.Heard - elapsed;
        }
        else
        {
            _takeoverAt = EndOfPredecessor(now.Wall);
            var sentUntil = now.Steady + (_takeoverAt > now.Wall ? _takeoverAt - now.Wall : TimeSpan.Zero);
            _bucket = PermitBucket.AfterUnknown(Limits, sentUntil);
            _backfill = PermitBucket.AfterUnknown(BackfillOf(Limits), sentUntil);
        }

        State = State.AfterRestart();
    }

    public IssuerStep Next(Lane lane, GateTime now)
    {
        State = State.On(_calendar.DayOf(now.Wall));
        if (WaitFor(lane, now) is { } wait)
        {
            return wait;
        }

        return State.HasReservation(lane, now.Wall + GateTimes.PermitLife) ? IssuerStep.Grant.Instance : new IssuerStep.Reserve(Reservation(lane, now.Wall));
    }

    /// <summary>Only after <see cref="Next"/> has said so at the same time.</summary>
    public PermitGranted Grant(RequestPermit request, GateTime now)
    {
        _bucket.Take(request.RequestId, now.Steady);
        if (request.Lane == Lane.Backfill)
        {
            _backfill.Take(request.RequestId, now.Steady);
        }

        State = State with { Spent = State.Spent + 1, BackfillSpent = State.BackfillSpent + (request.Lane == Lane.Backfill ? 1 : 0) };
        _lastPermitExpiresAt = now.Wall + GateTimes.PermitLife;
        return new PermitGranted(request.RequestId, _lastPermitExpiresAt);
    }

    public bool IsUnderWay(Guid requestId, GateTime now) => _bucket.IsUnderWay(requestId, now.Steady);

    public void Settle(Guid requestId, RequestOutcome outcome, GateTime now)
    {
        _unheard.Remove(requestId);
        if (outcome != RequestOutcome.Unused)
        {
            // Of one that was given up nobody knows whether, and when, it arrives.
            _bucket.Settle(requestId, now.Steady);
            _backfill.Settle(requestId, now.Steady);
        }
    }

    /// <summary>The provider's word holds from now on, before the journal knows of it.</summary>
    public void Hold(DateTimeOffset until) => State = State with { HoldUntil = until };

    public int Available(GateTime now)
    {
        State = State.On(_calendar.DayOf(now.Wall));
        return HoldUntil > now.Wall || _takeoverAt > now.Wall || Unheard(now) > TimeSpan.Zero ? 0 : Math.Min(_bucket.Available(now.Steady), State.Left(Limits.DailyQuota) ?? int.MaxValue);
    }

    /// <summary>Why the first in line waits; null when it need not.</summary>
    public IssuerStep.Wait? WaitFor(Lane lane, GateTime now)
    {
        if (_takeoverAt > now.Wall)
        {
            return new IssuerStep.Wait(_takeoverAt, WaitReasons.Takeover);
        }

        if (Unheard(now) is var unheard && unheard > TimeSpan.Zero)
        {
            return new IssuerStep.Wait(now.Wall + unheard, WaitReasons.Takeover);
        }

        if (HoldUntil > now.Wall)
        {
            return new IssuerStep.Wait(HoldUntil, WaitReasons.Hold);
        }

        if (Limits.DailyQuota is { } quota && WaitForDay(lane, quota, now.Wall) is { } day)
        {
            return new IssuerStep.Wait(day, WaitReasons.Quota);
        }

        var wait = _bucket.WaitFor(now.Steady);
        var waitOfBackfill = lane == Lane.Backfill ? _backfill.WaitFor(now.Steady) : TimeSpan.Zero;
        wait = wait > waitOfBackfill ? wait : waitOfBackfill;
        return wait > TimeSpan.Zero ? new IssuerStep.Wait(now.Wall + wait, null) : null;
    }

    /// <summary>What is reserved and not granted goes back; what was granted stays spent, sent or not. Null when there is nothing to give.</summary>
    public RateLimiterEvents.PermitsReserved? GiveBack(GateTime now) => State.HasReservation(Lane.Incremental, now.Wall)
        ? new RateLimiterEvents.PermitsReserved(State.Day, State.Spent, now.Wall, _lastPermitExpiresAt > now.Wall ? _lastPermitExpiresAt : now.Wall, State.BackfillSpent)
        : null;

    /// <summary>All that a successor must know to go on from here.</summary>
    public RateLimiterEvents.GateHandedOver? HandOver(GateTime now) => State == RateLimiterState.Initial || State.HandedOver is not null || _takeoverAt > now.Wall
        ? null
        : new RateLimiterEvents.GateHandedOver(State.Day, State.Spent, State.BackfillSpent, now.Wall, _bucket.Remains(now.Steady), _backfill.Remains(now.Steady));

    /// <summary>An operator's word came back from the journal.</summary>
    public void ApplyLimits(RateLimiterEvents.LimitsChanged changed, GateTime now)
    {
        Apply(changed);
        _bucket.Change(Limits, now.Steady);
        _backfill.Change(BackfillOf(Limits), now.Steady);
    }

    private DateTimeOffset HoldUntil => State.HeldByHand is { } held && held.Until > State.HoldUntil ? held.Until : State.HoldUntil;

    /// <summary>How long it may last until all is heard that was answered before the gate was handed over.</summary>
    private TimeSpan Unheard(GateTime now) => _unheard.Count > 0 && _heardAt > now.Steady ? _heardAt - now.Steady : TimeSpan.Zero;

    private static RateLimitSettings BackfillOf(RateLimitSettings limit) => limit with
    {
        RequestsPerSecond = limit.RequestsPerSecond * limit.BackfillShare,
        Burst = Math.Max(1, (int)Math.Floor(limit.Burst * limit.BackfillShare)),
    };

    /// <summary>
    /// A predecessor grants until its reservation expires by its own clock. Where its clock is far ahead the word of the journal
    /// would last too long: it was written before we read it, so it ends a reservation's life from now at the latest.
    /// </summary>
    private DateTimeOffset EndOfPredecessor(DateTimeOffset now)
    {
        if (_ownership.IsSole)
        {
            return DateTimeOffset.MinValue;
        }

        var (stated, latest) = (State.ReservationExpiresAt, now + GateTimes.ReservationLife + GateTimes.ClockSkew);
        return stated == DateTimeOffset.MinValue ? stated : (stated < latest ? stated : latest) + GateTimes.ClockSkew;
    }

    private DateTimeOffset? WaitForDay(Lane lane, int quota, DateTimeOffset now)
    {
        var begun = _calendar.NextDayAfter(now - GateTimes.ClockSkew);
        if (begun <= now)
        {
            // The provider's clock may still be on the day before.
            return begun + GateTimes.ClockSkew;
        }

        var isSpent = State.Spent >= quota || (lane == Lane.Backfill && State.BackfillSpent >= BackfillQuota);
        var next = _calendar.NextDayAfter(now);
        return isSpent || next - now <= EndOfDay ? next + GateTimes.ClockSkew : null;
    }

    private RateLimiterEvents.PermitsReserved Reservation(Lane lane, DateTimeOffset now)
    {
        var upTo = Math.Min(State.Spent + Block(Limits), Limits.DailyQuota ?? int.MaxValue);
        var backfillUpTo = lane == Lane.Backfill
            ? Math.Min(State.BackfillSpent + Block(BackfillOf(Limits)), BackfillQuota ?? int.MaxValue)
            : State.BackfillReserved;
        var end = now + GateTimes.ReservationLife;
        var midnight = _calendar.NextDayAfter(now);
        return new RateLimiterEvents.PermitsReserved(State.Day, upTo, now, Limits.DailyQuota is not null && midnight < end ? midnight : end, backfillUpTo);
    }

    private static int Block(RateLimitSettings limit) => Math.Max(1, (int)Math.Ceiling(limit.RequestsPerSecond * SecondsPerBlock));
}
