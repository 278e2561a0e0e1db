using Aurum.Domain;
using Aurum.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Aurum.Api.Routes;

/// <summary>Lists of series: what is known about them, and how far each has come.</summary>
internal sealed class CatalogRoutes(ServedNode node)
{
    private const int UsualItems = 100;
    private const int MostItems = 1_000;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/external/catalog", CatalogAsync)
            .RefusesUnknownParameters()
            .WithTags("observations")
            .WithSummary("What is known about series");
        routes.MapGet("/v1/admin/external/checkpoints", CheckpointsAsync)
            .RefusesUnknownParameters()
            .WithTags("series")
            .WithSummary("Up to where each series is acknowledged and safe");
    }

    private async Task<Ok<ListPage<CatalogItem>>> CatalogAsync(
        [FromQuery] string? provider, [FromQuery] string? limit, [FromQuery] string? cursor, CancellationToken stop)
    {
        var (running, of, most, after) = Asked(provider, limit, cursor);
        var found = await running.Catalog.PageAsync(of, after, most + 1, stop);
        return TypedResults.Ok(ListPage<CatalogItem>.Of(found, most, known => known.Entry.Series, CatalogItem.Of));
    }

    private async Task<Ok<ListPage<CheckpointItem>>> CheckpointsAsync(
        [FromQuery] string? provider, [FromQuery] string? limit, [FromQuery] string? cursor, CancellationToken stop)
    {
        var (running, of, most, after) = Asked(provider, limit, cursor);
        var found = await running.Status.SeriesPageAsync(of, after, most + 1, stop);
        return TypedResults.Ok(ListPage<CheckpointItem>.Of(found, most, status => status.Series, CheckpointItem.Of));
    }

    private (RunningNode Running, string? Provider, int Limit, SeriesId? After) Asked(string? provider, string? limit, string? cursor)
    {
        var running = node.Require();
        return (running, provider is null ? null : running.RequireProvider(provider), Query.Limit(limit, UsualItems, MostItems), Query.Cursor<SeriesId>(cursor));
    }
}

public sealed record CatalogItem(
    string Provider,
    string SeriesId,
    string Title,
    string? Description,
    string? UnitCode,
    string? FrequencyCode,
    string? DatasetCode,
    string? GeoId,
    string? Category,
    string? SourceUrl,
    DateTime? Start,
    DateTime? End,
    DateTimeOffset? LastUpdated,
    DateTimeOffset ReadAt)
{
    internal static CatalogItem Of(KnownEntry known) => new(
        known.Entry.Series.Provider,
        known.Entry.Series.Code,
        known.Entry.Title,
        known.Entry.Description,
        known.Entry.UnitCode,
        known.Entry.FrequencyCode,
        known.Entry.DatasetCode,
        known.Entry.GeoId,
        known.Entry.Category,
        known.Entry.SourceUrl,
        known.Entry.Start,
        known.Entry.End,
        known.Entry.LastUpdated,
        known.RenewedAt);
}

/// <param name="Checkpoint">Timestamp of the last observation that is acknowledged.</param>
public sealed record CheckpointItem(string Provider, string SeriesId, DateTime? Checkpoint, long Observations, DateTimeOffset UpdatedAt)
{
    public static CheckpointItem Of(SeriesStatus status) => new(status.Series.Provider, status.Series.Code, status.Checkpoint, status.Observations, status.UpdatedAt);
}
