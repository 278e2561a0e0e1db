using System.Text.Json;
using Aurum.Domain;
using Aurum.Providers.Http;

namespace Aurum.Providers.WorldBank;

/// <summary>One page of an indicator: rows to observations, checked to be the rows that were asked for.</summary>
internal static class WorldBankObservations
{
    public static FetchResult Parse(WorldBankObservationsFetch fetch, WorldBankCursor cursor, JsonElement body, DateOnly receivedOn)
    {
        var envelope = WorldBankEnvelope.Read(body);
        if (envelope.Against(cursor) is { } failure)
        {
            return new FetchFailed(failure);
        }

        if (envelope.IsEmpty)
        {
            return Page.OfObservations([], null, null);
        }

        var asOf = envelope.LastUpdated is { } text ? ProviderJson.Date(text, "$[0].lastupdated") : receivedOn;
        var rows = new List<Row>();
        foreach (var (element, index) in envelope.Rows.EnumerateArray().Select((row, index) => (row, index)))
        {
            var row = Row.Read(element, $"$[1][{index}]", asOf);
            if (!IsAsked(fetch, row))
            {
                return new FetchFailed(new Failure(FailureKind.Transient, $"answer is about another question: it has {row.Indicator} of {row.GeoId}, asked was {fetch.Label}"));
            }

            rows.Add(row);
        }

        var next = envelope.Page < envelope.Pages ? new WorldBankCursor(envelope.Page + 1, envelope.LastUpdated, envelope.Total).ToString() : null;
        return Page.OfObservations([.. fetch.Wants.SelectMany(want => Slices(want, rows, envelope.SourceId))], next, completeBefore: null);
    }

    /// <summary>The service's own cache was seen to answer with the rows of a different question.</summary>
    private static bool IsAsked(WorldBankObservationsFetch fetch, Row row) =>
        row.Indicator.Equals(fetch.Indicator, StringComparison.OrdinalIgnoreCase) && fetch.Countries.Any(row.IsOf);

    /// <summary>A window that does not fit the series is ignored by the service, which then sends everything.</summary>
    private static IEnumerable<ObservationSlice> Slices(Want want, List<Row> rows, string? sourceId)
    {
        var ofWant = rows.Where(row => row.IsOf(WorldBankSeries.Of(want.Series).Country)).ToList();
        var frequency = OneFrequency(ofWant, want.Known?.FrequencyCode);
        var window = WorldBankPlan.Clip(want);
        return
            from row in ofWant
            where row.Period.Frequency == frequency && window.Contains(row.Period.Start)
            group row by (row.Unit, row.GeoId) into alike
            select new ObservationSlice(
                want.Series.Id,
                new SeriesAttributes(alike.Key.Unit ?? want.Known?.UnitCode, frequency, sourceId, alike.Key.GeoId),
                [.. alike.GroupBy(row => row.Period.Start).OrderBy(day => day.Key).Select(day => day.Last().Observation)]);
    }

    /// <summary>Some series hold years, quarters and months side by side: only one of them is the series.</summary>
    private static string? OneFrequency(List<Row> rows, string? known)
    {
        var found = rows.Select(row => row.Period.Frequency).Distinct().ToList();
        return found.Count <= 1 ? found.FirstOrDefault()
            : known is not null && found.Contains(known) ? known
            : found.Contains(FrequencyCodes.Annual) ? FrequencyCodes.Annual
            : found.Contains(FrequencyCodes.Quarterly) ? FrequencyCodes.Quarterly
            : FrequencyCodes.Monthly;
    }

    /// <param name="CountryId">Two characters, invented for aggregates.</param>
    /// <param name="Iso3">May be empty for aggregates and outside the World Development Indicators.</param>
    private sealed record Row(string Indicator, string CountryId, string Iso3, WorldBankPeriod Period, string? Unit, Observation Observation)
    {
        public string GeoId => Iso3.Length > 0 ? Iso3 : CountryId;

        public static Row Read(JsonElement row, string path, DateOnly asOf)
        {
            var indicator = row.Required("indicator", path).RequiredString("id", $"{path}.indicator").Trim();
            var country = row.Required("country", path).RequiredString("id", $"{path}.country").Trim();
            var period = WorldBankPeriod.Read(row.RequiredString("date", path).Trim(), $"{path}.date");
            var (value, raw) = Value(row.Required("value", path), $"{path}.value");
            return new Row(
                indicator,
                country,
                row.OptionalText("countryiso3code")?.Trim() ?? "",
                period,
                NotBlank(row.OptionalText("unit")),
                new Observation(period.Start, asOf, value, raw, Status: NotBlank(row.OptionalText("obs_status"))));
        }

        public bool IsOf(string code) => Iso3.Equals(code, StringComparison.OrdinalIgnoreCase) || CountryId.Equals(code, StringComparison.OrdinalIgnoreCase);

        private static (double? Value, string? Raw) Value(JsonElement value, string path)
        {
            var text = value.ValueKind switch
            {
                JsonValueKind.Null => "",
                JsonValueKind.Number => value.GetRawText(),
                JsonValueKind.String => value.GetString()!.Trim(),
                _ => throw new MalformedBodyException(path, "a number or null"),
            };
            if (text.Length == 0)
            {
                return (null, null);
            }

            return ValueText.TryParse(text, out var number, out var raw)
                ? (number, raw)
                : throw new MalformedBodyException(path, $"a number or null, not \"{ProviderJson.Shorten(text)}\"");
        }

        private static string? NotBlank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
    }
}
