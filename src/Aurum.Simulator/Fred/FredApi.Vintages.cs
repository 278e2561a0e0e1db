using System.Globalization;
using System.Text;
using Aurum.Simulator.Serving;
using Aurum.Simulator.Values;

namespace Aurum.Simulator.Fred;

/// <summary>What was known when: vintage dates, and observations in a real-time period other than today.</summary>
internal sealed partial class FredApi
{
    private const int LargestDatesPage = 10_000, LargestBulk = 500_000;

    private Answer VintageDates(ApiRequest request, FredSeries series, bool json)
    {
        if (request.Number("limit", LargestDatesPage) is not (>= 1 and <= LargestDatesPage and var limit))
        {
            return Bad(json, $"Variable limit is not between 1 and {LargestDatesPage}.");
        }

        if (request.Number("offset", 0) is not { } offset)
        {
            return Bad(json, "Variable offset is not 0 or greater.");
        }

        var (start, end) = (request["realtime_start"] ?? "1776-07-04", request["realtime_end"] ?? FredArchive.Never.Iso());
        var dates = ArchiveOf(series).VintageDates.Select(day => day.Iso()).Where(day => Within(day, start, end)).ToArray();
        limit = Math.Min(limit, options.FredPageCap);
        var page = dates.Skip(offset).Take(limit);
        if (!json)
        {
            return Answer.Text(200, XmlType, $"<vintage_dates realtime_start=\"{start}\" realtime_end=\"{end}\" order_by=\"vintage_date\" sort_order=\"asc\" count=\"{dates.Length}\" offset=\"{offset}\" limit=\"{limit}\">\n"
                + string.Concat(page.Select(day => $"<vintage_date>{day}</vintage_date>\n")) + "</vintage_dates>\n");
        }

        return Answer.Json(200, JsonType, writer =>
        {
            writer.WriteStartObject();
            Write(writer, [("realtime_start", start), ("realtime_end", end), ("order_by", "vintage_date"), ("sort_order", "asc"), ("count", dates.Length), ("offset", offset), ("limit", limit)]);
            writer.WriteStartArray("vintage_dates");
            foreach (var day in page)
            {
                writer.WriteStringValue(day);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }

    /// <summary>Every version of the periods that was valid in the real-time period, clipped to it.</summary>
    private Answer Vintages(
        FredSeries series,
        bool json,
        (long First, long Last) periods,
        (string Start, string End) realTime,
        (string Start, string End) observations,
        string order,
        int limit,
        int offset)
    {
        var archive = ArchiveOf(series);
        var dates = archive.VintageDates.Count(day => Within(day.Iso(), realTime.Start, realTime.End));
        if (dates > LargestVintageCount)
        {
            return Bad(json, string.Create(
                CultureInfo.InvariantCulture,
                $"There are {dates} vintage dates in the specified real-time period: {realTime.Start} to {realTime.End}.  This exceeds the maximum number of vintage dates allowed ({LargestVintageCount})."));
        }

        var versions = archive.Versions(periods.First, periods.Last)
            .Where(version => string.CompareOrdinal(version.From.Iso(), realTime.End) <= 0 && string.CompareOrdinal(version.To.Iso(), realTime.Start) >= 0)
            .ToArray();
        if (order == "desc")
        {
            Array.Reverse(versions);
        }

        return Table(
            json,
            "observations",
            "observation",
            [
                ("realtime_start", realTime.Start), ("realtime_end", realTime.End), ("observation_start", observations.Start), ("observation_end", observations.End),
                ("units", "lin"), ("output_type", 1), ("file_type", json ? "json" : "xml"), ("order_by", "observation_date"), ("sort_order", order),
                ("count", versions.Length), ("offset", offset), ("limit", limit),
            ],
            versions.Skip(offset).Take(limit).Select(version => new (string Name, object Value)[]
            {
                ("realtime_start", Later(version.From.Iso(), realTime.Start)),
                ("realtime_end", Earlier(version.To.Iso(), realTime.End)),
                ("date", Day(version.Timestamp)),
                ("value", version.Value),
            }));
    }

    /// <summary>Version 2: the latest values of all series of a release.</summary>
    private Answer Bulk(ApiRequest request)
    {
        if (request.Authorization != $"Bearer {options.FredKey}" || request["api_key"] is not null)
        {
            return ErrorOfVersion2(401, "Unauthorized");
        }

        if (request.Number("release_id", 0) is not (>= 1 and var id))
        {
            return ErrorOfVersion2(400, "release_id is not a positive integer");
        }

        if (FredReleases.All.FirstOrDefault(one => one.Id == id) is not { } release)
        {
            return ErrorOfVersion2(400, "release does not exist");
        }

        if ((request["format"] ?? "json") != "json")
        {
            return ErrorOfVersion2(400, "The simulator serves JSON only");
        }

        if (request.Number("limit", LargestBulk) is not (>= 1 and <= LargestBulk and var limit))
        {
            return ErrorOfVersion2(400, $"limit is not between 1 and {LargestBulk}");
        }

        var from = (request["next_cursor"] ?? ",").Split(',');
        var start = default(DateOnly);
        if (from.Length != 2 || (from[1].Length > 0 && !Periods.TryIso(from[1], out start)))
        {
            return ErrorOfVersion2(400, "next_cursor is not valid");
        }

        return BulkPage(release, from[0], start, Math.Min(limit, options.FredPageCap));
    }

    private Answer BulkPage(FredRelease release, string fromSeries, DateOnly fromDay, int limit)
    {
        var pages = new List<(FredSeries Series, SimulatedSeries Now, long First, long Last)>();
        string? next = null;
        var left = (long)limit;
        foreach (var id in release.Series.Where(id => string.CompareOrdinal(id, fromSeries) >= 0))
        {
            var series = FredCatalog.Find(id)!;
            var now = At(series);
            var first = id == fromSeries ? Math.Max(now.First, now.Cadence.AtOrAfter(fromDay)) : now.First;
            if (left == 0)
            {
                next = $"{id},{Day(now.TimestampOf(first))}";
                break;
            }

            var last = Math.Min(now.Last, first + left - 1);
            pages.Add((series, now, first, last));
            left -= last - first + 1;
            if (last < now.Last)
            {
                next = $"{id},{Day(now.TimestampOf(last + 1))}";
                break;
            }
        }

        return Answer.Json(200, JsonType, writer =>
        {
            writer.WriteStartObject();
            writer.WriteBoolean("has_more", next is not null);
            if (next is not null)
            {
                writer.WriteString("next_cursor", next);
            }

            writer.WriteStartObject("release");
            Write(writer, [("release_id", release.Id), ("name", release.Name), ("url", "https://example.org/")]);
            writer.WriteStartArray("sources");
            writer.WriteEndArray();
            writer.WriteEndObject();
            writer.WriteStartArray("series");
            foreach (var (series, now, first, last) in pages)
            {
                writer.WriteStartObject();
                Write(
                    writer,
                    [
                        ("series_id", series.Id), ("title", series.Title), ("frequency", series.Frequency), ("units", series.Units),
                        ("seasonal_adjustment", series.AdjustmentLong), ("last_updated", UpdatedOn(series, now).Iso() + "T00:00:00Z"), ("copyright_id", 1),
                        ("notes", $"Simulated values in the manner of {series.Id}."),
                    ]);
                writer.WriteStartArray("observations");
                for (var period = first; period <= last; period++)
                {
                    var timestamp = now.TimestampOf(period);
                    writer.WriteStartObject();
                    Write(writer, [("date", Day(timestamp)), ("value", Value(now, timestamp))]);
                    writer.WriteEndObject();
                }

                writer.WriteEndArray();
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }

    private static Answer ErrorOfVersion2(int status, string message) =>
        Answer.Text(status, JsonType, new StringBuilder("{\"code\":").Append(status).Append(",\"message\":\"").Append(message).Append("\"}").ToString());

    private static bool Within(string day, string start, string end) => string.CompareOrdinal(day, start) >= 0 && string.CompareOrdinal(day, end) <= 0;

    private static string Later(string one, string other) => string.CompareOrdinal(one, other) >= 0 ? one : other;

    private static string Earlier(string one, string other) => string.CompareOrdinal(one, other) <= 0 ? one : other;
}
