using System.Buffers.Binary;
using System.Text;

namespace Aurum.Testing.Kafka;

/// <summary>Reads a Kafka request of the older, untagged kind.</summary>
internal ref struct KafkaRequestReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public short Int16()
    {
        var value = BinaryPrimitives.ReadInt16BigEndian(_rest);
        _rest = _rest[2..];
        return value;
    }

    public int Int32()
    {
        var value = BinaryPrimitives.ReadInt32BigEndian(_rest);
        _rest = _rest[4..];
        return value;
    }

    public byte Int8()
    {
        var value = _rest[0];
        _rest = _rest[1..];
        return value;
    }

    public bool Bool() => Int8() != 0;

    public string? Text()
    {
        var length = Int16();
        if (length < 0)
        {
            return null;
        }

        var text = Encoding.UTF8.GetString(_rest[..length]);
        _rest = _rest[length..];
        return text;
    }
}

/// <summary>Writes a Kafka response of the older, untagged kind.</summary>
internal sealed class KafkaResponseWriter
{
    private readonly MemoryStream _bytes = new();

    public byte[] ToArray() => _bytes.ToArray();

    public KafkaResponseWriter Int8(int value)
    {
        _bytes.WriteByte((byte)value);
        return this;
    }

    public KafkaResponseWriter Bool(bool value) => Int8(value ? 1 : 0);

    public KafkaResponseWriter Int16(int value)
    {
        Span<byte> two = stackalloc byte[2];
        BinaryPrimitives.WriteInt16BigEndian(two, (short)value);
        _bytes.Write(two);
        return this;
    }

    public KafkaResponseWriter Int32(int value)
    {
        Span<byte> four = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(four, value);
        _bytes.Write(four);
        return this;
    }

    public KafkaResponseWriter Text(string? text)
    {
        if (text is null)
        {
            return Int16(-1);
        }

        var bytes = Encoding.UTF8.GetBytes(text);
        Int16(bytes.Length);
        _bytes.Write(bytes);
        return this;
    }

    public KafkaResponseWriter Array<T>(IReadOnlyCollection<T> items, Action<KafkaResponseWriter, T> write)
    {
        Int32(items.Count);
        foreach (var item in items)
        {
            write(this, item);
        }

        return this;
    }
}
