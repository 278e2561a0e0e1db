using System.Buffers.Binary;
using System.Text;

namespace Aurum.Actors.Serialization.Kafka;

/// <summary>Writes Avro's binary encoding into a buffer that serves one record after the other. For one thread at a time.</summary>
internal sealed class AvroWriter
{
    private const int SmallestBuffer = 1024;

    /// <summary>A rare giant does not keep its buffer for ever.</summary>
    private const int LargestKeptBuffer = 1024 * 1024;

    private const int LongestVarint = 10;

    [ThreadStatic]
    private static AvroWriter? s_ofThread;

    private byte[] _buffer = new byte[SmallestBuffer];
    private int _length;

    /// <summary>The thread's own writer, empty.</summary>
    public static AvroWriter Start()
    {
        var writer = s_ofThread ??= new AvroWriter();
        writer._length = 0;
        if (writer._buffer.Length > LargestKeptBuffer)
        {
            writer._buffer = new byte[SmallestBuffer];
        }

        return writer;
    }

    public byte[] ToArray() => _buffer.AsSpan(0, _length).ToArray();

    public AvroWriter Framing(int schemaId)
    {
        ConfluentFraming.Write(Room(ConfluentFraming.Length), schemaId);
        _length += ConfluentFraming.Length;
        return this;
    }

    public AvroWriter Raw(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        _length += bytes.Length;
        return this;
    }

    public AvroWriter Long(long value)
    {
        var room = Room(LongestVarint);
        var zigzag = (ulong)((value << 1) ^ (value >> 63));
        var written = 0;
        while (zigzag > 0x7f)
        {
            room[written++] = (byte)(zigzag | 0x80);
            zigzag >>= 7;
        }

        room[written++] = (byte)zigzag;
        _length += written;
        return this;
    }

    public AvroWriter Double(double value)
    {
        BinaryPrimitives.WriteDoubleLittleEndian(Room(sizeof(double)), value);
        _length += sizeof(double);
        return this;
    }

    public AvroWriter Bytes(ReadOnlySpan<byte> bytes) => Long(bytes.Length).Raw(bytes);

    public AvroWriter Text(string text)
    {
        Long(Encoding.UTF8.GetByteCount(text));
        _length += Encoding.UTF8.GetBytes(text, Room(Encoding.UTF8.GetMaxByteCount(text.Length)));
        return this;
    }

    public AvroWriter Timestamp(DateTime utc) => Long(AvroTime.Microseconds(utc));

    public AvroWriter Timestamp(DateTimeOffset instant) => Long(AvroTime.Microseconds(instant));

    public AvroWriter Day(DateOnly day) => Long(AvroTime.Days(day));

    // A union ["null", X]: the number of the branch, then its value.
    public AvroWriter TextOrNull(string? text) => text is null ? Long(0) : Long(1).Text(text);

    public AvroWriter BytesOrNull(ReadOnlyMemory<byte>? bytes) => bytes is { } present ? Long(1).Bytes(present.Span) : Long(0);

    public AvroWriter DoubleOrNull(double? value) => value is { } present ? Long(1).Double(present) : Long(0);

    public AvroWriter TimestampOrNull(DateTime? utc) => utc is { } present ? Long(1).Timestamp(present) : Long(0);

    public AvroWriter TimestampOrNull(DateTimeOffset? instant) => instant is { } present ? Long(1).Timestamp(present) : Long(0);

    public AvroWriter DayOrNull(DateOnly? day) => day is { } present ? Long(1).Day(present) : Long(0);

    /// <summary>One block of all items, then the empty block that ends a map.</summary>
    public AvroWriter Map(IReadOnlyDictionary<string, string>? map)
    {
        if (map is { Count: > 0 })
        {
            Long(map.Count);
            foreach (var (name, value) in map)
            {
                Text(name).Text(value);
            }
        }

        return Long(0);
    }

    public AvroWriter Map(IReadOnlyDictionary<string, ReadOnlyMemory<byte>>? map)
    {
        if (map is { Count: > 0 })
        {
            Long(map.Count);
            foreach (var (name, value) in map)
            {
                Text(name).Bytes(value.Span);
            }
        }

        return Long(0);
    }

    public AvroWriter Array(IReadOnlyList<string>? texts)
    {
        if (texts is { Count: > 0 })
        {
            Long(texts.Count);
            foreach (var text in texts)
            {
                Text(text);
            }
        }

        return Long(0);
    }

    private Span<byte> Room(int bytes)
    {
        if (_buffer.Length - _length < bytes)
        {
            System.Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + bytes));
        }

        return _buffer.AsSpan(_length);
    }
}
