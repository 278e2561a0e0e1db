using System.Buffers.Binary;
using Aurum.Actors;
using Aurum.Actors.Processing;
using Aurum.Actors.Serialization.Kafka;
using Aurum.Domain;
using Aurum.Simulator;
using Aurum.Storage;
using Aurum.Storage.Postgres;
using Aurum.Testing.Kafka;
using Aurum.Testing.Postgres;
using Aurum.Testing.SchemaRegistry;
using Confluent.Kafka;
using Npgsql;
using Xunit.Sdk;

namespace Aurum.EndToEnd.Tests.Support;

/// <summary>A world with the systems of production around it: a PostgreSQL, a Kafka cluster of three brokers, a schema registry, all its own.</summary>
internal sealed class ProductionWorld : IAsyncDisposable
{
    public const int Partitions = 12;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private ProductionWorld(World world, PostgresServer postgres, string dsn, MockKafka kafka, SchemaRegistryServer registry)
    {
        (World, Postgres, Dsn, Kafka, Registry) = (world, postgres, PostgresDsn.Parse(dsn), kafka, registry);
        world.Environment["AURUM_APP_DB_DSN"] = dsn;
        world.Environment["KAFKA_BOOTSTRAP_SERVERS"] = kafka.BootstrapServers;
        world.Environment["SCHEMA_REGISTRY_URL"] = registry.Address.AbsoluteUri;
    }

    public World World { get; }

    public PostgresServer Postgres { get; }

    public PostgresDsn Dsn { get; }

    public MockKafka Kafka { get; }

    public SchemaRegistryServer Registry { get; }

    public ProviderSimulator Simulator => World.Simulator;

    public static async Task<ProductionWorld> CreateAsync(SimulatorOptions? options = null, IReadOnlyList<ProviderPlan>? plans = null)
    {
        var world = await World.CreateAsync(options, plans);

        // The mock cluster waits for members that are gone as long as their session may last.
        await File.WriteAllTextAsync(Path.Combine(world.Config.Path, "kafka.json"), """{ "consumer": { "session.timeout.ms": 2500, "heartbeat.interval.ms": 500 } }""");
        var postgres = await PostgresServer.StartNewAsync();
        var kafka = await MockKafka.StartAsync();
        foreach (var topic in KafkaSchemas.All)
        {
            await kafka.CreateNamedTopicAsync(topic.Topic, Partitions);
        }

        return new ProductionWorld(world, postgres, await postgres.CreateDatabaseAsync(), kafka, await SchemaRegistryServer.StartAsync());
    }

    public AurumProcess Run(params string[] more) => World.Run(more);

    /// <summary>Every observation, every value, no key twice, and nothing besides.</summary>
    public async Task StoreIsTruthAsync(string about = "") =>
        StoreComparison.IsTruth(await StoreComparison.RowsAsync(Dsn), Simulator.Truth, World.Plans, about);

    public async Task<object?> ScalarAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(Dsn.ConnectionString);
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }

    /// <summary>Waits until the store has caught up; says how it differs when it does not.</summary>
    public async Task StoreBecomesTruthAsync(string about = "")
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            try
            {
                await StoreIsTruthAsync(about);
                return;
            }
            catch (Exception exception) when (exception is XunitException or StorageException && !patience.IsCancellationRequested)
            {
                await Task.Delay(1000, CancellationToken.None);
            }
        }
    }

    /// <summary>Waits until the consumer group has committed all there is.</summary>
    public async Task LagBecomesZeroAsync()
    {
        using var lag = new ConsumerLag(new KafkaOptions(
            Kafka.BootstrapServers, KafkaOptions.DefaultGroupId, new Dictionary<string, string>(), new Dictionary<string, string>(), new Dictionary<string, string>()));
        using var patience = new CancellationTokenSource(Patience);
        long behind;
        while ((behind = await lag.BehindAsync(await lag.EndsAsync())) > 0)
        {
            Assert.False(patience.IsCancellationRequested, $"the consumer group is still {behind} records behind after {Patience.TotalSeconds} s");
            await Task.Delay(250, CancellationToken.None);
        }
    }

    /// <summary>All records of a topic, from its beginning.</summary>
    public IReadOnlyList<ConsumeResult<byte[], byte[]>> ReadAll(string topic)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig
        {
            BootstrapServers = Kafka.BootstrapServers,
            GroupId = $"test-{Guid.NewGuid():N}",
            AutoOffsetReset = AutoOffsetReset.Earliest,
            EnablePartitionEof = true,
        }).Build();
        consumer.Assign(Enumerable.Range(0, Partitions).Select(partition => new TopicPartitionOffset(topic, partition, Offset.Beginning)));
        var records = new List<ConsumeResult<byte[], byte[]>>();
        for (var ended = 0; ended < Partitions;)
        {
            var record = consumer.Consume(Patience) ?? throw new XunitException($"{topic} was not read to its end within {Patience.TotalSeconds} s");
            if (record.IsPartitionEOF)
            {
                ended++;
            }
            else
            {
                records.Add(record);
            }
        }

        return records;
    }

    /// <summary>A value of the World Bank's, in the bytes of a record, that breaks a rule; the topic must hold a record already.</summary>
    public byte[] ObservationThatIsNoNumber()
    {
        var schema = BinaryPrimitives.ReadInt32BigEndian(ReadAll(KafkaSchemas.Observations.Topic)[0].Message.Value.AsSpan(1));
        var header = new ObservationHeader(new SeriesId("worldbank", "A"), new SeriesAttributes("USD", "A", "d", "US"), "run", "event", DateTimeOffset.UnixEpoch);
        return new ObservationCodec(schema, NoOtherSchemas.Instance).Encode(header, new Observation(DateTime.UnixEpoch, new DateOnly(2025, 1, 1), double.NaN));
    }

    /// <summary>Publishes records as somebody else would: under the key [1, 2], with the header from = [42].</summary>
    public async Task PublishAsync(params byte[][] values)
    {
        using var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig { BootstrapServers = Kafka.BootstrapServers }).Build();
        foreach (var value in values)
        {
            await producer.ProduceAsync(KafkaSchemas.Observations.Topic, new Message<byte[], byte[]> { Key = [1, 2], Value = value, Headers = [new Header("from", [42])] });
        }
    }

    public async ValueTask DisposeAsync()
    {
        await World.DisposeAsync();
        await Registry.DisposeAsync();
        await Kafka.DisposeAsync();
        await Postgres.DisposeAsync();
    }
}
