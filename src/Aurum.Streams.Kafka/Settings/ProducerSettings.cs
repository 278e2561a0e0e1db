using Akka.Actor;
using Confluent.Kafka;
using Config = Akka.Configuration.Config;

namespace Aurum.Streams.Kafka.Settings;

/// <summary>Settings of a producer; immutable. The defaults: idempotent, acknowledged by all replicas, 20,000 records in flight.</summary>
public sealed record ProducerSettings<TKey, TValue> : ClientSettings<ProducerSettings<TKey, TValue>>
{
    private ProducerSettings(Config section, ISerializer<TKey>? keySerializer, ISerializer<TValue>? valueSerializer)
        : base(KafkaConfig.Clients(section))
    {
        KeySerializer = keySerializer;
        ValueSerializer = valueSerializer;
        MaxInFlight = section.GetInt("max-in-flight");
        FlushTimeout = section.GetTimeSpan("flush-timeout");
        DeliveryFailure = Enum.Parse<DeliveryFailure>(section.GetString("delivery-failure"), ignoreCase: true);
    }

    /// <summary>Null for one of the types that Confluent.Kafka serializes by itself: byte[], string, Null, int, long, float, double.</summary>
    public ISerializer<TKey>? KeySerializer { get; }

    public ISerializer<TValue>? ValueSerializer { get; }

    /// <summary>Records handed over and not acknowledged; keep it below <c>queue.buffering.max.messages</c>, or that will be the bound.</summary>
    public int MaxInFlight { get; private init; }

    /// <summary>How long a stream that was cancelled goes on delivering what it has accepted.</summary>
    public TimeSpan FlushTimeout { get; private init; }

    public DeliveryFailure DeliveryFailure { get; private init; }

    /// <summary>From section akka.kafka.producer of a system's configuration.</summary>
    public static ProducerSettings<TKey, TValue> Create(ActorSystem system, ISerializer<TKey>? keySerializer, ISerializer<TValue>? valueSerializer) =>
        new(KafkaConfig.Section(system, KafkaConfig.Producer), keySerializer, valueSerializer);

    /// <param name="section">The section itself.</param>
    public static ProducerSettings<TKey, TValue> Create(Config section, ISerializer<TKey>? keySerializer, ISerializer<TValue>? valueSerializer) =>
        new(KafkaConfig.Section(section, KafkaConfig.Producer), keySerializer, valueSerializer);

    /// <summary>The defaults, changed by librdkafka's properties; a <see cref="ProducerConfig"/> will do.</summary>
    public static ProducerSettings<TKey, TValue> Create(
        IEnumerable<KeyValuePair<string, string>> properties, ISerializer<TKey>? keySerializer, ISerializer<TValue>? valueSerializer) =>
        new ProducerSettings<TKey, TValue>(KafkaConfig.Section((Config?)null, KafkaConfig.Producer), keySerializer, valueSerializer).WithProperties(properties);

    public ProducerSettings<TKey, TValue> WithMaxInFlight(int records)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(records);
        return this with { MaxInFlight = records };
    }

    public ProducerSettings<TKey, TValue> WithFlushTimeout(TimeSpan timeout) => this with { FlushTimeout = timeout };

    public ProducerSettings<TKey, TValue> WithDeliveryFailure(DeliveryFailure reaction) => this with { DeliveryFailure = reaction };
}
