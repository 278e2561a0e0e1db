using Avro;
using Avro.Generic;
using Avro.IO;

namespace Aurum.Actors.Serialization.Kafka;

/// <summary>A schema that records were written with, seen from ours: how a body of it becomes a body of our own schema.</summary>
internal abstract class WriterSchema
{
    /// <summary>Our own schema, or one that writes the same bytes.</summary>
    public static readonly WriterSchema Ours = new Same();

    /// <exception cref="MalformedAvroException">The bytes are no body of that schema, or it cannot be read as ours.</exception>
    public abstract ReadOnlySpan<byte> ToOurs(ReadOnlySpan<byte> body);

    /// <summary>Never fails: a schema that cannot be read refuses each of its bodies.</summary>
    public static WriterSchema Resolve(int id, string text, KafkaSchema ours)
    {
        try
        {
            var (writer, reader) = (Schema.Parse(SchemaText.WithoutLogicalTypes(text)), Schema.Parse(SchemaText.WithoutLogicalTypes(ours.Text)));
            if ((SchemaResolution.WhyNot(writer, reader) ?? SchemaText.OtherLogicalType(text, ours.Text)) is { } reason)
            {
                return new Incompatible(id, ours, reason);
            }

            return SchemaNormalization.ToParsingForm(writer) == SchemaNormalization.ToParsingForm(reader)
                ? Ours
                : new Resolved(id, ours, writer, new GenericDatumReader<GenericRecord>(writer, reader), new GenericDatumWriter<GenericRecord>(reader));
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // Avro's parser meets a text that is no schema with half a dozen kinds of exception, a null reference among them
            return new Incompatible(id, ours, FirstWords(exception.Message));
        }
    }

    private static string FirstWords(string text) => text.Length <= 300 ? text : text[..300] + "…";

    private static MalformedAvroException Refusal(int id, KafkaSchema ours, string reason) =>
        new(DecodeFailureKind.IncompatibleSchema, $"schema id {id} cannot be read as {ours.Subject}: {reason}");

    private sealed class Same : WriterSchema
    {
        public override ReadOnlySpan<byte> ToOurs(ReadOnlySpan<byte> body) => body;
    }

    private sealed class Incompatible(int id, KafkaSchema ours, string reason) : WriterSchema
    {
        public override ReadOnlySpan<byte> ToOurs(ReadOnlySpan<byte> body) => throw Refusal(id, ours, reason);
    }

    /// <summary>Reads with Avro's own resolution and writes again with our schema: slower than reading, and used for strangers only.</summary>
    private sealed class Resolved(
        int id,
        KafkaSchema ours,
        Schema writer,
        GenericDatumReader<GenericRecord> reader,
        GenericDatumWriter<GenericRecord> rewriter) : WriterSchema
    {
        public override ReadOnlySpan<byte> ToOurs(ReadOnlySpan<byte> body)
        {
            // Avro's decoder believes the lengths it reads, so they are all looked at before.
            AvroWalk.Check(body, writer);
            try
            {
                using var source = new MemoryStream(body.ToArray(), writable: false);
                using var target = new MemoryStream(body.Length + 64);
                rewriter.Write(reader.Read(null!, new BinaryDecoder(source)), new BinaryEncoder(target));
                return target.GetBuffer().AsSpan(0, (int)target.Length);
            }
            catch (AvroException exception)
            {
                throw Refusal(id, ours, FirstWords(exception.Message));
            }
        }
    }
}
