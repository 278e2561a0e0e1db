using Aurum.Actors.Topics;
using Aurum.Testing.Kafka;
using Confluent.Kafka;

namespace Aurum.Actors.Tests.Topics;

/// <summary>The real admin client against a broker that speaks the protocol.</summary>
public sealed class KafkaTopicsTests : IAsyncDisposable
{
    private const int TopicAuthorizationFailed = 29;
    private const int PolicyViolation = 44;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly FakeAdminBroker _broker = FakeAdminBroker.Start();
    private readonly List<IAdminClient> _clients = [];

    public async ValueTask DisposeAsync()
    {
        _clients.ForEach(client => client.Dispose());
        await _broker.DisposeAsync();
    }

    [Fact]
    public async Task Missing_topics_are_made_as_wanted_and_found_fine_the_next_time()
    {
        var topics = Topics();
        Assert.All(await topics.CheckAsync(TopicSettings.Defaults, default), report => Assert.Equal(TopicState.Missing, report.State));
        Assert.Empty(_broker.Topics);

        Assert.All(await topics.EnsureAsync(TopicSettings.Defaults, default), report => Assert.Equal(TopicState.Created, report.State));
        var made = _broker.Topics["aurum.ingestion.dlq.v1"];
        Assert.Equal((12, 3, "15552000000", "2097152"), (made.Partitions, made.Replication, made.Config["retention.ms"], made.Config["max.message.bytes"]));

        Assert.All(await topics.EnsureAsync(TopicSettings.Defaults, default), report => Assert.Equal((TopicState.Fine, null), (report.State, report.Note)));
        Assert.Single(_broker.Requests, KafkaApi.CreateTopics);
    }

    [Fact]
    public async Task One_broker_gets_one_copy()
    {
        await using var alone = FakeAdminBroker.Start(brokers: 1);
        await Topics(alone.BootstrapServers).EnsureAsync([TopicSettings.Observations], default);
        var made = alone.Topics[TopicSettings.Observations.Name];
        Assert.Equal((1, "1"), (made.Replication, made.Config["min.insync.replicas"]));
    }

    [Fact]
    public async Task A_topic_that_differs_is_reported_and_left_alone()
    {
        var found = new FakeTopic(TopicSettings.Catalog.Name, 3, 3, new Dictionary<string, string> { ["cleanup.policy"] = "delete" });
        _broker.Add(found);
        var report = Assert.Single(await Topics().EnsureAsync([TopicSettings.Catalog], default));
        Assert.Equal(TopicState.Drifted, report.State);
        Assert.Equal(
            ["partitions is 3, wanted 12", "cleanup.policy is delete, wanted compact", "min.insync.replicas is 1, wanted 2"],
            report.Differences.Select(difference => difference.ToString()));
        Assert.Same(found, _broker.Topics[found.Name]);
        Assert.DoesNotContain(KafkaApi.CreateTopics, _broker.Requests);
    }

    [Fact]
    public async Task A_topic_that_another_node_made_meanwhile_is_no_failure()
    {
        _broker.Fail(KafkaApi.CreateTopics, 36);
        Assert.Equal(TopicState.Created, Assert.Single(await Topics().EnsureAsync([TopicSettings.Catalog], default)).State);
    }

    [Theory]
    [InlineData(TopicAuthorizationFailed, TopicsFailure.Unauthorized)]
    [InlineData(PolicyViolation, TopicsFailure.Refused)]
    public async Task A_refusal_to_make_a_topic_names_the_topic_and_the_reason(int error, TopicsFailure kind)
    {
        _broker.Fail(KafkaApi.CreateTopics, error);
        var exception = await Assert.ThrowsAsync<TopicsException>(() => Topics().EnsureAsync([TopicSettings.Catalog], default));
        Assert.Equal(kind, exception.Kind);
        Assert.Contains(TopicSettings.Catalog.Name, exception.Message, StringComparison.Ordinal);
        Assert.Contains($"refused with error {error}", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_that_may_not_be_read_are_noted_and_no_failure()
    {
        await Topics().EnsureAsync([TopicSettings.Catalog], default);
        _broker.Fail(KafkaApi.DescribeConfigs, TopicAuthorizationFailed);
        var report = Assert.Single(await Topics().CheckAsync([TopicSettings.Catalog], default));
        Assert.Equal(TopicState.Fine, report.State);
        Assert.Contains("may not be read", report.Note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_topic_that_may_not_be_seen_is_an_authorization_failure()
    {
        await Topics().EnsureAsync([TopicSettings.Catalog], default);
        _broker.Fail(KafkaApi.Metadata, TopicAuthorizationFailed);
        var exception = await Assert.ThrowsAsync<TopicsException>(() => Topics().CheckAsync([TopicSettings.Catalog], default));
        Assert.Equal(TopicsFailure.Unauthorized, exception.Kind);
    }

    [Fact]
    public async Task Brokers_too_old_to_make_topics_are_told_apart()
    {
        _broker.Unknown.Add(KafkaApi.CreateTopics);
        var exception = await Assert.ThrowsAsync<TopicsException>(() => Topics().EnsureAsync([TopicSettings.Catalog], default));
        Assert.Equal(TopicsFailure.Unsupported, exception.Kind);
    }

    [Fact]
    public async Task A_cluster_that_does_not_answer_is_unreachable_within_the_timeout()
    {
        _broker.IsSilent = true;
        var exception = await Assert.ThrowsAsync<TopicsException>(() => Topics(timeout: TimeSpan.FromSeconds(1)).EnsureAsync([TopicSettings.Catalog], default));
        Assert.Equal(TopicsFailure.Unreachable, exception.Kind);
        Assert.Contains("within 1 s", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_closed_port_is_unreachable()
    {
        var gone = FakeAdminBroker.Start();
        var address = gone.BootstrapServers;
        await gone.DisposeAsync();
        var exception = await Assert.ThrowsAsync<TopicsException>(() => Topics(address, TimeSpan.FromSeconds(1)).CheckAsync([TopicSettings.Catalog], default));
        Assert.Equal(TopicsFailure.Unreachable, exception.Kind);
    }

    private KafkaTopics Topics(string? servers = null, TimeSpan? timeout = null)
    {
        var client = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = servers ?? _broker.BootstrapServers })
            .SetLogHandler((_, _) => { })
            .Build();
        _clients.Add(client);
        return new KafkaTopics(client, timeout ?? Patience);
    }
}
