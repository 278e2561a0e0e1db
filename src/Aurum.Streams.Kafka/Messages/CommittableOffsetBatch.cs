using System.Collections.Immutable;
using Aurum.Streams.Kafka.Stages.Consumers;

namespace Aurum.Streams.Kafka.Messages;

/// <summary>The highest offset of each partition among many; immutable. Offsets of several consumers may go together.</summary>
public sealed class CommittableOffsetBatch : ICommittableOffsetBatch
{
    private readonly ImmutableDictionary<AssignedPartition, long> _highest;
    private readonly ImmutableList<ICommittable> _foreign;

    private CommittableOffsetBatch(ImmutableDictionary<AssignedPartition, long> highest, ImmutableList<ICommittable> foreign, long batchSize)
    {
        _highest = highest;
        _foreign = foreign;
        BatchSize = batchSize;
    }

    public static ICommittableOffsetBatch Empty { get; } =
        new CommittableOffsetBatch(ImmutableDictionary<AssignedPartition, long>.Empty, [], 0);

    public long BatchSize { get; }

    public bool IsEmpty => BatchSize == 0;

    public IReadOnlyCollection<GroupTopicPartitionOffset> Offsets =>
    [
        .. _highest.Select(entry => new GroupTopicPartitionOffset(entry.Key.Name, entry.Value)),
        .. _foreign.OfType<ICommittableOffset>().Select(foreign => foreign.Offset),
    ];

    /// <summary>All of them in one go, which costs less than one by one.</summary>
    public static ICommittableOffsetBatch Create(IEnumerable<ICommittable> offsets)
    {
        var highest = new Dictionary<AssignedPartition, long>();
        var foreign = ImmutableList<ICommittable>.Empty;
        var size = 0L;
        foreach (var offset in offsets)
        {
            size += offset.BatchSize;
            switch (offset)
            {
                case CommittableOffset own:
                    Raise(highest, own.Partition, own.Value);
                    break;
                case CommittableOffsetBatch batch:
                    foreach (var (partition, value) in batch._highest)
                    {
                        Raise(highest, partition, value);
                    }

                    foreign = foreign.AddRange(batch._foreign);
                    break;
                default:
                    foreign = foreign.Add(offset);
                    break;
            }
        }

        return new CommittableOffsetBatch(highest.ToImmutableDictionary(), foreign, size);
    }

    public ICommittableOffsetBatch Updated(ICommittable offset) => offset is CommittableOffset own
        ? new CommittableOffsetBatch(
            _highest.TryGetValue(own.Partition, out var known) && known >= own.Value ? _highest : _highest.SetItem(own.Partition, own.Value), _foreign, BatchSize + 1)
        : Create([this, offset]);

    public async Task Commit() => await Task.WhenAll(
        _highest.GroupBy(entry => entry.Key.Committer).Select(consumer => consumer.Key.CommitAsync(consumer))
            .Concat(_foreign.Select(foreign => foreign.Commit())));

    private static void Raise(Dictionary<AssignedPartition, long> highest, AssignedPartition partition, long value)
    {
        if (!highest.TryGetValue(partition, out var known) || known < value)
        {
            highest[partition] = value;
        }
    }
}
