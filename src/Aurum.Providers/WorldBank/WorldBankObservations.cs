using System.Text.Json;
using Aurum.Domain;
using Aurum.Providers.Http;

namespace Aurum.Providers.WorldBank;

/// <summary>One page of data: rows to observations, checked to be the rows that were asked for.</summary>
internal static class WorldBankObservations
{
    public static FetchResult Parse(WorldBankObservationsFetch fetch, WorldBankCursor cursor, JsonElement body, DateOnly receivedOn) =>
        Read(fetch.Question, cursor, WorldBankObservationsFetch.PageLength, body, receivedOn, (envelope, rows) =>
        {
            var unmatched = cursor.Unmatched && !rows.Exists(row => row.Period.Frequency == fetch.FrequencyCode);
            var next = envelope.Next(unmatched);
            if (OfAnotherFrequency(fetch, envelope, rows, unmatched) is { } failure)
            {
                return new FetchFailed(failure);
            }

            var byPlace = ByPlace(rows.Where(row => row.Period.Frequency == fetch.FrequencyCode));
            return Page.OfObservations([.. fetch.Wants.SelectMany(want => Slices(want, byPlace, fetch, envelope))], next?.ToString(), completeBefore: null) with { Count = envelope.Total };
        });

    /// <summary>Every series of a page, where nobody says which are wanted.</summary>
    public static FetchResult Explain(WorldBankQuestion question, long page, long? pageLength, JsonElement body, DateOnly receivedOn) =>
        Read(question, WorldBankCursor.First with { Page = page }, pageLength, body, receivedOn, (envelope, rows) =>
        {
            var slices =
                from row in rows
                group row by (row.Indicator, row.Code, row.Period.Frequency, Unit: row.Unit ?? row.NamedUnit) into alike
                select new ObservationSlice(
                    new SeriesId(WorldBankProvider.Name, WorldBankSeries.CodeOf(alike.Key.Indicator, alike.Key.Code, alike.Key.Frequency)),
                    new SeriesAttributes(alike.Key.Unit, alike.Key.Frequency, envelope.SourceId ?? question.Source, alike.Key.Code),
                    WorldBankRow.InOrder(alike));
            return Page.OfObservations([.. slices], envelope.Next(unmatched: false)?.ToString(), completeBefore: null) with { Count = envelope.Total };
        });

    private static FetchResult Read(
        WorldBankQuestion question,
        WorldBankCursor cursor,
        long? pageLength,
        JsonElement body,
        DateOnly receivedOn,
        Func<WorldBankEnvelope, List<WorldBankRow>, FetchResult> read)
    {
        var envelope = WorldBankEnvelope.Read(body);
        if (envelope.Against(cursor, pageLength) is { } failure)
        {
            return new FetchFailed(failure);
        }

        var asOf = envelope.LastUpdated is { } text ? ProviderJson.Date(text, "$[0].lastupdated") : receivedOn;
        var indicators = question.Indicators.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var countries = question.Countries.Concat(question.OtherCodes).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var rows = new List<WorldBankRow>();
        var namedUnits = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var element in envelope.IsEmpty ? default(JsonElement.ArrayEnumerator) : envelope.Rows.EnumerateArray())
        {
            var row = WorldBankRow.Read(element, rows.Count, asOf, namedUnits);
            if (!indicators.Contains(row.Indicator) || !(countries.Count == 0 || countries.Contains(row.Iso3) || countries.Contains(row.CountryId)))
            {
                return new FetchFailed(new Failure(FailureKind.Transient, OfAnotherQuestion(question, row)));
            }

            rows.Add(row);
        }

        return read(envelope, rows);
    }

    /// <summary>The service's own cache was seen to answer with the rows of a different question.</summary>
    private static string OfAnotherQuestion(WorldBankQuestion question, WorldBankRow row)
    {
        var hint = row.Iso3.Length == 0 && question.Countries.Any(code => code.Length > 2) ? "; this database tells only codes of two characters, name its countries by them" : "";
        return $"answer is about another question: it has {ProviderJson.Shorten(row.Indicator)} of {ProviderJson.Shorten(row.Code)}, asked was {question.Asked}{hint}";
    }

    /// <summary>
    /// An indicator without any row in the form that was asked for is not there in that frequency. Where one page tells, one of several is
    /// a rejection, so that the others are asked for without it; of many pages only that none had such a row is certain in the end.
    /// </summary>
    private static Failure? OfAnotherFrequency(WorldBankObservationsFetch fetch, WorldBankEnvelope envelope, List<WorldBankRow> rows, bool unmatched)
    {
        if (envelope.Page < envelope.Pages || (envelope.Pages > 1 && !unmatched))
        {
            return null;
        }

        var matched = rows.Where(row => row.Period.Frequency == fetch.FrequencyCode).Select(row => row.Indicator).ToHashSet(StringComparer.Ordinal);
        var others = rows.Where(row => !matched.Contains(row.Indicator)).ToList();
        if (others.Count == 0)
        {
            return null;
        }

        var found = others.Select(row => WorldBankFrequency.WordOf(row.Period.Frequency)).Distinct().ToList();
        return new Failure(
            fetch.Question.Indicators.Count > 1 ? FailureKind.Rejected : FailureKind.Malformed,
            $"all rows of {others[0].Indicator} are {string.Join(" or ", found)}, asked was for {WorldBankFrequency.WordOf(fetch.FrequencyCode)} ones; say \"frequency\": \"{found[0]}\" in its dataset");
    }

    /// <summary>By indicator and by each of the codes an economy has.</summary>
    private static Dictionary<(string Indicator, string Code), List<WorldBankRow>> ByPlace(IEnumerable<WorldBankRow> rows)
    {
        var byPlace = new Dictionary<(string Indicator, string Code), List<WorldBankRow>>();
        foreach (var row in rows)
        {
            Add(row, row.CountryId);
            if (row.Iso3.Length > 0 && row.Iso3 != row.CountryId)
            {
                Add(row, row.Iso3);
            }
        }

        return byPlace;

        void Add(WorldBankRow row, string code)
        {
            if (!byPlace.TryGetValue((row.Indicator, code), out var of))
            {
                byPlace[(row.Indicator, code)] = of = [];
            }

            of.Add(row);
        }
    }

    /// <summary>A window that does not fit the series is ignored by the service, which then sends everything.</summary>
    private static IEnumerable<ObservationSlice> Slices(
        Want want,
        Dictionary<(string Indicator, string Code), List<WorldBankRow>> byPlace,
        WorldBankObservationsFetch fetch,
        WorldBankEnvelope envelope)
    {
        var series = WorldBankSeries.Of(want.Series);
        if (!byPlace.TryGetValue((series.Indicator, series.Country), out var rows) && !byPlace.TryGetValue((series.Indicator, series.Economy.Iso2 ?? ""), out rows))
        {
            return [];
        }

        var window = WorldBankPlan.Clip(want);
        return
            from row in rows
            where window.Contains(row.Period.Start)
            group row by (Unit: row.Unit ?? want.Known?.UnitCode ?? row.NamedUnit, GeoId: row.Iso3.Length > 0 || series.Country.Length != 3 ? row.Code : series.Country) into alike
            select new ObservationSlice(
                want.Series.Id,
                new SeriesAttributes(alike.Key.Unit, fetch.FrequencyCode, envelope.SourceId ?? fetch.Question.Source, alike.Key.GeoId),
                WorldBankRow.InOrder(alike));
    }
}
