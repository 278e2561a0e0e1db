using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using Aurum.Domain;
using Aurum.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Aurum.Api.Routes;

/// <summary><c>/v1/external/observations</c>: stored values, a page at a time, as JSON, CSV or NDJSON.</summary>
internal sealed class ObservationRoutes(ServedNode node)
{
    private const int UsualRows = 1_000;
    private const int MostRows = 5_000;
    private const int MostSeries = 100;

    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/external/observations", GetAsync)
        .RefusesUnknownParameters()
        .WithTags("observations")
        .WithSummary("Stored observations of a provider, a page at a time")
        .WithDescription("In order of series, timestamp and as-of date. The header Link and, in JSON, next_cursor lead to the next page. Without as_of and vintages: the latest value of each timestamp.")
        .Produces<ObservationPage>(StatusCodes.Status200OK, ReadingFormats.Json, ReadingFormats.Csv, ReadingFormats.Ndjson)
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status404NotFound);

    private async Task GetAsync(
        HttpContext context,
        [FromQuery] string? provider,
        [FromQuery] string[]? series,
        [FromQuery] string? from,
        [FromQuery] string? to,
        [FromQuery(Name = "as_of")] string? asOf,
        [FromQuery] string? vintages,
        [FromQuery] string? limit,
        [FromQuery] string? cursor,
        [FromQuery] string? format)
    {
        var running = node.Require();
        var name = running.RequireProvider(provider ?? throw Query.Bad($"provider: is missing; expected one of {string.Join(", ", running.KnownProviders)}"));
        string[] codes = [.. (series ?? []).Distinct(StringComparer.Ordinal)];
        if (codes.Length > MostSeries)
        {
            throw Query.Bad($"series: is given {codes.Length} times; expected at most {MostSeries}, or none for all of the provider's");
        }

        var window = new Window(Query.Moment("from", from) ?? Window.Everything.From, Query.Moment("to", to) ?? Window.Everything.To);
        if (window.IsEmpty)
        {
            throw Query.Bad("to: is not after from, so nothing lies between them; expected a later date (to itself is not included)");
        }

        var rows = Query.Limit(limit, UsualRows, MostRows);
        var wanted = Wanted(Query.Day("as_of", asOf), vintages);
        var into = ReadingFormats.Of(context.Request, format);
        var query = new ObservationQuery(name, codes, window, wanted, Query.Cursor<ObservationKey>(cursor), rows + 1);
        var found = new List<StoredObservation>();
        await foreach (var row in running.Observations.ReadAsync(query, context.RequestAborted))
        {
            found.Add(row);
        }

        var page = ListPage<ObservationRow>.Of(found, rows, row => new ObservationKey(row.Series.Code, row.Observation.Timestamp, row.Observation.AsOf), ObservationRow.Of);
        await WriteAsync(context, page, into);
    }

    private static Vintages Wanted(DateOnly? asOf, string? vintages) => (asOf, vintages) switch
    {
        (not null, not null) => throw Query.Bad("as_of and vintages exclude each other; expected at most one of them"),
        ({ } day, null) => new Vintages.AsOf(day),
        (null, "all") => new Vintages.All(),
        (null, null or "latest") => new Vintages.Latest(),
        _ => throw Query.Bad("vintages", vintages!, "latest or all (as_of takes a day)"),
    };

    private static async Task WriteAsync(HttpContext context, ListPage<ObservationRow> page, string format)
    {
        if (page.NextCursor is { } next)
        {
            context.Response.Headers.Link = $"<{Next(context.Request, next)}>; rel=\"next\"";
        }

        context.Response.Headers.Vary = "Accept";
        context.Response.ContentType = format;
        switch (format)
        {
            case ReadingFormats.Csv:
                await context.Response.WriteAsync(CsvText.Of(page.Items), context.RequestAborted);
                break;
            case ReadingFormats.Ndjson:
                await WriteLinesAsync(context, page.Items);
                break;
            default:
                await context.Response.WriteAsJsonAsync(new ObservationPage(page.Items, page.NextCursor), ApiJson.Options, format, context.RequestAborted);
                break;
        }
    }

    private static async Task WriteLinesAsync(HttpContext context, IReadOnlyList<ObservationRow> rows)
    {
        var output = context.Response.BodyWriter;
        await using var json = new Utf8JsonWriter(output, ApiJson.WriterOptions);
        foreach (var row in rows)
        {
            JsonSerializer.Serialize(json, row, ApiJson.Options);
            await json.FlushAsync(context.RequestAborted);
            json.Reset();
            output.Write("\n"u8);
        }

        await output.FlushAsync(context.RequestAborted);
    }

    /// <summary>Relative, since a proxy may have its own name for this node.</summary>
    private static string Next(HttpRequest request, string cursor)
    {
        var parameters = request.Query.Where(parameter => parameter.Key != "cursor").SelectMany(parameter => parameter.Value, (parameter, value) => KeyValuePair.Create(parameter.Key, value ?? ""));
        return request.Path + new QueryBuilder([.. parameters, KeyValuePair.Create("cursor", cursor)]).ToQueryString().Value;
    }
}

/// <param name="NextCursor">The parameter <c>cursor</c> of the next page; null after the last one.</param>
public sealed record ObservationPage(IReadOnlyList<ObservationRow> Observations, string? NextCursor);

/// <summary>A stored value, in the fields and the order of <c>aurum query observations</c>.</summary>
/// <param name="ValueRaw">The provider's text, only where it does not read back from the number.</param>
public sealed record ObservationRow(
    string Provider,
    string SeriesId,
    DateTime Timestamp,
    DateOnly AsofDate,
    double? Value,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ValueRaw,
    string? UnitCode,
    string? FrequencyCode,
    string? Status,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? QualityFlag)
{
    internal static ObservationRow Of(StoredObservation row) => new(
        row.Series.Provider,
        row.Series.Code,
        row.Observation.Timestamp,
        row.Observation.AsOf,
        row.Observation.Value is { } value && double.IsFinite(value) ? value : null,
        row.Observation.ValueRaw,
        row.Attributes.UnitCode,
        row.Attributes.FrequencyCode,
        row.Observation.Status,
        row.Observation.QualityFlag);
}
