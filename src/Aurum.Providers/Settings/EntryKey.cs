using System.Security.Cryptography;
using System.Text;

namespace Aurum.Providers.Settings;

/// <summary>A <see cref="Dataset.Key"/>: a readable beginning, and a digest of all that the entry says.</summary>
internal static class EntryKey
{
    /// <param name="says">Everything the entry says, in an order that does not depend on how it was written down.</param>
    public static string Of(string name, DateOnly? start, int lookback, IEnumerable<string> says)
    {
        var all = string.Join('\n', says.Prepend($"{start:O} {lookback}"));
        return $"{name}#{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(all)))[..12]}";
    }
}
