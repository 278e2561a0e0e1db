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

        var name = body.RequiredString("name", "$").Trim();
        var first = OptionalDate(body, "mindate");
        var last = OptionalDate(body, "maxdate");
        var metadata = MetadataKeys
            .Select(key => KeyValuePair.Create(key, body.OptionalText(key)))
            .Where(member => member.Value is not null)
            .ToDictionary(member => member.Key, member => member.Value!, StringComparer.Ordinal);

        return Page.OfCatalog([.. fetch.Wants.Select(want => Entry(want.Series, name, first, last, metadata))]);
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
            UnitCode: NoaaCodes.Unit(series.DataType, series.Units),
            FrequencyCode: NoaaCodes.Frequency(series.Dataset),
            DatasetCode: series.Dataset,
            GeoId: NoaaSeries.WithoutNamespace(series.Station),
            SourceUrl: $"https://www.ncdc.noaa.gov/cdo-web/datasets/{series.Dataset}/stations/{series.Station}/detail",
            Start: first is { } begin ? NoaaCodes.PeriodStart(series.Dataset, begin) : null,
            End: last is { } end ? NoaaCodes.PeriodStart(series.Dataset, end) : null,
            Metadata: metadata);
    }

    private static DateTime? OptionalDate(JsonElement body, string key) =>
        body.OptionalText(key) is { } text ? ProviderJson.Date(text, $"$.{key}").AtMidnightUtc() : null;
}
