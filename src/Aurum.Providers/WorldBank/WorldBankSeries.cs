using Aurum.Domain;

namespace Aurum.Providers.WorldBank;

/// <summary>A series' place at the World Bank, read back from its coordinates.</summary>
internal readonly record struct WorldBankSeries(string Indicator, string Country)
{
    public static WorldBankSeries Of(SeriesDefinition series) => new(series.Coordinates["indicator"], series.Coordinates["country"]);

    public static IReadOnlyDictionary<string, string> Coordinates(string indicator, string country) =>
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["indicator"] = indicator,
            ["country"] = country,
        };
}
