using System.Globalization;

namespace Aurum.Benchmarks;

/// <summary>What a run says at its end.</summary>
internal static class Summary
{
    /// <summary>From <c>12,345 new</c>; 0 where it does not say.</summary>
    public static long NewRows(string output)
    {
        var words = output.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries);
        var at = Array.FindIndex(words, word => word.StartsWith("new", StringComparison.Ordinal));
        return at > 0 ? long.Parse(words[at - 1], NumberStyles.AllowThousands, CultureInfo.InvariantCulture) : 0;
    }
}
