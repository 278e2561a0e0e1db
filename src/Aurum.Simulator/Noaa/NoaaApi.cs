using System.Globalization;
using System.Text.Json;
using Aurum.Simulator.Serving;
using Aurum.Simulator.Values;

namespace Aurum.Simulator.Noaa;

/// <summary>Climate Data Online, version 2; below the same root its successor, which the real NOAA serves from another host.</summary>
internal sealed class NoaaApi(SimulatorOptions options, Truth truth) : ISimulatedApi
{
    private const string JsonType = "application/json;charset=UTF-8";
    private const int DefaultLimit = 25, LagDays = 3;
    private int _shuffles;

    public string Provider => "noaa";

    public string Root => "/noaa/cdo-web/api/v2/";

    public Answer TooManyRequests(bool ofTheDay)
    {
        var limit = options.Limits.GetValueOrDefault(Provider);
        var words = ofTheDay ? $"{limit?.DailyQuota} per day" : $"{limit?.RequestsPerSecond ?? 5} per second";
        return Answer.Text(429, JsonType, $$"""{"status" : "429", "message" : "This token has reached its temporary request limit of {{words}}."}""");
    }

    /// <summary><c>dataset:station without its prefix:data type</c>; values as with <c>units=metric</c>.</summary>
    public SimulatedSeries? Find(string code)
    {
        var parts = code.Split(':');
        return parts.Length == 3
            && NoaaCatalog.Datasets.FirstOrDefault(candidate => candidate.Id == parts[0]) is { } dataset
            && NoaaCatalog.Station(parts[1]) is { } station
            && NoaaCatalog.Datatypes.FirstOrDefault(candidate => candidate.Id == parts[2] && dataset.Has(candidate)) is { } datatype
            ? At(dataset, station, datatype)
            : null;
    }

    public Answer Serve(ApiRequest request)
    {
        if (request.Path == NceiApi.Path)
        {
            return NceiApi.Serve(request, At);
        }

        if (request.Token != options.NoaaToken)
        {
            return Answer.Text(400, JsonType, $$"""{"status" : "400", "message" : "{{(string.IsNullOrEmpty(request.Token) ? "Token parameter is required." : "The token parameter provided is not valid.")}}"}""");
        }

        var (collection, id) = request.Path.Split('/', 2) is [var head, var tail] ? (head, tail) : (request.Path, null);
        return (collection, id) switch
        {
            ("data", null) => Data(request),
            ("stations", null) => Stations(request),
            ("stations", _) => Single(NoaaCatalog.Station(id), WriteStation),
            ("datatypes", null) => Datatypes(request),
            ("datatypes", _) => Single(NoaaCatalog.Datatypes.FirstOrDefault(datatype => datatype.Id == id), WriteDatatype),
            ("datasets", null) => Collection(request, NoaaCatalog.Datasets, WriteDataset),
            ("datasets", _) => Single(NoaaCatalog.Datasets.FirstOrDefault(dataset => dataset.Id == id), WriteDataset),
            _ => Answer.Text(404, "text/html; charset=iso-8859-1", "<!DOCTYPE HTML PUBLIC \"-//IETF//DTD HTML 2.0//EN\">\n<html><head>\n<title>404 Not Found</title>\n</head><body>\n<h1>Not Found</h1>\n</body></html>\n"),
        };
    }

    private SimulatedSeries At(NoaaDataset dataset, NoaaStation station, NoaaDatatype datatype)
    {
        var key = $"noaa|{dataset.Id}:{station.Id}:{datatype.Id}";
        var edits = truth.EditsOf(key);
        if (dataset.IsNormals)
        {
            return Normals(key, edits, dataset, station, datatype);
        }

        if (dataset.IsRain)
        {
            return Rain(key, edits, dataset, station, datatype);
        }

        var first = dataset.Cadence.AtOrAfter(station.First);
        var newest = dataset.Cadence.AtOrBefore(truth.Today.AddDays(-LagDays));
        var measures = station.Measures(datatype.Id);
        return new SimulatedSeries
        {
            Key = key,
            Cadence = dataset.Cadence,
            Shape = datatype.Shape,
            Hash = Noise.Hash(truth.Seed, $"{station.Id}.{datatype.SharedNoise}"),
            First = first,
            // A month or year is out when it is over.
            Last = !measures ? first - 1
                : (station.Last is { } closed ? dataset.Cadence.AtOrBefore(closed) : newest) - (dataset.Cadence == Cadence.Daily ? 0 : 1) + edits.Published,
            Edits = edits,
            Unit = datatype.Unit,
            Printing = Printing.TrimZeros,
            Rule = (series, period, _) => series.Chance(period, datatype.Id) % 97 == 0 ? Presence.Absent : Presence.Value,
            Flag = (series, period) => dataset.Cadence == Cadence.Daily && series.Chance(period, datatype.Id + " flag") % 311 == 0 ? "I" : null,
        };
    }

