using System.Globalization;
using Aurum.Actors.Serialization.Kafka;

namespace Aurum.Actors.Topics;

/// <summary>How a topic should be.</summary>
/// <param name="CleanupPolicy">What becomes of old records: <c>delete</c>, <c>compact</c> or <c>compact,delete</c>.</param>
/// <param name="Retention">How long records are kept; null leaves it to the cluster, <see cref="Timeout.InfiniteTimeSpan"/> keeps them for ever.</param>
/// <param name="Replication">Copies of each partition, where the cluster has as many brokers.</param>
/// <param name="MinInSyncReplicas">Copies that must confirm a record, itself less than the copies there are.</param>
/// <param name="Compression">Of the log on the brokers; <c>producer</c> keeps what was sent.</param>
/// <param name="Other">Any other setting of the topic, by Kafka's name of it; wins over the ones above.</param>
public sealed record TopicSettings(
    string Name,
    string CleanupPolicy,
    TimeSpan? Retention,
    int Partitions = 12,
    int Replication = 3,
    int MinInSyncReplicas = 2,
    string Compression = "producer",
    IReadOnlyDictionary<string, string>? Other = null)
{
    /// <summary>Room for a record of the largest usual size, whole, and the reason beside it.</summary>
    private const string LargestDeadLetterBytes = "2097152";

    public static readonly TopicSettings Observations = new(KafkaSchemas.Observations.Topic, "delete", TimeSpan.FromDays(30));

    public static readonly TopicSettings Catalog = new(KafkaSchemas.Catalog.Topic, "compact", null);

    public static readonly TopicSettings DeadLetters = new(KafkaSchemas.DeadLetters.Topic, "delete", TimeSpan.FromDays(180))
    {
        Other = new Dictionary<string, string> { ["max.message.bytes"] = LargestDeadLetterBytes },
    };

    /// <summary>The topics that are written here, as they are unless configured otherwise.</summary>
    public static readonly IReadOnlyList<TopicSettings> Defaults = [Observations, Catalog, DeadLetters];

    /// <summary>Copies of each partition on a cluster of so many brokers.</summary>
    public int ReplicationOn(int brokers) => Math.Max(1, Math.Min(Replication, brokers));

    /// <summary>
    /// The topic's settings by Kafka's names, for a cluster of so many brokers. Fewer confirmations than copies are asked for where
    /// that is possible: else one broker's restart would stop all writing.
    /// </summary>
    public IReadOnlyDictionary<string, string> ConfigOn(int brokers)
    {
        var confirmations = Math.Max(1, Math.Min(MinInSyncReplicas, ReplicationOn(brokers) - 1));
        var config = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["cleanup.policy"] = CleanupPolicy,
            ["compression.type"] = Compression,
            ["min.insync.replicas"] = confirmations.ToString(CultureInfo.InvariantCulture),
        };
        if (Retention is { } retention)
        {
            config["retention.ms"] = retention == Timeout.InfiniteTimeSpan ? "-1" : ((long)retention.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        }

        foreach (var (name, value) in Other ?? new Dictionary<string, string>())
        {
            config[name] = value;
        }

        return config;
    }
}
