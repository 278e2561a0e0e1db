using Aurum.Providers.Settings;

namespace Aurum.Providers.Eia;

/// <summary>A configured part of EIA's data.</summary>
public abstract record EiaDataset(string Key, DateOnly? Start, int LookbackObservations) : Dataset(Key, Start, LookbackObservations)
{
    internal static EiaDataset Read(SettingsNode entry) =>
        entry.Has("series") ? EiaLegacyDataset.ReadLegacy(entry) : EiaRouteDataset.ReadRoute(entry);

    private protected static (DateOnly? Start, int Lookback) ReadSpan(SettingsNode entry) =>
        (entry.OptionalDate("start"), entry.Integer("lookback_observations", 30, 0, 100_000));
}

/// <summary>The series of a route at one frequency: every combination of the facets' values, times the columns.</summary>
/// <param name="Facets">In the order of the file.</param>
/// <param name="Columns">Value columns, the <c>data[]</c> of a query.</param>
public sealed record EiaRouteDataset(
    string Key,
    DateOnly? Start,
    int LookbackObservations,
    string Route,
    string Frequency,
    IReadOnlyList<EiaFacet> Facets,
    IReadOnlyList<string> Columns) : EiaDataset(Key, Start, LookbackObservations)
{
    public override bool IsDiscovered => Facets.Any(facet => facet.IsWildcard);

    internal static EiaRouteDataset ReadRoute(SettingsNode entry)
    {
        var route = entry.String("route", text => IsRoute(text) ? null : "a route such as petroleum/pri/spt, without v2 before or data behind it");
        var frequency = entry.String("frequency", text => EiaFrequency.Find(text) is not null ? null : $"one of {string.Join(", ", EiaFrequency.All.Select(one => one.Id))}");
        var facets = EiaFacet.ReadAll(entry);
        var columns = entry.OptionalStrings("data", text => EiaFacet.IsName(text) ? null : "a data column such as value") ?? ["value"];
        var (start, lookback) = ReadSpan(entry);
        entry.NothingElse();

        var says = new[] { route, frequency, string.Join('\t', columns.Order(StringComparer.Ordinal)) }
            .Concat(facets.OrderBy(facet => facet.Name, StringComparer.Ordinal).Select(facet => facet.Says));
        return new EiaRouteDataset(EntryKey.Of($"{route}:{frequency}", start, lookback, says), start, lookback, route, frequency, facets, columns);
    }

    private static bool IsRoute(string text) =>
        text.Split('/') is var parts && parts.All(EiaFacet.IsName) && parts[0] != "v2" && parts[^1] != "data";
}

/// <summary>Series by the ids of EIA's first API, such as <c>PET.RWTC.D</c>, which a bridge still answers.</summary>
public sealed record EiaLegacyDataset(string Key, DateOnly? Start, int LookbackObservations, IReadOnlyList<string> Series)
    : EiaDataset(Key, Start, LookbackObservations)
{
    internal static EiaLegacyDataset ReadLegacy(SettingsNode entry)
    {
        var series = entry.Strings("series", id => IsLegacyId(id) ? null : $"a legacy id such as PET.RWTC.D, ending in one of {string.Join(", ", EiaFrequency.All.Select(one => one.LegacySuffix))}");
        var (start, lookback) = ReadSpan(entry);
        entry.NothingElse();

        var name = series.Count switch { 0 => "eia", 1 => series[0], var count => $"{series[0]}+{count - 1}" };
        return new EiaLegacyDataset(EntryKey.Of(name, start, lookback, series.Order(StringComparer.Ordinal)), start, lookback, series);
    }

    internal static bool IsLegacyId(string text) =>
        text.Length <= 120
        && text.Split('.').Length >= 3
        && char.IsAsciiLetter(text[0])
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_')
        && EiaFrequency.OfLegacy(text) is not null;
}
