using System.Text.Json.Nodes;

namespace Aurum.Actors.Serialization.Kafka;

/// <summary>Avro schemas as JSON, where Avro's own parser does not let one see.</summary>
internal static class SchemaText
{
    private const string LogicalType = "logicalType";

    /// <summary>The same schema with the bare types underneath, whose values are numbers as they stand in the bytes.</summary>
    public static string WithoutLogicalTypes(string schema)
    {
        var node = JsonNode.Parse(schema);
        Strip(node);
        return node?.ToJsonString() ?? "null";
    }

    /// <summary>
    /// Names a field that both schemas have with different logical types, say milliseconds and microseconds: Avro would read one as
    /// the other. A field without any is taken to mean the same.
    /// </summary>
    public static string? OtherLogicalType(string writer, string reader)
    {
        var written = LogicalTypes(writer);
        foreach (var (field, expected) in LogicalTypes(reader))
        {
            if (written.TryGetValue(field, out var found) && found is not null && found != expected)
            {
                return $"{field} is written as {found}, expected {expected ?? "a bare type"}";
            }
        }

        return null;
    }

    private static Dictionary<string, string?> LogicalTypes(string schema)
    {
        var types = new Dictionary<string, string?>();
        if (JsonNode.Parse(schema) is JsonObject record && record["fields"] is JsonArray fields)
        {
            foreach (var field in fields.OfType<JsonObject>())
            {
                types[$"{field["name"]}"] = LogicalTypeOf(field["type"]);
            }
        }

        return types;
    }

    private static string? LogicalTypeOf(JsonNode? type) => type switch
    {
        JsonArray branches => branches.Select(LogicalTypeOf).FirstOrDefault(found => found is not null),
        JsonObject single => single[LogicalType]?.ToString(),
        _ => null,
    };

    private static void Strip(JsonNode? type)
    {
        switch (type)
        {
            case JsonArray branches:
                foreach (var branch in branches)
                {
                    Strip(branch);
                }

                break;
            case JsonObject single:
                single.Remove(LogicalType);
                Strip(single["type"]);
                Strip(single["items"]);
                Strip(single["values"]);
                Strip(single["fields"]);
                break;
        }
    }
}
