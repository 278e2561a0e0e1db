using System.Runtime.InteropServices;
using System.Text;

namespace Aurum.DevServices.Kafka;

/// <summary>
/// librdkafka's own mock of a Kafka cluster. It keeps everything in memory, at most 5 MB and 100,000 batches to a partition, and then
/// forgets the oldest. Its functions may be called from any thread.
/// </summary>
internal sealed class MockCluster : IDisposable
{
    private const int Unlimited = -1;

    private readonly nint _client;
    private readonly nint _cluster;
    private readonly int _brokers;

    public MockCluster(int brokers)
    {
        _brokers = brokers;
        var configuration = Librdkafka.NewConfiguration();
        var error = new StringBuilder(512);
        // What it says below the level of an error is that it has no brokers to connect to, which is as it should be.
        _ = Librdkafka.Set(configuration, "log_level", "3", error, (nuint)error.Capacity);
        _client = Librdkafka.New(Librdkafka.Producer, configuration, error, (nuint)error.Capacity);
        if (_client == 0)
        {
            throw new InvalidOperationException($"librdkafka does not start: {error}");
        }

        _cluster = Librdkafka.NewCluster(_client, brokers);
        if (_cluster == 0)
        {
            throw new InvalidOperationException($"librdkafka gives no mock cluster of {brokers} brokers.");
        }

        Bootstraps = Marshal.PtrToStringUTF8(Librdkafka.Bootstraps(_cluster))!;
    }

    /// <summary>Value for <c>bootstrap.servers</c>.</summary>
    public string Bootstraps { get; }

    /// <summary>How long the first member of an empty group waits for others; a broker waits for 3 s by default.</summary>
    public void SetInitialRebalanceDelay(int milliseconds) => Librdkafka.SetInitialRebalanceDelay(_cluster, milliseconds);

    public void CreateTopic(string topic, int partitions) => Check(Librdkafka.CreateTopic(_cluster, topic, partitions, Math.Min(3, _brokers)));

    public void DeleteTopic(string topic) => Check(Librdkafka.DeleteTopic(_cluster, topic));

    /// <summary>What metadata says of the topic from now on; 0 takes it back.</summary>
    public void SetTopicError(string topic, int error) => Librdkafka.SetTopicError(_cluster, topic, error);

    /// <param name="broker">-1 leaves the partition without one.</param>
    public void SetLeader(string topic, int partition, int broker) => Check(Librdkafka.SetLeader(_cluster, topic, partition, broker));

    public void DeleteRecords(string topic, int partition, long before) => Check(Librdkafka.DeleteRecords(_cluster, topic, partition, before));

    /// <summary>Cuts its connections and takes no new ones. Its partitions keep it as their leader.</summary>
    /// <param name="broker">From 1 on; -1 for all.</param>
    public void SetBrokerDown(int broker) => Check(Librdkafka.SetBrokerDown(_cluster, broker));

    public void SetBrokerUp(int broker) => Check(Librdkafka.SetBrokerUp(_cluster, broker));

    public void SetBrokerRoundTrip(int broker, int milliseconds) => Check(Librdkafka.SetBrokerRoundTrip(_cluster, broker, milliseconds));

    public void SetGroupCoordinator(string group, int broker) => Check(Librdkafka.SetCoordinator(_cluster, "group", group, broker));

    /// <summary>As if the brokers did not know a request at all.</summary>
    public void Disable(ApiKey api) => Check(Librdkafka.SetApiVersions(_cluster, (short)api, Unlimited, Unlimited));

    /// <summary>The next requests of a kind fail. The error _TRANSPORT cuts the connection instead of answering.</summary>
    public void PushErrors(ApiKey api, int error, int count) =>
        Librdkafka.PushErrors(_cluster, (short)api, (nuint)count, Enumerable.Repeat(error, count).ToArray());

    public void ClearErrors(ApiKey api) => Librdkafka.ClearErrors(_cluster, (short)api);

    /// <summary>Requests are counted from here on.</summary>
    public void TrackRequests()
    {
        Librdkafka.ClearRequests(_cluster);
        Librdkafka.StartTracking(_cluster);
    }

    public IReadOnlyDictionary<string, int> CountRequests()
    {
        var requests = Librdkafka.GetRequests(_cluster, out var count);
        var counts = new Dictionary<string, int>();
        for (var i = 0; i < (int)count; i++)
        {
            var api = ((ApiKey)Librdkafka.RequestApiKey(Marshal.ReadIntPtr(requests, i * nint.Size))).ToString();
            counts[api] = counts.GetValueOrDefault(api) + 1;
        }

        Librdkafka.DestroyRequests(requests, count);
        return counts;
    }

    public void Dispose()
    {
        Librdkafka.DestroyCluster(_cluster);
        Librdkafka.Destroy(_client);
    }

    private static void Check(int error)
    {
        if (error != 0)
        {
            throw new ArgumentException($"The mock cluster refuses: {ErrorCodes.NameOf(error)}.");
        }
    }
}
