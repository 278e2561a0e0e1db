namespace Aurum.Actors.Serialization.Kafka;

/// <summary>Dead letters to and from the values of their topic. Empty headers come back as none.</summary>
public sealed class DeadLetterCodec(int schemaId, IWriterSchemas writers) : AvroCodec<DeadLetter>(KafkaSchemas.DeadLetters, schemaId, writers)
{
    /// <summary>The value of one Kafka record.</summary>
    public byte[] Encode(DeadLetter letter) => AvroWriter.Start()
        .Framing(SchemaId)
        .Text(letter.Topic)
        .Long(letter.Partition)
        .Long(letter.Offset)
        .TimestampOrNull(letter.RecordedAt)
        .BytesOrNull(letter.Key)
        .BytesOrNull(letter.Value)
        .Map(letter.Headers)
        .Text(letter.Stage)
        .Text(letter.ErrorKind)
        .Text(letter.ErrorDetail)
        .Long(letter.Attempt)
        .TextOrNull(letter.ConsumerGroup)
        .Timestamp(letter.FailedAt)
        .TextOrNull(letter.Application)
        .TextOrNull(letter.ApplicationVersion)
        .ToArray();

    private protected override DeadLetter Read(ref AvroReader reader)
    {
        var (topic, partition, offset) = (reader.Text("topic"), reader.Int("partition"), reader.Long("offset"));
        var recordedAt = reader.TimestampOrNull("record_ts");
        var (key, value) = (BytesOrNull(ref reader, "record_key"), BytesOrNull(ref reader, "record_value"));
        var headers = Headers(ref reader);
        var (stage, kind, detail) = (reader.Text("stage"), reader.Text("error_kind"), reader.OwnText("error_detail"));
        var (attempt, group, failedAt) = (reader.Int("attempt"), reader.TextOrNull("consumer_group"), reader.Timestamp("failed_at"));
        return new DeadLetter(
            topic, partition, offset, recordedAt, key, value, headers, stage, kind, detail, failedAt, attempt, group,
            Application: reader.TextOrNull("application"),
            ApplicationVersion: reader.TextOrNull("application_version"));
    }

    private static ReadOnlyMemory<byte>? BytesOrNull(ref AvroReader reader, string field) =>
        reader.Present(field) ? reader.Bytes(field).ToArray() : (ReadOnlyMemory<byte>?)null;

    private static Dictionary<string, ReadOnlyMemory<byte>>? Headers(ref AvroReader reader)
    {
        Dictionary<string, ReadOnlyMemory<byte>>? headers = null;
        while (reader.Block(2, "headers") is > 0 and var count)
        {
            headers ??= [];
            for (var i = 0; i < count; i++)
            {
                headers[reader.Text("headers")] = reader.Bytes("headers").ToArray();
            }
        }

        return headers;
    }
}
