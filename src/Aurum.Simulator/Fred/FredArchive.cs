using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using Aurum.Simulator.Values;

namespace Aurum.Simulator.Fred;

/// <summary>A value of one period, from the day on which it became known until a later one took its place.</summary>
internal readonly record struct FredVersion(DateTime Timestamp, DateOnly From, DateOnly To, string Value);

/// <summary>What changed a series on a day of the simulator.</summary>
internal sealed record FredEdit(DateOnly On, SeriesEdits After);

/// <summary>
/// Remembers on which day each edit of the truth was first seen: the truth itself knows only what stands now. Days is all that is
/// known, not hours. Thread-safe.
/// </summary>
internal sealed class FredEditLog
{
    private readonly ConcurrentDictionary<string, ImmutableList<FredEdit>> _edits = new(StringComparer.Ordinal);

    /// <summary>Ids that anybody asked for, edited or not.</summary>
    public ICollection<string> Seen => _edits.Keys;

    /// <summary>The edits of a series in the order in which they were seen, what stands now included.</summary>
    public IReadOnlyList<FredEdit> Notice(string id, SeriesEdits now, DateOnly today) => _edits.AddOrUpdate(
        id,
        _ => ReferenceEquals(now, SeriesEdits.None) ? [] : [new FredEdit(today, now)],
        (_, seen) => ReferenceEquals(seen.IsEmpty ? SeriesEdits.None : seen[^1].After, now) ? seen : seen.Add(new FredEdit(today, now)));
}

/// <summary>
/// What ALFRED knows of a series: when each period was first published, and what took its place. Monthly, quarterly and annual values
/// are revised once with the next period's publication; only those of before 2024, so that what was served once stays true.
/// </summary>
internal sealed class FredArchive(FredSeries series, SimulatedSeries original, SimulatedSeries now, IReadOnlyList<FredEdit> edits, DateOnly today)
{
    public static readonly DateOnly Never = new(9999, 12, 31);

    /// <summary>All that was published before stands in the first vintage.</summary>
    private static readonly DateOnly Begin = new(2000, 1, 3);

    private static readonly DateOnly LastScheduledRevision = new(2023, 12, 31);

    /// <summary>The days on which the series changed.</summary>
    public IReadOnlyList<DateOnly> VintageDates { get; } = DatesOf(series, original, now, edits, today);

    /// <summary>The day of the latest change.</summary>
    public DateOnly ChangedOn => VintageDates[^1];

    /// <summary>The versions of some periods, in the order of time and of knowledge.</summary>
    public IEnumerable<FredVersion> Versions(long first, long last)
    {
        for (var period = first; period <= last; period++)
        {
            var timestamp = now.TimestampOf(period);
            var versions = new List<(DateOnly From, string Value)>();
            foreach (var (from, value) in InTheUnitsOfTheirTime([.. Stated(period, timestamp)]))
            {
                if (versions.Count > 0 && versions[^1].From == from)
                {
                    versions.RemoveAt(versions.Count - 1);
                }

                if (versions.Count == 0 || versions[^1].Value != value)
                {
                    versions.Add((from, value));
                }
            }

            for (var index = 0; index < versions.Count; index++)
            {
                yield return new FredVersion(timestamp, versions[index].From, index + 1 < versions.Count ? versions[index + 1].From.AddDays(-1) : Never, versions[index].Value);
            }
        }
    }

    private static SortedSet<DateOnly> Scheduled(FredSeries series, SimulatedSeries now, DateOnly today)
    {
        var days = new SortedSet<DateOnly>();
        for (var period = now.First; period <= now.Last; period++)
        {
            days.Add(Published(series, now, period, today));
        }

        return days;
    }

    private static DateOnly[] DatesOf(FredSeries series, SimulatedSeries original, SimulatedSeries now, IReadOnlyList<FredEdit> edits, DateOnly today)
    {
        var days = Scheduled(series, original, today);
        days.UnionWith(edits.Select(edit => edit.On));
        days.UnionWith((series.Rebasings ?? []).Select(rebasing => rebasing.Until.AddDays(1)));
        if (days.Count == 0)
        {
            days.Add(Published(series, now, now.First, today));
        }

        return [.. days];
    }

    private static DateOnly Published(FredSeries series, SimulatedSeries now, long period, DateOnly today)
    {
        var day = DateOnly.FromDateTime(now.TimestampOf(period)).AddDays(series.LagDays);
        return day < Begin ? Begin : day > today ? today : day;
    }

    /// <summary>The same, said anew in another unit with each rebasing.</summary>
    private IEnumerable<(DateOnly From, string Value)> InTheUnitsOfTheirTime(IReadOnlyList<(DateOnly From, string Value)> stated)
    {
        for (var index = 0; index < stated.Count; index++)
        {
            var (from, value) = stated[index];
            var to = index + 1 < stated.Count ? stated[index + 1].From : Never;
            yield return (from, InUnitsOf(from, value));
            foreach (var rebasing in (series.Rebasings ?? []).Where(rebasing => rebasing.Until >= from && rebasing.Until.AddDays(1) < to))
            {
                yield return (rebasing.Until.AddDays(1), InUnitsOf(rebasing.Until.AddDays(1), value));
            }
        }
    }

    private string InUnitsOf(DateOnly day, string value) => series.UnitsBefore(day) is { } before && value != "."
        ? (double.Parse(value, CultureInfo.InvariantCulture) * before.Share).ToString($"F{series.Shape.Decimals}", CultureInfo.InvariantCulture)
        : value;

    /// <summary>Each thing that was said of a period, and from when on.</summary>
    private IEnumerable<(DateOnly From, string Value)> Stated(long period, DateTime timestamp)
    {
        if (period <= original.Last)
        {
            var published = Published(series, now, period, today);
            if (original.PresenceAt(period, timestamp) != Presence.Value)
            {
                yield return (published, ".");
            }
            else
            {
                var revised = Published(series, now, period + 1, today);
                if (IsRevised(period) && revised > published && revised <= LastScheduledRevision)
                {
                    yield return (published, Preliminary(timestamp));
                    published = revised;
                }

                yield return (published, original.Text(timestamp));
            }
        }

        foreach (var edit in edits)
        {
            if (period <= original.Last + edit.After.Published)
            {
                yield return (edit.On, Text(edit.After, period, timestamp));
            }
        }
    }

    private bool IsRevised(long period) => now.Cadence is Cadence.Monthly or Cadence.Quarterly or Cadence.Annual && now.Chance(period, "revised") % 3 == 0;

    private string Preliminary(DateTime timestamp) =>
        ((original.Value(timestamp) * 1.002) + Math.Pow(10, -series.Shape.Decimals)).ToString($"F{series.Shape.Decimals}", CultureInfo.InvariantCulture);

    private string Text(SeriesEdits after, long period, DateTime timestamp)
    {
        var then = now.WithEdits(after);
        return then.PresenceAt(period, timestamp) == Presence.Value ? then.Text(timestamp) : ".";
    }
}

internal static class SimulatedSeriesEdits
{
    /// <summary>The same series as it stood after other edits.</summary>
    public static SimulatedSeries WithEdits(this SimulatedSeries series, SeriesEdits edits) => new()
    {
        Key = series.Key,
        Cadence = series.Cadence,
        Shape = series.Shape,
        Hash = series.Hash,
        First = series.First,
        Last = series.Last - series.Edits.Published + edits.Published,
        Edits = edits,
        Unit = series.Unit,
        Printing = series.Printing,
        AsOf = series.AsOf,
        Rule = series.Rule,
        Flag = series.Flag,
    };
}
