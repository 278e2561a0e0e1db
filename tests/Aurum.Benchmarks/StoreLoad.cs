using System.Diagnostics;
using System.Globalization;
using Aurum.Domain;
using Aurum.Storage;
using Aurum.Storage.Postgres;
using Npgsql;
using NpgsqlTypes;

namespace Aurum.Benchmarks;

/// <summary>
/// How fast rows come into PostgreSQL, first as rows nobody knows, then as rows that are all there unchanged; beside it in the same
/// run, on the same server, what could be done by hand: one bare binary COPY into a table with the same columns and key, and the
/// usual staging table with an upsert that rewrites what it finds.
/// </summary>
internal static class StoreLoad
{
    private const int RowsPerSeries = 100_000;
    private const int RowsPerCall = 20_000;
    private const double LeastOfCopy = 0.5;
    private const double LeastOfUpsert = 3;

    private const string Columns =
        "provider, series_id, timestamp, asof_date, value, value_raw, unit_code, geo_id, dataset_code, frequency_code, status, quality_flag, ingest_ts, ingest_run_id, source_event_id, metadata";

    public static async Task<int> RunAsync(int rows)
    {
        await using var server = await Services.StartPostgresAsync();
        var dsn = PostgresDsn.Parse(await server.CreateDatabaseAsync());
        await using var database = await PostgresDatabase.OpenAsync(dsn, ["fred"], TimeProvider.System, CancellationToken.None);
        await using var source = NpgsqlDataSource.Create(dsn.ConnectionString);
        var store = new PostgresObservationStore(database);
        var batches = Batches(rows).ToArray();

        // Once each before the clock runs, so that nobody pays for the first compilation.
        await CopyAsync(source, "warm_copy", batches[..1]);
        await UpsertAsync(source, "warm_copy", batches[..1]);
        await store.WriteAsync([Renamed(batches[0])], CancellationToken.None);
        await store.WriteAsync([Renamed(batches[0])], CancellationToken.None);

        var copy = await BareCopyAsync(source, batches);
        var first = await RateAsync(rows, "store, first load", () => WriteAsync(store, batches));
        await using (var vacuum = source.CreateCommand("VACUUM ANALYZE"))
        {
            await vacuum.ExecuteNonQueryAsync();
        }

        var unchanged = await RateAsync(rows, "store, all unchanged", () => WriteAsync(store, batches));
        var upsert = await RateAsync(rows, "staging and upsert of existing rows", () => UpsertAsync(source, "copied", batches));
        Say($"first load to bare COPY: {first / copy:0.00} (limit: at least {LeastOfCopy:0.00})");
        Say($"unchanged rows to staging and upsert: {unchanged / upsert:0.00} (limit: at least {LeastOfUpsert:0.00})");
        return first / copy >= LeastOfCopy && unchanged / upsert >= LeastOfUpsert ? 0 : 1;
    }

    /// <summary>Rows a second of what everything that stores is measured against.</summary>
    public static Task<double> BareCopyAsync(NpgsqlDataSource source, int rows) => BareCopyAsync(source, [.. Batches(rows)]);

    private static Task<double> BareCopyAsync(NpgsqlDataSource source, IReadOnlyList<ObservationBatch> batches) =>
        RateAsync(batches.Sum(batch => batch.Slice.Observations.Count), "bare COPY", () => CopyAsync(source, "copied", batches));

    private static async Task<double> RateAsync(int rows, string what, Func<Task> work)
    {
        var (client, servers) = (Environment.CpuUsage.TotalTime.TotalSeconds, ProcessFigures.CpuSecondsOf("postgres"));
        var clock = Stopwatch.StartNew();
        await work();
        var seconds = clock.Elapsed.TotalSeconds;
        Say($"{what}: {rows:N0} rows in {seconds:0.00} s, {rows / seconds:N0} rows/s; CPU {Environment.CpuUsage.TotalTime.TotalSeconds - client:0.0} s ours, {ProcessFigures.CpuSecondsOf("postgres") - servers:0.0} s the database's");
        return rows / seconds;
    }

