using Aurum.Actors.Monitoring;
using Aurum.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Aurum.Api.Routes;

/// <summary>How the node, its outside systems and the providers are.</summary>
internal sealed class HealthRoutes(ServedNode node, ProviderWatch providers, GateDesk gates)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/external", Summary)
            .RefusesUnknownParameters()
            .WithTags("health")
            .WithSummary("One word for the whole and for each provider; 503 when the whole has failed")
            .Produces<HealthSummary>()
            .Produces<HealthSummary>(StatusCodes.Status503ServiceUnavailable);
        routes.MapGet("/v1/admin/external/health", AllAsync).RefusesUnknownParameters().WithTags("health").WithSummary("Every component and every provider, with reason and since when");
        routes.MapGet("/v1/admin/external/health/{provider}", OneAsync).RefusesUnknownParameters().WithTags("health").WithSummary("One provider").ProducesProblem(StatusCodes.Status404NotFound);
    }

    private IResult Summary()
    {
        var health = Health();
        return TypedResults.Json(
            new HealthSummary(health.Status, health.Providers.ToDictionary(provider => provider.Provider, provider => provider.Status)),
            ApiJson.Options,
            statusCode: health.Status == HealthState.Failed ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK);
    }

    private async Task<Ok<ExternalHealth>> AllAsync()
    {
        var health = Health();
        return TypedResults.Ok(node.Running is null ? health : health with { Providers = await Task.WhenAll(health.Providers.Select(WithSinceAsync)) });
    }

    private async Task<Ok<ProviderHealth>> OneAsync(string provider)
    {
        var running = node.Require();
        var name = running.RequireProvider(provider);
        return TypedResults.Ok(providers.Seen.FirstOrDefault(seen => seen.Provider == name) is { } found
            ? await WithSinceAsync(found)
            : throw new ProblemException(StatusCodes.Status404NotFound, ProblemCodes.UnknownProvider, $"{name} is not configured here and has never been collected", running.KnownProviders));
    }

    /// <summary>A gate remembers over restarts since when it is shut; this node only since when it has seen that.</summary>
    private async Task<ProviderHealth> WithSinceAsync(ProviderHealth provider) =>
        provider.Status != HealthState.Healthy && (await gates.LookAsync(provider.Provider)).Gate is { } gate && (gate.BreakerOpenSince ?? gate.Paused?.At ?? gate.HeldByHand?.Act.At) is { } since
            ? provider with { Since = since }
            : provider;

    /// <summary>The whole fails with what the node needs, or with all of its providers; a part that is not well degrades it.</summary>
    private ExternalHealth Health()
    {
        var picture = node.Health.Picture;
        var seen = providers.Seen;
        var all = seen.Count > 0 && seen.All(provider => provider.Status == HealthState.Failed);
        var state = !picture.IsReady || all ? HealthState.Failed
            : picture.State == HealthState.Healthy && seen.All(provider => provider.Status == HealthState.Healthy) ? HealthState.Healthy
            : HealthState.Degraded;
        return new ExternalHealth(state, [.. picture.Components.Select(HealthComponent.Of)], seen);
    }
}

public sealed record HealthSummary(HealthState Status, IReadOnlyDictionary<string, HealthState> Providers);

public sealed record ExternalHealth(HealthState Status, IReadOnlyList<HealthComponent> Components, IReadOnlyList<ProviderHealth> Providers);

/// <param name="Needed">False where the node does its work without it.</param>
public sealed record HealthComponent(string Name, HealthState Status, bool Needed, string? Reason, DateTimeOffset Since)
{
    internal static HealthComponent Of(ComponentHealth component) => new(component.Name, component.State, component.IsNeeded, component.Reason, component.Since);
}

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
