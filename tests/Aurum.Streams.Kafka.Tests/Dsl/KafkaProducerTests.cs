using System.Collections.Concurrent;
using Akka;
using Akka.Streams;
using Akka.Streams.Dsl;
using Aurum.Streams.Kafka.Dsl;
using Aurum.Streams.Kafka.Messages;
using Aurum.Streams.Kafka.Settings;
using Confluent.Kafka;

namespace Aurum.Streams.Kafka.Tests.Dsl;

public sealed class KafkaProducerTests(KafkaFixture kafka) : KafkaTest(kafka)
{
    [Fact]
    public async Task Results_come_in_the_order_of_their_envelopes_and_pass_through_what_was_given()
    {
        var topic = await Cluster.CreateTopicAsync("order", 4);
        var envelopes = Enumerable.Range(0, 1000).Select(i => (i % 3) switch
        {
            0 => ProducerMessage.Single(Record(topic, $"{i}"), i),
            1 => ProducerMessage.Multi(Records(topic, i, 5), i),
            _ => ProducerMessage.PassThrough<string, string, int>(i),
        });
        var results = await RunAsync(ProducerSettings, envelopes);
        Assert.Equal(Enumerable.Range(0, 1000), results.Select(result => result.PassThrough));
        Assert.All(results, result => Assert.Null(result.Error));
        Assert.All(results.OfType<Result<string, string, int>>(), result => Assert.True(result.Offset.Value >= 0));
        Assert.Equal((334, 333, 333), (Count<Result<string, string, int>>(), Count<MultiResult<string, string, int>>(), Count<PassThroughResult<string, string, int>>()));
        ReadAll(topic, 4, 334 + (333 * 5));

        int Count<T>() => results.OfType<T>().Count();
    }

    [Fact]
    public async Task Results_wait_for_acknowledgements_and_records_survive_an_absence_of_all_brokers_in_order()
    {
        var topic = await Cluster.CreateTopicAsync("absence", 4);
        var results = new ConcurrentQueue<int>();
        var (input, end) = Source.Queue<IEnvelope<string, string, int>>(10_000, OverflowStrategy.Fail)
            .Via(KafkaProducer.FlexiFlow<string, string, int>(ProducerSettings))
            .ToMaterialized(Sink.ForEach<IResults<string, string, int>>(result => results.Enqueue(result.PassThrough)), Keep.Both)
            .Run(Materializer);
        await OfferAsync(0, 100);
        await EventuallyAsync(() => results.Count == 100, "the first results");
        await Cluster.SetBrokerDownAsync(Testing.Kafka.MockKafka.AllBrokers);
        await OfferAsync(100, 1000);
        await Task.Delay(500);
        Assert.Equal(100, results.Count);
        await Cluster.SetBrokerUpAsync(Testing.Kafka.MockKafka.AllBrokers);
        await OfferAsync(1000, 1100);
        input.Complete();
        await end.WaitAsync(Patience);
        Assert.Equal(Enumerable.Range(0, 1100), results);
        AssertAllInOrderPerKey(ReadAll(topic, 4), 1100);

        async Task OfferAsync(int from, int to)
        {
            for (var i = from; i < to; i++)
            {
                await input.OfferAsync(ProducerMessage.Single(new ProducerRecord<string, string>(topic, $"{i % 7}", $"{i}"), i));
            }
        }
    }

    [Theory]
    [InlineData("NOT_LEADER_OR_FOLLOWER")]
    [InlineData("REQUEST_TIMED_OUT")]
    [InlineData("NOT_ENOUGH_REPLICAS")]
    [InlineData("_TRANSPORT")]
    public async Task Errors_that_pass_are_nobodys_concern(string error)
    {
        var topic = await Cluster.CreateTopicAsync("passing", 4);
        await Cluster.PushErrorsAsync("Produce", error, 5);
        var results = await RunAsync(ProducerSettings, Enumerable.Range(0, 2000).Select(i => ProducerMessage.Single(new ProducerRecord<string, string>(topic, $"{i % 7}", $"{i}"), i)));
        Assert.Equal(Enumerable.Range(0, 2000), results.Select(result => result.PassThrough));
        AssertAllInOrderPerKey(ReadAll(topic, 4), 2000);
    }

    [Fact]
    public async Task A_change_of_leader_in_mid_stream_loses_nothing()
    {
        var topic = await Cluster.CreateTopicAsync("leader", 1);
        var moved = 0;
        var results = await Source.From(Enumerable.Range(0, 3000))
            .SelectAsync(1, async i =>
            {
                if (i % 1000 == 500)
                {
                    await Cluster.SetLeaderAsync(topic, 0, 1 + (moved++ % 3));
                }

                return ProducerMessage.Single(new ProducerRecord<string, string>(topic, "key", $"{i}"), i);
            })
            .Via(KafkaProducer.FlexiFlow<string, string, int>(ProducerSettings.WithMaxInFlight(100)))
            .RunWith(Sink.Seq<IResults<string, string, int>>(), Materializer)
            .WaitAsync(Patience);
        Assert.Equal(3, moved);
        Assert.Equal(Enumerable.Range(0, 3000), results.Select(result => result.PassThrough));
        AssertAllInOrderPerKey(ReadAll(topic, 1), 3000);
    }

