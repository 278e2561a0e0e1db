using Akka;
using Akka.Streams;
using Akka.Streams.Dsl;
using Aurum.Streams.Kafka.Dsl;
using Aurum.Streams.Kafka.Messages;
using Aurum.Streams.Kafka.Settings;
using Confluent.Kafka;

namespace Aurum.Streams.Kafka.Tests.Dsl;

public sealed class CommitterTests(KafkaFixture kafka) : KafkaTest(kafka)
{
    [Fact]
    public async Task Offsets_are_committed_in_batches()
    {
        var topic = await Cluster.CreateTopicAsync("batches", 4);
        await ProduceAsync(topic, 0, 10_000);
        await Cluster.TrackRequestsAsync();
        var (control, batches) = KafkaConsumer.CommittableSource(ConsumerSettings(topic), Subscriptions.Topics(topic))
            .Select(message => (ICommittable)message.CommitableOffset)
            .Via(Committer.BatchFlow(CommitterSettings.Create(Sys).WithMaxBatch(1000).WithMaxInterval(TimeSpan.FromSeconds(20))))
            .Take(10)
            .ToMaterialized(Sink.Seq<ICommittableOffsetBatch>(), Keep.Both)
            .Run(Materializer);
        Assert.All(await batches.WaitAsync(Patience), batch => Assert.Equal(1000, batch.BatchSize));
        Assert.InRange((await Cluster.CountRequestsAsync())["OffsetCommit"], 1, 10);
        Assert.Equal(10_000, Committed(topic, topic, 4).Values.Sum());
        await control.Shutdown().WaitAsync(Patience);
    }

    [Fact]
    public async Task A_batch_that_does_not_fill_is_committed_in_time()
    {
        var topic = await Cluster.CreateTopicAsync("interval", 1);
        await ProduceAsync(topic, 0, 10);
        var (control, end) = KafkaConsumer.CommittableSource(ConsumerSettings(topic), Subscriptions.Topics(topic))
            .Select(message => (ICommittable)message.CommitableOffset)
            .ToMaterialized(Committer.Sink(CommitterSettings.Create(Sys).WithMaxInterval(TimeSpan.FromMilliseconds(50))), Keep.Both)
            .Run(Materializer);
        await EventuallyAsync(() => Committed(topic, topic, 1).GetValueOrDefault(0) == 10, "a commit of all");
        await control.DrainAndShutdown(end).WaitAsync(Patience);
    }

    [Theory]
    [InlineData("NOT_COORDINATOR")]
    [InlineData("COORDINATOR_LOAD_IN_PROGRESS")]
    [InlineData("REQUEST_TIMED_OUT")]
    [InlineData("REBALANCE_IN_PROGRESS")]
    [InlineData("_TRANSPORT")]
    public async Task A_commit_that_fails_for_a_passing_reason_is_tried_again(string error)
    {
        var topic = await Cluster.CreateTopicAsync("passing", 1);
        await ProduceAsync(topic, 0, 10);
        await Cluster.PushErrorsAsync("OffsetCommit", error, 3);
        await CommitTenAsync(topic, ConsumerSettings(topic));
        Assert.Equal(10, Committed(topic, topic, 1)[0]);
    }

    [Fact]
    public async Task A_commit_that_is_refused_fails_the_stream()
    {
        var topic = await Cluster.CreateTopicAsync("refused", 1);
        await ProduceAsync(topic, 0, 10);
        await Cluster.PushErrorsAsync("OffsetCommit", "GROUP_AUTHORIZATION_FAILED");
        var failure = await Assert.ThrowsAnyAsync<Exception>(() => CommitTenAsync(topic, ConsumerSettings(topic)));
        Assert.Equal(ErrorCode.GroupAuthorizationFailed, Assert.IsAssignableFrom<KafkaException>(failure.GetBaseException()).Error.Code);
    }

    [Fact]
    public async Task A_passing_reason_that_does_not_pass_fails_the_stream_in_the_end()
    {
        var topic = await Cluster.CreateTopicAsync("stubborn", 1);
        await ProduceAsync(topic, 0, 10);
        await Cluster.PushErrorsAsync("OffsetCommit", "REBALANCE_IN_PROGRESS", 1000);
        var failure = await Assert.ThrowsAnyAsync<Exception>(() => CommitTenAsync(topic, ConsumerSettings(topic).WithCommitTimeout(TimeSpan.FromMilliseconds(200))));
        Assert.IsAssignableFrom<KafkaException>(failure.GetBaseException());
        await Cluster.ClearErrorsAsync("OffsetCommit");
    }

    private async Task CommitTenAsync(string topic, ConsumerSettings<string, string> settings)
    {
        var (control, end) = KafkaConsumer.CommittableSource(settings, Subscriptions.Topics(topic))
            .Take(10)
            .Select(message => (ICommittable)message.CommitableOffset)
            .ToMaterialized(Committer.Sink(CommitterSettings.Create(Sys)), Keep.Both)
            .Run(Materializer);
        try
        {
            await end.WaitAsync(Patience);
        }
        finally
        {
            await control.Shutdown().WaitAsync(Patience);
        }
    }
}
