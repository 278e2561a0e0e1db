using Aurum.Actors.Gate;
using Aurum.Actors.Monitoring;
using Aurum.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Aurum.Api.Routes;

/// <summary>How the node, its outside systems and the providers are.</summary>
internal sealed class HealthRoutes(ServedNode node, ProviderWatch providers, TimeProvider time)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/external", Summary)
            .RefusesUnknownParameters()
            .WithTags("health")
            .WithSummary("One word for the whole and for each provider; 503 when the whole has failed")
            .Produces<HealthSummary>()
            .Produces<HealthSummary>(StatusCodes.Status503ServiceUnavailable);
        routes.MapGet("/v1/admin/external/health", All).RefusesUnknownParameters().WithTags("health").WithSummary("Every component and every provider, with reason and since when");
        routes.MapGet("/v1/admin/external/health/{provider}", One).RefusesUnknownParameters().WithTags("health").WithSummary("One provider").ProducesProblem(StatusCodes.Status404NotFound);
        routes.MapGet("/v1/admin/external/ratelimits", RateLimits).RefusesUnknownParameters().WithTags("limits").WithSummary("What each provider allows, and what is left of it");
    }

    private IResult Summary()
    {
        var health = Health();
        return TypedResults.Json(
            new HealthSummary(health.Status, health.Providers.ToDictionary(provider => provider.Provider, provider => provider.Status)),
            ApiJson.Options,
            statusCode: health.Status == HealthState.Failed ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK);
    }

    private Ok<ExternalHealth> All() => TypedResults.Ok(Health());

    private Ok<ProviderHealth> One(string provider)
    {
        var running = node.Require();
        var name = running.RequireProvider(provider);
        return TypedResults.Ok(providers.Seen.FirstOrDefault(seen => seen.Provider == name)
            ?? throw new ProblemException(StatusCodes.Status404NotFound, ProblemCodes.UnknownProvider, $"{name} is not configured here and has never been collected", running.KnownProviders));
    }

    private Ok<RateLimitList> RateLimits()
    {
        var running = node.Require();
        var now = time.GetUtcNow();
        return TypedResults.Ok(new RateLimitList(
        [
            .. running.KnownProviders
                .Select(name => (Name: name, Runtime: running.Runtimes.Find(name), Status: providers.StatusOf(name)))
                .Where(provider => provider.Runtime is not null || provider.Status is not null)
                .Select(provider => RateLimitItem.Of(provider.Name, provider.Runtime?.Settings.RateLimit, provider.Status, now)),
        ]));
    }

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

/// <param name="Since">When it came into this status, as far as this node has watched.</param>
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
    DateTimeOffset? UpdatedAt);

public sealed record RateLimitList(IReadOnlyList<RateLimitItem> Items);

/// <param name="PermitsSpent">Of the provider's own day <paramref name="QuotaDay"/>.</param>
public sealed record RateLimitItem(
    string Provider,
    double? RequestsPerSecond,
    int? Burst,
    int? DailyQuota,
    string? QuotaTimeZone,
    DateOnly? QuotaDay,
    int PermitsSpent,
    int? PermitsLeft,
    DateTimeOffset? QuotaRenewedAt,
    DateTimeOffset? HoldUntil,
    string Breaker,
    DateTimeOffset? BreakerOpenUntil)
{
    internal static RateLimitItem Of(string name, Aurum.Providers.Settings.RateLimitSettings? limit, ProviderStatus? status, DateTimeOffset now)
    {
        var calendar = limit is { DailyQuota: not null } ? new QuotaCalendar(limit) : null;
        var quota = limit is null ? status?.DailyQuota : limit.DailyQuota;
        var day = calendar?.DayOf(now) ?? status?.QuotaDay;
        var spent = status is not null && status.QuotaDay == day ? status.PermitsSpent : 0;
        return new RateLimitItem(
            name,
            limit?.RequestsPerSecond,
            limit?.Burst,
            quota,
            limit?.QuotaTimeZone,
            day,
            spent,
            quota is { } most ? Math.Max(0, most - spent) : null,
            calendar?.NextDayAfter(now),
            status?.HoldUntil > now ? status.HoldUntil : null,
            status?.Breaker ?? "closed",
            status?.BreakerOpenUntil);
    }
}
