using Aurum.Actors.Serialization.Kafka;
using Confluent.Kafka;

namespace Aurum.Actors.Processing;

/// <summary>How far the consumer group is behind what was published.</summary>
public sealed class ConsumerLag(KafkaOptions options) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly IConsumer<byte[], byte[]> _consumer = new ConsumerBuilder<byte[], byte[]>(options.OfConsumer)
        .SetLogHandler((_, _) => { })
        .SetErrorHandler((_, _) => { })
        .Build();

    private readonly IAdminClient _admin = new AdminClientBuilder(options.OfAdmin)
        .SetLogHandler((_, _) => { })
        .SetErrorHandler((_, _) => { })
        .Build();

    /// <summary>Returns when a broker answers.</summary>
    /// <exception cref="KafkaException">None does.</exception>
    public Task CheckAsync(CancellationToken cancellationToken) => Task.Run(() => { _admin.GetMetadata(KafkaSchemas.Observations.Topic, Patience); }, cancellationToken);

    /// <summary>Where each partition of observations and catalog ends now.</summary>
    /// <exception cref="KafkaException">The brokers do not answer.</exception>
    public Task<IReadOnlyDictionary<TopicPartition, long>> EndsAsync() => Task.Run<IReadOnlyDictionary<TopicPartition, long>>(() =>
    {
        string[] topics = [KafkaSchemas.Observations.Topic, KafkaSchemas.Catalog.Topic];
        return topics.SelectMany(topic => _admin.GetMetadata(topic, Patience).Topics)
            .SelectMany(topic => topic.Partitions.Select(partition => new TopicPartition(topic.Topic, partition.PartitionId)))
            .ToDictionary(partition => partition, partition => _consumer.QueryWatermarkOffsets(partition, Patience).High.Value);
    });

    /// <summary>Records before these ends that the group has not committed: read and not yet stored, or not read yet.</summary>
    /// <exception cref="KafkaException">The brokers do not answer.</exception>
    public Task<long> BehindAsync(IReadOnlyDictionary<TopicPartition, long> ends) => Task.Run(() =>
        _consumer.Committed(ends.Keys, Patience).Sum(committed => Math.Max(0, ends[committed.TopicPartition] - NextOf(committed))));

    /// <summary>A group that never committed begins with what the broker still has.</summary>
    private long NextOf(TopicPartitionOffset committed) => committed.Offset.IsSpecial
        ? _consumer.QueryWatermarkOffsets(committed.TopicPartition, Patience).Low.Value
        : committed.Offset.Value;

    public void Dispose()
    {
        _consumer.Dispose();
        _admin.Dispose();
    }
}
