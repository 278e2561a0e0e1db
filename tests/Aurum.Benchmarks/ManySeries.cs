using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Aurum.Simulator;
using Aurum.Storage.Postgres;
using Npgsql;

namespace Aurum.Benchmarks;

/// <summary>
/// One node with tens of thousands of series: how long it takes to wake all of them once, and what memory a series costs awake and asleep.
/// </summary>
internal static class ManySeries
{
    private const int Economies = 50;
    private const double MostKilobytesAwake = 40;
    private const double MostKilobytesAsleep = 4;

    private static readonly TimeSpan StaysAwake = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(40);

    /// <summary>From one run to the next: the second process finds its first run due, and the one after that comes when all is measured.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(480);

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
            var first = await WakeAllAsync(folder.FullName, environment, PostgresDsn.Parse(dsn).ConnectionString, series, untilAsleep: false);
            Say($"first collection of {series:N0} series, a few rows each: {first.Seconds:0} s, peak memory {first.Peak} MB");
            await Task.Delay(TimeSpan.FromTicks(Math.Max(0, (Interval - clock.Elapsed).Ticks)));
            var quiet = await WakeAllAsync(folder.FullName, environment, PostgresDsn.Parse(dsn).ConnectionString, series, untilAsleep: true);
            var awake = (quiet.HeapAwake - quiet.HeapAtStart) / 1024.0 / quiet.Awake;
            Say($"all woken once, nothing new: {quiet.Seconds:0} s, {series / quiet.Seconds:0} a second, peak memory {quiet.Peak} MB");
            var asleep = (quiet.HeapAsleep - quiet.HeapAtStart) / 1024.0 / series;
            Say($"managed heap after a full collection: {quiet.HeapAtStart >> 20} MB at the start, {quiet.HeapAwake >> 20} MB with {quiet.Awake:N0} awake, {quiet.HeapAsleep >> 20} MB with all asleep");
            Say($"a series costs {awake:0.0} kB awake (limit: at most {MostKilobytesAwake}) and {asleep:0.0} kB asleep (limit: at most {MostKilobytesAsleep})");
            return awake <= MostKilobytesAwake && asleep <= MostKilobytesAsleep ? 0 : 1;
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

    private static async Task<Waking> WakeAllAsync(string folder, IReadOnlyDictionary<string, string> environment, string connection, int series, bool untilAsleep)
    {
        var clock = Stopwatch.StartNew();
        using var node = await LoopingNode.StartAsync(folder, environment, Interval);
        var heapAtStart = await node.HeapAsync();
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
        var heapAwake = await node.HeapAsync();
        var awake = series - doneAt.Where(point => clock.Elapsed - point.At > StaysAwake).Select(point => point.Done).DefaultIfEmpty(0).Max();
        var heapAsleep = 0L;
        if (untilAsleep)
        {
            await Task.Delay(StaysAwake + Margin);
            heapAsleep = await node.HeapAsync();
        }

        return new Waking(seconds, heapAtStart, heapAwake, awake, heapAsleep, node.PeakMegabytes);
    }

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    /// <param name="Awake">Series that had not gone to sleep again when the last was done.</param>
    /// <param name="HeapAsleep">0 where that was not waited for.</param>
    private sealed record Waking(double Seconds, long HeapAtStart, long HeapAwake, long Awake, long HeapAsleep, long Peak);
}
