using System.Diagnostics;
using System.Globalization;
using Aurum.Actors;
using Aurum.Actors.Processing;
using Aurum.Actors.Serialization.Kafka;
using Aurum.Domain;
using Aurum.Simulator;
using Confluent.Kafka;
using Npgsql;

namespace Aurum.Benchmarks;

/// <summary>
/// The road of production, from the simulator through Kafka into PostgreSQL, everything on the machine that is measured: time, CPU
/// and memory of a first load; how fast a processor alone catches up with what waits for it; and how long a published value takes
/// to its row when little goes on.
/// </summary>
internal static class ProductionRoad
{
    private const int RowsPerSeries = 100_000;
    private const double MostCpuSecondsPerMillion = 7.6;
    private const long MostMegabytes = 400;
    private const double LeastOfCopy = 0.5;
    private const int Values = 500;

    /// <summary>
    /// What a mock broker has not handed on it forgets beyond 5 MB a partition, so the collector must not run away from the processor.
    /// </summary>
    private const int RequestsPerSecond = 1;

    public static async Task<int> RunAsync(int rows)
    {
        var one = await LoadAsync(rows);
        var ten = await LoadAsync(rows * 10);
        var perMillion = (ten.Cpu - one.Cpu) / (9 * rows / 1e6);
        Say($"CPU of a million rows, start and end of the program apart: {perMillion:0.0} s (limit: at most {MostCpuSecondsPerMillion:0.0})");
        Say($"peak memory: {one.Peak} MB at {rows:N0} rows, {ten.Peak} MB at {rows * 10:N0} (limit: at most {MostMegabytes})");
        var ofCopy = await CatchUpAsync(rows);
        await LatencyAsync();
        return perMillion <= MostCpuSecondsPerMillion && ten.Peak <= MostMegabytes && one.Peak <= MostMegabytes && ofCopy >= LeastOfCopy ? 0 : 1;
    }

    /// <summary>One run of one process that does everything.</summary>
    private static async Task<(double Cpu, long Peak)> LoadAsync(int rows)
    {
        await using var world = await World.StartAsync(rows);
        var database = ProcessFigures.CpuSecondsOf("postgres");
        var clock = Stopwatch.StartNew();
        using var process = AurumProcess.Start(world.Folder, world.Environment);
        await process.EndAsync();
        var seconds = clock.Elapsed.TotalSeconds;
        database = ProcessFigures.CpuSecondsOf("postgres") - database;
        await world.HasRowsAsync(rows);
        Say($"aurum run: {rows:N0} rows in {seconds:0.0} s, start and end included; CPU {process.CpuSeconds:0.0} s ours and {database:0.0} s the database's, peak memory {process.PeakMegabytes} MB");
        return (process.CpuSeconds + database, process.PeakMegabytes);
    }

    /// <summary>A processor that finds everything published already; its start does not count. Then a bare COPY into the same database.</summary>
    private static async Task<double> CatchUpAsync(int rows)
    {
        await using var world = await World.StartAsync(rows);
        using (var collector = AurumProcess.Start(world.Folder, world.Environment, "--roles", "collector"))
        {
            await collector.EndAsync();
            Say($"collector alone: {rows:N0} rows published, CPU {collector.CpuSeconds:0.0} s, peak memory {collector.PeakMegabytes} MB");
        }

        using var lag = new ConsumerLag(OptionsOf(world));
        var ends = await lag.EndsAsync();
        using var processor = AurumProcess.Start(world.Folder, world.Environment, "--roles", "processor");
        var (first, left, clock) = (0L, await lag.BehindAsync(ends), Stopwatch.StartNew());
        var all = left;
        while (left > 0)
        {
            await Task.Delay(20);
            left = await lag.BehindAsync(ends);
            if (first == 0 && left < all)
            {
                first = all - left;
                clock.Restart();
            }
        }

        var seconds = clock.Elapsed.TotalSeconds;
        await world.HasRowsAsync(rows);
        Say($"processor alone: {all - first:N0} records from Kafka into PostgreSQL in {seconds:0.00} s, {(all - first) / seconds:N0} rows/s, CPU {processor.CpuSeconds:0.0} s, peak memory {processor.PeakMegabytes} MB");
        await using var source = NpgsqlDataSource.Create(world.ConnectionString);
        var ofCopy = (all - first) / seconds / await StoreLoad.BareCopyAsync(source, rows);
        Say($"Kafka to PostgreSQL, to bare COPY: {ofCopy:0.00} (limit: at least {LeastOfCopy:0.0})");
        return ofCopy;
    }

