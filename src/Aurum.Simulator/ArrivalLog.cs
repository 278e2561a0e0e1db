using System.Net;

namespace Aurum.Simulator;

/// <summary>One request that reached the server.</summary>
/// <param name="Path">Below the provider's root, unescaped.</param>
/// <param name="Query">As it came, without the key.</param>
/// <param name="Timestamp">Monotonic, of the server's time provider.</param>
/// <param name="Status">The status answered; 0 where a fault gave none.</param>
/// <param name="Fault">The fault injected, if any.</param>
/// <param name="AnsweredAt">Monotonic; when the answer began to leave. Null where none has.</param>
/// <param name="NotBefore">Monotonic; the end of the Retry-After that was answered, if one was.</param>
/// <param name="From">Whence it came, to tell several callers apart.</param>
public sealed record Arrival(
    string Provider, string Path, string Query, long Timestamp, DateTimeOffset At, int Status, FaultKind? Fault, long? AnsweredAt = null, long? NotBefore = null, IPAddress? From = null);

/// <summary>Every request since the start, in the order of arrival. Thread-safe.</summary>
public sealed class ArrivalLog
{
    private readonly object _lock = new();
    private readonly List<Arrival> _all = [];
    private readonly Dictionary<string, int> _counts = [];

    /// <summary>A copy of the log as it stands.</summary>
    public IReadOnlyList<Arrival> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _all];
            }
        }
    }

    public int Total
    {
        get
        {
            lock (_lock)
            {
                return _all.Count;
            }
        }
    }

    public int CountOf(string provider)
    {
        lock (_lock)
        {
            return _counts.GetValueOrDefault(provider);
        }
    }

    /// <returns>Its place in the log.</returns>
    internal int Add(Arrival arrival)
    {
        lock (_lock)
        {
            _all.Add(arrival);
            _counts[arrival.Provider] = _counts.GetValueOrDefault(arrival.Provider) + 1;
            return _all.Count - 1;
        }
    }

    internal void Answered(int place, long at, long? notBefore)
    {
        lock (_lock)
        {
            _all[place] = _all[place] with { AnsweredAt = at, NotBefore = notBefore };
        }
    }
}
