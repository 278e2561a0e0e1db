using Aurum.Actors;
using Aurum.Actors.Serialization.Kafka;
using Aurum.Actors.Topics;
using Aurum.SchemaRegistry;
using Aurum.Storage.Postgres;

namespace Aurum.Host.Engine;

/// <summary>What a node needs around it: set up, or looked at, by commands that run before it.</summary>
public interface IDeployment
{
    /// <returns>What was applied; empty when the database was up to date.</returns>
    /// <exception cref="Storage.StorageException">It cannot be brought up to date.</exception>
    Task<IReadOnlyList<string>> MigrateAsync(PostgresDsn database, CancellationToken cancellationToken);

    /// <param name="ensure">Makes those that are missing; else they are only looked at.</param>
    /// <exception cref="NodeStartException">Kafka is not there or does not let us.</exception>
    Task<IReadOnlyList<TopicReport>> TopicsAsync(KafkaOptions kafka, IReadOnlyList<TopicSettings> topics, bool ensure, CancellationToken cancellationToken);

    /// <param name="register">Registers what is compatible and not there yet; else it is only looked at.</param>
    /// <exception cref="NodeStartException">The registry is not there or does not let us.</exception>
    Task<IReadOnlyList<SchemaStanding>> SchemasAsync(SchemaRegistryOptions registry, bool register, CancellationToken cancellationToken);
}
