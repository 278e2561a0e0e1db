using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using Aurum.Providers.Settings;
using static Aurum.Actors.Gate.GateProtocol;
using static Aurum.Actors.Gate.RateLimiterProtocol;

namespace Aurum.Actors.Gate;

/// <summary>
/// Gives a provider's permits, one a request, for the whole cluster: never faster than the rate, never more a day than the quota,
/// never inside a hold. Permits are reserved in the journal, a short-lived block at a time, before any is granted: a successor
/// counts the whole block as spent, so a crash can waste permits and never overspend them.
/// </summary>
public sealed class RateLimiterActor : SnapshottingActor, IWithTimers
{
    private static readonly TimeSpan ReservationLife = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestThrottleBackOff = TimeSpan.FromMinutes(1);
    /// <summary>A permit given this close to the end of its reservation, or of the provider's day, might be used after it.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(2);

    private const int EventsPerSnapshot = 200;

    private readonly string _provider;
    private readonly RateLimitSettings _limit;
    private readonly QuotaCalendar _calendar;
    private readonly TimeProvider _time;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly List<Waiting> _waiting = [];
    private RateLimiterState _state = RateLimiterState.Initial;
    private PermitBucket _bucket;
    private bool _reserving;
    private int _throttlesInARow;

    public RateLimiterActor(string provider, RateLimitSettings limit, TimeProvider time)
        : base(EventsPerSnapshot)
    {
        _provider = provider;
        _limit = limit;
        _calendar = new QuotaCalendar(limit);
        _time = time;
        _bucket = new PermitBucket(limit, time.GetUtcNow(), empty: false);

        Recover<RateLimiterEvents.PermitsReserved>(Apply);
        Recover<RateLimiterEvents.GateHeld>(Apply);
        Recover<SnapshotOffer>(offer => _state = (RateLimiterState)offer.Snapshot);
        Recover<RecoveryCompleted>(_ => ContinueFromJournal());

        Command<RequestPermit>(Enqueue);
        Command<PermitSettled>(Settle);
        Command<DenyWaiting>(Deny);
        Command<GetPermits>(_ => Sender.Tell(Describe()));
        Command<GiveBackReserved>(_ => GiveBack());
        Command<TryGrant>(_ => Grant());
        Command<Terminated>(gone => _waiting.RemoveAll(waiting => waiting.Requester.Equals(gone.ActorRef)));
        HandleSnapshots();
    }

    public override string PersistenceId => $"rate-limiter-{_provider}";

    protected override object State => _state;

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(string provider, RateLimitSettings limit, TimeProvider time) =>
        Akka.Actor.Props.Create(() => new RateLimiterActor(provider, limit, time));

    private void ContinueFromJournal()
    {
        if (_state != RateLimiterState.Initial)
        {
            _state = _state.AfterRestart();
            _bucket = new PermitBucket(_limit, _time.GetUtcNow(), empty: true);
        }
    }

    private void Enqueue(RequestPermit request)
    {
        if (_bucket.IsUnderWay(request.RequestId, _time.GetUtcNow()))
        {
            // Said again before its grant was heard. Were that grant lost, the next repetition finds it no longer under way.
            return;
        }

        var at = _waiting.FindIndex(waiting => waiting.Request.RequestId == request.RequestId);
        if (at >= 0)
        {
            _waiting[at] = new Waiting(request, Context.Watch(Sender));
        }
        else
        {
            var behind = _waiting.FindLastIndex(waiting => waiting.Request.Lane <= request.Lane);
            _waiting.Insert(behind + 1, new Waiting(request, Context.Watch(Sender)));
        }

        Grant();
    }

    private void Grant()
    {
        while (_waiting.Count > 0)
        {
            var now = _time.GetUtcNow();
            _state = _state.On(_calendar.DayOf(now));
            if (WaitUntil(now) is { } later)
            {
                Timers.StartSingleTimer(TryGrant.Instance, TryGrant.Instance, later - now);
                return;
            }

            if (!_state.HasReservation(now + Margin))
            {
                Reserve(now);
                return;
            }

            var next = _waiting[0];
            _waiting.RemoveAt(0);
            _bucket.Take(next.Request.RequestId, now);
            _state = _state with { Spent = _state.Spent + 1 };
            Context.Unwatch(next.Requester);
            next.Requester.Tell(new PermitGranted(next.Request.RequestId, _state.ReservationExpiresAt));
        }
    }

