using Aurum.Domain;

namespace Aurum.Providers.Noaa;

/// <summary>A want with its place and the days that are asked for it.</summary>
internal sealed record NoaaAsked(Want Want, NoaaSeries Series, Window Clipped);

/// <summary>
/// Which wants share calls. A call asks all its stations for all its types over all its days, so it brings rows that nobody wants where
/// those differ; but two calls that fill their pages badly cost more than one.
/// </summary>
internal static class NoaaGroups
{
    /// <summary>Beginnings that are told apart; a few suffice, as what matters is look-backs here and histories there.</summary>
    private const int MostBeginnings = 8;

    public static IReadOnlyList<IReadOnlyList<NoaaAsked>> Of(IReadOnlyList<NoaaAsked> asked) => [.. Entries(asked).SelectMany(Periods)];

    /// <summary>Configured entries, joined where they cost no more together than apart.</summary>
    private static IReadOnlyList<IReadOnlyList<NoaaAsked>> Entries(IReadOnlyList<NoaaAsked> asked)
    {
        var joined = new List<(IReadOnlyList<NoaaAsked> Asked, long Requests)>();
        foreach (var entry in asked.GroupBy(one => one.Want.Series.DatasetKey).Select(entry => entry.ToList()))
        {
            var alone = Requests(entry);
            if (joined.Count > 0 && (IReadOnlyList<NoaaAsked>)[.. joined[^1].Asked, .. entry] is var both && Requests(both) is var together && together <= joined[^1].Requests + alone)
            {
                joined[^1] = (both, together);
            }
            else
            {
                joined.Add((entry, alone));
            }
        }

        return [.. joined.Select(one => one.Asked)];
    }

    /// <summary>
    /// Cuts between stations, or between types, of which the wants begin at different times, where that costs less. Wants of one station and
    /// type stay on one side, or both sides would ask for both.
    /// </summary>
    private static IReadOnlyList<IReadOnlyList<NoaaAsked>> Periods(IReadOnlyList<NoaaAsked> asked)
    {
        var (byStation, byType) = (Cheapest(Beginnings(asked, one => one.Series.Station)), Cheapest(Beginnings(asked, one => one.Series.DataType)));
        return byType.Requests < byStation.Requests ? byType.Groups : byStation.Groups;
    }

    /// <summary>The cheapest of all ways to join parts that follow each other.</summary>
    private static (long Requests, IReadOnlyList<IReadOnlyList<NoaaAsked>> Groups) Cheapest(IReadOnlyList<IReadOnlyList<NoaaAsked>> parts)
    {
        var best = new List<(long Requests, IReadOnlyList<IReadOnlyList<NoaaAsked>> Groups)> { (0, []) };
        for (var end = 1; end <= parts.Count; end++)
        {
            best.Add(Enumerable.Range(0, end)
                .Select(start => (Before: best[start], Last: (IReadOnlyList<NoaaAsked>)[.. parts.Skip(start).Take(end - start).SelectMany(part => part)]))
                .Select(way => (Requests: way.Before.Requests + Requests(way.Last), Groups: (IReadOnlyList<IReadOnlyList<NoaaAsked>>)[.. way.Before.Groups, way.Last]))
                .MinBy(way => (way.Requests, way.Groups.Count)));
        }

        return best[^1];
    }

    /// <summary>Wants by the time at which their station, or type, begins, parted at the widest gaps.</summary>
    private static IReadOnlyList<IReadOnlyList<NoaaAsked>> Beginnings(IReadOnlyList<NoaaAsked> asked, Func<NoaaAsked, string> keyOf)
    {
        var ordered = asked.GroupBy(keyOf).Select(group => (From: group.Min(one => one.Clipped.From), Asked: group)).OrderBy(group => group.From).ToList();
        var cuts = Enumerable.Range(1, ordered.Count - 1)
            .Select(index => (Index: index, Gap: ordered[index].From - ordered[index - 1].From))
            .Where(cut => cut.Gap > TimeSpan.Zero)
            .OrderByDescending(cut => cut.Gap)
            .Take(MostBeginnings - 1)
            .Select(cut => cut.Index)
            .Order()
            .ToList();
        return [.. cuts.Prepend(0).Zip(cuts.Append(ordered.Count), (from, to) => (IReadOnlyList<NoaaAsked>)[.. ordered[from..to].SelectMany(group => group.Asked)])];
    }

    private static long Requests(IReadOnlyList<NoaaAsked> asked)
    {
        var series = asked[0].Series;
        var stations = asked.Select(one => one.Series.Station).Distinct().Count();
        return NoaaWindows.Cut([.. asked.Select(one => one.Clipped)], series, stations).Sum(window =>
        {
            var touching = asked.Where(one => NoaaWindows.Touch(one.Clipped, window)).ToList();
            var periods = NoaaCodes.Periods(series.Dataset, window, DateOnly.MaxValue);
            return series.Transport == NoaaTransport.Ncei
                ? NoaaEstimate.Pages(periods * touching.Select(one => one.Series.Station).Distinct().Count(), NoaaWindows.NceiRows)
                : NoaaEstimate.Pages(periods * Pairs(touching), NoaaProvider.PageLength);
        });
    }

    /// <summary>
    /// Pairs of station and type that a call brings: the wanted ones, and those of which one entry has the station and another the type.
    /// A pair that an entry could have but does not want has no data.
    /// </summary>
    private static long Pairs(IReadOnlyList<NoaaAsked> asked)
    {
        static long Product(IReadOnlyList<NoaaAsked> asked) =>
            (long)asked.Select(one => one.Series.Station).Distinct().Count() * asked.Select(one => one.Series.DataType).Distinct().Count();

        var ofEntries = asked.GroupBy(one => one.Want.Series.DatasetKey).Sum(entry => Product([.. entry]));
        return asked.Count + Math.Max(0, Product(asked) - ofEntries);
    }
}
