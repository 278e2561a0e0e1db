using System.Globalization;
using System.Text.Json.Serialization;
using Aurum.Actors.Serialization.Kafka;
using Aurum.Api.Access;
using Aurum.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Aurum.Api.Routes;

/// <summary>Records that were set aside: the newest of the dead-letter topic and of the quarantine table, and what to do about one.</summary>
internal sealed class DeadLetterRoutes(ServedNode node, Changes changes, TimeProvider time)
{
    private const string Letters = "/v1/admin/external/dlq";
    private const int UsualItems = 100;

    /// <summary>Of the table, and of each partition of the topic; older ones are for other tools.</summary>
    private const int MostItems = 1_000;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Letters, ListAsync)
            .RefusesUnknownParameters()
            .WithTags("dead letters")
            .WithSummary("Records that were set aside, newest first")
            .WithDescription("Of the newest thousand. Without all=true those that were dropped or replayed are left out.");
        routes.MapGet($"{Letters}/{{id}}", ShowAsync).RefusesUnknownParameters().WithTags("dead letters").WithSummary("One, with its bytes").ProducesProblem(StatusCodes.Status404NotFound);
        Changes(routes, $"{Letters}/{{id}}/replay", ReplayAsync, "Publish the record again as it was, to its topic");
        Changes(routes, $"{Letters}/{{id}}/drop", DropAsync, "Note that nothing more is to be done about it");
    }

    private static void Changes(IEndpointRouteBuilder routes, string path, Delegate change, string summary) => routes.MapPost(path, change)
        .RefusesUnknownParameters()
        .WithMetadata(Needs.Operator)
        .WithTags("dead letters")
        .WithSummary(summary)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict);

    private async Task<Ok<DeadLetterList>> ListAsync([FromQuery] string? all, [FromQuery] string? limit, [FromQuery] string? cursor, CancellationToken stop)
    {
        var most = Query.Limit(limit, UsualItems, MostItems);
        var after = Query.Cursor<Place>(cursor);
        var closedToo = all switch { null or "false" => false, "true" => true, _ => throw Query.Bad("all", all, "true or false") };
        if (node.Require().SetAside is not { } setAside)
        {
            return TypedResults.Ok(new DeadLetterList([], null, DeadLetterList.None));
        }

        var rows = (await setAside.Quarantine.NewestAsync(MostItems, stop)).ToDictionary(row => IdOf(row.Observation));
        var letters = (await setAside.Topic.NewestAsync(MostItems, stop)).ToDictionary(IdOf);
        DeadLetterItem[] found =
        [
            .. rows.Keys.Union(letters.Keys)
                .Select(id => DeadLetterItem.Of(id, rows.GetValueOrDefault(id), letters.GetValueOrDefault(id)))
                .Where(item => closedToo || item.Closed is null)
                .OrderByDescending(item => item.At)
                .ThenBy(item => item.Id, StringComparer.Ordinal)
                .SkipWhile(item => after is not null && (item.At > after.At || (item.At == after.At && string.CompareOrdinal(item.Id, after.Id) <= 0)))
                .Take(most + 1),
        ];
        var page = ListPage<DeadLetterItem>.Of(found, most, item => new Place(item.At, item.Id), item => item);
        return TypedResults.Ok(new DeadLetterList(page.Items, page.NextCursor, null));
    }

    private async Task<Ok<DeadLetterDetail>> ShowAsync(string id, CancellationToken stop)
    {
        var (row, letter) = await FindAsync(id, stop);
        return TypedResults.Ok(DeadLetterDetail.Of(id, row, letter));
    }

    private async Task<ChangeDone> ReplayAsync(HttpContext context, string id, [FromBody] ChangeRequest request, CancellationToken stop)
    {
        var (row, letter) = await FindAsync(id, stop);
        if (letter is null or { IsShortened: true })
        {
            throw new ProblemException(StatusCodes.Status409Conflict, ProblemCodes.BadLetter, letter is null
                ? "its dead letter is not among the newest of the topic any more, and with it its bytes; aurum series reset has the series read again"
                : "it was too large to be kept whole; aurum series reset has the series read again");
        }

        await changes.WriteDownAsync(context, "replay_dead_letter", id, request.Reason);
        var setAside = node.Require().SetAside!;
        await setAside.Topic.ReplayAsync(letter, stop);
        if (row is not null)
        {
            await setAside.Quarantine.CloseAsync(letter.Topic, letter.Partition, letter.Offset, Closing(context, QuarantineClosing.Replayed, request.Reason), stop);
        }

        return new ChangeDone("replay_dead_letter", id, Changed: true, $"published again to {letter.Topic}; should it be set aside again, that is a dead letter of its own");
    }

    private async Task<ChangeDone> DropAsync(HttpContext context, string id, [FromBody] ChangeRequest request, CancellationToken stop)
    {
        var (row, _) = await FindAsync(id, stop);
        if (row is null)
        {
            throw new ProblemException(
                StatusCodes.Status409Conflict, ProblemCodes.BadLetter, "it could not be decoded and so is no row of the quarantine: it stays in the topic, and goes with the topic's retention");
        }

        if (row.Closed is { } closed)
        {
            return new ChangeDone("drop_dead_letter", id, Changed: false, Words(closed));
        }

        await changes.WriteDownAsync(context, "drop_dead_letter", id, request.Reason);
        var (topic, partition, offset) = PlaceOf(id);
        await node.Require().SetAside!.Quarantine.CloseAsync(topic, partition, offset, Closing(context, QuarantineClosing.Dropped, request.Reason), stop);
        return new ChangeDone("drop_dead_letter", id, Changed: true, "dropped; its row stays, and says so");
    }

    /// <exception cref="ProblemException">There is no such dead letter.</exception>
    private async Task<(QuarantineRow? Row, DeadLetter? Letter)> FindAsync(string id, CancellationToken stop)
    {
        var setAside = node.Require().SetAside ?? throw new ProblemException(StatusCodes.Status404NotFound, ProblemCodes.UnknownDeadLetter, DeadLetterList.None);
        var (topic, partition, offset) = PlaceOf(id);
        var row = await setAside.Quarantine.FindAsync(topic, partition, offset, stop);
        var letter = (await setAside.Topic.NewestAsync(MostItems, stop)).FirstOrDefault(letter => IdOf(letter) == id);
        return row is null && letter is null
            ? throw new ProblemException(StatusCodes.Status404NotFound, ProblemCodes.UnknownDeadLetter, $"there is no dead letter \"{id}\" in the quarantine or among the newest of the topic; aurum dlq list --all lists them")
            : (row, letter);
    }

    private QuarantineClosing Closing(HttpContext context, string how, string? reason) => new(how, time.GetUtcNow(), GateDesk.NameOf(context), reason);

    /// <summary>A dead letter is called by where its record lay: that is the same in the topic and in the table.</summary>
    private static (string Topic, int Partition, long Offset) PlaceOf(string id) =>
        id.Split(':') is [{ Length: > 0 } topic, var partition, var offset]
        && int.TryParse(partition, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && long.TryParse(offset, NumberStyles.None, CultureInfo.InvariantCulture, out var place)
            ? (topic, number, place)
            : throw Query.Bad("id", id, "TOPIC:PARTITION:OFFSET as the list has it");

    private static string IdOf(QuarantinedObservation row) => string.Create(CultureInfo.InvariantCulture, $"{row.Topic}:{row.Partition}:{row.Offset}");

    private static string IdOf(DeadLetter letter) => string.Create(CultureInfo.InvariantCulture, $"{letter.Topic}:{letter.Partition}:{letter.Offset}");

    internal static string Words(QuarantineClosing closing) =>
        string.Create(CultureInfo.InvariantCulture, $"{closing.How} by {closing.By} at {closing.At:yyyy-MM-dd HH:mm:ss}Z{(closing.Reason is null ? "" : $": {closing.Reason}")}");

    private sealed record Place(DateTimeOffset At, string Id);
}

