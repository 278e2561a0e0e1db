using Aurum.Streams.Kafka.Messages;
using Confluent.Kafka;

namespace Aurum.Streams.Kafka.Stages.Consumers;

/// <summary>
/// A partition from its assignment to a consumer until its revocation. When it comes back that is another one, so that nothing of
/// the time before is taken for the time after.
/// </summary>
internal sealed class AssignedPartition(string group, TopicPartition partition, OffsetCommitter committer)
{
    private volatile bool _isRevoked;

    public GroupTopicPartition Name { get; } = new(group, partition.Topic, partition.Partition.Value);

    public TopicPartition TopicPartition => partition;

    public OffsetCommitter Committer => committer;

    public bool IsRevoked => _isRevoked;

    public void Revoke() => _isRevoked = true;
}
