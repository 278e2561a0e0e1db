namespace Aurum.Storage.Postgres;

/// <summary>
/// Instants as microseconds and days as days since 2000-01-01, as PostgreSQL keeps them. Npgsql's own conversion takes the ends of
/// .NET's range for infinity; these numbers pass it by.
/// </summary>
internal static class PostgresTime
{
    private static readonly DateTime Start = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private static readonly int StartDay = DateOnly.FromDateTime(Start).DayNumber;

    /// <exception cref="ArgumentException">The timestamp is finer than a second.</exception>
    public static long Timestamp(DateTime timestamp) => FromEpoch(Epoch.Seconds(timestamp));

    /// <summary>The same bound for timestamps, which are whole seconds.</summary>
    public static long Bound(DateTime bound) => FromEpoch(Epoch.SecondsUp(bound));

    /// <summary>What is finer than a microsecond is cut off.</summary>
    public static long Instant(DateTimeOffset instant) =>
        (instant.UtcTicks / TimeSpan.TicksPerMicrosecond) - (Start.Ticks / TimeSpan.TicksPerMicrosecond);

    public static int Day(DateOnly day) => day.DayNumber - StartDay;

    public static DateTime ToTimestamp(long microseconds) => Start.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);

    public static DateTimeOffset ToInstant(long microseconds) => new(ToTimestamp(microseconds));

    public static DateOnly ToDay(int days) => DateOnly.FromDayNumber(days + StartDay);

    private static long FromEpoch(long seconds) =>
        (seconds - ((Start.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerSecond)) * 1_000_000;
}
