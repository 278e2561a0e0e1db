using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Aurum.Domain;
using Aurum.Providers.Http;

namespace Aurum.Providers.Fred;

/// <summary>One page of <c>series/observations</c>, read straight from its bytes: a page may hold 100,000 rows.</summary>
internal static class FredObservations
{
    /// <summary>FRED takes no earlier bound; without one it sends all it has.</summary>
    private static readonly DateTime EarliestBound = FredDay.Earliest.AtMidnightUtc();

    /// <param name="realTime">First and last day of the knowledge asked for; null for today's.</param>
    public static HttpRequestMessage Request(ProviderAccess access, SeriesId series, Window window, long offset, (DateOnly From, DateOnly To)? realTime)
    {
        List<(string, string)> parameters =
        [
            ("series_id", series.Code),
            ("file_type", "json"),
            ("sort_order", "asc"),
            ("limit", FredProvider.RowsPerPage.ToString(CultureInfo.InvariantCulture)),
            ("offset", offset.ToString(CultureInfo.InvariantCulture)),
        ];
        if (window.From >= EarliestBound)
        {
            parameters.Add(("observation_start", FredDay.Text(window.From)));
        }

        if (window.To != DateTime.MaxValue)
        {
            parameters.Add(("observation_end", FredDay.Text(window.To.AddTicks(-1))));
        }

        if (realTime is { } period)
        {
            parameters.Add(("realtime_start", FredDay.Text(period.From)));
            parameters.Add(("realtime_end", FredDay.Text(period.To)));
        }

        return KeyedQuery.Get(access, "fred/series/observations", parameters);
    }

    /// <summary>A page of the latest values, of which each date has one.</summary>
    public static FetchResult ReadLatest(IReadOnlyList<Want> wants, SeriesId series, FredPlace place, ReadOnlySpan<byte> body)
    {
        var (count, rows) = ReadRows(wants, place.Offset, body);
        if (place.After is { } after && rows.Span?.Oldest <= after.AtMidnightUtc())
        {
            return new FetchFailed(new Failure(
                FailureKind.Transient,
                $"rows moved between two pages: the one before ended with {FredDay.Text(after)}, and the one at offset {place.Offset} has {FredDay.Text(rows.Span.Value.Oldest)}",
                BeginAnew: true));
        }

        RefuseRepeatedDates(rows.InOrder());
        return ToPage(wants, series, place.Offset, count, rows);
    }

    /// <summary>A page of values, of the latest or of any vintages.</summary>
    /// <param name="offset">How many rows came before this page.</param>
    public static FetchResult Read(IReadOnlyList<Want> wants, SeriesId series, long offset, ReadOnlySpan<byte> body)
    {
        var (count, rows) = ReadRows(wants, offset, body);
        return ToPage(wants, series, offset, count, rows);
    }

    private static FetchResult ToPage(IReadOnlyList<Want> wants, SeriesId series, long offset, long count, FredRows rows)
    {
        if (MissingRows(offset, count, rows) is { } failure)
        {
            return failure;
        }

        var next = offset + rows.Count;
        var slices = Slices(wants, series, rows.InOrder());
        return next < count
            ? new Page(slices, [], new FredPlace(next, DateOnly.FromDateTime(rows.Span!.Value.Newest)).ToString(), rows.CompleteBefore, Count: count)
            : new Page(slices, [], Count: count);
    }

    private static void RefuseRepeatedDates(IReadOnlyList<Observation> rows)
    {
        for (var index = 1; index < rows.Count; index++)
        {
            if (rows[index].Timestamp == rows[index - 1].Timestamp)
            {
                throw new MalformedBodyException("$.observations", $"one row for {FredDay.Text(rows[index].Timestamp)}, not several");
            }
        }
    }

    /// <summary>All rows of the page inside a wanted window, and how many rows FRED says the whole answer has.</summary>
    public static (long Count, FredRows Rows) ReadRows(IReadOnlyList<Want> wants, long offset, ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new MalformedBodyException("$", "an object");
        }

