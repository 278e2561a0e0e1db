using System.Collections.Concurrent;
using Confluent.Kafka;

namespace Aurum.Streams.Kafka.Stages.Consumers;

/// <summary>Messages of one partition in their order.</summary>
internal sealed record Chunk<TKey, TValue>(AssignedPartition Partition, ConsumeResult<TKey, TValue>[] Messages);

/// <summary>
/// What a consumer's thread has read for one stage. Both go on by themselves: the thread sees to it that no more is written than there
/// is room for, and the stage is woken when it waits, and not otherwise.
/// </summary>
internal sealed class Feed<TKey, TValue>(int capacity, Action wakeWriter)
{
    private readonly ConcurrentQueue<Chunk<TKey, TValue>> _chunks = new();
    private Action? _wakeReader;
    private int _buffered;
    private int _readerWaits;
    private int _writerWaits;
    private volatile bool _hasEnded;

    public int Buffered => Volatile.Read(ref _buffered);

    public bool IsFull => Buffered >= capacity;

    /// <summary>Not merely no longer full: stopping and going on costs, so there is to be something between.</summary>
    public bool HasRoom => Buffered <= capacity / 2;

    public bool HasEnded => _hasEnded;

    /// <summary>Why it ended, if it was for no good reason.</summary>
    public Exception? Failure { get; private set; }

    /// <returns>False when it has a reader already.</returns>
    public bool TryConnect(Action wakeReader) => Interlocked.CompareExchange(ref _wakeReader, wakeReader, null) is null;

    public void Write(Chunk<TKey, TValue> chunk)
    {
        Interlocked.Add(ref _buffered, chunk.Messages.Length);
        _chunks.Enqueue(chunk);
        WakeReader();
    }

    /// <summary>Nothing more will be written, and what is left need not be read. The reader hears of it whether it waits or not.</summary>
    public void End(Exception? failure)
    {
        if (!_hasEnded)
        {
            Failure = failure;
            _hasEnded = true;
            Volatile.Read(ref _wakeReader)?.Invoke();
        }
    }

    public bool TryRead([System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out Chunk<TKey, TValue> chunk) => _chunks.TryDequeue(out chunk);

    /// <summary>The offset of the first message that nobody has read; for when there is no reader any more.</summary>
    public Offset? First => _chunks.TryPeek(out var chunk) ? chunk.Messages[0].Offset : null;

    /// <summary>By the reader, when it is done with a chunk.</summary>
    public void Release(Chunk<TKey, TValue> chunk)
    {
        if (Interlocked.Add(ref _buffered, -chunk.Messages.Length) <= capacity / 2 && Volatile.Read(ref _writerWaits) == 1 && Interlocked.Exchange(ref _writerWaits, 0) == 1)
        {
            wakeWriter();
        }
    }

    /// <summary>By the reader, when there is nothing to read: it will be woken.</summary>
    /// <returns>False when there is something after all.</returns>
    public bool AwaitMore()
    {
        Interlocked.Exchange(ref _readerWaits, 1);
        return _chunks.IsEmpty && !_hasEnded;
    }

    /// <summary>By the writer, when the feed is full: it will be woken.</summary>
    /// <returns>False when there is room after all.</returns>
    public bool AwaitRoom()
    {
        Interlocked.Exchange(ref _writerWaits, 1);
        return !HasRoom && !_hasEnded;
    }

    private void WakeReader()
    {
        if (Interlocked.Exchange(ref _readerWaits, 0) == 1)
        {
            _wakeReader!();
        }
    }
}
