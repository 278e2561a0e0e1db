using System.Globalization;

namespace Aurum.Actors.Gate;

/// <summary>Who changed something about a gate by hand, when and why.</summary>
public sealed record OperatorAct(DateTimeOffset At, string By, string? Reason)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"by {By} at {At:yyyy-MM-dd HH:mm:ss}Z{(Reason is null ? "" : $": {Reason}")}");
}

/// <summary>Changes a provider's gate while it runs. Each is answered with <see cref="GateControlProtocol.GateControlled"/> when it is in the journal.</summary>
public interface IGateCommand : IWithProvider, IWireMessage
{
    string By { get; }

    string? Reason { get; }
}

public enum GateOutcome
{
    Done,

    /// <summary>It was so already.</summary>
    Unchanged,

    Invalid,

    UnknownProvider,

    /// <summary>The gate is starting again, as when its journal was away; nothing has changed.</summary>
    Unavailable,
}

/// <summary>
/// What operators say to a provider's gate. It survives restarts and moves with the gate, until it is taken back.
/// </summary>
public static class GateControlProtocol
{
    private const double HighestRate = 1000;
    private const int HighestBurst = 1000;
    private static readonly TimeSpan LongestHold = TimeSpan.FromDays(7);

    /// <summary>Other limits than the configured ones, from the next permit on; null goes back to the configuration.</summary>
    public sealed record SetRateLimit(string Provider, double? RequestsPerSecond, int? Burst, int? DailyQuota, string By, string? Reason) : IGateCommand;

    /// <summary>No permit before that time. A later word replaces an earlier one, but never what the provider asked for.</summary>
    public sealed record HoldGate(string Provider, DateTimeOffset Until, string By, string? Reason) : IGateCommand;

    /// <summary>Ends a hold made by <see cref="HoldGate"/>; one that the provider asked for goes on.</summary>
    public sealed record ReleaseGate(string Provider, string By, string? Reason) : IGateCommand;

    /// <summary>No runs begin, no series are woken, no permits are given; requests in flight end, waiting ones wait.</summary>
    public sealed record PauseProvider(string Provider, string By, string? Reason) : IGateCommand;

    public sealed record ResumeProvider(string Provider, string By, string? Reason) : IGateCommand;

    /// <summary>Opens the circuit breaker: requests are denied, and twins serve where they can.</summary>
    /// <param name="Until">When a probe may try the provider; null for only after <see cref="CloseBreaker"/>.</param>
    public sealed record TripBreaker(string Provider, DateTimeOffset? Until, string By, string? Reason) : IGateCommand;

    /// <summary>Closes the circuit breaker, whoever opened it.</summary>
    public sealed record CloseBreaker(string Provider, string By, string? Reason) : IGateCommand;

    /// <param name="Detail">What was wrong or already so, in words.</param>
    public sealed record GateControlled(string Provider, GateOutcome Outcome, string? Detail = null) : IWireMessage;

    /// <summary>Answered with <see cref="GateDescription"/>, or with <see cref="GateControlled"/> where there is no gate.</summary>
    public sealed record GetGate(string Provider) : IWithProvider, IWireMessage;

    /// <summary>All that there is to say of a gate.</summary>
    /// <param name="Changed">The limits that differ from the configuration, and who changed them; null when none does.</param>
    /// <param name="Day">The provider's own day, to which the spending belongs.</param>
    /// <param name="BackfillQuota">The part of the quota that history may take.</param>
    /// <param name="Available">Permits that could be given in this instant.</param>
    /// <param name="HeldByProviderUntil">What the provider asked for; null when it asks for nothing now.</param>
    /// <param name="HeldByHand">An operator's hold, while it lasts.</param>
    /// <param name="WaitingFor">One of <see cref="WaitReasons"/>, where the first in line waits for more than the rate.</param>
    /// <param name="Breaker"><c>closed</c>, <c>open</c> or <c>half-open</c>.</param>
    /// <param name="BreakerOpenUntil">Null also where it stays open until it is closed by hand.</param>
    /// <param name="BreakerTripped">Who opened it by hand, if somebody did.</param>
    /// <param name="Paused">Who paused the provider, since when and why; null when nobody did.</param>
    public sealed record GateDescription(
        string Provider,
        double RequestsPerSecond,
        int Burst,
        int? DailyQuota,
        RateLimiterEvents.LimitsChanged? Changed,
        DateOnly Day,
        int Spent,
        int BackfillSpent,
        int? BackfillQuota,
        int Available,
        DateTimeOffset? HeldByProviderUntil,
        RateLimiterEvents.GateHeldByHand? HeldByHand,
        LanesWaiting Waiting,
        string? WaitingFor,
        DateTimeOffset? WaitingUntil,
        string Breaker,
        DateTimeOffset? BreakerOpenUntil,
        DateTimeOffset? BreakerOpenSince,
        string? BreakerReason,
        OperatorAct? BreakerTripped,
        OperatorAct? Paused) : IWireMessage;

    /// <summary>Requests in line.</summary>
    public sealed record LanesWaiting(int Incremental, int Catalog, int Backfill);

    /// <summary>What is wrong with a command, in words; null when it can be done.</summary>
    public static string? ProblemOf(IGateCommand command, DateTimeOffset now) => command switch
    {
        { By: var by } when string.IsNullOrWhiteSpace(by) => "it is not said who asks for it",
        SetRateLimit { RequestsPerSecond: { } rate } when !(rate > 0 && rate <= HighestRate) => Invariant($"a rate of {rate} requests a second; expected above 0, at most {HighestRate}"),
        SetRateLimit { Burst: < 1 or > HighestBurst } set => Invariant($"a burst of {set.Burst}; expected 1 to {HighestBurst}"),
        SetRateLimit { DailyQuota: < 0 } set => Invariant($"a daily quota of {set.DailyQuota}; expected 0 or more"),
        HoldGate hold when hold.Until <= now => Invariant($"a hold until {hold.Until:u}, which is over"),
        HoldGate hold when hold.Until - now > LongestHold => Invariant($"a hold until {hold.Until:u}; expected at most {LongestHold.Days} days from now; to stop a provider for longer, pause it"),
        TripBreaker trip when trip.Until <= now => Invariant($"a breaker open until {trip.Until:u}, which is over"),
        _ => null,
    };

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
