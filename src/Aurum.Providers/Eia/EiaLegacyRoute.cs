using System.Text.RegularExpressions;
using Aurum.Domain;

namespace Aurum.Providers.Eia;

/// <summary>
/// Where the form of a legacy id lets its data be presumed in the tree of routes. A presumption only: EIA publishes no table, so a route is
/// used once <see cref="EiaLegacyCatalog"/> has seen it say what the bridge says.
/// </summary>
/// <param name="Facets">Those that name the series, in the route's order.</param>
internal sealed partial record EiaLegacyRoute(string Route, EiaFrequency Frequency, string Column, IReadOnlyList<KeyValuePair<string, string>> Facets)
{
    /// <summary>In a catalog entry's metadata: the route that a legacy series is collected from, or <see cref="Bridge"/>.</summary>
    public const string RouteKey = "route";

    public const string Bridge = "seriesid";

    /// <summary>In a definition's coordinates: the route is taken on trust, as only a plan may do.</summary>
    private const string PresumedKey = "presumed";

    private const string Value = "value";

    private static readonly string[] GridTypes = ["D", "DF", "NG", "TI"];

    private static readonly Dictionary<string, string> SalesColumns = new(StringComparer.Ordinal)
    {
        ["SALES"] = "sales", ["PRICE"] = "price", ["REV"] = "revenue", ["CUSTOMERS"] = "customers",
    };

    /// <summary>As a person would write it: <c>petroleum/pri/spt daily value of series RWTC</c>.</summary>
    public string Text => $"{Route} {Frequency.Id} {Column} of {string.Join(", ", Facets.Select(facet => $"{facet.Key} {facet.Value}"))}";

    /// <summary>Null where the form of the id does not tell.</summary>
    public static EiaLegacyRoute? Presume(string id)
    {
        var frequency = EiaFrequency.OfLegacy(id);
        (string Route, string Column, (string, string)[] Facets)? found = id.Split('.')[..^1] switch
        {
            ["PET", var series] when SpotPrice().IsMatch(series) => ("petroleum/pri/spt", Value, [("series", series)]),
            ["PET", var series] when WeeklyStock().IsMatch(series) => ("petroleum/stoc/wstk", Value, [("series", series)]),
            ["NG", var series] when GasPrice().IsMatch(series) => ("natural-gas/pri/fut", Value, [("series", series)]),
            ["STEO", var series] => ("steo", Value, [("seriesId", series)]),
            ["TOTAL", var series] => ("total-energy", Value, [("msn", series)]),
            ["ELEC", var measure, var place] when SalesColumns.TryGetValue(measure, out var column) && place.Split('-') is [var state, var sector] =>
                ("electricity/retail-sales", column, [("stateid", state), ("sectorid", sector)]),
            ["ELEC", "GEN", var place] when place.Split('-') is [var fuel, var location, var sector] =>
                ("electricity/electric-power-operational-data", "generation", [("location", location), ("sectorid", sector), ("fueltypeid", fuel)]),
            ["EBA", var area, var type] when GridTypes.Contains(type) && AllOf(area) is { } respondent =>
                ("electricity/rto/region-data", Value, [("respondent", respondent), ("type", type)]),
            ["EBA", var area, "NG", var fuel] when AllOf(area) is { } respondent =>
                ("electricity/rto/fuel-type-data", Value, [("respondent", respondent), ("fueltype", fuel)]),
            ["EBA", var areas, "ID"] when areas.Split('-') is [var from, var to] =>
                ("electricity/rto/interchange-data", Value, [("fromba", from), ("toba", to)]),
            ["INTL", var place] when place.Split('-') is [var product, var activity, var country, var unit] =>
                ("international", Value, [("productId", product), ("activityId", activity), ("countryRegionId", country), ("unit", unit)]),
            _ => null,
        };
        return found is var (route, data, facets) && frequency is not null
            ? new EiaLegacyRoute(route, frequency, data, [.. facets.Select(facet => KeyValuePair.Create(facet.Item1, facet.Item2))])
            : null;
    }

    /// <summary>The want as one of the route, where that was seen to say the same; it keeps its legacy id.</summary>
    public static Want Routed(Want want) =>
        want.Series.IsLegacy()
        && Presume(want.Series.Id.Code) is { } route
        && (want.Known?.Metadata?.GetValueOrDefault(RouteKey) == route.Route || want.Series.Coordinates.ContainsKey(PresumedKey))
            ? want with { Series = want.Series with { Coordinates = EiaSeries.Coordinates(route) } }
            : want;

    public static SeriesDefinition OnTrust(SeriesDefinition series) =>
        series with { Coordinates = new Dictionary<string, string>(series.Coordinates) { [PresumedKey] = "" } };

    private static string? AllOf(string area) => area.EndsWith("-ALL", StringComparison.Ordinal) ? area[..^"-ALL".Length] : null;

    [GeneratedRegex(@"\A(RWTC|RBRTE|EER_[A-Z0-9]+_PF4_[A-Z0-9]+_DPG)\z", RegexOptions.CultureInvariant)]
    private static partial Regex SpotPrice();

    [GeneratedRegex(@"\AW[A-Z]{2,3}STUS1\z", RegexOptions.CultureInvariant)]
    private static partial Regex WeeklyStock();

    [GeneratedRegex(@"\A(RNGWHHD|RNGC[1-4])\z", RegexOptions.CultureInvariant)]
    private static partial Regex GasPrice();
}
