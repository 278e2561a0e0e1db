using Aurum.Streams.Kafka.Stages.Consumers;
using Confluent.Kafka;

namespace Aurum.Streams.Kafka.Messages;

/// <summary>A message and the means to say that it has been processed.</summary>
public sealed class CommittableMessage<TKey, TValue>
{
    private readonly AssignedPartition? _partition;
    private ICommittableOffset? _offset;

    /// <summary>For tests of what comes after a source.</summary>
    public CommittableMessage(ConsumeResult<TKey, TValue> record, ICommittableOffset commitableOffset)
    {
        Record = record;
        _offset = commitableOffset;
    }

    internal CommittableMessage(ConsumeResult<TKey, TValue> record, AssignedPartition partition)
    {
        Record = record;
        _partition = partition;
    }

    public ConsumeResult<TKey, TValue> Record { get; }

    /// <summary>Made when it is asked for: of a batch of messages it is often the last alone that counts. The spelling is Akka.Streams.Kafka's.</summary>
    public ICommittableOffset CommitableOffset => _offset ??= new CommittableOffset(_partition!, Record.Offset.Value);
}
