using System.Globalization;
using System.Text.Json;
using Aurum.Simulator.Serving;
using Aurum.Simulator.Values;
using static Aurum.Simulator.Eia.EiaBody;

namespace Aurum.Simulator.Eia;

/// <summary>EIA version 2: the tree of routes, leaf metadata, facets, data, and the bridge from legacy ids.</summary>
internal sealed class EiaApi(SimulatorOptions options, Truth truth) : ISimulatedApi
{
    private int _shuffles;

    public string Provider => "eia";

    public string Root => "/eia/v2/";

    public Answer TooManyRequests(bool ofTheDay) => Answer.Text(
        429, JsonType, """{"error":{"code":"OVER_RATE_LIMIT","message":"You have exceeded your rate limit. Try again later or contact us at https://www.eia.gov/opendata/ for assistance"}}""");

    /// <summary><c>route:frequency:facet values</c>, with a fourth part for the data column where a route has several; or a legacy id.</summary>
    public SimulatedSeries? Find(string code)
    {
        var parts = code.Split(':');
        if (parts.Length == 1)
        {
            return EiaCatalog.FindLegacy(code) is { } legacy ? At(legacy.Leaf, legacy.Frequency, legacy.Line, legacy.Column) : null;
        }

        if (parts.Length < 3 || EiaCatalog.Find(parts[0]) is not { } leaf || leaf.Frequencies.FirstOrDefault(candidate => candidate.Id == parts[1]) is not { } frequency)
        {
            return null;
        }

        var codes = parts[2].Split('.').ToList();
        var name = parts.ElementAtOrDefault(3);
        if (name is null && leaf.Columns.Any(candidate => candidate.Id == codes[^1]))
        {
            name = codes[^1];
            codes.RemoveAt(codes.Count - 1);
        }

        return (name is null ? leaf.Columns[0] : leaf.Columns.FirstOrDefault(candidate => candidate.Id == name)) is { } column && EiaCatalog.LineOf(leaf, codes) is { } line
            ? At(leaf, frequency, line, column)
            : null;
    }

    public Answer Serve(ApiRequest request)
    {
        if (request["api_key"] is not { } key)
        {
            return Answer.Text(403, JsonType, """{"error":{"code":"API_KEY_MISSING","message":"No api_key was supplied.  Please register for one at https://www.eia.gov/opendata/register.php"}}""");
        }

        if (key != options.EiaKey)
        {
            return Answer.Text(403, JsonType, """{"error":{"code":"API_KEY_INVALID","message":"An invalid api_key was supplied.  Please register for one at https://www.eia.gov/opendata/register.php"}}""");
        }

        var path = request.Path;
        if (path.StartsWith("seriesid/", StringComparison.Ordinal))
        {
            return Bridge(request, path["seriesid/".Length..]);
        }

        if (path.EndsWith("/data", StringComparison.Ordinal))
        {
            return EiaCatalog.Find(path[..^5]) is { } leaf ? Data(request, leaf) : NotFound();
        }

        var at = path.IndexOf("/facet", StringComparison.Ordinal);
        if (at > 0 && EiaCatalog.Find(path[..at]) is { } withFacets)
        {
            return Facet(request, withFacets, path[(at + "/facet".Length)..].Trim('/'));
        }

        return EiaCatalog.IsNode(path) ? Node(request, path) : EiaCatalog.Find(path) is { } described ? Metadata(request, described) : NotFound();
    }

