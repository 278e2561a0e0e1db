using System.Text.RegularExpressions;
using Aurum.Domain;
using Aurum.Providers.Settings;

namespace Aurum.Providers.WorldBank;

/// <summary>Some indicators of some economies: one series for each pair.</summary>
/// <param name="Countries">Codes of two or three characters, aggregates such as <c>WLD</c> among them.</param>
public sealed partial record WorldBankDataset(
    string Key,
    DateOnly? Start,
    int LookbackObservations,
    IReadOnlyList<string> Indicators,
    IReadOnlyList<string> Countries) : Dataset(Key, Start, LookbackObservations)
{
    internal static WorldBankDataset Read(SettingsNode entry)
    {
        var indicators = Distinct(entry, "indicators", text => IndicatorPattern().IsMatch(text) ? null : "an indicator id such as NY.GDP.MKTP.CD");
        var countries = Distinct(entry, "countries", CheckCountry);
        var start = entry.OptionalDate("start");
        var lookback = entry.Integer("lookback_observations", 30, 0, 100_000);
        entry.NothingElse();

        var key = $"{string.Join(',', indicators.Order(StringComparer.Ordinal))} {string.Join(',', countries.Order(StringComparer.Ordinal))}";
        return new WorldBankDataset(key, start, lookback, indicators, countries);
    }

    internal IReadOnlyList<SeriesDefinition> Series() =>
    [
        .. from indicator in Indicators
           from country in Countries
           select new SeriesDefinition(
               new SeriesId(WorldBankProvider.Name, $"{indicator}:{country}"),
               Key,
               $"{WorldBankProvider.Name}:{indicator}",
               WorldBankSeries.Coordinates(indicator, country),
               Start,
               LookbackObservations),
    ];

    /// <summary>Empty text in the path would mean every economy there is, and so does the word.</summary>
    private static string? CheckCountry(string text) =>
        CountryPattern().IsMatch(text) && !text.Equals("all", StringComparison.OrdinalIgnoreCase)
            ? null
            : "a country or aggregate code such as USA, US or WLD (\"all\" is not supported)";

    /// <summary>The API reads both codes in any case; upper case is the form of series codes.</summary>
    private static List<string> Distinct(SettingsNode entry, string key, Func<string, string?> check)
    {
        var distinct = new List<string>();
        foreach (var text in entry.Strings(key, check).Select(text => text.ToUpperInvariant()))
        {
            if (distinct.Contains(text))
            {
                entry.Problem(key, $"names {text} twice; each may stand once");
            }
            else
            {
                distinct.Add(text);
            }
        }

        return distinct;
    }

    [GeneratedRegex(@"\A[A-Za-z0-9._-]+\z")]
    private static partial Regex IndicatorPattern();

    [GeneratedRegex(@"\A[A-Za-z0-9]{2,8}\z")]
    private static partial Regex CountryPattern();
}
