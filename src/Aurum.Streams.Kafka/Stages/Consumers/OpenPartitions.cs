using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Aurum.Streams.Kafka.Stages.Consumers;

/// <summary>The feeds of a partitioned source: those that wait to be emitted, and all that have to be told of the end.</summary>
internal sealed class OpenPartitions<TKey, TValue>(Func<Feed<TKey, TValue>> createFeed) : IReceiver<TKey, TValue>
{
    private readonly ConcurrentQueue<(AssignedPartition Partition, Feed<TKey, TValue> Feed)> _waiting = new();
    private readonly ConcurrentDictionary<AssignedPartition, Feed<TKey, TValue>> _open = new();
    private Action? _wake;
    private volatile bool _hasEnded;

    public Feed<TKey, TValue>? Shared => null;

    public bool HasEnded => _hasEnded;

    public Exception? Failure { get; private set; }

    public void Connect(Action wake)
    {
        Volatile.Write(ref _wake, wake);
        wake();
    }

    public Feed<TKey, TValue> FeedFor(AssignedPartition partition)
    {
        foreach (var gone in _open.Keys.Where(known => known.IsRevoked))
        {
            _open.TryRemove(gone, out _);
        }

        var feed = createFeed();
        _open[partition] = feed;
        if (_hasEnded)
        {
            feed.End(Failure);
        }

        _waiting.Enqueue((partition, feed));
        Volatile.Read(ref _wake)?.Invoke();
        return feed;
    }

    public void End(Exception? failure)
    {
        if (_hasEnded)
        {
            return;
        }

        Failure = failure;
        _hasEnded = true;
        foreach (var feed in _open.Values)
        {
            feed.End(failure);
        }

        Volatile.Read(ref _wake)?.Invoke();
    }

    public bool TryTake([NotNullWhen(true)] out AssignedPartition? partition, [NotNullWhen(true)] out Feed<TKey, TValue>? feed)
    {
        while (_waiting.TryDequeue(out var next))
        {
            if (!next.Partition.IsRevoked)
            {
                (partition, feed) = next;
                return true;
            }
        }

        (partition, feed) = (null, null);
        return false;
    }
}
