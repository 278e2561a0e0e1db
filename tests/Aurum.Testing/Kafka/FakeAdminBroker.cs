using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Aurum.Testing.Kafka;

/// <summary>The requests that <see cref="FakeAdminBroker"/> answers, by Kafka's numbers.</summary>
public enum KafkaApi
{
    Metadata = 3,
    ApiVersions = 18,
    CreateTopics = 19,
    DescribeConfigs = 32,
}

/// <summary>A topic that the fake broker holds.</summary>
public sealed record FakeTopic(string Name, int Partitions, int Replication, IReadOnlyDictionary<string, string> Config);

/// <summary>
/// A Kafka broker on loopback that knows topics and nothing else: it lists them, makes them and tells their settings, in old versions of
/// the protocol that every client still speaks. What librdkafka's mock cluster cannot do. Fails on demand.
/// </summary>
public sealed class FakeAdminBroker : IAsyncDisposable
{
    private const int UnsupportedVersion = 35;
    private const int TopicAlreadyExists = 36;
    private const int InvalidReplicationFactor = 38;
    private const int UnknownTopic = 3;
    private const int LargestRequestBytes = 1024 * 1024;

    private static readonly Dictionary<string, string> BrokerDefaults = new()
    {
        ["cleanup.policy"] = "delete",
        ["compression.type"] = "producer",
        ["max.message.bytes"] = "1048588",
        ["min.insync.replicas"] = "1",
        ["retention.ms"] = "604800000",
    };

    private static readonly Dictionary<KafkaApi, (int From, int To)> Versions = new()
    {
        [KafkaApi.Metadata] = (1, 4),
        [KafkaApi.ApiVersions] = (0, 0),
        [KafkaApi.CreateTopics] = (2, 4),
        [KafkaApi.DescribeConfigs] = (1, 1),
    };

    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<string, FakeTopic> _topics = new();
    private readonly ConcurrentDictionary<KafkaApi, int> _errors = new();
    private readonly ConcurrentQueue<KafkaApi> _requests = new();
    private readonly int _brokers;
    private readonly Task _accepting;

