using Aurum.Domain;

namespace Aurum.Providers.Fred;

/// <summary>How many observations lie in a window, from the frequency and the span that the catalog tells.</summary>
internal static class FredEstimate
{
    /// <summary>Stands for a series of which nothing is known: most of FRED's begin after the war and are monthly.</summary>
    private static readonly DateTime UsualStart = new(1960, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public static long Pages(long rows, int rowsPerPage) => Math.Max(1, (rows + rowsPerPage - 1) / rowsPerPage);

    public static long Rows(IReadOnlyList<Want> wants, Window window, DateOnly today)
    {
        var known = wants.Select(want => want.Known).LastOrDefault(entry => entry is not null);
        var end = known?.End is { } last ? last.AddTicks(1) : today.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc).AddDays(1);
        var start = known?.Start ?? UsualStart;
        return Periods(known, window.From > start ? window.From : start, window.To < end ? window.To : end);
    }

    /// <summary>The periods whose date lies from one instant on and before another.</summary>
    public static long Periods(CatalogEntry? known, DateTime from, DateTime to) => from >= to ? 0 : known?.FrequencyCode switch
    {
        FrequencyCodes.Daily when EveryDay(known) => Days(to) - Days(from),
        FrequencyCodes.Daily => Weekdays(Days(to)) - Weekdays(Days(from)),
        FrequencyCodes.Weekly => (Days(to) - Days(from) + 6) / 7,
        FrequencyCodes.BiWeekly => (Days(to) - Days(from) + 13) / 14,
        FrequencyCodes.Quarterly => Months(to, 3) - Months(from, 3),
        FrequencyCodes.SemiAnnual => Months(to, 6) - Months(from, 6),
        FrequencyCodes.Annual => Months(to, 12) - Months(from, 12),
        _ => Months(to, 1) - Months(from, 1),
    };

    private static bool EveryDay(CatalogEntry known) =>
        known.Metadata?.GetValueOrDefault("frequency")?.Contains("7-Day", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>Whole days before an instant, the day that has begun included.</summary>
    private static long Days(DateTime instant) => (instant.Ticks + TimeSpan.TicksPerDay - 1) / TimeSpan.TicksPerDay;

    /// <summary>Of the first so many days, which begin with a Monday.</summary>
    private static long Weekdays(long days) => (days / 7 * 5) + Math.Min(days % 7, 5);

    /// <summary>Periods of so many months that begin before an instant.</summary>
    private static long Months(DateTime instant, int length)
    {
        var months = (instant.Year * 12L) + instant.Month - 1;
        var begun = months / length;
        return begun + (instant == new DateTime((int)(begun * length / 12), (int)(begun * length % 12) + 1, 1, 0, 0, 0, DateTimeKind.Utc) ? 0 : 1);
    }
}
