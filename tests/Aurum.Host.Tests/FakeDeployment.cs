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

    public Task<IReadOnlyList<TopicReport>> TopicsAsync(KafkaOptions kafka, IReadOnlyList<TopicSettings> topics, bool ensure, CancellationToken cancellationToken)
    {
        Kafka = kafka;
        var state = ensure && Topics == TopicState.Missing ? TopicState.Created : Topics;
        TopicDifference[] differences = Topics == TopicState.Drifted ? [new("partitions", "12", "1")] : [];
        return Failure is null
            ? Task.FromResult<IReadOnlyList<TopicReport>>([.. topics.Select(topic => new TopicReport(topic, state, differences))])
            : throw Failure;
    }

    public Task<IReadOnlyList<SchemaStanding>> SchemasAsync(SchemaRegistryOptions registry, bool register, CancellationToken cancellationToken)
    {
        Registry = registry;
        var state = register && Schemas == SchemaState.Registrable ? SchemaState.RegisteredNow : Schemas;
        return Failure is null
            ? Task.FromResult<IReadOnlyList<SchemaStanding>>([.. KafkaSchemas.All.Select(schema => state == SchemaState.Incompatible
                ? new SchemaStanding(schema, state, null, null, new SchemaConflict("BACKWARD", new RegisteredSchema(schema.Subject, 7, 1, "{}"), ["a field was taken away"]))
                : new SchemaStanding(schema, state, 7, 1))])
            : throw Failure;
    }
}
