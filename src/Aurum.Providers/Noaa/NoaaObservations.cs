using System.Globalization;
using System.Text.Json;
using Aurum.Domain;
using Aurum.Providers.Http;

namespace Aurum.Providers.Noaa;

/// <summary>One page of <c>data</c>: rows to observations, and where the next page begins.</summary>
internal static class NoaaObservations
{
    public static FetchResult Parse(NoaaObservationsFetch fetch, NoaaCursor cursor, JsonElement body, DateOnly receivedOn)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            throw new MalformedBodyException("$", "an object");
        }

        if (!body.EnumerateObject().Any())
        {
            return cursor.Count is null ? EndOfWindow(fetch, cursor, []) : CutShort(cursor, cursor.Count.Value, 0);
        }

        var rows = body.RequiredArray("results", "$");
        var (count, offset) = ResultSet(body);
        if (offset is { } given && Math.Max(given, 1) != cursor.Offset)
        {
            return Failed($"the page begins at row {given}, asked was row {cursor.Offset}");
        }

        if (cursor.Count is { } before && count is { } now && before != now)
        {
            return Failed($"the number of rows changed from {before} to {now} between two pages");
        }

        var read = new Rows(fetch, cursor, receivedOn);
        foreach (var (row, index) in rows.EnumerateArray().Select((row, index) => (row, index)))
        {
            read.Add(row, $"$.results[{index}]");
        }

        count ??= cursor.Count;
        var next = cursor.Offset + rows.GetArrayLength();
        if (count is { } promised ? next > promised : rows.GetArrayLength() < NoaaProvider.PageLength)
        {
            return EndOfWindow(fetch, cursor, read.Slices());
        }

        if (rows.GetArrayLength() == 0)
        {
            return CutShort(cursor, count ?? 0, 0);
        }

        var complete = read.CompleteBefore;
        return Page.OfObservations(read.Slices(), new NoaaCursor(cursor.Window, next, complete, count).ToString(), complete);
    }

    private static Page EndOfWindow(NoaaObservationsFetch fetch, NoaaCursor cursor, IReadOnlyList<ObservationSlice> slices)
    {
        var following = fetch.Windows.Where(window => window.From > cursor.Window.From).Take(1).ToList();
        return following.Count == 0
            ? Page.OfObservations(slices, null, null)
            : Page.OfObservations(slices, NoaaCursor.StartOf(following[0]).ToString(), cursor.Window.To);
    }

    private static (long? Count, long? Offset) ResultSet(JsonElement body) =>
        body.TryGetProperty("metadata", out var metadata) && metadata.ValueKind == JsonValueKind.Object && metadata.TryGetProperty("resultset", out var resultSet)
            ? (resultSet.RequiredCount("count", "$.metadata.resultset"), resultSet.RequiredCount("offset", "$.metadata.resultset"))
            : (null, null);

    private static FetchFailed CutShort(NoaaCursor cursor, long promised, int rows) =>
        Failed($"{promised} rows were promised, but the page at row {cursor.Offset} has {rows}");

    private static FetchFailed Failed(string detail) => new(new Failure(FailureKind.Transient, detail));

    /// <summary>The rows of one page that were wanted, by series.</summary>
    private sealed class Rows(NoaaObservationsFetch fetch, NoaaCursor cursor, DateOnly receivedOn)
    {
        private static readonly string[] DateForms = ["yyyy-MM-ddTHH:mm:ss", "yyyy-MM-dd"];

        private readonly ILookup<(string Station, string DataType), Want> _wants =
            fetch.Wants.ToLookup(want => Key(NoaaSeries.Of(want.Series).Station, NoaaSeries.Of(want.Series).DataType));

        private readonly Dictionary<Want, SortedDictionary<DateTime, Observation>> _observations = new(ReferenceEqualityComparer.Instance);
        private readonly NoaaAttributes _attributes = new(fetch.Dataset);
        private DateTime _last = DateTime.MinValue;
        private bool _ordered = true;

        /// <summary>
        /// The day of the last row: other stations' rows of that day may follow. The order asked for is no documented one; where it
        /// is not kept, only earlier windows are known to be complete.
        /// </summary>
        public DateTime CompleteBefore => _ordered && _last.Date > cursor.Claimed ? DateTime.SpecifyKind(_last.Date, DateTimeKind.Utc) : cursor.Claimed;

        public void Add(JsonElement row, string path)
        {
            var date = Timestamp(row.RequiredString("date", path), $"{path}.date");
            var key = Key(row.RequiredString("station", path), row.RequiredString("datatype", path));
            var value = row.Required("value", path);
            if (date < cursor.Claimed && cursor.Claimed > cursor.Window.From)
            {
                throw new MalformedBodyException($"{path}.date", string.Create(CultureInfo.InvariantCulture, $"rows in order of date, not {date:yyyy-MM-dd} after a page that ended at {cursor.Claimed:yyyy-MM-dd}"));
            }

            _ordered &= date >= _last;
            _last = date;
            var observation = _attributes.Observation(date, receivedOn, NoaaValue.Read(value, fetch.Dataset, $"{path}.value"), row.OptionalText("attributes"));
            foreach (var want in _wants[key].Where(want => want.Window.Contains(date) && !(DateOnly.FromDateTime(date) < want.Series.Start)))
            {
                if (!_observations.TryGetValue(want, out var ofWant))
                {
                    _observations[want] = ofWant = [];
                }

                ofWant[date] = observation;
            }
        }

        public IReadOnlyList<ObservationSlice> Slices() => [.. _observations.Select(pair => Slice(pair.Key, [.. pair.Value.Values]))];

        private ObservationSlice Slice(Want want, IReadOnlyList<Observation> observations)
        {
            var series = NoaaSeries.Of(want.Series);
            var attributes = new SeriesAttributes(
                NoaaCodes.Unit(series.DataType, series.Units) ?? want.Known?.UnitCode,
                NoaaCodes.Frequency(series.Dataset),
                series.Dataset,
                NoaaSeries.WithoutNamespace(series.Station));
            return new ObservationSlice(want.Series.Id, attributes, observations);
        }

        private static (string Station, string DataType) Key(string station, string dataType) =>
            (NoaaSeries.WithoutNamespace(station).ToUpperInvariant(), dataType.ToUpperInvariant());

        /// <summary>Dates are the station's own days, without a zone; they are kept as they are, never moved to UTC.</summary>
        private DateTime Timestamp(string text, string path)
        {
            if (!DateTime.TryParseExact(text, DateForms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var date))
            {
                throw new MalformedBodyException(path, $"a date as yyyy-MM-ddTHH:mm:ss, not \"{ProviderJson.Shorten(text)}\"");
            }

            return NoaaCodes.Frequency(fetch.Dataset) == FrequencyCodes.Hourly ? date : date.Date;
        }
    }
}
