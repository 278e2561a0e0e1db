using Avro;

namespace Aurum.Actors.Serialization.Kafka;

/// <summary>
/// Walks over a body by its writer's schema and keeps nothing, to see that every length, count, branch and text in it is sound.
/// The schema is not nested without end: <see cref="SchemaResolution"/> saw to that.
/// </summary>
internal ref struct AvroWalk
{
    private AvroReader _reader;
    private int _itemsLeft;

    private AvroWalk(ReadOnlySpan<byte> body)
    {
        _reader = new AvroReader(body);
        _itemsLeft = body.Length;
    }

    /// <exception cref="MalformedAvroException">The bytes are no body of that schema.</exception>
    public static void Check(ReadOnlySpan<byte> body, Schema writer)
    {
        var walk = new AvroWalk(body);
        walk.Over(writer, "the body");
        walk._reader.End();
    }

    private void Over(Schema schema, string field)
    {
        switch (schema)
        {
            case RecordSchema record:
                foreach (var part in record.Fields)
                {
                    Over(part.Schema, part.Name);
                }

                break;
            case UnionSchema union:
                Over(union[_reader.Branch(union.Count, field)], field);
                break;
            case ArraySchema array:
                Over(array.ItemSchema, named: false, field);
                break;
            case MapSchema map:
                Over(map.ValueSchema, named: true, field);
                break;
            case EnumSchema symbols:
                _reader.Branch(symbols.Count, field);
                break;
            case FixedSchema bytes:
                _reader.Skip(bytes.Size, field);
                break;
            default:
                Over(schema.Tag, field);
                break;
        }
    }

    private void Over(Schema.Type simple, string field)
    {
        switch (simple)
        {
            case Schema.Type.Null:
                break;
            case Schema.Type.Boolean:
                _reader.Skip(1, field);
                break;
            case Schema.Type.Int:
                _reader.Int(field);
                break;
            case Schema.Type.Long:
                _reader.Long(field);
                break;
            case Schema.Type.Float:
                _reader.Skip(sizeof(float), field);
                break;
            case Schema.Type.Double:
                _reader.Skip(sizeof(double), field);
                break;
            case Schema.Type.Bytes:
                _reader.Bytes(field);
                break;
            case Schema.Type.String:
                _reader.Utf8Text(field);
                break;
            default:
                throw new MalformedAvroException(DecodeFailureKind.IncompatibleSchema, $"{field} is of type {simple}, which is unknown here");
        }
    }

    /// <summary>Items may have no bytes at all; that many of them as the body has bytes are enough for anybody.</summary>
    private void Over(Schema item, bool named, string field)
    {
        while (_reader.Block(1, field) is > 0 and var count)
        {
            _itemsLeft -= count;
            if (_itemsLeft < 0)
            {
                throw new MalformedAvroException(DecodeFailureKind.InvalidLength, $"{field} has more items than the body has bytes");
            }

            for (var i = 0; i < count; i++)
            {
                if (named)
                {
                    _reader.Utf8Text(field);
                }

                Over(item, field);
            }
        }
    }
}
