using System.Globalization;
using Aurum.Domain;
using Aurum.Providers.Http;

namespace Aurum.Providers.WorldBank;

/// <summary>From wants to the fewest calls that the service's limits allow, and how much those will bring.</summary>
internal static class WorldBankPlan
{
    /// <summary>The API allows 1,500 characters between two slashes, and 4,000 in an address.</summary>
    private const int SegmentLength = 1400;

    private const int MostIndicators = 60;

    /// <summary>A longer answer would more often be voided by a change in its middle.</summary>
    private const int MostRows = 200_000;

    /// <summary>From so many indicators found in one list on, that list costs fewer calls than each alone.</summary>
    private const int ManyIndicators = 20;

    /// <summary>Wide enough for every series there is. A window must always be named: answers to calls without one were seen mixed up.</summary>
    private const int FirstYear = 1900, LastYear = 2100;

    /// <summary>First year of the grid of the World Development Indicators: there is a row for each year of it, value or not.</summary>
    private const int GridYear = 1960;

    public static IReadOnlyList<Fetch> Catalog(IReadOnlyList<SeriesDefinition> series) =>
    [
        .. from want in series.Select(one => new Want(one, Window.Everything, null))
           let at = WorldBankSeries.Of(want.Series)
           group want by (at.Source, at.Listing) into alike
           from fetch in Catalog([.. alike], alike.Key.Source, alike.Key.Listing)
           select fetch,
    ];

    /// <param name="today">Tells how many periods there are by now.</param>
    public static IReadOnlyList<Fetch> Observations(IReadOnlyList<Want> wants, DateOnly today) =>
    [
        .. from want in wants.Select(want => new Placed(want, WorldBankSeries.Of(want.Series)))
           where !Clip(want.Want).IsEmpty
           group want by (want.At.Source, want.At.FrequencyCode) into alike
           from block in Blocks([.. alike], alike.Key.Source, alike.Key.FrequencyCode, today)
           select Of(block, alike.Key.Source, alike.Key.FrequencyCode),
    ];

    /// <summary>A want's window without what lies before its series' configured start.</summary>
    public static Window Clip(Want want)
    {
        var start = want.Series.Start?.ToDateTime(TimeOnly.MinValue) ?? DateTime.MinValue;
        return new Window(want.Window.From > start ? want.Window.From : start, want.Window.To);
    }

    public static FetchEstimate Estimate(Fetch fetch, DateOnly today)
    {
        if (fetch is not WorldBankObservationsFetch observations)
        {
            return new FetchEstimate(1, 0);
        }

        var asked = Asked(observations.Wants);
        var rows = observations.Wants.Sum(want => Rows(asked, Grid(want.Known, observations.FrequencyCode, today), observations.FrequencyCode));
        return new FetchEstimate(Math.Max(1, (rows + WorldBankObservationsFetch.PageLength - 1) / WorldBankObservationsFetch.PageLength), rows);
    }

    /// <summary>Lists lack some indicators that have data: one that was not found in a list is looked up alone.</summary>
    private static IEnumerable<Fetch> Catalog(List<Want> wants, int? source, string? listing)
    {
        var indicators = wants.GroupBy(want => WorldBankSeries.Of(want.Series).Indicator).ToList();
        return listing is not null && indicators.Count > ManyIndicators
            ? [WorldBankListingFetch.OfCatalog(listing, source, wants)]
            : indicators.Select(one => new WorldBankIndicatorFetch([.. one], $"indicator/{one.Key}", one.Key, source));
    }

    /// <summary>The wants of one call each: of several indicators only where a database is named, and then all with the same economies.</summary>
    private static IEnumerable<List<Placed>> Blocks(IReadOnlyCollection<Placed> wants, int? source, string frequency, DateOnly today)
    {
        var byIndicator = wants.GroupBy(want => want.At.Indicator).ToList();
        if (source is null)
        {
            return byIndicator.SelectMany(InSegments);
        }

        var periods = Rows(Asked(wants.Select(want => want.Want)), Grid(null, frequency, today), frequency);
        return
            from indicator in byIndicator
            from segment in InSegments(indicator)
            group segment by string.Join(';', Countries(segment)) into alike
            from block in InCalls(alike, Math.Max(1, MostRows / (periods * Countries(alike.First()).Count)))
            select block;
    }

