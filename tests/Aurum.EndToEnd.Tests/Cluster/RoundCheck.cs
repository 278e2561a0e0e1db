using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Aurum.Actors.Serialization.Kafka;
using Aurum.Domain;
using Aurum.EndToEnd.Tests.Support;
using Npgsql;
using Xunit.Sdk;

namespace Aurum.EndToEnd.Tests.Cluster;

/// <summary>What must be so whenever a cluster has come to rest, whatever was done to it, and what must be so at any moment.</summary>
internal static class RoundCheck
{
    private const string SeriesPrefix = "series-";

    /// <summary>All is stored, each once; nothing was set aside; no limit was exceeded; every node takes its leave; and no log holds a trace.</summary>
    public static async Task EndsWellAsync(ClusterWorld world)
    {
        await world.StoreFillsAsync();
        await world.Services.StoreBecomesTruthAsync();
        await world.Services.LagBecomesZeroAsync();
        await world.VintagesAreThoseOfRevisionsAsync();
        Assert.Equal(0L, await world.Services.ScalarAsync("SELECT count(*) FROM external.timeseries_observation_quarantine"));
        Assert.Empty(world.Services.ReadAll(KafkaSchemas.DeadLetters.Topic));
        LimitCheck.AreKept(world);
        var running = world.Nodes.Where(node => node.IsRunning).ToArray();
        Assert.Equal(world.Nodes.Count(node => !node.IsMeantToBeDown), running.Length);
        foreach (var node in running)
        {
            await node.LeaveAsync();
        }

        world.NobodyDied();
        await world.Services.StoreIsTruthAsync();
        await CheckpointsAreStoredAsync(world);
        foreach (var process in world.Nodes.SelectMany(node => node.Processes))
        {
            process.SaysNoTrace();
        }
    }

    /// <summary>
    /// Holds every checkpoint in the journal against what the brokers have acknowledged: whatever it says is done is there. For any moment at
    /// which no node runs.
    /// </summary>
    /// <remarks>As long as the mock brokers have forgotten nothing, what is stored is among their records.</remarks>
    public static async Task CheckpointsAreAcknowledgedAsync(ClusterWorld world)
    {
        var records = world.Services.ReadAll(KafkaSchemas.Observations.Topic);
        if (records.Count == 0)
        {
            Assert.Empty(await CheckpointsAsync(world));
            return;
        }

        var codec = new ObservationCodec(BinaryPrimitives.ReadInt32BigEndian(records[0].Message.Value.AsSpan(1)), NoOtherSchemas.Instance);
        var acknowledged = new HashSet<(SeriesId, DateTime)>();
        foreach (var record in records)
        {
            var decoded = (await codec.DecodeAsync(record.Message.Value, CancellationToken.None)).Value;
            acknowledged.Add((decoded.Header.Series, decoded.Observation.Timestamp));
        }

        await AreAmongAsync(world, acknowledged, "acknowledged");
    }

    private static async Task CheckpointsAreStoredAsync(ClusterWorld world) =>
        await AreAmongAsync(world, (await StoreComparison.RowsAsync(world.Services.Dsn)).Select(row => (row.Series, row.Observation.Timestamp)).ToHashSet(), "stored");

    private static async Task AreAmongAsync(ClusterWorld world, HashSet<(SeriesId Series, DateTime Timestamp)> there, string how)
    {
        foreach (var (series, completeBefore, last) in await CheckpointsAsync(world))
        {
            var start = world.Services.World.Plans.Single(plan => plan.Series.Contains(series)).Start;
            var missing = world.Simulator.Truth.Of(series)
                .Select(observation => observation.Timestamp)
                .Where(timestamp => (timestamp < completeBefore || timestamp == last) && DateOnly.FromDateTime(timestamp) >= start && !there.Contains((series, timestamp)))
                .ToArray();
            if (missing.Length > 0)
            {
                throw world.Failure($"the checkpoint of {series} says that all before {completeBefore:O} is done and {last:O} is the last, but {missing.Length} are not {how}, the first is {missing[0]:O}");
            }
        }
    }

    /// <summary>The newest checkpoint of each series that has one.</summary>
    private static async Task<IReadOnlyList<(SeriesId Series, DateTime? CompleteBefore, DateTime? Last)>> CheckpointsAsync(ClusterWorld world)
    {
        await using var source = NpgsqlDataSource.Create(world.Services.Dsn.ConnectionString);
        await using var command = source.CreateCommand("""
            SELECT DISTINCT ON (persistence_id) persistence_id, convert_from(message, 'UTF8')
            FROM akka.journal
            WHERE manifest LIKE 'checkpoint-advanced.%'
            ORDER BY persistence_id, sequence_number DESC
            """);
        await using var reader = await command.ExecuteReaderAsync();
        var checkpoints = new List<(SeriesId, DateTime?, DateTime?)>();
        while (await reader.ReadAsync())
        {
            var name = reader.GetString(0);
            var parts = name.StartsWith(SeriesPrefix, StringComparison.Ordinal) ? name[SeriesPrefix.Length..].Split('|', 2) : throw new XunitException($"{name} is no collector's");
            using var body = JsonDocument.Parse(reader.GetString(1));
            checkpoints.Add((new SeriesId(parts[0], parts[1]), Date(body.RootElement, "completeBefore"), Date(body.RootElement, "lastTimestamp")));
        }

        return checkpoints;
    }

    private static DateTime? Date(JsonElement body, string name) =>
        body.GetProperty(name) is { ValueKind: JsonValueKind.String } date ? date.GetDateTime().ToUniversalTime() : null;

    private sealed class NoOtherSchemas : IWriterSchemas
    {
        public static readonly NoOtherSchemas Instance = new();

        public ValueTask<string?> FindAsync(int schemaId, CancellationToken cancellationToken) => ValueTask.FromResult<string?>(null);
    }
}
