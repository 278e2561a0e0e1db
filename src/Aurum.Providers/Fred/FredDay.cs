using System.Globalization;
using NodaTime;

namespace Aurum.Providers.Fred;

/// <summary>Days and moments as FRED writes them; its clock is that of St. Louis.</summary>
internal static class FredDay
{
    /// <summary>FRED takes no day before it.</summary>
    public static readonly DateOnly Earliest = new(1776, 7, 4);

    /// <summary>The end of a real-time period that has none.</summary>
    public static readonly DateOnly Never = new(9999, 12, 31);

    private static readonly DateTimeZone Central = DateTimeZoneProviders.Tzdb["America/Chicago"];

    public static string Text(DateTime timestamp) => timestamp.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static DateOnly Parse(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static DateTime InStLouis(DateTimeOffset moment) => Instant.FromDateTimeOffset(moment).InZone(Central).ToDateTimeUnspecified();

    /// <summary>To the minute, as <c>series/updates</c> wants it.</summary>
    public static string Minute(DateTime moment) => moment.ToString("yyyyMMddHHmm", CultureInfo.InvariantCulture);
}
