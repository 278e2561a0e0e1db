using System.Diagnostics;
using System.Globalization;
using Aurum.Simulator;

namespace Aurum.Benchmarks;

/// <summary>
/// How fast rows come from the simulator into the store, through the whole system as a process of its own, and how fast a bare
/// loop does the same: download, parse, bulk insert. Both run in the same minute on the same simulator, so that their ratio holds
/// where their figures do not.
/// </summary>
internal static class FirstLoad
{
    private const int RowsPerSeries = 100_000;
    private const double LeastRatio = 1.0 / 3;
    private const double MostGrowth = 1.3;

    public static async Task<int> RunAsync(int rows)
    {
        await MeasureAsync(rows / 10);
        var asked = await MeasureAsync(rows);
        var more = await MeasureAsync(rows * 10);
        var ratio = asked.Aurum.RowsPerSecond / asked.Bare.RowsPerSecond;
        var growth = (double)more.Aurum.PeakMegabytes / asked.Aurum.PeakMegabytes;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ratio to the bare loop at {rows:N0} rows: {ratio:0.00} (limit: at least {LeastRatio:0.00})"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"growth of peak memory from {rows:N0} to {rows * 10:N0} rows: {growth:0.00} (limit: at most {MostGrowth:0.00})"));
        return ratio >= LeastRatio && growth <= MostGrowth ? 0 : 1;
    }

    private static async Task<(Figures Aurum, Figures Bare)> MeasureAsync(int rows)
    {
        var series = Enumerable.Range(1, Math.Max(1, rows / RowsPerSeries)).Select(number => $"LOAD{number:000}").ToArray();
        var options = new SimulatorOptions { EnforceRateLimits = false, ObservationsPerSeries = RowsPerSeries };
        await using var simulator = await ProviderSimulator.StartAsync(options, TimeProvider.System, CancellationToken.None);
        var folder = Directory.CreateTempSubdirectory("aurum-benchmark");
        try
        {
            // Once through, so that neither of the two finds a cold simulator.
            await BareLoop.RunAsync(simulator.FredAddress, options.FredKey, series, Path.Combine(folder.FullName, "warm.db"));
            var bare = await BareLoop.RunAsync(simulator.FredAddress, options.FredKey, series, Path.Combine(folder.FullName, "bare.db"));
            var aurum = await RunAurumAsync(simulator, series, folder.FullName, rows);
            Report("bare loop", rows, bare);
            Report("aurum run", rows, aurum);
            return (aurum, bare);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<Figures> RunAurumAsync(ProviderSimulator simulator, string[] series, string folder, int rows)
    {
        await AurumProcess.ConfigureAsync(folder, series);
        var clock = Stopwatch.StartNew();
        using var process = AurumProcess.Start(folder, simulator.Environment);
        var output = await process.EndAsync();
        var total = clock.Elapsed;
        return output.Contains(rows.ToString("N0", CultureInfo.InvariantCulture), StringComparison.Ordinal)
            ? new Figures(rows / total.TotalSeconds, total, process.PeakMegabytes)
            : throw new InvalidOperationException($"aurum run did not collect {rows:N0} rows:\n{output}");
    }

    private static void Report(string name, int rows, Figures figures) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{name}: {rows:N0} rows in {figures.Elapsed.TotalSeconds:0.00} s, {figures.RowsPerSecond:N0} rows/s{(figures.PeakMegabytes > 0 ? $", peak memory {figures.PeakMegabytes:N0} MB" : "")}"));
}

/// <param name="PeakMegabytes">Of the process; 0 where it was not measured.</param>
internal sealed record Figures(double RowsPerSecond, TimeSpan Elapsed, long PeakMegabytes);