    private SimulatedSeries Normals(string key, SeriesEdits edits, NoaaDataset dataset, NoaaStation station, NoaaDatatype datatype) => new()
    {
        Key = key,
        Cadence = dataset.Cadence,
        Shape = datatype.Shape,
        Hash = Noise.Hash(truth.Seed, $"{station.Id}.{datatype.SharedNoise}"),
        First = dataset.Cadence.AtOrAfter(new DateOnly(2010, 1, 1)),
        Last = dataset.Cadence.AtOrAfter(new DateOnly(2011, 1, 1)) - 1 + edits.Published,
        Edits = edits,
        Unit = datatype.Unit,
        Printing = Printing.TrimZeros,
    };

    /// <summary>Rows only where it rained, or where that is not known.</summary>
    private SimulatedSeries Rain(string key, SeriesEdits edits, NoaaDataset dataset, NoaaStation station, NoaaDatatype datatype)
    {
        var first = dataset.Cadence.AtOrAfter(station.First);
        return new SimulatedSeries
        {
            Key = key,
            Cadence = dataset.Cadence,
            Shape = datatype.Shape,
            Hash = Noise.Hash(truth.Seed, $"{station.Id}.{datatype.SharedNoise}"),
            First = first,
            Last = station.Measures(datatype.Id) ? dataset.Cadence.AtOrAfter(station.Last!.Value.AddDays(1)) - 1 + edits.Published : first - 1,
            Edits = edits,
            Unit = datatype.Unit,
            Printing = Printing.TrimZeros,
            Rule = (series, period, _) => (series.Chance(period, "rain") % 140) switch { 0 => Presence.Missing, < 10 => Presence.Value, _ => Presence.Absent },
            Flag = (series, period) => series.PresenceAt(period, series.TimestampOf(period)) == Presence.Value && series.Chance(period, "flag") % 41 == 0 ? "X" : null,
        };
    }

