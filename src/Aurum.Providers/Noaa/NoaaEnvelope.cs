using System.Globalization;
using System.Text.Json;
using Aurum.Domain;
using Aurum.Providers.Http;

namespace Aurum.Providers.Noaa;

/// <summary>The rows of one page of a collection, and where the next page begins.</summary>
/// <param name="Count">All rows of the question; null where the answer and those before it do not say.</param>
/// <param name="Next">One-based number of the next page's first row; null when this was the last.</param>
internal readonly record struct NoaaEnvelope(IReadOnlyList<JsonElement> Rows, long? Count, long? Next)
{
    /// <param name="offset">One-based number of the first row that was asked for.</param>
    /// <param name="promised">Rows of the question as earlier pages gave them.</param>
    public static (NoaaEnvelope Page, Failure? Failure) Read(JsonElement body, long offset, long? promised, int limit = NoaaProvider.PageLength)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            throw new MalformedBodyException("$", "an object");
        }

        if (!body.EnumerateObject().Any())
        {
            return promised >= offset ? Failed(CutShort(promised.Value, offset)) : (new NoaaEnvelope([], promised ?? 0, null), null);
        }

        var rows = body.RequiredArray("results", "$").EnumerateArray().ToArray();
        var (count, begins) = ResultSet(body);
        if (begins is { } given && Math.Max(given, 1) != offset)
        {
            return Failed($"the page begins at row {given}, asked was row {offset}");
        }

        if (promised is { } before && count is { } now && before != now)
        {
            return (default, new Failure(FailureKind.Transient, $"the number of rows changed from {before} to {now} between two pages", BeginAnew: true));
        }

        count ??= promised;
        var next = offset + rows.Length;
        if (rows.Length > 0 && next - 1 > count)
        {
            return Failed($"{count} rows were promised, but the page at row {offset} ends with row {next - 1}");
        }

        if (count is { } all ? next > all : rows.Length < limit)
        {
            return (new NoaaEnvelope(rows, count, null), null);
        }

        return rows.Length == 0 ? Failed(CutShort(count ?? 0, offset)) : (new NoaaEnvelope(rows, count, next), null);
    }

    private static (long? Count, long? Offset) ResultSet(JsonElement body) =>
        body.TryGetProperty("metadata", out var metadata) && metadata.ValueKind == JsonValueKind.Object && metadata.TryGetProperty("resultset", out var resultSet)
            ? (resultSet.RequiredCount("count", "$.metadata.resultset"), resultSet.RequiredCount("offset", "$.metadata.resultset"))
            : (null, null);

    private static string CutShort(long promised, long offset) =>
        string.Create(CultureInfo.InvariantCulture, $"{promised} rows were promised, but the page at row {offset} has none");

    private static (NoaaEnvelope, Failure?) Failed(string detail) => (default, new Failure(FailureKind.Transient, detail));
}