    [Fact]
    public async Task An_envelope_larger_than_the_window_gets_through_it()
    {
        var topic = await Cluster.CreateTopicAsync("large", 4);
        var results = await RunAsync(ProducerSettings.WithMaxInFlight(10), Enumerable.Range(0, 3).Select(i => ProducerMessage.Multi(Records(topic, i, 1000), i)));
        Assert.Equal([0, 1, 2], results.Select(result => result.PassThrough));
        ReadAll(topic, 4, 3000);
    }

    [Fact]
    public async Task A_full_queue_of_the_library_is_waited_for()
    {
        var topic = await Cluster.CreateTopicAsync("full", 4);
        var settings = ProducerSettings.WithProperty("queue.buffering.max.messages", "50");
        var results = await RunAsync(settings, Enumerable.Range(0, 100).Select(i => ProducerMessage.Multi(Records(topic, i, 40), i)));
        Assert.Equal(Enumerable.Range(0, 100), results.Select(result => result.PassThrough));
        ReadAll(topic, 4, 4000);
    }

    [Fact]
    public async Task A_slow_downstream_holds_the_upstream_back()
    {
        var topic = await Cluster.CreateTopicAsync("slow", 4);
        var taken = 0;
        var probe = Source.From(Enumerable.Range(0, 10_000))
            .Select(i => ProducerMessage.Single(Record(topic, $"{Interlocked.Increment(ref taken)}"), i))
            .Via(KafkaProducer.FlexiFlow<string, string, int>(ProducerSettings.WithMaxInFlight(64)))
            .RunWith(Sink.Queue<IResults<string, string, int>>().WithAttributes(Attributes.CreateInputBuffer(1, 1)), Materializer);
        Assert.Equal(0, (await probe.PullAsync().WaitAsync(Patience)).Value.PassThrough);
        await EventuallyAsync(() => Volatile.Read(ref taken) >= 64, "a full window");
        await Task.Delay(200);
        Assert.InRange(Volatile.Read(ref taken), 64, 70);
    }

