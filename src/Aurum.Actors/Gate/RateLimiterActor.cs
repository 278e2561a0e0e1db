using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using Aurum.Providers.Settings;
using static Aurum.Actors.Gate.GateControlProtocol;
using static Aurum.Actors.Gate.GateProtocol;
using static Aurum.Actors.Gate.RateLimiterProtocol;

namespace Aurum.Actors.Gate;

/// <summary>
/// Gives a provider's permits, one a request, for the whole cluster: never faster than the rate, never more a day than the quota,
/// never inside a hold. Permits are reserved in the journal, a short-lived block at a time, before any is granted: a successor
/// counts the whole block as spent and waits for its end, so a crash can waste permits and never overspend them.
/// </summary>
public sealed class RateLimiterActor : SnapshottingActor, IWithTimers
{
    private static readonly TimeSpan LongestThrottleBackOff = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan PatienceWithJournal = TimeSpan.FromSeconds(2);

    private const int EventsPerSnapshot = 200;

    /// <summary>A throttled answer is told again until it is noted; so many are known for it.</summary>
    private const int NotedThrottles = 256;

    private readonly string _provider;
    private readonly GateClock _clock;
    private readonly PermitIssuer _issuer;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly List<Waiting> _waiting = [];
    private readonly Queue<Guid> _noted = new();
    private bool _reserving;
    private bool _handedOver;
    private int _throttlesInARow;

    public RateLimiterActor(string provider, RateLimitSettings limit, GateOwnership ownership, TimeProvider time)
        : base(EventsPerSnapshot)
    {
        _provider = provider;
        _clock = new GateClock(time);
        _issuer = new PermitIssuer(limit, ownership, _clock.Now);

        Recover<RateLimiterEvents.PermitsReserved>(_issuer.Apply);
        Recover<RateLimiterEvents.GateHandedOver>(_issuer.Apply);
        Recover<RateLimiterEvents.GateHeld>(_issuer.Apply);
        Recover<RateLimiterEvents.GateHeldByHand>(_issuer.Apply);
        Recover<RateLimiterEvents.GateReleasedByHand>(_issuer.Apply);
        Recover<RateLimiterEvents.LimitsChanged>(_issuer.Apply);
        Recover<SnapshotOffer>(offer => _issuer.Recover((RateLimiterState)offer.Snapshot));
        Recover<RecoveryCompleted>(_ => Begin());

        Command<RequestPermit>(Enqueue);
        Command<PermitSettled>(Settle);
        Command<DenyWaiting>(Deny);
        Command<ForgetWaiting>(_ => Forget());
        Command<SetRateLimit>(SetLimit);
        Command<HoldGate>(HoldByHand);
        Command<ReleaseGate>(Release);
        Command<DescribeGate>(describe => Sender.Tell(Describe(describe)));
        Command<GetPermits>(_ => Sender.Tell(Describe()));
        Command<GiveBackReserved>(_ => GiveBack());
        Command<HandOver>(_ => HandGateOver());
        Command<TryGrant>(_ => Grant());
        Command<Terminated>(gone => _waiting.RemoveAll(waiting => waiting.Requester.Equals(gone.ActorRef)));
        HandleSnapshots();
    }

    public override string PersistenceId => $"rate-limiter-{_provider}";

    protected override object State => _issuer.State;

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(string provider, RateLimitSettings limit, GateOwnership ownership, TimeProvider time) =>
        Akka.Actor.Props.Create(() => new RateLimiterActor(provider, limit, ownership, time));

    private void Begin()
    {
        var now = _clock.Now;
        _issuer.Begin(now);
        if (_issuer.TakeoverAt > now.Wall)
        {
            _log.Info("{Provider}: no permit before {Until:u}, until then the gate's last owner may give some", _provider, _issuer.TakeoverAt);
        }
    }

