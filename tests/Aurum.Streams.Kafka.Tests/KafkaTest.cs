using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.TestKit.Xunit2;
using Aurum.Streams.Kafka.Dsl;
using Aurum.Streams.Kafka.Messages;
using Aurum.Streams.Kafka.Settings;
using Aurum.Testing.Kafka;
using Confluent.Kafka;

namespace Aurum.Streams.Kafka.Tests;

/// <summary>A system of actors and a mock cluster; the classes that derive from it run side by side, each with a cluster of its own.</summary>
public abstract class KafkaTest(KafkaFixture kafka) : TestKit("akka.loglevel = OFF"), IClassFixture<KafkaFixture>
{
    /// <summary>Generous, since the machine may be busy with other tests; nothing waits for it to pass.</summary>
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    protected MockKafka Cluster { get; } = kafka.Cluster;

    protected ActorMaterializer Materializer => field ??= Sys.Materializer();

    /// <summary>Strings, and librdkafka quick to connect again.</summary>
    protected ProducerSettings<string, string> ProducerSettings => ProducerSettings<string, string>.Create(Sys, Serializers.Utf8, Serializers.Utf8)
        .WithBootstrapServers(Cluster.BootstrapServers)
        .WithProperty("linger.ms", "1")
        .WithProperty("reconnect.backoff.max.ms", "200")
        .WithProperty("retry.backoff.ms", "20")
        .WithProperty("topic.metadata.refresh.fast.interval.ms", "50");

    /// <summary>A group of the mock cluster that is not new waits for its members for a second less than the session timeout at every rebalance.</summary>
    protected ConsumerSettings<string, string> ConsumerSettings(string group) => ConsumerSettings<string, string>.Create(Sys, Deserializers.Utf8, Deserializers.Utf8)
        .WithBootstrapServers(Cluster.BootstrapServers)
        .WithGroupId(group)
        .WithProperty("heartbeat.interval.ms", "100")
        .WithProperty("session.timeout.ms", "1500")
        .WithProperty("reconnect.backoff.max.ms", "200")
        .WithProperty("retry.backoff.ms", "20")
        .WithProperty("topic.metadata.refresh.fast.interval.ms", "50")
        .WithStopTimeout(TimeSpan.FromSeconds(5))
        .WithPollTimeout(TimeSpan.FromMilliseconds(20));

    /// <summary>Numbers as values; a seventh of them shares a key.</summary>
    protected Task ProduceAsync(string topic, int from, int to) => Source.From(Enumerable.Range(from, to - from))
        .Select(i => new ProducerRecord<string, string>(topic, $"{i % 7}", $"{i}"))
        .RunWith(KafkaProducer.PlainSink(ProducerSettings), Materializer)
        .WaitAsync(Patience);

    /// <summary>The next offset of each partition as a group has it committed; unset ones left out.</summary>
    protected Dictionary<int, long> Committed(string group, string topic, int partitions)
    {
        using var consumer = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig { BootstrapServers = Cluster.BootstrapServers, GroupId = group }).Build();
        return consumer.Committed(Enumerable.Range(0, partitions).Select(partition => new TopicPartition(topic, partition)), Patience)
            .Where(offset => offset.Offset != Offset.Unset)
            .ToDictionary(offset => offset.Partition.Value, offset => offset.Offset.Value);
    }

    /// <summary>Everything in a topic, which is to hold that many records and no more; in the order of offsets within a partition.</summary>
    protected List<ConsumeResult<string, string>> ReadAll(string topic, int partitions, int records)
    {
        var read = ReadAll(topic, partitions);
        Assert.Equal(records, read.Count);
        return read;
    }

    protected List<ConsumeResult<string, string>> ReadAll(string topic, int partitions)
    {
        using var consumer = new ConsumerBuilder<string, string>(new ConsumerConfig
        {
            BootstrapServers = Cluster.BootstrapServers, GroupId = $"reader-{Guid.NewGuid():n}", EnableAutoCommit = false, EnablePartitionEof = true, FetchWaitMaxMs = 10,
        }).Build();
        consumer.Assign(Enumerable.Range(0, partitions).Select(partition => new TopicPartitionOffset(topic, partition, Offset.Beginning)));
        var read = new List<ConsumeResult<string, string>>();
        for (var ends = 0; ends < partitions;)
        {
            var result = consumer.Consume(Patience) ?? throw new TimeoutException($"{read.Count} records of {topic}, then no more and no end");
            if (result.IsPartitionEOF)
            {
                ends++;
            }
            else
            {
                read.Add(result);
            }
        }

        return read;
    }

    protected static async Task EventuallyAsync(Func<bool> condition, string what)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!condition())
        {
            Assert.False(patience.IsCancellationRequested, $"was awaited within {Patience.TotalSeconds} s, in vain: {what}");
            await Task.Delay(5);
        }
    }
}
