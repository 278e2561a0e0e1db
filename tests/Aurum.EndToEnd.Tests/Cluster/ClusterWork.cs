using System.Globalization;
using Aurum.Domain;
using Aurum.EndToEnd.Tests.Support;
using Aurum.Providers.Settings;
using Aurum.Simulator;

namespace Aurum.EndToEnd.Tests.Cluster;

/// <summary>What a cluster has to collect, in many pages, and how fast it may.</summary>
/// <param name="Start">From here on each series has an observation for every business day.</param>
/// <param name="PageRows">Observations that one request brings.</param>
/// <param name="RequestsPerSecond">Of each provider; it decides how long the work takes.</param>
/// <param name="Latency">Of every answer.</param>
/// <param name="Workers">Most requests that one node has on their way to one provider.</param>
internal sealed record ClusterWork(int Series, DateOnly Start, int PageRows, int RequestsPerSecond, TimeSpan Latency, int Workers)
{
    /// <summary>What was permitted before a Retry-After was heard of may be this late, on a busy machine.</summary>
    public static readonly TimeSpan OnTheirWay = TimeSpan.FromSeconds(1);

    /// <summary>The same for each provider.</summary>
    public RateLimitSettings Limit => new(RequestsPerSecond, Math.Max(1, RequestsPerSecond / 2), null, "Etc/UTC");

    public SeriesId[] Names { get; } = [.. Enumerable.Range(1, Series).Select(number => new SeriesId("fred", string.Create(CultureInfo.InvariantCulture, $"LOAD{number:000}")))];

    /// <summary>FRED has the load; the others are there to have a gate each.</summary>
    public IReadOnlyList<ProviderPlan> Plans =>
    [
        new(
            "fred",
            [new { series = Names.Select(series => series.Code).ToArray(), start = Start.ToString("O", CultureInfo.InvariantCulture), lookback_observations = 10 }],
            Names,
            Start,
            Names[0],
            $"series/observations?series_id={Names[0].Code}"),
        .. ProviderPlan.All.Where(plan => plan.Provider != "fred"),
    ];

    /// <summary>On the day before today, so that a revision can be of another day than the value.</summary>
    public SimulatorOptions Simulator(int seed) => World.Small with
    {
        Seed = seed,
        Today = World.Small.Today!.Value.AddDays(-1),
        EnforceRateLimits = true,
        Limits = Plans.ToDictionary(plan => plan.Provider, _ => new SimulatedLimit(RequestsPerSecond)),
        RetryAfterGrace = OnTheirWay,
        FredPageCap = PageRows,
        Latency = Latency,
    };

    public void Configure(ConfigFolder folder) => folder.Write(
        Plans,
        new { requests_per_second = RequestsPerSecond, burst = Limit.Burst, daily_quota = (int?)null },
        maxWorkers: Workers);
}
