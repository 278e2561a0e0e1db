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
    private static IEnumerable<IReadOnlyList<NoaaAsked>> Entries(IReadOnlyList<NoaaAsked> asked)
    {
        var joined = new List<(Part Part, long Requests)>();
        foreach (var entry in asked.GroupBy(one => one.Want.Series.DatasetKey).Select(entry => Part.Of([.. entry])))
        {
            var alone = NoaaCost.Requests(entry.Blocks);
            var both = joined.Count == 0 ? null : joined[^1].Part.With(entry);
            if (both is not null && NoaaCost.Requests(both.Blocks) is var together && together <= joined[^1].Requests + alone)
            {
                joined[^1] = (both, together);
            }
            else
            {
                joined.Add((entry, alone));
            }
        }

        return joined.Select(one => one.Part.Asked);
    }

    /// <summary>
    /// Cuts between stations, or between types, of which the wants begin at different times, where that costs less. Wants of one station and
    /// type stay on one side, or both sides would ask for both.
    /// </summary>
    private static IEnumerable<IReadOnlyList<NoaaAsked>> Periods(IReadOnlyList<NoaaAsked> asked)
    {
        var byStation = Cheapest(Beginnings(asked, one => one.Series.Station));
        var byType = Cheapest(Beginnings(asked, one => one.Series.DataType));
        return (byType.Requests < byStation.Requests ? byType.Parts : byStation.Parts).Select(part => part.Asked);
    }

    /// <summary>The cheapest of all ways to join parts that follow each other.</summary>
    private static (long Requests, IReadOnlyList<Part> Parts) Cheapest(IReadOnlyList<Part> parts)
    {
        var best = new List<(long Requests, IReadOnlyList<Part> Parts)> { (0, []) };
        for (var end = 1; end <= parts.Count; end++)
        {
            best.Add(Enumerable.Range(0, end)
                .Select(start => (Before: best[start], Last: parts.Skip(start).Take(end - start).Aggregate((one, other) => one.With(other))))
                .Select(way => (Requests: way.Before.Requests + NoaaCost.Requests(way.Last.Blocks), Parts: (IReadOnlyList<Part>)[.. way.Before.Parts, way.Last]))
                .MinBy(way => (way.Requests, way.Parts.Count)));
        }

        return best[^1];
    }

    /// <summary>Wants by the time at which their station, or type, begins, parted at the widest gaps.</summary>
    private static IReadOnlyList<Part> Beginnings(IReadOnlyList<NoaaAsked> asked, Func<NoaaAsked, string> keyOf)
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
        return [.. cuts.Prepend(0).Zip(cuts.Append(ordered.Count), (from, to) => Part.Of([.. ordered[from..to].SelectMany(group => group.Asked)]))];
    }

    private sealed record Part(IReadOnlyList<NoaaAsked> Asked, IReadOnlyList<NoaaBlock> Blocks)
    {
        public static Part Of(IReadOnlyList<NoaaAsked> asked) => new(asked, NoaaBlock.Of(asked));

        public Part With(Part other) => new([.. Asked, .. other.Asked], [.. Blocks, .. other.Blocks]);
    }
}
