using Aurum.Actors;
using Aurum.Actors.Serialization.Kafka;
using Aurum.Actors.Topics;
using Aurum.Domain;
using Aurum.Host.Configuration;
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

    /// <summary>The database as it is; nothing of it is changed.</summary>
    /// <exception cref="Storage.StorageException">It cannot be reached, or a newer aurum has written it.</exception>
    Task<PostgresInspection> DatabaseAsync(PostgresDsn database, CancellationToken cancellationToken);

    /// <summary>What this user may do with topics that are there.</summary>
    /// <exception cref="NodeStartException">Kafka is not there.</exception>
    Task<KafkaAccess> KafkaAccessAsync(KafkaOptions kafka, CancellationToken cancellationToken);

    /// <summary>Asks each provider one cheap question, past any gate: only while no node holds the store, and where neither quota nor hold speaks against it.</summary>
    Task<IReadOnlyList<ProviderAnswer>> AskProvidersAsync(
        IReadOnlyList<ConfiguredProvider> providers, string dataDirectory, PostgresDsn? database, CancellationToken cancellationToken);
}

/// <summary>What came of asking a provider.</summary>
/// <param name="NotAsked">Why it was not asked; null when it was.</param>
/// <param name="ClockAhead">How far its clock is ahead of this machine's; null when it is not known.</param>
public sealed record ProviderAnswer(string Provider, string? NotAsked, Failure? Failure, TimeSpan? ClockAhead);
