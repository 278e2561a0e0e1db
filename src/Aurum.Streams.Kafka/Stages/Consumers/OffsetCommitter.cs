using System.Diagnostics;
using Confluent.Kafka;

namespace Aurum.Streams.Kafka.Stages.Consumers;

/// <summary>
/// Commits for one consumer, one commit at a time, on a thread of its own, since Confluent.Kafka's commit blocks. What arrives during a
/// commit shares the next.
/// </summary>
internal sealed class OffsetCommitter(string name, Action<IEnumerable<TopicPartitionOffset>> commit, TimeSpan timeout)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(20), LongestPause = TimeSpan.FromSeconds(1);

    private readonly object _lock = new();
    private Round _next = new();
    private Task _current = Task.CompletedTask;
    private bool _isClosed;
    private bool _hasThread;

    /// <param name="offsets">Offsets of messages; what is committed is the next.</param>
    public Task CommitAsync(IEnumerable<KeyValuePair<AssignedPartition, long>> offsets)
    {
        lock (_lock)
        {
            if (_isClosed)
            {
                return Task.CompletedTask;
            }

            foreach (var (partition, offset) in offsets)
            {
                if (!partition.IsRevoked && (!_next.Offsets.TryGetValue(partition, out var known) || known < offset))
                {
                    _next.Offsets[partition] = offset;
                }
            }

            if (_next.Offsets.Count == 0)
            {
                return _current;
            }

            Monitor.PulseAll(_lock);
            if (!_hasThread)
            {
                _hasThread = true;
                new Thread(Run) { IsBackground = true, Name = name }.Start();
            }

            return _next.Done.Task;
        }
    }

    /// <summary>Lets what has been handed over get through.</summary>
    /// <returns>False when it did not within the time.</returns>
    public bool Flush(TimeSpan within)
    {
        var start = Stopwatch.GetTimestamp();
        lock (_lock)
        {
            while (_next.Offsets.Count > 0 || !_current.IsCompleted)
            {
                var left = within - Stopwatch.GetElapsedTime(start);
                if (left <= TimeSpan.Zero || !Monitor.Wait(_lock, left))
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>Later commits are ignored, as those of a lost partition.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _isClosed = true;
            _next.Offsets.Clear();
            _next.Done.TrySetResult();
            Monitor.PulseAll(_lock);
        }
    }

    private void Run()
    {
        while (Take() is { } round)
        {
            try
            {
                CommitWithRetries(round.Offsets);
                round.Done.TrySetResult();
            }
            catch (Exception exception)
            {
                round.Done.TrySetException(exception);
            }

            lock (_lock)
            {
                Monitor.PulseAll(_lock);
            }
        }
    }

    private Round? Take()
    {
        lock (_lock)
        {
            while (_next.Offsets.Count == 0 && !_isClosed)
            {
                Monitor.Wait(_lock);
            }

            if (_isClosed)
            {
                return null;
            }

            var round = _next;
            _current = round.Done.Task;
            _next = new Round();
            return round;
        }
    }

    private void CommitWithRetries(Dictionary<AssignedPartition, long> offsets)
    {
        var start = Stopwatch.GetTimestamp();
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            var ours = offsets.Where(entry => !entry.Key.IsRevoked).Select(entry => new TopicPartitionOffset(entry.Key.TopicPartition, entry.Value + 1)).ToArray();
            try
            {
                if (ours.Length > 0)
                {
                    commit(ours);
                }

                return;
            }
            catch (KafkaException failure) when (IsPassing(failure) && Stopwatch.GetElapsedTime(start) < timeout)
            {
                lock (_lock)
                {
                    if (_isClosed)
                    {
                        return;
                    }

                    Monitor.Wait(_lock, pause);
                }
            }
        }
    }

    private static bool IsPassing(KafkaException failure) => failure is TopicPartitionOffsetException several
        ? several.Results.All(result => !result.Error.IsError || IsPassing(result.Error))
        : IsPassing(failure.Error);

    /// <summary>
    /// A wrong generation or an unknown member is news of a rebalance under way: after it either the partition is no longer ours, which
    /// ends the matter, or the commit is right.
    /// </summary>
    private static bool IsPassing(Error error) => !error.IsFatal && error.Code is
        ErrorCode.Local_Transport or ErrorCode.Local_TimedOut or ErrorCode.Local_TimedOutQueue or ErrorCode.Local_AllBrokersDown
        or ErrorCode.Local_WaitCoord or ErrorCode.Local_InProgress or ErrorCode.Local_State or ErrorCode.Local_Retry or ErrorCode.Local_AssignmentLost
        or ErrorCode.RequestTimedOut or ErrorCode.NetworkException or ErrorCode.GroupLoadInProgress or ErrorCode.GroupCoordinatorNotAvailable or ErrorCode.NotCoordinatorForGroup
        or ErrorCode.RebalanceInProgress or ErrorCode.IllegalGeneration or ErrorCode.UnknownMemberId or ErrorCode.UnknownTopicOrPart or ErrorCode.NotLeaderForPartition
        or ErrorCode.UnstableOffsetCommit;

    private sealed class Round
    {
        public Dictionary<AssignedPartition, long> Offsets { get; } = [];

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
