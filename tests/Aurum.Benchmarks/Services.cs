using Aurum.Actors.Serialization.Kafka;
using Aurum.SchemaRegistry;
using Aurum.Testing.Kafka;
using Aurum.Testing.Postgres;
using Aurum.Testing.SchemaRegistry;

namespace Aurum.Benchmarks;

/// <summary>PostgreSQL, Kafka and registry of a benchmark's own, on the machine that is measured.</summary>
internal sealed class Services(PostgresServer postgres, MockKafka kafka, SchemaRegistryServer registry, string dsn) : IAsyncDisposable
{
    private const int Partitions = 12;

    public PostgresServer Postgres => postgres;

    public MockKafka Kafka => kafka;

    public string Dsn => dsn;

    /// <summary>The id of the observations' schema, once a node has registered it.</summary>
    public async Task<int> SchemaIdAsync()
    {
        var client = new SchemaRegistryClient(SchemaRegistryClient.CreateHttpClient(), SchemaRegistryOptions.Parse(registry.Address.AbsoluteUri), TimeProvider.System);
        return await client.RegisterAsync(KafkaSchemas.Observations.Subject, KafkaSchemas.Observations.Text, CancellationToken.None);
    }

    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["AURUM_APP_DB_DSN"] = dsn,
        ["KAFKA_BOOTSTRAP_SERVERS"] = kafka.BootstrapServers,
        ["SCHEMA_REGISTRY_URL"] = registry.Address.AbsoluteUri,
    };

    /// <summary>The server's settings are its own defaults, fsync included, but for a larger buffer and log.</summary>
    public static Task<PostgresServer> StartPostgresAsync() => PostgresServer.StartNewAsync(
        "fsync = on", "full_page_writes = on", "autovacuum = on", "shared_buffers = 512MB", "max_wal_size = 4GB", "track_commit_timestamp = on", "timezone = 'UTC'");

    public static async Task<Services> StartAsync()
    {
        var postgres = await StartPostgresAsync();
        var kafka = await MockKafka.StartAsync();
        foreach (var schema in KafkaSchemas.All)
        {
            await kafka.CreateNamedTopicAsync(schema.Topic, Partitions);
        }

        return new Services(postgres, kafka, await SchemaRegistryServer.StartAsync(), await postgres.CreateDatabaseAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await registry.DisposeAsync();
        await kafka.DisposeAsync();
        await postgres.DisposeAsync();
    }
}
