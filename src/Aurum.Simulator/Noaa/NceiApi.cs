using System.Globalization;
using System.Text.Json;
using Aurum.Simulator.Serving;
using Aurum.Simulator.Values;

namespace Aurum.Simulator.Noaa;

/// <summary>
/// NCEI's access data service, version 1: no token, no pages, one wide row of blank-padded texts for each station and date. Only JSON is
/// served; the words of its errors are not known and are made up here.
/// </summary>
internal static class NceiApi
{
    public const string Path = "access/services/data/v1";

    private const string JsonType = "application/json";
    private const int ColumnWidth = 5;

    private static readonly Dictionary<string, string> Datasets = new(StringComparer.Ordinal)
    {
        ["daily-summaries"] = "GHCND",
        ["global-summary-of-the-month"] = "GSOM",
        ["global-summary-of-the-year"] = "GSOY",
    };

    public static Answer Serve(ApiRequest request, Func<NoaaDataset, NoaaStation, NoaaDatatype, SimulatedSeries> seriesAt)
    {
        if (request["dataset"] is not { } name || !Datasets.TryGetValue(name, out var id))
        {
            return Wrong("dataset", "The dataset parameter is missing or names no dataset that is simulated.");
        }

        if (request["format"] != "json")
        {
            return Wrong("format", "Only json is simulated; the real service answers csv when no format is asked.");
        }

        if (!Day(request["startDate"], out var from) || !Day(request["endDate"], out var to))
        {
            return Wrong("startDate", "startDate and endDate must be dates such as 2023-07-15.");
        }

        var dataset = NoaaCatalog.Datasets.First(candidate => candidate.Id == id);
        var stations = List(request["stations"]).Where(station => !station.Contains(':', StringComparison.Ordinal)).Select(NoaaCatalog.Station).OfType<NoaaStation>().ToList();
        var wanted = List(request["dataTypes"]);
        var datatypes = NoaaCatalog.Datatypes.Where(datatype => dataset.Has(datatype) && (wanted.Length == 0 || wanted.Contains(datatype.Id))).ToList();
        var withAttributes = request["includeAttributes"] is "true" or "1";
        return Answer.Json(200, JsonType, writer =>
        {
            writer.WriteStartArray();
            foreach (var station in stations)
            {
                WriteStation(writer, station, dataset, [.. datatypes.Select(datatype => (datatype, seriesAt(dataset, station, datatype)))], from, to, request["units"], withAttributes);
            }

            writer.WriteEndArray();
        });
    }

    private static void WriteStation(
        Utf8JsonWriter writer, NoaaStation station, NoaaDataset dataset, (NoaaDatatype Datatype, SimulatedSeries Series)[] columns, DateOnly from, DateOnly to, string? units, bool withAttributes)
    {
        for (var period = dataset.Cadence.AtOrAfter(from); period <= dataset.Cadence.AtOrBefore(to); period++)
        {
            var timestamp = dataset.Cadence.Start(period);
            var present = columns.Where(column => column.Series.PresenceAt(period, timestamp) == Presence.Value).ToList();
            if (present.Count == 0)
            {
                continue;
            }

            writer.WriteStartObject();
            writer.WriteString("DATE", timestamp.ToString(dataset.Cadence switch { Cadence.Daily => "yyyy-MM-dd", Cadence.Monthly => "yyyy-MM", _ => "yyyy" }, CultureInfo.InvariantCulture));
            writer.WriteString("STATION", station.Id);
            foreach (var (datatype, series) in present)
            {
                writer.WriteString(datatype.Id, NoaaValues.Text(dataset, datatype, series, timestamp, units).PadLeft(ColumnWidth));
                if (withAttributes)
                {
                    writer.WriteString(datatype.Id + "_ATTRIBUTES", NoaaValues.Attributes(dataset, station, datatype, series, period));
                }
            }

            writer.WriteEndObject();
        }
    }

    private static string[] List(string? text) => text?.Split(',', StringSplitOptions.RemoveEmptyEntries) ?? [];

    private static bool Day(string? text, out DateOnly day) => Periods.TryIso(text?.Length > 10 && text[10] == 'T' ? text[..10] : text, out day);

    private static Answer Wrong(string field, string message) => Answer.Text(
        400, JsonType, $$"""{"errorCode":400,"errorMessage":"The request is not valid.","errors":[{"field":"{{field}}","message":"{{message}}"}]}""");
}
