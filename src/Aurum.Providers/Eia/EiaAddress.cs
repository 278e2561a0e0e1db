using System.Globalization;

namespace Aurum.Providers.Eia;

/// <summary>An address of EIA's, taken apart: any host, and any path before <c>v2/</c>.</summary>
/// <param name="Path">What follows <c>v2/</c>.</param>
/// <param name="Query">Names and values in their order.</param>
internal sealed record EiaAddress(string[] Path, IReadOnlyList<(string Name, string Value)> Query)
{
    private const string Version = "v2";

    private static readonly string[] Families =
    [
        "coal", "crude-oil-imports", "electricity", "international", "natural-gas", "nuclear-outages", "petroleum", "seds", "steo",
        "densified-biomass", "total-energy", "aeo", "ieo", "co2-emissions",
    ];

    /// <summary>Null for an address that is none of EIA's.</summary>
    public static EiaAddress? Parse(Uri address)
    {
        if (!Uri.TryCreate(new Uri("http://localhost"), address.OriginalString, out var whole))
        {
            return null;
        }

        string[] parts = [.. whole.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString)];
        var version = Array.LastIndexOf(parts, Version);
        var path = version >= 0 ? parts[(version + 1)..] : [.. parts.SkipWhile(part => !IsBeginning(part))];
        var isKnown = version >= 0
            ? path.Length == 0 || IsBeginning(path[0]) || whole.Host.EndsWith("eia.gov", StringComparison.OrdinalIgnoreCase)
            : path is ["seriesid", _] or [_, .., "data" or "facet"] or [_, .., "facet", _];
        return isKnown ? new EiaAddress(path, [.. Parameters(whole.Query)]) : null;
    }

    public string? this[string name] => Query.FirstOrDefault(parameter => string.Equals(parameter.Name, name, StringComparison.OrdinalIgnoreCase)).Value;

    /// <summary>Values of <c>name[]</c>, <c>name[0]</c> and so on.</summary>
    public IReadOnlyList<string> All(string name) =>
        [.. Query.Where(parameter => parameter.Name.StartsWith($"{name}[", StringComparison.Ordinal) && parameter.Name.EndsWith(']')).Select(parameter => parameter.Value).Distinct()];

    /// <summary>Names of the facets that select rows.</summary>
    public IReadOnlyList<string> Facets =>
        [.. Query.Select(parameter => parameter.Name.Split('[', ']')).Where(parts => parts is ["facets", { Length: > 0 }, ..]).Select(parts => parts[1]).Distinct()];

    public IReadOnlyList<string> SortColumns =>
        [.. Query.Where(parameter => parameter.Name.StartsWith("sort[", StringComparison.Ordinal) && parameter.Name.EndsWith("[column]", StringComparison.Ordinal)).Select(parameter => parameter.Value)];

    public long Number(string name, long fallback) => long.TryParse(this[name], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : fallback;

    private static bool IsBeginning(string part) => part == "seriesid" || Families.Contains(part);

    private static IEnumerable<(string, string)> Parameters(string query) => query.TrimStart('?')
        .Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(parameter => parameter.Split('=', 2))
        .Select(pair => (Text(pair[0]), pair.Length == 2 ? Text(pair[1]) : ""));

    private static string Text(string escaped) => Uri.UnescapeDataString(escaped.Replace('+', ' '));
}
