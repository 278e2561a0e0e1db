using Confluent.Kafka;

namespace Aurum.Streams.Kafka.Messages;

/// <summary>One record on its way to a topic. A value, so that wrapping a message allocates nothing.</summary>
public readonly record struct ProducerRecord<TKey, TValue>
{
    public ProducerRecord(string topic, Message<TKey, TValue> message)
        : this(topic, Partition.Any, message)
    {
    }

    public ProducerRecord(string topic, TKey key, TValue value)
        : this(topic, new Message<TKey, TValue> { Key = key, Value = value })
    {
    }

    public ProducerRecord(string topic, TValue value)
        : this(topic, new Message<TKey, TValue> { Value = value })
    {
    }

    public ProducerRecord(TopicPartition partition, Message<TKey, TValue> message)
        : this(partition.Topic, partition.Partition, message)
    {
    }

    public ProducerRecord(string topic, Partition partition, Message<TKey, TValue> message)
    {
        Topic = topic;
        Partition = partition;
        Message = message;
    }

    public string Topic { get; }

    /// <summary><see cref="Partition.Any"/> leaves it to the partitioner.</summary>
    public Partition Partition { get; }

    public Message<TKey, TValue> Message { get; }
}
