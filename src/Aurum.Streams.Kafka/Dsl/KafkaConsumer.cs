using Akka;
using Akka.Streams.Dsl;
using Aurum.Streams.Kafka.Messages;
using Aurum.Streams.Kafka.Settings;
using Aurum.Streams.Kafka.Stages.Consumers;
using Confluent.Kafka;

namespace Aurum.Streams.Kafka.Dsl;

/// <summary>
/// Streams that come from Kafka. Every materialization has a consumer of its own, which goes on polling however slow the stream is, so
/// that it stays in its group, and gets over absent brokers by itself. An error that it does not get over fails the stream.
/// </summary>
public static class KafkaConsumer
{
    /// <summary>Messages of all partitions, each with the means to commit its offset once it has been processed.</summary>
    public static Source<CommittableMessage<TKey, TValue>, IControl> CommittableSource<TKey, TValue>(
        ConsumerSettings<TKey, TValue> settings, ISubscription subscription) =>
        Source.FromGraph(new ConsumerStage<TKey, TValue, CommittableMessage<TKey, TValue>>(settings, subscription, Committable));

    /// <summary>
    /// A source for each partition, from its assignment until it is taken away, when the source completes. Each is run once; one that is
    /// cancelled before its time is emitted again, to go on where it was left.
    /// </summary>
    public static Source<(TopicPartition, Source<CommittableMessage<TKey, TValue>, NotUsed>), IControl> CommittablePartitionedSource<TKey, TValue>(
        ConsumerSettings<TKey, TValue> settings, IAutoSubscription subscription) =>
        Source.FromGraph(new PartitionedConsumerStage<TKey, TValue, CommittableMessage<TKey, TValue>>(settings, subscription, Committable));

    /// <summary>Messages of all partitions, without commits.</summary>
    public static Source<ConsumeResult<TKey, TValue>, IControl> PlainSource<TKey, TValue>(ConsumerSettings<TKey, TValue> settings, ISubscription subscription) =>
        Source.FromGraph(new ConsumerStage<TKey, TValue, ConsumeResult<TKey, TValue>>(settings, subscription, static (message, _) => message));

    private static CommittableMessage<TKey, TValue> Committable<TKey, TValue>(ConsumeResult<TKey, TValue> message, AssignedPartition partition) => new(message, partition);
}
