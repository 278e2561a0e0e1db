using Aurum.Domain;
using Aurum.Storage.Postgres;
using Aurum.Testing.Network;
using Aurum.Testing.Postgres;

namespace Aurum.Storage.Tests.Postgres;

public sealed class PostgresWriteTests
{
    private static readonly SeriesId Treasury = new("fred", "DGS10");
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 8, 30, 15, TimeSpan.Zero);

    [Fact]
    public async Task Writers_of_the_same_keys_end_as_if_one_had_waited_for_the_other()
    {
        await using var store = await TemporaryDatabase.OpenAsync();
        await using var second = await PostgresDatabase.OpenAsync(store.Database.Dsn, [], TimeProvider.System, CancellationToken.None);
        PostgresObservationStore[] stores = [store.Observations, new(second), store.Observations];
        var chance = new Random(42);
        int[][] orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
        for (var round = 0; round < 30; round++)
        {
            var provider = $"race{round}";
            var calls = stores.Select(_ => Enumerable.Range(0, 3).Select(_ => ObservationModel.BatchOf(
                provider, [.. Enumerable.Range(0, 8).Select(_ => chance.Next(ObservationModel.Codes))], Now)).ToArray()).ToArray();

            var results = await Task.WhenAll(stores.Select((writer, index) => Task.Run(() => writer.WriteAsync(calls[index], CancellationToken.None))));

            var stored = await ReadAsync(store.Observations, provider);
            Assert.Contains(orders, order =>
            {
                var model = new ObservationModel();
                var expected = new WriteResult[calls.Length][];
                foreach (var call in order)
                {
                    expected[call] = [.. calls[call].Select(model.Write)];
                }

                return expected.Zip(results).All(pair => pair.First.SequenceEqual(pair.Second))
                    && model.Read(_ => true, keepAll: true).SequenceEqual(stored.Select(row => (row.Series.Code, row.Observation)));
            });
        }
    }

    [Fact]
    public async Task A_writer_that_stands_still_in_the_middle_of_a_transaction_does_not_keep_others_from_writing()
    {
        await using var store = await TemporaryDatabase.OpenAsync();
        await using var frozen = await PostgresDatabase.OpenAsync(store.Database.Dsn, [], TimeProvider.System, CancellationToken.None);
        var (hasLock, thaw) = (new TaskCompletionSource(), new TaskCompletionSource());
        var standing = frozen.WriteAsync(
            async (connection, stop) =>
            {
                await PostgresCommands.RunAsync(connection, "LOCK TABLE external.timeseries_observation", stop);
                hasLock.SetResult();
                await thaw.Task;
                return await PostgresCommands.ScalarAsync(connection, "SELECT 1", stop);
            },
            CancellationToken.None);
        await hasLock.Task;

        await store.Observations.WriteAsync([ObservationModel.BatchOf("fred", [1], Now)], CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20));
        thaw.SetResult();
        await Assert.ThrowsAsync<StorageException>(() => standing);
        await frozen.WriteAsync((connection, stop) => PostgresCommands.ScalarAsync(connection, "SELECT 1", stop), CancellationToken.None);
    }

    [Fact]
    public async Task A_reader_may_take_its_time()
    {
        await using var store = await TemporaryDatabase.OpenAsync();
        const string Patience = "SHOW idle_in_transaction_session_timeout";
        await using (var reading = await store.Database.ReadAsync(CancellationToken.None))
        {
            Assert.Equal("0", await PostgresCommands.ScalarAsync(reading.Connection, Patience, CancellationToken.None));
        }

        Assert.Equal("5s", await store.Database.WriteAsync((connection, stop) => PostgresCommands.ScalarAsync(connection, Patience, stop), CancellationToken.None));
    }

    [Theory]
    [InlineData(1, -1)]
    [InlineData(0, 3)]
    public async Task A_row_that_somebody_else_stores_meanwhile_does_not_stop_the_write(int hoursLater, double expected)
    {
        await using var store = await TemporaryDatabase.OpenAsync();
        var meetings = 0;

        // At the first look day 3 gets a row by another hand, at the second (the copy of the first attempt) day 4, and so on.
        var list = new WatchedList(10, at: 9, () =>
        {
            var day = 3 + meetings++;
            store.ExecuteAsync($"""
                INSERT INTO external.timeseries_observation (provider, series_id, timestamp, asof_date, value, ingest_ts, ingest_run_id, source_event_id)
                VALUES ('fred', 'DGS10', timestamptz '1970-01-01 00:00:00Z' + interval '{day} days', '2026-01-01', -1, '{Now.AddHours(hoursLater):O}', 'hand', 'hand')
                ON CONFLICT DO NOTHING
                """).GetAwaiter().GetResult();
        });

        var result = Assert.Single(await store.Observations.WriteAsync([Batch(list)], CancellationToken.None));

        Assert.True(meetings >= 3);
        Assert.Equal(10, result.Inserted + result.Revised + result.Unchanged);
        var rows = await ReadAsync(store.Observations, "fred");
        Assert.Equal(10, rows.Count);
        Assert.Equal(expected, rows[3].Observation.Value);
        Assert.Equal(9, rows[9].Observation.Value);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(2, false)]
    public async Task A_server_that_goes_down_in_mid_write_is_a_failure_and_the_repeat_stores_it_once(int look, bool immediate)
    {
        await using var server = await PostgresServer.StartNewAsync();
        await using var database = await PostgresDatabase.OpenAsync(
            PostgresDsn.Parse(await server.CreateDatabaseAsync()), ["fred"], TimeProvider.System, CancellationToken.None);
        var store = new PostgresObservationStore(database);
        await store.WriteAsync([Batch(new WatchedList(100, at: -1, () => { }))], CancellationToken.None);
        var looks = 0;
        var list = new WatchedList(5_000, at: 4_000, () =>
        {
            if (++looks == look)
            {
                server.StopAsync(immediate).GetAwaiter().GetResult();
            }
        });

        var failure = await Assert.ThrowsAsync<StorageException>(() => store.WriteAsync([Batch(list), Batch(list)], CancellationToken.None));
        Assert.Contains(database.Dsn.Place, failure.Message, StringComparison.Ordinal);
        Assert.IsNotType<RefusedDataException>(failure);
        Assert.Contains("refused", (await Assert.ThrowsAsync<StorageException>(() => store.WriteAsync([Batch(list)], CancellationToken.None))).Message, StringComparison.Ordinal);

        await server.StartAsync();
        Assert.Equal(100, (await ReadAsync(store, "fred")).Count);
        Assert.Equal(
            [new WriteResult(4_900, 0, 100), new WriteResult(0, 0, 5_000)], await store.WriteAsync([Batch(list), Batch(list)], CancellationToken.None));
        Assert.Equal(5_000, (await ReadAsync(store, "fred")).Count);
    }

    [Fact]
    public async Task When_the_answer_to_the_commit_is_lost_the_repeat_finds_all_stored()
    {
        var server = await PostgresServer.SharedAsync();
        await using var proxy = new TcpProxy(server.Port);
        await using var store = await TemporaryDatabase.OpenAsync(proxy.Port);
        var batch = Batch(new WatchedList(1_000, at: -1, () => { }));
        var swallowed = proxy.SwallowAnswerTo("COMMIT\0");

        await Assert.ThrowsAsync<StorageException>(() => store.Observations.WriteAsync([batch], CancellationToken.None));

        await swallowed;
        Assert.Equal(1_000L, await store.ScalarAsync("SELECT count(*) FROM external.timeseries_observation"));
        Assert.Equal([new WriteResult(0, 0, 1_000)], await store.Observations.WriteAsync([batch], CancellationToken.None));
    }

    [Fact]
    public async Task A_connection_cut_in_mid_write_stores_nothing()
    {
        var server = await PostgresServer.SharedAsync();
        await using var proxy = new TcpProxy(server.Port);
        await using var store = await TemporaryDatabase.OpenAsync(proxy.Port);
        var once = false;
        var list = new WatchedList(50_000, at: 49_000, () =>
        {
            proxy.Refuse = !once;
            if (!once)
            {
                once = true;
                proxy.Cut();
            }
        });

        await Assert.ThrowsAsync<StorageException>(() => store.Observations.WriteAsync([Batch(list)], CancellationToken.None));
        await Assert.ThrowsAsync<StorageException>(() => store.Observations.WriteAsync([Batch(list)], CancellationToken.None));
        proxy.Refuse = false;

        Assert.Equal(0L, await store.ScalarAsync("SELECT count(*) FROM external.timeseries_observation"));
        Assert.Equal([new WriteResult(50_000, 0, 0)], await store.Observations.WriteAsync([Batch(list)], CancellationToken.None));
    }

    public static TheoryData<string> Unstorable => new() { "raw", "status", "flag", "metadata", "code", "unit", "run", "half" };

    [Theory]
    [MemberData(nameof(Unstorable))]
    public async Task Text_that_cannot_be_stored_is_the_data_s_fault_and_the_rest_can_be_stored_without_it(string where)
    {
        await using var store = await TemporaryDatabase.OpenAsync();
        var good = new Observation(new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc), new DateOnly(2026, 1, 1), 1);
        var batch = Batch([good]);
        var (bad, slice) = (good with { Timestamp = good.Timestamp.AddDays(1) }, batch.Slice);
        const string Text = "a\0b";
        ObservationBatch With(Observation observation) => batch with { Slice = slice with { Observations = [good, observation] } };
        var broken = where switch
        {
            "raw" => With(bad with { ValueRaw = Text }),
            "status" => With(bad with { Status = Text }),
            "flag" => With(bad with { QualityFlag = Text }),
            "metadata" => With(bad with { Metadata = new Dictionary<string, string> { ["k"] = Text } }),
            "half" => With(bad with { ValueRaw = "\ud83c" }),
            "code" => batch with { Slice = slice with { Series = new SeriesId("fred", Text) } },
            "unit" => batch with { Slice = slice with { Attributes = slice.Attributes with { UnitCode = Text }, Observations = [bad] } },
            _ => With(bad) with { RunId = Text },
        };

        await Assert.ThrowsAsync<RefusedDataException>(() => store.Observations.WriteAsync([batch, broken], CancellationToken.None));

        Assert.Empty(await ReadAsync(store.Observations, "fred"));
        Assert.Equal([new WriteResult(1, 0, 0)], await store.Observations.WriteAsync([batch], CancellationToken.None));
    }

    [Fact]
    public async Task A_code_too_long_for_the_key_is_the_data_s_fault()
    {
        await using var store = await TemporaryDatabase.OpenAsync();
        var batch = Batch(new WatchedList(3, at: -1, () => { }));
        var chance = new Random(1);
        var code = string.Concat(Enumerable.Range(0, 20_000).Select(_ => (char)chance.Next(0x100, 0x2000)));

        await Assert.ThrowsAsync<RefusedDataException>(() => store.Observations.WriteAsync(
            [batch with { Slice = batch.Slice with { Series = new SeriesId("fred", code) } }], CancellationToken.None));
    }

    [Fact]
    public async Task A_reader_that_stops_early_does_not_read_to_the_end()
    {
        await using var store = await TemporaryDatabase.OpenAsync();
        await store.ExecuteAsync("""
            INSERT INTO external.timeseries_observation (provider, series_id, timestamp, asof_date, value, ingest_ts, ingest_run_id, source_event_id)
            SELECT 'fred', 'BIG', timestamptz '2000-01-01 00:00Z' + i * interval '1 hour', '2026-01-01', i, now(), repeat('x', 200), 'e' FROM generate_series(1, 300000) AS i
            """);
        foreach (var vintages in new Vintages[] { new Vintages.All(), new Vintages.Latest() })
        {
            var clock = System.Diagnostics.Stopwatch.StartNew();
            for (var time = 0; time < 5; time++)
            {
                await foreach (var _ in store.Observations.ReadAsync(new ObservationQuery("fred", [], Window.Everything, vintages), CancellationToken.None))
                {
                    break;
                }
            }

            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10), $"{clock.Elapsed}");
        }

        Assert.Equal([new WriteResult(3, 0, 0)], await store.Observations.WriteAsync([Batch(new WatchedList(3, at: -1, () => { }))], CancellationToken.None));
    }

    [Theory]
    [InlineData(50_000, 0)]
    [InlineData(300, 100_000)] // a row of many packets is lost between its columns
    public async Task A_reader_whose_connection_is_lost_hears_so(int observations, int noteLength)
    {
        await using var store = await TemporaryDatabase.OpenAsync();
        var metadata = new Dictionary<string, string> { ["note"] = new('n', noteLength) };
        await store.Observations.WriteAsync([Batch([.. new WatchedList(observations, at: -1, () => { }).Select(row => row with { Metadata = metadata })])], CancellationToken.None);
        await using var rows = store.Observations.ReadAsync(new ObservationQuery("fred", [], Window.Everything, new Vintages.All()), CancellationToken.None).GetAsyncEnumerator();
        Assert.True(await rows.MoveNextAsync());
        await store.Server.DisconnectAllAsync(store.Database.Dsn.Database);

        var failure = await Assert.ThrowsAsync<StorageException>(async () =>
        {
            while (await rows.MoveNextAsync())
            {
            }
        });
        Assert.Contains(store.Database.Dsn.Place, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_series_of_a_few_observations_each_are_compared_and_revised()
    {
        await using var store = await TemporaryDatabase.OpenAsync();
        ObservationBatch[] Batches(int revisedDay) =>
        [
            .. Enumerable.Range(0, 700).Select(series => Batch([.. Enumerable.Range(0, 1 + (series % 9)).Select(day => new Observation(
                new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddDays(series % 2 == 0 ? day : day * day * day * 100),
                new DateOnly(2026, 2, 1 + revisedDay),
                day == revisedDay ? -1 : day))]) with { IngestedAt = Now } is var batch
                    ? batch with { Slice = batch.Slice with { Series = new SeriesId("fred", $"S{series}") } }
                    : batch),
        ];

        var first = await store.Observations.WriteAsync(Batches(0), CancellationToken.None);
        Assert.All(first.Select((result, series) => (result, series)), pair => Assert.Equal(new WriteResult(1 + (pair.series % 9), 0, 0), pair.result));
        var second = await store.Observations.WriteAsync(Batches(1), CancellationToken.None);

        // Day 0 says 0 where it said -1, and day 1 says -1 where it said 1.
        Assert.All(second.Select((result, series) => (result, series)), pair =>
        {
            var days = 1 + (pair.series % 9);
            var revised = Math.Min(days, 2);
            Assert.Equal(new WriteResult(0, revised, days - revised), pair.result);
        });
    }

    private static ObservationBatch Batch(IReadOnlyList<Observation> observations) =>
        new(new ObservationSlice(Treasury, new SeriesAttributes(null, null, null, null), observations), "run", "event", Now);

    private static async Task<List<StoredObservation>> ReadAsync(PostgresObservationStore store, string provider) =>
        await store.ReadAsync(new ObservationQuery(provider, [], Window.Everything, new Vintages.All()), CancellationToken.None).ToListAsync();
}
