using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
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
        var providers = Directory.CreateDirectory(Path.Combine(folder, "config", "providers"));
        await File.WriteAllTextAsync(Path.Combine(providers.FullName, "fred.json"), JsonSerializer.Serialize(new
        {
            name = "fred",
            rate_limit = new { requests_per_second = 1000, burst = 1000, daily_quota = (int?)null },
            datasets = new[] { new { series } },
        }));
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList = { Path.Combine(AppContext.BaseDirectory, "aurum.dll"), "run", "--providers", "fred", "--config", Path.Combine(folder, "config"), "--data-dir", Path.Combine(folder, "data"), "--log-level", "warning" },
            RedirectStandardOutput = true,
        };
        foreach (var (name, value) in simulator.Environment)
        {
            start.Environment[name] = value;
        }

        var clock = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        var peak = 0L;
        var reading = process.StandardOutput.ReadToEndAsync();
        while (!process.WaitForExit(20))
        {
            peak = Math.Max(peak, PeakOf(process.Id));
        }

        var total = clock.Elapsed;
        var output = await reading;
        if (process.ExitCode != 0 || !output.Contains(rows.ToString("N0", CultureInfo.InvariantCulture), StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"aurum run ended with {process.ExitCode}:\n{output}");
        }

        return new Figures(rows / total.TotalSeconds, total, peak / 1024);
    }

    /// <summary>Peak resident memory in KiB, as Linux counts it.</summary>
    private static long PeakOf(int processId)
    {
        try
        {
            var line = File.ReadLines($"/proc/{processId}/status").First(text => text.StartsWith("VmHWM:", StringComparison.Ordinal));
            return long.Parse(line.Split(':', StringSplitOptions.TrimEntries)[1].Split(' ')[0], CultureInfo.InvariantCulture);
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException)
        {
            return 0; // it ended while we looked
        }
    }

    private static void Report(string name, int rows, Figures figures) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{name}: {rows:N0} rows in {figures.Elapsed.TotalSeconds:0.00} s, {figures.RowsPerSecond:N0} rows/s{(figures.PeakMegabytes > 0 ? $", peak memory {figures.PeakMegabytes:N0} MB" : "")}"));
}

/// <param name="PeakMegabytes">Of the process; 0 where it was not measured.</param>
internal sealed record Figures(double RowsPerSecond, TimeSpan Elapsed, long PeakMegabytes);
