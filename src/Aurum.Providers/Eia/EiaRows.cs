using System.Text.Json;
using Aurum.Domain;
using Aurum.Providers.Http;

namespace Aurum.Providers.Eia;

/// <summary>One page of rows, of a route or of the bridge, sorted out by series.</summary>
internal static class EiaRows
{
    private const string FlagText = "dataFlagDescription";

    private static readonly string[] GeographyColumns = ["duoarea", "stateid", "location", "respondent"];

    /// <param name="pageSize">Rows asked for.</param>
    public static FetchResult OfRoute(EiaDataFetch fetch, EiaCursor? cursor, JsonElement root, DateOnly receivedOn, int pageSize = EiaRequest.RowsPerPage)
    {
        var rows = Rows(root);
        if (EiaPaging.Misplaced(rows, cursor, fetch.Selection.Names) is { } failure)
        {
            return new FetchFailed(failure);
        }

        var slots = EiaSlot.Of(fetch.Wants);
        var (route, frequency, names) = (fetch.Selection.Route, fetch.Selection.Frequency, fetch.Selection.Names);
        var bySeries = fetch.Wants.Select(want => want.Series).DistinctBy(series => series.Id)
            .Zip(slots)
            .ToLookup(pair => Combination(names.Select(pair.First.Facet)), pair => pair.Second, StringComparer.Ordinal);
        var order = new EiaOrder(frequency.Shape);
        var values = new string[names.Count];
        foreach (var (index, row) in rows.EnumerateArray().Index().Skip(EiaPaging.Overlap(cursor)))
        {
            var timestamp = Period(row, index, frequency);
            order.Add(timestamp);
            for (var facet = 0; facet < names.Count; facet++)
            {
                values[facet] = Facet(row, index, names[facet]);
            }

            foreach (var slot in bySeries[Combination(values)])
            {
                Add(slot, slot.Column!, row, index, timestamp, route, receivedOn);
            }
        }

        return ToPage(slots, EiaPaging.Next(root, rows, cursor, names, pageSize), order) with { Count = EiaPaging.Total(root) };
    }

    /// <summary>
    /// The bridge may ignore bounds, order and offset, and sends the newest 5000 rows then: what lies outside the windows is
    /// dropped, and a page that comes twice tells that there are rows it does not give.
    /// </summary>
    public static FetchResult OfLegacy(EiaLegacyFetch fetch, EiaCursor? cursor, JsonElement root, DateOnly receivedOn)
    {
        var rows = Rows(root);
        if (EiaPaging.Repeats(rows, cursor))
        {
            return new FetchFailed(new Failure(
                FailureKind.Rejected,
                $"the bridge gives {rows.GetArrayLength()} rows of {fetch.Series.Code} and no others, back to {KeyedTriage.Masked(rows[rows.GetArrayLength() - 1].OptionalText("period") ?? "?")}; expected its route to be configured instead, or a later start"));
        }

        if (EiaPaging.Misplaced(rows, cursor, []) is { } failure)
        {
            return new FetchFailed(failure);
        }

        var slots = EiaSlot.Of(fetch.Wants);
        var frequency = EiaFrequency.OfLegacy(fetch.Series.Code)!;
        var column = EiaColumns.Find(rows);
        var dataset = root.GetProperty("response").OptionalText("id");
        var order = new EiaOrder(frequency.Shape);
        foreach (var (index, row) in rows.EnumerateArray().Index().Skip(EiaPaging.Overlap(cursor)))
        {
            var timestamp = Period(row, index, frequency);
            order.Add(timestamp);
            Add(slots[0], column, row, index, timestamp, dataset, receivedOn);
        }

        return ToPage(slots, order.HasPassed(fetch.Window) ? null : EiaPaging.Next(root, rows, cursor, []), order) with { Count = EiaPaging.Total(root) };
    }

    public static JsonElement Rows(JsonElement root) => root.Required("response", "$").RequiredArray("data", "$.response");

    /// <summary>The unit that a row gives for a column; each family of routes has its own place for it.</summary>
    public static string? Unit(JsonElement row, string column) =>
        row.OptionalText($"{column}-units") ?? row.OptionalText("units") ?? row.OptionalText("unit");

    public static bool IsGeography(string column) => GeographyColumns.Contains(column);

    public static string? Geography(JsonElement row)
    {
        foreach (var column in GeographyColumns)
        {
            if (row.TryGetProperty(column, out _))
            {
                return row.OptionalText(column);
            }
        }

        return null;
    }

    private static void Add(EiaSlot slot, string column, JsonElement row, int index, DateTime timestamp, string? dataset, DateOnly receivedOn)
    {
        if (!slot.Wants(timestamp))
        {
            return;
        }

        var (value, raw) = Value(row, column, index);
        var status = row.OptionalText("dataFlagId") ?? EiaValue.Reason(value, raw);
        slot.Add(Unit(row, column), Geography(row), dataset, new Observation(timestamp, receivedOn, value, slot.IsLegacy ? EiaValue.Plain(value, raw) : raw, status, Metadata: Flag(row)));
    }

    public static (double? Value, string? Raw) Value(JsonElement row, string column, int index)
    {
        if (!row.TryGetProperty(column, out var element))
        {
            throw new MalformedBodyException($"{Path(index)}.{column}", "to be present");
        }

        return EiaValue.TryRead(element, out var value, out var raw)
            ? (value, raw)
            : throw new MalformedBodyException(
                $"{Path(index)}.{column}",
                $"a number or a word for a missing one, not {ProviderJson.Shorten(element.GetRawText())}; a column of texts cannot be collected, take it out of \"data\"");
    }

    public static DateTime Period(JsonElement row, int index, EiaFrequency frequency)
    {
        if (row.ValueKind != JsonValueKind.Object || !row.TryGetProperty("period", out _))
        {
            throw new MalformedBodyException($"{Path(index)}.period", "to be present");
        }

        return EiaPeriod.Parse(row.OptionalText("period")) is { } period && period.Shape == frequency.Shape
            ? period.Timestamp
            : throw new MalformedBodyException($"{Path(index)}.period", $"a period such as {EiaPeriod.Format(new DateTime(2024, 1, 1), frequency.Shape)}, not \"{ProviderJson.Shorten(row.OptionalText("period") ?? "null")}\"");
    }

    public static string Facet(JsonElement row, int index, string name) =>
        row.TryGetProperty(name, out _) ? row.OptionalText(name) ?? "" : throw new MalformedBodyException($"{Path(index)}.{name}", "to be present");

    private static string Combination(IEnumerable<string> values) => string.Join('\n', values);

    private static Page ToPage(List<EiaSlot> slots, EiaCursor? next, EiaOrder order) =>
        Page.OfObservations([.. slots.SelectMany(slot => slot.Slices())], next?.ToString(), next is null ? null : order.CompleteBefore);

    private static Dictionary<string, string>? Flag(JsonElement row) =>
        row.OptionalText(FlagText) is { Length: > 0 } text ? new Dictionary<string, string> { [FlagText] = text } : null;

    private static string Path(int index) => $"$.response.data[{index}]";
}
