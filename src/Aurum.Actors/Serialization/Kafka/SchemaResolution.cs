using Avro;

namespace Aurum.Actors.Serialization.Kafka;

/// <summary>Whether Avro's library can be trusted to read one schema as another, and in words why not.</summary>
internal static class SchemaResolution
{
    private const int Deepest = 64;
    private const int MostParts = 10_000;

    /// <summary>Null when the writer's schema can be read; a union's branches are looked at only when a record uses them.</summary>
    public static string? WhyNot(Schema writer, Schema reader)
    {
        var parts = 0;
        if (Overgrown(writer, 0, ref parts))
        {
            return $"it holds itself, is nested more than {Deepest} times or has more than {MostParts} parts";
        }

        return writer is RecordSchema written && reader is RecordSchema expected
            ? Difference(written, expected)
            : $"it is of type {writer.Name}, expected a record";
    }

    /// <summary>Avro's library follows a schema into itself until the stack ends, and with it the process.</summary>
    private static bool Overgrown(Schema schema, int depth, ref int parts)
    {
        if (depth > Deepest || ++parts > MostParts)
        {
            return true;
        }

        Schema[] below = schema switch
        {
            RecordSchema record => [.. record.Fields.Select(field => field.Schema)],
            UnionSchema union => [.. union.Schemas],
            ArraySchema array => [array.ItemSchema],
            MapSchema map => [map.ValueSchema],
            _ => [],
        };
        foreach (var part in below)
        {
            if (Overgrown(part, depth + 1, ref parts))
            {
                return true;
            }
        }

        return false;
    }

    private static string? Difference(RecordSchema written, RecordSchema expected)
    {
        if (written.Fullname != expected.Fullname)
        {
            return $"its record is named {written.Fullname}, expected {expected.Fullname}";
        }

        foreach (var field in expected.Fields)
        {
            if (!written.TryGetField(field.Name, out var found))
            {
                if (field.DefaultValue is null)
                {
                    return $"the field {field.Name} is missing and has no default";
                }
            }
            else if (!field.Schema.CanRead(found.Schema))
            {
                return $"the field {field.Name} is written as {found.Schema.Name}, expected {field.Schema.Name}";
            }
        }

        return null;
    }
}
