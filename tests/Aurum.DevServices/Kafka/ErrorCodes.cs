using System.Globalization;
using System.Runtime.InteropServices;

namespace Aurum.DevServices.Kafka;

/// <summary>Errors by the names librdkafka gives them: <c>NOT_LEADER_OR_FOLLOWER</c>, <c>_TRANSPORT</c>; numbers will do too.</summary>
internal static class ErrorCodes
{
    /// <summary>Local errors are negative, the protocol's positive; both ends are beyond the last one known.</summary>
    private const int Lowest = -200, Highest = 250;

    private static readonly Dictionary<string, int> Named = Names();

    public static int Parse(string error) =>
        int.TryParse(error, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number
        : Named.TryGetValue(error, out number) ? number
        : throw new ArgumentException($"No error is called \"{error}\"; a name is, for instance, NOT_LEADER_OR_FOLLOWER or _TRANSPORT.");

    public static string NameOf(int error) => Marshal.PtrToStringUTF8(Librdkafka.ErrorName(error)) ?? error.ToString(CultureInfo.InvariantCulture);

    private static Dictionary<string, int> Names()
    {
        var named = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        for (var error = Lowest; error <= Highest; error++)
        {
            named.TryAdd(NameOf(error), error);
        }

        // librdkafka may have kept the names from before Kafka changed these.
        named.TryAdd("NOT_LEADER_OR_FOLLOWER", 6);
        named.TryAdd("COORDINATOR_LOAD_IN_PROGRESS", 14);
        named.TryAdd("COORDINATOR_NOT_AVAILABLE", 15);
        named.TryAdd("NOT_COORDINATOR", 16);
        return named;
    }
}
