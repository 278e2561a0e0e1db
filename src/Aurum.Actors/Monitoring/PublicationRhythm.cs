using Aurum.Storage;

namespace Aurum.Actors.Monitoring;

/// <summary>
/// When a series' next value is to be expected, judged by its own past: its next timestamp follows the last one as its timestamps follow each
/// other, and becomes known as long after its date as values of this series did. A quarterly series is not late every day, and one of working
/// days not every Sunday.
/// </summary>
public static class PublicationRhythm
{
    /// <summary>Timestamps that are looked at: two years of months, a month of working days.</summary>
    public const int Timestamps = 36;

    /// <summary>Gaps and days of publication that count, the latest.</summary>
    private const int Remembered = 12;

    /// <summary>A newest value older than so many gaps when it became known is the last of a series that was given up.</summary>
    private const int MostGaps = 6;

    /// <summary>For series of days, which may be published once a month.</summary>
    private static readonly TimeSpan LeastSilence = TimeSpan.FromDays(60);

    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    /// <summary>The end of the day on which the timestamp after the last one is to be expected; null where nobody can tell.</summary>
    /// <param name="known">Oldest first.</param>
    public static DateTimeOffset? NextDue(IReadOnlyList<KnownTimestamp> known)
    {
        if (known.Count < 2)
        {
            return null;
        }

        var last = known[^1].Timestamp;
        var gaps = known.Zip(known.Skip(1), (one, next) => (From: one.Timestamp, Length: next.Timestamp - one.Timestamp)).ToArray();
        var isWithinWeeks = gaps.TakeLast(Remembered).Min(gap => gap.Length) < Week;
        var silence = MostGaps * gaps.TakeLast(Remembered).Max(gap => gap.Length);
        if (LagOf(known[^1]) > (silence > LeastSilence ? silence : LeastSilence))
        {
            return null;
        }

        var next = last + LargestOf(gaps.Select(gap => (gap.From.DayOfWeek, gap.Length)), isWithinWeeks ? last.DayOfWeek : null);

        // Of all that became known on one day, as when history was loaded, the newest tells how long it took at most.
        var lags = known.GroupBy(one => one.KnownOn).Select(day => day.MaxBy(one => one.Timestamp)!).Select(newest => (newest.Timestamp.DayOfWeek, Length: LagOf(newest)));
        var expected = next.Date + LargestOf(lags, isWithinWeeks ? next.DayOfWeek : null);
        return new DateTimeOffset(expected, TimeSpan.Zero).AddDays(1);
    }

    private static TimeSpan LagOf(KnownTimestamp one) => one.KnownOn.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc) - one.Timestamp.Date;

    /// <summary>The largest of the latest, and where days of the week matter of those of that day.</summary>
    private static TimeSpan LargestOf(IEnumerable<(DayOfWeek Day, TimeSpan Length)> spans, DayOfWeek? day)
    {
        var all = spans.ToArray();
        var same = all.Where(span => span.Day == day).ToArray();
        return (same.Length > 0 ? same : all).TakeLast(Remembered).Max(span => span.Length);
    }
}
