using System.Globalization;
using Aurum.Domain;

namespace Aurum.Providers.Eia;

/// <summary>From datasets to series, and what a series' coordinates say.</summary>
internal static class EiaSeries
{
    private const string RouteKey = "route", FrequencyKey = "frequency", ColumnKey = "column", FacetsKey = "facets", LegacyKey = "series";
    private const string FacetPrefix = "facet.", WildcardsKey = "wildcards", MembersKey = "members";

    /// <returns>Null when facets, their order or their combinations must be asked for first.</returns>
    public static IReadOnlyList<SeriesDefinition>? Expand(EiaDataset dataset, IReadOnlyList<string> facts) => dataset switch
    {
        EiaLegacyDataset legacy => [.. legacy.Series.Select(id => Define(legacy, id, GroupOf(id), new Dictionary<string, string> { [LegacyKey] = id }))],
        EiaRouteDataset route when EiaDiscovery.Find(route, facts) is var (names, combinations) => Define(route, names, combinations),
        _ => null,
    };

    /// <summary>Those of a legacy id on its route.</summary>
    public static Dictionary<string, string> Coordinates(EiaLegacyRoute route)
    {
        var coordinates = new Dictionary<string, string>
        {
            [RouteKey] = route.Route,
            [FrequencyKey] = route.Frequency.Id,
            [FacetsKey] = string.Join(',', route.Facets.Select(facet => facet.Key)),
            [ColumnKey] = route.Column,
        };
        foreach (var (name, value) in route.Facets)
        {
            coordinates[FacetPrefix + name] = value;
        }

        return coordinates;
    }

    public static bool IsLegacy(this SeriesDefinition series) => series.Coordinates.ContainsKey(LegacyKey);

    public static string Route(this SeriesDefinition series) => series.Coordinates[RouteKey];

    public static string Column(this SeriesDefinition series) => series.Coordinates[ColumnKey];

    public static EiaFrequency Frequency(this SeriesDefinition series) =>
        series.IsLegacy() ? EiaFrequency.OfLegacy(series.Id.Code)! : EiaFrequency.Find(series.Coordinates[FrequencyKey])!;

    /// <summary>Names of the configured facets, in the route's order.</summary>
    public static string[] FacetNames(this SeriesDefinition series) => series.Coordinates[FacetsKey].Split(',', StringSplitOptions.RemoveEmptyEntries);

    public static string Facet(this SeriesDefinition series, string name) => series.Coordinates[FacetPrefix + name];

    /// <summary>True where a facet's values are all that the route has.</summary>
    public static bool IsWildcard(this SeriesDefinition series, string facet) =>
        series.Coordinates.TryGetValue(WildcardsKey, out var wildcards) && wildcards.Split(',').Contains(facet);

    /// <summary>How many combinations of facet values a discovered dataset has; null for others.</summary>
    public static int? Members(this SeriesDefinition series) =>
        series.Coordinates.TryGetValue(MembersKey, out var members) ? int.Parse(members, CultureInfo.InvariantCulture) : null;

    /// <param name="names">Facets in the route's order.</param>
    /// <param name="combinations">Their values.</param>
    public static IReadOnlyList<SeriesDefinition> Define(EiaRouteDataset dataset, IReadOnlyList<string> names, IReadOnlyList<string[]> combinations)
    {
        var shared = new Dictionary<string, string>
        {
            [RouteKey] = dataset.Route,
            [FrequencyKey] = dataset.Frequency,
            [FacetsKey] = string.Join(',', names),
        };
        if (dataset.IsDiscovered)
        {
            shared[WildcardsKey] = string.Join(',', dataset.Facets.Where(facet => facet.IsWildcard).Select(facet => facet.Name));
            shared[MembersKey] = combinations.Count.ToString(CultureInfo.InvariantCulture);
        }

        return [.. combinations.SelectMany(values => dataset.Columns.Select(column => Define(dataset, shared, names, values, column)))];
    }

    private static SeriesDefinition Define(EiaRouteDataset dataset, Dictionary<string, string> shared, IReadOnlyList<string> names, string[] values, string column)
    {
        var coordinates = new Dictionary<string, string>(shared) { [ColumnKey] = column };
        foreach (var (name, value) in names.Zip(values))
        {
            coordinates[FacetPrefix + name] = value;
        }

        var code = values.Length == 0 ? $"{dataset.Route}:{dataset.Frequency}" : $"{dataset.Route}:{dataset.Frequency}:{string.Join('.', values)}";
        return Define(dataset, dataset.Columns.Count > 1 ? $"{code}:{column}" : code, GroupOf(dataset.Route, dataset.Frequency), coordinates);
    }

    private static string GroupOf(string route, string frequency) => $"eia:{route}:{frequency}";

    /// <summary>With the other series of the route that it may turn out to be on.</summary>
    private static string GroupOf(string legacyId) =>
        EiaLegacyRoute.Presume(legacyId) is { } route ? GroupOf(route.Route, route.Frequency.Id) : legacyId;

    private static SeriesDefinition Define(EiaDataset dataset, string code, string coalescingKey, Dictionary<string, string> coordinates) =>
        new(new SeriesId(EiaProvider.Name, code), dataset.Key, coalescingKey, coordinates, dataset.Start, dataset.LookbackObservations);
}
