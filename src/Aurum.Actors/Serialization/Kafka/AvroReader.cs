using System.Buffers.Binary;
using System.Text.Unicode;

namespace Aurum.Actors.Serialization.Kafka;

/// <summary>
/// Reads Avro's binary encoding from a span and believes none of it: no length is trusted before the bytes are there, so that
/// hostile input costs no memory. Each read names its field, for the message of its failure.
/// </summary>
internal ref struct AvroReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public int Position { get; private set; }

    public readonly int Left => _bytes.Length - Position;

    public readonly ReadOnlySpan<byte> Rest => _bytes[Position..];

    public readonly ReadOnlySpan<byte> Since(int position) => _bytes[position..Position];

    /// <exception cref="MalformedAvroException">The body ends before.</exception>
    public ReadOnlySpan<byte> Skip(long count, string field)
    {
        if (count > Left)
        {
            throw new MalformedAvroException(DecodeFailureKind.Truncated, $"{field} needs {count} bytes, but the body has {Left} left");
        }

        var skipped = _bytes.Slice(Position, (int)count);
        Position += (int)count;
        return skipped;
    }

    public readonly void End()
    {
        if (Left > 0)
        {
            throw new MalformedAvroException(DecodeFailureKind.TrailingBytes, $"{Left} bytes are left after the last field; the body was expected to end at byte {Position}");
        }
    }

    public long Long(string field)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            if (Left == 0)
            {
                throw new MalformedAvroException(DecodeFailureKind.Truncated, $"the body ends in the middle of {field}, at byte {Position}");
            }

            var next = _bytes[Position++];
            if (shift == 63 && next > 1)
            {
                throw new MalformedAvroException(DecodeFailureKind.InvalidValue, $"{field} has more than the 64 bits of a long");
            }

            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return (long)(value >> 1) ^ -(long)(value & 1);
            }
        }
    }

    public int Int(string field)
    {
        var value = Long(field);
        return value is >= int.MinValue and <= int.MaxValue
            ? (int)value
            : throw new MalformedAvroException(DecodeFailureKind.InvalidValue, $"{field} is {value}, which is no int of 32 bits");
    }

    public double Double(string field) => BinaryPrimitives.ReadDoubleLittleEndian(Skip(sizeof(double), field));

    public ReadOnlySpan<byte> Bytes(string field)
    {
        var length = Long(field);
        return length >= 0
            ? Skip(length, field)
            : throw new MalformedAvroException(DecodeFailureKind.InvalidLength, $"{field} has the length {length}");
    }

    /// <summary>The bytes of a text, known to be UTF-8.</summary>
    public ReadOnlySpan<byte> Utf8Text(string field)
    {
        var text = Bytes(field);
        return Utf8.IsValid(text)
            ? text
            : throw new MalformedAvroException(DecodeFailureKind.InvalidUtf8, $"{field} is no UTF-8 text");
    }

    public string Text(string field) => Utf8Strings.Get(Utf8Text(field));

    /// <summary>A text that hardly ever repeats.</summary>
    public string OwnText(string field) => System.Text.Encoding.UTF8.GetString(Utf8Text(field));

    /// <summary>The branch of a union ["null", X]: true when X follows.</summary>
    public bool Present(string field) => Branch(2, field) == 1;

    public int Branch(int count, string field)
    {
        var branch = Long(field);
        return branch >= 0 && branch < count
            ? (int)branch
            : throw new MalformedAvroException(DecodeFailureKind.InvalidValue, $"{field} is of branch {branch} of its union, which has {count}");
    }

    public string? TextOrNull(string field) => Present(field) ? Text(field) : null;

    public DateTime Timestamp(string field)
    {
        var microseconds = Long(field);
        return AvroTime.TryTimestamp(microseconds, out var utc)
            ? utc
            : throw new MalformedAvroException(DecodeFailureKind.InvalidValue, $"{field} is {microseconds} microseconds from 1970, outside the years 1 to 9999");
    }

    public DateTime? TimestampOrNull(string field) => Present(field) ? Timestamp(field) : null;

    public DateOnly Day(string field)
    {
        var days = Int(field);
        return AvroTime.TryDay(days, out var day)
            ? day
            : throw new MalformedAvroException(DecodeFailureKind.InvalidValue, $"{field} is {days} days from 1970, outside the years 1 to 9999");
    }

    /// <summary>The number of items in the next block of an array or map; 0 ends it.</summary>
    /// <param name="smallestItem">Fewest bytes an item can have, at least 1.</param>
    public int Block(int smallestItem, string field)
    {
        var count = Long(field);
        if (count < 0)
        {
            // a negative count is followed by the block's size in bytes, for readers that skip
            var size = Long(field);
            if (size < 0 || size > Left)
            {
                throw new MalformedAvroException(DecodeFailureKind.InvalidLength, $"{field} has a block of {size} bytes, but the body has {Left} left");
            }

            count = unchecked(-count);
        }

        return count >= 0 && count <= Left / smallestItem
            ? (int)count
            : throw new MalformedAvroException(DecodeFailureKind.InvalidLength, $"{field} has a block of {count} items, but the body has {Left} bytes left");
    }

    /// <summary>A map of texts; null for an empty one.</summary>
    public Dictionary<string, string>? Map(string field)
    {
        Dictionary<string, string>? map = null;
        while (Block(2, field) is > 0 and var count)
        {
            map ??= [];
            for (var i = 0; i < count; i++)
            {
                var name = Text(field);
                map[name] = Text(field);
            }
        }

        return map;
    }
}