/// <param name="Remark">Why there is nothing, where nothing ever is.</param>
public sealed record DeadLetterList(
    IReadOnlyList<DeadLetterItem> Items, string? NextCursor, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Remark)
{
    public const string None = "without Kafka nothing is ever set aside: a row that breaks a rule fails its series";
}

/// <param name="Id">Where the record lay: <c>TOPIC:PARTITION:OFFSET</c>.</param>
/// <param name="Stage">The step that refused it: <c>decode</c>, <c>validate</c> or <c>store</c>; null where the topic has forgotten it.</param>
/// <param name="Replayable">True while its bytes are at hand.</param>
/// <param name="Closed">What was done about it, by whom, when and why; null while nobody has done anything.</param>
public sealed record DeadLetterItem(string Id, DateTimeOffset At, string? Provider, string? SeriesId, string? Stage, string? Kind, string Reason, bool Replayable, string? Closed)
{
    internal static DeadLetterItem Of(string id, QuarantineRow? row, DeadLetter? letter) => new(
        id,
        letter?.FailedAt ?? row!.Observation.At,
        row?.Observation.Provider,
        row?.Observation.SeriesId,
        letter?.Stage,
        letter?.ErrorKind,
        letter?.ErrorDetail ?? string.Join("; ", row!.Observation.Reasons),
        letter is { IsShortened: false },
        row?.Closed is { } closed ? DeadLetterRoutes.Words(closed) : null);
}

/// <param name="Record">What could be decoded of it, as a JSON document.</param>
/// <param name="Key">Base64.</param>
/// <param name="Value">Base64; null for a tombstone.</param>
/// <param name="Headers">Their values in base64.</param>
public sealed record DeadLetterDetail(
    DeadLetterItem Letter, string? Record, string? Key, string? Value, int? ValueBytes, IReadOnlyDictionary<string, string>? Headers, DateTime? RecordedAt, int? Attempt, string? ApplicationVersion)
{
    internal static DeadLetterDetail Of(string id, QuarantineRow? row, DeadLetter? letter) => new(
        DeadLetterItem.Of(id, row, letter),
        row?.Observation.RecordJson,
        Base64(letter?.Key),
        Base64(letter?.Value),
        letter?.Value?.Length,
        letter?.Headers?.ToDictionary(header => header.Key, header => Convert.ToBase64String(header.Value.Span)),
        letter?.RecordedAt,
        letter?.Attempt,
        letter?.ApplicationVersion);

    private static string? Base64(ReadOnlyMemory<byte>? bytes) => bytes is { } known ? Convert.ToBase64String(known.Span) : null;
}
