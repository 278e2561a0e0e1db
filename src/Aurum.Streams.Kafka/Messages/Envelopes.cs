namespace Aurum.Streams.Kafka.Messages;

/// <summary>What goes into a producer's flow: no, one or many records, and something that comes out again once they are safe.</summary>
public interface IEnvelope<TKey, TValue, out TPassThrough>
{
    TPassThrough PassThrough { get; }

    IEnvelope<TKey, TValue, TOther> WithPassThrough<TOther>(TOther passThrough);
}

/// <summary>An envelope of one record.</summary>
public sealed record Message<TKey, TValue, TPassThrough>(ProducerRecord<TKey, TValue> Record, TPassThrough PassThrough)
    : IEnvelope<TKey, TValue, TPassThrough>
{
    public IEnvelope<TKey, TValue, TOther> WithPassThrough<TOther>(TOther passThrough) => new Message<TKey, TValue, TOther>(Record, passThrough);
}

/// <summary>An envelope of many records, produced in their order; its result comes when the last of them is safe.</summary>
public sealed record MultiMessage<TKey, TValue, TPassThrough>(IReadOnlyList<ProducerRecord<TKey, TValue>> Records, TPassThrough PassThrough)
    : IEnvelope<TKey, TValue, TPassThrough>
{
    public IEnvelope<TKey, TValue, TOther> WithPassThrough<TOther>(TOther passThrough) => new MultiMessage<TKey, TValue, TOther>(Records, passThrough);
}

/// <summary>An envelope of nothing; it keeps its place among the others.</summary>
public sealed record PassThroughMessage<TKey, TValue, TPassThrough>(TPassThrough PassThrough) : IEnvelope<TKey, TValue, TPassThrough>
{
    public IEnvelope<TKey, TValue, TOther> WithPassThrough<TOther>(TOther passThrough) => new PassThroughMessage<TKey, TValue, TOther>(passThrough);
}
