using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Aurum.Domain;
using Aurum.Providers.Http;

namespace Aurum.Providers.Eia;

/// <summary>
/// Where the next page begins: at the last row of the page before, so that rows which moved between two requests are noticed.
/// </summary>
/// <param name="Digest">Of the page before, by which a server that ignores offsets is found out.</param>
/// <param name="Pages">How many were read.</param>
/// <param name="LastKey">Period and facets of the row that the page must begin with; null where it begins behind the page before.</param>
internal sealed record EiaCursor(long Offset, string Digest, int Pages = 1, string? LastKey = null)
{
    public static EiaCursor? Parse(string? text) => text?.Split(' ', 4) switch
    {
        [var offset, var digest] => new EiaCursor(Number(offset), digest),
        [var offset, var digest, var pages, .. var key] => new EiaCursor(Number(offset), digest, (int)Number(pages), key.FirstOrDefault()),
        _ => null,
    };

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Offset} {Digest} {Pages}{(LastKey is null ? "" : " " + LastKey)}");

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}

/// <summary>Where a survey goes on: its newest period, and its place among the rows.</summary>
internal sealed record EiaSurveyCursor(DateTime Newest, EiaCursor Rows)
{
    public static EiaSurveyCursor? Parse(string? text) =>
        text?.Split(' ', 2) is [var newest, var rows] ? new EiaSurveyCursor(new DateTime(long.Parse(newest, CultureInfo.InvariantCulture), DateTimeKind.Utc), EiaCursor.Parse(rows)!) : null;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Newest.Ticks} {Rows}");
}

/// <summary>
/// When to go on. A page shorter than 5000 rows is the last one; <c>total</c> is wrong too often to say more. Only where EIA
/// warns of an incomplete return and counts more rows was the page cut shorter than asked for.
/// </summary>
internal static class EiaPaging
{
    /// <summary>No route has fifty million rows in a window.</summary>
    private const int MostPages = 10_000;

    /// <param name="names">Columns that, with the period, name a row.</param>
    /// <param name="pageSize">Rows asked for.</param>
    public static EiaCursor? Next(JsonElement root, JsonElement rows, EiaCursor? cursor, IReadOnlyList<string> names, int pageSize = EiaRequest.RowsPerPage)
    {
        var count = rows.GetArrayLength();
        var end = (cursor?.Offset ?? 0) + count;
        var pages = (cursor?.Pages ?? 0) + 1;
        var isFull = count > 0 && count >= pageSize;
        var wasCut = count > 0 && IsIncomplete(root) && Total(root) > end;
        if (!isFull && !wasCut)
        {
            return null;
        }

        if (pages >= MostPages)
        {
            throw new MalformedBodyException("$.response.data", $"an end within {MostPages} pages");
        }

        return count > 1 ? new EiaCursor(end - 1, Digest(rows), pages, Key(rows[count - 1], names)) : new EiaCursor(end, Digest(rows), pages);
    }

    public static bool Repeats(JsonElement rows, EiaCursor? previous) =>
        previous is not null && rows.GetArrayLength() > 0 && Digest(rows) == previous.Digest;

    /// <summary>What is wrong with a page's place behind the page before: the same rows once more, or others than those due.</summary>
    public static Failure? Misplaced(JsonElement rows, EiaCursor? previous, IReadOnlyList<string> names)
    {
        if (Repeats(rows, previous))
        {
            throw new MalformedBodyException("$.response.data", $"the rows from offset {previous!.Offset} on, not those of the page before once more");
        }

        if (previous?.LastKey is not { } key)
        {
            return null;
        }

        var now = rows.GetArrayLength() == 0 ? null : Key(rows[0], names);
        return now != key ? Moved($"the one at offset {previous.Offset} was {KeyedTriage.Masked(key)} and is {(now is null ? "gone" : KeyedTriage.Masked(now))} now")
            : rows.EnumerateArray().Skip(1).Any(row => Key(row, names) == key) ? Moved($"{KeyedTriage.Masked(key)}, which stood at offset {previous.Offset}, stands there twice now")
            : null;
    }

    private static Failure Moved(string how) => new(FailureKind.Transient, $"rows moved between two pages: {how}", BeginAnew: true);

    /// <summary>How many rows of a page the page before had already.</summary>
    public static int Overlap(EiaCursor? previous) => previous?.LastKey is null ? 0 : 1;

    public static long? Total(JsonElement root) =>
        long.TryParse(root.GetProperty("response").OptionalText("total"), NumberStyles.None, CultureInfo.InvariantCulture, out var total) ? total : null;

    private static string Key(JsonElement row, IReadOnlyList<string> names) =>
        string.Join(' ', names.Select(name => row.OptionalText(name)).Prepend(row.OptionalText("period")));

    private static string Digest(JsonElement rows) => Convert.ToHexStringLower(SHA256.HashData(JsonMarshal.GetRawUtf8Value(rows)))[..16];

    /// <summary>The warning stands under the response in older bodies and at the root in newer ones.</summary>
    private static bool IsIncomplete(JsonElement root) => HasWarning(root) || HasWarning(root.GetProperty("response"));

    private static bool HasWarning(JsonElement parent) =>
        parent.TryGetProperty("warnings", out var warnings)
        && warnings.ValueKind == JsonValueKind.Array
        && warnings.EnumerateArray().Any(entry => entry.OptionalText("warning") is { } text && text.Contains("incomplete", StringComparison.OrdinalIgnoreCase));
}