    private static IEnumerable<List<Placed>> InCalls(IEnumerable<List<Placed>> indicators, long most)
    {
        var block = new List<Placed>();
        var (count, length) = (0, 0);
        foreach (var indicator in indicators)
        {
            var more = indicator[0].At.Indicator.Length + 1;
            if (count > 0 && (count == Math.Min(MostIndicators, most) || length + more > SegmentLength))
            {
                yield return block;
                (block, count, length) = ([], 0, 0);
            }

            block.AddRange(indicator);
            (count, length) = (count + 1, length + more);
        }

        yield return block;
    }

    private static IEnumerable<List<Placed>> InSegments(IEnumerable<Placed> wants)
    {
        var segment = new List<Placed>();
        var length = 0;
        foreach (var country in wants.GroupBy(want => want.At.Country))
        {
            var more = country.Key.Length + 1;
            if (length + more > SegmentLength)
            {
                yield return segment;
                (segment, length) = ([], 0);
            }

            segment.AddRange(country);
            length += more;
        }

        yield return segment;
    }

    private static WorldBankObservationsFetch Of(List<Placed> wants, int? source, string frequency)
    {
        var whole = Asked(wants.Select(want => want.Want));
        var (first, last) = (new DateTime(FirstYear, 1, 1), new DateTime(LastYear, 12, 31));
        var (indicators, countries) = (wants.Select(want => want.At.Indicator).Distinct().ToList(), Countries(wants));
        return new WorldBankObservationsFetch(
            [.. wants.Select(want => want.Want)],
            $"{WorldBankQuestion.AndMore(indicators)} {WorldBankQuestion.AndMore(countries)}",
            new WorldBankQuestion(
                indicators,
                countries,
                source?.ToString(CultureInfo.InvariantCulture),
                [.. wants.Select(want => want.At.Economy.Iso2).OfType<string>().Distinct()]),
            frequency,
            WorldBankFrequency.Text(Clamp(whole.From), frequency),
            WorldBankFrequency.Text(Clamp(whole.To.AddTicks(-1)), frequency));

        DateTime Clamp(DateTime day) => day < first ? first : day > last ? last : day;
    }

    private static List<string> Countries(IEnumerable<Placed> wants) => [.. wants.Select(want => want.At.Country).Distinct()];

    private static Window Asked(IEnumerable<Want> wants) => wants.Select(Clip).Aggregate((one, other) => one.Cover(other));

    /// <summary>The periods that a series has a row for, value or not: those that are over, as far as nobody knows better.</summary>
    private static Window Grid(CatalogEntry? known, string frequency, DateOnly today)
    {
        var periodOfToday = WorldBankFrequency.Start(today.AtMidnightUtc(), frequency);
        return new Window(known?.Start ?? new DateTime(GridYear, 1, 1), known?.End?.AddTicks(1) ?? periodOfToday);
    }

    /// <summary>A window beside the grid is dropped by the service, which then sends the whole.</summary>
    private static long Rows(Window asked, Window grid, string frequency)
    {
        var both = new Window(asked.From > grid.From ? asked.From : grid.From, asked.To < grid.To ? asked.To : grid.To);
        return Periods(both.IsEmpty ? grid : both, frequency);
    }

    private static long Periods(Window window, string frequency) =>
        window.IsEmpty ? 0 : WorldBankFrequency.Number(window.To.AddTicks(-1), frequency) - WorldBankFrequency.Number(window.From, frequency) + 1;

    /// <summary>A want and where it lies.</summary>
    private sealed record Placed(Want Want, WorldBankSeries At);
}
