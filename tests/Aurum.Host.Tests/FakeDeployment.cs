using Aurum.Actors;
using Aurum.Actors.Serialization.Kafka;
using Aurum.Actors.Topics;
using Aurum.Host.Engine;
using Aurum.SchemaRegistry;
using Aurum.Storage.Postgres;

namespace Aurum.Host.Tests;

/// <summary>Systems in which all is well unless a test says otherwise.</summary>
internal sealed class FakeDeployment : IDeployment
{
    public IReadOnlyList<string> Migrations { get; set; } = [];

    public TopicState Topics { get; set; } = TopicState.Fine;

    public SchemaState Schemas { get; set; } = SchemaState.AlreadyThere;

    public NodeStartException? Failure { get; set; }

    public KafkaOptions? Kafka { get; private set; }

    public SchemaRegistryOptions? Registry { get; private set; }

    public Task<IReadOnlyList<string>> MigrateAsync(PostgresDsn database, CancellationToken cancellationToken) => Task.FromResult(Migrations);

    public Task<IReadOnlyList<TopicReport>> EnsureTopicsAsync(KafkaOptions kafka, IReadOnlyList<TopicSettings> topics, CancellationToken cancellationToken)
    {
        Kafka = kafka;
        TopicDifference[] differences = Topics == TopicState.Drifted ? [new("partitions", "12", "1")] : [];
        return Failure is null
            ? Task.FromResult<IReadOnlyList<TopicReport>>([.. topics.Select(topic => new TopicReport(topic, Topics, differences))])
            : throw Failure;
    }

    public Task<IReadOnlyList<SchemaStanding>> SchemasAsync(SchemaRegistryOptions registry, bool register, CancellationToken cancellationToken)
    {
        Registry = registry;
        var state = register && Schemas == SchemaState.Registrable ? SchemaState.RegisteredNow : Schemas;
        string[] reasons = state == SchemaState.Incompatible ? ["a field was taken away"] : [];
        return Failure is null
            ? Task.FromResult<IReadOnlyList<SchemaStanding>>([.. KafkaSchemas.All.Select(schema => new SchemaStanding(schema, state, 7, 1, reasons))])
            : throw Failure;
    }
}
