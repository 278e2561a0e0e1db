using System.Text;
using System.Text.Json;
using Aurum.Actors.Serialization.Kafka;
using Aurum.Domain;
using Aurum.EndToEnd.Tests.Support;
using Aurum.Simulator;
using Aurum.Storage.Postgres;
using Aurum.Testing.Postgres;
using Confluent.Kafka;
using Npgsql;

namespace Aurum.EndToEnd.Tests.Production;

/// <summary>The road of production when nothing goes wrong: from the simulator through Kafka into PostgreSQL.</summary>
public sealed class ProductionRunTests
{
    [Fact]
    public async Task A_run_brings_the_truth_and_another_one_adds_nothing()
    {
        await using var world = await ProductionWorld.CreateAsync();
        var first = await world.Run().EndsWithAsync(0);
        await world.StoreIsTruthAsync();
        var rows = (await StoreComparison.RowsAsync(world.Dsn)).Count;
        var published = world.ReadAll(KafkaSchemas.Observations.Topic);
        Assert.Equal(rows, published.Count);
        Assert.All(published.GroupBy(record => Encoding.UTF8.GetString(record.Message.Key)), series => Assert.Single(series.Select(record => record.Partition).Distinct()));
        Assert.Equal(world.World.Plans.SelectMany(plan => plan.Series).Select(series => series.ToString()).Order(StringComparer.Ordinal), published.Select(record => Encoding.UTF8.GetString(record.Message.Key)).Distinct().Order(StringComparer.Ordinal));
        first.SaysNothingOfItsInside();

        await world.Run().EndsWithAsync(0);
        Assert.Equal(rows, (await StoreComparison.RowsAsync(world.Dsn)).Count);
        Assert.Equal(rows, world.ReadAll(KafkaSchemas.Observations.Topic).Count);
        Assert.Empty(world.ReadAll(KafkaSchemas.DeadLetters.Topic));
        await world.LagBecomesZeroAsync();
    }

    [Fact]
    public async Task Queries_and_psql_see_what_the_run_brought()
    {
        await using var world = await ProductionWorld.CreateAsync(plans: [ProviderPlan.Of("fred")]);
        await world.Run().EndsWithAsync(0);

        var observations = await world.World.Start("query", "observations", "--provider", "fred", "--series", "GDP", "--format", "ndjson").EndsWithAsync(0);
        var expected = world.Simulator.Truth.Of(new SeriesId("fred", "GDP")).Count(observation => DateOnly.FromDateTime(observation.Timestamp) >= world.World.Plans[0].Start);
        Assert.Equal(expected, observations.Output.Lines.Count);
        var series = await world.World.Start("query", "series", "--format", "ndjson").EndsWithAsync(0);
        Assert.Equal(5, series.Output.Lines.Count);
        Assert.All(series.Output.Lines, line => Assert.NotEqual("", JsonDocument.Parse(line).RootElement.GetProperty("title").GetString()));
        var status = await world.World.Start("status", "--format", "json").EndsWithAsync(0);
        Assert.Contains("\"DGS10\"", status.Output.Text, StringComparison.Ordinal);

        await using var source = NpgsqlDataSource.Create(world.Dsn.ConnectionString);
        foreach (var (sql, answer) in new (string, object)[]
        {
            ("SELECT count(*) FROM external_collect_checkpoints WHERE outcome = 'ok' AND checkpoint_ts IS NOT NULL", 5L),
            ("SELECT count(DISTINCT series_id) FROM external.timeseries_observation_latest", 5L),
            ("SELECT count(*) FROM external.series_catalog WHERE title <> ''", 5L),
            ("SELECT count(*) > 0 FROM akka.journal", true),
            ("SELECT count(*) FROM external.timeseries_observation_quarantine", 0L),
        })
        {
            await using var command = source.CreateCommand(sql);
            Assert.Equal((sql, answer), (sql, await command.ExecuteScalarAsync()));
        }
    }

    [Fact]
    public async Task A_revision_is_a_new_vintage_and_the_old_one_stays()
    {
        await using var world = await ProductionWorld.CreateAsync(World.Small with { Today = World.Small.Today!.Value.AddDays(-1) }, [ProviderPlan.Of("fred")]);
        await world.Run().EndsWithAsync(0);
        var series = new SeriesId("fred", "DGS10");
        var revised = world.Simulator.Truth.Of(series).Last(observation => observation.Value is not null);
        world.Simulator.Truth.Today = World.Small.Today!.Value;
        world.Simulator.Truth.Revise(series, revised.Timestamp, revised.Value!.Value + 1);
        world.Simulator.Truth.Publish(series, 1);
        await world.Run().EndsWithAsync(0);
        await world.StoreIsTruthAsync();
        var vintages = (await StoreComparison.RowsAsync(world.Dsn)).Where(row => row.Series == series && row.Observation.Timestamp == revised.Timestamp).ToArray();
        Assert.Equal([revised.Value, revised.Value + 1], vintages.Select(row => row.Observation.Value));
    }

