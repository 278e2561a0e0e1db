using Aurum.Testing.Kafka;
using Confluent.Kafka;

namespace Aurum.Streams.Kafka.Tests;

/// <summary>What other tests rely on: that the mock cluster behaves as a cluster would.</summary>
public sealed class MockKafkaTests(KafkaFixture kafka) : IClassFixture<KafkaFixture>
{
    private readonly MockKafka _cluster = kafka.Cluster;

    [Theory]
    [InlineData(CompressionType.None)]
    [InlineData(CompressionType.Snappy)]
    [InlineData(CompressionType.Lz4)]
    [InlineData(CompressionType.Gzip)]
    [InlineData(CompressionType.Zstd)]
    public async Task What_is_produced_is_consumed(CompressionType compression)
    {
        var topic = await _cluster.CreateTopicAsync("plain", 3);
        using var producer = new ProducerBuilder<string, string>(new ProducerConfig
        {
            BootstrapServers = _cluster.BootstrapServers, EnableIdempotence = true, CompressionType = compression, LingerMs = 5,
        }).Build();
        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => producer.ProduceAsync(topic, new Message<string, string> { Key = $"{i}", Value = new string('v', 200) })));

        using var consumer = new ConsumerBuilder<string, string>(new ConsumerConfig
        {
            BootstrapServers = _cluster.BootstrapServers, GroupId = topic, AutoOffsetReset = AutoOffsetReset.Earliest,
            PartitionAssignmentStrategy = PartitionAssignmentStrategy.CooperativeSticky,
        }).Build();
        consumer.Subscribe(topic);
        var keys = new HashSet<string>();
        while (keys.Count < 100)
        {
            keys.Add((consumer.Consume(TimeSpan.FromSeconds(20)) ?? throw new TimeoutException($"{keys.Count} records, then none for 20 s")).Message.Key);
        }

        consumer.Close();
    }

    [Theory]
    [InlineData("NOT_LEADER_OR_FOLLOWER")]
    [InlineData("not_coordinator")]
    [InlineData("_TRANSPORT")]
    [InlineData("29")]
    public async Task Errors_go_by_name_or_number(string error)
    {
        // A request that nobody here makes.
        await _cluster.PushErrorsAsync("EndTxn", error, 3);
        await _cluster.ClearErrorsAsync("26");
    }

    [Fact]
    public async Task A_refused_command_says_why()
    {
        var refusal = await Assert.ThrowsAsync<ArgumentException>(() => _cluster.PushErrorsAsync("Produce", "NOT_AN_ERROR"));
        Assert.Contains("No error is called \"NOT_AN_ERROR\"", refusal.Message, StringComparison.Ordinal);
        refusal = await Assert.ThrowsAsync<ArgumentException>(() => _cluster.SetBrokerDownAsync(17));
        Assert.Contains("BROKER_NOT_AVAILABLE", refusal.Message, StringComparison.Ordinal);
    }
}
