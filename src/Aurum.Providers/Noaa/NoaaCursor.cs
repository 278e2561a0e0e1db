using System.Globalization;
using Aurum.Domain;

namespace Aurum.Providers.Noaa;

/// <summary>Where the next page of an observations fetch begins: <c>2019-01-01;1001;2019-05-07;1460;2019-05-07 GHCND:USW00094728 TMAX</c>.</summary>
/// <param name="Window">The fetch's window that the page lies in.</param>
/// <param name="Offset">One-based number of the page's first row in that window.</param>
/// <param name="Claimed">Rows before this one's date were said to be complete; the window's start when nothing was said.</param>
/// <param name="Count">Rows of the window as earlier pages gave them; null when they did not.</param>
/// <param name="LastRow">Names the last row of the page before, which must not come again; null before the first.</param>
internal readonly record struct NoaaCursor(Window Window, long Offset, DateTime Claimed, long? Count, string? LastRow = null)
{
    public static NoaaCursor StartOf(Window window) => new(window, 1, window.From, null);

    public static NoaaCursor Read(NoaaObservationsFetch fetch, string? text)
    {
        if (text is null)
        {
            return StartOf(fetch.Windows[0]);
        }

        var parts = text.Split(';', 5);
        var begin = Day(parts[0]);
        return new NoaaCursor(
            fetch.Windows.First(window => window.From == begin),
            long.Parse(parts[1], CultureInfo.InvariantCulture),
            DateTime.Parse(parts[2], CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal),
            parts[3].Length == 0 ? null : long.Parse(parts[3], CultureInfo.InvariantCulture),
            parts.ElementAtOrDefault(4));
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Window.From:yyyy-MM-dd};{Offset};{Claimed:yyyy-MM-ddTHH:mm:ss};{Count}") + (LastRow is null ? "" : $";{LastRow}");

    private static DateTime Day(string text) => DateTime.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal);
}
