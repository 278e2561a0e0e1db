using Aurum.Simulator.Values;

namespace Aurum.Simulator.Fred;

/// <summary>A unit that a series had until a day, and how its values read in it.</summary>
/// <param name="Share">Of the value in today's unit.</param>
internal sealed record FredRebasing(string Units, string UnitsShort, DateOnly Until, double Share);

/// <summary>What FRED says about a series, and how its values look.</summary>
/// <param name="LagDays">From a period's date until its first value is out.</param>
/// <param name="Rebasings">Units that it had before, in the order of time; null for none. All of them ended before any simulated today.</param>
internal sealed record FredSeries(
    string Id,
    string Title,
    string Frequency,
    Cadence Cadence,
    string Units,
    string UnitsShort,
    DateOnly First,
    int LagDays,
    Shape Shape,
    string Adjustment = "NSA",
    int Popularity = 50,
    Printing Printing = Printing.Fixed,
    IReadOnlyList<FredRebasing>? Rebasings = null)
{
    /// <summary>The unit that was in force on a day; null for that of today.</summary>
    public FredRebasing? UnitsBefore(DateOnly day) => Rebasings?.FirstOrDefault(rebasing => day <= rebasing.Until);

    /// <summary>Whether ALFRED keeps its vintages.</summary>
    public bool IsArchived => !Id.StartsWith("FREDONLY", StringComparison.Ordinal);

    public string FrequencyShort => Cadence.Code();

    public string AdjustmentLong => Adjustment switch
    {
        "SA" => "Seasonally Adjusted",
        "SAAR" => "Seasonally Adjusted Annual Rate",
        _ => "Not Seasonally Adjusted",
    };
}

/// <summary>The well-known series; every other well-formed id is a generic daily one.</summary>
internal static class FredCatalog
{
    private const string TenYears = "Market Yield on U.S. Treasury Securities at 10-Year Constant Maturity, Quoted on an Investment Basis";
    private const string Dollars = "Dollars per Barrel", PerBarrel = "$ per Barrel";

    private static readonly Dictionary<string, FredSeries> Known = new FredSeries[]
    {
        new("DGS10", TenYears, "Daily", Cadence.BusinessDaily, "Percent", "%", new(1962, 1, 2), 1, new(4.2, Wiggle: 0.9), Popularity: 95),
        new("DGS2", TenYears.Replace("10-Year", "2-Year", StringComparison.Ordinal), "Daily", Cadence.BusinessDaily, "Percent", "%", new(1976, 6, 1), 1, new(3.6, Wiggle: 0.9), Popularity: 85),
        new("FEDFUNDS", "Federal Funds Effective Rate", "Monthly", Cadence.Monthly, "Percent", "%", new(1954, 7, 1), 32, new(4.1, Wiggle: 0.95), Popularity: 98),
        new("DFF", "Federal Funds Effective Rate", "Daily, 7-Day", Cadence.Daily, "Percent", "%", new(1954, 7, 1), 1, new(4.1, Wiggle: 0.95), Popularity: 88),
        new("DEXUSEU", "U.S. Dollars to Euro Spot Exchange Rate", "Daily", Cadence.BusinessDaily, "U.S. Dollars to One Euro", "U.S. $ to 1 Euro", new(1999, 1, 4), 3, new(1.15, Wiggle: 0.25, Decimals: 4), Popularity: 80),
        new("DEXJPUS", "Japanese Yen to U.S. Dollar Spot Exchange Rate", "Daily", Cadence.BusinessDaily, "Japanese Yen to One U.S. Dollar", "Japanese Yen to 1 U.S. $", new(1971, 1, 4), 3, new(118, Wiggle: 0.4), Popularity: 75),
        new("CPIAUCSL", "Consumer Price Index for All Urban Consumers: All Items in U.S. City Average", "Monthly", Cadence.Monthly, "Index 1982-1984=100", "Index 1982-1984=100", new(1947, 1, 1), 43, new(258, 0.034, 0.01, 3), "SA", 95, Printing.TrimZeros),
        new("GDP", "Gross Domestic Product", "Quarterly", Cadence.Quarterly, "Billions of Dollars", "Bil. of $", new(1947, 1, 1), 120, new(21_500, 0.055, 0.02, 3), "SAAR", 93),
        new(
            "GDPC1", "Real Gross Domestic Product", "Quarterly", Cadence.Quarterly, "Billions of Chained 2017 Dollars", "Bil. of Chn. 2017 $", new(1947, 1, 1), 120, new(20_100, 0.03, 0.02, 3), "SAAR", 92,
            Rebasings:
            [
                new("Billions of Chained 2009 Dollars", "Bil. of Chn. 2009 $", new(2018, 7, 26), 0.88),
                new("Billions of Chained 2012 Dollars", "Bil. of Chn. 2012 $", new(2023, 9, 27), 0.93),
            ]),
        new("UNRATE", "Unemployment Rate", "Monthly", Cadence.Monthly, "Percent", "%", new(1948, 1, 1), 35, new(5.6, Wiggle: 0.6, Decimals: 1), "SA", 94),
        new("WGS10YR", TenYears, "Weekly, Ending Friday", Cadence.WeeklyEndingFriday, "Percent", "%", new(1962, 1, 5), 3, new(4.2, Wiggle: 0.9), Popularity: 55),
        new("PAYEMS", "All Employees, Total Nonfarm", "Monthly", Cadence.Monthly, "Thousands of Persons", "Thous. of Persons", new(1939, 1, 1), 36, new(150_000, 0.016, 0.01, 0), "SA", 83),
        new("DCOILWTICO", "Crude Oil Prices: West Texas Intermediate (WTI) - Cushing, Oklahoma", "Daily", Cadence.BusinessDaily, Dollars, PerBarrel, new(1986, 1, 2), 5, new(68, Wiggle: 0.6), Popularity: 84),
        new("DCOILBRENTEU", "Crude Oil Prices: Brent - Europe", "Daily", Cadence.BusinessDaily, Dollars, PerBarrel, new(1987, 5, 20), 5, new(72, Wiggle: 0.6), Popularity: 78),
        new("DHHNGSP", "Henry Hub Natural Gas Spot Price", "Daily", Cadence.BusinessDaily, "Dollars per Million BTU", "$ per Mil. BTU", new(1997, 1, 7), 5, new(3.4, Wiggle: 0.7), Popularity: 70, Printing: Printing.TrimZeros),
    }.ToDictionary(series => series.Id, StringComparer.Ordinal);

    /// <summary>Null for ids that FRED would not know: other characters than A-Z, 0-9, _ and ., or a beginning of NOSUCH.</summary>
    public static FredSeries? Find(string id)
    {
        if (id.Length == 0 || id.StartsWith("NOSUCH", StringComparison.Ordinal) || !id.All(c => c is (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '_' or '.'))
        {
            return null;
        }

        return Known.GetValueOrDefault(id)
            ?? FredReleases.Member(id)
            ?? new FredSeries(
                id, $"Simulated Series {id}", "Daily", Cadence.BusinessDaily, "Index", "Index", new(1990, 1, 2), 1,
                new(10 + (Noise.Hash(0, id) % 190), 0.01, 0.4), Popularity: (int)(Noise.Hash(1, id) % 60));
    }

    public static IEnumerable<string> KnownIds => Known.Keys;
}
