namespace Aurum.Storage;

/// <summary>Timestamps as seconds and as-of days as days since 1970-01-01.</summary>
internal static class Epoch
{
    private static readonly int FirstDay = DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;

    /// <exception cref="ArgumentException">The timestamp is finer than a second: stored, it would fall together with its neighbours.</exception>
    public static long Seconds(DateTime timestamp)
    {
        var (seconds, rest) = Math.DivRem(timestamp.Ticks - DateTime.UnixEpoch.Ticks, TimeSpan.TicksPerSecond);
        return rest == 0 ? seconds : throw new ArgumentException($"The timestamp {timestamp:O} is finer than a second.", nameof(timestamp));
    }

    /// <summary>The first whole second not before <paramref name="bound"/>: the same bound for timestamps, which are whole seconds.</summary>
    public static long SecondsUp(DateTime bound)
    {
        var (seconds, rest) = Math.DivRem(bound.Ticks - DateTime.UnixEpoch.Ticks, TimeSpan.TicksPerSecond);
        return rest > 0 ? seconds + 1 : seconds;
    }

    public static DateTime Timestamp(long seconds) => DateTime.UnixEpoch.AddTicks(seconds * TimeSpan.TicksPerSecond);

    public static long Days(DateOnly day) => day.DayNumber - FirstDay;

    public static DateOnly Day(long days) => DateOnly.FromDayNumber((int)days + FirstDay);
}
