using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using Aurum.Providers.Settings;
using static Aurum.Actors.Gate.GateProtocol;

namespace Aurum.Actors.Gate;

/// <summary>Stands before the rate limiter: lets requests on to it while the provider is well, and denies them while it is not.</summary>
public sealed class CircuitBreakerActor : ReceivePersistentActor
{
    private readonly string _provider;
    private readonly CircuitBreakerSettings _settings;
    private readonly IActorRef _limiter;
    private readonly TimeProvider _time;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<Guid, (RequestPermit Request, IActorRef Requester)> _awaitingProbe = [];
    private CircuitBreakerState _state = CircuitBreakerState.Closed;

    public CircuitBreakerActor(string provider, CircuitBreakerSettings settings, IActorRef limiter, TimeProvider time)
    {
        _provider = provider;
        _settings = settings;
        _limiter = limiter;
        _time = time;

        Recover<CircuitBreakerEvents.BreakerOpened>(Apply);
        Recover<CircuitBreakerEvents.BreakerClosed>(Apply);

        Command<RequestPermit>(Admit);
        Command<PermitSettled>(Settle);
        Command<Close>(_ => CloseNow());
        Command<GetBreaker>(_ => Sender.Tell(new Breaker(_state.Name(_time.GetUtcNow()), _state.OpenUntil, _state.OpenSince)));
        Command<DeleteMessagesSuccess>(_ => { });
        Command<DeleteMessagesFailure>(_ => { });
    }

    public override string PersistenceId => $"circuit-breaker-{_provider}";

    public static Props Props(string provider, CircuitBreakerSettings settings, IActorRef limiter, TimeProvider time) =>
        Akka.Actor.Props.Create(() => new CircuitBreakerActor(provider, settings, limiter, time));

    private void Admit(RequestPermit request)
    {
        (var admission, _state) = _state.Admit(request.RequestId, _time.GetUtcNow());
        switch (admission)
        {
            case CircuitBreakerState.Admission.Pass:
                _awaitingProbe.Remove(request.RequestId);
                _limiter.Forward(request);
                break;
            case CircuitBreakerState.Admission.AwaitProbe:
                _awaitingProbe[request.RequestId] = (request, Sender);
                break;
            default:
                Sender.Tell(new PermitDenied(request.RequestId, _state.OpenUntil, _state.Reason));
                break;
        }
    }

    private void Settle(PermitSettled settled)
    {
        var probe = _state.Probe;
        (var @event, _state) = _state.Settle(settled.RequestId, settled.Outcome, _settings, _time.GetUtcNow(), settled.Detail);
        if (@event is not null)
        {
            Persist(@event, persisted =>
            {
                Apply(persisted);
                Announce(persisted);
            });
        }
        else if (probe is not null && _state.Probe is null)
        {
            // The probe told nothing, so another is needed.
            AdmitAgain();
        }
    }

    private void CloseNow()
    {
        if (_state.OpenUntil is null)
        {
            _state = CircuitBreakerState.Closed;
            return;
        }

        Persist(new CircuitBreakerEvents.BreakerClosed(_time.GetUtcNow()), closed =>
        {
            Apply(closed);
            Announce(closed);
        });
    }

    private void Announce(object @event)
    {
        if (@event is CircuitBreakerEvents.BreakerOpened opened)
        {
            _log.Warning("{Provider}: {Failures} failures in a row, the circuit breaker is open until {Until:u}; the last was {Reason}", _provider, opened.FailuresInARow, opened.Until, opened.Reason);
            _limiter.Tell(new RateLimiterProtocol.DenyWaiting(opened.Until, opened.Reason));
        }
        else
        {
            _log.Info("{Provider}: the circuit breaker is closed", _provider);
        }

        AdmitAgain();

        // Each event says all that the state is, so the newest one is enough.
        DeleteMessages(LastSequenceNr - 1);
    }

    private void AdmitAgain()
    {
        foreach (var (request, requester) in _awaitingProbe.Values)
        {
            Self.Tell(request, requester);
        }

        _awaitingProbe.Clear();
    }

    private void Apply(object @event) => _state = _state.Apply(@event);

    /// <summary>An operator's word, or an explicit run: try the provider again now.</summary>
    public sealed record Close : ILocalMessage
    {
        public static readonly Close Instance = new();
    }

    public sealed record GetBreaker : ILocalMessage
    {
        public static readonly GetBreaker Instance = new();
    }

    /// <param name="State"><c>closed</c>, <c>open</c> or <c>half-open</c>.</param>
    public sealed record Breaker(string State, DateTimeOffset? OpenUntil, DateTimeOffset? OpenSince) : ILocalMessage;
}
