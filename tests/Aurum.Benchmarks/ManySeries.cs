using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Aurum.Simulator;
using Aurum.Storage.Postgres;
using Npgsql;

namespace Aurum.Benchmarks;

/// <summary>
/// One node with tens of thousands of series: how long it takes to wake all of them once, and what memory a series costs awake.
/// </summary>
internal static class ManySeries
{
    private const int Economies = 50;
    private const double MostKilobytesAwake = 40;

    private static readonly TimeSpan StaysAwake = TimeSpan.FromSeconds(120);

    /// <summary>From one run to the next: the second process finds its first run due, and the one after that comes when all is measured.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(420);

    public static async Task<int> RunAsync(int series)
    {
        series = Math.Min(series, 50_000) / Economies * Economies;
        await using var postgres = await Services.StartPostgresAsync();
        await using var simulator = await ProviderSimulator.StartAsync(new SimulatorOptions { EnforceRateLimits = false }, TimeProvider.System, CancellationToken.None);
        var folder = Directory.CreateTempSubdirectory("aurum-benchmark");
        try
        {
            await ConfigureAsync(folder.FullName, series, simulator);
            var dsn = await postgres.CreateDatabaseAsync();
            var environment = new Dictionary<string, string>(simulator.Environment) { ["AURUM_APP_DB_DSN"] = dsn };
            var clock = Stopwatch.StartNew();
            var first = await WakeAllAsync(folder.FullName, environment, PostgresDsn.Parse(dsn).ConnectionString, series);
            Say($"first collection of {series:N0} series, a few rows each: {first.Seconds:0} s, peak memory {first.Peak} MB");
            await Task.Delay(TimeSpan.FromTicks(Math.Max(0, (Interval - clock.Elapsed).Ticks)));
            var quiet = await WakeAllAsync(folder.FullName, environment, PostgresDsn.Parse(dsn).ConnectionString, series);
            var awake = (quiet.HeapAwake - quiet.HeapAtStart) / 1024.0 / quiet.Awake;
            Say($"all woken once, nothing new: {quiet.Seconds:0} s, {series / quiet.Seconds:0} a second, peak memory {quiet.Peak} MB");
            Say($"managed heap: {quiet.HeapAtStart >> 20} MB at the start, {quiet.HeapAwake >> 20} MB with {quiet.Awake:N0} awake");
            Say($"a series costs {awake:0.0} kB awake (limit: at most {MostKilobytesAwake})");
            return awake <= MostKilobytesAwake ? 0 : 1;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task ConfigureAsync(string folder, int series, ProviderSimulator simulator)
    {
        using var http = new HttpClient();
        using var answer = JsonDocument.Parse(await http.GetStringAsync(new Uri(simulator.WorldBankAddress, "country?format=json&per_page=300")));
        var countries = answer.RootElement[1].EnumerateArray().Select(economy => economy.GetProperty("id").GetString()!).Take(Economies).ToArray();
        var providers = Directory.CreateDirectory(Path.Combine(folder, "config", "providers"));
        await File.WriteAllTextAsync(Path.Combine(providers.FullName, "worldbank.json"), JsonSerializer.Serialize(new
        {
            name = "worldbank",
            rate_limit = new { requests_per_second = 1000, burst = 1000 },
            datasets = new[]
            {
                new { indicators = Enumerable.Range(1, series / Economies).Select(number => $"LOAD.IND.{number:0000}").ToArray(), countries, start = "2020-01-01", lookback_observations = 3 },
            },
        }));
    }

    private static async Task<Waking> WakeAllAsync(string folder, IReadOnlyDictionary<string, string> environment, string connection, int series)
    {
        var port = FreePort();
        var clock = Stopwatch.StartNew();
        using var process = AurumProcess.Start(
            ["run", "--loop", "--interval", $"{Interval.TotalSeconds}"],
            folder,
            new Dictionary<string, string>(environment) { ["AURUM_HTTP_PORT"] = port.ToString(CultureInfo.InvariantCulture) });
        using var node = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        await ReadyAsync(node);
        var heapAtStart = await HeapAsync(node);
        var began = TimeProvider.System.GetUtcNow();
        await using var source = NpgsqlDataSource.Create(connection);
        var done = 0L;
        var doneAt = new List<(TimeSpan At, long Done)>();
        while (done < series)
        {
            await Task.Delay(500);
            await using var command = source.CreateCommand("SELECT count(*) FROM external_collect_checkpoints WHERE outcome = 'ok' AND updated_at > $1");
            command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = began.AddSeconds(-5) });
            done = (long)(await command.ExecuteScalarAsync())!;
            doneAt.Add((clock.Elapsed, done));
        }

        var seconds = clock.Elapsed.TotalSeconds;
        var heapAwake = await HeapAsync(node);
        var awake = series - doneAt.Where(point => clock.Elapsed - point.At > StaysAwake).Select(point => point.Done).DefaultIfEmpty(0).Max();
        return new Waking(seconds, heapAtStart, heapAwake, awake, process.PeakMegabytes);
    }

    private static async Task ReadyAsync(HttpClient node)
    {
        while (true)
        {
            try
            {
                using var answer = await node.GetAsync(new Uri("/readyz", UriKind.Relative));
                if (answer.StatusCode == HttpStatusCode.OK)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }

            await Task.Delay(50);
        }
    }

    /// <summary>Bytes in use after the last collection of garbage, as the node's own metrics tell.</summary>
    private static async Task<long> HeapAsync(HttpClient node)
    {
        var metrics = await node.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        return metrics.Split('\n')
            .Where(line => line.StartsWith("dotnet_gc_last_collection_heap_size_bytes{", StringComparison.Ordinal))
            .Sum(line => (long)double.Parse(line[(line.IndexOf('}', StringComparison.Ordinal) + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0], CultureInfo.InvariantCulture));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    /// <param name="Awake">Series that had not gone to sleep again when the last was done.</param>
    private sealed record Waking(double Seconds, long HeapAtStart, long HeapAwake, long Awake, long Peak);
}
