using System.Text.Json;
using System.Text.RegularExpressions;
using Aurum.Domain;
using Aurum.Providers.Http;

namespace Aurum.Providers.Eia;

/// <summary>What EIA says about a route, and about a series of the bridge.</summary>
internal static partial class EiaMetadata
{
    /// <summary>The route's facets in the route's order, as a JSON list; the facts of a dataset.</summary>
    public static FetchResult ReadFacts(EiaMetadataFetch fetch, JsonElement root)
    {
        var facets = root.Required("response", "$").RequiredArray("facets", "$.response")
            .EnumerateArray()
            .Select((facet, index) => facet.RequiredString("id", $"$.response.facets[{index}]"))
            .ToList();
        return fetch.ConfiguredFacets.Where(name => !facets.Contains(name)).ToList() is { Count: > 0 } unknown
            ? new FetchFailed(new Failure(FailureKind.Rejected, $"{fetch.Route} has no facet {string.Join(", ", unknown)}; its facets are {string.Join(", ", facets)}"))
            : Page.OfFacts(EiaFacts.OfOrder(facets));
    }

    public static FetchResult ReadCatalog(EiaMetadataFetch fetch, JsonElement root)
    {
        var response = root.Required("response", "$");
        var columns = response.Required("data", "$.response");
        var description = OneLine(response.OptionalText("description"));
        var name = OneLine(response.OptionalText("name")) ?? description ?? fetch.Route;

        // The last period of a route says little (forecasts, stale answers); the first one is right where it can be read.
        var start = EiaPeriod.Parse(response.OptionalText("startPeriod"))?.Timestamp;
        return Page.OfCatalog([.. fetch.Wants.Select(want => Entry(want.Series, name, description, columns, start))]);
    }

    /// <summary>The entry of a legacy id, from one row of its data; its facets are kept, as they are how a route would be asked for it.</summary>
    public static FetchResult ReadLegacyCatalog(SeriesId series, JsonElement root)
    {
        var rows = EiaRows.Rows(root);
        if (rows.GetArrayLength() == 0)
        {
            return new FetchFailed(new Failure(FailureKind.Rejected, $"EIA has no rows for the legacy id {series.Code}; expected one row at least"));
        }

        var column = EiaColumns.Find(rows);
        var row = rows[0];
        var response = root.GetProperty("response");
        return Page.OfCatalog(
        [
            new CatalogEntry(
                series,
                OneLine(EiaColumns.Describe(row)) ?? series.Code,
                Description: OneLine(response.OptionalText("description")),
                UnitCode: EiaRows.Unit(row, column),
                FrequencyCode: EiaFrequency.OfLegacy(series.Code)!.Code,
                DatasetCode: response.OptionalText("id"),
                GeoId: EiaRows.Geography(row),
                Category: series.Code.Split('.')[0],
                Metadata: new Dictionary<string, string>(
                    EiaColumns.Dimensions(row, [column]).Where(name => row.OptionalText(name) is not null).Select(name => KeyValuePair.Create(name, row.OptionalText(name)!)))
                {
                    [EiaLegacyRoute.RouteKey] = EiaLegacyRoute.Bridge,
                }),
        ]);
    }

    public static string BrowserOf(string route) => $"https://www.eia.gov/opendata/browser/{route}";

    private static CatalogEntry Entry(SeriesDefinition series, string name, string? description, JsonElement columns, DateTime? start)
    {
        // A map without entries comes as an empty list, as EIA's server writes it so.
        var column = columns.ValueKind == JsonValueKind.Object && columns.TryGetProperty(series.Column(), out var found) ? found : default;
        var facets = series.FacetNames();
        var values = string.Join(", ", facets.Select(series.Facet));
        var title = values.Length == 0 ? name : $"{name}: {values}";
        return new CatalogEntry(
            series.Id,
            series.Id.Code.EndsWith($":{series.Column()}", StringComparison.Ordinal) ? $"{title} ({column.OptionalText("alias") ?? series.Column()})" : title,
            Description: description,
            UnitCode: column.OptionalText("units"),
            FrequencyCode: series.Frequency().Code,
            DatasetCode: series.Route(),
            GeoId: facets.Where(EiaRows.IsGeography).Select(series.Facet).FirstOrDefault(),
            Category: series.Route().Split('/')[0],
            SourceUrl: BrowserOf(series.Route()),
            Start: start,
            Metadata: facets.ToDictionary(facet => facet, series.Facet));
    }

    private static string? OneLine(string? text) =>
        text is null || string.IsNullOrWhiteSpace(text) ? null : Blanks().Replace(text, " ").Trim();

    [GeneratedRegex("""\s+""", RegexOptions.CultureInvariant)]
    private static partial Regex Blanks();
}
