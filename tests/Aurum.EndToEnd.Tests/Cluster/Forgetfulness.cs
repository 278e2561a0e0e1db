using Aurum.Actors;
using Aurum.Actors.Serialization.Kafka;
using Aurum.EndToEnd.Tests.Support;
using Confluent.Kafka;

namespace Aurum.EndToEnd.Tests.Cluster;

/// <summary>
/// Watches whether the mock brokers, which keep 5 MB of a partition, have dropped records that the consumer group had not taken yet. That is
/// data loss by retention, which nothing behind the brokers can undo; a round in which it happens proves nothing.
/// </summary>
internal sealed class Forgetfulness : IAsyncDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _end = new();
    private readonly Task _watching;
    private long _records;
    private long _worstLag;

    public Forgetfulness(ProductionWorld services) => _watching = Task.Run(() => Watch(services));

    /// <summary>Records that were gone before the group came to them, as far as was seen.</summary>
    public long Records => Interlocked.Read(ref _records);

    /// <summary>The most that one partition was behind.</summary>
    public long WorstLag => Interlocked.Read(ref _worstLag);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _watching;
        _end.Dispose();
    }

    private async Task Watch(ProductionWorld services)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig { BootstrapServers = services.Kafka.BootstrapServers, GroupId = KafkaOptions.DefaultGroupId })
            .SetLogHandler((_, _) => { })
            .SetErrorHandler((_, _) => { })
            .Build();
        var partitions = Enumerable.Range(0, 12).Select(partition => new TopicPartition(KafkaSchemas.Observations.Topic, partition)).ToArray();
        var reset = new Dictionary<TopicPartition, long>();
        while (!_end.IsCancellationRequested)
        {
            try
            {
                foreach (var committed in consumer.Committed(partitions, Patience))
                {
                    var ends = consumer.QueryWatermarkOffsets(committed.TopicPartition, Patience);
                    var taken = committed.Offset.IsSpecial ? 0 : committed.Offset.Value;
                    _worstLag = Math.Max(_worstLag, ends.High.Value - taken);
                    var known = Math.Max(taken, reset.GetValueOrDefault(committed.TopicPartition));
                    if (ends.Low.Value > known)
                    {
                        _records += ends.Low.Value - known;
                        reset[committed.TopicPartition] = ends.Low.Value;
                    }
                }
            }
            catch (KafkaException)
            {
                // The scenario has taken the brokers away.
            }

            await Task.Delay(Pace, CancellationToken.None);
        }
    }
}