    private void Enqueue(RequestPermit request)
    {
        if (_handedOver || _issuer.IsUnderWay(request.RequestId, _clock.Now))
        {
            // To be said again to the successor; or it was said before its grant was heard. Were that grant lost, the next
            // repetition finds it no longer under way.
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
        while (_waiting.Count > 0 && !_handedOver)
        {
            var now = _clock.Now;
            switch (_issuer.Next(_waiting[0].Request.Lane, now))
            {
                case IssuerStep.Wait wait:
                    Timers.StartSingleTimer(TryGrant.Instance, TryGrant.Instance, wait.Until - now.Wall);
                    return;

                case IssuerStep.Reserve reserve:
                    Reserve(reserve.Reservation);
                    return;

                default:
                    var next = _waiting[0];
                    _waiting.RemoveAt(0);
                    Context.Unwatch(next.Requester);
                    next.Requester.Tell(_issuer.Grant(next.Request, now));
                    break;
            }
        }
    }

    private void Reserve(RateLimiterEvents.PermitsReserved reservation)
    {
        if (_reserving)
        {
            return;
        }

        _reserving = true;
        Persist(reservation, reserved =>
        {
            _reserving = false;
            _issuer.Apply(reserved);
            SnapshotNowAndThen();
            Grant();
        });
    }

    private void GiveBack()
    {
        if (!_reserving && _waiting.Count == 0 && _issuer.GiveBack(_clock.Now) is { } returned)
        {
            Reserve(returned);
        }
    }

    /// <summary>Nothing is granted from here on; those who wait ask the successor.</summary>
    private void HandGateOver()
    {
        _handedOver = true;
        Timers.CancelAll();
        if (_issuer.HandOver(_clock.Now) is { } handing)
        {
            var supervisor = Sender;
            Persist(handing, handed =>
            {
                _issuer.Apply(handed);
                supervisor.Tell(HandedOver.Instance);
            });
        }
        else
        {
            Sender.Tell(HandedOver.Instance);
        }
    }

    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr)
    {
        base.OnPersistRejected(cause, @event, sequenceNr);
        _reserving = false;
        Timers.StartSingleTimer(TryGrant.Instance, TryGrant.Instance, PatienceWithJournal);
    }

    private void Settle(PermitSettled settled)
    {
        _issuer.Settle(settled.RequestId, settled.Outcome, _clock.Now);
        if (settled.Outcome == RequestOutcome.Throttled)
        {
            Hold(settled);
        }
        else if (settled.Outcome == RequestOutcome.Answered)
        {
            _throttlesInARow = 0;
        }

        Grant();
    }

    /// <summary>What the provider asks for is never cut short; a floor that doubles keeps a Retry-After of 0 from being taken at its word.</summary>
    private void Hold(PermitSettled settled)
    {
        var noted = new SettlementNoted(settled.RequestId);
        if (_noted.Contains(settled.RequestId))
        {
            Sender.Tell(noted);
            return;
        }

        var now = _clock.Now.Wall;
        var floor = TimeSpan.FromSeconds(Math.Min(Math.Pow(2, _throttlesInARow++), LongestThrottleBackOff.TotalSeconds));
        var until = now + (settled.RetryAfter > floor ? settled.RetryAfter.Value : floor);
        _noted.Enqueue(settled.RequestId);
        if (_noted.Count > NotedThrottles)
        {
            _noted.Dequeue();
        }

        if (until <= _issuer.State.HoldUntil)
        {
            Sender.Tell(noted);
            return;
        }

        _log.Warning("{Provider} asked to wait: no request before {Until:u}", _provider, until);
        _issuer.Hold(until);
        var teller = Sender;
        Persist(new RateLimiterEvents.GateHeld(until, now), held =>
        {
            _issuer.Apply(held);
            SnapshotNowAndThen();
            teller.Tell(noted);
        });
    }

    private void Deny(DenyWaiting deny)
    {
        foreach (var waiting in _waiting.Where(IsMeant).ToArray())
        {
            Context.Unwatch(waiting.Requester);
            waiting.Requester.Tell(new PermitDenied(waiting.Request.RequestId, deny.OpenUntil, deny.Reason));
            _waiting.Remove(waiting);
        }

        Grant();

        bool IsMeant(Waiting waiting) => deny.OfHistory is not { } history || history == (waiting.Request.Lane == Lane.Backfill);
    }

    private void Forget()
    {
        foreach (var waiting in _waiting)
        {
            Context.Unwatch(waiting.Requester);
        }

        _waiting.Clear();
    }

