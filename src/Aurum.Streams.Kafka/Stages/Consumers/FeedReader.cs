using System.Diagnostics.CodeAnalysis;
using Confluent.Kafka;

namespace Aurum.Streams.Kafka.Stages.Consumers;

/// <summary>Takes messages from a feed one by one, and leaves out those of partitions that have been taken away.</summary>
internal sealed class FeedReader<TKey, TValue>(Feed<TKey, TValue> feed)
{
    private Chunk<TKey, TValue>? _chunk;
    private int _next;

    /// <summary>What follows the last message taken; null before the first.</summary>
    public Offset? AfterLast { get; private set; }

    public bool TryNext([NotNullWhen(true)] out AssignedPartition? partition, [NotNullWhen(true)] out ConsumeResult<TKey, TValue>? message)
    {
        while (TryHold(out var chunk))
        {
            if (!chunk.Partition.IsRevoked)
            {
                partition = chunk.Partition;
                message = chunk.Messages[_next++];
                AfterLast = message.Offset + 1;
                return true;
            }

            _next = chunk.Messages.Length;
        }

        (partition, message) = (null, null);
        return false;
    }

    /// <returns>The offset of the message that would come next; null when there is none.</returns>
    public Offset? Peek() => TryHold(out var chunk) ? chunk.Messages[_next].Offset : null;

    private bool TryHold([NotNullWhen(true)] out Chunk<TKey, TValue>? chunk)
    {
        if (_chunk is { } done && _next == done.Messages.Length)
        {
            feed.Release(done);
            _chunk = null;
        }

        if (_chunk is null && feed.TryRead(out _chunk))
        {
            _next = 0;
        }

        chunk = _chunk;
        return chunk is not null;
    }
}
