using Aurum.Providers.Settings;

namespace Aurum.Providers.Eia;

/// <summary>A facet as configured.</summary>
/// <param name="Values">In the order of the file; null for every value that the route has.</param>
public sealed record EiaFacet(string Name, IReadOnlyList<string>? Values)
{
    private const string Wildcard = "*";

    public bool IsWildcard => Values is null;

    /// <summary>What the entry's key is made of: the same however the values were ordered, and never what a list could say.</summary>
    internal string Says => IsWildcard ? $"{Name}\t\t{Wildcard}" : $"{Name}\t{string.Join('\t', Values!.Order(StringComparer.Ordinal))}";

    internal static IReadOnlyList<EiaFacet> ReadAll(SettingsNode entry)
    {
        var node = entry.Child("facets");
        return [.. node.Keys.Select(name => Read(node, name))];
    }

    internal static bool IsName(string text) => text.Length is > 0 and <= 80 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    private static EiaFacet Read(SettingsNode node, string name)
    {
        if (!IsName(name))
        {
            node.Problem(name, "is no name of a facet; expected letters, digits, '-' and '_'");
        }

        if (!node.IsText(name))
        {
            return new EiaFacet(name, node.Strings(name));
        }

        node.String(name, text => text == Wildcard ? null : $"\"{Wildcard}\" for all values, or a list of values");
        return new EiaFacet(name, Values: null);
    }
}
