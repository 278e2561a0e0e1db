using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Aurum.Simulator.Serving;
using Aurum.Simulator.Values;

namespace Aurum.Simulator.Fred;

/// <summary>
/// FRED version 1 in JSON and XML, and the bulk call of version 2 in JSON. Of version 2's key only this much is checked: that it is not
/// in the query, as the header that it belongs in does not reach a simulated API.
/// </summary>
internal sealed partial class FredApi(SimulatorOptions options, Truth truth) : ISimulatedApi
{
    private const string JsonType = "application/json; charset=UTF-8", XmlType = "text/xml; charset=UTF-8";
    private const int LargestLimit = 100_000, LargestVintageCount = 2000;

    private readonly FredEditLog _edits = new();

    /// <summary>Unit transforms and the like are other series: better an error than the raw values under their name.</summary>
    private static readonly (string Name, string Default)[] OnlyDefaults = [("units", "lin"), ("output_type", "1"), ("frequency", ""), ("vintage_dates", "")];

    private static readonly string[] OfSeries = ["fred/series", "fred/series/observations", "fred/series/vintagedates"];

    public string Provider => "fred";

    public string Root => "/stlouisfed/";

    public SimulatedSeries? Find(string code) => FredCatalog.Find(code) is { } series ? At(series) : null;

    public Answer TooManyRequests(bool ofTheDay) =>
        Answer.Text(429, JsonType, """{"error_code":429,"error_message":"Too Many Requests.  Exceeded Rate Limit"}""", new RetryAfter(1));

    public Answer Serve(ApiRequest request)
    {
        var json = request["file_type"] == "json";
        if (request.Path == "fred/v2/release/observations")
        {
            return Bulk(request);
        }

        if (!OfSeries.Contains(request.Path) && !Lists.Contains(request.Path))
        {
            return Error(json, 404, "Not Found");
        }

        if (request["api_key"] is not { } key)
        {
            return Bad(json, "Variable api_key has not been set.");
        }

        if (key != options.FredKey)
        {
            return Bad(json, "The value for variable api_key is not registered.  Read https://fred.stlouisfed.org/docs/api/api_key.html for more information.");
        }

        foreach (var name in new[] { "realtime_start", "realtime_end", "observation_start", "observation_end" })
        {
            if (request[name] is { } text && !Periods.TryIso(text, out _))
            {
                return Bad(json, $"Variable {name} is not a YYYY-MM-DD formatted date (e.g. 2000-02-24).");
            }
        }

        return OfSeries.Contains(request.Path) ? OneSeries(request, json) : List(request, json);
    }

    private Answer OneSeries(ApiRequest request, bool json)
    {
        if (request["series_id"] is not { } id)
        {
            return Bad(json, "Variable series_id has not been set.");
        }

        if (FredCatalog.Find(id) is not { } series)
        {
            return Bad(json, "The series does not exist.");
        }

        _ = EditsOf(series);
        var (start, end) = RealTime(request);
        if (!series.IsArchived && (request.Path == "fred/series/vintagedates" || start != truth.Today.Iso() || end != truth.Today.Iso()))
        {
            return Bad(json, "The series does not exist in ALFRED but may exist in FRED.");
        }

        return request.Path switch
        {
            "fred/series" => Series(request, series, json),
            "fred/series/vintagedates" => VintageDates(request, series, json),
            _ => Observations(request, series, json),
        };
    }

    private IReadOnlyList<FredEdit> EditsOf(FredSeries series) => _edits.Notice(series.Id, truth.EditsOf("fred|" + series.Id), truth.Today);

    private FredArchive ArchiveOf(FredSeries series)
    {
        var now = At(series);
        return new FredArchive(series, now.WithEdits(SeriesEdits.None), now, EditsOf(series), truth.Today);
    }

