using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Aurum.Domain;
using Aurum.Providers.Http;

namespace Aurum.Providers.Eia;

/// <summary>Where the next page begins, and a digest of the page before, by which a server that ignores offsets is found out.</summary>
internal sealed record EiaCursor(long Offset, string Digest)
{
    public static EiaCursor? Parse(string? text) =>
        text?.Split(' ') is [var offset, var digest] ? new EiaCursor(long.Parse(offset, CultureInfo.InvariantCulture), digest) : null;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Offset} {Digest}");
}

/// <summary>
/// When to go on. A page shorter than 5000 rows is the last one; <c>total</c> is wrong too often to say more. Only where EIA
/// warns of an incomplete return and counts more rows was the page cut shorter than asked for.
/// </summary>
internal static class EiaPaging
{
    public static EiaCursor? Next(JsonElement root, JsonElement rows, EiaCursor? cursor)
    {
        var count = rows.GetArrayLength();
        var next = (cursor?.Offset ?? 0) + count;
        var isFull = count >= EiaRequest.RowsPerPage;
        var wasCut = count > 0 && IsIncomplete(root) && Total(root) > next;
        return isFull || wasCut ? new EiaCursor(next, Digest(rows)) : null;
    }

    public static bool Repeats(JsonElement rows, EiaCursor? previous) =>
        previous is not null && rows.GetArrayLength() > 0 && Digest(rows) == previous.Digest;

    private static string Digest(JsonElement rows) => Convert.ToHexStringLower(SHA256.HashData(JsonMarshal.GetRawUtf8Value(rows)))[..16];

    private static long? Total(JsonElement root) =>
        long.TryParse(root.GetProperty("response").OptionalText("total"), NumberStyles.None, CultureInfo.InvariantCulture, out var total) ? total : null;

    /// <summary>The warning stands under the response in older bodies and at the root in newer ones.</summary>
    private static bool IsIncomplete(JsonElement root) => HasWarning(root) || HasWarning(root.GetProperty("response"));

    private static bool HasWarning(JsonElement parent) =>
        parent.TryGetProperty("warnings", out var warnings)
        && warnings.ValueKind == JsonValueKind.Array
        && warnings.EnumerateArray().Any(entry => entry.OptionalText("warning") is { } text && text.Contains("incomplete", StringComparison.OrdinalIgnoreCase));
}

/// <summary>Follows the periods of a page's rows.</summary>
internal struct EiaOrder
{
    private bool _ascending = true;
    private bool _descending = true;
    private DateTime? _last;

    public EiaOrder()
    {
    }

    public void Add(DateTime timestamp)
    {
        _ascending &= _last is null || timestamp >= _last;
        _descending &= _last is null || timestamp <= _last;
        _last = timestamp;
    }

    /// <summary>Rows of the last period may go on in the next page, those before it may not.</summary>
    public readonly DateTime? CompleteBefore => _ascending ? _last : null;

    /// <summary>True when rows come newest first and the next ones all lie before the window.</summary>
    public readonly bool HasPassed(Window window) => _descending && !_ascending && _last < window.From;
}
