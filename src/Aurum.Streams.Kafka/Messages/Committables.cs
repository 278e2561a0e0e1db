namespace Aurum.Streams.Kafka.Messages;

/// <summary>Something whose processing can be recorded with Kafka; as a rule by way of a Committer.</summary>
public interface ICommittable
{
    /// <summary>Of how many messages it speaks.</summary>
    long BatchSize { get; }

    /// <summary>
    /// Ends when Kafka has it. What belongs to partitions that have been taken from the consumer since is left out, and is no error:
    /// whoever has them now reads it again.
    /// </summary>
    Task Commit();

    /// <returns>A batch of this and another.</returns>
    ICommittableOffsetBatch Updated(ICommittable offset);
}

/// <summary>The offset of one message.</summary>
public interface ICommittableOffset : ICommittable
{
    GroupTopicPartitionOffset Offset { get; }
}

/// <summary>The highest offset of each partition among many.</summary>
public interface ICommittableOffsetBatch : ICommittable
{
    IReadOnlyCollection<GroupTopicPartitionOffset> Offsets { get; }

    bool IsEmpty { get; }
}