    private SimulatedSeries At(FredSeries series)
    {
        var edits = truth.EditsOf("fred|" + series.Id);
        var cadence = options.ObservationsPerSeries is null ? series.Cadence : Cadence.Daily;
        var last = cadence.AtOrBefore(options.ObservationsPerSeries is null ? truth.Today.AddDays(-series.LagDays) : truth.Today);
        return new SimulatedSeries
        {
            Key = "fred|" + series.Id,
            Cadence = cadence,
            Shape = series.Shape,
            Hash = Noise.Hash(truth.Seed, series.Id),
            First = options.ObservationsPerSeries is { } count ? last - count + 1 : cadence.AtOrAfter(series.First),
            Last = last + edits.Published,
            Edits = edits,
            Unit = series.Units,
            Printing = series.Printing,
            AsOf = truth.Today,
            Rule = cadence == Cadence.BusinessDaily || options.ObservationsPerSeries is not null ? MissingOnHolidays : (_, _, _) => Presence.Value,
        };
    }

    private static Presence MissingOnHolidays(SimulatedSeries series, long period, DateTime timestamp) =>
        UnitedStatesHolidays.Contains(timestamp) ? Presence.Missing : Presence.Value;

    private Answer Series(ApiRequest request, FredSeries series, bool json)
    {
        var (start, end) = RealTime(request);
        return Table(json, "seriess", "series", [("realtime_start", start), ("realtime_end", end)], Versions(series, start, end));
    }

    /// <summary>The series as it was described at any time of a real-time period, each description clipped to it.</summary>
    private IEnumerable<(string Name, object Value)[]> Versions(FredSeries series, string start, string end)
    {
        foreach (var before in series.Rebasings ?? [])
        {
            var until = before.Until.Iso();
            if (string.CompareOrdinal(until, start) >= 0)
            {
                yield return Fields(series with { Units = before.Units, UnitsShort = before.UnitsShort }, start, Earlier(until, end), inListing: false);
                start = before.Until.AddDays(1).Iso();
            }
        }

        if (string.CompareOrdinal(start, end) <= 0)
        {
            yield return Fields(series, start, end, inListing: false);
        }
    }

    private (string Name, object Value)[] Fields(FredSeries series, string start, string end, bool inListing)
    {
        var now = At(series);
        (string Name, object Value)[] fields =
        [
            ("id", series.Id), ("realtime_start", start), ("realtime_end", end), ("title", series.Title),
            ("observation_start", Day(now.TimestampOf(now.First))), ("observation_end", Day(now.TimestampOf(now.Last))),
            ("frequency", now.Cadence == series.Cadence ? series.Frequency : "Daily, 7-Day"), ("frequency_short", now.Cadence.Code()),
            ("units", series.Units), ("units_short", series.UnitsShort),
            ("seasonal_adjustment", series.AdjustmentLong), ("seasonal_adjustment_short", series.Adjustment),
            ("last_updated", LastUpdated(UpdatedOn(series, now))), ("popularity", series.Popularity),
        ];
        return
        [
            .. fields,
            .. inListing ? [("group_popularity", (object)series.Popularity)] : Array.Empty<(string, object)>(),
            ("notes", $"Simulated values in the manner of {series.Id}.\n\nNot for any other use."),
        ];
    }

