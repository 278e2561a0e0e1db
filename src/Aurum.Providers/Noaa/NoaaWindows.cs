using Aurum.Domain;

namespace Aurum.Providers.Noaa;

/// <summary>Cuts wanted time into pieces that one question may span: under a year of daily rows, under ten years of others.</summary>
internal static class NoaaWindows
{
    /// <summary>Rows of one answer of the access data service, which has no pages: so many at most are asked for at once.</summary>
    public const int NceiRows = 20_000;

    /// <summary>
    /// A station's last report is as old as its listing; it is taken for closed only after a year more, so that one that reports again is
    /// found again.
    /// </summary>
    private const int YearsAfterLast = 1;

    /// <summary>What may be asked for a want: whole days, not before the series or its station began, not after it closed or today.</summary>
    public static Window Clip(Want want, NoaaSeries series, DateOnly today)
    {
        var dataset = series.Dataset;
        var span = NoaaCodes.Span(dataset);
        var from = Latest(want.Window.From, span.From);
        if (want.Series.Start is { } start)
        {
            from = Latest(from, start.ToDateTime(TimeOnly.MinValue));
        }

        if (want.Known?.Start is { } first)
        {
            from = Latest(from, NoaaCodes.PeriodStart(dataset, first));
        }

        var tomorrow = today.AddDays(1).ToDateTime(TimeOnly.MinValue);
        var to = Earliest(Earliest(Earliest(want.Window.To, span.To), tomorrow), Closed(want, series));
        if (from >= to)
        {
            return default;
        }

        return new Window(
            NoaaCodes.IsWithinDay(dataset) ? DateTime.SpecifyKind(from.Date, DateTimeKind.Utc) : NextMidnight(from),
            NextMidnight(to));
    }

    /// <summary>The pieces that at least one clipped window touches, in order of time, each no longer than what is wanted of it.</summary>
    /// <param name="stations">How many are asked together; counts where an answer has no pages.</param>
    public static IReadOnlyList<Window> Cut(IReadOnlyCollection<Window> clipped, NoaaSeries series, int stations)
    {
        var whole = clipped.Aggregate((one, other) => one.Cover(other));
        var years = series.Transport == NoaaTransport.Ncei
            ? Math.Clamp(NceiRows / (stations * NoaaCodes.PeriodsOfYear(series.Dataset)), 1, 100)
            : NoaaCodes.YearsAtOnce(series.Dataset);
        if (whole.To <= whole.From.AddYears(years).AddDays(-1))
        {
            return [whole];
        }

        var pieces = new List<Window>();
        for (var year = whole.From.Year - (whole.From.Year % years); year < whole.To.Year + 1; year += years)
        {
            var piece = new Window(FirstOfYear(year), FirstOfYear(year + years));
            var touching = clipped.Where(window => Touch(window, piece)).ToList();
            if (touching.Count > 0)
            {
                var wanted = touching.Aggregate((one, other) => one.Cover(other));
                pieces.Add(new Window(Latest(piece.From, wanted.From), Earliest(piece.To, wanted.To)));
            }
        }

        return pieces;
    }

    public static bool Touch(Window one, Window other) => one.From < other.To && other.From < one.To;

    private static DateTime Closed(Want want, NoaaSeries series)
    {
        if (NoaaCodes.IsNormals(series.Dataset))
        {
            return DateTime.MaxValue;
        }

        var listed = series.LastYear is { } year ? FirstOfYear(Math.Min(year + 1 + YearsAfterLast, 9999)) : DateTime.MaxValue;
        return want.Known?.End is { Year: < 9990 } end ? Earliest(listed, end.AddYears(YearsAfterLast)) : listed;
    }

    private static DateTime FirstOfYear(int year) => new(year, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>Rows of a day stand at its midnight: a bound later in the day leaves that day's row before it.</summary>
    private static DateTime NextMidnight(DateTime moment)
    {
        var midnight = DateTime.SpecifyKind(moment.Date, DateTimeKind.Utc);
        return moment.TimeOfDay == TimeSpan.Zero ? midnight : midnight.AddDays(1);
    }

    private static DateTime Latest(DateTime one, DateTime other) => one > other ? one : other;

    private static DateTime Earliest(DateTime one, DateTime other) => one < other ? one : other;
}
