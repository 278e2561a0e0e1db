using System.Text.Json.Serialization;
using Aurum.Actors.Gate;
using Aurum.Api.Access;
using Aurum.Providers.Settings;
using Aurum.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using static Aurum.Actors.Gate.GateControlProtocol;

namespace Aurum.Api.Routes;

/// <summary>The gates of the providers: what they allow, and how operators change that while they run.</summary>
internal sealed class GateRoutes(ServedNode node, ProviderWatch providers, GateDesk desk, TimeProvider time)
{
    private const string RateLimits = "/v1/admin/external/ratelimits";
    private const string Breakers = "/v1/admin/external/breakers";
    private const string Providers = "/v1/admin/external/providers";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(RateLimits, LimitsAsync)
            .RefusesUnknownParameters()
            .WithTags("limits")
            .WithSummary("What each provider allows, and what is left of it")
            .WithDescription("From the gates themselves. What one said of itself last stands for it where it does not answer within two seconds; remark says so.");
        routes.MapGet($"{RateLimits}/{{provider}}", LimitAsync).RefusesUnknownParameters().WithTags("limits").WithSummary("One provider's").ProducesProblem(StatusCodes.Status404NotFound);
        Changes(routes, $"{RateLimits}/{{provider}}", SetAsync, "limits", "Set other limits than the configured ones; what is not named stays as it is");
        Changes(routes, $"{RateLimits}/{{provider}}/reset", ResetAsync, "limits", "Go back to the configured limits");
        Changes(routes, $"{RateLimits}/{{provider}}/hold", HoldAsync, "limits", "Send no request for a while");
        Changes(routes, $"{RateLimits}/{{provider}}/release", ReleaseAsync, "limits", "End an operator's hold; one that the provider asked for goes on");

        routes.MapGet(Breakers, BreakersAsync).RefusesUnknownParameters().WithTags("breakers").WithSummary("The circuit breaker of each provider");
        Changes(routes, $"{Breakers}/{{provider}}/open", OpenAsync, "breakers", "Deny all requests, for a while or until it is closed");
        Changes(routes, $"{Breakers}/{{provider}}/close", CloseAsync, "breakers", "Try the provider again now, whoever opened it");

