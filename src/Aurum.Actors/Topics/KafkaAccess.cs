using Aurum.Actors.Processing;
using Aurum.Actors.Serialization.Kafka;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Aurum.Actors.Topics;

/// <summary>
/// What this user may do with topics that are there. Reading and the group are tried; writing is asked of the brokers, since a try would
/// leave a record that somebody has to read.
/// </summary>
/// <param name="Missing">Topics that are not there.</param>
/// <param name="Refused">What it may not do and would have to, in words.</param>
/// <param name="WritingIsKnown">False where the brokers do not tell who may write.</param>
/// <param name="Behind">Records that the consumer group has not stored yet; null where they may not be counted.</param>
public sealed record KafkaAccess(IReadOnlyList<string> Missing, IReadOnlyList<string> Refused, bool WritingIsKnown, long? Behind)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly string[] Read = [KafkaSchemas.Observations.Topic, KafkaSchemas.Catalog.Topic];

    /// <exception cref="TopicsException">The cluster does not answer.</exception>
    public static async Task<KafkaAccess> TryAsync(KafkaOptions options, CancellationToken cancellationToken)
    {
        var refused = new List<string>();
        try
        {
            using var admin = new AdminClientBuilder(options.OfAdmin).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
            var there = (await Task.Run(() => admin.GetMetadata(Patience), cancellationToken)).Topics;
            var missing = KafkaSchemas.All.Select(schema => schema.Topic).Except(there.Select(topic => topic.Topic)).ToArray();
            await Task.Run(() => TryReading(options, [.. there.Where(topic => Read.Contains(topic.Topic))], refused), cancellationToken);
            var behind = Read.Intersect(missing).Any() ? null : await BehindAsync(options, refused);
            var writing = await AskAboutWritingAsync(admin, [.. KafkaSchemas.All.Select(schema => schema.Topic).Except(missing)], refused);
            return new KafkaAccess(missing, refused, writing, behind);
        }
        catch (KafkaException failed)
        {
            throw TopicsException.Of("What this user may do cannot be found out", failed.Error, failed);
        }
    }

    /// <summary>Reads the end of every partition, outside of the group, so that nobody's partitions move.</summary>
    private static void TryReading(KafkaOptions options, IReadOnlyList<TopicMetadata> topics, List<string> refused)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(new Dictionary<string, string>(options.OfConsumer) { ["enable.partition.eof"] = "true" })
            .SetLogHandler((_, _) => { })
            .SetErrorHandler((_, _) => { })
            .Build();
        var partitions = topics.SelectMany(topic => topic.Partitions.Select(partition => new TopicPartition(topic.Topic, partition.PartitionId))).ToHashSet();
        consumer.Assign(partitions.Select(partition => new TopicPartitionOffset(partition, Offset.End)));
        while (partitions.Count > 0)
        {
            try
            {
                if (consumer.Consume(Patience) is not { } heard)
                {
                    throw new KafkaException(new Error(ErrorCode.Local_TimedOut, $"no word of {partitions.First()} within {Patience.TotalSeconds:0} s"));
                }

                partitions.Remove(heard.TopicPartition);
            }
            catch (ConsumeException unread) when (TopicsException.IsUnauthorized(unread.Error.Code))
            {
                var topic = unread.ConsumerRecord.Topic;
                partitions.RemoveWhere(partition => partition.Topic == topic);
                Add(refused, $"read {topic}");
            }
        }

        consumer.Unassign();
    }

    private static async Task<long?> BehindAsync(KafkaOptions options, List<string> refused)
    {
        using var lag = new ConsumerLag(options);
        try
        {
            return await lag.BehindAsync(await lag.EndsAsync());
        }
        catch (KafkaException failed) when (failed.Error.Code is ErrorCode.GroupAuthorizationFailed)
        {
            Add(refused, $"be in the group {options.GroupId}");
            return null;
        }
        catch (KafkaException failed) when (TopicsException.IsUnauthorized(failed.Error.Code))
        {
            return null;
        }
    }

    private static async Task<bool> AskAboutWritingAsync(IAdminClient admin, IReadOnlyList<string> topics, List<string> refused)
    {
        if (topics.Count == 0)
        {
            return false;
        }

        try
        {
            var described = await admin.DescribeTopicsAsync(
                TopicCollection.OfTopicNames(topics),
                new DescribeTopicsOptions { IncludeAuthorizedOperations = true, RequestTimeout = Patience });
            var known = described.TopicDescriptions.Where(topic => topic.AuthorizedOperations is { Count: > 0 }).ToArray();
            foreach (var topic in known.Where(topic => !topic.AuthorizedOperations.Contains(AclOperation.Write) && !topic.AuthorizedOperations.Contains(AclOperation.All)))
            {
                Add(refused, $"write {topic.Name}");
            }

            return known.Length == topics.Count;
        }
        catch (DescribeTopicsException unauthorized)
        {
            foreach (var topic in unauthorized.Results.TopicDescriptions.Where(topic => TopicsException.IsUnauthorized(topic.Error.Code)))
            {
                Add(refused, $"describe {topic.Name}");
            }

            return false;
        }
        catch (KafkaException)
        {
            // Brokers that let this user read and do not know the question, or have no controller to ask.
            return false;
        }
    }

    private static void Add(List<string> refused, string what)
    {
        if (!refused.Contains(what))
        {
            refused.Add(what);
        }
    }
}
