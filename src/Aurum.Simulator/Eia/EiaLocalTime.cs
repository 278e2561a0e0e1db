using System.Globalization;

namespace Aurum.Simulator.Eia;

/// <summary>Hours as clocks in the United States show them, with the offset that tells the two hours apart when clocks are set back.</summary>
internal static class EiaLocalTime
{
    /// <param name="zone">Hours by which standard time differs from UTC.</param>
    public static string Text(DateTime timestamp, int zone)
    {
        var offset = IsSummer(timestamp.AddHours(zone)) ? zone + 1 : zone;
        return string.Create(CultureInfo.InvariantCulture, $"{timestamp.AddHours(offset):yyyy-MM-dd'T'HH}-{-offset:00}");
    }

    /// <summary>From the second Sunday of March, 2:00, to the first Sunday of November, 2:00 of summer time: 1:00 of standard time.</summary>
    private static bool IsSummer(DateTime standard) =>
        standard >= Sunday(standard.Year, month: 3, from: 8).AddHours(2) && standard < Sunday(standard.Year, month: 11, from: 1).AddHours(1);

    private static DateTime Sunday(int year, int month, int from)
    {
        var day = new DateTime(year, month, from, 0, 0, 0, DateTimeKind.Utc);
        return day.AddDays((7 - (int)day.DayOfWeek) % 7);
    }
}