        long? count = null;
        long? echoedOffset = null;
        var byColumn = false;
        FredRows? rows = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("count"u8))
            {
                count = WholeNumber(ref reader, "$.count");
            }
            else if (reader.ValueTextEquals("offset"u8))
            {
                echoedOffset = WholeNumber(ref reader, "$.offset");
            }
            else if (reader.ValueTextEquals("output_type"u8))
            {
                byColumn = WholeNumber(ref reader, "$.output_type") is 2 or 3;
            }
            else if (reader.ValueTextEquals("observations"u8))
            {
                rows = ReadRows(ref reader, wants, byColumn, (int)Math.Clamp((count ?? 0) - offset, 0, FredProvider.RowsPerPage));
            }
            else
            {
                reader.Skip();
            }
        }

        // Beyond the root object only blanks may follow; the reader throws on anything else.
        reader.Read();
        if (rows is null)
        {
            throw new MalformedBodyException("$.observations", "to be present");
        }

        if (echoedOffset is { } echoed && echoed != offset)
        {
            throw new MalformedBodyException("$.offset", $"{offset}, the offset asked for");
        }

        return (count ?? throw new MalformedBodyException("$.count", "to be present"), rows);
    }

    /// <summary>Half a series must never pass for a whole one.</summary>
    public static FetchFailed? MissingRows(long offset, long count, FredRows rows) => rows.Count == 0 && offset < count
        ? new FetchFailed(new Failure(FailureKind.Transient, $"no rows at offset {offset} although FRED counts {count}; expected the rows from there on"))
        : null;

    public static IReadOnlyList<ObservationSlice> Slices(IReadOnlyList<Want> wants, SeriesId series, IReadOnlyList<Observation> rows)
    {
        var known = wants.Select(want => want.Known).LastOrDefault(entry => entry is not null);
        return rows.Count == 0
            ? []
            : [new ObservationSlice(series, new SeriesAttributes(known?.UnitCode, known?.FrequencyCode, known?.DatasetCode, known?.GeoId), rows)];
    }

    /// <param name="byColumn">Output types 2 and 3 have a column for each vintage; a row of type 3 may have none.</param>
    private static FredRows ReadRows(ref Utf8JsonReader reader, IReadOnlyList<Want> wants, bool byColumn, int expected)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new MalformedBodyException("$.observations", "an array");
        }

        var rows = new FredRows([.. wants.Select(want => want.Window)], expected);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                throw new MalformedBodyException(Path(rows.Count), "an object");
            }

            ReadRow(ref reader, rows, byColumn);
        }

        return rows;
    }

    private static void ReadRow(ref Utf8JsonReader reader, FredRows rows, bool byColumn)
    {
        var index = rows.Count;
        List<(DateOnly AsOf, double? Value, string? Raw)>? vintages = byColumn ? [] : null;
        DateOnly? asOf = null;
        DateOnly? date = null;
        var hasValue = false;
        double? value = null;
        string? raw = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("realtime_start"u8))
            {
                asOf = Date(Text(ref reader, index, "realtime_start"), index, "realtime_start");
            }
            else if (reader.ValueTextEquals("date"u8))
            {
                date = Date(Text(ref reader, index, "date"), index, "date");
            }
            else if (reader.ValueTextEquals("value"u8))
            {
                (value, raw) = Value(ref reader, index, "value");
                hasValue = true;
            }
            else if (vintages is not null && VintageOf(ref reader) is { } vintage)
            {
                var (known, text) = Value(ref reader, index, "the value of a vintage");
                vintages.Add((vintage, known, text));
            }
            else
            {
                reader.Skip();
            }
        }

        var timestamp = date ?? throw new MalformedBodyException($"{Path(index)}.date", "to be present");
        if (vintages is not null)
        {
            rows.Add(timestamp.AtMidnightUtc(), vintages);
            return;
        }

        if (!hasValue)
        {
            throw new MalformedBodyException($"{Path(index)}.value", "to be present");
        }

        rows.Add(new Observation(timestamp.AtMidnightUtc(), asOf ?? throw new MalformedBodyException($"{Path(index)}.realtime_start", "to be present"), value, raw));
    }

    /// <summary>The day in the name of a vintage's column: <c>GDP_20240125</c>.</summary>
    private static DateOnly? VintageOf(ref Utf8JsonReader reader)
    {
        var name = reader.ValueSpan;
        return name.Length > 9 && name[^9] == (byte)'_'
            && Digits(name[^8..^4]) is var year and > 0
            && Digits(name[^4..^2]) is var month and >= 1 and <= 12
            && Digits(name[^2..]) is var day and >= 1
            && day <= DateTime.DaysInMonth(year, month)
                ? new DateOnly(year, month, day)
                : null;
    }

    private static (double? Value, string? Raw) Value(ref Utf8JsonReader reader, int index, string key)
    {
        var text = Text(ref reader, index, key);
        if (text.SequenceEqual("."u8))
        {
            return (null, null);
        }

        return ValueText.TryParse(text, out var number, out var raw)
            ? (number, raw)
            : throw new MalformedBodyException($"{Path(index)}.{key}", $"a number or \".\", not \"{ProviderJson.Shorten(Encoding.UTF8.GetString(text))}\"");
    }

    /// <summary>The bytes of a string or number, in place unless it has escapes, which FRED's dates and values have not.</summary>
    private static ReadOnlySpan<byte> Text(ref Utf8JsonReader reader, int index, string key)
    {
        reader.Read();
        if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.Number))
        {
            throw new MalformedBodyException($"{Path(index)}.{key}", "a string");
        }

        return reader.ValueIsEscaped ? Encoding.UTF8.GetBytes(reader.GetString()!) : reader.ValueSpan;
    }

    private static DateOnly Date(ReadOnlySpan<byte> text, int index, string key)
    {
        if (text.Length == 10 && text[4] == (byte)'-' && text[7] == (byte)'-'
            && Digits(text[..4]) is var year and > 0
            && Digits(text[5..7]) is var month and >= 1 and <= 12
            && Digits(text[8..]) is var day and >= 1
            && day <= DateTime.DaysInMonth(year, month))
        {
            return new DateOnly(year, month, day);
        }

        throw new MalformedBodyException($"{Path(index)}.{key}", $"a date as YYYY-MM-DD, not \"{ProviderJson.Shorten(Encoding.UTF8.GetString(text))}\"");
    }

    private static int Digits(ReadOnlySpan<byte> text)
    {
        var number = 0;
        foreach (var c in text)
        {
            if (!char.IsAsciiDigit((char)c))
            {
                return -1;
            }

            number = (number * 10) + (c - '0');
        }

        return number;
    }

    private static long WholeNumber(ref Utf8JsonReader reader, string path)
    {
        reader.Read();
        return reader.TokenType is JsonTokenType.Number or JsonTokenType.String
            && Utf8Parser.TryParse(reader.ValueSpan, out long number, out var used)
            && used == reader.ValueSpan.Length
            && number is >= 0 and <= int.MaxValue
                ? number
                : throw new MalformedBodyException(path, "a whole number");
    }

    private static string Path(int index) => $"$.observations[{index}]";
}
