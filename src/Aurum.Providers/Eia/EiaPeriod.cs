using System.Globalization;
using Aurum.Domain;

namespace Aurum.Providers.Eia;

/// <summary>
/// EIA's texts of a period. The API describes them by Oracle format strings with quotes inside, so they are mapped by hand:
/// <c>2023</c>, <c>2024-Q1</c>, <c>2024-05</c>, <c>2024-10-04</c>, <c>2019-01-02T00</c> (UTC), <c>2019-01-01T00-05</c>.
/// </summary>
internal static class EiaPeriod
{
    /// <summary>Bounds of local hours are sent with one offset; the margin covers servers that compare them as text.</summary>
    public static readonly TimeSpan ZoneMargin = TimeSpan.FromDays(1);

    private static readonly TimeSpan EasternOffset = TimeSpan.FromHours(-5);

    /// <summary>The timestamp of a period and how it was written; null when it is no period.</summary>
    public static (DateTime Timestamp, PeriodShape Shape)? Parse(ReadOnlySpan<char> text)
    {
        if (text.Length < 4 || Digits(text[..4]) is not (var year and > 0))
        {
            return null;
        }

        if (text.Length == 4)
        {
            return (Day(year, 1, 1), PeriodShape.Year);
        }

        if (text.Length == 7 && text[4] == '-' && text[5] == 'Q')
        {
            return text[6] is >= '1' and <= '4' ? (Day(year, ((text[6] - '1') * 3) + 1, 1), PeriodShape.Quarter) : null;
        }

        if (text.Length < 7 || text[4] != '-' || Digits(text[5..7]) is not (var month and >= 1 and <= 12))
        {
            return null;
        }

        if (text.Length == 7)
        {
            return (Day(year, month, 1), PeriodShape.Month);
        }

        if (text.Length < 10 || text[7] != '-' || Digits(text[8..10]) is not (var day and >= 1) || day > DateTime.DaysInMonth(year, month))
        {
            return null;
        }

        return text.Length == 10 ? (Day(year, month, day), PeriodShape.Day) : Hour(Day(year, month, day), text[10..]);
    }

    /// <summary>The window to ask for: of local hours a wider one, where it is bounded.</summary>
    public static Window Asked(Window window, PeriodShape shape) => shape != PeriodShape.ZonedHour ? window : new Window(
        window.From == DateTime.MinValue ? window.From : Moved(window.From, -ZoneMargin),
        window.To == DateTime.MaxValue ? window.To : Moved(window.To, ZoneMargin));

    /// <summary>The period a timestamp lies in, as text for a bound of a query: like that of rows, but offsets have minutes there.</summary>
    public static string Bound(DateTime timestamp, PeriodShape shape) =>
        shape == PeriodShape.ZonedHour ? Format(timestamp, shape) + ":00" : Format(timestamp, shape);

    /// <summary>The period a timestamp lies in, as EIA writes it in rows.</summary>
    public static string Format(DateTime timestamp, PeriodShape shape) => shape switch
    {
        PeriodShape.Year => timestamp.ToString("yyyy", CultureInfo.InvariantCulture),
        PeriodShape.Quarter => string.Create(CultureInfo.InvariantCulture, $"{timestamp:yyyy}-Q{((timestamp.Month - 1) / 3) + 1}"),
        PeriodShape.Month => timestamp.ToString("yyyy-MM", CultureInfo.InvariantCulture),
        PeriodShape.Day => timestamp.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        PeriodShape.Hour => timestamp.ToString("yyyy-MM-dd'T'HH", CultureInfo.InvariantCulture),
        _ => Moved(timestamp, EasternOffset).ToString("yyyy-MM-dd'T'HH'-05'", CultureInfo.InvariantCulture),
    };

    /// <summary>The rest of <c>T00</c> or <c>T00-05</c>; minutes of an offset may follow it.</summary>
    private static (DateTime Timestamp, PeriodShape Shape)? Hour(DateTime day, ReadOnlySpan<char> text)
    {
        if (text.Length < 3 || text[0] != 'T' || Digits(text[1..3]) is not (var hour and >= 0 and <= 23))
        {
            return null;
        }

        var zone = text[3..];
        if (zone.IsEmpty)
        {
            return (day.AddHours(hour), PeriodShape.Hour);
        }

        var minutes = zone.Length switch
        {
            3 => 0,
            6 when zone[3] == ':' => Digits(zone[4..]),
            _ => -1,
        };
        if (zone[0] is not ('+' or '-') || minutes is < 0 or > 59 || Digits(zone[1..3]) is not (var hours and >= 0 and <= 14))
        {
            return null;
        }

        var offset = new TimeSpan(hours, minutes, 0);
        return (Moved(day.AddHours(hour), zone[0] == '+' ? -offset : offset), PeriodShape.ZonedHour);
    }

    /// <summary>No further than time reaches.</summary>
    public static DateTime Moved(DateTime timestamp, TimeSpan by) =>
        new(Math.Clamp(timestamp.Ticks + by.Ticks, DateTime.MinValue.Ticks, DateTime.MaxValue.Ticks), DateTimeKind.Utc);

    private static DateTime Day(int year, int month, int day) => new(year, month, day, 0, 0, 0, DateTimeKind.Utc);

    private static int Digits(ReadOnlySpan<char> text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;
}
