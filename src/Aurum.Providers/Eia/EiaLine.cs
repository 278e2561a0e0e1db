using Aurum.Domain;

namespace Aurum.Providers.Eia;

/// <summary>One wanted combination of facet values: a row of it in each period holds all columns.</summary>
/// <param name="Values">In the order of the facets.</param>
/// <param name="Window">Covers those of all columns.</param>
/// <param name="Periods">How many rows are wanted.</param>
internal sealed record EiaLine(IReadOnlyList<string> Values, IReadOnlyList<Want> Wants, Window Window, long Periods)
{
    public static IReadOnlyList<EiaLine> Of(IEnumerable<Want> wants, DateOnly today) =>
    [
        .. wants.GroupBy(want => string.Join('\n', want.Series.FacetNames().Select(want.Series.Facet))).Select(same =>
        {
            var first = same.First();
            var window = same.Select(want => want.Window).Aggregate((a, b) => a.Cover(b));
            return new EiaLine([.. first.Series.FacetNames().Select(first.Series.Facet)], [.. same], window, EiaSpan.Sent(first.Series, window, first.Known, today));
        }),
    ];
}
