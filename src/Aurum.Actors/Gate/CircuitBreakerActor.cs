using System.Globalization;
using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using Aurum.Providers.Settings;
using static Aurum.Actors.Gate.GateControlProtocol;
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
        Recover<CircuitBreakerEvents.BreakerTripped>(Apply);
        Recover<CircuitBreakerEvents.BreakerClosed>(Apply);

        Command<RequestPermit>(Admit);
        Command<PermitSettled>(Settle);
        Command<Close>(_ => CloseForRun());
        Command<TripBreaker>(Trip);
        Command<CloseBreaker>(CloseByHand);
        Command<RateLimiterProtocol.ForgetWaiting>(forget =>
        {
            _awaitingProbe.Clear();
            _limiter.Forward(forget);
        });
        Command<GetBreaker>(_ => Sender.Tell(Describe()));
        Command<RateLimiterProtocol.DescribeGate>(describe => _limiter.Forward(describe with { Breaker = Describe() }));
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
                Sender.Tell(new PermitDenied(request.RequestId, _state.OpenUntil, ReasonToDeny));
                break;
        }
    }

    private string ReasonToDeny => _state.Tripped is null ? $"after too many failures; the last was {_state.Reason ?? "not told"}" : $"as it was {_state.Reason}";

    private void Settle(PermitSettled settled)
    {
        var probe = _state.Probe;
        (var @event, _state) = _state.Settle(settled.RequestId, settled.Outcome, _settings, _time.GetUtcNow(), settled.Detail);
        if (@event is not null)
        {
            Change(@event);
        }
        else if (probe is not null && _state.Probe is null)
        {
            // The probe told nothing, so another is needed.
            AdmitAgain();
        }
    }

    /// <summary>What an operator opened stays open, as long as was said.</summary>
    private void CloseForRun()
    {
        if (_state.OpenUntil is null)
        {
            _state = CircuitBreakerState.Closed;
        }
        else if (_state.Tripped is null)
        {
            Change(new CircuitBreakerEvents.BreakerClosed(_time.GetUtcNow()));
        }
    }

    private void Trip(TripBreaker trip) => Change(new CircuitBreakerEvents.BreakerTripped(trip.Until, ActOf(trip)), answer: Sender);

    private void CloseByHand(CloseBreaker close)
    {
        if (_state.OpenUntil is null)
        {
            Sender.Tell(new GateControlled(_provider, GateOutcome.Unchanged, "the circuit breaker is closed"));
        }
        else
        {
            Change(new CircuitBreakerEvents.BreakerClosed(_time.GetUtcNow(), ActOf(close)), answer: Sender);
        }
    }

    private void Change(object @event, IActorRef? answer = null) => Persist(@event, persisted =>
    {
        Apply(persisted);
        Announce(persisted);
        answer?.Tell(new GateControlled(_provider, GateOutcome.Done));
    });

    private OperatorAct ActOf(IGateCommand command) => new(_time.GetUtcNow(), command.By, command.Reason);

    private Breaker Describe() => new(_state.Name(_time.GetUtcNow()), _state.OpenUntil, _state.OpenSince, _state.Reason, _state.Tripped);

    private void Announce(object @event)
    {
        if (@event is CircuitBreakerEvents.BreakerTripped tripped)
        {
            _log.Warning("{Provider}: the circuit breaker is opened {Act}, until {Until}", _provider, tripped.Act, tripped.Until?.ToString("u", CultureInfo.InvariantCulture) ?? "it is closed by hand");
            _limiter.Tell(new RateLimiterProtocol.DenyWaiting(_state.OpenUntil, ReasonToDeny));
        }
        else if (@event is CircuitBreakerEvents.BreakerOpened opened)
        {
            _log.Warning("{Provider}: {Failures} failures in a row, the circuit breaker is open until {Until:u}; the last was {Reason}", _provider, opened.FailuresInARow, opened.Until, opened.Reason);
            _limiter.Tell(new RateLimiterProtocol.DenyWaiting(opened.Until, ReasonToDeny));
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

    /// <summary>A run that a person asked for: try the provider again now.</summary>
    public sealed record Close : ILocalMessage
    {
        public static readonly Close Instance = new();
    }

    public sealed record GetBreaker : ILocalMessage
    {
        public static readonly GetBreaker Instance = new();
    }

    /// <param name="State"><c>closed</c>, <c>open</c> or <c>half-open</c>.</param>
    /// <param name="Tripped">Who opened it by hand, if somebody did.</param>
    public sealed record Breaker(string State, DateTimeOffset? OpenUntil, DateTimeOffset? OpenSince, string? Reason = null, OperatorAct? Tripped = null) : ILocalMessage;
}
