using System.Globalization;
using Aurum.Domain;

namespace Aurum.Providers.WorldBank;

/// <summary>A series' place at the World Bank, written into its coordinates and read back from them.</summary>
/// <param name="Source">The database that is asked by number; null for the service's own choice.</param>
/// <param name="Listing">Path of the list that the indicator was found in; null where the configuration names it.</param>
internal sealed record WorldBankSeries(string Indicator, WorldBankEconomy Economy, string FrequencyCode, int? Source, string? Listing)
{
    private const string IndicatorKey = "indicator", CountryKey = "country", FrequencyKey = "frequency", SourceKey = "source", ListingKey = "listing";
    private const string Iso2Key = "iso2", RegionKey = "region", IncomeKey = "income_level";

    public string Country => Economy.Code;

    /// <summary>Years are the rule, and need no mark.</summary>
    public static string CodeOf(string indicator, string country, string frequency) =>
        frequency == FrequencyCodes.Annual ? $"{indicator}:{country}" : $"{indicator}:{country}:{frequency}";

    public static WorldBankSeries Of(SeriesDefinition series)
    {
        var at = series.Coordinates;
        return new WorldBankSeries(
            at[IndicatorKey],
            new WorldBankEconomy(at[CountryKey], at.GetValueOrDefault(Iso2Key), at.GetValueOrDefault(RegionKey), at.GetValueOrDefault(IncomeKey)),
            at.GetValueOrDefault(FrequencyKey, FrequencyCodes.Annual),
            at.TryGetValue(SourceKey, out var source) ? int.Parse(source, CultureInfo.InvariantCulture) : null,
            at.GetValueOrDefault(ListingKey));
    }

    public SeriesDefinition Define(WorldBankDataset dataset) => new(
        new SeriesId(WorldBankProvider.Name, CodeOf(Indicator, Country, FrequencyCode)),
        dataset.Key,
        CoalescingKey(),
        Coordinates(),
        dataset.Start,
        dataset.LookbackObservations);

    /// <summary>One call takes several indicators only where it names their database.</summary>
    private string CoalescingKey()
    {
        var of = Source is { } source ? string.Create(CultureInfo.InvariantCulture, $"source={source}") : Indicator;
        return FrequencyCode == FrequencyCodes.Annual ? $"{WorldBankProvider.Name}:{of}" : $"{WorldBankProvider.Name}:{of}:{FrequencyCode}";
    }

    private Dictionary<string, string> Coordinates()
    {
        var coordinates = new Dictionary<string, string>(StringComparer.Ordinal) { [IndicatorKey] = Indicator, [CountryKey] = Country };
        Add(FrequencyKey, FrequencyCode == FrequencyCodes.Annual ? null : FrequencyCode);
        Add(SourceKey, Source?.ToString(CultureInfo.InvariantCulture));
        Add(ListingKey, Listing);
        Add(Iso2Key, Economy.Iso2);
        Add(RegionKey, Economy.Region);
        Add(IncomeKey, Economy.IncomeLevel);
        return coordinates;

        void Add(string key, string? value)
        {
            if (value is not null)
            {
                coordinates[key] = value;
            }
        }
    }
}
