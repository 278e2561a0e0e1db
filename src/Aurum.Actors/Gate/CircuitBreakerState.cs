using System.Text.Json.Serialization;
using Aurum.Providers.Settings;

namespace Aurum.Actors.Gate;

/// <summary>What the journal holds of a breaker.</summary>
public static class CircuitBreakerEvents
{
    /// <param name="Reason">The last of the failures.</param>
    /// <param name="Since">When it opened first, if a probe has failed since.</param>
    public sealed record BreakerOpened(
        DateTimeOffset At,
        DateTimeOffset Until,
        int FailuresInARow,
        string? Reason = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? Since = null) : IWireMessage;

    /// <summary>An operator opened it.</summary>
    /// <param name="Until">Null until it is closed by hand.</param>
    public sealed record BreakerTripped(DateTimeOffset? Until, OperatorAct Act) : IWireMessage;

    /// <param name="Act">Who closed it by hand, if somebody did.</param>
    public sealed record BreakerClosed(
        DateTimeOffset At,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] OperatorAct? Act = null) : IWireMessage;
}

/// <summary>
/// Closed: all may pass. Open: none, until its time. Half-open: the time has come and one probe may pass; its outcome decides.
/// Pure: time comes with the question.
/// </summary>
/// <param name="OpenUntil">Null while closed; <see cref="DateTimeOffset.MaxValue"/> until it is closed by hand.</param>
/// <param name="Probe">The request that is out as the probe.</param>
/// <param name="Reason">The failure that opened it; null while closed.</param>
/// <param name="OpenSince">When it was closed last; null while it is.</param>
/// <param name="Tripped">Who opened it by hand; null where failures did.</param>
public sealed record CircuitBreakerState(
    int FailuresInARow, DateTimeOffset? OpenUntil, CircuitBreakerState.ProbeRequest? Probe, string? Reason = null, DateTimeOffset? OpenSince = null, OperatorAct? Tripped = null)
{
    public static readonly CircuitBreakerState Closed = new(0, null, null);

    /// <summary>A probe that is never settled (its node died) gives way to another after this.</summary>
    private static readonly TimeSpan LongestProbe = TimeSpan.FromMinutes(5);

    public enum Admission
    {
        Pass,

        /// <summary>The probe is out; its outcome decides for this request too.</summary>
        AwaitProbe,

        Deny,
    }

    public CircuitBreakerState Apply(object @event) => @event switch
    {
        CircuitBreakerEvents.BreakerOpened opened => new CircuitBreakerState(opened.FailuresInARow, opened.Until, null, opened.Reason, opened.Since ?? opened.At),
        CircuitBreakerEvents.BreakerTripped tripped => new CircuitBreakerState(
            0, tripped.Until ?? DateTimeOffset.MaxValue, null, $"opened {tripped.Act}", OpenSince ?? tripped.Act.At, tripped.Act),
        CircuitBreakerEvents.BreakerClosed => Closed,
        _ => throw new ArgumentException($"A circuit breaker knows no event {@event.GetType().Name}.", nameof(@event)),
    };

    public string Name(DateTimeOffset now) => OpenUntil is not { } until ? "closed" : now < until ? "open" : "half-open";

    /// <summary>Whether this request may pass, and the state with it as the probe where it is one.</summary>
    public (Admission Admission, CircuitBreakerState Next) Admit(Guid requestId, DateTimeOffset now)
    {
        if (OpenUntil is not { } until || Probe?.RequestId == requestId)
        {
            return (Admission.Pass, this);
        }

        if (now < until)
        {
            return (Admission.Deny, this);
        }

        return Probe is null || now - Probe.Since > LongestProbe
            ? (Admission.Pass, this with { Probe = new ProbeRequest(requestId, now) })
            : (Admission.AwaitProbe, this);
    }

    /// <summary>What a finished request does: an event to persist, if any, and the state without it.</summary>
    public (object? Event, CircuitBreakerState Next) Settle(Guid requestId, RequestOutcome outcome, CircuitBreakerSettings settings, DateTimeOffset now, string? reason = null)
    {
        var isProbe = Probe?.RequestId == requestId;
        switch (outcome)
        {
            case RequestOutcome.Answered:
                return OpenUntil is null
                    ? (null, this with { FailuresInARow = 0 })
                    : isProbe ? (new CircuitBreakerEvents.BreakerClosed(now), this) : (null, this);

            case RequestOutcome.Failed:
                var failures = FailuresInARow + 1;
                return isProbe || (OpenUntil is null && failures >= settings.FailureThreshold)
                    ? (new CircuitBreakerEvents.BreakerOpened(now, now + settings.Timeout, failures, reason, OpenSince), this)
                    : (null, this with { FailuresInARow = failures });

            default:
                return (null, isProbe ? this with { Probe = null } : this);
        }
    }

    public sealed record ProbeRequest(Guid RequestId, DateTimeOffset Since);
}
