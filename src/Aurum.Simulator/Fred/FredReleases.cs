using System.Globalization;
using Aurum.Simulator.Values;

namespace Aurum.Simulator.Fred;

/// <summary>A release, and the series that it publishes.</summary>
internal sealed record FredRelease(int Id, string Name, IReadOnlyList<string> Series);

/// <param name="Children">Ids of the categories right below it.</param>
internal sealed record FredCategory(int Id, string Name, int Parent, IReadOnlyList<int> Children, IReadOnlyList<string> Series);

/// <summary>Which series belong together. The release of consumer prices has as many as FRED's own: 4609, five pages.</summary>
internal static class FredReleases
{
    private const string PriceItem = "CUUR", ProductItem = "GDPSIM";

    private static readonly string[] PriceItems = [.. Enumerable.Range(1, 4608).Select(number => $"{PriceItem}{number:0000}")];
    private static readonly string[] ProductItems = [.. Enumerable.Range(1, 40).Select(number => $"{ProductItem}{number:00}")];

    public static IReadOnlyList<FredRelease> All { get; } =
    [
        new(10, "Consumer Price Index", Sorted(["CPIAUCSL", .. PriceItems])),
        new(17, "H.10 Foreign Exchange Rates", ["DEXJPUS", "DEXUSEU"]),
        new(18, "H.15 Selected Interest Rates", ["DFF", "DGS10", "DGS2", "FEDFUNDS", "WGS10YR"]),
        new(50, "Employment Situation", ["PAYEMS", "UNRATE"]),
        new(53, "Gross Domestic Product", Sorted(["GDP", .. ProductItems])),
        new(212, "Spot Prices", ["DCOILBRENTEU", "DCOILWTICO", "DHHNGSP"]),
    ];

    public static IReadOnlyList<FredCategory> Categories { get; } =
    [
        new(0, "Categories", 0, [32991, 10, 32992, 32455], []),
        new(32991, "Money, Banking, & Finance", 0, [22, 15], []),
        new(22, "Interest Rates", 32991, [115, 118], []),
        new(115, "Treasury Constant Maturity", 22, [], ["DGS10", "DGS2", "WGS10YR"]),
        new(118, "FRB Rates - discount, fed funds, primary credit", 22, [], ["DFF", "FEDFUNDS"]),
        new(15, "Exchange Rates", 32991, [94], []),
        new(94, "Daily Rates", 15, [], ["DEXJPUS", "DEXUSEU"]),
        new(10, "Population, Employment, & Labor Markets", 0, [11, 12], []),
        new(11, "Current Employment Statistics (Establishment Survey)", 10, [], ["PAYEMS"]),
        new(12, "Current Population Survey (Household Survey)", 10, [], ["UNRATE"]),
        new(32992, "National Accounts", 0, [18], []),
        new(18, "National Income & Product Accounts", 32992, [106], ["GDP"]),
        new(106, "GDP/GNP", 18, [], Sorted(["GDP", .. ProductItems])),
        new(32455, "Prices", 0, [9, 32217], []),
        new(9, "Consumer Price Indexes (CPI and PCE)", 32455, [], Sorted(["CPIAUCSL", .. PriceItems[..1500]])),
        new(32217, "Commodities", 32455, [], ["DCOILBRENTEU", "DCOILWTICO", "DHHNGSP"]),
    ];

    /// <summary>A series that exists only as one of many; null for any other id.</summary>
    public static FredSeries? Member(string id) =>
        IsItem(id, PriceItem, PriceItems.Length) is { } item
            ? new(id, $"Consumer Price Index for All Urban Consumers: Item {item} in U.S. City Average", "Monthly", Cadence.Monthly, "Index 1982-1984=100", "Index 1982-1984=100", new(1998, 1, 1), 43, new(80 + (Noise.Hash(0, id) % 190), 0.03, 0.1, 3), Popularity: (int)(Noise.Hash(1, id) % 40))
            : IsItem(id, ProductItem, ProductItems.Length) is { } part
                ? new(id, $"Gross Domestic Product: Part {part}", "Quarterly", Cadence.Quarterly, "Billions of Dollars", "Bil. of $", new(1947, 1, 1), 120, new(100 + (Noise.Hash(0, id) % 3000), 0.05, 0.1, 3), "SAAR", (int)(Noise.Hash(1, id) % 40))
                : null;

    private static int? IsItem(string id, string prefix, int count) =>
        id.StartsWith(prefix, StringComparison.Ordinal)
        && int.TryParse(id.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number >= 1 && number <= count
            ? number
            : null;

    private static string[] Sorted(string[] ids) => [.. ids.Order(StringComparer.Ordinal)];
}
