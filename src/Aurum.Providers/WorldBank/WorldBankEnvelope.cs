using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Aurum.Domain;
using Aurum.Providers.Http;

namespace Aurum.Providers.WorldBank;

/// <summary>The first of the two elements of every answer. Its numbers come as numbers or as texts, by endpoint.</summary>
/// <param name="SourceId">The database: 2 is the World Development Indicators.</param>
/// <param name="LastUpdated">The day the database (not the indicator) was last updated.</param>
internal sealed record WorldBankEnvelope(long Page, long Pages, long PageLength, long Total, string? SourceId, string? LastUpdated, JsonElement Rows)
{
    public bool IsEmpty => Rows.ValueKind == JsonValueKind.Null || Rows.GetArrayLength() == 0;

    public static WorldBankEnvelope Read(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Array || body.GetArrayLength() != 2)
        {
            throw new MalformedBodyException("$", "an array of two elements");
        }

        var (meta, rows) = (body[0], body[1]);
        if (rows.ValueKind is not (JsonValueKind.Array or JsonValueKind.Null))
        {
            throw new MalformedBodyException("$[1]", "an array or null");
        }

        return new WorldBankEnvelope(
            meta.RequiredCount("page", "$[0]"),
            meta.RequiredCount("pages", "$[0]"),
            meta.RequiredCount("per_page", "$[0]"),
            meta.RequiredCount("total", "$[0]"),
            meta.OptionalText("sourceid").NotBlank(),
            meta.OptionalText("lastupdated").NotBlank(),
            rows);
    }

    /// <summary>Why this is not the whole page that was asked for; null when it is.</summary>
    /// <param name="pageLength">The length that was asked for, which answers repeat; null where the service must have chosen its own.</param>
    public Failure? Against(WorldBankCursor cursor, long? pageLength)
    {
        if (cursor.Total is { } total && (total != Total || cursor.LastUpdated != LastUpdated))
        {
            return Transient($"the database changed in the middle: {total} rows of {cursor.LastUpdated ?? "no date"} became {Total} rows of {LastUpdated ?? "no date"}") with { BeginAnew = true };
        }

        if (Pages == 0 && IsEmpty)
        {
            return null;
        }

        if (Page != cursor.Page || (pageLength is not null && PageLength != pageLength))
        {
            return Transient($"answer is about another question: page {Page} of {PageLength} rows a page came, asked was page {cursor.Page} of {pageLength ?? PageLength}");
        }

        var pages = (long)Math.Ceiling((decimal)Total / Math.Max(1, PageLength));
        if (pages != Pages)
        {
            return Transient($"the answer contradicts itself: {Total} rows of {PageLength} a page are {pages} pages, not {Pages}");
        }

        var count = IsEmpty ? 0 : Rows.GetArrayLength();
        var promised = Math.Clamp(Total - ((decimal)(Page - 1) * PageLength), 0, PageLength);
        if (count != promised)
        {
            return Transient($"page {Page} of {Pages} has {count} rows where {promised} were promised");
        }

        return cursor.LastRow is { } last && Rows.EnumerateArray().Any(row => Digest(row) == last)
            ? Transient($"rows moved between two pages: the last row of page {Page - 1} came again on page {Page}") with { BeginAnew = true }
            : null;
    }

    /// <summary>Where the page after this begins; null when this was the last.</summary>
    public WorldBankCursor? Next(bool unmatched) => Page < Pages ? new WorldBankCursor(Page + 1, LastUpdated, Total, IsEmpty ? null : Digest(Rows[Rows.GetArrayLength() - 1]), unmatched) : null;

    private static string Digest(JsonElement row) => Convert.ToHexStringLower(SHA256.HashData(JsonMarshal.GetRawUtf8Value(row)))[..16];

    private static Failure Transient(string detail) => new(FailureKind.Transient, detail);
}
