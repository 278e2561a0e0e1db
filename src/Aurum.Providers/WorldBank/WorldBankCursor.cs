using System.Globalization;

namespace Aurum.Providers.WorldBank;

/// <summary>The next page of a fetch, and what earlier pages said of the whole: <c>2;2026-07-13;17500;9f86d081884c7d65</c>.</summary>
/// <param name="LastUpdated">The database's date as the answer wrote it; null when it wrote none.</param>
/// <param name="Total">Rows of all pages; null before the first page.</param>
/// <param name="LastRow">Digest of the last row of the page before, which must not come again; null before the first page and behind one without rows.</param>
/// <param name="Unmatched">True while no page had a row in the form that was asked for: then the text ends in <c>;unmatched</c>.</param>
internal readonly record struct WorldBankCursor(long Page, string? LastUpdated, long? Total, string? LastRow = null, bool Unmatched = false)
{
    public static readonly WorldBankCursor First = new(1, null, null, null, Unmatched: true);

    private const string UnmatchedMark = "unmatched";

    public static WorldBankCursor Read(string? text)
    {
        if (text is null)
        {
            return First;
        }

        var parts = text.Split(';');
        return new WorldBankCursor(
            long.Parse(parts[0], CultureInfo.InvariantCulture),
            parts[1].Length == 0 ? null : parts[1],
            long.Parse(parts[2], CultureInfo.InvariantCulture),
            parts.ElementAtOrDefault(3) is { } digest and not UnmatchedMark ? digest : null,
            Unmatched: parts is [.., UnmatchedMark]);
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Page};{LastUpdated};{Total}{(LastRow is null ? "" : ";" + LastRow)}") + (Unmatched ? $";{UnmatchedMark}" : "");
}
