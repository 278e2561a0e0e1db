using Aurum.Testing.Kafka;

namespace Aurum.Streams.Kafka.Tests;

/// <summary>One mock cluster for the tests of a collection, which take topics and groups of their own.</summary>
public sealed class KafkaFixture : IAsyncLifetime
{
    private MockKafka? _cluster;

    public MockKafka Cluster => _cluster ?? throw new InvalidOperationException("The mock cluster has not been started.");

    public async Task InitializeAsync() => _cluster = await MockKafka.StartAsync();

    public async Task DisposeAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
    }
}
