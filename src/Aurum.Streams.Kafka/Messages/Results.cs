using Confluent.Kafka;

namespace Aurum.Streams.Kafka.Messages;

/// <summary>What comes out of a producer's flow for an envelope, once all its records are acknowledged or given up.</summary>
public interface IResults<TKey, TValue, out TPassThrough>
{
    TPassThrough PassThrough { get; }

    /// <summary>Null when all records are safe; else the first error, and only with delivery failures being reported.</summary>
    Error? Error { get; }
}

/// <summary>The result of one record.</summary>
/// <param name="Metadata">Where the record went; its offset is unset when it failed.</param>
public sealed record Result<TKey, TValue, TPassThrough>(TopicPartitionOffset Metadata, Message<TKey, TValue, TPassThrough> Message, Error? Error)
    : IResults<TKey, TValue, TPassThrough>
{
    public TPassThrough PassThrough => Message.PassThrough;

    public Offset Offset => Metadata.Offset;
}

/// <summary>The result of many records. Which offset each of them got is not kept.</summary>
public sealed record MultiResult<TKey, TValue, TPassThrough>(MultiMessage<TKey, TValue, TPassThrough> Message, Error? Error)
    : IResults<TKey, TValue, TPassThrough>
{
    public TPassThrough PassThrough => Message.PassThrough;
}

/// <summary>The result of an envelope without records.</summary>
public sealed record PassThroughResult<TKey, TValue, TPassThrough>(TPassThrough PassThrough) : IResults<TKey, TValue, TPassThrough>
{
    public Error? Error => null;
}
