using System.Collections.Concurrent;
using Akka;
using Akka.Streams;
using Akka.Streams.Dsl;
using Aurum.Streams.Kafka.Dsl;
using Aurum.Streams.Kafka.Messages;
using Aurum.Streams.Kafka.Settings;
using Confluent.Kafka;

namespace Aurum.Streams.Kafka.Tests.Dsl;

public sealed class RebalanceTests(KafkaFixture kafka) : KafkaTest(kafka)
{
    private const int Partitions = 6;

    /// <summary>The mock cluster throws out who has not joined again a second before this is over, and on a busy machine that takes its time.</summary>
    private const string SessionTimeout = "2500";

    [Fact]
    public async Task A_second_consumer_that_comes_and_goes_in_mid_stream_loses_nothing()
    {
        var topic = await Cluster.CreateTopicAsync("share", Partitions);
        var (first, second) = (new Reader(this, topic), new Reader(this, topic));
        var firstControl = first.Run();
        await ProduceAsync(topic, 0, 500);
        await EventuallyAsync(() => first.Values.Count == 500, "the first consumer's messages");

        var secondControl = second.Run();
        var produced = 500;
        while (second.Values.IsEmpty)
        {
            await ProduceAsync(topic, produced, produced += 200);
            Assert.InRange(produced, 0, 50_000);
        }

        await ProduceAsync(topic, produced, produced += 500);
        await EventuallyAsync(() => first.Values.Union(second.Values).Count() == produced, "every message while there are two");
        await secondControl.DrainAndShutdown().WaitAsync(Patience);

        var before = second.Values.Count;
        await ProduceAsync(topic, produced, produced += 500);
        await EventuallyAsync(() => first.Values.Union(second.Values).Count() == produced, "every message after the second has gone");
        await firstControl.DrainAndShutdown().WaitAsync(Patience);
        Assert.Equal(before, second.Values.Count);
        Assert.Equal(produced, Committed(topic, topic, Partitions).Values.Sum());
    }

    [Fact]
    public async Task A_commit_for_a_partition_that_was_taken_away_is_left_out()
    {
        var topic = await Cluster.CreateTopicAsync("revoked", Partitions);
        await ProduceEverywhereAsync(topic, 10);
        var (control, messages) = KafkaConsumer.CommittableSource(GroupOf(topic), Subscriptions.Topics(topic))
            .ToMaterialized(Sink.Queue<CommittableMessage<string, string>>(), Keep.Both)
            .Run(Materializer);
        var last = new Dictionary<int, CommittableMessage<string, string>>();
        for (var i = 0; i < Partitions * 10; i++)
        {
            var message = (await messages.PullAsync().WaitAsync(Patience)).Value;
            last[message.Record.Partition.Value] = message;
        }

        var taken = new ConcurrentQueue<int>();
        var secondControl = KafkaConsumer.PlainSource(GroupOf(topic), Subscriptions.Topics(topic))
            .To(Sink.ForEach<ConsumeResult<string, string>>(message => taken.Enqueue(message.Partition.Value)))
            .Run(Materializer);
        await EventuallyAsync(() => taken.Count == Partitions / 2 * 10, "messages for the second consumer, which nobody had committed");
        var batch = CommittableOffsetBatch.Create(last.Values.Select(message => message.CommitableOffset));
        Assert.Equal((Partitions, Partitions), (batch.BatchSize, batch.Offsets.Count));
        await batch.Commit().WaitAsync(Patience);
        Assert.Equal(Enumerable.Range(0, Partitions).Except(taken).ToDictionary(partition => partition, _ => 10L), Committed(topic, topic, Partitions));
        await secondControl.Shutdown().WaitAsync(Patience);
        await control.Shutdown().WaitAsync(Patience);
    }

