namespace Aurum.Actors.Serialization.Kafka;

/// <summary>A Kafka record that could not be processed, whole, with the reason.</summary>
/// <param name="Offset">Where it lies in its partition.</param>
/// <param name="RecordedAt">The record's own timestamp, UTC; null where it has none.</param>
/// <param name="Key">The record's key, byte for byte; null where it has none.</param>
/// <param name="Value">The record's value, byte for byte; null for a tombstone.</param>
/// <param name="Headers">The last header of each name, empty where it has no value.</param>
/// <param name="Stage">The step that refused it: decode, validate, store.</param>
/// <param name="ErrorKind">Sort of the failure, a word for machines.</param>
/// <param name="ErrorDetail">For people, free of secrets: what was found, what was expected.</param>
/// <param name="FailedAt">When it was given up.</param>
/// <param name="Attempt">How many times it was tried, from 1.</param>
public sealed record DeadLetter(
    string Topic,
    int Partition,
    long Offset,
    DateTime? RecordedAt,
    ReadOnlyMemory<byte>? Key,
    ReadOnlyMemory<byte>? Value,
    IReadOnlyDictionary<string, ReadOnlyMemory<byte>>? Headers,
    string Stage,
    string ErrorKind,
    string ErrorDetail,
    DateTimeOffset FailedAt,
    int Attempt = 1,
    string? ConsumerGroup = null,
    string? Application = null,
    string? ApplicationVersion = null)
{
    /// <summary>How the detail of a letter begins whose record it does not hold whole.</summary>
    internal const string ShortenedMark = "too large for a dead letter";

    /// <summary>True when only the beginning of the record is here.</summary>
    public bool IsShortened => ErrorDetail.StartsWith(ShortenedMark, StringComparison.Ordinal);
}
