using Aurum.Domain;

namespace Aurum.Actors.Gate;

/// <summary>Priority class of a request: the live data first, then catalogs, then history.</summary>
public enum Lane
{
    Incremental,
    Catalog,
    Backfill,
}

/// <summary>How one HTTP request ended, as far as the gate cares.</summary>
public enum RequestOutcome
{
    /// <summary>The provider answered sensibly, be it data or a refusal of what we asked.</summary>
    Answered,

    Throttled,

    /// <summary>Time-out, 5xx, broken connection: counts against the breaker.</summary>
    Failed,

    /// <summary>The permit came too late to be used; nothing was sent.</summary>
    Unused,
}

/// <summary>What fetches say to their provider's gate, and what it answers. One permit is one HTTP request, retries included.</summary>
public static class GateProtocol
{
    /// <summary>Asks for a permit; repeated with the same id until answered, since a gate may move or restart.</summary>
    public sealed record RequestPermit(string Provider, Guid RequestId, Lane Lane) : IWithProvider, IWireMessage;

    /// <param name="ExpiresAt">Not to be used after this time: the gate may live elsewhere by then.</param>
    public sealed record PermitGranted(Guid RequestId, DateTimeOffset ExpiresAt) : IWireMessage;

    /// <param name="OpenUntil">The breaker is open until then; null when the run was stopped.</param>
    /// <param name="Reason">The failure that opened it.</param>
    public sealed record PermitDenied(Guid RequestId, DateTimeOffset? OpenUntil, string? Reason = null) : IWireMessage;

    /// <summary>Every granted permit is settled; a throttled one is settled again until it is noted.</summary>
    /// <param name="RetryAfter">What the provider asked for when it throttled.</param>
    /// <param name="Detail">What went wrong, if something did.</param>
    public sealed record PermitSettled(string Provider, Guid RequestId, RequestOutcome Outcome, TimeSpan? RetryAfter, string? Detail = null) : IWithProvider, IWireMessage;

    /// <summary>The provider's wish to be left alone is in the journal; until it is heard, the settlement is said again.</summary>
    public sealed record SettlementNoted(Guid RequestId) : IWireMessage;

    public static RequestOutcome OutcomeOf(Failure failure) => failure.Kind switch
    {
        FailureKind.Throttled => RequestOutcome.Throttled,
        FailureKind.Transient => RequestOutcome.Failed,
        _ => RequestOutcome.Answered,
    };
}
