namespace Aurum.Actors;

/// <summary>How this system reaches Kafka. Properties are librdkafka's own, by its names; what is not set has its defaults.</summary>
/// <param name="BootstrapServers">HOST:PORT, several separated by commas.</param>
/// <param name="GroupId">The consumer group that all processors share.</param>
/// <param name="Properties">Of every client, such as those of TLS and SASL.</param>
/// <param name="Producer">Of the publisher besides.</param>
/// <param name="Consumer">Of processors besides.</param>
public sealed record KafkaOptions(
    string BootstrapServers,
    string GroupId,
    IReadOnlyDictionary<string, string> Properties,
    IReadOnlyDictionary<string, string> Producer,
    IReadOnlyDictionary<string, string> Consumer)
{
    public const string DefaultGroupId = "aurum-external-consumers";

    /// <summary>
    /// What no configuration may change, and why: acknowledgement from end to end rests on them.
    /// </summary>
    public static readonly IReadOnlyDictionary<string, string> Fixed = new Dictionary<string, string>
    {
        ["acks"] = "is always all: a checkpoint moves only over what every in-sync replica has",
        ["request.required.acks"] = "is always all: a checkpoint moves only over what every in-sync replica has",
        ["enable.idempotence"] = "is always true: a repeat after a lost answer must not double a record or change the order",
        ["enable.auto.commit"] = "is always false: offsets are committed after the store's commit",
        ["enable.auto.offset.store"] = "is always false: offsets are committed after the store's commit",
        ["group.id"] = "is set by group_id",
        ["bootstrap.servers"] = "is set by KAFKA_BOOTSTRAP_SERVERS",
        ["metadata.broker.list"] = "is set by KAFKA_BOOTSTRAP_SERVERS",
    };

    /// <summary>
    /// Records wait for a broker as long as it takes (no message.timeout): the publisher's bound keeps memory flat meanwhile.
    /// </summary>
    private static readonly Dictionary<string, string> ProducerDefaults = new()
    {
        ["client.id"] = "aurum",
        ["compression.type"] = "zstd",
        ["linger.ms"] = "20",
        ["message.timeout.ms"] = "0",
        ["queue.buffering.max.kbytes"] = "8192",
        ["reconnect.backoff.max.ms"] = "2000",
    };

    /// <summary>
    /// Fetches are small and their queue is bounded, so that a node far behind does not fill its memory with what it will store later:
    /// a fetch is counted compressed, and observations compress to a tenth and less. A queue that was full is looked at again at once; by
    /// itself librdkafka lets a second pass. And a node that dies without a word costs its partitions ten seconds instead of forty-five.
    /// </summary>
    private static readonly Dictionary<string, string> ConsumerDefaults = new()
    {
        ["client.id"] = "aurum",
        ["auto.offset.reset"] = "earliest",
        ["partition.assignment.strategy"] = "cooperative-sticky",
        ["queued.max.messages.kbytes"] = "4096",
        ["fetch.message.max.bytes"] = "65536",
        ["fetch.queue.backoff.ms"] = "20",
        ["session.timeout.ms"] = "10000",
        ["reconnect.backoff.max.ms"] = "2000",
    };

    /// <summary>All properties of a producer.</summary>
    public IReadOnlyDictionary<string, string> OfProducer => Merged(
        ProducerDefaults, Properties, Producer, Servers, new Dictionary<string, string> { ["enable.idempotence"] = "true", ["acks"] = "all" });

    /// <summary>All properties of a consumer of the group.</summary>
    public IReadOnlyDictionary<string, string> OfConsumer => Merged(
        ConsumerDefaults,
        Properties,
        Consumer,
        Servers,
        new Dictionary<string, string> { ["group.id"] = GroupId, ["enable.auto.commit"] = "false", ["enable.auto.offset.store"] = "false" });

    /// <summary>All properties of a client that only asks and sets up.</summary>
    public IReadOnlyDictionary<string, string> OfAdmin => Merged(Properties, Servers);

    private Dictionary<string, string> Servers => new() { ["bootstrap.servers"] = BootstrapServers };

    private static Dictionary<string, string> Merged(params IReadOnlyDictionary<string, string>[] layers)
    {
        var merged = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in layers.SelectMany(layer => layer))
        {
            merged[name] = value;
        }

        return merged;
    }
}
