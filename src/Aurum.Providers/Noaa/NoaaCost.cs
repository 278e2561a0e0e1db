using System.Runtime.InteropServices;
using Aurum.Domain;

namespace Aurum.Providers.Noaa;

/// <summary>Wants of one configured entry over the same days.</summary>
internal sealed record NoaaBlock(NoaaSeries First, Window Window, string Entry, IReadOnlyList<string> Stations, IReadOnlyList<string> DataTypes, int Wants)
{
    public static IReadOnlyList<NoaaBlock> Of(IReadOnlyList<NoaaAsked> asked) =>
    [
        .. from one in asked
           group one by (one.Clipped, one.Want.Series.DatasetKey) into block
           select new NoaaBlock(
               block.First().Series,
               block.Key.Clipped,
               block.Key.DatasetKey,
               [.. block.Select(one => one.Series.Station).Distinct()],
               [.. block.Select(one => one.Series.DataType).Distinct()],
               block.Count()),
    ];
}

/// <summary>What it costs to ask blocks together.</summary>
internal static class NoaaCost
{
    /// <summary>Goes through the windows in order of time, with the blocks that each of them touches.</summary>
    public static long Requests(IReadOnlyList<NoaaBlock> blocks)
    {
        var series = blocks[0].First;
        var stations = blocks.SelectMany(block => block.Stations).Distinct().Count();
        var waiting = new Queue<NoaaBlock>(blocks.OrderBy(block => block.Window.From));
        var (touched, asked) = (new PriorityQueue<NoaaBlock, DateTime>(), new Together());
        var requests = 0L;
        foreach (var window in NoaaWindows.Cut([.. blocks.Select(block => block.Window).Distinct()], series, stations))
        {
            while (waiting.TryPeek(out var next) && next.Window.From < window.To)
            {
                touched.Enqueue(waiting.Dequeue(), next.Window.To);
                asked.Count(next, 1);
            }

            while (touched.TryPeek(out var oldest, out var end) && end <= window.From)
            {
                touched.Dequeue();
                asked.Count(oldest, -1);
            }

            var periods = NoaaCodes.Periods(series.Dataset, window, DateOnly.MaxValue);
            requests += series.Transport == NoaaTransport.Ncei
                ? NoaaEstimate.Pages(periods * asked.Stations, NoaaWindows.NceiRows)
                : NoaaEstimate.Pages(periods * asked.Pairs, NoaaProvider.PageLength);
        }

        return requests;
    }

    /// <summary>Stations and types of the blocks that a window touches.</summary>
    private sealed class Together
    {
        private readonly Tally _all = new();
        private readonly Dictionary<string, Tally> _entries = new(StringComparer.Ordinal);
        private long _wants;

        public long Stations => _all.Stations;

        /// <summary>
        /// Pairs of station and type that a call brings: the wanted ones, and those of which one entry has the station and another the type.
        /// A pair that an entry could have but does not want has no data.
        /// </summary>
        public long Pairs => _wants + Math.Max(0, _all.Product - _entries.Values.Sum(entry => entry.Product));

        public void Count(NoaaBlock block, int change)
        {
            if (!_entries.TryGetValue(block.Entry, out var entry))
            {
                _entries[block.Entry] = entry = new Tally();
            }

            _wants += change * block.Wants;
            _all.Count(block, change);
            entry.Count(block, change);
        }
    }

    private sealed class Tally
    {
        private readonly Dictionary<string, int> _stations = new(StringComparer.Ordinal), _dataTypes = new(StringComparer.Ordinal);

        public long Stations => _stations.Count;

        public long Product => Stations * _dataTypes.Count;

        public void Count(NoaaBlock block, int change)
        {
            Count(_stations, block.Stations, change);
            Count(_dataTypes, block.DataTypes, change);
        }

        private static void Count(Dictionary<string, int> counts, IReadOnlyList<string> texts, int change)
        {
            foreach (var text in texts)
            {
                ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(counts, text, out _);
                count += change;
                if (count == 0)
                {
                    counts.Remove(text);
                }
            }
        }
    }
}
