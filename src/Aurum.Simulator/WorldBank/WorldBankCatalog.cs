using Aurum.Simulator.Values;

namespace Aurum.Simulator.WorldBank;

/// <summary>An economy: a country or an aggregate.</summary>
/// <param name="Size">Its size among all, as a factor of money and people.</param>
/// <param name="Region">The World Bank's code of its region; <c>NA</c> marks an aggregate.</param>
internal sealed record Economy(string Iso3, string Iso2, string Name, double Size, string Region, string Income = "HIC", string Capital = "")
{
    public bool IsAggregate => Region == "NA";
}

/// <param name="Nulls">Newest periods without a value.</param>
/// <param name="Sized">Whether values grow with the economy's size.</param>
internal sealed record Indicator(string Id, string Name, Shape Shape, int Decimal, int FirstKnown, int Nulls, bool Sized, string Note, (string Id, string Value) Topic)
{
    public Source Source { get; init; } = WorldBankCatalog.DevelopmentIndicators;

    /// <summary>True where the database has rows of years but never a value in them.</summary>
    public bool LacksYears { get; init; }
}

/// <summary>A database, updated as a whole.</summary>
/// <param name="FirstYear">Where its grid begins: there is a row for each period of each form, value or not.</param>
/// <param name="Forms">The forms its rows have side by side.</param>
internal sealed record Source(string Id, string Code, string Name, int FirstYear, Cadence[] Forms);

internal static class WorldBankCatalog
{
    public static readonly Source DevelopmentIndicators = new("2", "WDI", "World Development Indicators", 1960, [Cadence.Annual]);

    /// <summary>No answer of it is recorded: that its grid begins in 1987 is an assumption.</summary>
    public static readonly Source EconomicMonitor = new("15", "GEM", "Global Economic Monitor", 1987, [Cadence.Monthly, Cadence.Quarterly, Cadence.Annual]);

    public static readonly Source[] Sources = [DevelopmentIndicators, EconomicMonitor];

    public static readonly Economy[] Economies =
    [
        new("ABW", "AW", "Aruba", 0.001, "LCN", "HIC", "Oranjestad"),
        new("AFE", "ZH", "Africa Eastern and Southern", 0.6, "NA"), new("ARB", "1A", "Arab World", 1.6, "NA"),
        new("ARG", "AR", "Argentina", 0.25, "LCN", "UMC", "Buenos Aires"), new("AUS", "AU", "Australia", 0.7, "EAS", "HIC", "Canberra"),
        new("AUT", "AT", "Austria", 0.2, "ECS", "HIC", "Vienna"), new("BEL", "BE", "Belgium", 0.25, "ECS", "HIC", "Brussels"),
        new("BRA", "BR", "Brazil", 0.9, "LCN", "UMC", "Brasilia"), new("CAN", "CA", "Canada", 0.8, "NAC", "HIC", "Ottawa"),
        new("CHE", "CH", "Switzerland", 0.35, "ECS", "HIC", "Bern"), new("CHL", "CL", "Chile", 0.15, "LCN", "HIC", "Santiago"),
        new("CHN", "CN", "China", 7.5, "EAS", "UMC", "Beijing"), new("COL", "CO", "Colombia", 0.17, "LCN", "UMC", "Bogota"),
        new("DEU", "DE", "Germany", 2, "ECS", "HIC", "Berlin"), new("DNK", "DK", "Denmark", 0.18, "ECS", "HIC", "Copenhagen"),
        new("EAS", "Z4", "East Asia & Pacific", 14, "NA"), new("ECS", "Z7", "Europe & Central Asia", 12, "NA"),
        new("EGY", "EG", "Egypt, Arab Rep.", 0.18, "MEA", "LMC", "Cairo"), new("EMU", "XC", "Euro area", 6.6, "NA"),
        new("ESP", "ES", "Spain", 0.7, "ECS", "HIC", "Madrid"), new("EUU", "EU", "European Union", 7.6, "NA"),
        new("FIN", "FI", "Finland", 0.14, "ECS", "HIC", "Helsinki"), new("FRA", "FR", "France", 1.3, "ECS", "HIC", "Paris"),
        new("GBR", "GB", "United Kingdom", 1.4, "ECS", "HIC", "London"), new("GRC", "GR", "Greece", 0.1, "ECS", "HIC", "Athens"),
        new("IDN", "ID", "Indonesia", 0.55, "EAS", "UMC", "Jakarta"), new("IND", "IN", "India", 1.4, "SAS", "LMC", "New Delhi"),
        new("IRL", "IE", "Ireland", 0.2, "ECS", "HIC", "Dublin"), new("ISR", "IL", "Israel", 0.2, "MEA", "HIC"),
        new("ITA", "IT", "Italy", 1, "ECS", "HIC", "Rome"), new("JPN", "JP", "Japan", 2.5, "EAS", "HIC", "Tokyo"),
        new("KEN", "KE", "Kenya", 0.05, "SSF", "LMC", "Nairobi"), new("KOR", "KR", "Korea, Rep.", 0.8, "EAS", "HIC", "Seoul"),
        new("LCN", "ZJ", "Latin America & Caribbean ", 2.5, "NA"), new("MEX", "MX", "Mexico", 0.6, "LCN", "UMC", "Mexico City"),
        new("MYS", "MY", "Malaysia", 0.17, "EAS", "UMC", "Kuala Lumpur"), new("NAC", "XU", "North America", 11.5, "NA"),
        new("NGA", "NG", "Nigeria", 0.22, "SSF", "LMC", "Abuja"), new("NLD", "NL", "Netherlands", 0.45, "ECS", "HIC", "Amsterdam"),
        new("NOR", "NO", "Norway", 0.2, "ECS", "HIC", "Oslo"), new("NZL", "NZ", "New Zealand", 0.11, "EAS", "HIC", "Wellington"),
        new("OED", "OE", "OECD members", 26, "NA"), new("PAK", "PK", "Pakistan", 0.15, "SAS", "LMC", "Islamabad"),
        new("PER", "PE", "Peru", 0.1, "LCN", "UMC", "Lima"), new("PHL", "PH", "Philippines", 0.18, "EAS", "LMC", "Manila"),
        new("POL", "PL", "Poland", 0.3, "ECS", "HIC", "Warsaw"), new("PRT", "PT", "Portugal", 0.12, "ECS", "HIC", "Lisbon"),
        new("RUS", "RU", "Russian Federation", 0.75, "ECS", "UMC", "Moscow"), new("SAS", "8S", "South Asia", 1.8, "NA"),
        new("SAU", "SA", "Saudi Arabia", 0.37, "MEA", "HIC", "Riyadh"), new("SGP", "SG", "Singapore", 0.17, "EAS", "HIC", "Singapore"),
        new("SSF", "ZG", "Sub-Saharan Africa", 0.9, "NA"), new("SWE", "SE", "Sweden", 0.27, "ECS", "HIC", "Stockholm"),
        new("THA", "TH", "Thailand", 0.25, "EAS", "UMC", "Bangkok"), new("TUR", "TR", "Turkiye", 0.36, "ECS", "UMC", "Ankara"),
        new("UKR", "UA", "Ukraine", 0.08, "ECS", "LMC", "Kiev"), new("USA", "US", "United States", 10.7, "NAC", "HIC", "Washington D.C."),
        new("VNM", "VN", "Viet Nam", 0.17, "EAS", "LMC", "Hanoi"), new("WLD", "1W", "World", 43, "NA"),
        new("ZAF", "ZA", "South Africa", 0.17, "SSF", "UMC", "Pretoria"),
    ];

