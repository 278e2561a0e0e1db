using System.Text.Json;
using Aurum.Domain;
using Aurum.Providers.Http;

namespace Aurum.Providers.Noaa;

/// <summary>
/// One answer of the access data service: a list of wide rows, one for each station and date, with blank-padded texts. It has no
/// pages and no count: one answer is one window.
/// </summary>
internal static class NceiObservations
{
    private const string AttributesSuffix = "_ATTRIBUTES";

    public static FetchResult Parse(NoaaObservationsFetch fetch, Window window, JsonElement body, DateOnly receivedOn)
    {
        if (body.ValueKind != JsonValueKind.Array)
        {
            throw new MalformedBodyException("$", "a list of rows");
        }

        var read = new NoaaRows(fetch, receivedOn);
        foreach (var (row, index) in body.EnumerateArray().Select((row, index) => (row, index)))
        {
            Add(row, $"$[{index}]", fetch, read);
        }

        return NoaaObservations.EndOfWindow(fetch, window, read.Slices(), body.GetArrayLength());
    }

    private static void Add(JsonElement row, string path, NoaaObservationsFetch fetch, NoaaRows read)
    {
        var date = read.Timestamp(row.RequiredString("DATE", path).Trim(), $"{path}.DATE");
        var station = row.RequiredString("STATION", path).Trim();
        foreach (var cell in row.EnumerateObject().Where(cell => IsElement(cell.Name) && read.Takes(station, cell.Name)))
        {
            // A missing value may come as no key, as blanks or as a stand-in; the other service has no row for any of them.
            if (TextOf(cell.Value, $"{path}.{cell.Name}") is { Length: > 0 } text
                && NoaaValue.Read(Plain(text), fetch.Dataset, $"{path}.{cell.Name}") is { Value: not null } value)
            {
                read.Add($"{path}.{cell.Name}", date, station, cell.Name, value, row.OptionalText(cell.Name + AttributesSuffix));
            }
        }
    }

    /// <summary>Element codes have four characters; STATION, DATE, NAME and the place are no elements.</summary>
    private static bool IsElement(string key) => key is { Length: 4 } and not ("DATE" or "NAME") && NoaaDataset.IsDataType(key);

    private static string? TextOf(JsonElement cell, string path) => cell.ValueKind switch
    {
        JsonValueKind.String => cell.GetString()!.Trim(),
        JsonValueKind.Number => cell.GetRawText(),
        JsonValueKind.Null => null,
        _ => throw new MalformedBodyException(path, "a text"),
    };

    /// <summary>Columns are printed to a width: zeros at the end say no more than the number that the other service sends.</summary>
    private static string Plain(string text) =>
        text.Contains('.', StringComparison.Ordinal) && !text.Contains('e', StringComparison.OrdinalIgnoreCase) ? text.TrimEnd('0').TrimEnd('.') : text;
}
