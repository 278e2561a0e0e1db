using Aurum.Domain;

namespace Aurum.Actors.Collection;

/// <summary>What it takes for a series of one provider to stand in for a series of another.</summary>
public static class Twins
{
    /// <summary>Keys of <see cref="Observation.Metadata"/>: the provider that served an observation, and the series' code there.</summary>
    public const string ServedBy = "served_by", TwinCode = "twin";

    /// <summary>The same unit as different providers word it; all else must be worded alike but for case.</summary>
    private static readonly string[][] SameUnits =
    [
        ["Percent", "%", "annual %", "percent per annum"],
        ["Dollars per Barrel", "U.S. Dollars per Barrel", "$/BBL", "$/barrel"],
        ["Dollars per Million BTU", "$/MMBTU", "dollars per million Btu"],
        ["Current U.S. Dollars", "current US$", "U.S. Dollars"],
        ["Persons", "people", "total"],
    ];

    /// <summary>Why one cannot stand in for the other, as their catalog entries tell; null when it can, or only its data tell the unit.</summary>
    public static string? Difference(CatalogEntry? own, CatalogEntry? twin) =>
        own is null ? "nothing is known yet of the series itself, so that it cannot be compared"
        : twin is null ? "its catalog entry does not come"
        : Difference(own, twin.UnitCode ?? own.UnitCode, twin.FrequencyCode);

    /// <summary>Why these data cannot stand in for the series; null when they can.</summary>
    public static string? Difference(CatalogEntry own, ObservationSlice data) =>
        data.Observations.Count == 0 ? null : Difference(own, data.Attributes.UnitCode, data.Attributes.FrequencyCode);

    /// <summary>A twin's observations under the name, unit and frequency of the series itself, marked as served.</summary>
    public static ObservationSlice AsServed(ObservationSlice slice, SeriesId twin, CatalogEntry own) => new(
        own.Series,
        new SeriesAttributes(own.UnitCode, own.FrequencyCode, own.DatasetCode, own.GeoId),
        [.. slice.Observations.Select(observation => observation with
        {
            Metadata = new Dictionary<string, string>(observation.Metadata ?? new Dictionary<string, string>()) { [ServedBy] = twin.Provider, [TwinCode] = twin.Code },
        })]);

    private static string? Difference(CatalogEntry own, string? unit, string? frequency) =>
        own.FrequencyCode is null || own.FrequencyCode != frequency ? $"its frequency is {frequency ?? "not told"}, not {own.FrequencyCode ?? "told"}"
        : !IsSameUnit(own.UnitCode, unit) ? $"its unit is {unit ?? "not told"}, not {own.UnitCode ?? "told"}"
        : null;

    private static bool IsSameUnit(string? one, string? other) =>
        one is not null && other is not null
        && (one.Equals(other, StringComparison.OrdinalIgnoreCase) || Array.Exists(SameUnits, words => Has(words, one) && Has(words, other)));

    private static bool Has(string[] words, string unit) => words.Contains(unit, StringComparer.OrdinalIgnoreCase);
}
