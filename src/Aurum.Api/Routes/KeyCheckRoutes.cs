using Akka.Actor;
using Aurum.Actors.Collection;
using Aurum.Api.Access;
using Aurum.Domain;
using Aurum.Providers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Aurum.Api.Routes;

/// <summary>Whether a provider answers and takes this node's key: one cheap call, which waits for its permit like every other.</summary>
internal sealed class KeyCheckRoutes(ServedNode node, Changes changes)
{
    /// <summary>Shorter than a request may take, so that who asks hears why. The call itself is not taken back.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/admin/external/providers/{provider}/check", CheckAsync)
        .RefusesUnknownParameters()
        .WithMetadata(Needs.Operator)
        .WithTags("providers")
        .WithSummary("Ask the provider one cheap question, to see whether it answers and takes the key")
        .WithDescription("Takes a permit of the provider's gate, so it counts against its rate and its day, and waits where the gate waits.")
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status504GatewayTimeout);

    private async Task<Ok<KeyCheck>> CheckAsync(HttpContext context, string provider, [FromBody] ChangeRequest request)
    {
        var running = node.Require();
        var name = running.RequireProvider(provider);
        var runtime = running.Runtimes.Find(name);
        if (running.Fetcher is not { } fetcher || runtime is null)
        {
            throw new ProblemException(StatusCodes.Status409Conflict, ProblemCodes.NotHere, $"this node does not collect from {name}; ask one that does");
        }

        if (SampleCall.Of(runtime.Provider, runtime.Settings.Datasets) is not { } call)
        {
            throw new ProblemException(StatusCodes.Status409Conflict, ProblemCodes.NotHere, $"no dataset of {name} is configured here that one could ask for");
        }

        await changes.WriteDownAsync(context, "check_key", name, request.Reason);
        var answer = await fetcher.Ask<FetcherProtocol.ProviderAnswered>(new FetcherProtocol.AskProvider(name, "check", call), Patience, context.RequestAborted);
        return TypedResults.Ok(new KeyCheck(name, answer.Failure is null, answer.Failure?.Kind, answer.Failure?.Detail, running.Clocks?.AheadOf(runtime.Access.BaseAddress)?.TotalSeconds));
    }
}

/// <param name="Kind">Of the failure; <c>rejected</c> is what a wrong key leads to.</param>
/// <param name="ClockAheadSeconds">How far the provider's clock is ahead of the node's, negative when it is behind; null when it is not known.</param>
public sealed record KeyCheck(string Provider, bool Good, FailureKind? Kind, string? Detail, double? ClockAheadSeconds);
