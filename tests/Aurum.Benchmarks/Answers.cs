using System.Globalization;
using Aurum.Simulator;
using Aurum.Testing.Network;

namespace Aurum.Benchmarks;

/// <summary>How fast a node answers twenty readers while it collects.</summary>
internal static class Answers
{
    private const int Requests = 10_000;
    private const int Readers = 20;
    private const int Series = 200;

    private static readonly TimeSpan MostAtP99 = TimeSpan.FromMilliseconds(100);

    private static readonly (string Name, string[] Paths)[] Mixes =
    [
        ("health", ["/health/external", "/livez", "/readyz"]),
        ("what operators look at", ["/v1/admin/external/ratelimits", "/v1/admin/external/series?limit=50", "/v1/admin/external/pipelines", "/sla/external", "/metrics"]),
        ("what readers look at", ["/v1/external/catalog?limit=100", "/v1/external/observations?provider=fred&series=LOAD001&limit=100"]),
    ];

    /// <param name="rows">Of which the collected series consist; so many that they are collected for longer than is measured.</param>
    public static async Task<int> RunAsync(int rows)
    {
        await using var simulator = await ProviderSimulator.StartAsync(
            new SimulatorOptions { EnforceRateLimits = false, ObservationsPerSeries = rows / Series }, TimeProvider.System, CancellationToken.None);
        var folder = Directory.CreateTempSubdirectory("aurum-benchmark");
        try
        {
            await AurumProcess.ConfigureAsync(folder.FullName, [.. Enumerable.Range(1, Series).Select(number => $"LOAD{number:000}")], requestsPerSecond: 5);
            using var node = await LoopingNode.StartAsync(folder.FullName, simulator.Environment, TimeSpan.FromHours(1));
            while (simulator.Arrivals.Total < 5)
            {
                await Task.Delay(50);
            }

            await HttpLoad.RunAsync(node.Http, [.. Mixes.SelectMany(mix => mix.Paths)], Requests / 5, Readers); // once through, so that nothing is compiled while it is measured
            var good = true;
            foreach (var (name, paths) in Mixes)
            {
                var before = simulator.Arrivals.Total;
                var load = await HttpLoad.RunAsync(node.Http, paths, Requests, Readers);
                var collected = simulator.Arrivals.Total - before;
                good &= load.P99 < MostAtP99 && load.Refused.Count == 0 && collected > 0;
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"{name}, {Readers} at once: {load}, {load.Refused.Values.Sum()} refused, {collected} requests to the provider meanwhile (limit: p99 below {MostAtP99.TotalMilliseconds} ms)"));
            }

            return good ? 0 : 1;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