    /// <summary>A list of objects below a key, with some keys of its own: FRED's only shape. Numbers are numbers in JSON.</summary>
    private static Answer Table(bool json, string list, string element, (string Name, object Value)[] head, IEnumerable<(string Name, object Value)[]> rows)
    {
        if (!json)
        {
            return Answer.Text(200, XmlType, Xml(list, Texts(head), rows.Select(row => (element, Texts(row)))));
        }

        return Answer.Json(200, JsonType, writer =>
        {
            writer.WriteStartObject();
            Write(writer, head);
            writer.WriteStartArray(list);
            foreach (var row in rows)
            {
                writer.WriteStartObject();
                Write(writer, row);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }

    private static void Write(Utf8JsonWriter writer, (string Name, object Value)[] fields)
    {
        foreach (var (name, value) in fields)
        {
            if (value is int number)
            {
                writer.WriteNumber(name, number);
            }
            else
            {
                writer.WriteString(name, (string)value);
            }
        }
    }

    private static (string Name, string Value)[] Texts((string Name, object Value)[] fields) =>
        [.. fields.Select(field => (field.Name, string.Create(CultureInfo.InvariantCulture, $"{field.Value}")))];

    private Answer Observations(ApiRequest request, FredSeries series, bool json)
    {
        foreach (var (name, usual) in OnlyDefaults)
        {
            if (request[name] is { } asked && asked != usual)
            {
                return Bad(json, $"The simulator serves no {name}={asked}.");
            }
        }

        if (request.Number("limit", LargestLimit) is not (>= 1 and <= LargestLimit and var limit))
        {
            return Bad(json, $"Variable limit is not between 1 and {LargestLimit}.");
        }

        if (request.Number("offset", 0) is not { } offset)
        {
            return Bad(json, "Variable offset is not 0 or greater.");
        }

        var order = request["sort_order"] ?? "asc";
        if (order is not ("asc" or "desc"))
        {
            return Bad(json, "Variable sort_order is not 'asc' or 'desc'.");
        }

        limit = Math.Min(limit, options.FredPageCap);
        var now = At(series);
        var (observationStart, observationEnd) = (request["observation_start"] ?? "1600-01-01", request["observation_end"] ?? "9999-12-31");
        _ = Periods.TryIso(observationStart, out var from);
        _ = Periods.TryIso(observationEnd, out var to);
        var first = Math.Max(now.First, now.Cadence.AtOrAfter(from));
        var last = Math.Min(now.Last, now.Cadence.AtOrBefore(to));
        var count = Math.Max(0, last - first + 1);
        var rows = (int)Math.Clamp(count - offset, 0, limit);
        var step = order == "asc" ? 1 : -1;
        var begin = order == "asc" ? first + offset : last - offset;
        var (start, end) = RealTime(request);
        if (start != truth.Today.Iso() || end != truth.Today.Iso())
        {
            return Vintages(series, json, (first, last), (start, end), (observationStart, observationEnd), order, limit, offset);
        }

        if (!json)
        {
            var attributes = Enumerable.Range(0, rows).Select(row => now.TimestampOf(begin + (row * step))).Select(timestamp => ("observation", new[]
            {
                ("realtime_start", start), ("realtime_end", end), ("date", Day(timestamp)), ("value", Value(now, timestamp)),
            }));
            return Answer.Text(200, XmlType, Xml(
                "observations",
                [
                    ("realtime_start", start), ("realtime_end", end), ("observation_start", observationStart), ("observation_end", observationEnd),
                    ("units", "lin"), ("output_type", "1"), ("file_type", "xml"), ("order_by", "observation_date"), ("sort_order", order),
                    ("count", $"{count}"), ("offset", $"{offset}"), ("limit", $"{limit}"),
                ],
                attributes));
        }

        var body = new PageBuffer(512 + (rows * 110));
        Write(body, string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"realtime_start":"{{start}}","realtime_end":"{{end}}","observation_start":"{{observationStart}}","observation_end":"{{observationEnd}}","units":"lin","output_type":1,"file_type":"json","order_by":"observation_date","sort_order":"{{order}}","count":{{count}},"offset":{{offset}},"limit":{{limit}},"observations":["""));
        WriteRows(body, now, begin, step, rows, Encoding.ASCII.GetBytes($$"""{"realtime_start":"{{start}}","realtime_end":"{{end}}","date":" """.TrimEnd()));
        Write(body, "]}");
        return new Answer(200, JsonType, body) { Headers = { ["Cache-Control"] = "max-age=0, no-cache" } };
    }

    /// <summary>The road of load tests: some hundred bytes a row, straight into the page.</summary>
    private static void WriteRows(PageBuffer body, SimulatedSeries series, long begin, int step, int rows, ReadOnlySpan<byte> head)
    {
        for (var row = 0; row < rows; row++)
        {
            var period = begin + (row * (long)step);
            var timestamp = series.TimestampOf(period);
            var span = body.GetSpan(head.Length + 80);
            var length = 0;
            if (row > 0)
            {
                span[length++] = (byte)',';
            }

            head.CopyTo(span[length..]);
            length += head.Length;
            Digits.WriteDay(timestamp, span[length..]);
            length += 10;
            "\",\"value\":\""u8.CopyTo(span[length..]);
            length += 11;
            if (series.PresenceAt(period, timestamp) == Presence.Value)
            {
                length += series.Write(timestamp, span[length..]);
            }
            else
            {
                span[length++] = (byte)'.';
            }

            "\"}"u8.CopyTo(span[length..]);
            body.Advance(length + 2);
        }
    }

    private static string Value(SimulatedSeries series, DateTime timestamp) =>
        series.PresenceAt(series.Cadence.AtOrBefore(timestamp), timestamp) == Presence.Value ? series.Text(timestamp) : ".";

    private (string Start, string End) RealTime(ApiRequest request) =>
        (request["realtime_start"] ?? (request["realtime_end"] is "9999-12-31" ? "1776-07-04" : truth.Today.Iso()),
         request["realtime_end"] ?? (request["realtime_start"] is "1776-07-04" ? "9999-12-31" : truth.Today.Iso()));

    /// <summary>The simulator's days begin at midnight UTC: then what is scheduled for a day appears.</summary>
    private DateOnly UpdatedOn(FredSeries series, SimulatedSeries now)
    {
        var scheduled = DateOnly.FromDateTime(now.TimestampOf(now.Last - now.Edits.Published)).AddDays(series.LagDays);
        var edited = EditsOf(series).Select(edit => edit.On).LastOrDefault();
        var latest = edited > scheduled ? edited : scheduled;
        return latest < truth.Today ? latest : truth.Today;
    }

    /// <summary>In US Central time with hours only as offset, as FRED prints it.</summary>
    private static string LastUpdated(DateOnly day)
    {
        var local = InStLouis(day.Utc());
        return string.Create(CultureInfo.InvariantCulture, $"{local:yyyy-MM-dd HH:mm:ss}-{(day.Utc() - local).Hours:00}");
    }

    private static DateTime InStLouis(DateTime utc)
    {
        var day = DateOnly.FromDateTime(utc.AddHours(-6));
        var (march, november) = (new DateOnly(day.Year, 3, 8), new DateOnly(day.Year, 11, 1));
        var summer = day >= march.AddDays((7 - (int)march.DayOfWeek) % 7) && day < november.AddDays((7 - (int)november.DayOfWeek) % 7);
        return utc.AddHours(summer ? -5 : -6);
    }

    private static Answer Bad(bool json, string text) => Error(json, 400, "Bad Request.  " + text);

    private static Answer Error(bool json, int status, string message) => json
        ? Answer.Text(status, JsonType, $$"""{"error_code":{{status}},"error_message":"{{JsonEncodedText.Encode(message, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).Value.Replace("/", "\\/", StringComparison.Ordinal)}}"}""")
        : Answer.Text(status, XmlType, $"<error code=\"{status}\" message=\"{System.Security.SecurityElement.Escape(message)}\"/>\n");

    private static string Xml(string root, IEnumerable<(string Name, string Value)> attributes, IEnumerable<(string Name, (string Name, string Value)[] Attributes)> rows)
    {
        var text = new StringBuilder("<?xml version=\"1.0\" encoding=\"utf-8\" ?>\n");
        Open(text, root, attributes).Append(">\n");
        foreach (var row in rows)
        {
            Open(text, row.Name, row.Attributes).Append("/>\n");
        }

        return text.Append("</").Append(root).Append(">\n").ToString();
    }

    private static StringBuilder Open(StringBuilder text, string name, IEnumerable<(string Name, string Value)> attributes)
    {
        text.Append('<').Append(name);
        foreach (var (attribute, value) in attributes)
        {
            text.Append(' ').Append(attribute).Append("=\"").Append(System.Security.SecurityElement.Escape(value)).Append('"');
        }

        return text;
    }

    private static string Day(DateTime timestamp) => DateOnly.FromDateTime(timestamp).Iso();

    private static void Write(PageBuffer body, string text) => Encoding.UTF8.GetBytes(text, body);
}
