using Aurum.Actors;
using Aurum.Actors.Serialization.Kafka;
using Aurum.Actors.Topics;
using Aurum.Host.Configuration;
using Aurum.Host.Engine;
using Aurum.SchemaRegistry;
using Aurum.Storage;
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

    /// <summary>A database in which all is well.</summary>
    public PostgresInspection Database { get; set; } = new("16.4", 16, 7, [], [], TimeSpan.Zero);

    public KafkaAccess Access { get; set; } = new([], [], WritingIsKnown: true, Behind: 0);

    /// <summary>What providers answer; those that are not named are well.</summary>
    public List<ProviderAnswer> Answers { get; } = [];

    public Task<PostgresInspection> DatabaseAsync(PostgresDsn database, CancellationToken cancellationToken) =>
        DatabaseFailure is null ? Task.FromResult(Database) : throw DatabaseFailure;

    public StorageException? DatabaseFailure { get; set; }

    public Task<KafkaAccess> KafkaAccessAsync(KafkaOptions kafka, CancellationToken cancellationToken) => Task.FromResult(Access);

    public Task<IReadOnlyList<ProviderAnswer>> AskProvidersAsync(
        IReadOnlyList<ConfiguredProvider> providers, string dataDirectory, PostgresDsn? database, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ProviderAnswer>>(
        [
            .. providers.Select(provider => provider.Provider.Descriptor.Name).Select(name => Answers.Find(answer => answer.Provider == name) ?? new ProviderAnswer(name, null, null, TimeSpan.Zero)),
        ]);
}
