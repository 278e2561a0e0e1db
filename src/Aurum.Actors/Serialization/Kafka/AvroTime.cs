namespace Aurum.Actors.Serialization.Kafka;

/// <summary>Avro's timestamp-micros and date: microseconds and days since 1970-01-01 UTC.</summary>
internal static class AvroTime
{
    private static readonly long EpochMicroseconds = DateTime.UnixEpoch.Ticks / TimeSpan.TicksPerMicrosecond;
    private static readonly int EpochDay = DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;

    /// <summary>What is finer than a microsecond is cut off, towards the past.</summary>
    public static long Microseconds(DateTime utc) => Microseconds(utc.Ticks);

    public static long Microseconds(DateTimeOffset instant) => Microseconds(instant.UtcTicks);

    public static int Days(DateOnly day) => day.DayNumber - EpochDay;

    public static bool TryTimestamp(long microseconds, out DateTime utc)
    {
        var inRange = microseconds >= -EpochMicroseconds && microseconds <= (DateTime.MaxValue.Ticks / TimeSpan.TicksPerMicrosecond) - EpochMicroseconds;
        utc = inRange ? new DateTime((microseconds + EpochMicroseconds) * TimeSpan.TicksPerMicrosecond, DateTimeKind.Utc) : default;
        return inRange;
    }

    public static bool TryDay(int days, out DateOnly day)
    {
        var number = (long)days + EpochDay;
        var inRange = number >= 0 && number <= DateOnly.MaxValue.DayNumber;
        day = inRange ? DateOnly.FromDayNumber((int)number) : default;
        return inRange;
    }

    private static long Microseconds(long ticks) => (ticks / TimeSpan.TicksPerMicrosecond) - EpochMicroseconds;
}
