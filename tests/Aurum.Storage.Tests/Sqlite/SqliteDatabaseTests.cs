using Aurum.Domain;
using Aurum.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace Aurum.Storage.Tests.Sqlite;

public sealed class SqliteDatabaseTests : IDisposable
{
    private static readonly Window Everything = Window.Everything;

    private readonly string _folder = Directory.CreateTempSubdirectory("aurum-storage-").FullName;

    private string File => Path.Combine(_folder, "deep", "aurum.db");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_fresh_store_gets_its_folder_its_file_and_the_newest_schema()
    {
        await using (var database = await OpenAsync())
        {
            Assert.Equal(File, database.Path);
        }

        Assert.Equal(
            "1|observations_catalog_and_status|2000-01-01T00:00:00.000000Z 2|dataset_listing|2000-01-01T00:00:00.000000Z 3|audit_log|2000-01-01T00:00:00.000000Z 4|pipeline_run|2000-01-01T00:00:00.000000Z 5|pipeline_run_step_datasets|2000-01-01T00:00:00.000000Z",
            Query("SELECT group_concat(version || '|' || name || '|' || applied_at, ' ' ORDER BY version) FROM schema_migrations"));
        Assert.Equal("wal", Query("PRAGMA journal_mode"));
    }

    [Fact]
    public async Task Opening_again_applies_nothing_twice_and_keeps_what_is_there()
    {
        await using (var database = await OpenAsync())
        {
            await WriteAsync(database, 3);
        }

        await using var again = await OpenAsync();

        Assert.Equal(3, await CountAsync(again));
        Assert.Equal("5", Query("SELECT count(*) FROM schema_migrations"));
    }

    [Fact]
    public async Task Opening_from_two_sides_at_once_migrates_once()
    {
        for (var round = 0; round < 10; round++)
        {
            var opened = await Task.WhenAll(OpenAsync($"{File}.{round}"), OpenAsync($"{File}.{round}"));
            foreach (var database in opened)
            {
                await WriteAsync(database, 3);
                await database.DisposeAsync();
            }
        }
    }