    [Fact]
    public async Task Every_partition_has_a_source_that_completes_when_the_partition_goes()
    {
        var topic = await Cluster.CreateTopicAsync("parts", Partitions);
        await ProduceEverywhereAsync(topic, 50);
        var (begun, ended) = (new ConcurrentQueue<int>(), new ConcurrentQueue<int>());
        var seen = new ConcurrentQueue<(int Partition, string Value)>();
        var (control, end) = KafkaConsumer.CommittablePartitionedSource(GroupOf(topic), Subscriptions.Topics(topic))
            .SelectAsyncUnordered(100, async part =>
            {
                var (partition, messages) = part;
                begun.Enqueue(partition.Partition.Value);
                await messages.Select(message =>
                {
                    Assert.Equal(partition, message.Record.TopicPartition);
                    seen.Enqueue((message.Record.Partition.Value, message.Record.Message.Value));
                    return (ICommittable)message.CommitableOffset;
                }).RunWith(Committer.Sink(CommitterSettings.Create(Sys).WithMaxInterval(TimeSpan.FromMilliseconds(20))), Materializer);
                ended.Enqueue(partition.Partition.Value);
                return Done.Instance;
            })
            .ToMaterialized(Sink.Ignore<Done>(), Keep.Both)
            .Run(Materializer);
        await EventuallyAsync(() => seen.Count == Partitions * 50, "every message");
        Assert.Equal(Enumerable.Range(0, Partitions), begun.Order());
        Assert.Empty(ended);
        foreach (var partition in seen.GroupBy(message => message.Partition))
        {
            Assert.Equal(Enumerable.Range(0, 50).Select(i => $"{i}"), partition.Select(message => message.Value));
        }

        var second = new Reader(this, topic);
        var secondControl = second.Run();
        await EventuallyAsync(() => ended.Count == Partitions / 2, "half of the partitions to go");
        await secondControl.DrainAndShutdown().WaitAsync(Patience);
        await EventuallyAsync(() => begun.Count == Partitions + (Partitions / 2), "them to come back");
        await ProduceEverywhereAsync(topic, 1);
        await EventuallyAsync(() => seen.Count + second.Values.Count >= Partitions * 51, "messages after that");
        await control.DrainAndShutdown(end).WaitAsync(Patience);
        Assert.Equal(begun.Count, ended.Count);
        Assert.Equal(Partitions * 51, Committed(topic, topic, Partitions).Values.Sum());
    }

    [Fact]
    public async Task A_partition_whose_source_is_given_up_is_emitted_again_where_it_was_left()
    {
        var topic = await Cluster.CreateTopicAsync("again", 1);
        await ProduceEverywhereAsync(topic, 100, partitions: 1);
        var values = await KafkaConsumer.CommittablePartitionedSource(GroupOf(topic).WithStopTimeout(TimeSpan.Zero), Subscriptions.Topics(topic))
            .MapMaterializedValue(_ => NotUsed.Instance)
            .ConcatMany(part => part.Item2.Take(30).Select(message => message.Record.Message.Value))
            .Take(100)
            .RunWith(Sink.Seq<string>(), Materializer)
            .WaitAsync(Patience);
        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"{i}"), values);
    }

    [Fact]
    public async Task A_partition_nobody_reads_does_not_hold_up_the_others()
    {
        var topic = await Cluster.CreateTopicAsync("held", 2);
        await ProduceEverywhereAsync(topic, 1000, partitions: 2);
        var seen = new ConcurrentQueue<string>();
        var (control, end) = KafkaConsumer.CommittablePartitionedSource(GroupOf(topic).WithMaxBuffered(50), Subscriptions.Topics(topic))
            .ToMaterialized(Sink.ForEach<(TopicPartition Partition, Source<CommittableMessage<string, string>, NotUsed> Messages)>(part =>
            {
                if (part.Partition.Partition == 1)
                {
                    part.Messages.RunForeach(message => seen.Enqueue(message.Record.Message.Value), Materializer);
                }
            }), Keep.Both)
            .Run(Materializer);
        await EventuallyAsync(() => seen.Count == 1000, "all of one partition");
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => $"{i}"), seen);
        await control.DrainAndShutdown(end).WaitAsync(Patience);
    }

    private ConsumerSettings<string, string> GroupOf(string topic) => ConsumerSettings(topic).WithProperty("session.timeout.ms", SessionTimeout);

    private Task ProduceEverywhereAsync(string topic, int count, int partitions = Partitions) => Source.From(Enumerable.Range(0, count * partitions))
        .Select(i => new ProducerRecord<string, string>(
            new TopicPartition(topic, i % partitions), new Message<string, string> { Value = $"{i / partitions}" }))
        .RunWith(KafkaProducer.PlainSink(ProducerSettings), Materializer)
        .WaitAsync(Patience);

    /// <summary>A member of the group that is called like the topic, which commits often.</summary>
    private sealed class Reader(RebalanceTests test, string topic)
    {
        public ConcurrentQueue<string> Values { get; } = new();

        public DrainingControl<Done> Run() => KafkaConsumer.CommittableSource(test.GroupOf(topic), Subscriptions.Topics(topic))
            .Select(message =>
            {
                Values.Enqueue(message.Record.Message.Value);
                return (ICommittable)message.CommitableOffset;
            })
            .ToMaterialized(Committer.Sink(CommitterSettings.Create(test.Sys).WithMaxInterval(TimeSpan.FromMilliseconds(20))), DrainingControl<Done>.Create)
            .Run(test.Materializer);
    }
}
