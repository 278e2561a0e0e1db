namespace Aurum.Simulator.Values;

/// <summary>The Federal Reserve's holidays: one on a Sunday is kept on Monday, one on a Saturday not at all.</summary>
internal static class UnitedStatesHolidays
{
    public static bool Contains(DateTime timestamp)
    {
        var (year, month, day) = timestamp;
        return timestamp.DayOfWeek switch
        {
            DayOfWeek.Saturday or DayOfWeek.Sunday => false,
            // No fixed holiday is the last of a month, so the Sunday before lies in the same one.
            DayOfWeek.Monday => IsFixed(year, month, day) || IsFixed(year, month, day - 1) || IsFloatingMonday(month, day),
            DayOfWeek.Thursday when month == 11 && day is >= 22 and <= 28 => true,
            _ => IsFixed(year, month, day),
        };
    }

    private static bool IsFixed(int year, int month, int day) => (month, day) switch
    {
        (1, 1) or (7, 4) or (11, 11) or (12, 25) => true,
        (6, 19) => year >= 2021,
        _ => false,
    };

    private static bool IsFloatingMonday(int month, int day) => (month, (day - 1) / 7) switch
    {
        (1, 2) or (2, 2) or (9, 0) or (10, 1) => true,
        (5, _) => day > 24,
        _ => false,
    };
}