    [Fact]
    public async Task A_store_of_a_newer_aurum_is_refused()
    {
        await (await OpenAsync()).DisposeAsync();
        Query("INSERT INTO schema_migrations VALUES (999, 'from_the_future', '2030-01-01T00:00:00.000000Z')");

        var failure = await Assert.ThrowsAsync<StorageException>(() => OpenAsync());
        Assert.Contains(File, failure.Message, StringComparison.Ordinal);
        Assert.Contains("newer aurum: its schema is version 999, this aurum knows up to 5", failure.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StorageException>(() => SqliteDatabase.OpenReadOnlyAsync(File));
    }

    [Fact]
    public async Task Reading_where_there_is_no_store_says_how_to_make_one()
    {
        var failure = await Assert.ThrowsAsync<StorageException>(() => SqliteDatabase.OpenReadOnlyAsync(File));

        Assert.Equal($"there is no store at {File} yet: aurum run or aurum demo makes one", failure.Message);
        Assert.False(System.IO.File.Exists(File));
    }

    [Fact]
    public async Task A_store_opened_for_reading_reads_beside_the_writer_and_refuses_to_write()
    {
        await using var writer = await OpenAsync();
        await using var reader = await SqliteDatabase.OpenReadOnlyAsync(File);
        Assert.Equal(0, await CountAsync(reader));

        await WriteAsync(writer, 3);

        Assert.Equal(3, await CountAsync(reader));
        var failure = await Assert.ThrowsAsync<StorageException>(() => WriteAsync(reader, 3));
        Assert.Contains("opened for reading only", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_can_be_read_when_nobody_writes_it()
    {
        await using (var writer = await OpenAsync())
        {
            await WriteAsync(writer, 3);
        }

        await using var reader = await SqliteDatabase.OpenReadOnlyAsync(File);
        Assert.Equal(3, await CountAsync(reader));
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_refused_with_its_path()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        await System.IO.File.WriteAllTextAsync(File, new string('x', 5_000));

        var failure = await Assert.ThrowsAsync<StorageException>(() => OpenAsync());
        Assert.Equal($"The store at {File} cannot be used: file is not a SQLite database.", failure.Message);
        Assert.IsType<SqliteException>(failure.InnerException);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_a_storage_failure()
    {
        await System.IO.File.WriteAllTextAsync(Path.Combine(_folder, "deep"), "a file where the folder should be");

        var failure = await Assert.ThrowsAsync<StorageException>(() => OpenAsync());
        Assert.Contains(File, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_disk_is_reported_and_leaves_the_store_as_it_was()
    {
        await using var database = await OpenAsync();
        await WriteAsync(database, 100);
        await ExecuteAsync(database, "PRAGMA max_page_count = 40");

        var failure = await Assert.ThrowsAsync<StorageException>(() => WriteAsync(database, 100_000));
        Assert.Equal($"The store at {File} cannot be used: database or disk is full.", failure.Message);
        Assert.Equal(100, await CountAsync(database));
        Assert.Equal(new WriteResult(1, 0, 100), await WriteAsync(database, 101));

        await ExecuteAsync(database, "PRAGMA max_page_count = 100000");
        Assert.Equal(new WriteResult(99_899, 0, 101), await WriteAsync(database, 100_000));
        Assert.Equal("ok", Query("PRAGMA integrity_check"));
    }

    [Fact]
    public async Task A_lock_of_another_process_is_reported_and_the_next_write_works()
    {
        await using var database = await SqliteDatabase.OpenAsync(File, new FixedTime(), TimeSpan.Zero, CancellationToken.None);
        using (var other = new SqliteConnection($"Data Source={File};Pooling=False"))
        {
            other.Open();
            using var transaction = other.BeginTransaction();
            var failure = await Assert.ThrowsAsync<StorageException>(() => WriteAsync(database, 3));
            Assert.Equal($"The store at {File} cannot be used: database is locked by another process.", failure.Message);
        }

        Assert.Equal(new WriteResult(3, 0, 0), await WriteAsync(database, 3));
    }

    [Fact]
    public async Task A_crash_in_mid_transaction_leaves_nothing_of_it()
    {
        var copy = Path.Combine(_folder, "after-crash.db");
        await using (var database = await OpenAsync())
        {
            await WriteAsync(database, 100);

            // A cache this small pushes pages of the unfinished transaction into the WAL file.
            await ExecuteAsync(database, "PRAGMA cache_size = 10");
            var committed = new FileInfo(File + "-wal").Length;
            await WriteAsync(database, new WatchedList(50_000, at: 49_999, () =>
            {
                System.IO.File.Copy(File, copy);
                System.IO.File.Copy(File + "-wal", copy + "-wal");
            }));
            Assert.True(new FileInfo(copy + "-wal").Length > committed);
        }

        await using var afterwards = await OpenAsync(copy);
        Assert.Equal(100, await CountAsync(afterwards));
        Assert.Equal(new WriteResult(49_900, 0, 100), await WriteAsync(afterwards, 50_000));
    }

    [Fact]
    public async Task Closing_in_mid_transaction_gives_the_write_up()
    {
        var database = await OpenAsync();
        var closing = Task.CompletedTask;
        var first = Batch(new WatchedList(10, at: 9, () => closing = database.DisposeAsync().AsTask()));
        var store = new SqliteObservationStore(database);

        var failure = await Assert.ThrowsAsync<StorageException>(() => store.WriteAsync([first, first], CancellationToken.None));
        await closing;

        Assert.Equal($"The store at {File} is closed.", failure.Message);
        await using var again = await OpenAsync();
        Assert.Equal(0, await CountAsync(again));
    }

    [Fact]
    public async Task A_closed_store_says_so_and_leaves_one_file()
    {
        var database = await OpenAsync();
        await WriteAsync(database, 3);
        Assert.Equal(3, await CountAsync(database));
        await database.DisposeAsync();
        await database.DisposeAsync();

        await Assert.ThrowsAsync<StorageException>(() => WriteAsync(database, 3));
        await Assert.ThrowsAsync<StorageException>(() => CountAsync(database));
        Assert.Equal([File], Directory.GetFiles(Path.GetDirectoryName(File)!));
    }

    [Fact]
    public async Task The_views_speak_the_names_and_times_that_people_know()
    {
        await using var database = await OpenAsync();
        var store = new SqliteObservationStore(database);
        var attributes = new SeriesAttributes("percent", "D", "H.15", "US");
        var monday = new DateTime(2026, 1, 5, 13, 0, 0, DateTimeKind.Utc);
        foreach (var (day, value) in new[] { (6, 1.5), (9, 2.5) })
        {
            var observation = new Observation(monday, new DateOnly(2026, 1, day), value, "1.50", "E", "X", new Dictionary<string, string> { ["k"] = "°" });
            var batch = new ObservationBatch(
                new ObservationSlice(new SeriesId("fred", "DGS10"), attributes, [observation]), "run-1", "event-1", new DateTimeOffset(2026, 1, day, 9, 0, 0, TimeSpan.FromHours(1)));
            await store.WriteAsync([batch], CancellationToken.None);
        }

        const string Columns = "concat_ws('|', provider, series_id, timestamp, asof_date, value, value_raw, unit_code, geo_id, dataset_code, frequency_code, status, quality_flag, ingest_ts, ingest_run_id, source_event_id, metadata)";
        const string Newest = "fred|DGS10|2026-01-05T13:00:00Z|2026-01-09|2.5|1.50|percent|US|H.15|D|E|X|2026-01-09T08:00:00.000000Z|run-1|event-1|{\"k\":\"°\"}";
        Assert.Equal(Newest, Query($"SELECT {Columns} FROM timeseries_observation_latest"));
        Assert.Equal(Newest, Query($"SELECT {Columns} FROM timeseries_observation WHERE asof_date = '2026-01-09'"));
        Assert.Equal("2|1", Query("SELECT (SELECT count(*) FROM timeseries_observation) || '|' || (SELECT count(*) FROM timeseries_observation_latest)"));
    }

    [Theory]
    [InlineData(SqliteObservationStore.ReadAll)]
    [InlineData(SqliteObservationStore.ReadLatest)]
    [InlineData(SqliteObservationStore.ReadAsOf)]
    public async Task Reading_follows_the_primary_key_and_sorts_nothing(string sql)
    {
        await using var database = await OpenAsync();

        var plan = Query($"EXPLAIN QUERY PLAN {sql}", column: 3, 1, 2, 3, 4);
        Assert.StartsWith("SEARCH observation USING PRIMARY KEY (series_key=? AND timestamp>? AND timestamp<?)", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("TEMP B-TREE", plan, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_batch_that_changes_nothing_leaves_no_trace()
    {
        await using var database = await OpenAsync();
        await WriteAsync(database, 3);
        await WriteAsync(database, 3);

        Assert.Equal("1", Query("SELECT count(*) FROM ingest_batch"));
    }

    private static async Task<WriteResult> WriteAsync(SqliteDatabase database, int count) =>
        await WriteAsync(database, new WatchedList(count, at: -1, () => { }));

    private static async Task<WriteResult> WriteAsync(SqliteDatabase database, WatchedList observations) =>
        (await new SqliteObservationStore(database).WriteAsync([Batch(observations)], CancellationToken.None))[0];

    private static ObservationBatch Batch(WatchedList observations) =>
        new(new ObservationSlice(new SeriesId("fred", "DGS10"), new SeriesAttributes(null, null, null, null), observations), "run", "event", DateTimeOffset.UnixEpoch);

    private static async Task<int> CountAsync(SqliteDatabase database) =>
        await new SqliteObservationStore(database).ReadAsync(new ObservationQuery("fred", [], Everything, new Vintages.All()), CancellationToken.None).CountAsync();

    private static Task ExecuteAsync(SqliteDatabase database, string sql) => database.WriteAsync(
        (session, _) =>
        {
            session.Execute(sql);
            return 0;
        },
        CancellationToken.None);

    private Task<SqliteDatabase> OpenAsync(string? path = null) => SqliteDatabase.OpenAsync(path ?? File, new FixedTime(), CancellationToken.None);

    /// <summary>Asks as a person with sqlite3 would, past the store; lines of the answer joined.</summary>
    private string Query(string sql, int column = 0, params int[] parameters)
    {
        using var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var parameter in parameters.Where(parameter => sql.Contains($"?{parameter}", StringComparison.Ordinal)))
        {
            command.Parameters.AddWithValue($"?{parameter}", 0);
        }

        using var reader = command.ExecuteReader();
        var lines = new List<string>();
        while (reader.Read())
        {
            lines.Add(reader.GetString(column));
        }

        return string.Join('\n', lines);
    }

    private sealed class FixedTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
    }
}