    private static async Task WriteAsync(PostgresObservationStore store, IEnumerable<ObservationBatch> batches)
    {
        foreach (var batch in batches)
        {
            await store.WriteAsync([batch], CancellationToken.None);
        }
    }

    private static async Task CopyAsync(NpgsqlDataSource source, string table, IReadOnlyList<ObservationBatch> batches)
    {
        await using var connection = await source.OpenConnectionAsync();
        await ExecuteAsync(connection, $"CREATE TABLE {table} (LIKE external.timeseries_observation INCLUDING ALL)");
        await ImportAsync(connection, table, batches);
    }

    private static async Task UpsertAsync(NpgsqlDataSource source, string table, IReadOnlyList<ObservationBatch> batches)
    {
        await using var connection = await source.OpenConnectionAsync();
        await ExecuteAsync(connection, $"CREATE TEMPORARY TABLE staging (LIKE {table})");
        var renewed = string.Join(", ", Columns.Split(", ").Select(column => $"{column} = excluded.{column}"));
        foreach (var batch in batches)
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await ImportAsync(connection, "staging", [batch]);
            await ExecuteAsync(connection, $"INSERT INTO {table} SELECT * FROM staging ON CONFLICT (provider, series_id, timestamp, asof_date) DO UPDATE SET {renewed}");
            await ExecuteAsync(connection, "TRUNCATE staging");
            await transaction.CommitAsync();
        }

        await ExecuteAsync(connection, "DROP TABLE staging");
    }

    private static async Task ImportAsync(NpgsqlConnection connection, string table, IReadOnlyList<ObservationBatch> batches)
    {
        await using var writer = await connection.BeginBinaryImportAsync($"COPY {table} ({Columns}) FROM STDIN (FORMAT BINARY)");
        foreach (var batch in batches)
        {
            foreach (var observation in batch.Slice.Observations)
            {
                await writer.StartRowAsync();
                await writer.WriteAsync(batch.Slice.Series.Provider, NpgsqlDbType.Text);
                await writer.WriteAsync(batch.Slice.Series.Code, NpgsqlDbType.Text);
                await writer.WriteAsync(observation.Timestamp, NpgsqlDbType.TimestampTz);
                await writer.WriteAsync(observation.AsOf, NpgsqlDbType.Date);
                await writer.WriteAsync(observation.Value!.Value, NpgsqlDbType.Double);
                await writer.WriteNullAsync();
                await writer.WriteAsync(batch.Slice.Attributes.UnitCode!, NpgsqlDbType.Text);
                await writer.WriteNullAsync();
                await writer.WriteNullAsync();
                await writer.WriteAsync(batch.Slice.Attributes.FrequencyCode!, NpgsqlDbType.Text);
                await writer.WriteNullAsync();
                await writer.WriteNullAsync();
                await writer.WriteAsync(batch.IngestedAt.UtcDateTime, NpgsqlDbType.TimestampTz);
                await writer.WriteAsync(batch.RunId, NpgsqlDbType.Text);
                await writer.WriteAsync(batch.EventId, NpgsqlDbType.Text);
                await writer.WriteNullAsync();
            }
        }

        await writer.CompleteAsync();
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static IEnumerable<ObservationBatch> Batches(int rows)
    {
        var now = TimeProvider.System.GetUtcNow();
        var attributes = new SeriesAttributes("Percent", "D", null, null);
        for (var row = 0; row < rows; row += RowsPerCall)
        {
            var series = new SeriesId("fred", $"LOAD{row / RowsPerSeries:000}");
            var first = row % RowsPerSeries;
            Observation[] observations = [.. Enumerable.Range(first, Math.Min(RowsPerCall, rows - row)).Select(number =>
                new Observation(new DateTime(1753, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddDays(number), new DateOnly(2026, 1, 1), 1 + (number * 0.25)))];
            yield return new ObservationBatch(new ObservationSlice(series, attributes, observations), "run-1", $"page-{row}", now);
        }
    }

    private static ObservationBatch Renamed(ObservationBatch batch) => batch with { Slice = batch.Slice with { Series = new SeriesId("fred", "WARM") } };

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
