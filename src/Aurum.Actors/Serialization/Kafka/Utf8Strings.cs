using System.Text;

namespace Aurum.Actors.Serialization.Kafka;

/// <summary>
/// Strings that were made lately, by their bytes: providers, units, runs and flags repeat from record to record and become one
/// string each. A table of fixed size whose slots the latest comer takes; any number of threads may use it.
/// </summary>
internal static class Utf8Strings
{
    private const int Slots = 2048;
    private const int LongestKept = 96;

    private static readonly string?[] Kept = new string?[Slots];

    /// <param name="text">Valid UTF-8.</param>
    public static string Get(ReadOnlySpan<byte> text)
    {
        if (text.Length is 0 or > LongestKept)
        {
            return Encoding.UTF8.GetString(text);
        }

        var hash = new HashCode();
        hash.AddBytes(text);
        ref var slot = ref Kept[(uint)hash.ToHashCode() % Slots];
        var kept = Volatile.Read(ref slot);

        // Beyond ASCII nothing is ever found equal: such texts are rare and made anew.
        if (kept is not null && Ascii.Equals(text, kept))
        {
            return kept;
        }

        var made = Encoding.UTF8.GetString(text);
        Volatile.Write(ref slot, made);
        return made;
    }
}
