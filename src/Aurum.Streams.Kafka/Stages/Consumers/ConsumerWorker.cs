using System.Collections.Concurrent;
using System.Diagnostics;
using Aurum.Streams.Kafka.Dsl;
using Aurum.Streams.Kafka.Settings;
using Confluent.Kafka;

namespace Aurum.Streams.Kafka.Stages.Consumers;

/// <summary>
/// The one thread that owns a consumer: it polls, for as long as the source lives and whatever its stream does, pauses partitions whose
/// feed is full, and closes the consumer in the end.
/// </summary>
internal sealed class ConsumerWorker<TKey, TValue> : IControl
{
    private const int MessagesInAPump = 2048;

    /// <summary>
    /// How long a full feed is waited for before its partitions are paused: pausing makes librdkafka throw away what it has fetched ahead,
    /// and a stream that is merely slower than Kafka would have it fetched again and again. Other feeds wait along, so less for one of many.
    /// </summary>
    private static readonly TimeSpan PatienceWithStream = TimeSpan.FromMilliseconds(500), PatienceWithOneOfMany = TimeSpan.FromMilliseconds(20);

    /// <summary>How often a consumer with some of its partitions paused looks after them.</summary>
    private static readonly TimeSpan PausedPollTimeout = TimeSpan.FromMilliseconds(10);

    /// <summary>How long partitions that are to go wait for commits under way, so that fewer messages are read twice.</summary>
    private static readonly TimeSpan PatienceWithCommits = TimeSpan.FromMilliseconds(500);

    private readonly ConsumerSettings<TKey, TValue> _settings;
    private readonly ISubscription _subscription;
    private readonly IReceiver<TKey, TValue> _receiver;
    private readonly OffsetCommitter _committer;
    private readonly PartitionTable<TKey, TValue> _partitions = new();
    private readonly ConcurrentQueue<Action> _commands = new();
    private readonly AutoResetEvent _wake = new(false);
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _shutdown = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ChunkBuilder<TKey, TValue> _chunk = new();
    private ClientLog? _log;
    private IConsumer<TKey, TValue>? _consumer;
    private volatile bool _stopRequested;
    private volatile bool _closeRequested;
    private volatile Exception? _failure;

    public ConsumerWorker(ConsumerSettings<TKey, TValue> settings, ISubscription subscription, Func<ConsumerWorker<TKey, TValue>, IReceiver<TKey, TValue>> receiver)
    {
        _settings = settings;
        _subscription = subscription;
        _receiver = receiver(this);
        _committer = new OffsetCommitter($"kafka-committer-{settings.GroupId}", offsets => _consumer!.Commit(offsets), settings.CommitTimeout);
    }

    public Task IsShutdown => _shutdown.Task;

    public void Start(ClientLog log)
    {
        _log = log;
        new Thread(Run) { IsBackground = true, Name = $"kafka-consumer-{_settings.GroupId}" }.Start();
    }

    public Feed<TKey, TValue> CreateFeed() => new(_settings.MaxBuffered, Wake);

    public Task Stop()
    {
        _stopRequested = true;
        _receiver.End(null);
        Wake();
        return _stopped.Task;
    }

    public Task Shutdown()
    {
        _closeRequested = true;
        _ = Stop();
        return IsShutdown;
    }

    /// <summary>The source is gone.</summary>
    /// <param name="expectCommits">What it emitted may still be under way; else nobody will commit any more.</param>
    public void OnSourceEnded(bool expectCommits)
    {
        _stopped.TrySetResult();
        _ = expectCommits ? Stop() : Shutdown();
    }

    /// <summary>The stream of a partition was given up, though the partition is still here: another stream gets it.</summary>
    /// <param name="next">Where to go on; null when nothing of the partition had been read by then.</param>
    public void Reopen(Feed<TKey, TValue> abandoned, Offset? next)
    {
        _commands.Enqueue(() =>
        {
            if (!_stopRequested && _partitions.Find(abandoned) is { } entry)
            {
                entry.Feed = _receiver.FeedFor(entry.Partition);
                abandoned.End(null);
                if ((next ?? abandoned.First) is { } offset)
                {
                    _consumer!.Seek(new TopicPartitionOffset(entry.Partition.TopicPartition, offset));
                }
            }
        });
        Wake();
    }

    private void Wake() => _wake.Set();

    private void Run()
    {
        try
        {
            _consumer = CreateConsumer();
            Subscribe(_consumer);
            Poll(_consumer);
        }
        catch (Exception exception)
        {
            _failure = exception;
        }
        finally
        {
            _receiver.End(_failure);
            Close();
        }
    }

    private void Poll(IConsumer<TKey, TValue> consumer)
    {
        long? stoppedAt = null;
        while (!_closeRequested && _failure is null)
        {
            while (_commands.TryDequeue(out var command))
            {
                command();
            }

            if (_stopRequested && Stopwatch.GetElapsedTime(stoppedAt ??= Stopwatch.GetTimestamp()) > _settings.StopTimeout)
            {
                return;
            }

            if (!_stopRequested && _partitions.FindFull() is { } full && full.AwaitRoom())
            {
                _wake.WaitOne(_receiver.Shared is null ? PatienceWithOneOfMany : PatienceWithStream);
            }

            var paused = _partitions.Balance(consumer, pauseAll: _stopRequested);
            Pump(consumer, paused switch { Paused.None => _settings.PollTimeout, Paused.Some => PausedPollTimeout, _ => TimeSpan.Zero });
            if (paused == Paused.All)
            {
                _wake.WaitOne(_settings.PollTimeout);
            }
        }
    }