    /// <summary>The time before which no permit may be given; null when one may be given now.</summary>
    private DateTimeOffset? WaitUntil(DateTimeOffset now)
    {
        if (_state.HoldUntil > now)
        {
            return _state.HoldUntil;
        }

        if (_state.Left(_limit.DailyQuota) == 0 || DayIsEnding(now))
        {
            return _calendar.NextDayAfter(now);
        }

        var wait = _bucket.WaitFor(now);
        return wait > TimeSpan.Zero ? now + wait : null;
    }

    /// <summary>What is sent in a day's last moments may count as the next day's, which has its full quota besides.</summary>
    private bool DayIsEnding(DateTimeOffset now) => _limit.DailyQuota is not null && _calendar.NextDayAfter(now) - now <= Margin;

    private void Reserve(DateTimeOffset now)
    {
        if (_reserving)
        {
            return;
        }

        _reserving = true;
        var wanted = _state.Spent + Math.Max(1, (int)Math.Ceiling(_limit.RequestsPerSecond * 4));
        var upTo = Math.Min(wanted, _limit.DailyQuota ?? int.MaxValue);
        Persist(new RateLimiterEvents.PermitsReserved(_state.Day, upTo, now, EndOfReservation(now)), reserved =>
        {
            _reserving = false;
            Apply(reserved);
            SnapshotNowAndThen();
            Grant();
        });
    }

    /// <summary>What was granted stays spent, whether it was sent or not.</summary>
    private void GiveBack()
    {
        var now = _time.GetUtcNow();
        if (!_reserving && _waiting.Count == 0 && _state.HasReservation(now))
        {
            _reserving = true;
            Persist(new RateLimiterEvents.PermitsReserved(_state.Day, _state.Spent, now, now), returned =>
            {
                _reserving = false;
                Apply(returned);
                SnapshotNowAndThen();
                Grant();
            });
        }
    }

    private DateTimeOffset EndOfReservation(DateTimeOffset now)
    {
        var end = now + ReservationLife;
        return _limit.DailyQuota is not null && _calendar.NextDayAfter(now) is var nextDay && nextDay < end ? nextDay : end;
    }

    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr)
    {
        base.OnPersistRejected(cause, @event, sequenceNr);
        _reserving = false;
        Timers.StartSingleTimer(TryGrant.Instance, TryGrant.Instance, Margin);
    }

    private void Settle(PermitSettled settled)
    {
        var now = _time.GetUtcNow();
        _bucket.Settle(settled.RequestId, now);
        if (settled.Outcome == RequestOutcome.Throttled)
        {
            Hold(now, settled.RetryAfter);
        }
        else if (settled.Outcome == RequestOutcome.Answered)
        {
            _throttlesInARow = 0;
        }

        Grant();
    }

    /// <summary>What the provider asks for is never cut short; a floor that doubles keeps a Retry-After of 0 from being taken at its word.</summary>
    private void Hold(DateTimeOffset now, TimeSpan? asked)
    {
        var floor = TimeSpan.FromSeconds(Math.Min(Math.Pow(2, _throttlesInARow++), LongestThrottleBackOff.TotalSeconds));
        var until = now + (asked > floor ? asked.Value : floor);
        if (until <= _state.HoldUntil)
        {
            return;
        }

        _log.Warning("{Provider} asked to wait: no request before {Until:u}", _provider, until);
        _state = _state with { HoldUntil = until };
        Persist(new RateLimiterEvents.GateHeld(until, now), held => { Apply(held); SnapshotNowAndThen(); });
    }

    private void Deny(DenyWaiting deny)
    {
        foreach (var waiting in _waiting)
        {
            Context.Unwatch(waiting.Requester);
            waiting.Requester.Tell(new PermitDenied(waiting.Request.RequestId, deny.OpenUntil, deny.Reason));
        }

        _waiting.Clear();
    }

    private Permits Describe()
    {
        var now = _time.GetUtcNow();
        _state = _state.On(_calendar.DayOf(now));
        var held = _state.HoldUntil > now;
        var spentUp = _state.Left(_limit.DailyQuota) == 0;
        var waitingFor = _waiting.Count == 0 ? null : held ? "hold" : spentUp ? "quota" : null;
        return new Permits(
            _state.Day,
            _state.Spent,
            _limit.DailyQuota,
            held || spentUp ? 0 : Math.Min(_bucket.Available(now), _state.Left(_limit.DailyQuota) ?? int.MaxValue),
            held ? _state.HoldUntil : null,
            waitingFor,
            waitingFor is null ? null : WaitUntil(now));
    }

    private void Apply(object @event) => _state = _state.Apply(@event);

    private sealed record Waiting(RequestPermit Request, IActorRef Requester);

    private sealed record TryGrant : ILocalMessage
    {
        public static readonly TryGrant Instance = new();
    }
}
