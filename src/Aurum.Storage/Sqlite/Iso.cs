using System.Globalization;

namespace Aurum.Storage.Sqlite;

/// <summary>Times as text that people read and that sorts by time: ISO 8601, UTC, of one length each.</summary>
internal static class Iso
{
    private const string InstantFormat = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";
    private const string TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";
    private const string DayFormat = "yyyy-MM-dd";

    /// <summary>To the microsecond, as Avro and PostgreSQL keep it.</summary>
    public static string Instant(DateTimeOffset instant) => instant.UtcDateTime.ToString(InstantFormat, CultureInfo.InvariantCulture);

    public static string? Instant(DateTimeOffset? instant) => instant is { } known ? Instant(known) : null;

    public static string? Timestamp(DateTime? timestamp) => timestamp?.ToString(TimestampFormat, CultureInfo.InvariantCulture);

    public static string? Day(DateOnly? day) => day?.ToString(DayFormat, CultureInfo.InvariantCulture);

    public static DateTimeOffset ToInstant(string text) =>
        DateTimeOffset.ParseExact(text, InstantFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    public static DateTimeOffset? ToInstantOrNull(string? text) => text is null ? null : ToInstant(text);

    public static DateTime? ToTimestampOrNull(string? text) => text is null
        ? null
        : DateTime.ParseExact(text, TimestampFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);

    public static DateOnly? ToDayOrNull(string? text) => text is null ? null : DateOnly.ParseExact(text, DayFormat, CultureInfo.InvariantCulture);
}