    private FakeAdminBroker(int brokers, int port)
    {
        _brokers = brokers;
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string BootstrapServers => $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    public IReadOnlyDictionary<string, FakeTopic> Topics => _topics;

    /// <summary>What was asked, in order.</summary>
    public IReadOnlyList<KafkaApi> Requests => [.. _requests];

    /// <summary>Accepts connections and answers nothing while set.</summary>
    public bool IsSilent { get; set; }

    /// <summary>Requests that the broker claims not to know.</summary>
    public ISet<KafkaApi> Unknown { get; } = new HashSet<KafkaApi>();

    /// <param name="brokers">How many brokers the cluster seems to have; all of them are this one.</param>
    public static FakeAdminBroker Start(int brokers = 3, int port = 0) => new(brokers, port);

    public void Add(FakeTopic topic) => _topics[topic.Name] = topic;

    /// <summary>Answers every topic of such requests with a Kafka error code; 0 ends it.</summary>
    public void Fail(KafkaApi api, int errorCode) => _errors[api] = errorCode;

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stopping.Token)));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                var length = new byte[4];
                while (true)
                {
                    await stream.ReadExactlyAsync(length, _stopping.Token);
                    var size = BinaryPrimitives.ReadInt32BigEndian(length);
                    if (size is < 8 or > LargestRequestBytes)
                    {
                        return;
                    }

                    var request = new byte[size];
                    await stream.ReadExactlyAsync(request, _stopping.Token);
                    if (Answer(request) is { } answer)
                    {
                        BinaryPrimitives.WriteInt32BigEndian(length, answer.Length);
                        await stream.WriteAsync((byte[])[.. length, .. answer], _stopping.Token);
                    }
                }
            }
            catch (Exception exception) when (exception is OperationCanceledException or IOException or SocketException)
            {
                // the client or the test is done
            }
        }
    }

    private byte[]? Answer(byte[] bytes)
    {
        var request = new KafkaRequestReader(bytes);
        var (api, version, correlation) = ((KafkaApi)request.Int16(), request.Int16(), request.Int32());
        request.Text();
        _requests.Enqueue(api);
        if (IsSilent)
        {
            return null;
        }

        var answer = new KafkaResponseWriter().Int32(correlation);
        switch (api)
        {
            case KafkaApi.ApiVersions:
                TellVersions(answer, version);
                break;
            case KafkaApi.Metadata:
                TellMetadata(answer, ref request, version);
                break;
            case KafkaApi.CreateTopics:
                CreateTopics(answer, ref request);
                break;
            case KafkaApi.DescribeConfigs:
                TellConfigs(answer, ref request);
                break;
            default:
                return null;
        }

        return answer.ToArray();
    }

    /// <summary>Asked in a newer version, a broker answers in the oldest and says so; the client then asks again.</summary>
    private void TellVersions(KafkaResponseWriter answer, int version) => answer
        .Int16(version == 0 ? 0 : UnsupportedVersion)
        .Array([.. Versions.Where(known => !Unknown.Contains(known.Key))], (writer, known) => writer.Int16((int)known.Key).Int16(known.Value.From).Int16(known.Value.To));

    private void TellMetadata(KafkaResponseWriter answer, ref KafkaRequestReader request, int version)
    {
        var count = request.Int32();
        var named = new List<string>();
        for (var i = 0; i < count; i++)
        {
            named.Add(request.Text()!);
        }

        var error = _errors.GetValueOrDefault(KafkaApi.Metadata);
        IReadOnlyList<string> told = count < 0 ? [.. _topics.Keys.Order(StringComparer.Ordinal)] : named;
        if (version >= 3)
        {
            answer.Int32(0);
        }

        answer.Array([.. Enumerable.Range(1, _brokers)], (writer, id) => writer.Int32(id).Text("127.0.0.1").Int32(((IPEndPoint)_listener.LocalEndpoint).Port).Text(null));
        if (version >= 2)
        {
            answer.Text("fake-cluster");
        }

        answer.Int32(1).Array(told, (writer, name) =>
        {
            var topic = _topics.GetValueOrDefault(name);
            writer.Int16(topic is null ? UnknownTopic : error).Text(name).Bool(false);
            writer.Array([.. Enumerable.Range(0, topic is null || error != 0 ? 0 : topic.Partitions)], (partition, number) =>
            {
                int[] replicas = [.. Enumerable.Range(0, topic!.Replication).Select(copy => (number + copy) % _brokers + 1)];
                partition.Int16(0).Int32(number).Int32(replicas[0]);
                partition.Array(replicas, (broker, id) => broker.Int32(id)).Array(replicas, (broker, id) => broker.Int32(id));
            });
        });
    }

    private void CreateTopics(KafkaResponseWriter answer, ref KafkaRequestReader request)
    {
        var wanted = new List<FakeTopic>();
        for (var left = request.Int32(); left > 0; left--)
        {
            var (name, partitions, replication) = (request.Text()!, request.Int32(), request.Int16());
            for (var assignments = request.Int32(); assignments > 0; assignments--)
            {
                request.Int32();
                for (var replicas = request.Int32(); replicas > 0; replicas--)
                {
                    request.Int32();
                }
            }

            var config = new Dictionary<string, string>();
            for (var entries = request.Int32(); entries > 0; entries--)
            {
                config[request.Text()!] = request.Text() ?? "";
            }

            wanted.Add(new FakeTopic(name, partitions, replication, config));
        }

        request.Int32();
        var validateOnly = request.Bool();
        answer.Int32(0).Array(wanted, (writer, topic) =>
        {
            var error = ErrorOf(topic, validateOnly);
            writer.Text(topic.Name).Int16(error).Text(error == 0 ? null : $"refused with error {error}");
        });
    }

    private int ErrorOf(FakeTopic topic, bool validateOnly)
    {
        if (_errors.GetValueOrDefault(KafkaApi.CreateTopics) is not 0 and var error)
        {
            return error;
        }

        if (topic.Replication > _brokers)
        {
            return InvalidReplicationFactor;
        }

        return validateOnly
            ? _topics.ContainsKey(topic.Name) ? TopicAlreadyExists : 0
            : _topics.TryAdd(topic.Name, topic) ? 0 : TopicAlreadyExists;
    }

    private void TellConfigs(KafkaResponseWriter answer, ref KafkaRequestReader request)
    {
        var asked = new List<(byte Type, string Name)>();
        for (var left = request.Int32(); left > 0; left--)
        {
            asked.Add((request.Int8(), request.Text()!));
            for (var names = request.Int32(); names > 0; names--)
            {
                request.Text();
            }
        }

        answer.Int32(0).Array(asked, (writer, resource) =>
        {
            var topic = _topics.GetValueOrDefault(resource.Name);
            var error = _errors.GetValueOrDefault(KafkaApi.DescribeConfigs) is not 0 and var injected ? injected : topic is null ? UnknownTopic : 0;
            var config = error == 0 ? BrokerDefaults.Where(entry => !topic!.Config.ContainsKey(entry.Key)).Concat(topic!.Config).ToArray() : [];
            writer.Int16(error).Text(error == 0 ? null : $"refused with error {error}").Int8(resource.Type).Text(resource.Name);
            writer.Array(config, (entry, pair) => entry
                .Text(pair.Key)
                .Text(pair.Value)
                .Bool(false)
                .Int8(topic!.Config.ContainsKey(pair.Key) ? 1 : 5)
                .Bool(false)
                .Array(Array.Empty<string>(), (_, _) => { }));
        });
    }
}
