using System.Collections.Concurrent;
using Akka;
using Akka.Streams;
using Akka.Streams.Dsl;
using Aurum.Streams.Kafka.Dsl;
using Aurum.Streams.Kafka.Messages;
using Aurum.Streams.Kafka.Settings;
using Aurum.Testing.Kafka;
using Confluent.Kafka;

namespace Aurum.Streams.Kafka.Tests.Dsl;

public sealed class KafkaConsumerTests(KafkaFixture kafka) : KafkaTest(kafka)
{
    [Fact]
    public async Task What_was_committed_is_not_seen_again()
    {
        var topic = await Cluster.CreateTopicAsync("committed", 4);
        await ProduceAsync(topic, 0, 1000);
        Assert.Equal(Enumerable.Range(0, 1000), (await CollectAndCommitAsync(topic, 1000)).Order());
        await ProduceAsync(topic, 1000, 1100);
        Assert.Equal(Enumerable.Range(1000, 100), (await CollectAndCommitAsync(topic, 100)).Order());
        Assert.Equal(1100, Committed(topic, topic, 4).Values.Sum());
    }

    [Fact]
    public async Task Messages_of_a_partition_come_in_their_order_and_with_their_place_and_time()
    {
        var topic = await Cluster.CreateTopicAsync("order", 3);
        await ProduceAsync(topic, 0, 3000);
        var messages = await KafkaConsumer.PlainSource(ConsumerSettings(topic).WithStopTimeout(TimeSpan.Zero), Subscriptions.Topics(topic))
            .Take(3000)
            .RunWith(Sink.Seq<ConsumeResult<string, string>>(), Materializer)
            .WaitAsync(Patience);
        Assert.All(messages, message => Assert.Equal((topic, TimestampType.CreateTime), (message.Topic, message.Message.Timestamp.Type)));
        foreach (var partition in messages.GroupBy(message => message.Partition.Value))
        {
            Assert.Equal(Enumerable.Range(0, partition.Count()).Select(offset => (long)offset), partition.Select(message => message.Offset.Value));
        }
    }

    [Fact]
    public async Task Draining_commits_all_that_was_processed_and_leaves_the_group()
    {
        var topic = await Cluster.CreateTopicAsync("drain", 4);
        await ProduceAsync(topic, 0, 5000);
        var processed = 0;
        var control = KafkaConsumer.CommittableSource(ConsumerSettings(topic), Subscriptions.Topics(topic))
            .Select(message =>
            {
                Interlocked.Increment(ref processed);
                return (ICommittable)message.CommitableOffset;
            })
            .ToMaterialized(Committer.Sink(CommitterSettings.Create(Sys).WithMaxInterval(TimeSpan.FromMinutes(1)).WithMaxBatch(100_000)), DrainingControl<Done>.Create)
            .Run(Materializer);
        await EventuallyAsync(() => Volatile.Read(ref processed) > 100, "some messages");
        await control.DrainAndShutdown().WaitAsync(Patience);
        Assert.True(control.IsShutdown.IsCompletedSuccessfully);
        Assert.Equal(processed, Committed(topic, topic, 4).Values.Sum());

        // A member that had not left would keep the next one waiting for its session to time out.
        Assert.Equal(5000 - processed, (await CollectAndCommitAsync(topic, 5000 - processed)).Count);
    }

    [Fact]
    public async Task Stopped_it_still_commits_until_it_is_shut_down()
    {
        var topic = await Cluster.CreateTopicAsync("stop", 1);
        await ProduceAsync(topic, 0, 10);
        var (control, messages) = KafkaConsumer.CommittableSource(ConsumerSettings(topic), Subscriptions.Topics(topic))
            .ToMaterialized(Sink.Queue<CommittableMessage<string, string>>(), Keep.Both)
            .Run(Materializer);
        var first = (await messages.PullAsync().WaitAsync(Patience)).Value;
        await control.Stop().WaitAsync(Patience);
        Assert.False(control.IsShutdown.IsCompleted);
        await first.CommitableOffset.Commit().WaitAsync(Patience);
        Assert.Equal(first.Record.Offset.Value + 1, Committed(topic, topic, 1)[0]);
        await control.Shutdown().WaitAsync(Patience);
        await first.CommitableOffset.Commit().WaitAsync(Patience);
    }

