using Aurum.Simulator.Values;

namespace Aurum.Simulator;

/// <summary>What goes wrong with an answer.</summary>
public enum FaultKind
{
    /// <summary>429 with <c>Retry-After</c> in seconds.</summary>
    Status429WithSeconds,

    /// <summary>429 with <c>Retry-After</c> as an HTTP date.</summary>
    Status429WithDate,
    Status500Html,
    Status502Html,
    Status503Html,

    /// <summary>The edge's block page instead of the API.</summary>
    Forbidden403Html,

    /// <summary>No answer until the client gives up.</summary>
    Hang,

    /// <summary>Half of the body under the full Content-Length, then the connection breaks.</summary>
    ResetMidBody,

    /// <summary>Half of the body, cleanly ended.</summary>
    TruncatedJson,

    /// <summary>Status 200 and valid JSON, but not what the API documents.</summary>
    WrongShape,

    /// <summary>Status 200 and no body.</summary>
    EmptyBody,
}

/// <summary>One kind of bad weather and whom it meets.</summary>
/// <param name="Provider">Null for every provider.</param>
/// <param name="Contains">Part of path and query, unescaped and without the key, such as a series id; null for every request.</param>
/// <param name="Times">How many requests it hits, then it is over; null for no end.</param>
/// <param name="Probability">The part of the matching requests that it hits; which ones follows from the simulator's seed.</param>
/// <param name="Seconds">What a 429 asks the client to wait.</param>
public sealed record Fault(FaultKind Kind, string? Provider = null, string? Contains = null, int? Times = null, double Probability = 1, int Seconds = 1);

/// <summary>The bad weather in force; may be changed while the server runs. The first fault that hits a request is the one it gets.</summary>
public sealed class FaultPlan
{
    private readonly object _lock = new();
    private readonly List<Entry> _entries = [];
    private readonly Dictionary<FaultKind, int> _injected = [];
    private readonly int _seed;
    private int _added;

    internal FaultPlan(int seed) => _seed = seed;

    /// <summary>How often each kind was injected so far.</summary>
    public IReadOnlyDictionary<FaultKind, int> Injected
    {
        get
        {
            lock (_lock)
            {
                return new Dictionary<FaultKind, int>(_injected);
            }
        }
    }

    public void Add(Fault fault)
    {
        lock (_lock)
        {
            _entries.Add(new Entry(fault, _added++));
        }
    }

    /// <summary>Fair weather again.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _entries.Clear();
        }
    }

    internal Fault? Next(string provider, string pathAndQuery)
    {
        lock (_lock)
        {
            foreach (var entry in _entries)
            {
                if (entry.Hits(_seed, provider, pathAndQuery))
                {
                    _injected[entry.Fault.Kind] = _injected.GetValueOrDefault(entry.Fault.Kind) + 1;
                    return entry.Fault;
                }
            }

            return null;
        }
    }

    private sealed class Entry(Fault fault, int number)
    {
        private int _matched;
        private int _hit;

        public Fault Fault { get; } = fault;

        public bool Hits(int seed, string provider, string pathAndQuery)
        {
            if (_hit >= Fault.Times
                || (Fault.Provider is { } only && only != provider)
                || (Fault.Contains is { } part && !pathAndQuery.Contains(part, StringComparison.Ordinal)))
            {
                return false;
            }

            _matched++;
            if (Fault.Probability < 1 && Noise.Hash(seed, $"fault {number}.{_matched}") / (double)ulong.MaxValue >= Fault.Probability)
            {
                return false;
            }

            _hit++;
            return true;
        }
    }
}
