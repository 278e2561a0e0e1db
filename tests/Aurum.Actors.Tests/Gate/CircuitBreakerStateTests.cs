using Aurum.Actors.Gate;
using Aurum.Providers.Settings;
using FsCheck.Xunit;

namespace Aurum.Actors.Tests.Gate;

public sealed class CircuitBreakerStateTests
{
    private static readonly CircuitBreakerSettings Settings = new(3, TimeSpan.FromMinutes(10));

    [Property(MaxTest = 500, EndSize = 200)]
    public void Any_history_goes_as_in_the_model(byte[] script)
    {
        var (state, model, now) = (CircuitBreakerState.Closed, new Model(), Sample.Now);
        var ids = Enumerable.Range(0, 6).Select(_ => Guid.NewGuid()).ToArray();
        foreach (var step in script)
        {
            var id = ids[step % ids.Length];
            switch (step / ids.Length % 8)
            {
                case 0 or 1 or 2:
                    (var admission, state) = state.Admit(id, now);
                    Assert.Equal(model.Admit(id, now), admission);
                    break;
                case 3 or 4:
                    now += TimeSpan.FromMinutes(step % 7);
                    break;
                case 5:
                    // A restart knows what the journal knows: the newest event.
                    state = model.OpenUntil is { } until
                        ? CircuitBreakerState.Closed.Apply(new CircuitBreakerEvents.BreakerOpened(now, until, model.Failures))
                        : CircuitBreakerState.Closed;
                    model.Restart();
                    break;
                default:
                    var outcome = (RequestOutcome)(step % 4);
                    (var @event, state) = state.Settle(id, outcome, Settings, now);
                    state = @event is null ? state : state.Apply(@event);
                    model.Settle(id, outcome, now);
                    break;
            }

            Assert.Equal(model.OpenUntil, state.OpenUntil);
            Assert.Equal(model.Name(now), state.Name(now));
        }
    }

    [Fact]
    public void Only_failures_in_a_row_open_it()
    {
        var state = After(RequestOutcome.Failed, RequestOutcome.Failed, RequestOutcome.Answered, RequestOutcome.Failed, RequestOutcome.Failed);
        Assert.Null(state.OpenUntil);
        Assert.Equal(Sample.Now + Settings.Timeout, After(state, RequestOutcome.Failed).OpenUntil);
    }

    [Fact]
    public void Throttles_and_unused_permits_neither_count_nor_forgive()
    {
        var state = After(RequestOutcome.Failed, RequestOutcome.Throttled, RequestOutcome.Failed, RequestOutcome.Unused, RequestOutcome.Throttled, RequestOutcome.Throttled);
        Assert.Null(state.OpenUntil);
        Assert.NotNull(After(state, RequestOutcome.Failed).OpenUntil);
    }

    [Fact]
    public void An_event_it_does_not_know_stops_it() => Assert.Throws<ArgumentException>(() => CircuitBreakerState.Closed.Apply("what?"));

    private static CircuitBreakerState After(params RequestOutcome[] outcomes) => After(CircuitBreakerState.Closed, outcomes);

    private static CircuitBreakerState After(CircuitBreakerState state, params RequestOutcome[] outcomes)
    {
        foreach (var outcome in outcomes)
        {
            (var @event, state) = state.Settle(Guid.NewGuid(), outcome, Settings, Sample.Now);
            state = @event is null ? state : state.Apply(@event);
        }

        return state;
    }

    /// <summary>The breaker in words: a count while closed; an end and at most one probe, with its start, while open.</summary>
    private sealed class Model
    {
        private (Guid Id, DateTimeOffset Since)? _probe;

        public int Failures { get; private set; }

        public DateTimeOffset? OpenUntil { get; private set; }

        public string Name(DateTimeOffset now) => OpenUntil is null ? "closed" : now < OpenUntil ? "open" : "half-open";

        public CircuitBreakerState.Admission Admit(Guid id, DateTimeOffset now)
        {
            var free = _probe is not { } probe || probe.Id == id || now > probe.Since.AddMinutes(5);
            var admission = Name(now) == "closed" || _probe?.Id == id ? CircuitBreakerState.Admission.Pass
                : Name(now) == "open" ? CircuitBreakerState.Admission.Deny
                : free ? CircuitBreakerState.Admission.Pass : CircuitBreakerState.Admission.AwaitProbe;
            _probe = Name(now) == "half-open" && free && _probe?.Id != id ? (id, now) : _probe;
            return admission;
        }

        public void Settle(Guid id, RequestOutcome outcome, DateTimeOffset now)
        {
            var probe = _probe?.Id == id;
            Failures = outcome == RequestOutcome.Failed ? Failures + 1 : outcome == RequestOutcome.Answered && (probe || OpenUntil is null) ? 0 : Failures;
            OpenUntil = outcome == RequestOutcome.Failed && (probe || (OpenUntil is null && Failures >= Settings.FailureThreshold)) ? now + Settings.Timeout
                : outcome == RequestOutcome.Answered && probe ? null : OpenUntil;
            _probe = probe ? null : _probe;
        }

        public void Restart() => (_probe, Failures) = (null, OpenUntil is null ? 0 : Failures);
    }
}
