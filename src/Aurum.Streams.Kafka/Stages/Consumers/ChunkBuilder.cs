using Confluent.Kafka;

namespace Aurum.Streams.Kafka.Stages.Consumers;

/// <summary>Gathers messages that follow each other in a partition, which librdkafka hands out in runs, so that they change threads together.</summary>
internal sealed class ChunkBuilder<TKey, TValue>
{
    private readonly ConsumeResult<TKey, TValue>[] _messages = new ConsumeResult<TKey, TValue>[256];
    private PartitionEntry<TKey, TValue>? _entry;

    public int Count { get; private set; }

    public void Add(ConsumeResult<TKey, TValue> message, PartitionEntry<TKey, TValue> entry)
    {
        if (Count == _messages.Length || entry != _entry)
        {
            Publish();
            _entry = entry;
        }

        _messages[Count++] = message;
    }

    public void Publish()
    {
        if (Count > 0)
        {
            _entry!.Feed.Write(new Chunk<TKey, TValue>(_entry.Partition, _messages[..Count]));
            Array.Clear(_messages, 0, Count);
            Count = 0;
        }
    }
}
