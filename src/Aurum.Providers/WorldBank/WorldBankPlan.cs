using Aurum.Domain;

namespace Aurum.Providers.WorldBank;

/// <summary>One indicator of some economies, from one year to another, both asked for.</summary>
internal sealed record WorldBankObservationsFetch(
    IReadOnlyList<Want> Wants,
    string Label,
    string Indicator,
    IReadOnlyList<string> Countries,
    int FromYear,
    int ToYear) : Fetch(FetchKind.Observations, Wants, Label)
{
    /// <summary>One unknown economy voids the answer for all, and the error names none.</summary>
    public override bool SplitOnRejection => Wants.Count > 1;
}

/// <summary>One indicator's facts, for all its wanted economies.</summary>
internal sealed record WorldBankIndicatorFetch(IReadOnlyList<Want> Wants, string Label, string Indicator) : Fetch(FetchKind.Catalog, Wants, Label);

internal static class WorldBankPlan
{
    /// <summary>The API allows 1,500 characters between two slashes.</summary>
    private const int CountriesLength = 1400;

    /// <summary>Wide enough for every series there is. A window must always be named: answers to calls without one were seen mixed up.</summary>
    private const int FirstYear = 1900, LastYear = 2100;

    public static IReadOnlyList<Fetch> Catalog(IReadOnlyList<SeriesDefinition> series) =>
    [
        .. from one in series
           group new Want(one, Window.Everything, null) by WorldBankSeries.Of(one).Indicator into indicator
           select new WorldBankIndicatorFetch([.. indicator], $"indicator/{indicator.Key}", indicator.Key),
    ];

    public static IReadOnlyList<Fetch> Observations(IReadOnlyList<Want> wants) =>
    [
        .. from want in wants
           where !Clip(want).IsEmpty
           group want by WorldBankSeries.Of(want.Series).Indicator into indicator
           from chunk in Chunks(indicator)
           select Of(indicator.Key, chunk),
    ];

    private static WorldBankObservationsFetch Of(string indicator, IReadOnlyList<Want> wants)
    {
        var whole = wants.Select(Clip).Aggregate((one, other) => one.Cover(other));
        var countries = wants.Select(want => WorldBankSeries.Of(want.Series).Country).Distinct().ToList();
        var label = countries.Count == 1 ? $"{indicator} {countries[0]}" : $"{indicator} {countries[0]} and {countries.Count - 1} more";
        return new WorldBankObservationsFetch(
            wants,
            label,
            indicator,
            countries,
            Math.Clamp(whole.From.Year, FirstYear, LastYear),
            Math.Clamp(whole.To.AddTicks(-1).Year, FirstYear, LastYear));
    }

    /// <summary>A want's window without what lies before its series' configured start.</summary>
    public static Window Clip(Want want)
    {
        var start = want.Series.Start?.ToDateTime(TimeOnly.MinValue) ?? DateTime.MinValue;
        return new Window(want.Window.From > start ? want.Window.From : start, want.Window.To);
    }

    private static IEnumerable<List<Want>> Chunks(IEnumerable<Want> wants)
    {
        var chunk = new List<Want>();
        var length = 0;
        foreach (var country in wants.GroupBy(want => WorldBankSeries.Of(want.Series).Country))
        {
            length += country.Key.Length + 1;
            if (length > CountriesLength)
            {
                yield return chunk;
                (chunk, length) = ([], country.Key.Length + 1);
            }

            chunk.AddRange(country);
        }

        yield return chunk;
    }
}
