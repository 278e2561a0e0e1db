using Confluent.Kafka;

namespace Aurum.Streams.Kafka.Messages;

/// <summary>A record was given up, or its producer can deliver none any more.</summary>
public sealed class DeliveryFailedException : Exception
{
    public DeliveryFailedException(string? topic, Error error)
        : base(topic is null ? $"The producer cannot go on: {error.Reason} ({error.Code})" : $"A record for topic {topic} was not delivered: {error.Reason} ({error.Code})")
    {
        Topic = topic;
        Error = error;
    }

    /// <summary>Null when it is not about a single record.</summary>
    public string? Topic { get; }

    public Error Error { get; }
}
