using System.Globalization;
using System.Text.Json;
using System.Threading.Channels;
using Aurum.Actors.Inspection;
using Aurum.Api.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace Aurum.Api.Routes;

/// <summary>The cluster as this node sees it, and what may be done to its members.</summary>
internal sealed class ClusterRoutes(ServedNode node, Changes changes, TimeProvider time, IHostApplicationLifetime server)
{
    /// <summary>Readers of what goes on; each keeps a connection and an actor.</summary>
    private const int MostTails = 16;

    /// <summary>An empty line when nothing happens, so that who has gone is noticed.</summary>
    private static readonly TimeSpan SignOfLife = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly ReadOnlyMemory<byte> EndOfLine = "\n"u8.ToArray();

    private int _tails;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/admin/cluster", Show).RefusesUnknownParameters().WithTags("cluster").WithSummary("The members, as this node sees them");
        routes.MapGet("/v1/admin/cluster/sharding", ShardingAsync).RefusesUnknownParameters().WithTags("cluster").WithSummary("How many shards and entities of each kind live on which node");
        routes.MapGet("/v1/admin/cluster/actors", Actors)
            .RefusesUnknownParameters()
            .WithTags("cluster")
            .WithSummary("Actors of this node and their children")
            .ProducesProblem(StatusCodes.Status404NotFound);
        routes.MapGet("/v1/admin/cluster/events", (Delegate)TailAsync)
            .RefusesUnknownParameters()
            .WithTags("cluster")
            .WithSummary("What happens to the members, a JSON line each, for as long as one reads")
            .Produces<MembershipEvent>(StatusCodes.Status200OK, ReadingFormats.Ndjson)
            .DisableRateLimiting()
            .DisableRequestTimeout();
        Change(routes, "leave", "leave_cluster", (cluster, address) => cluster.Leave(address), "Have a member hand over its work and go");
        Change(routes, "down", "down_member", (cluster, address) => cluster.Down(address), "Declare a member dead; its work begins elsewhere at once");
    }

    private void Change(IEndpointRouteBuilder routes, string verb, string action, Action<ClusterInspection, string> change, string summary) => routes
        .MapPost($"/v1/admin/cluster/members/{{address}}/{verb}", async (HttpContext context, string address, [FromBody] ChangeRequest request) =>
        {
            var cluster = Require();
            var member = Member(cluster, address);
            await changes.WriteDownAsync(context, action, member, request.Reason);
            change(cluster, member);
            return TypedResults.Accepted((string?)null, new ChangeAccepted(action, member));
        })
        .RefusesUnknownParameters()
        .WithMetadata(Needs.Operator)
        .WithTags("cluster")
        .WithSummary(summary)
        .ProducesProblem(StatusCodes.Status404NotFound);

    private Ok<ClusterPicture> Show() => TypedResults.Ok(Require().Picture());

    private async Task<Ok<ShardingList>> ShardingAsync([FromQuery] string? local)
    {
        var here = local switch
        {
            null or "false" => false,
            "true" => true,
            _ => throw Query.Bad("local", local, "true or false"),
        };
        return TypedResults.Ok(new ShardingList(await Require().RegionsAsync(here, Patience)));
    }

    private Ok<ActorHierarchy> Actors([FromQuery] string? path, [FromQuery] string? depth)
    {
        var levels = ActorHierarchy.DefaultDepth;
        if (depth is not null && !(int.TryParse(depth, NumberStyles.None, CultureInfo.InvariantCulture, out levels) && levels <= ActorHierarchy.MostDepth))
        {
            throw Query.Bad("depth", depth, $"a number from 0 to {ActorHierarchy.MostDepth}");
        }

        return TypedResults.Ok(Require().Hierarchy(path, levels)
            ?? throw new ProblemException(StatusCodes.Status404NotFound, ProblemCodes.NotFound, $"there is no actor at {path} on this node; without a path all are shown"));
    }

    private async Task TailAsync(HttpContext context)
    {
        var cluster = Require();
        if (Interlocked.Increment(ref _tails) > MostTails)
        {
            Interlocked.Decrement(ref _tails);
            throw new ProblemException(StatusCodes.Status429TooManyRequests, ProblemCodes.TooManyRequests, $"{MostTails} others read this already; one of them has to end first");
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, server.ApplicationStopping);
        try
        {
            context.Response.ContentType = ReadingFormats.Ndjson;
            await TellAsync(cluster.Watch(time, stop.Token), context.Response.Body, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The reader or the node has gone: what was said is whole lines.
        }
        finally
        {
            await stop.CancelAsync();
            Interlocked.Decrement(ref _tails);
        }
    }

    private async Task TellAsync(ChannelReader<MembershipEvent> events, Stream body, CancellationToken stop)
    {
        while (true)
        {
            while (events.TryRead(out var said))
            {
                await JsonSerializer.SerializeAsync(body, said, ApiJson.Options, stop);
                await body.WriteAsync(EndOfLine, stop);
            }

            await body.FlushAsync(stop);
            using var quiet = new CancellationTokenSource(SignOfLife, time);
            using var wait = CancellationTokenSource.CreateLinkedTokenSource(quiet.Token, stop);
            try
            {
                if (!await events.WaitToReadAsync(wait.Token))
                {
                    return;
                }
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                await body.WriteAsync(EndOfLine, stop);
            }
        }
    }

    private ClusterInspection Require() => node.Require().Cluster
        ?? throw new ProblemException(StatusCodes.Status409Conflict, ProblemCodes.NotHere, "this node belongs to no cluster; ask one that collects");

    /// <param name="segment">Of the path, in which slashes are left encoded.</param>
    private static string Member(ClusterInspection cluster, string segment)
    {
        var text = Uri.UnescapeDataString(segment);
        if (cluster.Find(text) is { } found)
        {
            return found.ToString();
        }

        string[] known = [.. cluster.Picture().Members.Select(member => member.Address)];
        throw new ProblemException(StatusCodes.Status404NotFound, ProblemCodes.UnknownMember, $"there is no member {text}; known are {string.Join(", ", known)}", known);
    }
}

public sealed record ShardingList(IReadOnlyList<RegionPicture> Items);
