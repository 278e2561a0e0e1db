using Aurum.Actors.Monitoring;
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
