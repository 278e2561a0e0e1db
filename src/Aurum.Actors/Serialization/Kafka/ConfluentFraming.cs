using System.Buffers.Binary;

namespace Aurum.Actors.Serialization.Kafka;

/// <summary>Confluent's wire format: a zero byte, the id of the writer's schema as four bytes, highest first, and the Avro body.</summary>
public static class ConfluentFraming
{
    public const byte MagicByte = 0;

    /// <summary>Bytes before the body.</summary>
    public const int Length = 5;

    /// <summary>Writes the five bytes that stand before a body.</summary>
    public static void Write(Span<byte> target, int schemaId)
    {
        target[0] = MagicByte;
        BinaryPrimitives.WriteInt32BigEndian(target[1..], schemaId);
    }

    /// <summary>Reads the schema id, or says why there is none.</summary>
    public static DecodeFailure? Read(ReadOnlySpan<byte> record, out int schemaId)
    {
        schemaId = 0;
        if (record.Length < Length)
        {
            return new DecodeFailure(DecodeFailureKind.TooShort, $"the value has {record.Length} bytes; expected a magic byte, a schema id of 4 bytes and an Avro body");
        }

        if (record[0] != MagicByte)
        {
            return new DecodeFailure(DecodeFailureKind.WrongMagicByte, $"the value begins with 0x{record[0]:x2}; expected 0x00, the mark of the schema registry's wire format");
        }

        schemaId = BinaryPrimitives.ReadInt32BigEndian(record[1..]);
        return null;
    }
}