        Changes(routes, $"{Providers}/{{provider}}/pause", PauseAsync, "providers", "Begin no runs, wake no series and send no requests until it is resumed");
        Changes(routes, $"{Providers}/{{provider}}/resume", ResumeAsync, "providers", "Go on where it was paused");
    }

    private static void Changes(IEndpointRouteBuilder routes, string path, Delegate change, string tag, string summary) => routes.MapPost(path, change)
        .RefusesUnknownParameters()
        .WithMetadata(Needs.Operator)
        .WithTags(tag)
        .WithSummary(summary)
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private async Task<Ok<RateLimitList>> LimitsAsync() => TypedResults.Ok(new RateLimitList(await LookAtAllAsync(RateLimitItem.Of)));

    private async Task<Ok<RateLimitItem>> LimitAsync(string provider)
    {
        var running = node.Require();
        return TypedResults.Ok(RateLimitItem.Of(await LookAsync(running, running.RequireProvider(provider))));
    }

    private async Task<Ok<BreakerList>> BreakersAsync() => TypedResults.Ok(new BreakerList(await LookAtAllAsync(BreakerItem.Of)));

    /// <summary>All gates at once, those of providers that are configured here or were collected by any node.</summary>
    private async Task<IReadOnlyList<T>> LookAtAllAsync<T>(Func<SeenGate, T> item)
    {
        var running = node.Require();
        var names = running.KnownProviders.Where(name => running.Runtimes.Find(name) is not null || providers.StatusOf(name) is not null);
        return [.. (await Task.WhenAll(names.Select(name => LookAsync(running, name)))).Select(item)];
    }

    private async Task<SeenGate> LookAsync(RunningNode running, string name)
    {
        var (gate, remark) = await desk.LookAsync(name);
        return new SeenGate(name, running.Runtimes.Find(name)?.Settings.RateLimit, gate, providers.StatusOf(name), remark, time.GetUtcNow());
    }

    private Task<ChangeDone> SetAsync(HttpContext context, string provider, [FromBody] SetLimitsRequest request)
    {
        if (request is { RequestsPerSecond: null, Burst: null, DailyQuota: null })
        {
            throw Query.Bad("nothing is to be set; expected some of requests_per_second, burst and daily_quota");
        }

        return desk.ChangeAsync(context, "set_rate_limit", provider, request.Reason, new { request.RequestsPerSecond, request.Burst, request.DailyQuota }, async name =>
        {
            // What was set before and is not named now stays.
            var (gate, remark) = await desk.LookAsync(name);
            var set = gate is not null ? gate.Changed : throw new ProblemException(StatusCodes.Status503ServiceUnavailable, ProblemCodes.GateUnavailable, remark!);
            return new SetRateLimit(
                name, request.RequestsPerSecond ?? set?.RequestsPerSecond, request.Burst ?? set?.Burst, request.DailyQuota ?? set?.DailyQuota, GateDesk.NameOf(context), request.Reason);
        });
    }

    private Task<ChangeDone> ResetAsync(HttpContext context, string provider, [FromBody] ChangeRequest request) =>
        ChangeAsync(context, "reset_rate_limit", provider, request.Reason, null, name => new SetRateLimit(name, null, null, null, GateDesk.NameOf(context), request.Reason));

    private Task<ChangeDone> HoldAsync(HttpContext context, string provider, [FromBody] HoldRequest request) =>
        ChangeAsync(context, "hold", provider, request.Reason, new { request.ForSeconds }, name => new HoldGate(name, After(request.ForSeconds), GateDesk.NameOf(context), request.Reason));

    private Task<ChangeDone> ReleaseAsync(HttpContext context, string provider, [FromBody] ChangeRequest request) =>
        ChangeAsync(context, "release", provider, request.Reason, null, name => new ReleaseGate(name, GateDesk.NameOf(context), request.Reason));

    private Task<ChangeDone> OpenAsync(HttpContext context, string provider, [FromBody] OpenRequest request) => ChangeAsync(
        context,
        "open_breaker",
        provider,
        request.Reason,
        new { request.ForSeconds },
        name => new TripBreaker(name, request.ForSeconds is { } seconds ? After(seconds) : null, GateDesk.NameOf(context), request.Reason));

    private Task<ChangeDone> CloseAsync(HttpContext context, string provider, [FromBody] ChangeRequest request) =>
        ChangeAsync(context, "close_breaker", provider, request.Reason, null, name => new CloseBreaker(name, GateDesk.NameOf(context), request.Reason));

    private Task<ChangeDone> PauseAsync(HttpContext context, string provider, [FromBody] ChangeRequest request) =>
        ChangeAsync(context, "pause_provider", provider, request.Reason, null, name => new PauseProvider(name, GateDesk.NameOf(context), request.Reason));

    private Task<ChangeDone> ResumeAsync(HttpContext context, string provider, [FromBody] ChangeRequest request) =>
        ChangeAsync(context, "resume_provider", provider, request.Reason, null, name => new ResumeProvider(name, GateDesk.NameOf(context), request.Reason));

    private Task<ChangeDone> ChangeAsync(HttpContext context, string action, string provider, string? reason, object? detail, Func<string, IGateCommand> command) =>
        desk.ChangeAsync(context, action, provider, reason, detail, name => Task.FromResult(command(name)));

    /// <summary>By the clock of the node, as that of who asks may be another.</summary>
    private DateTimeOffset After(double seconds) => seconds > 0 && seconds <= TimeSpan.FromDays(366).TotalSeconds
        ? time.GetUtcNow() + TimeSpan.FromSeconds(seconds)
        : throw Query.Bad(FormattableString.Invariant($"for_seconds: {seconds} cannot be used; expected a number above 0, of a year at most"));
}

/// <summary>A gate as it was seen: by itself, or in what was last stored of it.</summary>
/// <param name="Remark">Why the gate itself said nothing.</param>
internal sealed record SeenGate(string Provider, RateLimitSettings? Configured, GateDescription? Gate, ProviderStatus? Status, string? Remark, DateTimeOffset Now);

/// <summary>What is named is set.</summary>
public sealed record SetLimitsRequest(double? RequestsPerSecond = null, int? Burst = null, int? DailyQuota = null, string? Reason = null);

public sealed record HoldRequest(double ForSeconds, string? Reason = null);

/// <param name="ForSeconds">After so many one request may try the provider; null for only after it is closed by hand.</param>
public sealed record OpenRequest(double? ForSeconds = null, string? Reason = null);

public sealed record RateLimitList(IReadOnlyList<RateLimitItem> Items);

