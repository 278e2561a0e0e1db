using System.Text.RegularExpressions;
using Aurum.Domain;

namespace Aurum.Providers.Fred;

/// <summary>The units of one series over time, as its descriptions stated them.</summary>
/// <param name="Earlier">Units that were replaced, each with its last day, in the order of time.</param>
/// <param name="Current">The unit since then.</param>
internal sealed record FredUnits(IReadOnlyList<FredEarlier> Earlier, string? Current)
{
    /// <summary>As the catalog tells them.</summary>
    public static FredUnits Of(CatalogEntry? known) => new(FredEarlier.Read(known?.Metadata?.GetValueOrDefault(FredCatalog.EarlierUnits)), known?.UnitCode);

    /// <summary>From a part of a cursor.</summary>
    public static FredUnits Parse(string text)
    {
        var parts = text.Split(',');
        return new FredUnits(FredEarlier.Read(Uri.UnescapeDataString(parts[0])), parts[1].Length == 0 ? null : Uri.UnescapeDataString(parts[1]));
    }

    /// <summary>Which of the units was in force on a day, counted from the first. Before the first description that is known, that one's.</summary>
    public int PeriodOf(DateOnly day) => Earlier.TakeWhile(earlier => earlier.Until < day).Count();

    public string? UnitOf(int period) => period < Earlier.Count ? Earlier[period].Text : Current;

    /// <summary>Without blanks, for a cursor.</summary>
    public override string ToString() => $"{Uri.EscapeDataString(FredEarlier.Write(Earlier) ?? "")},{Uri.EscapeDataString(Current ?? "")}";
}

/// <summary>What a description said until a day.</summary>
internal sealed partial record FredEarlier(string Text, DateOnly Until)
{
    /// <summary><c>Billions of Chained 2009 Dollars (until 2018-07-26); …</c>; null for none.</summary>
    public static string? Write(IReadOnlyList<FredEarlier> all) =>
        all.Count == 0 ? null : string.Join("; ", all.Select(one => $"{one.Text} (until {FredDay.Text(one.Until)})"));

    public static IReadOnlyList<FredEarlier> Read(string? text) =>
    [
        .. Written().Matches(text ?? "").Select(match => new FredEarlier(match.Groups["text"].Value, FredDay.Parse(match.Groups["day"].Value))),
    ];

    [GeneratedRegex(@"\G(?<text>.*?) \(until (?<day>\d{4}-\d{2}-\d{2})\)(?:; |$)", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex Written();
}
