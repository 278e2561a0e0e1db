using System.Runtime.CompilerServices;
using System.Text.Json;
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
        var members = Members(node);
        return members.ValueKind == JsonValueKind.Object ? [.. members.EnumerateObject().Select(member => Read(node, member))] : [];
    }

    internal static bool IsName(string text) => text.Length is > 0 and <= 80 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    private static EiaFacet Read(SettingsNode node, JsonProperty member)
    {
        if (!IsName(member.Name))
        {
            node.Problem(member.Name, "is no name of a facet; expected letters, digits, '-' and '_'");
        }

        if (member.Value.ValueKind != JsonValueKind.String)
        {
            return new EiaFacet(member.Name, node.Strings(member.Name));
        }

        node.String(member.Name, text => text == Wildcard ? null : $"\"{Wildcard}\" for all values, or a list of values");
        return new EiaFacet(member.Name, Values: null);
    }

    // A node tells the names of its keys only where all values are of one kind; here a text may stand beside a list.
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_object")]
    private static extern ref JsonElement Members(SettingsNode node);
}
