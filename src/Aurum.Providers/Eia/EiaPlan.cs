using Aurum.Domain;

namespace Aurum.Providers.Eia;

/// <summary>From wants to the fewest calls: OR within a facet, AND across facets, in URLs that every server takes.</summary>
internal static class EiaPlan
{
    /// <summary>Of the query without key and offset; address, path and key stay well within 1800 characters with it.</summary>
    private const int LongestQuery = 1600;

    public static IReadOnlyList<Fetch> Observations(IReadOnlyList<Want> wants)
    {
        var open = wants.Where(want => !want.Window.IsEmpty).ToList();
        var legacy = open.Where(want => want.Series.IsLegacy())
            .GroupBy(want => want.Series.Id)
            .Select(same => new EiaLegacyFetch(FetchKind.Observations, [.. same], $"seriesid/{same.Key.Code}", Cover(same)));
        var routes = open.Where(want => !want.Series.IsLegacy())
            .GroupBy(want => (Route: want.Series.Route(), want.Series.Frequency().Id, Facets: string.Join(',', want.Series.FacetNames())))
            .SelectMany(alike => Chunk([.. alike]));
        return [.. legacy, .. routes];
    }

    public static IReadOnlyList<Fetch> Catalog(IReadOnlyList<SeriesDefinition> series)
    {
        var wants = series.DistinctBy(definition => definition.Id).Select(definition => new Want(definition, Window.Everything, Known: null)).ToList();
        var legacy = wants.Where(want => want.Series.IsLegacy())
            .Select(want => new EiaLegacyFetch(FetchKind.Catalog, [want], $"seriesid/{want.Series.Id.Code} for its catalog entry", Window.Everything));
        var routes = wants.Where(want => !want.Series.IsLegacy())
            .GroupBy(want => want.Series.Route())
            .Select(same => new EiaMetadataFetch(FetchKind.Catalog, [.. same], $"metadata of {same.Key}", same.Key, []));
        return [.. legacy, .. routes];
    }

    /// <summary>One fetch where its URL is short enough, else two halves along the facet with the most values, and so on.</summary>
    private static IEnumerable<EiaDataFetch> Chunk(List<Want> wants)
    {
        var fetch = Plan(wants);
        if (EiaRequest.QueryLength(fetch) <= LongestQuery || fetch.Selection.Facets.All(facet => facet.Value.Count == 1))
        {
            return [fetch];
        }

        var (widest, values) = fetch.Selection.Facets.MaxBy(facet => facet.Value.Count);

        var firstHalf = values.Take(values.Count / 2).ToHashSet(StringComparer.Ordinal);
        return wants.GroupBy(want => firstHalf.Contains(want.Series.Facet(widest))).SelectMany(half => Chunk([.. half]));
    }

    private static EiaDataFetch Plan(List<Want> wants)
    {
        var first = wants[0].Series;
        var facets = first.FacetNames().Select(name => KeyValuePair.Create(name, Distinct(wants, want => want.Series.Facet(name))));
        var count = wants.DistinctBy(want => want.Series.Id).Count();
        var label = count == 1 ? $"data of {first.Id.Code}" : $"{first.Route()}/data {first.Frequency().Id}, {count} series";
        var selection = new EiaSelection(first.Route(), first.Frequency(), Distinct(wants, want => want.Series.Column()), [.. facets]);
        return new EiaDataFetch(wants, label, selection, Cover(wants));
    }

    private static IReadOnlyList<string> Distinct(IEnumerable<Want> wants, Func<Want, string> part) =>
        [.. wants.Select(part).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private static Window Cover(IEnumerable<Want> wants) => wants.Select(want => want.Window).Aggregate((a, b) => a.Cover(b));
}