    [Fact]
    public async Task What_a_provider_takes_back_is_withdrawn_and_what_it_gives_back_returns()
    {
        await using var world = await ProductionWorld.CreateAsync(World.Small with { Today = World.Small.Today!.Value.AddDays(-2) }, [ProviderPlan.Of("fred")]);
        await world.Run().EndsWithAsync(0);
        var series = new SeriesId("fred", "DGS10");
        var last = world.Simulator.Truth.Of(series).Last();
        world.Simulator.Truth.Today = World.Small.Today!.Value.AddDays(-1);
        var later = world.Simulator.Truth.Of(series).Count(observation => observation.Timestamp >= last.Timestamp);
        world.Simulator.Truth.Withhold(series, later);
        await world.Run().EndsWithAsync(0);
        world.Simulator.Truth.Today = World.Small.Today!.Value;
        world.Simulator.Truth.Publish(series, later);
        await world.Run().EndsWithAsync(0);
        await world.StoreIsTruthAsync();
        var vintages = (await StoreComparison.RowsAsync(world.Dsn)).Where(row => row.Series == series && row.Observation.Timestamp == last.Timestamp).ToArray();
        Assert.Equal([(last.Value, null), (null, "WITHDRAWN"), (last.Value, null)], vintages.Select(row => (row.Observation.Value, row.Observation.Status)));
    }

    [Fact]
    public async Task Without_Kafka_a_collector_stores_in_PostgreSQL_itself()
    {
        await using var world = await ProductionWorld.CreateAsync();
        world.World.Environment.Remove("KAFKA_BOOTSTRAP_SERVERS");
        world.World.Environment.Remove("SCHEMA_REGISTRY_URL");
        await world.Run().EndsWithAsync(0);
        await world.StoreIsTruthAsync();
        Assert.Empty(world.ReadAll(KafkaSchemas.Observations.Topic));
    }

    /// <summary>docs/operations.md tells operators to do it so.</summary>
    [Fact]
    public async Task Deleted_rows_come_again_once_the_journal_of_their_series_is_deleted_too()
    {
        await using var world = await ProductionWorld.CreateAsync(plans: [ProviderPlan.Of("fred")]);
        world.World.Environment.Remove("KAFKA_BOOTSTRAP_SERVERS");
        world.World.Environment.Remove("SCHEMA_REGISTRY_URL");
        await world.Run().EndsWithAsync(0);
        await using var source = NpgsqlDataSource.Create(world.Dsn.ConnectionString);
        foreach (var sql in (string[])[
            "DELETE FROM external.timeseries_observation_fred WHERE series_id = 'DGS10'",
            "DELETE FROM akka.journal WHERE persistence_id = 'series-fred|DGS10'",
            "DELETE FROM akka.snapshot WHERE persistence_id = 'series-fred|DGS10'"])
        {
            await using var command = source.CreateCommand(sql);
            await command.ExecuteNonQueryAsync();
        }

        await world.Run().EndsWithAsync(0);
        await world.StoreIsTruthAsync();
    }

    /// <summary>A million rows, told apart from the truth by the database itself.</summary>
    [Fact]
    public async Task A_million_rows_arrive_each_once()
    {
        const int RowsPerSeries = 20_000, Series = 50;
        await using var world = await ProductionWorld.CreateAsync(new SimulatorOptions { EnforceRateLimits = false, ObservationsPerSeries = RowsPerSeries, FredPageCap = 10_000 }, []);
        string[] codes = [.. Enumerable.Range(1, Series).Select(number => $"LOAD{number:000}")];
        world.World.Config.Write("fred", JsonSerializer.Serialize(new
        {
            name = "fred",
            rate_limit = ConfigFolder.NoLimit,
            batch = new { batch_size = 1000, max_workers = 4 },
            datasets = new[] { new { series = codes, lookback_observations = 10 } },
        }));
        var run = world.Run("--providers", "fred");
        await run.EndsWithAsync(0, TimeSpan.FromMinutes(3));
        await world.LagBecomesZeroAsync();
        Assert.Contains("1,000,000 new", run.Output.Text, StringComparison.Ordinal);

        await using var source = NpgsqlDataSource.Create(world.Dsn.ConnectionString);
        foreach (var code in codes)
        {
            await using var command = source.CreateCommand("SELECT timestamp, value FROM external.timeseries_observation_fred WHERE series_id = $1 ORDER BY timestamp");
            command.Parameters.AddWithValue(code);
            await using var reader = await command.ExecuteReaderAsync();
            foreach (var expected in world.Simulator.Truth.Of(new SeriesId("fred", code)))
            {
                Assert.True(await reader.ReadAsync(), $"{code} ends before {expected.Timestamp:O}");
                Assert.Equal((expected.Timestamp, expected.Value), (reader.GetDateTime(0), reader.IsDBNull(1) ? null : reader.GetDouble(1)));
            }

            Assert.False(await reader.ReadAsync(), $"{code} goes on after its end");
        }
    }
}