    /// <summary>Codes and names of regions and income levels, as country rows carry them.</summary>
    public static readonly IReadOnlyDictionary<string, (string Iso2, string Name)> Groups = new Dictionary<string, (string, string)>
    {
        ["EAS"] = ("Z4", "East Asia & Pacific"), ["ECS"] = ("Z7", "Europe & Central Asia"), ["LCN"] = ("ZJ", "Latin America & Caribbean "), ["MEA"] = ("ZQ", "Middle East, North Africa, Afghanistan & Pakistan"),
        ["NAC"] = ("XU", "North America"), ["SAS"] = ("8S", "South Asia"), ["SSF"] = ("ZG", "Sub-Saharan Africa "), ["NA"] = ("NA", "Aggregates"),
        ["HIC"] = ("XD", "High income"), ["UMC"] = ("XT", "Upper middle income"), ["LMC"] = ("XN", "Lower middle income"),
    };

    private static readonly (string, string) Economics = ("3", "Economy & Growth");

    public static readonly Indicator[] Indicators =
    [
        new("NY.GDP.MKTP.CD", "GDP (current US$)", new(2e12, 0.055, 0.08), 0, 1960, 1, true, "GDP at purchaser's prices is the sum of gross value added by all resident producers in the economy.", Economics),
        new("SP.POP.TOTL", "Population, total", new(6e7, 0.011, 0.004, 0), 0, 1960, 0, true, "Total population is based on the de facto definition of population.", ("8", "Health ")),
        new("FP.CPI.TOTL.ZG", "Inflation, consumer prices (annual %)", new(3.5, Wiggle: 1.6, Decimals: 12), 1, 1961, 1, false, "Inflation as measured by the consumer price index.", Economics),
        new("SL.UEM.TOTL.ZS", "Unemployment, total (% of total labor force) (modeled ILO estimate)", new(6.5, Wiggle: 0.6, Decimals: 3), 1, 1991, 1, false, "Unemployment refers to the share of the labor force that is without work but available for and seeking employment.", ("10", "Social Protection & Labor")),
        new("DPANUSSPB", "Exchange rate, new LCU per USD extended backward, period average", new(12, 0.01, 0.15, 6), 4, 1987, 0, false, "Simulated.", Economics) { Source = EconomicMonitor },
        new("CPTOTSAXN", "CPI Price, nominal, seas. adj.", new(110, 0.03, 0.01, 4), 4, 1990, 1, false, "Simulated.", Economics) { Source = EconomicMonitor },
        new("IPTOTSAKD", "Industrial Production, constant 2010 US$, seas. adj.", new(4e10, 0.02, 0.05), 0, 1991, 2, true, "Simulated.", Economics) { Source = EconomicMonitor, LacksYears = true },
    ];

    public static Economy? FindEconomy(string code) =>
        Economies.FirstOrDefault(economy => economy.Iso3.Equals(code, StringComparison.OrdinalIgnoreCase) || economy.Iso2.Equals(code, StringComparison.OrdinalIgnoreCase));

    /// <summary>A known indicator, or a made one for any dotted id that does not begin with XX or NOSUCH.</summary>
    public static Indicator? FindIndicator(string id)
    {
        var upper = id.ToUpperInvariant();
        return Indicators.FirstOrDefault(indicator => indicator.Id == upper)
            ?? (!upper.Contains('.', StringComparison.Ordinal) || upper.StartsWith("XX", StringComparison.Ordinal) || upper.StartsWith("NOSUCH", StringComparison.Ordinal) || !upper.All(c => char.IsAsciiLetterOrDigit(c) || c == '.')
                ? null
                : new Indicator(upper, $"Simulated indicator {upper}", new(40, Wiggle: 0.5, Decimals: 6), 1, 1970, 1, false, "Simulated.", Economics));
    }
}
