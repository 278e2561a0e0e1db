using System.Globalization;

namespace Aurum.Providers.Fred;

/// <summary>Where a page of a series' latest values begins, as the text of a cursor: <c>300 2024-01-05</c>.</summary>
/// <param name="After">The latest date of the page before, which no row of this one may be as old as; null at the beginning.</param>
internal readonly record struct FredPlace(long Offset, DateOnly? After = null)
{
    public static FredPlace Parse(string? text) => text?.Split(' ') switch
    {
        [var offset, var after] => new FredPlace(long.Parse(offset, CultureInfo.InvariantCulture), FredDay.Parse(after)),
        [var offset] => new FredPlace(long.Parse(offset, CultureInfo.InvariantCulture)),
        _ => default,
    };

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Offset}{(After is { } after ? " " + FredDay.Text(after) : "")}");
}