/// <param name="ChangedBy">Who set other limits than the configured ones, when and why; null where nobody did.</param>
/// <param name="PermitsSpent">Of the provider's own day <paramref name="QuotaDay"/>.</param>
/// <param name="PermitsAvailable">That could be given in this instant.</param>
/// <param name="HoldUntil">Nothing is sent before, whoever wants it so.</param>
/// <param name="HeldBy">The operator who does, when since and why; null where it is the provider.</param>
/// <param name="WaitingFor">What the first in line waits for, where that is more than its turn.</param>
/// <param name="PausedBy">Who paused the provider, when and why; null where nobody did.</param>
/// <param name="Remark">Why this is what was last stored, and not what the gate itself says; null where it is.</param>
public sealed record RateLimitItem(
    string Provider,
    double? RequestsPerSecond,
    int? Burst,
    int? DailyQuota,
    string? ChangedBy,
    string? QuotaTimeZone,
    DateOnly? QuotaDay,
    int PermitsSpent,
    int? PermitsLeft,
    int? PermitsAvailable,
    int? BackfillQuota,
    int? BackfillSpent,
    DateTimeOffset? QuotaRenewedAt,
    DateTimeOffset? HoldUntil,
    string? HeldBy,
    LanesWaiting? Waiting,
    string? WaitingFor,
    DateTimeOffset? WaitingUntil,
    string Breaker,
    DateTimeOffset? BreakerOpenUntil,
    string? PausedBy,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Remark)
{
    /// <summary>What was last stored of a provider's gate, where nothing tells more.</summary>
    public static RateLimitItem OfStored(ProviderStatus status, DateTimeOffset now, string remark) => Of(new SeenGate(status.Provider, null, null, status, remark, now));

    internal static RateLimitItem Of(SeenGate seen)
    {
        var renewedAt = seen.Configured is { DailyQuota: not null } configured ? new QuotaCalendar(configured).NextDayAfter(seen.Now) : (DateTimeOffset?)null;
        return seen.Gate is { } gate ? Of(gate, seen.Configured, renewedAt) : Of(seen, renewedAt);
    }

    private static RateLimitItem Of(GateDescription gate, RateLimitSettings? configured, DateTimeOffset? renewedAt)
    {
        var byHand = gate.HeldByHand is { } hand && !(gate.HeldByProviderUntil > hand.Until) ? hand : null;
        return new RateLimitItem(
            gate.Provider,
            gate.RequestsPerSecond,
            gate.Burst,
            gate.DailyQuota,
            gate.Changed?.Act.ToString(),
            configured?.QuotaTimeZone,
            gate.Day,
            gate.Spent,
            gate.DailyQuota is { } quota ? Math.Max(0, quota - gate.Spent) : null,
            gate.Available,
            gate.BackfillQuota,
            gate.BackfillSpent,
            renewedAt,
            byHand?.Until ?? gate.HeldByProviderUntil,
            byHand?.Act.ToString(),
            gate.Waiting,
            gate.WaitingFor,
            gate.WaitingUntil,
            gate.Breaker,
            gate.BreakerOpenUntil,
            gate.Paused?.ToString(),
            Remark: null);
    }

    private static RateLimitItem Of(SeenGate seen, DateTimeOffset? renewedAt)
    {
        var (limit, status) = (seen.Configured, seen.Status);
        var quota = limit is null ? status?.DailyQuota : limit.DailyQuota;
        var day = limit is { DailyQuota: not null } ? new QuotaCalendar(limit).DayOf(seen.Now) : status?.QuotaDay;
        var spent = status is not null && status.QuotaDay == day ? status.PermitsSpent : 0;
        return new RateLimitItem(
            seen.Provider,
            limit?.RequestsPerSecond,
            limit?.Burst,
            quota,
            ChangedBy: null,
            limit?.QuotaTimeZone,
            day,
            spent,
            quota is { } most ? Math.Max(0, most - spent) : null,
            PermitsAvailable: null,
            BackfillQuota: null,
            BackfillSpent: null,
            renewedAt,
            status?.HoldUntil > seen.Now ? status.HoldUntil : null,
            HeldBy: null,
            Waiting: null,
            WaitingFor: null,
            WaitingUntil: null,
            status?.Breaker ?? "closed",
            status?.BreakerOpenUntil,
            PausedBy: null,
            seen.Remark);
    }
}

public sealed record BreakerList(IReadOnlyList<BreakerItem> Items);

/// <param name="Breaker"><c>closed</c>, <c>open</c> or <c>half-open</c>.</param>
/// <param name="OpenUntil">When one request tries the provider; null also where it stays open until it is closed by hand.</param>
/// <param name="Reason">Why it was opened.</param>
/// <param name="OpenedBy">The operator who did, when and why; null where too many requests had failed.</param>
/// <param name="Remark">Why this is what was last stored, and not what the breaker itself says; null where it is.</param>
public sealed record BreakerItem(
    string Provider,
    string Breaker,
    DateTimeOffset? OpenSince,
    DateTimeOffset? OpenUntil,
    string? Reason,
    string? OpenedBy,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Remark)
{
    /// <summary>What was last stored of a provider's breaker, where nothing tells more.</summary>
    public static BreakerItem OfStored(ProviderStatus status, DateTimeOffset now, string remark) => Of(new SeenGate(status.Provider, null, null, status, remark, now));

    internal static BreakerItem Of(SeenGate seen) => seen.Gate is { } gate
        ? new BreakerItem(gate.Provider, gate.Breaker, gate.BreakerOpenSince, gate.BreakerOpenUntil, gate.BreakerReason, gate.BreakerTripped?.ToString(), Remark: null)
        : new BreakerItem(seen.Provider, seen.Status?.Breaker ?? "closed", null, seen.Status?.BreakerOpenUntil, null, null, seen.Remark);
}
