using System.Text.Json;
using Aurum.Domain;
using Aurum.Providers.Http;

namespace Aurum.Providers.Eia;

/// <summary>From an address alone to the call it was; what the saved answer says is then read as the answer to that call.</summary>
internal static class EiaExplain
{
    /// <summary>Names a dataset that nobody configured.</summary>
    private const string NoDataset = "explained";

    public static FetchResult Unknown(Uri address) => new FetchFailed(new Failure(
        FailureKind.Rejected,
        $"{KeyedTriage.Masked(address.OriginalString.Split('?', '#')[0])} is no address of EIA's version 2; known below v2/ are {{route}}, {{route}}/data, {{route}}/facet, {{route}}/facet/{{facet}} and seriesid/{{id}}"));

    public static FetchResult Read(EiaAddress address, JsonElement root, DateOnly receivedOn) => address.Path switch
    {
        ["seriesid", var id] => OfLegacy(address, id, root, receivedOn),
        [_, .., "data"] => OfData(address, string.Join('/', address.Path[..^1]), root, receivedOn),
        [_, .., "facet"] => OfFacets(root),
        [_, .., "facet", var facet] => EiaDiscovery.ReadValues(new EiaFacetFetch("", string.Join('/', address.Path[..^2]), facet), root),
        var route => OfNode(string.Join('/', route), root),
    };

    private static FetchResult OfLegacy(EiaAddress address, string id, JsonElement root, DateOnly receivedOn)
    {
        if (!EiaLegacyDataset.IsLegacyId(id))
        {
            return new FetchFailed(new Failure(FailureKind.Rejected, $"{KeyedTriage.Masked(id)} is no legacy id; expected one such as PET.RWTC.D"));
        }

        var series = EiaSeries.Expand(new EiaLegacyDataset(NoDataset, null, 0, [id]), [])!.Single();
        var fetch = new EiaLegacyFetch(FetchKind.Observations, [new Want(series, Window.Everything, Known: null)], "", Window.Everything);
        var result = EiaRows.OfLegacy(fetch, CursorOf(address), root, receivedOn);
        return result is Page page && EiaMetadata.ReadLegacyCatalog(series.Id, root) is Page { Catalog: [var entry] } ? page with { Catalog = [WithPresumedRoute(entry)] } : result;
    }

    /// <summary>One answer cannot tell whether the route says the same.</summary>
    private static CatalogEntry WithPresumedRoute(CatalogEntry entry) => EiaLegacyRoute.Presume(entry.Series.Code) is { } route
        ? entry with { Metadata = new Dictionary<string, string>(entry.Metadata!) { ["presumed_route"] = route.Text } }
        : entry;

    private static FetchResult OfData(EiaAddress address, string route, JsonElement root, DateOnly receivedOn)
    {
        var rows = EiaRows.Rows(root);
        var said = address["frequency"] ?? root.GetProperty("response").OptionalText("frequency");
        var frequency = EiaFrequency.Find(said ?? "")
            ?? throw new MalformedBodyException("$.response.frequency", $"one of {string.Join(", ", EiaFrequency.All.Select(one => one.Id))}, not {KeyedTriage.Masked(said ?? "nothing")}");
        var columns = address.All("data");
        var names = Names(address, rows, columns);
        var dataset = new EiaRouteDataset(NoDataset, null, 0, route, frequency.Id, [.. names.Select(name => new EiaFacet(name, []))], columns);
        var combinations = rows.EnumerateArray().Select(row => Values(row, names)).DistinctBy(values => string.Join('\n', values)).ToList();
        var wants = EiaSeries.Define(dataset, names, combinations).Select(series => new Want(series, Window.Everything, Known: null)).ToList();
        var selection = new EiaSelection(route, frequency, columns, [.. names.Select(name => KeyValuePair.Create(name, address.All($"facets[{name}]")))]);
        var pageSize = (int)Math.Min(address.Number("length", EiaRequest.RowsPerPage), EiaRequest.RowsPerPage);
        return EiaRows.OfRoute(new EiaDataFetch(wants, "", selection, Window.Everything), CursorOf(address), root, receivedOn, pageSize);
    }

    /// <summary>
    /// The facets that name the series: those of the order, as in requests of ours; else those that select rows; and where these leave
    /// several rows for one period, every column that looks like one.
    /// </summary>
    private static IReadOnlyList<string> Names(EiaAddress address, JsonElement rows, IReadOnlyList<string> columns)
    {
        if (rows.GetArrayLength() == 0)
        {
            return address.Facets;
        }

        var dimensions = EiaColumns.Dimensions(rows[0], columns);
        var sorted = address.SortColumns.Where(dimensions.Contains).Distinct().ToList();
        IReadOnlyList<string> names = address.Facets.All(sorted.Contains) ? sorted
            : address.Facets.All(dimensions.Contains) ? [.. dimensions.Where(address.Facets.Contains)]
            : address.Facets;
        var keys = new HashSet<string>(StringComparer.Ordinal);
        return rows.EnumerateArray().All(row => keys.Add(string.Join('\n', Values(row, names).Prepend(row.OptionalText("period"))))) ? names : dimensions;
    }

    private static string[] Values(JsonElement row, IReadOnlyList<string> names) => [.. names.Select(name => row.OptionalText(name) ?? "")];

    private static Page OfFacets(JsonElement root)
    {
        var response = root.Required("response", "$");
        var facets = response.RequiredArray("facetOptions", "$.response").EnumerateArray().ToList();
        if (response.RequiredCount("totalFacetOptions", "$.response") is var total && total != facets.Count)
        {
            throw new MalformedBodyException("$.response.facetOptions", $"{total} facets as totalFacetOptions says, not {facets.Count}");
        }

        return facets.TrueForAll(facet => facet.ValueKind == JsonValueKind.String)
            ? Page.OfFacts(EiaFacts.OfOrder([.. facets.Select(facet => facet.GetString()!)])) with { Count = total }
            : throw new MalformedBodyException("$.response.facetOptions", "a list of texts");
    }

    /// <summary>An inner node tells the routes below it, a leaf its facets. The routes may have been saved without what surrounds them.</summary>
    private static FetchResult OfNode(string route, JsonElement root)
    {
        if (root.ValueKind == JsonValueKind.Array)
        {
            return OfRoutes(root, "$");
        }

        var response = root.Required("response", "$");
        return response.ValueKind == JsonValueKind.Object && response.TryGetProperty("routes", out _)
            ? OfRoutes(response.RequiredArray("routes", "$.response"), "$.response.routes")
            : EiaMetadata.ReadFacts(new EiaMetadataFetch(FetchKind.Facts, [], "", route, []), root);
    }

    private static Page OfRoutes(JsonElement routes, string path)
    {
        foreach (var (index, route) in routes.EnumerateArray().Index())
        {
            route.RequiredString("id", $"{path}[{index}]");
        }

        return new Page([], [], Count: routes.GetArrayLength());
    }

    private static EiaCursor CursorOf(EiaAddress address) => new(address.Number("offset", 0), Digest: "", Pages: 0);
}
