using Confluent.Kafka;

namespace Aurum.Streams.Kafka.Messages;

/// <summary>A partition as one group reads it.</summary>
public sealed record GroupTopicPartition(string GroupId, string Topic, int Partition);

/// <param name="Offset">That of the message itself; what is committed is the next.</param>
public sealed record GroupTopicPartitionOffset(GroupTopicPartition GroupTopicPartition, Offset Offset)
{
    public string GroupId => GroupTopicPartition.GroupId;

    public string Topic => GroupTopicPartition.Topic;

    public int Partition => GroupTopicPartition.Partition;
}
