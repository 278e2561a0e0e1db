using System.Globalization;
using System.Text.RegularExpressions;
using Aurum.Domain;
using Aurum.Providers.Settings;

namespace Aurum.Providers.WorldBank;

/// <summary>Some indicators of some economies: one series for each pair.</summary>
/// <param name="Indicators">Ids in upper case; empty where <paramref name="Topic"/> or <paramref name="Source"/> says which.</param>
/// <param name="Countries">Codes of two or three characters, aggregates such as <c>WLD</c> among them; empty where <paramref name="Economies"/> says which.</param>
/// <param name="FrequencyCode">The form of the dates that are its rows.</param>
/// <param name="Source">The database that data come from; null for the one the service takes by itself.</param>
/// <param name="Prefixes">Of the indicators of a source or topic only those whose ids begin so; empty for all.</param>
public sealed partial record WorldBankDataset(
    string Key,
    DateOnly? Start,
    int LookbackObservations,
    IReadOnlyList<string> Indicators,
    IReadOnlyList<string> Countries,
    string FrequencyCode,
    int? Source,
    int? Topic,
    IReadOnlyList<string> Prefixes,
    WorldBankEconomies Economies) : Dataset(Key, Start, LookbackObservations)
{
    private const int LargestNumber = 999;

    private static readonly Dictionary<string, WorldBankEconomies> Words = new(StringComparer.Ordinal)
    {
        ["ALL"] = WorldBankEconomies.All,
        ["COUNTRIES"] = WorldBankEconomies.Countries,
        ["AGGREGATES"] = WorldBankEconomies.Aggregates,
    };

    public override bool IsDiscovered => IndicatorListing is not null || Economies != WorldBankEconomies.Listed;

    /// <summary>Path of the list that tells the indicators; null where the configuration does.</summary>
    internal string? IndicatorListing =>
        Indicators.Count > 0 ? null
        : Topic is { } topic ? string.Create(CultureInfo.InvariantCulture, $"topic/{topic}/indicator")
        : Source is { } source ? string.Create(CultureInfo.InvariantCulture, $"source/{source}/indicator")
        : null;

    internal static WorldBankDataset Read(SettingsNode entry)
    {
        var discovers = !entry.Has("indicators") && (entry.Has("source") || entry.Has("topic"));
        var indicators = discovers ? [] : Distinct(entry, "indicators", text => CheckIndicator(text, "an indicator id such as NY.GDP.MKTP.CD"));
        var prefixes = discovers ? Distinct(entry, "indicator_prefixes", text => CheckIndicator(text, "the beginning of an indicator id, such as NY.GDP"), required: false) : [];
        int? topic = discovers ? Number(entry, "topic") : null;
        var source = Number(entry, "source");
        var (economies, countries) = ReadEconomies(entry);
        var frequency = entry.OptionalString("frequency", WorldBankFrequency.Check) is { } word ? WorldBankFrequency.CodeOf(word) : FrequencyCodes.Annual;
        var start = entry.OptionalDate("start");
        var lookback = entry.Integer("lookback_observations", 30, 0, 100_000);
        entry.NothingElse();

        string?[] says =
        [
            indicators.Count > 0 ? Joined(indicators) : null,
            topic is null ? null : string.Create(CultureInfo.InvariantCulture, $"topic={topic}"),
            source is null ? null : string.Create(CultureInfo.InvariantCulture, $"source={source}"),
            prefixes.Count > 0 ? $"{Joined(prefixes)}*" : null,
            economies == WorldBankEconomies.Listed ? Joined(countries) : $"{economies}",
            frequency == FrequencyCodes.Annual ? null : WorldBankFrequency.WordOf(frequency),
        ];
        return new WorldBankDataset(string.Join(' ', says.OfType<string>()), start, lookback, indicators, countries, frequency, source, topic, prefixes, economies);
    }

    /// <returns>Null when the provider must first be asked, or has nothing that fits.</returns>
    internal IReadOnlyList<SeriesDefinition>? Series(IReadOnlyList<string> texts)
    {
        var facts = WorldBankFacts.Read(this, texts);
        return facts.Indicators is { Count: > 0 } indicators && facts.Economies is { Count: > 0 } economies
            ?
            [
                .. from indicator in indicators
                   from economy in economies
                   select new WorldBankSeries(indicator, economy, FrequencyCode, Source, IndicatorListing).Define(this),
            ]
            : null;
    }

    internal bool Wants(WorldBankEconomy economy) => Economies switch
    {
        WorldBankEconomies.Countries => !economy.IsAggregate,
        WorldBankEconomies.Aggregates => economy.IsAggregate,
        _ => true,
    };

    /// <param name="source">The number of the indicator's database, where its row tells one.</param>
    internal bool Wants(string indicator, string? source) =>
        IndicatorPattern().IsMatch(indicator)
        && (Prefixes.Count == 0 || Prefixes.Any(prefix => indicator.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)))
        && (Topic is null || Source is null || source == Source.Value.ToString(CultureInfo.InvariantCulture));

    private static (WorldBankEconomies Economies, IReadOnlyList<string> Listed) ReadEconomies(SettingsNode entry)
    {
        if (entry.IsText("countries"))
        {
            var all = entry.String("countries", text => text is "all" or "countries" or "aggregates" ? null : "a list of codes, or one of the words all, countries and aggregates");
            return (Words.GetValueOrDefault(all.ToUpperInvariant()), []);
        }

        var codes = Distinct(entry, "countries", CheckCountry);
        if (codes.FirstOrDefault(Words.ContainsKey) is not { } word)
        {
            return (WorldBankEconomies.Listed, codes);
        }

        if (codes.Count > 1)
        {
            entry.Problem("countries", $"names \"{word.ToLowerInvariant()}\" and more; that word must stand alone");
        }

        return (Words[word], []);
    }

    private static string? CheckIndicator(string text, string expected) => IndicatorPattern().IsMatch(text) ? null : expected;

    /// <summary>Empty text in the path would mean every economy there is.</summary>
    private static string? CheckCountry(string text) =>
        text is "all" or "countries" or "aggregates" || (CountryPattern().IsMatch(text) && !Words.ContainsKey(text.ToUpperInvariant()))
            ? null
            : "a country or aggregate code such as USA, US or WLD, or one of the words all, countries and aggregates";

    private static int? Number(SettingsNode entry, string key) => entry.Integer(key, 0, 1, LargestNumber) is > 0 and var number ? number : null;

    private static string Joined(IEnumerable<string> texts) => string.Join(',', texts.Order(StringComparer.Ordinal));

    /// <summary>The API reads both codes in any case; upper case is the form of series codes.</summary>
    private static List<string> Distinct(SettingsNode entry, string key, Func<string, string?> check, bool required = true)
    {
        var distinct = new List<string>();
        foreach (var text in (entry.OptionalStrings(key, check, required) ?? []).Select(text => text.ToUpperInvariant()))
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

/// <summary>Which economies a dataset is of.</summary>
public enum WorldBankEconomies
{
    Listed,
    All,
    Countries,
    Aggregates,
}
