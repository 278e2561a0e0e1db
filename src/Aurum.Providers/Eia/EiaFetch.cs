using Aurum.Domain;

namespace Aurum.Providers.Eia;

/// <summary>Which rows of a route: of each facet any of the values, of all facets together.</summary>
/// <param name="Facets">Facet name to values, in the route's order as far as it is known; no values for all of them.</param>
internal sealed record EiaSelection(
    string Route,
    EiaFrequency Frequency,
    IReadOnlyList<string> Columns,
    IReadOnlyList<KeyValuePair<string, IReadOnlyList<string>>> Facets)
{
    public IReadOnlyList<string> Names { get; } = [.. Facets.Select(facet => facet.Key)];
}

/// <summary>Rows of a route: all combinations of the facets' values, of which only the wanted ones are kept.</summary>
/// <param name="Window">Covers the windows of all wants.</param>
internal sealed record EiaDataFetch(IReadOnlyList<Want> Wants, string Label, EiaSelection Selection, Window Window)
    : Fetch(FetchKind.Observations, Wants, Label)
{
    /// <summary>An address that some server on the way may find too long is tried in halves.</summary>
    public override bool SplitOnRejection => EiaRequest.QueryLength(this) > EiaRequest.LongestSureQuery;
}

/// <summary>One series by its legacy id, over the bridge: its observations, or one row of them for the catalog.</summary>
internal sealed record EiaLegacyFetch(FetchKind Kind, IReadOnlyList<Want> Wants, string Label, Window Window) : Fetch(Kind, Wants, Label)
{
    public SeriesId Series => Wants[0].Series.Id;
}

/// <summary>What EIA says about a route: for the catalog entries of its series, or for the order of its facets.</summary>
/// <param name="ConfiguredFacets">Facets that the route must have; empty for a catalog.</param>
internal sealed record EiaMetadataFetch(FetchKind Kind, IReadOnlyList<Want> Wants, string Label, string Route, IReadOnlyList<string> ConfiguredFacets)
    : Fetch(Kind, Wants, Label);

/// <summary>All values of one facet of a route.</summary>
internal sealed record EiaFacetFetch(string Label, string Route, string Facet) : Fetch(FetchKind.Facts, [], Label);

/// <summary>The newest rows of a route, for the combinations of facet values that stand in them.</summary>
/// <param name="From">Where an earlier page of the survey left off; null at its beginning.</param>
internal sealed record EiaSurveyFetch(string Label, EiaSelection Selection, EiaSurveyCursor? From) : Fetch(FetchKind.Facts, [], Label);
