using Confluent.Kafka;

namespace Aurum.Streams.Kafka.Stages.Consumers;

/// <summary>A partition that is assigned now, and where its messages go.</summary>
internal sealed class PartitionEntry<TKey, TValue>(AssignedPartition partition, Feed<TKey, TValue> feed)
{
    public AssignedPartition Partition => partition;

    public Feed<TKey, TValue> Feed { get; set; } = feed;

    public bool IsPaused { get; set; }
}

/// <summary>How much of what is assigned is paused.</summary>
internal enum Paused
{
    None,
    Some,
    All,
}

/// <summary>What is assigned to a consumer now. For its thread alone.</summary>
internal sealed class PartitionTable<TKey, TValue>
{
    private readonly Dictionary<(string Topic, int Partition), PartitionEntry<TKey, TValue>> _entries = [];
    private PartitionEntry<TKey, TValue>? _last;

    public void Add(AssignedPartition partition, Feed<TKey, TValue> feed) => _entries[Key(partition.TopicPartition)] = new PartitionEntry<TKey, TValue>(partition, feed);

    /// <summary>Where a message goes; messages come in runs, so mostly where the last one went.</summary>
    public PartitionEntry<TKey, TValue>? Find(ConsumeResult<TKey, TValue> message)
    {
        if (_last is { } last && last.Partition.Name.Partition == message.Partition.Value && last.Partition.Name.Topic == message.Topic)
        {
            return last;
        }

        return _last = _entries.GetValueOrDefault((message.Topic, message.Partition.Value));
    }

    public PartitionEntry<TKey, TValue>? Find(Feed<TKey, TValue> feed) => _entries.Values.FirstOrDefault(entry => entry.Feed == feed);

    /// <summary>A feed that takes no more, though its partition is not paused yet.</summary>
    public Feed<TKey, TValue>? FindFull()
    {
        foreach (var entry in _entries.Values)
        {
            if (!entry.IsPaused && entry.Feed.IsFull)
            {
                return entry.Feed;
            }
        }

        return null;
    }

    public void Remove(IConsumer<TKey, TValue> consumer, TopicPartition partition, bool endFeed)
    {
        _last = null;
        if (!_entries.Remove(Key(partition), out var entry))
        {
            return;
        }

        entry.Partition.Revoke();
        if (endFeed)
        {
            entry.Feed.End(null);
        }

        if (entry.IsPaused)
        {
            // Should it come back, it comes as librdkafka remembers it.
            try
            {
                consumer.Resume([partition]);
            }
            catch (KafkaException)
            {
                // A lost partition may be gone from the consumer already.
            }
        }
    }

    public void Clear()
    {
        foreach (var entry in _entries.Values)
        {
            entry.Partition.Revoke();
        }

        _entries.Clear();
    }

    /// <summary>Pauses what is full, and lets go on what has room again.</summary>
    public Paused Balance(IConsumer<TKey, TValue> consumer, bool pauseAll)
    {
        List<TopicPartition>? toPause = null, toResume = null;
        var paused = 0;
        foreach (var entry in _entries.Values)
        {
            var pause = pauseAll || (entry.IsPaused ? !entry.Feed.HasRoom : entry.Feed.IsFull);
            if (pause)
            {
                paused++;
            }

            if (pause != entry.IsPaused)
            {
                (pause ? toPause ??= [] : toResume ??= []).Add(entry.Partition.TopicPartition);
                entry.IsPaused = pause;
            }

            if (pause && !pauseAll)
            {
                entry.Feed.AwaitRoom();
            }
        }

        if (toPause is not null)
        {
            consumer.Pause(toPause);
        }

        if (toResume is not null)
        {
            consumer.Resume(toResume);
        }

        return paused == 0 ? Paused.None : paused < _entries.Count ? Paused.Some : Paused.All;
    }

    private static (string Topic, int Partition) Key(TopicPartition partition) => (partition.Topic, partition.Partition.Value);
}
