using System.Collections.Concurrent;

namespace Aurum.Actors.Serialization.Kafka;

/// <summary>
/// Decodes the records of one contract. Those written with our own schema are read field by field; any other writer's schema is
/// fetched once and resolved to ours as Avro prescribes. Any number of threads may use a codec.
/// </summary>
/// <param name="schema">Our own schema.</param>
/// <param name="schemaId">Its id in the registry.</param>
public abstract class AvroCodec<T>(KafkaSchema schema, int schemaId, IWriterSchemas writers)
{
    private readonly ConcurrentDictionary<int, WriterSchema> _writers = new([new(schemaId, WriterSchema.Ours)]);

    /// <summary>The id that stands in front of every record encoded here.</summary>
    public int SchemaId => schemaId;

    /// <summary>
    /// Decodes a record. Completes at once but for the first record of a schema not seen before, which asks the registry; when
    /// that fails, its exception comes out and the record may be decoded later.
    /// </summary>
    public ValueTask<Decoded<T>> DecodeAsync(ReadOnlyMemory<byte> record, CancellationToken cancellationToken) =>
        TryDecode(record.Span, out var decoded) ? ValueTask.FromResult(decoded) : DecodeForeignAsync(record, cancellationToken);

    /// <summary>Decodes a record whose writer's schema is known already.</summary>
    /// <returns>False when the schema must be fetched first: <see cref="DecodeAsync"/> does.</returns>
    public bool TryDecode(ReadOnlySpan<byte> record, out Decoded<T> decoded)
    {
        if (ConfluentFraming.Read(record, out var writerId) is { } failure)
        {
            decoded = failure;
            return true;
        }

        if (!_writers.TryGetValue(writerId, out var writer))
        {
            decoded = default;
            return false;
        }

        decoded = Decode(record[ConfluentFraming.Length..], writer);
        return true;
    }

    /// <summary>Reads a body that was written with our own schema, up to its last field.</summary>
    private protected abstract T Read(ref AvroReader reader);

    private async ValueTask<Decoded<T>> DecodeForeignAsync(ReadOnlyMemory<byte> record, CancellationToken cancellationToken)
    {
        ConfluentFraming.Read(record.Span, out var writerId);
        if (await writers.FindAsync(writerId, cancellationToken) is not { } text)
        {
            return new DecodeFailure(DecodeFailureKind.UnknownSchema, $"schema id {writerId} is unknown to the registry; expected {schemaId} or another that can be read as {schema.Subject}");
        }

        var writer = _writers.GetOrAdd(writerId, id => WriterSchema.Resolve(id, text, schema));
        return Decode(record.Span[ConfluentFraming.Length..], writer);
    }

    private Decoded<T> Decode(ReadOnlySpan<byte> body, WriterSchema writer)
    {
        try
        {
            var reader = new AvroReader(writer.ToOurs(body));
            var value = Read(ref reader);
            reader.End();
            return value;
        }
        catch (MalformedAvroException exception)
        {
            return exception.Failure;
        }
    }
}
