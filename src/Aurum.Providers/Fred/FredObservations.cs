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
    /// <param name="offset">How many rows came before this page.</param>
    public static FetchResult Read(FredFetch fetch, long offset, ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new MalformedBodyException("$", "an object");
        }

        long? count = null;
        long? echoedOffset = null;
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
            else if (reader.ValueTextEquals("observations"u8))
            {
                rows = ReadRows(ref reader, fetch, (int)Math.Clamp((count ?? 0) - offset, 0, FredProvider.RowsPerPage));
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

        return ToPage(fetch, offset, count ?? throw new MalformedBodyException("$.count", "to be present"), rows);
    }

    private static FetchResult ToPage(FredFetch fetch, long offset, long count, FredRows rows)
    {
        var next = offset + rows.Count;
        if (rows.Count == 0 && next < count)
        {
            return new FetchFailed(new Failure(FailureKind.Transient, $"no rows at offset {offset} although FRED counts {count}; expected the rows from there on"));
        }

        var known = fetch.Wants.Select(want => want.Known).LastOrDefault(entry => entry is not null);
        var slices = rows.Kept.Count == 0
            ? Array.Empty<ObservationSlice>()
            : [new ObservationSlice(fetch.Series, new SeriesAttributes(known?.UnitCode, known?.FrequencyCode, known?.DatasetCode, known?.GeoId), rows.InOrder())];
        return next < count
            ? Page.OfObservations(slices, next.ToString(CultureInfo.InvariantCulture), rows.CompleteBefore)
            : Page.OfObservations(slices, next: null, completeBefore: null);
    }

    private static FredRows ReadRows(ref Utf8JsonReader reader, FredFetch fetch, int expected)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new MalformedBodyException("$.observations", "an array");
        }

        var rows = new FredRows([.. fetch.Wants.Select(want => want.Window)], expected);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                throw new MalformedBodyException(Path(rows.Count), "an object");
            }

            rows.Add(ReadRow(ref reader, rows.Count));
        }

        return rows;
    }

    private static Observation ReadRow(ref Utf8JsonReader reader, int index)
    {
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
                var text = Text(ref reader, index, "value");
                (value, raw) = (null, null);
                if (!text.SequenceEqual("."u8))
                {
                    if (!ValueText.TryParse(text, out var number, out raw))
                    {
                        throw new MalformedBodyException($"{Path(index)}.value", $"a number or \".\", not \"{ProviderJson.Shorten(Encoding.UTF8.GetString(text))}\"");
                    }

                    value = number;
                }

                hasValue = true;
            }
            else
            {
                reader.Skip();
            }
        }

        if (!hasValue)
        {
            throw new MalformedBodyException($"{Path(index)}.value", "to be present");
        }

        var timestamp = date ?? throw new MalformedBodyException($"{Path(index)}.date", "to be present");
        return new Observation(timestamp.AtMidnightUtc(), asOf ?? throw new MalformedBodyException($"{Path(index)}.realtime_start", "to be present"), value, raw);
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