    private void SetLimit(SetRateLimit set)
    {
        var changed = new RateLimiterEvents.LimitsChanged(set.RequestsPerSecond, set.Burst, set.DailyQuota, ActOf(set));
        var now = _issuer.State.ChangedLimits;
        if ((now?.RequestsPerSecond, now?.Burst, now?.DailyQuota) == (changed.RequestsPerSecond, changed.Burst, changed.DailyQuota))
        {
            Sender.Tell(new GateControlled(_provider, GateOutcome.Unchanged, now is null ? "the limits are those of the configuration" : $"the limits were set so {now.Act}"));
            return;
        }

        Change(changed, () =>
        {
            _issuer.ApplyLimits(changed, _clock.Now);
            var limits = _issuer.Limits;
            _log.Info("{Provider}: {Rate} requests a second, burst {Burst}, daily quota {Quota}, set {Act}", _provider, limits.RequestsPerSecond, limits.Burst, limits.DailyQuota, changed.Act);
        });
    }

    private void HoldByHand(HoldGate hold)
    {
        var held = new RateLimiterEvents.GateHeldByHand(hold.Until, ActOf(hold));
        Change(held, () =>
        {
            _issuer.Apply(held);
            _log.Info("{Provider}: no request before {Until:u}, held {Act}", _provider, held.Until, held.Act);
        });
    }

    private void Release(ReleaseGate release)
    {
        if (_issuer.State.HeldByHand is not { } held || held.Until <= _clock.Now.Wall)
        {
            Sender.Tell(new GateControlled(_provider, GateOutcome.Unchanged, HeldByProvider(_clock.Now.Wall) is { } asked
                ? $"no operator holds the gate; the provider asked for a wait until {asked:u}, which is never cut short"
                : "no operator holds the gate"));
            return;
        }

        var released = new RateLimiterEvents.GateReleasedByHand(ActOf(release));
        Change(released, () =>
        {
            _issuer.Apply(released);
            _log.Info("{Provider}: the gate is released {Act}", _provider, released.Act);
        });
    }

    private void Change(object @event, Action apply)
    {
        var asker = Sender;
        Persist(@event, _ =>
        {
            apply();
            SnapshotNowAndThen();
            asker.Tell(new GateControlled(_provider, GateOutcome.Done));
            Grant();
        });
    }

    private OperatorAct ActOf(IGateCommand command) => new(_clock.Now.Wall, command.By, command.Reason);

    private DateTimeOffset? HeldByProvider(DateTimeOffset now) => _issuer.State.HoldUntil > now ? _issuer.State.HoldUntil : null;

    private GateDescription Describe(DescribeGate describe)
    {
        var now = _clock.Now;
        var permits = Describe();
        var (state, limits, breaker) = (_issuer.State, _issuer.Limits, describe.Breaker!);
        return new GateDescription(
            _provider,
            limits.RequestsPerSecond,
            limits.Burst,
            limits.DailyQuota,
            state.ChangedLimits,
            state.Day,
            state.Spent,
            state.BackfillSpent,
            _issuer.BackfillQuota,
            permits.Available,
            HeldByProvider(now.Wall),
            state.HeldByHand is { } held && held.Until > now.Wall ? held : null,
            new LanesWaiting(InLine(Lane.Incremental), InLine(Lane.Catalog), InLine(Lane.Backfill)),
            describe.Paused is null ? permits.WaitingFor : WaitReasons.Pause,
            describe.Paused is null ? permits.WaitingUntil : null,
            breaker.State,
            breaker.OpenUntil == DateTimeOffset.MaxValue ? null : breaker.OpenUntil,
            breaker.OpenSince,
            breaker.Reason,
            breaker.Tripped,
            describe.Paused);

        int InLine(Lane lane) => _waiting.Count(waiting => waiting.Request.Lane == lane);
    }

    private Permits Describe()
    {
        var now = _clock.Now;
        var available = _issuer.Available(now);
        var wait = _waiting.Count == 0 ? null : _issuer.WaitFor(_waiting[0].Request.Lane, now);
        var state = _issuer.State;
        return new Permits(
            state.Day,
            _issuer.Limits.RequestsPerSecond,
            state.Spent,
            state.BackfillSpent,
            _issuer.Limits.DailyQuota,
            available,
            state.HoldUntil > now.Wall ? state.HoldUntil : null,
            wait?.Reason,
            wait?.Reason is null ? null : wait.Until);
    }

    private sealed record Waiting(RequestPermit Request, IActorRef Requester);

    private sealed record TryGrant : ILocalMessage
    {
        public static readonly TryGrant Instance = new();
    }
}
