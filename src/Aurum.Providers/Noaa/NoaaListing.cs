using System.Globalization;
using System.Text.Json;
using Aurum.Domain;
using Aurum.Providers.Http;

namespace Aurum.Providers.Noaa;

/// <summary>A collection other than data, asked page after page.</summary>
/// <param name="Query">Collection and filters, without paging: <c>stations?datasetid=GHCND&amp;locationid=FIPS:37</c>.</param>
/// <param name="FirstRow">One-based.</param>
internal abstract record NoaaListingFetch(FetchKind Kind, IReadOnlyList<Want> Wants, string Label, string Query, long FirstRow) : Fetch(Kind, Wants, Label);

/// <summary>One question of a discovery.</summary>
/// <param name="About">The data type or station that is asked about.</param>
/// <param name="Known">Stations known before, in the order of the facts.</param>
internal sealed record NoaaFactsFetch(
    string Label,
    string Query,
    NoaaSubject Subject,
    string About,
    IReadOnlyList<string> Known,
    double MinCoverage,
    long FirstRow = 1) : NoaaListingFetch(FetchKind.Facts, [], Label, Query, FirstRow);

/// <summary>The catalog entries of all series of one area, from the listing of its stations.</summary>
internal sealed record NoaaStationsFetch(IReadOnlyList<Want> Wants, string Label, string Query) : NoaaListingFetch(FetchKind.Catalog, Wants, Label, Query, 1);

/// <summary>Pages of listings.</summary>
internal static class NoaaListing
{
    private static readonly string[] DayForms = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm:ss"];

    public static FetchResult Parse(NoaaListingFetch fetch, string? cursor, JsonElement body, int limit = NoaaProvider.PageLength)
    {
        var (offset, promised) = ReadCursor(fetch, cursor);
        var (page, failure) = NoaaEnvelope.Read(body, offset, promised, limit);
        if (failure is not null)
        {
            return new FetchFailed(failure);
        }

        var next = page.Next is { } row ? string.Create(CultureInfo.InvariantCulture, $"{row};{page.Count}") : null;
        return fetch is NoaaFactsFetch facts
            ? new Page([], [], next, Facts: FactsOf(facts, page), Count: page.Count)
            : new Page([], EntriesOf(fetch, page), next, Count: page.Count);
    }

    public static (long Offset, long? Promised) ReadCursor(NoaaListingFetch fetch, string? cursor)
    {
        if (cursor is null)
        {
            return (fetch.FirstRow, null);
        }

        var parts = cursor.Split(';');
        return (long.Parse(parts[0], CultureInfo.InvariantCulture), parts[1].Length == 0 ? null : long.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    public static NoaaSpan SpanOf(JsonElement station, string path) => new(OptionalDay(station, "mindate", path), OptionalDay(station, "maxdate", path));

    private static string FactsOf(NoaaFactsFetch fetch, NoaaEnvelope page)
    {
        if (fetch.Subject == NoaaSubject.DataTypes)
        {
            return NoaaFacts.OfTypes(fetch.About, page, page.Rows.Select((row, index) => Id(row, $"$.results[{index}]", NoaaDataset.IsDataType)));
        }

        var found = new List<(string, NoaaSpan)>();
        foreach (var (row, index) in page.Rows.Select((row, index) => (row, index)))
        {
            var path = $"$.results[{index}]";
            var id = Id(row, path, NoaaDataset.IsStation);
            if (Coverage(row, $"{path}.datacoverage") >= fetch.MinCoverage)
            {
                found.Add((NoaaDataset.WithNamespace(id), SpanOf(row, path)));
            }
        }

        return NoaaFacts.OfStations(fetch.About, page, fetch.Known, found);
    }

    private static IReadOnlyList<CatalogEntry> EntriesOf(NoaaListingFetch fetch, NoaaEnvelope page)
    {
        var wants = fetch.Wants.ToLookup(want => NoaaSeries.Of(want.Series).Station, StringComparer.OrdinalIgnoreCase);
        return
        [
            .. page.Rows.SelectMany((row, index) =>
            {
                var path = $"$.results[{index}]";
                var wanted = wants[Id(row, path, NoaaDataset.IsStation)].ToList();
                return wanted.Count == 0 ? [] : NoaaStation.Entries(wanted.Select(want => want.Series), row, path);
            }),
        ];
    }

    /// <summary>Ids go into addresses and facts as they are.</summary>
    private static string Id(JsonElement row, string path, Func<string, bool> isValid) =>
        row.RequiredString("id", path) is var id && isValid(id)
            ? id.ToUpperInvariant()
            : throw new MalformedBodyException($"{path}.id", $"an id, not \"{ProviderJson.Shorten(id)}\"");

    /// <summary>A station that does not tell its coverage is taken for complete.</summary>
    private static double Coverage(JsonElement row, string path) =>
        row.OptionalText("datacoverage") is not { } text ? 1
        : ValueText.TryParse(text, out var coverage, out _) ? coverage
        : throw new MalformedBodyException(path, $"a number, not \"{ProviderJson.Shorten(text)}\"");

    private static DateOnly? OptionalDay(JsonElement row, string key, string path) =>
        row.OptionalText(key) is not { } text ? null
        : DateOnly.TryParseExact(text, DayForms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day
        : throw new MalformedBodyException($"{path}.{key}", $"a date as yyyy-MM-dd, not \"{ProviderJson.Shorten(text)}\"");
}
