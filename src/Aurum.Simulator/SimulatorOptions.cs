namespace Aurum.Simulator;

/// <summary>What a simulated provider allows one key.</summary>
/// <param name="RequestsPerSecond">Most requests in any sliding second; null for no such limit.</param>
/// <param name="DailyQuota">Most requests in one UTC day; null for no quota.</param>
public sealed record SimulatedLimit(int? RequestsPerSecond, int? DailyQuota = null);

/// <summary>How the simulator behaves; the defaults are those of the real APIs.</summary>
public sealed record SimulatorOptions
{
    /// <summary>Port on 127.0.0.1; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>The same seed gives the same values, the same missing days and the same bad weather.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The simulator's today; null takes the UTC day of the time provider, anew for each request.</summary>
    public DateOnly? Today { get; init; }

    /// <summary>False serves every request at once and records no violations.</summary>
    public bool EnforceRateLimits { get; init; } = true;

    /// <summary>By provider name; a provider that is absent has no limit, as the World Bank has none.</summary>
    public IReadOnlyDictionary<string, SimulatedLimit> Limits { get; init; } = new Dictionary<string, SimulatedLimit>
    {
        ["fred"] = new(2),
        ["eia"] = new(5),
        ["noaa"] = new(5, 10_000),
    };

    /// <summary>Requests this soon after an answer with Retry-After may have been on their way already: no violation.</summary>
    public TimeSpan RetryAfterGrace { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Most rows of a FRED answer; a request for more is cut to it.</summary>
    public int FredPageCap { get; init; } = 100_000;

    /// <summary>Most rows of an EIA answer; a request for more is cut to it, with a warning.</summary>
    public int EiaPageCap { get; init; } = 5_000;

    /// <summary>Most rows of a NOAA answer; a request for more is cut to it.</summary>
    public int NoaaPageCap { get; init; } = 1_000;

    public string FredKey { get; init; } = "5f1c0b7e93d24a68b0d7e2c49a1f83d6";

    public string EiaKey { get; init; } = "Qm7tZs0Yc4LhV9xKd2RwNp6JbG1uFe8AoT3iXyCk";

    public string NoaaToken { get; init; } = "hWzKqRvTnYbXcJdLsPgMfUoEaIxBtCmD";

    /// <summary>How long every answer is held back.</summary>
    public TimeSpan Latency { get; init; } = TimeSpan.Zero;

    /// <summary>For load tests: every FRED series then has exactly this many daily observations, the last of them today.</summary>
    public long? ObservationsPerSeries { get; init; }
}