    /// <summary>From the moment a value is published to the commit of its row, as the server tells it.</summary>
    private static async Task LatencyAsync()
    {
        await using var world = await World.StartAsync(0);
        using var processor = AurumProcess.Start(world.Folder, world.Environment, "--roles", "processor");
        var options = OptionsOf(world);
        using var producer = new ProducerBuilder<byte[], byte[]>(options.OfProducer).Build();
        using var lag = new ConsumerLag(options);
        var codec = new ObservationCodec(await world.SchemaIdAsync(), NoOthers.Instance);
        for (var value = 0; value < Values; value++)
        {
            var header = new ObservationHeader(new SeriesId("fred", $"S{value % 50}"), new SeriesAttributes("Percent", "D", null, null), "run", $"page-{value}", TimeProvider.System.GetUtcNow());
            var bytes = codec.Encode(header, new Observation(new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddDays(value), new DateOnly(2026, 1, 1), value));
            producer.Produce(KafkaSchemas.Observations.Topic, new Message<byte[], byte[]> { Key = BitConverter.GetBytes(value % 50), Value = bytes });
            await Task.Delay(20);
            if (value == 0)
            {
                // The first waits for the processor to start; it is not one of those that count.
                while (await lag.BehindAsync(await lag.EndsAsync()) > 0)
                {
                    await Task.Delay(50);
                }
            }
        }

        while (await lag.BehindAsync(await lag.EndsAsync()) > 0)
        {
            await Task.Delay(50);
        }

        await using var source = NpgsqlDataSource.Create(world.ConnectionString);
        await using var command = source.CreateCommand("""
            SELECT 1000 * percentile_cont(0.5) WITHIN GROUP (ORDER BY latency), 1000 * percentile_cont(0.99) WITHIN GROUP (ORDER BY latency), count(*)
            FROM (SELECT extract(epoch FROM pg_xact_commit_timestamp(xmin) - ingest_ts)::float8 AS latency
                  FROM external.timeseries_observation_fred WHERE source_event_id <> 'page-0') AS rows
            """);
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        Say($"from a published value to its committed row, {reader.GetInt64(2)} values at 50 a second: p50 {reader.GetDouble(0):0} ms, p99 {reader.GetDouble(1):0} ms");
    }

    private static KafkaOptions OptionsOf(World world) => new(
        world.Environment["KAFKA_BOOTSTRAP_SERVERS"], KafkaOptions.DefaultGroupId, new Dictionary<string, string>(), new Dictionary<string, string>(), new Dictionary<string, string>());

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    /// <summary>A simulator with that many rows, the services, and a configuration for both.</summary>
    private sealed class World(ProviderSimulator simulator, Services services, DirectoryInfo folder) : IAsyncDisposable
    {
        public string Folder => folder.FullName;

        public string ConnectionString => Storage.Postgres.PostgresDsn.Parse(services.Dsn).ConnectionString;

        public Dictionary<string, string> Environment { get; } = simulator.Environment.Concat(services.Environment).ToDictionary();

        public static async Task<World> StartAsync(int rows)
        {
            var series = Enumerable.Range(1, Math.Max(1, rows / RowsPerSeries)).Select(number => $"LOAD{number:0000}").ToArray();
            var options = new SimulatorOptions { EnforceRateLimits = false, ObservationsPerSeries = RowsPerSeries };
            var world = new World(
                await ProviderSimulator.StartAsync(options, TimeProvider.System, CancellationToken.None),
                await Services.StartAsync(),
                Directory.CreateTempSubdirectory("aurum-benchmark"));
            await AurumProcess.ConfigureAsync(world.Folder, series, RequestsPerSecond);
            return world;
        }

        public Task<int> SchemaIdAsync() => services.SchemaIdAsync();

        public async Task HasRowsAsync(int rows)
        {
            await using var source = NpgsqlDataSource.Create(ConnectionString);
            await using var command = source.CreateCommand("SELECT count(*) FROM external.timeseries_observation");
            var count = (long)(await command.ExecuteScalarAsync())!;
            if (count != rows)
            {
                throw new InvalidOperationException($"{count:N0} rows are stored; {rows:N0} were expected");
            }
        }

        public async ValueTask DisposeAsync()
        {
            await services.DisposeAsync();
            await simulator.DisposeAsync();
            folder.Delete(recursive: true);
        }
    }

    private sealed class NoOthers : IWriterSchemas
    {
        public static readonly NoOthers Instance = new();

        public ValueTask<string?> FindAsync(int schemaId, CancellationToken cancellationToken) => ValueTask.FromResult<string?>(null);
    }
}
