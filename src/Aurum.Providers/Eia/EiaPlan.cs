using Aurum.Domain;

namespace Aurum.Providers.Eia;

/// <summary>From wants to the fewest calls: OR within a facet, AND across facets, in URLs that every server takes.</summary>
internal static class EiaPlan
{
    /// <summary>Of the query without key and offset; address, path and key stay well within 4000 characters with it.</summary>
    private const int LongestQuery = 3700;

    public static IReadOnlyList<Fetch> Observations(IReadOnlyList<Want> wants, DateOnly today)
    {
        var open = wants.Where(want => !want.Window.IsEmpty).Select(EiaLegacyRoute.Routed).ToList();
        var legacy = open.Where(want => want.Series.IsLegacy())
            .GroupBy(want => want.Series.Id)
            .Select(same => new EiaLegacyFetch(FetchKind.Observations, [.. same], $"seriesid/{same.Key.Code}", Cover(same)));
        var routes = open.Where(want => !want.Series.IsLegacy())
            .GroupBy(want => (
                Route: want.Series.Route(),
                want.Series.Frequency().Id,
                Facets: string.Join(',', want.Series.FacetNames()),
                Discovered: want.Series.Members() is null ? null : want.Series.DatasetKey))
            .SelectMany(alike => EiaBox.Pack(EiaLine.Of(alike, today), today))
            .SelectMany(box => Chunk(box.Wants, today));
        return [.. legacy, .. routes];
    }

    public static IReadOnlyList<Fetch> Catalog(IReadOnlyList<SeriesDefinition> series)
    {
        var wants = series.DistinctBy(definition => definition.Id).Select(definition => new Want(definition, Window.Everything, Known: null)).ToList();
        var legacy = wants.Where(want => want.Series.IsLegacy()).ToLookup(want => EiaLegacyRoute.Presume(want.Series.Id.Code) is not null);
        var onBridge = legacy[false].Select(want => new EiaLegacyFetch(FetchKind.Catalog, [want], $"seriesid/{want.Series.Id.Code} for its catalog entry", Window.Everything));
        var presumed = legacy[true]
            .Select(want => (Want: want, Route: EiaLegacyRoute.Presume(want.Series.Id.Code)!))
            .GroupBy(one => (one.Route.Route, one.Route.Frequency, one.Route.Column))
            .SelectMany(same => same.Chunk(EiaLegacyCatalogFetch.MostSeries))
            .Select(part => new EiaLegacyCatalogFetch([.. part.Select(one => one.Want)], $"seriesid of {part.Length} series of {part[0].Route.Route} for their catalog entries", part[0].Route));
        var routes = wants.Where(want => !want.Series.IsLegacy())
            .GroupBy(want => want.Series.Route())
            .Select(same => new EiaMetadataFetch(FetchKind.Catalog, [.. same], $"metadata of {same.Key}", same.Key, []));
        return [.. onBridge, .. presumed, .. routes];
    }

    /// <summary>How many combinations of facet values a fetch brings rows of, as far as that is known.</summary>
    public static long Combinations(EiaDataFetch fetch)
    {
        var series = fetch.Wants[0].Series;
        return fetch.Selection.Facets.Any(facet => facet.Value.Count == 0)
            ? series.Members()!.Value
            : EiaBox.Existing(fetch.Selection.Facets.Select(facet => facet.Value.Count), series);
    }

    /// <summary>
    /// One fetch where its URL is short enough, else two halves along the facet with the most values, and so on; or all rows of a
    /// discovered dataset where that costs no more requests.
    /// </summary>
    private static IReadOnlyList<EiaDataFetch> Chunk(IReadOnlyList<Want> wants, DateOnly today)
    {
        var first = wants[0].Series;
        var combinations = wants.DistinctBy(want => string.Join('\n', first.FacetNames().Select(want.Series.Facet))).Count();
        var fetch = Plan(wants, isOpen: first.Members() is { } members && EiaBox.IsNearlyAll(combinations, members));
        if (EiaRequest.QueryLength(fetch) <= LongestQuery || fetch.Selection.Facets.All(facet => facet.Value.Count <= 1))
        {
            return [fetch];
        }

        var (widest, values) = fetch.Selection.Facets.MaxBy(facet => facet.Value.Count);
        var firstHalf = values.Take(values.Count / 2).ToHashSet(StringComparer.Ordinal);
        var halves = wants.GroupBy(want => firstHalf.Contains(want.Series.Facet(widest))).SelectMany(half => Chunk([.. half], today)).ToList();
        return first.Members() is not null
            && Plan(wants, isOpen: true) is var open
            && EiaRequest.QueryLength(open) <= LongestQuery
            && EiaEstimate.Of(open, today).Requests <= halves.Sum(half => EiaEstimate.Of(half, today).Requests)
            ? [open]
            : halves;
    }

    /// <param name="isOpen">Facets with a wildcard select nothing.</param>
    private static EiaDataFetch Plan(IReadOnlyList<Want> wants, bool isOpen)
    {
        var first = wants[0].Series;
        var facets = first.FacetNames().Select(name => KeyValuePair.Create(name, isOpen && first.IsWildcard(name) ? [] : Distinct(wants, want => want.Series.Facet(name))));
        var count = wants.DistinctBy(want => want.Series.Id).Count();
        var label = count == 1 ? $"data of {first.Id.Code}" : $"{first.Route()}/data {first.Frequency().Id}, {count} series";
        var selection = new EiaSelection(first.Route(), first.Frequency(), Distinct(wants, want => want.Series.Column()), [.. facets]);
        return new EiaDataFetch(wants, label, selection, Cover(wants));
    }

    private static IReadOnlyList<string> Distinct(IEnumerable<Want> wants, Func<Want, string> part) =>
        [.. wants.Select(part).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private static Window Cover(IEnumerable<Want> wants) => wants.Select(want => want.Window).Aggregate((a, b) => a.Cover(b));
}
