using System.Text.Json;
using Aurum.Domain;

namespace Aurum.Providers.Eia;

/// <summary>From datasets to series, and what a series' coordinates say.</summary>
internal static class EiaSeries
{
    private const string RouteKey = "route", FrequencyKey = "frequency", ColumnKey = "column", FacetsKey = "facets", LegacyKey = "series";
    private const string FacetPrefix = "facet.";

    /// <param name="facts">The first holds the route's facets in the route's order, as JSON; needed where two or more are configured.</param>
    /// <returns>Null when the order of the facets must be asked for first.</returns>
    public static IReadOnlyList<SeriesDefinition>? Expand(EiaDataset dataset, IReadOnlyList<string> facts) => dataset switch
    {
        EiaLegacyDataset legacy => [.. legacy.Series.Select(id => Define(legacy, id, id, new Dictionary<string, string> { [LegacyKey] = id }))],
        EiaRouteDataset route when Order(route, facts) is { } facets => [.. Combinations(facets).SelectMany(values => Define(route, facets, values))],
        _ => null,
    };

    public static bool IsLegacy(this SeriesDefinition series) => series.Coordinates.ContainsKey(LegacyKey);

    public static string Route(this SeriesDefinition series) => series.Coordinates[RouteKey];

    public static string Column(this SeriesDefinition series) => series.Coordinates[ColumnKey];

    public static EiaFrequency Frequency(this SeriesDefinition series) =>
        series.IsLegacy() ? EiaFrequency.OfLegacy(series.Id.Code)! : EiaFrequency.Find(series.Coordinates[FrequencyKey])!;

    /// <summary>Names of the configured facets, in the route's order.</summary>
    public static string[] FacetNames(this SeriesDefinition series) => series.Coordinates[FacetsKey].Split(',', StringSplitOptions.RemoveEmptyEntries);

    public static string Facet(this SeriesDefinition series, string name) => series.Coordinates[FacetPrefix + name];

    private static List<KeyValuePair<string, IReadOnlyList<string>>>? Order(EiaRouteDataset dataset, IReadOnlyList<string> facts)
    {
        if (dataset.Facets.Count < 2)
        {
            return [.. dataset.Facets];
        }

        if (facts.Count == 0)
        {
            return null;
        }

        var order = JsonSerializer.Deserialize<List<string>>(facts[0]) ?? [];
        return dataset.Facets.All(facet => order.Contains(facet.Key)) ? [.. dataset.Facets.OrderBy(facet => order.IndexOf(facet.Key))] : null;
    }

    private static IEnumerable<string[]> Combinations(IEnumerable<KeyValuePair<string, IReadOnlyList<string>>> facets) =>
        facets.Aggregate(
            (IEnumerable<string[]>)[[]],
            (combinations, facet) => combinations.SelectMany(values => facet.Value.Select(value => (string[])[.. values, value])));

    private static IEnumerable<SeriesDefinition> Define(EiaRouteDataset dataset, List<KeyValuePair<string, IReadOnlyList<string>>> facets, string[] values)
    {
        var code = facets.Count == 0 ? $"{dataset.Route}:{dataset.Frequency}" : $"{dataset.Route}:{dataset.Frequency}:{string.Join('.', values)}";
        foreach (var column in dataset.Columns)
        {
            var coordinates = new Dictionary<string, string>
            {
                [RouteKey] = dataset.Route,
                [FrequencyKey] = dataset.Frequency,
                [ColumnKey] = column,
                [FacetsKey] = string.Join(',', facets.Select(facet => facet.Key)),
            };
            for (var index = 0; index < values.Length; index++)
            {
                coordinates[FacetPrefix + facets[index].Key] = values[index];
            }

            yield return Define(dataset, dataset.Columns.Count > 1 ? $"{code}:{column}" : code, $"eia:{dataset.Route}:{dataset.Frequency}", coordinates);
        }
    }

    private static SeriesDefinition Define(EiaDataset dataset, string code, string coalescingKey, Dictionary<string, string> coordinates) =>
        new(new SeriesId(EiaProvider.Name, code), dataset.Key, coalescingKey, coordinates, dataset.Start, dataset.LookbackObservations);
}
