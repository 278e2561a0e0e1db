using System.Globalization;
using System.Text.Json;
using Aurum.Domain;
using Aurum.Providers.Http;

namespace Aurum.Providers.Noaa;

/// <summary>One page of <c>data</c>: rows to observations, and where the next page begins.</summary>
internal static class NoaaObservations
{
    public static FetchResult Parse(NoaaObservationsFetch fetch, NoaaCursor cursor, JsonElement body, DateOnly receivedOn, int limit = NoaaProvider.PageLength)
    {
        var (page, failure) = NoaaEnvelope.Read(body, cursor.Offset, cursor.Count, limit);
        if (failure is not null)
        {
            return new FetchFailed(failure);
        }

        var read = new NoaaRows(fetch, receivedOn);
        var order = new Order(cursor);
        string? lastRow = null;
        foreach (var (row, index) in page.Rows.Select((row, index) => (row, index)))
        {
            lastRow = Add(row, $"$.results[{index}]", fetch, read, order);
            if (lastRow == cursor.LastRow)
            {
                return new FetchFailed(new Failure(
                    FailureKind.Transient,
                    $"rows moved between two pages: {ProviderJson.Shorten(lastRow)}, with which the one before ended, came again behind row {cursor.Offset}",
                    BeginAnew: true));
            }
        }

        if (page.Next is not { } next)
        {
            return EndOfWindow(fetch, cursor.Window, read.Slices(), page.Count);
        }

        var following = new NoaaCursor(cursor.Window, next, order.Claimed, page.Count, lastRow).ToString();
        return Page.OfObservations(read.Slices(), following, order.CompleteBefore) with { Count = CountOf(fetch, page.Count) };
    }

    /// <summary>The page after the last one of a window is the first one of the next window.</summary>
    public static Page EndOfWindow(NoaaObservationsFetch fetch, Window window, IReadOnlyList<ObservationSlice> slices, long? count)
    {
        var following = fetch.Windows.Where(other => other.From > window.From).Take(1).ToList();
        return (following.Count == 0
            ? Page.OfObservations(slices, null, null)
            : Page.OfObservations(slices, NoaaCursor.StartOf(following[0]).ToString(), window.To)) with { Count = CountOf(fetch, count) };
    }

    /// <summary>The service counts a window's rows, which are the whole fetch only where there is one window.</summary>
    private static long? CountOf(NoaaObservationsFetch fetch, long? count) => fetch.Windows.Count == 1 ? count : null;

    /// <returns>What names the row among all others.</returns>
    private static string Add(JsonElement row, string path, NoaaObservationsFetch fetch, NoaaRows read, Order order)
    {
        var day = row.RequiredString("date", path);
        var date = read.Timestamp(day, $"{path}.date");
        var (station, dataType) = (row.RequiredString("station", path), row.RequiredString("datatype", path));
        var value = NoaaValue.Read(row.Required("value", path), fetch.Dataset, $"{path}.value");
        order.Pass(date, path);
        read.Add(path, date, station, dataType, value, row.OptionalText("attributes"));
        return $"{day} {station} {dataType}";
    }

    /// <summary>
    /// How far the rows are complete: up to the day of the last row, of which other stations' rows may follow. The order asked for is no
    /// documented one; where it is not kept, nobody knows before the end.
    /// </summary>
    private sealed class Order(NoaaCursor cursor)
    {
        private DateTime _last = DateTime.MinValue;
        private bool _isKept = true;

        public DateTime? CompleteBefore => !_isKept ? null : Claimed;

        /// <summary>What the next page must not fall behind.</summary>
        public DateTime Claimed => _isKept && _last.Date > cursor.Claimed ? DateTime.SpecifyKind(_last.Date, DateTimeKind.Utc) : cursor.Claimed;

        public void Pass(DateTime date, string path)
        {
            if (date < cursor.Claimed && cursor.Claimed > cursor.Window.From)
            {
                throw new MalformedBodyException($"{path}.date", string.Create(CultureInfo.InvariantCulture, $"rows in order of date, not {date:yyyy-MM-dd} after a page that ended at {cursor.Claimed:yyyy-MM-dd}"));
            }

            _isKept &= date >= _last;
            _last = date;
        }
    }
}