    /// <summary>Waits for a message, then takes what has come with it.</summary>
    private void Pump(IConsumer<TKey, TValue> consumer, TimeSpan patience)
    {
        var message = Consume(consumer, patience);
        for (var count = 1; message is not null; count++)
        {
            if (_partitions.Find(message) is { } entry)
            {
                _chunk.Add(message, entry);
                if (count == MessagesInAPump || entry.Feed.Buffered + _chunk.Count >= _settings.MaxBuffered)
                {
                    break;
                }
            }

            message = Consume(consumer, TimeSpan.Zero);
        }

        _chunk.Publish();
    }

    private ConsumeResult<TKey, TValue>? Consume(IConsumer<TKey, TValue> consumer, TimeSpan patience)
    {
        try
        {
            var result = consumer.Consume(patience);
            return result is { IsPartitionEOF: true } ? null : result;
        }
        catch (ConsumeException exception) when (!EndsTheStream(exception.Error))
        {
            _log!.Write(exception.Error);
            return null;
        }
    }

    /// <summary>Everything else librdkafka gets over by itself, in time: absent brokers, topics that do not exist yet, polls that came too late.</summary>
    private static bool EndsTheStream(Error error) => error.IsFatal || error.Code is
        ErrorCode.Local_Fatal or ErrorCode.Local_KeyDeserialization or ErrorCode.Local_ValueDeserialization or ErrorCode.Local_AutoOffsetReset
        or ErrorCode.TopicAuthorizationFailed or ErrorCode.GroupAuthorizationFailed or ErrorCode.ClusterAuthorizationFailed;

    private void Subscribe(IConsumer<TKey, TValue> consumer)
    {
        switch (_subscription)
        {
            case TopicSubscription topics:
                consumer.Subscribe(topics.Topics);
                break;
            case ManualSubscription manual:
                Assigned(manual.Offsets.Select(offset => offset.TopicPartition));
                consumer.Assign(manual.Offsets);
                break;
            default:
                throw new NotSupportedException($"A subscription is made by {nameof(Subscriptions)}, not {_subscription.GetType()}.");
        }
    }

    private void Assigned(IEnumerable<TopicPartition> partitions)
    {
        foreach (var partition in partitions)
        {
            var assigned = new AssignedPartition(_settings.GroupId, partition, _committer);
            _partitions.Add(assigned, _receiver.FeedFor(assigned));
        }
    }

    private void Revoked(IConsumer<TKey, TValue> consumer, IEnumerable<TopicPartitionOffset> partitions, bool commitsCount)
    {
        if (commitsCount)
        {
            _committer.Flush(PatienceWithCommits);
        }

        foreach (var partition in partitions)
        {
            _partitions.Remove(consumer, partition.TopicPartition, endFeed: _receiver.Shared is null);
        }
    }

    private void Close()
    {
        if (_consumer is { } consumer)
        {
            if (_failure is null)
            {
                _committer.Flush(_settings.CommitTimeout);
            }

            _committer.Close();
            try
            {
                consumer.Close();
            }
            catch (KafkaException exception)
            {
                _log!.Write(exception.Error);
            }

            _partitions.Clear();
            if (_committer.Flush(PatienceWithCommits))
            {
                consumer.Dispose();
            }
            else
            {
                // A commit that hangs in the library must not have the consumer taken from under it.
                _log!.Write(new Error(ErrorCode.Local_TimedOut, "A commit did not end with its consumer, which is left behind.", isFatal: false));
            }
        }

        _shutdown.TrySetResult();
    }

    private IConsumer<TKey, TValue> CreateConsumer()
    {
        var builder = new ConsumerBuilder<TKey, TValue>(_settings.Properties)
            .SetLogHandler((_, message) => _log!.Write(message))
            .SetErrorHandler((_, error) =>
            {
                _log!.Write(error);
                if (error.IsFatal)
                {
                    _failure = new KafkaException(error);
                }
            })
            .SetPartitionsAssignedHandler((_, partitions) => Assigned(partitions))
            .SetPartitionsRevokedHandler((consumer, partitions) => Revoked(consumer, partitions, commitsCount: true))
            .SetPartitionsLostHandler((consumer, partitions) => Revoked(consumer, partitions, commitsCount: false));
        if (_settings.StatisticsHandler is { } statistics)
        {
            builder.SetStatisticsHandler((_, json) => statistics(json));
        }

        if (_settings.KeyDeserializer is { } keys)
        {
            builder.SetKeyDeserializer(keys);
        }

        if (_settings.ValueDeserializer is { } values)
        {
            builder.SetValueDeserializer(values);
        }

        return builder.Build();
    }
}