    private SimulatedSeries At(EiaLeaf leaf, EiaFrequency frequency, EiaLine line, EiaColumn column)
    {
        var key = $"eia|{leaf.Route}:{frequency.Id}:{line.Code}:{column.Id}";
        var edits = truth.EditsOf(key);
        var shape = line.Shape ?? column.Shape;
        var scale = column.Id == "price" ? 1 : line.Scale;
        return new SimulatedSeries
        {
            Key = key,
            Cadence = frequency.Cadence,
            Shape = scale == 1 ? shape : shape with { Level = shape.Level * scale, Season = shape.Season * scale, DayCycle = shape.DayCycle * scale },
            Hash = Noise.Hash(truth.Seed, $"{leaf.Route}.{line.Code}.{column.Id}"),
            First = frequency.Cadence.AtOrAfter(leaf.First),
            Last = frequency.Cadence.AtOrBefore(truth.Today.AddDays(-leaf.LagDays)) + edits.Published,
            Edits = edits,
            Unit = leaf.UnitStyle == UnitStyle.Facet ? line.Values[^1] : line.Units ?? column.Units,
            Printing = Printing.TrimZeros | Printing.NoLeadingZero,
            Rule = (series, period, timestamp) =>
                frequency == EiaFrequency.Daily && UnitedStatesHolidays.Contains(timestamp) ? Presence.Absent
                : leaf.MissingOneIn > 0 && series.Chance(period, "missing") % (ulong)leaf.MissingOneIn == 0 ? Presence.Missing
                : Presence.Value,
        };
    }

