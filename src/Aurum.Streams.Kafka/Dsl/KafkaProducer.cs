using Akka;
using Akka.Streams.Dsl;
using Aurum.Streams.Kafka.Messages;
using Aurum.Streams.Kafka.Settings;
using Aurum.Streams.Kafka.Stages;

namespace Aurum.Streams.Kafka.Dsl;

/// <summary>Streams that lead to Kafka. Every materialization has a producer of its own.</summary>
public static class KafkaProducer
{
    /// <summary>
    /// A result for every envelope, in the order of the envelopes, once all its records are acknowledged. It ends after the last
    /// acknowledgement, and fails when the producer can deliver no more: to go on, materialize it again.
    /// </summary>
    public static Flow<IEnvelope<TKey, TValue, TPassThrough>, IResults<TKey, TValue, TPassThrough>, NotUsed> FlexiFlow<TKey, TValue, TPassThrough>(
        ProducerSettings<TKey, TValue> settings) =>
        Flow.FromGraph(new ProducerStage<TKey, TValue, TPassThrough>(settings));

    /// <summary>Ends when all records are acknowledged; fails with the first that is given up, whatever the settings say of failures.</summary>
    public static Sink<ProducerRecord<TKey, TValue>, Task<Done>> PlainSink<TKey, TValue>(ProducerSettings<TKey, TValue> settings) =>
        Flow.Create<ProducerRecord<TKey, TValue>>()
            .Select(ProducerMessage.Single)
            .Via(FlexiFlow<TKey, TValue, NotUsed>(settings.WithDeliveryFailure(DeliveryFailure.Fail)))
            .ToMaterialized(Sink.Ignore<IResults<TKey, TValue, NotUsed>>(), Keep.Right);
}
