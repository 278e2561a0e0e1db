namespace Aurum.Streams.Kafka.Stages.Consumers;

/// <summary>Whom a consumer's thread reads for.</summary>
internal interface IReceiver<TKey, TValue>
{
    /// <summary>The one feed of all partitions; null when each has its own.</summary>
    Feed<TKey, TValue>? Shared { get; }

    /// <summary>Where messages of a partition go that has just been assigned.</summary>
    Feed<TKey, TValue> FeedFor(AssignedPartition partition);

    /// <summary>Nothing more will come. May be called more than once; the first counts.</summary>
    void End(Exception? failure);
}
