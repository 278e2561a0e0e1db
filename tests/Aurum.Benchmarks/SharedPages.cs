using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Aurum.Simulator;

namespace Aurum.Benchmarks;

/// <summary>
/// How fast the whole program takes pages in which some two hundred series have a handful of rows each, as NOAA answers for the
/// stations of a state: a checkpoint for each series of each page. It has to be faster than the provider is ever allowed to be.
/// </summary>
internal static class SharedPages
{
    private const int RowsPerPage = 1_000;
    private const int PagesPerSecond = 5; // what NOAA allows
    private const double LeastRatio = 1.5;

    public static async Task<int> RunAsync(int rows)
    {
        var options = new SimulatorOptions { EnforceRateLimits = false };
        await using var simulator = await ProviderSimulator.StartAsync(options, TimeProvider.System, CancellationToken.None);
        var folder = Directory.CreateTempSubdirectory("aurum-benchmark");
        try
        {
            var providers = Directory.CreateDirectory(Path.Combine(folder.FullName, "config", "providers"));
            var start = TimeProvider.System.GetUtcNow().AddMonths(-18).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            await File.WriteAllTextAsync(Path.Combine(providers.FullName, "noaa.json"), JsonSerializer.Serialize(new
            {
                name = "noaa",
                rate_limit = new { requests_per_second = 1000, burst = 1000, daily_quota = (int?)null },
                datasets = new[] { new { dataset = "GHCND", location = "FIPS:37", datatypes = "*", start } },
            }));

            var clock = Stopwatch.StartNew();
            using var process = AurumProcess.Start(["run", "--providers", "noaa"], folder.FullName, simulator.Environment);
            var stored = Summary.NewRows(await process.EndAsync());
            var rate = stored / clock.Elapsed.TotalSeconds;
            var ratio = rate / (PagesPerSecond * RowsPerPage);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{stored:N0} rows in pages of {RowsPerPage:N0}: {clock.Elapsed.TotalSeconds:0.0} s, {process.CpuSeconds:0.0} s of CPU, {rate:N0} rows/s, {ratio:0.00} of what the provider allows (limit: at least {LeastRatio:0.00})"));
            return ratio >= LeastRatio ? 0 : 1;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
