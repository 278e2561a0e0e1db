using Akka.Actor;
using Confluent.Kafka;
using Config = Akka.Configuration.Config;

namespace Aurum.Streams.Kafka.Settings;

/// <summary>Settings of a consumer; immutable. The defaults: commits by hand alone, cooperative rebalancing, from the earliest offset.</summary>
public sealed record ConsumerSettings<TKey, TValue> : ClientSettings<ConsumerSettings<TKey, TValue>>
{
    private ConsumerSettings(Config section, IDeserializer<TKey>? keyDeserializer, IDeserializer<TValue>? valueDeserializer)
        : base(KafkaConfig.Clients(section))
    {
        KeyDeserializer = keyDeserializer;
        ValueDeserializer = valueDeserializer;
        PollTimeout = section.GetTimeSpan("poll-timeout");
        MaxBuffered = section.GetInt("max-buffered");
        StopTimeout = section.GetTimeSpan("stop-timeout");
        CommitTimeout = section.GetTimeSpan("commit-timeout");
    }

    /// <summary>Null for one of the types that Confluent.Kafka deserializes by itself.</summary>
    public IDeserializer<TKey>? KeyDeserializer { get; }

    public IDeserializer<TValue>? ValueDeserializer { get; }

    /// <summary>Empty when none was given.</summary>
    public string GroupId => Properties.GetValueOrDefault("group.id") ?? "";

    /// <summary>How long one call waits for messages.</summary>
    public TimeSpan PollTimeout { get; private init; }

    /// <summary>Messages that wait for one slow stream: the source, or of a partitioned source each of its parts.</summary>
    public int MaxBuffered { get; private init; }

    /// <summary>How long a source that has stopped stays in the group for the commits of what it had emitted, unless shut down earlier.</summary>
    public TimeSpan StopTimeout { get; private init; }

    /// <summary>How long a commit that failed for a passing reason is tried again.</summary>
    public TimeSpan CommitTimeout { get; private init; }

    /// <summary>From section akka.kafka.consumer of a system's configuration.</summary>
    public static ConsumerSettings<TKey, TValue> Create(ActorSystem system, IDeserializer<TKey>? keyDeserializer, IDeserializer<TValue>? valueDeserializer) =>
        new(KafkaConfig.Section(system, KafkaConfig.Consumer), keyDeserializer, valueDeserializer);

    /// <param name="section">The section itself.</param>
    public static ConsumerSettings<TKey, TValue> Create(Config section, IDeserializer<TKey>? keyDeserializer, IDeserializer<TValue>? valueDeserializer) =>
        new(KafkaConfig.Section(section, KafkaConfig.Consumer), keyDeserializer, valueDeserializer);

    /// <summary>The defaults, changed by librdkafka's properties; a <see cref="ConsumerConfig"/> will do.</summary>
    public static ConsumerSettings<TKey, TValue> Create(
        IEnumerable<KeyValuePair<string, string>> properties, IDeserializer<TKey>? keyDeserializer, IDeserializer<TValue>? valueDeserializer) =>
        new ConsumerSettings<TKey, TValue>(KafkaConfig.Section((Config?)null, KafkaConfig.Consumer), keyDeserializer, valueDeserializer).WithProperties(properties);

    public ConsumerSettings<TKey, TValue> WithGroupId(string groupId) => WithProperty("group.id", groupId);

    public ConsumerSettings<TKey, TValue> WithPollTimeout(TimeSpan timeout) => this with { PollTimeout = timeout };

    public ConsumerSettings<TKey, TValue> WithMaxBuffered(int messages)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(messages);
        return this with { MaxBuffered = messages };
    }

    public ConsumerSettings<TKey, TValue> WithStopTimeout(TimeSpan timeout) => this with { StopTimeout = timeout };

    public ConsumerSettings<TKey, TValue> WithCommitTimeout(TimeSpan timeout) => this with { CommitTimeout = timeout };
}
