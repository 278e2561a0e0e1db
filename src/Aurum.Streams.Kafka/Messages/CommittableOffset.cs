using Aurum.Streams.Kafka.Stages.Consumers;

namespace Aurum.Streams.Kafka.Messages;

internal sealed class CommittableOffset(AssignedPartition partition, long offset) : ICommittableOffset
{
    public AssignedPartition Partition => partition;

    public long Value => offset;

    public long BatchSize => 1;

    public GroupTopicPartitionOffset Offset => new(partition.Name, offset);

    public Task Commit() => partition.Committer.CommitAsync([new(partition, offset)]);

    public ICommittableOffsetBatch Updated(ICommittable other) => CommittableOffsetBatch.Create([this, other]);
}
