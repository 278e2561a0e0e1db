using Aurum.Actors;
using Aurum.Actors.Serialization.Kafka;
using Aurum.Actors.Topics;
using Aurum.Host.Configuration;
using Aurum.Providers;
using Aurum.SchemaRegistry;
using Aurum.Storage.Postgres;
using Confluent.Kafka;

namespace Aurum.Host.Engine;

/// <summary>Sets up the real systems.</summary>
public sealed class Deployment(TimeProvider time) : IDeployment
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public async Task<IReadOnlyList<string>> MigrateAsync(PostgresDsn database, CancellationToken cancellationToken)
    {
        var applied = await PostgresMigrations.MigrateAsync(database, cancellationToken);

        // Opening makes the partitions of the providers.
        await using var opened = await PostgresDatabase.OpenAsync(database, [.. ProviderCatalog.All.Select(provider => provider.Descriptor.Name)], time, cancellationToken);
        return applied;
    }

    public async Task<IReadOnlyList<TopicReport>> TopicsAsync(KafkaOptions kafka, IReadOnlyList<TopicSettings> topics, bool ensure, CancellationToken cancellationToken)
    {
        using var admin = Admin(kafka);
        try
        {
            var kafkaTopics = new KafkaTopics(admin, Patience);
            return await (ensure ? kafkaTopics.EnsureAsync(topics, cancellationToken) : kafkaTopics.CheckAsync(topics, cancellationToken));
        }
        catch (TopicsException failed)
        {
            throw new NodeStartException($"Kafka at {kafka.BootstrapServers}: {failed.Message}", failed);
        }
    }

    public async Task<IReadOnlyList<SchemaStanding>> SchemasAsync(SchemaRegistryOptions registry, bool register, CancellationToken cancellationToken)
    {
        using var http = SchemaRegistryClient.CreateHttpClient();
        var registration = new SchemaRegistration(new SchemaRegistryClient(http, registry, time));
        try
        {
            return await (register ? registration.RegisterAsync(KafkaSchemas.All, cancellationToken) : registration.CheckAsync(KafkaSchemas.All, cancellationToken));
        }
        catch (SchemaRegistryException failed)
        {
            throw new NodeStartException(failed.Message, failed);
        }
    }

    public Task<PostgresInspection> DatabaseAsync(PostgresDsn database, CancellationToken cancellationToken) => PostgresInspection.LookAsync(database, time, cancellationToken);

    public async Task<KafkaAccess> KafkaAccessAsync(KafkaOptions kafka, CancellationToken cancellationToken)
    {
        try
        {
            return await KafkaAccess.TryAsync(kafka, cancellationToken);
        }
        catch (TopicsException failed)
        {
            throw new NodeStartException($"Kafka at {kafka.BootstrapServers}: {failed.Message}", failed);
        }
    }

    public Task<IReadOnlyList<ProviderAnswer>> AskProvidersAsync(
        IReadOnlyList<ConfiguredProvider> providers, string dataDirectory, PostgresDsn? database, CancellationToken cancellationToken) =>
        new UngatedCalls(time).AskAsync(providers, dataDirectory, database, cancellationToken);

    /// <summary>
    /// Makes the topics that are missing, and looks at no other. Where this user may not, a broker that makes topics by itself does
    /// so when it is asked for one.
    /// </summary>
    /// <returns>Those that were made.</returns>
    /// <exception cref="NodeStartException">Kafka is not there, or topics are missing and stay so.</exception>
    public async Task<IReadOnlyList<string>> RequireTopicsAsync(KafkaOptions kafka, IReadOnlyList<TopicSettings> topics, CancellationToken cancellationToken)
    {
        using var admin = Admin(kafka);
        try
        {
            var present = await Task.Run(() => admin.GetMetadata(Patience).Topics.Select(topic => topic.Topic).ToHashSet(), cancellationToken);
            var missing = topics.Where(topic => !present.Contains(topic.Name)).ToArray();
            if (missing.Length > 0)
            {
                await MakeAsync(kafka, admin, missing, cancellationToken);
            }

            return [.. missing.Select(topic => topic.Name)];
        }
        catch (KafkaException failed)
        {
            throw new NodeStartException($"Kafka at {kafka.BootstrapServers} does not answer: {failed.Error.Reason}", failed);
        }
    }

    private static async Task MakeAsync(KafkaOptions kafka, IAdminClient admin, IReadOnlyList<TopicSettings> missing, CancellationToken cancellationToken)
    {
        try
        {
            await new KafkaTopics(admin, Patience).EnsureAsync(missing, cancellationToken);
        }
        catch (TopicsException refused)
        {
            var asked = await Task.Run(() => missing.SelectMany(topic => admin.GetMetadata(topic.Name, Patience).Topics).ToArray(), cancellationToken);
            if (asked.Where(topic => topic.Error.IsError).Select(topic => topic.Topic).ToArray() is { Length: > 0 } absent)
            {
                throw new NodeStartException($"Kafka at {kafka.BootstrapServers} has no topic {string.Join(", ", absent)}, and this user cannot make it; aurum topics ensure does for one who may. {refused.Message}", refused);
            }
        }
    }

    private static IAdminClient Admin(KafkaOptions kafka) => new AdminClientBuilder(kafka.OfAdmin)
        .SetLogHandler((_, _) => { })
        .SetErrorHandler((_, _) => { })
        .Build();
}
