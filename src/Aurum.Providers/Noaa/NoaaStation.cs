using System.Text.Json;
using Aurum.Domain;
using Aurum.Providers.Http;

namespace Aurum.Providers.Noaa;

/// <summary>A station's own facts, and the catalog entries made from them.</summary>
internal static class NoaaStation
{
    private static readonly string[] MetadataKeys = ["latitude", "longitude", "elevation"];

    /// <summary>A single item is a bare object, and an unknown one an empty object.</summary>
    public static FetchResult Parse(NoaaStationFetch fetch, JsonElement body)
    {
        if (body.ValueKind == JsonValueKind.Object && !body.EnumerateObject().Any())
        {
            return new FetchFailed(new Failure(FailureKind.Rejected, $"station {fetch.Station} is unknown; expected a station id such as GHCND:USW00094728"));
        }

        var id = body.RequiredString("id", "$");
        if (!string.Equals(id, fetch.Station, StringComparison.OrdinalIgnoreCase))
        {
            throw new MalformedBodyException("$.id", $"{fetch.Station}, not \"{ProviderJson.Shorten(id)}\"");
        }

        return Page.OfCatalog(Entries(fetch.Wants.Select(want => want.Series), body, "$"));
    }

    /// <summary>The entries of some series of the station that an item describes.</summary>
    public static IReadOnlyList<CatalogEntry> Entries(IEnumerable<SeriesDefinition> series, JsonElement station, string path)
    {
        var name = station.RequiredString("name", path).Trim();
        var span = NoaaListing.SpanOf(station, path);
        var metadata = MetadataKeys
            .Select(key => KeyValuePair.Create(key, station.OptionalText(key)))
            .Where(member => member.Value is not null)
            .ToDictionary(member => member.Key, member => member.Value!, StringComparer.Ordinal);

        return [.. series.Select(one => Entry(one, name, span.First?.AtMidnightUtc(), span.Last?.AtMidnightUtc(), metadata))];
    }

    private static CatalogEntry Entry(SeriesDefinition definition, string stationName, DateTime? first, DateTime? last, IReadOnlyDictionary<string, string> metadata)
    {
        var series = NoaaSeries.Of(definition);
        var span = NoaaCodes.Span(series.Dataset);
        if (NoaaCodes.IsNormals(series.Dataset))
        {
            (first, last) = (span.From, span.To.AddDays(-1));
        }

        return new CatalogEntry(
            definition.Id,
            $"{NoaaCodes.Name(series.DataType)} at {stationName}",
            Description: NoaaCodes.Description(series.Dataset, series.DataType),
            UnitCode: NoaaUnits.Of(series.Dataset, series.DataType, series.Units),
            FrequencyCode: NoaaCodes.Frequency(series.Dataset),
            DatasetCode: series.Dataset,
            GeoId: NoaaSeries.WithoutNamespace(series.Station),
            SourceUrl: $"https://www.ncdc.noaa.gov/cdo-web/datasets/{series.Dataset}/stations/{series.Station}/detail",
            Start: first is { } begin ? NoaaCodes.PeriodStart(series.Dataset, begin) : null,
            End: last is { } end ? NoaaCodes.PeriodStart(series.Dataset, end) : null,
            Metadata: metadata);
    }
}