    private Answer Data(ApiRequest request)
    {
        foreach (var required in new[] { "datasetid", "startdate", "enddate" })
        {
            if (request[required] is null)
            {
                return Wrong(400, $"Required parameter '{required}' is missing");
            }
        }

        // Text that is no date and an unknown dataset are internal errors of the real service too.
        if (NoaaCatalog.Datasets.FirstOrDefault(candidate => candidate.Id == request["datasetid"]) is not { } dataset
            || !Moment(request["startdate"]!, out var from) || !Moment(request["enddate"]!, out var to)
            || request.Number("limit", DefaultLimit) is not { } limit || request.Number("offset", 1) is not { } offset)
        {
            return Wrong(500, "An error occured while servicing your request.");
        }

        if (to >= from.AddYears(dataset.MaxYears))
        {
            return Wrong(400, dataset.MaxYears == 1 ? "The date range must be less than 1 year." : $"The date range must be less than {dataset.MaxYears} years.");
        }

        limit = Math.Min(limit, options.NoaaPageCap);
        offset = Math.Max(1, offset);
        var rows = Rows(request, dataset, from, to);
        if (rows.Count == 0 || offset > rows.Count)
        {
            return Answer.Text(200, JsonType, "{}");
        }

        Order(rows, request);
        return Answer.Json(200, JsonType, writer =>
        {
            writer.WriteStartObject();
            if (request["includemetadata"] is not "false")
            {
                WriteResultSet(writer, offset, rows.Count, limit);
            }

            writer.WriteStartArray("results");
            foreach (var row in rows.Skip(offset - 1).Take(limit))
            {
                WriteRow(writer, dataset, row, request["units"]);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }

    private readonly record struct Row(long Period, DateTime Timestamp, NoaaStation Station, NoaaDatatype Datatype, SimulatedSeries Series);

    private List<Row> Rows(ApiRequest request, NoaaDataset dataset, DateTime from, DateTime to)
    {
        var (stationIds, datatypeIds, locations) = (request.All("stationid"), request.All("datatypeid"), request.All("locationid"));
        var stations = stationIds.Count > 0
            ? stationIds.Distinct().Select(NoaaCatalog.Station).OfType<NoaaStation>()
            : NoaaCatalog.Stations.Where(station => locations.Count == 0 || locations.Contains(station.Location));
        var datatypes = NoaaCatalog.Datatypes.Where(datatype => dataset.Has(datatype) && (datatypeIds.Count == 0 || datatypeIds.Contains(datatype.Id))).ToList();
        var rows = new List<Row>();
        foreach (var (station, datatype) in stations.SelectMany(station => datatypes.Select(datatype => (station, datatype))))
        {
            var series = At(dataset, station, datatype);
            var last = Math.Min(series.Last, series.Cadence.AtOrBefore(to));
            for (var period = Math.Max(series.First, series.Cadence.AtOrAfter(from)); period <= last; period++)
            {
                var timestamp = series.TimestampOf(period);
                if (series.PresenceAt(period, timestamp) != Presence.Absent)
                {
                    rows.Add(new Row(period, timestamp, station, datatype, series));
                }
            }
        }

        return rows;
    }

    /// <summary>Without a sort field the service promises no order, and each answer has another one.</summary>
    private void Order(List<Row> rows, ApiRequest request)
    {
        Comparison<Row>? order = request["sortfield"] switch
        {
            "date" => (left, right) => left.Timestamp.CompareTo(right.Timestamp),
            "datatype" => (left, right) => string.CompareOrdinal(left.Datatype.Id, right.Datatype.Id),
            "station" => (left, right) => string.CompareOrdinal(left.Station.Id, right.Station.Id),
            _ => null,
        };
        if (order is null)
        {
            new Random(options.Seed + Interlocked.Increment(ref _shuffles)).Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(rows));
            return;
        }

        rows.Sort(request["sortorder"] == "desc" ? (left, right) => order(right, left) : order);
    }

    private static void WriteRow(Utf8JsonWriter writer, NoaaDataset dataset, Row row, string? units)
    {
        writer.WriteStartObject();
        writer.WriteString("date", row.Timestamp.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture));
        writer.WriteString("datatype", row.Datatype.Id);
        writer.WriteString("station", row.Station.FullId);
        writer.WriteString("attributes", NoaaValues.Attributes(dataset, row.Station, row.Datatype, row.Series, row.Period));
        writer.WritePropertyName("value");
        writer.WriteRawValue(NoaaValues.Text(dataset, row.Datatype, row.Series, row.Timestamp, units));
        writer.WriteEndObject();
    }

    private Answer Stations(ApiRequest request)
    {
        var (locations, datatypes) = (request.All("locationid"), request.All("datatypeid"));
        if (!Extent(request["extent"], out var box) || !Since(request, out var since))
        {
            return Wrong(500, "An error occured while servicing your request.");
        }

        var stations = NoaaCatalog.Stations.Where(station =>
            (locations.Count == 0 || locations.Contains(station.Location))
            && (datatypes.Count == 0 || datatypes.Any(station.Measures))
            && (box is null || (station.Latitude >= box[0] && station.Longitude >= box[1] && station.Latitude <= box[2] && station.Longitude <= box[3]))
            && !(station.Last < since));
        return Collection(request, [.. request["sortfield"] == "id" ? stations.OrderBy(station => station.Id, StringComparer.Ordinal) : stations], WriteStation);
    }

    private Answer Datatypes(ApiRequest request)
    {
        var (ids, locations) = (request.All("stationid"), request.All("locationid"));
        if (!Since(request, out var since))
        {
            return Wrong(500, "An error occured while servicing your request.");
        }

        var stations = (ids.Count > 0 ? ids.Select(NoaaCatalog.Station).OfType<NoaaStation>() : NoaaCatalog.Stations)
            .Where(station => (locations.Count == 0 || locations.Contains(station.Location)) && !(station.Last < since))
            .ToList();
        var datasets = request.All("datasetid");
        return Collection(
            request,
            [
                .. NoaaCatalog.Datatypes.Where(datatype =>
                    (datasets.Count == 0 || NoaaCatalog.Datasets.Any(dataset => datasets.Contains(dataset.Id) && dataset.Has(datatype)))
                    && stations.Exists(station => station.Measures(datatype.Id))),
            ],
            WriteDatatype);
    }

    /// <summary>Only what has data since then is listed.</summary>
    private static bool Since(ApiRequest request, out DateOnly? since)
    {
        since = null;
        if (request["startdate"] is not { } text)
        {
            return true;
        }

        var isDay = Day(text, out var day);
        since = day;
        return isDay;
    }

    /// <summary>South, west, north, east.</summary>
    private static bool Extent(string? text, out double[]? box)
    {
        box = null;
        if (text is null)
        {
            return true;
        }

        var numbers = text.Split(',').Select(part => double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.NaN).ToArray();
        box = numbers;
        return numbers.Length == 4 && !numbers.Any(double.IsNaN);
    }

    private Answer Collection<T>(ApiRequest request, IReadOnlyList<T> items, Action<Utf8JsonWriter, T> write)
    {
        if (request.Number("limit", DefaultLimit) is not { } limit || request.Number("offset", 1) is not { } offset)
        {
            return Wrong(500, "An error occured while servicing your request.");
        }

        (limit, offset) = (Math.Min(limit, options.NoaaPageCap), Math.Max(1, offset));
        if (offset > items.Count)
        {
            return Answer.Text(200, JsonType, "{}");
        }

        return Answer.Json(200, JsonType, writer =>
        {
            writer.WriteStartObject();
            WriteResultSet(writer, offset, items.Count, limit);
            writer.WriteStartArray("results");
            foreach (var item in items.Skip(offset - 1).Take(limit))
            {
                write(writer, item);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }

    private static Answer Single<T>(T? item, Action<Utf8JsonWriter, T> write) where T : class =>
        item is null ? Answer.Text(200, JsonType, "{}") : Answer.Json(200, JsonType, writer => write(writer, item));

    private void WriteStation(Utf8JsonWriter writer, NoaaStation station)
    {
        writer.WriteStartObject();
        writer.WriteNumber("elevation", station.Elevation);
        writer.WriteString("mindate", station.First.Iso());
        writer.WriteString("maxdate", (station.Last ?? truth.Today.AddDays(-LagDays)).Iso());
        writer.WriteNumber("latitude", station.Latitude);
        writer.WriteString("name", station.Name);
        writer.WriteNumber("datacoverage", station.Coverage);
        writer.WriteString("id", station.FullId);
        writer.WriteString("elevationUnit", "METERS");
        writer.WriteNumber("longitude", station.Longitude);
        writer.WriteEndObject();
    }

    private void WriteDatatype(Utf8JsonWriter writer, NoaaDatatype datatype)
    {
        writer.WriteStartObject();
        writer.WriteString("mindate", "1781-01-01");
        writer.WriteString("maxdate", truth.Today.AddDays(-LagDays).Iso());
        writer.WriteString("name", datatype.Name);
        writer.WriteNumber("datacoverage", 1);
        writer.WriteString("id", datatype.Id);
        writer.WriteEndObject();
    }

    private void WriteDataset(Utf8JsonWriter writer, NoaaDataset dataset)
    {
        writer.WriteStartObject();
        writer.WriteString("uid", dataset.Uid);
        writer.WriteString("mindate", dataset.IsNormals ? "2010-01-01" : "1763-01-01");
        writer.WriteString("maxdate", dataset.IsNormals ? "2010-12-31" : truth.Today.AddDays(-LagDays).Iso());
        writer.WriteString("name", dataset.Name);
        writer.WriteNumber("datacoverage", 1);
        writer.WriteString("id", dataset.Id);
        writer.WriteEndObject();
    }

    private static void WriteResultSet(Utf8JsonWriter writer, int offset, int count, int limit)
    {
        writer.WriteStartObject("metadata");
        writer.WriteStartObject("resultset");
        writer.WriteNumber("offset", offset);
        writer.WriteNumber("count", count);
        writer.WriteNumber("limit", limit);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    /// <summary>A date, or an instant whose date counts.</summary>
    private static bool Day(string text, out DateOnly day) => Periods.TryIso(text.Length > 10 && text[10] == 'T' ? text[..10] : text, out day);

    /// <summary>A date, of which only the first moment counts, or an instant.</summary>
    private static bool Moment(string text, out DateTime moment) => DateTime.TryParseExact(
        text, ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out moment);

    private static Answer Wrong(int status, string developerMessage) => Answer.Text(
        status, JsonType, $$"""{"statusCode":"{{status}}","userMessage":"There was an error with the request.","developerMessage":"{{developerMessage}}"}""");
}
