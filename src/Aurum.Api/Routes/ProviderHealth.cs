using Aurum.Actors.Monitoring;
using Aurum.Storage;

namespace Aurum.Api.Routes;

/// <summary>How a provider is, by what its supervisor last said of itself.</summary>
/// <param name="Since">When it came into this status, by its gate, or as far as this node has watched where the gate has no part in it.</param>
/// <param name="State">What its supervisor does.</param>
public sealed record ProviderHealth(
    string Provider,
    HealthState Status,
    string? Reason,
    DateTimeOffset Since,
    string State,
    string Breaker,
    DateTimeOffset? BreakerOpenUntil,
    DateTimeOffset? HoldUntil,
    DateTimeOffset? LastRunAt,
    string? LastRunId,
    long Requests,
    DateTimeOffset? UpdatedAt)
{
    /// <summary>What was last stored of a provider, where nothing tells more.</summary>
    public static ProviderHealth OfStored(ProviderStatus status, DateTimeOffset now)
    {
        var (state, reason) = Judge(status, now);
        return Of(new ComponentHealth(status.Provider, state, IsNeeded: false, reason, status.UpdatedAt), status);
    }

    internal static (HealthState State, string? Reason) Judge(ProviderStatus? status, DateTimeOffset now) => status switch
    {
        null => (HealthState.Healthy, "has not been collected yet"),
        { Breaker: "open", BreakerOpenUntil: var until } when until is null || until > now => (HealthState.Failed, $"its circuit breaker is open{(until is { } end ? $" until {end:yyyy-MM-dd HH:mm:ss}Z" : "")}: too many requests failed in a row"),
        { Breaker: "open" or "half-open" } => (HealthState.Degraded, "its circuit breaker lets one request through to see whether it is well again"),
        { State: var state } when state.Contains("waiting for pause", StringComparison.Ordinal) => (HealthState.Degraded, "an operator paused it"),
        { HoldUntil: { } until } when until > now => (HealthState.Degraded, $"it has asked to wait until {until:yyyy-MM-dd HH:mm:ss}Z"),
        { State: var state } when state.Contains("waiting for quota", StringComparison.Ordinal) => (HealthState.Degraded, "the requests of its day are spent"),
        { State: var state } when state.Contains("not listed", StringComparison.Ordinal) => (HealthState.Degraded, "some of its datasets could not be listed"),
        _ => (HealthState.Healthy, null),
    };

    internal static ProviderHealth Of(ComponentHealth judged, ProviderStatus? status) => new(
        judged.Name,
        judged.State,
        judged.Reason,
        judged.Since,
        status?.State ?? "idle",
        status?.Breaker ?? "closed",
        status?.BreakerOpenUntil,
        status?.HoldUntil,
        status?.LastRunAt,
        status?.LastRunId,
        status?.Requests ?? 0,
        status?.UpdatedAt);
}
