using System.Globalization;

namespace Aurum.Simulator.Values;

/// <summary>How the periods of a series follow each other. Periods are numbered without gaps, so any of them is found by arithmetic.</summary>
internal enum Cadence
{
    QuarterHourly,
    Hourly,
    Daily,
    BusinessDaily,
    WeeklyEndingFriday,
    Monthly,
    Quarterly,
    Annual,
}

internal static class Periods
{
    private const long QuarterOfAnHour = TimeSpan.TicksPerHour / 4;

    /// <summary>The timestamp of a period: its first day, for a week the Friday that ends it.</summary>
    public static DateTime Start(this Cadence cadence, long period) => cadence switch
    {
        Cadence.QuarterHourly => new DateTime(period * QuarterOfAnHour, DateTimeKind.Utc),
        Cadence.Hourly => new DateTime(period * TimeSpan.TicksPerHour, DateTimeKind.Utc),
        Cadence.Daily => Day(period),
        Cadence.BusinessDaily => Day((period / 5 * 7) + (period % 5)),
        Cadence.WeeklyEndingFriday => Day((period * 7) + 4),
        Cadence.Monthly => new DateTime((int)(period / 12), (int)(period % 12) + 1, 1, 0, 0, 0, DateTimeKind.Utc),
        Cadence.Quarterly => new DateTime((int)(period / 4), ((int)(period % 4) * 3) + 1, 1, 0, 0, 0, DateTimeKind.Utc),
        _ => new DateTime((int)period, 1, 1, 0, 0, 0, DateTimeKind.Utc),
    };

    /// <summary>The last period that begins at or before an instant.</summary>
    public static long AtOrBefore(this Cadence cadence, DateTime instant)
    {
        // Day 0 is Monday, 1 January of the year 1.
        var day = instant.Ticks / TimeSpan.TicksPerDay;
        return cadence switch
        {
            Cadence.QuarterHourly => instant.Ticks / QuarterOfAnHour,
            Cadence.Hourly => instant.Ticks / TimeSpan.TicksPerHour,
            Cadence.Daily => day,
            Cadence.BusinessDaily => (day / 7 * 5) + Math.Min(day % 7, 4),
            Cadence.WeeklyEndingFriday => (day - 4) / 7,
            Cadence.Monthly => (instant.Year * 12L) + instant.Month - 1,
            Cadence.Quarterly => (instant.Year * 4L) + ((instant.Month - 1) / 3),
            _ => instant.Year,
        };
    }

    public static long AtOrAfter(this Cadence cadence, DateTime instant)
    {
        var period = cadence.AtOrBefore(instant);
        return cadence.Start(period) >= instant ? period : period + 1;
    }

    public static long AtOrBefore(this Cadence cadence, DateOnly day) => cadence.AtOrBefore(day.ToDateTime(default, DateTimeKind.Utc));

    public static long AtOrAfter(this Cadence cadence, DateOnly day) => cadence.AtOrAfter(day.ToDateTime(default, DateTimeKind.Utc));

    /// <summary>The SDMX code of the frequency, where it has one.</summary>
    public static string Code(this Cadence cadence) => cadence switch
    {
        Cadence.QuarterHourly => "15MIN",
        Cadence.Hourly => "H",
        Cadence.Daily or Cadence.BusinessDaily => "D",
        Cadence.WeeklyEndingFriday => "W",
        Cadence.Monthly => "M",
        Cadence.Quarterly => "Q",
        _ => "A",
    };

    public static DateTime Utc(this DateOnly day) => day.ToDateTime(default, DateTimeKind.Utc);

    public static string Iso(this DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static bool TryIso(string? text, out DateOnly day) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day);

    private static DateTime Day(long number) => new(number * TimeSpan.TicksPerDay, DateTimeKind.Utc);
}
