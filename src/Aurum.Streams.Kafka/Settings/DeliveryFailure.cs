namespace Aurum.Streams.Kafka.Settings;

/// <summary>What a record that cannot be delivered does. An error that ends the producer fails the stream in any case.</summary>
public enum DeliveryFailure
{
    /// <summary>It fails the stream.</summary>
    Fail,

    /// <summary>Its envelope comes out like any other, as a result that carries the error.</summary>
    Report,
}