    private Answer Data(ApiRequest request, EiaLeaf leaf)
    {
        var (query, error) = EiaQuery.Read(request, leaf, options.EiaPageCap);
        if (query is null)
        {
            return BadRequest(error!);
        }

        var rows = Rows(leaf, query);
        Order(rows, query, leaf);
        var page = rows.Skip(query.Offset).Take(query.Length).ToList();
        return Answer.Json(200, JsonType, writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartObject("response");
            writer.WriteString("total", rows.Count.ToString(CultureInfo.InvariantCulture));
            WriteDates(writer, query.Frequency);
            writer.WriteStartArray("data");
            foreach (var row in page)
            {
                WriteRow(writer, leaf, query, row);
            }

            writer.WriteEndArray();
            if (leaf.Description is not null)
            {
                writer.WriteString("description", leaf.Description);
            }

            writer.WriteEndObject();
            WriteRequest(writer, $"/v2/{leaf.Route}/data/", request);
            if (page.Count < rows.Count)
            {
                WriteWarning(writer);
            }

            writer.WriteEndObject();
        });
    }

    /// <summary>A row of an answer: a line at a period.</summary>
    private readonly record struct Row(long Period, DateTime Timestamp, EiaLine Line, SimulatedSeries[] Series);

    private List<Row> Rows(EiaLeaf leaf, EiaQuery query)
    {
        var rows = new List<Row>();
        foreach (var line in query.LinesOf(leaf))
        {
            var series = leaf.Columns.Select(column => At(leaf, query.Frequency, line, column)).ToArray();
            var bounds = series.Select(column => query.Bounds(column, line)).ToArray();
            for (var period = bounds.Min(bound => bound.First); period <= bounds.Max(bound => bound.Last); period++)
            {
                var timestamp = series[0].TimestampOf(period);
                if (series.Any(column => column.PresenceAt(period, timestamp) != Presence.Absent))
                {
                    rows.Add(new Row(period, timestamp, line, series));
                }
            }
        }

        return rows;
    }

    /// <summary>Without a sort the rows come in another order for every request, as they did before API 2.1.9.</summary>
    private void Order(List<Row> rows, EiaQuery query, EiaLeaf leaf)
    {
        if (query.Sort.Count == 0)
        {
            new Random(options.Seed + Interlocked.Increment(ref _shuffles)).Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(rows));
            return;
        }

        var keys = query.Sort.Select(sort => (Facet: Array.FindIndex(leaf.Facets, facet => facet.Id == sort.Column), Column: Array.FindIndex(leaf.Columns, column => column.Id == sort.Column), sort.Descending)).ToArray();
        int Compare(Row left, Row right)
        {
            foreach (var (facet, column, descending) in keys)
            {
                var order = facet >= 0 ? string.CompareOrdinal(left.Line.Values[facet], right.Line.Values[facet])
                    : column >= 0 ? Nullable.Compare(Value(left, column), Value(right, column))
                    : left.Period.CompareTo(right.Period);
                if (order != 0)
                {
                    return descending ? -order : order;
                }
            }

            return 0;
        }

        // Lines come one after the other, each in order of time: for one line by period alone there is nothing to sort.
        if (!(keys is [{ Facet: < 0, Column: < 0, Descending: false }] && rows.Count > 0 && ReferenceEquals(rows[0].Line, rows[^1].Line)))
        {
            rows.Sort(Compare);
        }
    }

    private static double? Value(Row row, int column) =>
        row.Series[column].PresenceAt(row.Period, row.Timestamp) == Presence.Value ? row.Series[column].Value(row.Timestamp) : null;

    private static void WriteRow(Utf8JsonWriter writer, EiaLeaf leaf, EiaQuery query, Row row)
    {
        Span<byte> text = stackalloc byte[40];
        writer.WriteStartObject();
        writer.WriteString("period", query.Frequency.Period(row.Timestamp, row.Line.Zone));
        WriteFacets(writer, leaf, row.Line);
        foreach (var column in query.Columns)
        {
            var series = row.Series[Array.IndexOf(leaf.Columns, column)];
            if (series.PresenceAt(row.Period, row.Timestamp) == Presence.Value)
            {
                writer.WriteString(column.Id, text[..series.Write(row.Timestamp, text)]);
            }
            else
            {
                writer.WriteNull(column.Id);
            }
        }

        WriteUnits(writer, leaf, query.Columns, row.Line);
        writer.WriteEndObject();
    }

    /// <summary>Numbers instead of strings, newest first, warnings under the response: as recorded in 2024.</summary>
    private Answer Bridge(ApiRequest request, string id)
    {
        if (EiaCatalog.FindLegacy(id) is not var (leaf, frequency, line, column))
        {
            return NotFound();
        }

        if (request.Number("offset", 0) is not { } offset || request.Number("length", options.EiaPageCap) is not { } length)
        {
            return BadRequest("Invalid offset or length provided. Both are whole numbers.");
        }

        var series = At(leaf, frequency, line, column);
        var (first, last) = new EiaQuery(frequency, [column], new Dictionary<string, IReadOnlyList<string>>(), request["start"], request["end"], [], 0, 0).Bounds(series, line);
        var periods = new List<long>();
        for (var period = last; period >= first; period--)
        {
            if (series.PresenceAt(period, series.TimestampOf(period)) != Presence.Absent)
            {
                periods.Add(period);
            }
        }

        if (request["sort[0][direction]"] == "asc")
        {
            periods.Reverse();
        }

        var page = periods.Skip(offset).Take(Math.Min(length, options.EiaPageCap)).ToList();
        return Answer.Json(200, JsonType, writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartObject("response");
            if (page.Count < periods.Count)
            {
                WriteWarning(writer);
            }

            writer.WriteNumber("total", periods.Count);
            WriteDates(writer, frequency);
            writer.WriteStartArray("data");
            foreach (var period in page)
            {
                WriteBridgeRow(writer, leaf, frequency, line, column, series, period);
            }

            writer.WriteEndArray();
            writer.WriteString("id", id);
            writer.WriteEndObject();
            WriteRequest(writer, $"/v2/seriesid/{id}", request);
            writer.WriteEndObject();
        });
    }

    private static void WriteBridgeRow(Utf8JsonWriter writer, EiaLeaf leaf, EiaFrequency frequency, EiaLine line, EiaColumn column, SimulatedSeries series, long period)
    {
        Span<byte> text = stackalloc byte[40];
        var timestamp = series.TimestampOf(period);
        writer.WriteStartObject();
        if (frequency == EiaFrequency.Annual)
        {
            writer.WriteNumber("period", timestamp.Year);
        }
        else
        {
            writer.WriteString("period", frequency.Period(timestamp, line.Zone));
        }

        WriteFacets(writer, leaf, line);
        writer.WritePropertyName(column.Id);
        if (series.PresenceAt(period, timestamp) == Presence.Value)
        {
            writer.WriteRawValue(text[..series.Write(timestamp, text, Printing.TrimZeros)]);
        }
        else
        {
            writer.WriteNullValue();
        }

        WriteUnits(writer, leaf, [column], line);
        writer.WriteEndObject();
    }

    private Answer Metadata(ApiRequest request, EiaLeaf leaf) => Envelope(request, $"/v2/{leaf.Route}/", writer =>
    {
        writer.WriteString("id", leaf.Route.Split('/')[^1]);
        writer.WriteString("name", leaf.Name);
        writer.WriteString("description", leaf.Description ?? leaf.Name);
        writer.WriteStartArray("frequency");
        foreach (var frequency in leaf.Frequencies)
        {
            WriteStrings(writer, ("id", frequency.Id), ("description", frequency.Description), ("query", frequency.Query), ("format", frequency.Format));
        }

        writer.WriteEndArray();
        writer.WriteStartArray("facets");
        foreach (var facet in leaf.Facets)
        {
            WriteStrings(writer, ("id", facet.Id), ("description", facet.Description));
        }

        writer.WriteEndArray();
        writer.WriteStartObject("data");
        foreach (var column in leaf.Columns)
        {
            writer.WritePropertyName(column.Id);
            if (column.Units is null)
            {
                // An empty object leaves the original's PHP as an empty array.
                writer.WriteStartArray();
                writer.WriteEndArray();
            }
            else
            {
                WriteStrings(writer, ("alias", column.Id), ("units", column.Units));
            }
        }

        writer.WriteEndObject();
        var series = At(leaf, leaf.Default, leaf.Lines[0], leaf.Columns[0]);
        writer.WriteString("startPeriod", leaf.Default.Period(series.TimestampOf(series.First), leaf.Lines[0].Zone));
        writer.WriteString("endPeriod", leaf.Default.Period(series.TimestampOf(series.Last), leaf.Lines[0].Zone));
        writer.WriteString("defaultDateFormat", leaf.Default.Format);
        writer.WriteString("defaultFrequency", leaf.Default.Id);
    });

    private static Answer Node(ApiRequest request, string route) => Envelope(request, route.Length == 0 ? "/v2/" : $"/v2/{route}/", writer =>
    {
        if (route.Length > 0)
        {
            writer.WriteString("id", route.Split('/')[^1]);
            writer.WriteString("name", route.Split('/')[^1]);
            writer.WriteString("description", $"EIA {route} data");
        }

        writer.WriteStartArray("routes");
        var below = route.Length == 0 ? "" : route + "/";
        foreach (var group in EiaCatalog.Leaves.Where(leaf => leaf.Route.StartsWith(below, StringComparison.Ordinal)).GroupBy(leaf => leaf.Route[below.Length..].Split('/')[0]))
        {
            var leaf = group.FirstOrDefault(leaf => leaf.Route == below + group.Key);
            WriteStrings(writer, ("id", group.Key), ("name", leaf?.Name ?? group.Key), ("description", leaf?.Description ?? $"EIA {below}{group.Key} data"));
        }

        writer.WriteEndArray();
    });

    private static Answer Facet(ApiRequest request, EiaLeaf leaf, string facet)
    {
        var at = Array.FindIndex(leaf.Facets, candidate => candidate.Id == facet);
        if (facet.Length > 0 && at < 0)
        {
            return NotFound();
        }

        return Envelope(request, $"/v2/{leaf.Route}/facet/{(facet.Length > 0 ? facet + "/" : "")}", writer =>
        {
            if (at < 0)
            {
                writer.WriteNumber("totalFacetOptions", leaf.Facets.Length);
                writer.WriteStartArray("facetOptions");
                foreach (var option in leaf.Facets)
                {
                    writer.WriteStringValue(option.Id);
                }

                writer.WriteEndArray();
                return;
            }

            var values = leaf.Lines.Select(line => (Id: line.Values[at], Name: line.Names[at])).Distinct().ToList();
            writer.WriteNumber("totalFacets", values.Count);
            writer.WriteStartArray("facets");
            foreach (var (id, name) in values)
            {
                WriteStrings(writer, ("id", id), ("name", name));
            }

            writer.WriteEndArray();
        });
    }
}
