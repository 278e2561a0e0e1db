using Aurum.Domain;
using Aurum.Storage.Postgres;
using Aurum.Testing.Network;
using Aurum.Testing.Postgres;
using Npgsql;

namespace Aurum.Storage.Tests.Postgres;

public sealed class PostgresDatabaseTests
{
    private static readonly string[] Scripts = ["0001_observations", "0002_catalog", "0003_status", "0004_akka_persistence", "0005_cluster_member", "0006_audit_log", "0007_dataset_listing", "0008_quarantine_closed", "0009_pipeline_run", "0010_pipeline_run_step_datasets"];

    [Fact]
    public async Task Migrating_says_what_was_applied_and_does_so_once()
    {
        var dsn = await EmptyAsync();
        Assert.Equal(Scripts, await PostgresMigrations.PendingAsync(dsn, CancellationToken.None));
        Assert.Equal(Scripts, await PostgresMigrations.MigrateAsync(dsn, CancellationToken.None));

        Assert.Empty(await PostgresMigrations.PendingAsync(dsn, CancellationToken.None));
        Assert.Empty(await PostgresMigrations.MigrateAsync(dsn, CancellationToken.None));
        await using var database = await OpenAsync(dsn);
        Assert.Equal(new WriteResult(1, 0, 0), await WriteAsync(database, 1));
    }

