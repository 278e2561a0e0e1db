using System.Diagnostics;
using System.Text.Json;

namespace Aurum.Benchmarks;

/// <summary>The program as a process of its own, its CPU and memory watched while it runs.</summary>
internal sealed class AurumProcess : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task _watching;

    private AurumProcess(Process process)
    {
        _process = process;
        _output = process.StandardOutput.ReadToEndAsync();
        _watching = Task.Run(WatchAsync);
    }

    public int Id => _process.Id;

    public long PeakMegabytes { get; private set; }

    /// <summary>So far; what the last few milliseconds of an ended process took is not in it.</summary>
    public double CpuSeconds { get; private set; }

    /// <summary>Collects from FRED.</summary>
    public static AurumProcess Start(string folder, IEnumerable<KeyValuePair<string, string>> environment, params string[] more) =>
        Start(["run", "--providers", "fred", .. more], folder, environment);

    public static AurumProcess Start(string[] command, string folder, IEnumerable<KeyValuePair<string, string>> environment, bool withData = true)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList =
            {
                Path.Combine(AppContext.BaseDirectory, "aurum.dll"),
            },
            RedirectStandardOutput = true,
        };
        string[] data = ["--data-dir", Path.Combine(folder, "data"), "--log-level", "warning"];
        foreach (var argument in (string[])[.. command, "--config", Path.Combine(folder, "config"), .. withData ? data : []])
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new AurumProcess(Process.Start(start)!);
    }

    /// <summary>FRED, these series, all of their history.</summary>
    public static async Task ConfigureAsync(string folder, string[] series, int requestsPerSecond = 1000)
    {
        var providers = Directory.CreateDirectory(Path.Combine(folder, "config", "providers"));
        await File.WriteAllTextAsync(Path.Combine(providers.FullName, "fred.json"), JsonSerializer.Serialize(new
        {
            name = "fred",
            rate_limit = new { requests_per_second = requestsPerSecond, burst = requestsPerSecond, daily_quota = (int?)null },
            datasets = new[] { new { series } },
        }));

        // The mock cluster lets a new member of the group wait as long as a session may last.
        await File.WriteAllTextAsync(Path.Combine(folder, "config", "kafka.json"), """{ "consumer": { "session.timeout.ms": 2500, "heartbeat.interval.ms": 500 } }""");
    }

    /// <returns>What it said.</returns>
    /// <exception cref="InvalidOperationException">It ended with another code than 0.</exception>
    public async Task<string> EndAsync()
    {
        await _process.WaitForExitAsync();
        await _watching;
        var output = await _output;
        return _process.ExitCode == 0 ? output : throw new InvalidOperationException($"aurum run ended with {_process.ExitCode}:\n{output}");
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private async Task WatchAsync()
    {
        while (!_process.HasExited)
        {
            PeakMegabytes = Math.Max(PeakMegabytes, ProcessFigures.PeakKilobytes(_process.Id) / 1024);
            CpuSeconds = Math.Max(CpuSeconds, ProcessFigures.CpuSeconds(_process.Id));
            await Task.Delay(20);
        }
    }
}