    [Fact]
    public async Task A_record_that_cannot_be_delivered_fails_the_stream_by_name()
    {
        var topic = await Cluster.CreateTopicAsync("fail", 4);
        var failure = await Assert.ThrowsAsync<DeliveryFailedException>(() => RunAsync(
            ProducerSettings.WithProperty("message.max.bytes", "1000"),
            [ProducerMessage.Single(Record(topic, new string('x', 2000)), 1), ProducerMessage.Single(Record(topic, "small"), 2)]));
        Assert.Equal((topic, ErrorCode.MsgSizeTooLarge), (failure.Topic, failure.Error.Code));
        Assert.Contains(topic, failure.Message, StringComparison.Ordinal);
        Assert.Contains("too large", failure.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_record_that_a_broker_refuses_fails_the_stream_by_name()
    {
        var topic = await Cluster.CreateTopicAsync("refused", 4);
        await Cluster.PushErrorsAsync("Produce", "TOPIC_AUTHORIZATION_FAILED");
        var failure = await Assert.ThrowsAsync<DeliveryFailedException>(() => RunAsync(ProducerSettings, [ProducerMessage.Single(Record(topic, "1"), 1)]));
        Assert.Equal((topic, ErrorCode.TopicAuthorizationFailed), (failure.Topic, failure.Error.Code));
    }

    [Fact]
    public async Task A_failure_can_be_reported_to_the_one_it_concerns_instead()
    {
        var topic = await Cluster.CreateTopicAsync("report", 4);
        var settings = ProducerSettings.WithProperty("message.max.bytes", "1000").WithDeliveryFailure(DeliveryFailure.Report);
        var tooLarge = Record(topic, new string('x', 2000));
        var results = await RunAsync(settings,
        [
            ProducerMessage.Single(Record(topic, "1"), 1),
            ProducerMessage.Single(tooLarge, 2),
            ProducerMessage.Multi([Record(topic, "3"), tooLarge, Record(topic, "3")], 3),
            ProducerMessage.Multi([Record(topic, "4"), Record(topic, "4")], 4),
        ]);
        Assert.Equal([1, 2, 3, 4], results.Select(result => result.PassThrough));
        Assert.Equal([null, ErrorCode.MsgSizeTooLarge, ErrorCode.MsgSizeTooLarge, null], results.Select(result => result.Error?.Code));
        Assert.Equal(Offset.Unset, Assert.IsType<Result<string, string, int>>(results[1]).Offset);
        ReadAll(topic, 4, 5);
    }

    [Fact]
    public async Task A_refusal_by_a_broker_is_reported_and_later_records_get_through()
    {
        var topic = await Cluster.CreateTopicAsync("report", 1);
        await Cluster.PushErrorsAsync("Produce", "INVALID_RECORD");
        var settings = ProducerSettings.WithDeliveryFailure(DeliveryFailure.Report).WithMaxInFlight(1);
        var results = await RunAsync(settings, Enumerable.Range(0, 20).Select(i => ProducerMessage.Single(Record(topic, $"{i}"), i)));
        Assert.Equal(ErrorCode.InvalidRecord, results[0].Error?.Code);
        Assert.All(results.Skip(1), result => Assert.Null(result.Error));
        ReadAll(topic, 1, 19);
    }

    [Fact]
    public async Task Records_that_find_no_broker_in_time_are_reported()
    {
        var topic = await Cluster.CreateTopicAsync("timeout", 1);
        await Cluster.SetBrokerDownAsync(Testing.Kafka.MockKafka.AllBrokers);
        try
        {
            var settings = ProducerSettings.WithDeliveryFailure(DeliveryFailure.Report).WithProperty("message.timeout.ms", "300");
            var results = await RunAsync(settings, [ProducerMessage.Multi(Records(topic, 1, 10), 1)]);
            Assert.Equal(ErrorCode.Local_MsgTimedOut, Assert.Single(results).Error?.Code);
        }
        finally
        {
            await Cluster.SetBrokerUpAsync(Testing.Kafka.MockKafka.AllBrokers);
        }
    }

    [Fact]
    public async Task An_error_that_ends_the_producer_fails_the_stream_even_when_failures_are_reported()
    {
        var topic = await Cluster.CreateTopicAsync("fatal", 1);
        var settings = ProducerSettings.WithDeliveryFailure(DeliveryFailure.Report);
        await Cluster.PushErrorsAsync("InitProducerId", "CLUSTER_AUTHORIZATION_FAILED", 20);
        var failure = await Assert.ThrowsAsync<DeliveryFailedException>(() => RunAsync(settings, [ProducerMessage.Single(Record(topic, "1"), 1)]));
        Assert.True(failure.Error.IsFatal || failure.Error.Code == ErrorCode.Local_Fatal, failure.Message);
        await Cluster.ClearErrorsAsync("InitProducerId");
        Assert.Null(Assert.Single(await RunAsync(settings, [ProducerMessage.Single(Record(topic, "2"), 2)])).Error);
    }

    [Fact]
    public async Task A_failing_upstream_is_told_after_the_results_of_what_it_had_sent()
    {
        var topic = await Cluster.CreateTopicAsync("upstream", 1);
        var results = new ConcurrentQueue<int>();
        var end = Source.From([ProducerMessage.Single(Record(topic, "1"), 1)])
            .Concat(Source.Failed<IEnvelope<string, string, int>>(new InvalidOperationException("upstream")))
            .Via(KafkaProducer.FlexiFlow<string, string, int>(ProducerSettings))
            .RunForeach(result => results.Enqueue(result.PassThrough), Materializer);
        Assert.Equal("upstream", (await Assert.ThrowsAsync<InvalidOperationException>(() => end.WaitAsync(Patience))).Message);
        Assert.Equal([1], results);
    }

    [Fact]
    public async Task A_plain_sink_ends_when_all_is_acknowledged()
    {
        var topic = await Cluster.CreateTopicAsync("sink", 4);
        await Source.From(Enumerable.Range(0, 1000)).Select(i => Record(topic, $"{i}")).RunWith(KafkaProducer.PlainSink(ProducerSettings), Materializer).WaitAsync(Patience);
        ReadAll(topic, 4, 1000);
    }

    [Fact]
    public async Task A_record_can_choose_its_partition()
    {
        var topic = await Cluster.CreateTopicAsync("partition", 4);
        var record = new ProducerRecord<string, string>(new TopicPartition(topic, 3), new Message<string, string> { Key = "k", Value = "v" });
        await Source.Single(record).RunWith(KafkaProducer.PlainSink(ProducerSettings), Materializer).WaitAsync(Patience);
        Assert.Equal(3, Assert.Single(ReadAll(topic, 4, 1)).Partition.Value);
    }

    private static ProducerRecord<string, string> Record(string topic, string value) => new(topic, value, value);

    private static ProducerRecord<string, string>[] Records(string topic, int number, int count) =>
        [.. Enumerable.Range(0, count).Select(i => new ProducerRecord<string, string>(topic, $"{number}-{i}", $"{number}-{i}"))];

    /// <summary>The mock brokers take what is sent again for new, where real ones would know an idempotent producer's batch; so the first of each counts.</summary>
    private static void AssertAllInOrderPerKey(IEnumerable<ConsumeResult<string, string>> records, int count)
    {
        var keys = records.GroupBy(record => record.Message.Key, record => int.Parse(record.Message.Value)).Select(key => key.Distinct().ToArray()).ToArray();
        Assert.Equal(Enumerable.Range(0, count), keys.SelectMany(key => key).Order());
        Assert.All(keys, key => Assert.Equal(key.Order(), key));
    }

    private async Task<IReadOnlyList<IResults<string, string, int>>> RunAsync(ProducerSettings<string, string> settings, IEnumerable<IEnvelope<string, string, int>> envelopes) =>
        await Source.From(envelopes)
            .Via(KafkaProducer.FlexiFlow<string, string, int>(settings))
            .RunWith(Sink.Seq<IResults<string, string, int>>(), Materializer)
            .WaitAsync(Patience);
}
