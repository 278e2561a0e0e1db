using Akka.Actor;
using Aurum.Actors.Gate;
using Aurum.Api.Access;
using Aurum.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Aurum.Api.Routes;

/// <summary>What operators change, and what they have changed.</summary>
internal sealed class OperateRoutes(ServedNode node, Changes changes)
{
    private const int UsualItems = 100;
    private const int MostItems = 1_000;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/admin/external/providers/{provider}/stop", StopAsync)
            .RefusesUnknownParameters()
            .WithMetadata(Needs.Operator)
            .WithTags("providers")
            .WithSummary("End the provider's run under way")
            .WithDescription("No more permits are taken and no more series woken; what is in flight ends by itself. The next run comes by its schedule.")
            .ProducesProblem(StatusCodes.Status404NotFound);
        routes.MapGet("/v1/admin/external/audit", AuditAsync)
            .RefusesUnknownParameters()
            .WithTags("audit")
            .WithSummary("Who asked for which change, newest first");
    }

    private async Task<Accepted<ChangeAccepted>> StopAsync(HttpContext context, string provider, [FromBody] ChangeRequest request)
    {
        var running = node.Require();
        var name = running.RequireProvider(provider);
        var supervisors = running.RequireSupervisors();
        await changes.WriteDownAsync(context, "stop_run", name, request.Reason);
        supervisors.Tell(new ProviderSupervisorProtocol.StopRun(name));
        return TypedResults.Accepted((string?)null, new ChangeAccepted("stop_run", name));
    }

    private async Task<Ok<ListPage<AuditItem>>> AuditAsync([FromQuery] string? limit, [FromQuery] string? cursor, CancellationToken stop)
    {
        var most = Query.Limit(limit, UsualItems, MostItems);
        var found = await node.Require().Audit.ListAsync(Query.Cursor<AuditPlace>(cursor)?.Before, most + 1, stop);
        return TypedResults.Ok(ListPage<AuditItem>.Of(found, most, entry => new AuditPlace(entry.Number), AuditItem.Of));
    }

    private sealed record AuditPlace(long Before);
}

/// <param name="Reason">Why; goes to the audit log.</param>
public sealed record ChangeRequest(string? Reason = null);

public sealed record ChangeAccepted(string Action, string Target);

public sealed record AuditItem(long Number, DateTimeOffset At, string Who, string From, string Action, string Target, string? Reason, string? Detail)
{
    internal static AuditItem Of(NumberedAuditEntry found) => new(
        found.Number, found.Entry.At, found.Entry.Who, found.Entry.From, found.Entry.Action, found.Entry.Target, found.Entry.Reason, found.Entry.Detail);
}
