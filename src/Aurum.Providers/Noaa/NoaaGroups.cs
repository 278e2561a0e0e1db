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
    public static IReadOnlyList<IReadOnlyList<NoaaAsked>> Of(IReadOnlyList<NoaaAsked> asked)
    {
        var groups = new List<Group>();
        foreach (var alike in Alike(asked))
        {
            var joined = groups.Count == 0 ? null : groups[^1].With(alike);
            if (joined is not null && joined.Requests <= groups[^1].Requests + alike.Requests)
            {
                groups[^1] = joined;
            }
            else
            {
                groups.Add(alike);
            }
        }

        return [.. groups.Select(group => group.Asked)];
    }

    /// <summary>Stations of which the same types are wanted over the same days, in the order of those days.</summary>
    private static IEnumerable<Group> Alike(IReadOnlyList<NoaaAsked> asked) =>
        from one in asked
        group one by (one.Clipped, one.Series.Station) into station
        group station by (station.Key.Clipped.From, station.Key.Clipped.To, Types: string.Join(',', station.Select(one => one.Series.DataType).Distinct().Order(StringComparer.Ordinal))) into alike
        orderby alike.Key.From, alike.Key.To, alike.Key.Types
        select new Group([.. alike.SelectMany(station => station)], [Part.Of([.. alike.SelectMany(station => station)])]);

    private sealed record Part(Window Window, IReadOnlyList<string> Stations, IReadOnlyList<string> DataTypes)
    {
        public static Part Of(IReadOnlyList<NoaaAsked> asked) => new(
            asked[0].Clipped,
            [.. asked.Select(one => one.Series.Station).Distinct()],
            [.. asked.Select(one => one.Series.DataType).Distinct()]);
    }

    private sealed record Group(IReadOnlyList<NoaaAsked> Asked, IReadOnlyList<Part> Parts)
    {
        public long Requests { get; } = Count(Asked[0].Series, Parts);

        public Group With(Group other) => new([.. Asked, .. other.Asked], [.. Parts, .. other.Parts]);

        private static long Count(NoaaSeries series, IReadOnlyList<Part> parts)
        {
            var stations = parts.SelectMany(part => part.Stations).Distinct().Count();
            return NoaaWindows.Cut([.. parts.Select(part => part.Window)], series, stations).Sum(window => Count(series, window, parts));
        }

        private static long Count(NoaaSeries series, Window window, IReadOnlyList<Part> parts)
        {
            var touching = parts.Where(part => NoaaWindows.Touch(part.Window, window)).ToList();
            var stations = touching.SelectMany(part => part.Stations).Distinct().Count();
            var dataTypes = touching.SelectMany(part => part.DataTypes).Distinct().Count();
            var periods = NoaaCodes.Periods(series.Dataset, window, DateOnly.MaxValue);
            return series.Transport == NoaaTransport.Ncei
                ? NoaaEstimate.Pages(periods * stations, NoaaWindows.NceiRows)
                : NoaaEstimate.Pages(periods * stations * dataTypes, NoaaProvider.PageLength);
        }
    }
}
