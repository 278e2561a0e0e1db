using Aurum.Actors.Monitoring;
using Aurum.Api.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Aurum.Api;

/// <summary>
/// What an orchestrator asks. None of it waits: alive is a node whose actors live, whatever happens outside of it, and ready is one that
/// was last seen with all that it needs.
/// </summary>
internal static class Probes
{
    public static void Map(IEndpointRouteBuilder server, ServedNode node)
    {
        var routes = server.MapGroup("").WithMetadata(Needs.Nothing).DisableRateLimiting().ExcludeFromDescription();
        routes.MapMethods("/livez", [HttpMethods.Get, HttpMethods.Head], () =>
            node.Running is { Terminated.IsCompleted: true } ? Answer(false, new State("terminated"))
            : Answer(true, new State(node.Running is null ? "starting" : "alive")));
        routes.MapMethods("/startupz", [HttpMethods.Get, HttpMethods.Head], () =>
            node.Running is null ? Answer(false, new State("starting")) : Answer(true, new State("started")));
        routes.MapMethods("/readyz", [HttpMethods.Get, HttpMethods.Head], () =>
        {
            var picture = node.Health.Picture;
            return Answer(picture.IsReady, Readiness.Of(picture));
        });
    }

    private static IResult Answer<T>(bool isGood, T body) =>
        Results.Json(body, ApiJson.Options, statusCode: isGood ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);

    private sealed record State(string Status);

    private sealed record Readiness(HealthState Status, IReadOnlyList<Component> Components)
    {
        public static Readiness Of(HealthPicture picture) => new(
            picture.State,
            [.. picture.Components.Select(component => new Component(component.Name, component.State, component.IsNeeded, component.Reason, component.Since))]);
    }

    private sealed record Component(string Name, HealthState Status, bool Needed, string? Reason, DateTimeOffset Since);
}
