using System.Text.Json;
using Aurum.Simulator.Serving;

namespace Aurum.Simulator.Eia;

/// <summary>What EIA's bodies have in common: the envelope with its echo of the request, errors, units, warnings.</summary>
internal static class EiaBody
{
    public const string JsonType = "application/json";
    private const string Incomplete = "The API can only return 5000 rows in JSON format.  Please consider constraining your request with facet, start, or end, or using offset to paginate results.";

    public static Answer Envelope(ApiRequest request, string command, Action<Utf8JsonWriter> response) => Answer.Json(200, JsonType, writer =>
    {
        writer.WriteStartObject();
        writer.WriteStartObject("response");
        response(writer);
        writer.WriteEndObject();
        WriteRequest(writer, command, request);
        writer.WriteEndObject();
    });

    public static Answer NotFound() => Answer.Text(404, JsonType, """{"error":"Not found.","code":404}""");

    public static Answer BadRequest(string error) => Answer.Json(400, JsonType, writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("error", error);
        writer.WriteNumber("code", 400);
        writer.WriteEndObject();
    });

    /// <summary>The echo of the request holds the caller's key: the real API does that too.</summary>
    public static void WriteRequest(Utf8JsonWriter writer, string command, ApiRequest request)
    {
        writer.WriteStartObject("request");
        writer.WriteString("command", command);
        writer.WriteStartObject("params");
        foreach (var name in request.Query.Keys.Where(key => !key.Contains('[', StringComparison.Ordinal)))
        {
            writer.WriteString(name, request[name] ?? "");
        }

        WriteList(writer, "data", request.Query.Keys.Where(key => key.StartsWith("data[", StringComparison.Ordinal)).SelectMany(request.All));
        var facets = request.Query.Keys.Where(key => key.StartsWith("facets[", StringComparison.Ordinal) && key.Contains(']', StringComparison.Ordinal)).GroupBy(key => key[7..key.IndexOf(']', 7)]).ToList();
        if (facets.Count > 0)
        {
            writer.WriteStartObject("facets");
            foreach (var facet in facets)
            {
                WriteList(writer, facet.Key, facet.SelectMany(request.All));
            }

            writer.WriteEndObject();
        }

        if (request["sort[0][column]"] is not null)
        {
            writer.WriteStartArray("sort");
            for (var i = 0; request[$"sort[{i}][column]"] is { } column; i++)
            {
                WriteStrings(writer, ("column", column), ("direction", request[$"sort[{i}][direction]"] ?? "asc"));
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteString("apiVersion", "2.1.13");
        writer.WriteString("ExcelAddInVersion", "2.1.0");
    }

    public static void WriteFacets(Utf8JsonWriter writer, EiaLeaf leaf, EiaLine line)
    {
        for (var at = 0; at < leaf.Facets.Length; at++)
        {
            writer.WriteString(leaf.Facets[at].Id, line.Values[at]);
            if (leaf.Facets[at].NameColumn is { } name)
            {
                writer.WriteString(name, line.Names[at]);
            }
        }

        if (leaf.UnitStyle == UnitStyle.Facet)
        {
            writer.WriteNull("dataFlagId");
            writer.WriteNull("dataFlagDescription");
        }
    }

    public static void WriteUnits(Utf8JsonWriter writer, EiaLeaf leaf, IReadOnlyList<EiaColumn> columns, EiaLine line)
    {
        if (columns.Count > 0 && leaf.UnitStyle is UnitStyle.Units or UnitStyle.Unit)
        {
            writer.WriteString(leaf.UnitStyle == UnitStyle.Units ? "units" : "unit", line.Units);
        }
        else if (leaf.UnitStyle == UnitStyle.PerColumn)
        {
            foreach (var column in columns)
            {
                writer.WriteString(column.Id + "-units", column.Units);
            }
        }
    }

    public static void WriteDates(Utf8JsonWriter writer, EiaFrequency frequency)
    {
        writer.WriteString("dateFormat", frequency.Format);
        writer.WriteString("frequency", frequency.Id);
    }

    public static void WriteWarning(Utf8JsonWriter writer)
    {
        writer.WriteStartArray("warnings");
        WriteStrings(writer, ("warning", "incomplete return"), ("description", Incomplete));
        writer.WriteEndArray();
    }

    private static void WriteList(Utf8JsonWriter writer, string name, IEnumerable<string> values)
    {
        var list = values.ToList();
        if (list.Count == 0)
        {
            return;
        }

        writer.WriteStartArray(name);
        foreach (var value in list)
        {
            writer.WriteStringValue(value);
        }

        writer.WriteEndArray();
    }

    public static void WriteStrings(Utf8JsonWriter writer, params ReadOnlySpan<(string Name, string Value)> members)
    {
        writer.WriteStartObject();
        foreach (var (name, value) in members)
        {
            writer.WriteString(name, value);
        }

        writer.WriteEndObject();
    }
}
