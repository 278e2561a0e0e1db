using Akka;

namespace Aurum.Streams.Kafka.Messages;

/// <summary>Makes envelopes.</summary>
public static class ProducerMessage
{
    public static IEnvelope<TKey, TValue, NotUsed> Single<TKey, TValue>(ProducerRecord<TKey, TValue> record) => Single(record, NotUsed.Instance);

    public static IEnvelope<TKey, TValue, TPassThrough> Single<TKey, TValue, TPassThrough>(ProducerRecord<TKey, TValue> record, TPassThrough passThrough) =>
        new Message<TKey, TValue, TPassThrough>(record, passThrough);

    public static IEnvelope<TKey, TValue, NotUsed> Multi<TKey, TValue>(IReadOnlyList<ProducerRecord<TKey, TValue>> records) => Multi(records, NotUsed.Instance);

    public static IEnvelope<TKey, TValue, TPassThrough> Multi<TKey, TValue, TPassThrough>(
        IReadOnlyList<ProducerRecord<TKey, TValue>> records, TPassThrough passThrough) =>
        new MultiMessage<TKey, TValue, TPassThrough>(records, passThrough);

    public static IEnvelope<TKey, TValue, NotUsed> PassThrough<TKey, TValue>() => PassThrough<TKey, TValue, NotUsed>(NotUsed.Instance);

    public static IEnvelope<TKey, TValue, TPassThrough> PassThrough<TKey, TValue, TPassThrough>(TPassThrough passThrough) =>
        new PassThroughMessage<TKey, TValue, TPassThrough>(passThrough);
}
