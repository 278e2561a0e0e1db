using Avro;

namespace Aurum.Testing.SchemaRegistry;

/// <summary>Avro's rules of schema resolution: whether one schema can read what another wrote, and in words why not.</summary>
public static class SchemaCompatibility
{
    /// <summary>Empty when the reader can read all that the writer may write.</summary>
    public static IReadOnlyList<string> Problems(string reader, string writer)
    {
        var problems = new List<string>();
        Compare(Schema.Parse(reader), Schema.Parse(writer), "", problems, []);
        return problems;
    }

    /// <param name="open">Pairs under comparison: a schema within itself is readable there if it is readable at all.</param>
    private static void Compare(Schema reader, Schema writer, string path, List<string> problems, HashSet<(Schema, Schema)> open)
    {
        var pair = (Bare(reader), Bare(writer));
        if (open.Add(pair))
        {
            CompareNew(pair.Item1, pair.Item2, path, problems, open);
            open.Remove(pair);
        }
    }

    private static void CompareNew(Schema reader, Schema writer, string path, List<string> problems, HashSet<(Schema, Schema)> open)
    {
        switch (reader, writer)
        {
            case (_, UnionSchema written):
                foreach (var branch in written.Schemas)
                {
                    Compare(reader, branch, path, problems, open);
                }

                break;
            case (UnionSchema expected, _):
                if (!expected.Schemas.Any(branch => CanRead(branch, writer, open)))
                {
                    problems.Add($"MISSING_UNION_BRANCH at '{path}': the union of the reader has no branch for {writer.Name}");
                }

                break;
            case (RecordSchema expected, RecordSchema written):
                CompareRecords(expected, written, path, problems, open);
                break;
            case (ArraySchema expected, ArraySchema written):
                Compare(expected.ItemSchema, written.ItemSchema, $"{path}/items", problems, open);
                break;
            case (MapSchema expected, MapSchema written):
                Compare(expected.ValueSchema, written.ValueSchema, $"{path}/values", problems, open);
                break;
            case (EnumSchema expected, EnumSchema written):
                CompareNames(expected, written, path, problems);
                problems.AddRange(written.Symbols.Where(symbol => expected.Default is null && !expected.Contains(symbol))
                    .Select(symbol => $"MISSING_ENUM_SYMBOLS at '{path}': the reader has no symbol {symbol}"));
                break;
            case (FixedSchema expected, FixedSchema written):
                CompareNames(expected, written, path, problems);
                if (expected.Size != written.Size)
                {
                    problems.Add($"FIXED_SIZE_MISMATCH at '{path}': the reader has {expected.Size} bytes, the writer {written.Size}");
                }

                break;
            default:
                if (!reader.CanRead(writer))
                {
                    problems.Add($"TYPE_MISMATCH at '{path}': the reader has {reader.Name}, the writer {writer.Name}");
                }

                break;
        }
    }

    private static void CompareRecords(RecordSchema reader, RecordSchema writer, string path, List<string> problems, HashSet<(Schema, Schema)> open)
    {
        CompareNames(reader, writer, path, problems);
        foreach (var field in reader.Fields)
        {
            var written = writer.Fields.FirstOrDefault(other => other.Name == field.Name || field.Aliases?.Contains(other.Name) == true);
            if (written is not null)
            {
                Compare(field.Schema, written.Schema, $"{path}/{field.Name}", problems, open);
            }
            else if (field.DefaultValue is null)
            {
                problems.Add($"READER_FIELD_MISSING_DEFAULT_VALUE at '{path}/{field.Name}': the reader's field {field.Name} has no default and the writer lacks it");
            }
        }
    }

    private static void CompareNames(NamedSchema reader, NamedSchema writer, string path, List<string> problems)
    {
        if (reader.Name != writer.Name)
        {
            problems.Add($"NAME_MISMATCH at '{path}': the reader expects {reader.Fullname}, the writer has {writer.Fullname}");
        }
    }

    private static bool CanRead(Schema reader, Schema writer, HashSet<(Schema, Schema)> open)
    {
        var problems = new List<string>();
        Compare(reader, writer, "", problems, open);
        return problems.Count == 0;
    }

    private static Schema Bare(Schema schema) => schema is LogicalSchema logical ? logical.BaseSchema : schema;
}