    [Fact]
    public async Task Several_that_start_at_once_migrate_once()
    {
        var dsn = await EmptyAsync();

        var opened = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => OpenAsync(dsn)));

        Assert.Equal((long)Scripts.Length, await ScalarAsync(dsn, "SELECT count(*) FROM aurum.schema_migrations"));
        foreach (var database in opened)
        {
            await database.DisposeAsync();
        }
    }

    private static int Version(string script) => int.Parse(script[..4], System.Globalization.CultureInfo.InvariantCulture);

    [Fact]
    public async Task A_store_of_a_newer_aurum_is_refused()
    {
        await using var store = await TemporaryDatabase.OpenAsync();
        await store.ExecuteAsync("INSERT INTO aurum.schema_migrations (scriptname, applied) VALUES ('0999_from_the_future', now())");
        var dsn = store.Database.Dsn;

        foreach (var attempt in new Func<Task>[]
        {
            () => OpenAsync(dsn), () => PostgresDatabase.OpenReadOnlyAsync(dsn), () => PostgresMigrations.PendingAsync(dsn, CancellationToken.None), () => PostgresMigrations.MigrateAsync(dsn, CancellationToken.None),
        })
        {
            var failure = await Assert.ThrowsAsync<StorageException>(attempt);
            Assert.Contains($"The store in {dsn.Place} was written by a newer aurum: its schema is version 999, this aurum knows up to {Version(Scripts[^1])}.", failure.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_store_of_an_older_aurum_cannot_be_read_before_it_is_brought_up_to_date()
    {
        await using var store = await TemporaryDatabase.OpenAsync();
        await store.ExecuteAsync($"DELETE FROM aurum.schema_migrations WHERE scriptname = '{Scripts[^1]}'; ALTER TABLE external.pipeline_run_step DROP COLUMN datasets");

        var failure = await Assert.ThrowsAsync<StorageException>(() => PostgresDatabase.OpenReadOnlyAsync(store.Database.Dsn));
        Assert.Contains($"older aurum: its schema is version {Version(Scripts[^2])}, this aurum reads {Version(Scripts[^1])}. aurum db migrate or aurum run brings it up to date", failure.Message, StringComparison.Ordinal);
        Assert.Equal(Scripts[^1..], await PostgresMigrations.MigrateAsync(store.Database.Dsn, CancellationToken.None));
        await (await PostgresDatabase.OpenReadOnlyAsync(store.Database.Dsn)).DisposeAsync();
    }

    [Fact]
    public async Task A_migration_that_fails_leaves_the_database_as_it_was_and_says_where()
    {
        var dsn = await EmptyAsync();
        await ExecuteAsync(dsn, "CREATE TABLE public.external_collect_checkpoints (mine int)");

        var failure = await Assert.ThrowsAsync<StorageException>(() => PostgresMigrations.MigrateAsync(dsn, CancellationToken.None));
        Assert.Contains("by 0003_status", failure.Message, StringComparison.Ordinal);
        Assert.Contains("already exists", failure.Message, StringComparison.Ordinal);

        // The scripts before it are kept, nothing of its own is.
        Assert.Equal(Scripts[2..], await PostgresMigrations.PendingAsync(dsn, CancellationToken.None));
        Assert.IsType<DBNull>(await ScalarAsync(dsn, "SELECT to_regclass('external.provider_status')::text"));
    }

    [Fact]
    public async Task Reading_where_there_is_no_store_says_how_to_make_one()
    {
        var dsn = await EmptyAsync();

        var failure = await Assert.ThrowsAsync<StorageException>(() => PostgresDatabase.OpenReadOnlyAsync(dsn));
        Assert.Equal($"there is no store in {dsn.Place} yet: aurum db migrate or aurum run makes one", failure.Message);
    }

    [Fact]
    public async Task A_store_opened_for_reading_reads_beside_the_writer_and_refuses_to_write()
    {
        await using var store = await TemporaryDatabase.OpenAsync();
        await using var reader = await PostgresDatabase.OpenReadOnlyAsync(store.Database.Dsn);
        Assert.Equal(0, await CountAsync(reader));

        await WriteAsync(store.Database, 3);

        Assert.Equal(3, await CountAsync(reader));
        var failure = await Assert.ThrowsAsync<StorageException>(() => WriteAsync(reader, 3));
        Assert.Contains("opened for reading only", failure.Message, StringComparison.Ordinal);
        Assert.Equal("on", await reader.AskAsync((connection, stop) => PostgresCommands.ScalarAsync(connection, "SHOW default_transaction_read_only", stop), CancellationToken.None));
    }

    [Fact]
    public async Task A_store_that_is_closed_says_so()
    {
        await using var store = await TemporaryDatabase.OpenAsync();
        await store.Database.DisposeAsync();
        await store.Database.DisposeAsync();

        Assert.Contains("was closed here", (await Assert.ThrowsAsync<StorageException>(() => WriteAsync(store.Database, 1))).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StorageException>(() => CountAsync(store.Database));
    }

    [Fact]
    public async Task No_message_of_a_failed_connection_holds_the_password_and_each_says_where_and_why()
    {
        var server = await PostgresServer.SharedAsync();
        var nobody = FreePorts.FindOne();
        (string Url, string Reason)[] all =
        [
            (server.Dsn("postgres", "wrong" + PostgresServer.Password), $"127.0.0.1:{server.Port}/postgres cannot be used: it refuses the password of user 'aurum' (28P01)"),
            (server.Dsn("no such database"), "it has no database 'no such database'; createdb makes one (3D000)"),
            (server.Dsn("postgres", port: nobody), $"127.0.0.1:{nobody}/postgres cannot be used: connection refused"),
            (server.Dsn("postgres").Replace("127.0.0.1", "no-such-host.invalid", StringComparison.Ordinal), "no host of that name is known"),
            (server.Dsn("postgres") + "?sslmode=require", "SSL"),
        ];
        foreach (var (url, reason) in all)
        {
            var dsn = PostgresDsn.Parse(url);
            foreach (var attempt in new Func<Task>[] { () => OpenAsync(dsn), () => PostgresDatabase.OpenReadOnlyAsync(dsn), () => PostgresMigrations.PendingAsync(dsn, CancellationToken.None) })
            {
                var failure = await Assert.ThrowsAsync<StorageException>(attempt);
                Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
                Assert.DoesNotContain(PostgresServer.Password, failure.ToString(), StringComparison.Ordinal);
                Assert.DoesNotContain(Uri.EscapeDataString(PostgresServer.Password), failure.ToString(), StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task A_user_without_rights_hears_what_is_missing_and_one_with_just_the_tables_can_work()
    {
        await using var store = await TemporaryDatabase.OpenAsync();
        var name = store.Database.Dsn.Database;
        await store.ExecuteAsync($"CREATE ROLE {name}_worker LOGIN PASSWORD 'w'");
        var dsn = PostgresDsn.Parse($"postgresql://{name}_worker:w@127.0.0.1:{store.Server.Port}/{name}");

        var failure = await Assert.ThrowsAsync<StorageException>(() => OpenAsync(dsn));
        Assert.Contains($"user '{name}_worker' may not do this", failure.Message, StringComparison.Ordinal);

        await store.ExecuteAsync($"""
            GRANT USAGE ON SCHEMA aurum, external, akka TO {name}_worker;
            GRANT SELECT ON ALL TABLES IN SCHEMA aurum TO {name}_worker;
            GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA external, akka, public TO {name}_worker;
            """);
        await using (var worker = await OpenAsync(dsn))
        {
            Assert.Equal(new WriteResult(3, 0, 0), await WriteAsync(worker, 3));
        }

        await store.ExecuteAsync($"DROP OWNED BY {name}_worker; DROP ROLE {name}_worker");
    }

    [Fact]
    public async Task A_provider_gets_its_partition_at_the_start_or_with_its_first_observation()
    {
        await using var store = await TemporaryDatabase.OpenAsync();
        await (await PostgresDatabase.OpenAsync(store.Database.Dsn, ["ecb", "ecb", "fred"], TimeProvider.System, CancellationToken.None)).DisposeAsync();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => store.Observations.WriteAsync([Batch("boj_2", 3)], CancellationToken.None)));

        const string Partitions = """
            SELECT string_agg(concat(relid::text, ' ', pg_get_expr(relpartbound, oid)), ', ' ORDER BY relid::text)
            FROM pg_partition_tree('external.timeseries_observation') JOIN pg_class ON oid = relid WHERE isleaf
            """;
        Assert.Equal(
            string.Join(", ", new[] { "boj_2", "ecb", "eia", "fred", "noaa", "worldbank" }.Select(name => $"external.timeseries_observation_{name} FOR VALUES IN ('{name}')")),
            await store.ScalarAsync(Partitions));
        Assert.Equal(3L, await store.ScalarAsync("SELECT count(*) FROM external.timeseries_observation_boj_2"));
    }

    [Theory]
    [InlineData("Fred")]
    [InlineData("")]
    [InlineData("fred; DROP TABLE x")]
    [InlineData("fred\n")]
    [InlineData("2fred")]
    [InlineData("a_name_of_more_than_forty_letters_is_cut_off")]
    public async Task A_name_that_no_provider_can_have_is_refused(string name)
    {
        await using var store = await TemporaryDatabase.OpenAsync();

        await Assert.ThrowsAsync<RefusedDataException>(() => store.Observations.WriteAsync([Batch(name, 1)], CancellationToken.None));
        await Assert.ThrowsAsync<RefusedDataException>(() => PostgresDatabase.OpenAsync(store.Database.Dsn, [name], TimeProvider.System, CancellationToken.None));
        Assert.Empty(await store.Observations.ReadAsync(new ObservationQuery(name, [], Window.Everything, new Vintages.All()), CancellationToken.None).ToListAsync());
    }

    [Fact]
    public async Task The_statements_of_the_runbook_work_as_written()
    {
        await using var store = await TemporaryDatabase.OpenAsync();
        await WriteAsync(store.Database, 3);
        await WriteAsync(store.Database, new DateTime(2099, 1, 1, 0, 0, 0, DateTimeKind.Utc));

        await store.ExecuteAsync("DELETE FROM external.timeseries_observation_fred WHERE timestamp < NOW() - INTERVAL '5 years'");
        await store.ExecuteAsync("VACUUM ANALYZE external.timeseries_observation_fred");

        Assert.Equal(1, await CountAsync(store.Database));
        Assert.Equal(1, (await new PostgresCatalogStore(store.Database).ListAsync(null, CancellationToken.None).ToListAsync()).Single().Rows);
        Assert.Equal(0L, await store.ScalarAsync("SELECT count(*) FROM external_collect_checkpoints"));
    }

    [Fact]
    public async Task The_table_and_the_view_have_the_columns_that_people_know()
    {
        await using var store = await TemporaryDatabase.OpenAsync();
        var monday = new DateTime(2026, 1, 5, 13, 0, 0, DateTimeKind.Utc);
        foreach (var (day, value) in new[] { (6, 1.5), (9, 2.5) })
        {
            var observation = new Observation(monday, new DateOnly(2026, 1, day), value, "1.50", "E", "X", new Dictionary<string, string> { ["k"] = "°" });
            await store.Observations.WriteAsync(
                [
                    new ObservationBatch(
                        new ObservationSlice(new SeriesId("fred", "DGS10"), new SeriesAttributes("percent", "D", "H.15", "US"), [observation]),
                        "run-1",
                        "event-1",
                        new DateTimeOffset(2026, 1, day, 9, 0, 0, TimeSpan.FromHours(1))),
                ],
                CancellationToken.None);
        }

        const string Columns = """
            SELECT string_agg(concat(column_name, ' ', data_type), ', ' ORDER BY ordinal_position) FROM information_schema.columns
            WHERE table_schema = 'external' AND table_name =
            """;
        const string Expected =
            "provider text, series_id text, timestamp timestamp with time zone, asof_date date, value double precision, value_raw text, unit_code text, geo_id text, dataset_code text, frequency_code text, status text, quality_flag text, ingest_ts timestamp with time zone, ingest_run_id text, source_event_id text, metadata jsonb";
        foreach (var table in new[] { "timeseries_observation", "timeseries_observation_fred", "timeseries_observation_latest" })
        {
            Assert.Equal(Expected, await store.ScalarAsync($"{Columns} '{table}'"));
        }

        const string Row = """fred|DGS10|2026-01-05 13:00:00|2026-01-09|2.5|1.50|percent|US|H.15|D|E|X|2026-01-09 08:00:00|run-1|event-1|{"k": "°"}""";
        Assert.Equal(Row, await store.ScalarAsync("""
            SELECT concat_ws('|', provider, series_id, timestamp AT TIME ZONE 'UTC', asof_date, value, value_raw, unit_code, geo_id, dataset_code,
                             frequency_code, status, quality_flag, ingest_ts AT TIME ZONE 'UTC', ingest_run_id, source_event_id, metadata)
            FROM external.timeseries_observation_latest
            """));
        Assert.Equal(2L, await store.ScalarAsync("SELECT count(*) FROM external.timeseries_observation"));
    }

    [Fact]
    public async Task Year_one_is_a_real_date()
    {
        await using var store = await TemporaryDatabase.OpenAsync();
        await WriteAsync(store.Database, DateTime.SpecifyKind(DateTime.MinValue, DateTimeKind.Utc));

        Assert.Equal("0001-01-01 00:00:00", await store.ScalarAsync("SELECT (timestamp AT TIME ZONE 'UTC')::text FROM external.timeseries_observation WHERE isfinite(timestamp)"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Reading_follows_the_key_and_holds_nothing(bool latest)
    {
        await using var store = await TemporaryDatabase.OpenAsync();
        await WriteAsync(store.Database, 2_000);
        var query = new ObservationQuery("fred", [], Window.Everything, latest ? new Vintages.Latest() : new Vintages.All());
        var command = new ObservationSelect("external.timeseries_observation_fred", query).OfAllSeries();
        var sql = command.CommandText.Replace("$1", "'fred'").Replace("$2", "'-infinity'").Replace("$3", "'infinity'");

        var plan = (string)(await store.ScalarAsync($"{PostgresObservationStore.InKeyOrder}; EXPLAIN (FORMAT JSON) {sql}".Replace("SET LOCAL", "SET")))!;

        Assert.Contains("\"Node Type\": \"Index Scan\"", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Sort\"", plan, StringComparison.Ordinal);
    }

    private static async Task<PostgresDsn> EmptyAsync() => PostgresDsn.Parse(await (await PostgresServer.SharedAsync()).CreateDatabaseAsync());

    private static Task<PostgresDatabase> OpenAsync(PostgresDsn dsn) => PostgresDatabase.OpenAsync(dsn, ["fred"], TimeProvider.System, CancellationToken.None);

    private static async Task ExecuteAsync(PostgresDsn dsn, string sql) => await (await PostgresServer.SharedAsync()).ExecuteAsync(dsn.Database, sql);

    private static async Task<object?> ScalarAsync(PostgresDsn dsn, string sql) => await (await PostgresServer.SharedAsync()).ScalarAsync(dsn.Database, sql);

    private static ObservationBatch Batch(string provider, int count) => new(
        new ObservationSlice(new SeriesId(provider, "DGS10"), new SeriesAttributes(null, null, null, null), new WatchedList(count, at: -1, () => { })), "run", "event", DateTimeOffset.UnixEpoch);

    private static async Task<WriteResult> WriteAsync(PostgresDatabase database, int count) =>
        (await new PostgresObservationStore(database).WriteAsync([Batch("fred", count)], CancellationToken.None))[0];

    private static async Task WriteAsync(PostgresDatabase database, DateTime timestamp)
    {
        var batch = Batch("fred", 0);
        await new PostgresObservationStore(database).WriteAsync(
            [batch with { Slice = batch.Slice with { Observations = [new Observation(timestamp, new DateOnly(2026, 1, 1), 1)] } }], CancellationToken.None);
    }

    private static async Task<int> CountAsync(PostgresDatabase database) =>
        await new PostgresObservationStore(database).ReadAsync(new ObservationQuery("fred", [], Window.Everything, new Vintages.All()), CancellationToken.None).CountAsync();
}