    [Fact]
    public async Task A_stopped_source_that_nobody_shuts_down_closes_by_itself()
    {
        var topic = await Cluster.CreateTopicAsync("linger", 1);
        var control = KafkaConsumer.CommittableSource(ConsumerSettings(topic).WithStopTimeout(TimeSpan.FromMilliseconds(200)), Subscriptions.Topics(topic))
            .To(Sink.Ignore<CommittableMessage<string, string>>())
            .Run(Materializer);
        await control.Stop().WaitAsync(Patience);
        await control.IsShutdown.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_stream_that_fails_closes_its_consumer_at_once()
    {
        var topic = await Cluster.CreateTopicAsync("failing", 1);
        await ProduceAsync(topic, 0, 10);
        var (control, end) = KafkaConsumer.CommittableSource(ConsumerSettings(topic), Subscriptions.Topics(topic))
            .Select(message => message.Record.Offset == 5 ? throw new InvalidOperationException("a bug") : message)
            .ToMaterialized(Sink.Ignore<CommittableMessage<string, string>>(), Keep.Both)
            .Run(Materializer);
        await Assert.ThrowsAsync<InvalidOperationException>(() => end.WaitAsync(Patience));
        await control.IsShutdown.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_slow_stream_has_a_bounded_buffer_and_stays_in_its_group()
    {
        var topic = await Cluster.CreateTopicAsync("slow", 2);
        await ProduceAsync(topic, 0, 2000);
        var counting = new CountingDeserializer();
        var settings = ConsumerSettings<string, string>.Create(Sys, Deserializers.Utf8, counting)
            .WithProperties(ConsumerSettings(topic).Properties)
            .WithProperty("max.poll.interval.ms", "1500")
            .WithMaxBuffered(100);
        var (control, messages) = KafkaConsumer.CommittableSource(settings, Subscriptions.Topics(topic))
            .ToMaterialized(Sink.Queue<CommittableMessage<string, string>>().WithAttributes(Attributes.CreateInputBuffer(1, 1)), Keep.Both)
            .Run(Materializer);
        var seen = new List<int> { int.Parse((await messages.PullAsync().WaitAsync(Patience)).Value.Record.Message.Value) };
        await EventuallyAsync(() => counting.Count >= 100, "a full buffer");

        // Longer than a consumer may go without polling.
        await Task.Delay(TimeSpan.FromSeconds(2));
        Assert.InRange(counting.Count, 100, 110);
        var last = default(CommittableMessage<string, string>);
        while (seen.Count < 2000)
        {
            last = (await messages.PullAsync().WaitAsync(Patience)).Value;
            seen.Add(int.Parse(last.Record.Message.Value));
        }

        Assert.Equal(Enumerable.Range(0, 2000), seen.Order());
        await last!.CommitableOffset.Commit().WaitAsync(Patience);
        Assert.Equal(last.Record.Offset.Value + 1, Committed(topic, topic, 2)[last.Record.Partition.Value]);
        await control.Shutdown().WaitAsync(Patience);
    }

    [Fact]
    public async Task Brokers_may_be_away_for_a_while()
    {
        var topic = await Cluster.CreateTopicAsync("away", 4);
        var group = topic;
        var seen = new ConcurrentQueue<int>();
        var errors = new ConcurrentQueue<Error>();
        await ProduceAsync(topic, 0, 500);
        var control = KafkaConsumer.CommittableSource(ConsumerSettings(group).WithErrorHandler(errors.Enqueue), Subscriptions.Topics(topic))
            .Select(message =>
            {
                seen.Enqueue(int.Parse(message.Record.Message.Value));
                return (ICommittable)message.CommitableOffset;
            })
            .ToMaterialized(Committer.Sink(CommitterSettings.Create(Sys).WithMaxBatch(10)), DrainingControl<Done>.Create)
            .Run(Materializer);
        await EventuallyAsync(() => seen.Count == 500, "the first messages");
        await Cluster.SetBrokerDownAsync(MockKafka.AllBrokers);
        await EventuallyAsync(() => !errors.IsEmpty, "an error");
        await Cluster.SetBrokerUpAsync(MockKafka.AllBrokers);
        await ProduceAsync(topic, 500, 1000);
        await EventuallyAsync(() => seen.Distinct().Count() == 1000, "the messages after the return");
        await control.DrainAndShutdown().WaitAsync(Patience);
        Assert.Equal(1000, Committed(group, topic, 4).Values.Sum());
    }

    [Fact]
    public async Task A_message_that_makes_no_sense_fails_the_stream()
    {
        var topic = await Cluster.CreateTopicAsync("nonsense", 1);
        await ProduceAsync(topic, 100_000, 100_001);
        var settings = ConsumerSettings<string, long>.Create(Sys, Deserializers.Utf8, Deserializers.Int64).WithProperties(ConsumerSettings(topic).Properties);
        var (control, end) = KafkaConsumer.PlainSource(settings, Subscriptions.Topics(topic)).ToMaterialized(Sink.Ignore<ConsumeResult<string, long>>(), Keep.Both).Run(Materializer);
        var failure = await Assert.ThrowsAsync<ConsumeException>(() => end.WaitAsync(Patience));
        Assert.Equal(ErrorCode.Local_ValueDeserialization, failure.Error.Code);
        await control.IsShutdown.WaitAsync(Patience);
    }

    [Fact]
    public async Task Partitions_can_be_given_by_hand()
    {
        var topic = await Cluster.CreateTopicAsync("manual", 3);
        await ProduceAsync(topic, 0, 300);
        var partition = ReadAll(topic, 3, 300).GroupBy(record => record.Partition.Value).MaxBy(group => group.Count())!;
        var subscription = Subscriptions.AssignmentWithOffset(new TopicPartitionOffset(topic, partition.Key, 10));
        var messages = await KafkaConsumer.PlainSource(ConsumerSettings(topic).WithStopTimeout(TimeSpan.Zero), subscription)
            .Take(partition.Count() - 10)
            .RunWith(Sink.Seq<ConsumeResult<string, string>>(), Materializer)
            .WaitAsync(Patience);
        Assert.Equal(partition.Skip(10).Select(record => record.Message.Value), messages.Select(message => message.Message.Value));
    }

    [Fact]
    public async Task Topics_can_be_named_by_a_pattern()
    {
        var prefix = $"p{Guid.NewGuid():n}";
        await Cluster.CreateNamedTopicAsync($"{prefix}.one", 1);
        await Cluster.CreateNamedTopicAsync($"{prefix}.two", 1);
        await ProduceAsync($"{prefix}.one", 0, 10);
        await ProduceAsync($"{prefix}.two", 10, 20);
        var messages = await KafkaConsumer.PlainSource(ConsumerSettings(prefix).WithStopTimeout(TimeSpan.Zero), Subscriptions.TopicPattern(prefix + @"\..*"))
            .Take(20)
            .RunWith(Sink.Seq<ConsumeResult<string, string>>(), Materializer)
            .WaitAsync(Patience);
        Assert.Equal(Enumerable.Range(0, 20), messages.Select(message => int.Parse(message.Message.Value)).Order());
    }

    private async Task<List<int>> CollectAndCommitAsync(string topic, int count)
    {
        var seen = new ConcurrentQueue<int>();
        var control = KafkaConsumer.CommittableSource(ConsumerSettings(topic), Subscriptions.Topics(topic))
            .Select(message =>
            {
                seen.Enqueue(int.Parse(message.Record.Message.Value));
                return (ICommittable)message.CommitableOffset;
            })
            .ToMaterialized(Committer.Sink(CommitterSettings.Create(Sys)), DrainingControl<Done>.Create)
            .Run(Materializer);
        await EventuallyAsync(() => seen.Count >= count, $"{count} messages");
        await control.DrainAndShutdown().WaitAsync(Patience);
        return [.. seen];
    }

    private sealed class CountingDeserializer : IDeserializer<string>
    {
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public string Deserialize(ReadOnlySpan<byte> data, bool isNull, SerializationContext context)
        {
            Interlocked.Increment(ref _count);
            return Deserializers.Utf8.Deserialize(data, isNull, context);
        }
    }
}
