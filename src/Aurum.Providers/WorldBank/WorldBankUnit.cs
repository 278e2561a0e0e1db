using System.Text.RegularExpressions;

namespace Aurum.Providers.WorldBank;

/// <summary>
/// The unit in an indicator's name, <c>GDP (current US$)</c>. Data carry none. Brackets also hold what is no unit, as in
/// <c>(modeled ILO estimate)</c>: only a text that begins or ends as units do is taken.
/// </summary>
internal static partial class WorldBankUnit
{
    /// <summary>The last pair of outer brackets with a unit in it; null when there is none.</summary>
    public static string? In(string name)
    {
        string? unit = null;
        var (depth, open) = (0, 0);
        for (var at = 0; at < name.Length; at++)
        {
            if (name[at] == '(' && depth++ == 0)
            {
                open = at + 1;
            }
            else if (name[at] == ')' && depth > 0 && --depth == 0)
            {
                unit = name[open..at].NotBlank() is { } text && Pattern().IsMatch(text) ? text : unit;
            }
        }

        return unit;
    }

    [GeneratedRegex(
        @"\A(%|annual %|(current|constant)\b.*(US\$|LCU|\$)|(US\$|LCU|index|years?|days?|hours?|months?|kg|kt|km|tons?|metric tons?|kilotons?|number|people|births?|deaths?|thousands?|millions?|billions?|hectares?|sq\. km|cubic|liters?|mm|kwh|mt|percent|per)\b|[0-9]{4} ?= ?100)|(US\$|\$)\z",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Pattern();
}
