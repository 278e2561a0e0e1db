using System.Globalization;
using System.Text.Json;
using Aurum.Domain;
using Aurum.Providers.Http;

namespace Aurum.Providers.Fred;

/// <summary>What a saved response means, judged by its address alone.</summary>
internal static class FredExplain
{
    /// <summary>Endpoints that tell nothing of values or series, and the key of their list.</summary>
    private static readonly Dictionary<string, string> OtherLists = new(StringComparer.Ordinal)
    {
        ["category"] = "categories",
        ["category/related"] = "categories",
        ["category/tags"] = "tags",
        ["related_tags"] = "tags",
        ["release"] = "releases",
        ["release/dates"] = "release_dates",
        ["release/sources"] = "sources",
        ["release/tables"] = "elements",
        ["release/tags"] = "tags",
        ["releases"] = "releases",
        ["releases/dates"] = "release_dates",
        ["series/categories"] = "categories",
        ["series/release"] = "releases",
        ["series/tags"] = "tags",
        ["source"] = "sources",
        ["source/releases"] = "releases",
        ["sources"] = "sources",
        ["tags"] = "tags",
    };

    /// <summary>Parameters that say which list it is; no others get into a text, as one of them may be a key by a wrong name.</summary>
    private static readonly string[] NamesOfLists = ["category_id", "release_id", "search_text", "tag_names", "filter_variable", "filter_value"];

    private static readonly string[] SeriesLists = ["category/series", "release/series", "series/search", "tags/series"];

    private static readonly string[] Known =
    [
        .. OtherLists.Keys.Concat(SeriesLists)
            .Concat(["category/children", "series", "series/observations", "series/updates", "series/vintagedates", "v2/release/observations"])
            .Order(StringComparer.Ordinal),
    ];

    public static FetchResult Of(Uri address, ProviderResponse response)
    {
        var (endpoint, query) = Read(address);
        if (endpoint is null || !Known.Contains(endpoint))
        {
            return Rejected($"the address is none that FRED's API is known to have; known are fred/ and one of: {string.Join(", ", Known)}");
        }

        var answer = FredXml.AsJson(response);
        return endpoint switch
        {
            "series/observations" => AboutSeries(query, answer, id => Observations(id, query, answer)),
            "series" => AboutSeries(query, answer, id => new FredSeriesFetch([], Series(id)).Parse(null, answer)),
            "series/vintagedates" => Document(endpoint, answer, root => VintageDates(root, Offset(query))),
            "series/updates" => Document(endpoint, answer, root => Updates(root, Offset(query))),
            "category/children" => new FredListingFetch(FetchKind.Facts, [], FredListing.OfChildren(KeyedTriage.Masked(query.GetValueOrDefault("category_id") ?? "0"))).Parse(null, answer),
            "v2/release/observations" => Document(endpoint, answer, root => Bulk(root, query.GetValueOrDefault("next_cursor"), answer.ReceivedOn)),
            _ when SeriesLists.Contains(endpoint) => Listing(endpoint, query, answer),
            _ => Document(endpoint, answer, root => Other(root, OtherLists[endpoint])),
        };
    }

    /// <summary>What stands behind the last <c>fred/</c> of the path, and the parameters.</summary>
    private static (string? Endpoint, Dictionary<string, string> Query) Read(Uri address)
    {
        var text = address.OriginalString;
        var end = text.IndexOfAny(['?', '#']);
        var segments = (end < 0 ? text : text[..end]).Split('/', StringSplitOptions.RemoveEmptyEntries);
        var fred = Array.LastIndexOf(segments, "fred");
        var query = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in end < 0 ? [] : text[(end + 1)..].Split('#')[0].Split('&'))
        {
            var parts = pair.Split('=', 2);
            if (parts.Length == 2)
            {
                query.TryAdd(parts[0], Uri.UnescapeDataString(parts[1].Replace('+', ' ')));
            }
        }

        return (fred < 0 ? null : string.Join('/', segments[(fred + 1)..]), query);
    }

    private static FetchResult AboutSeries(Dictionary<string, string> query, ProviderResponse response, Func<string, FetchResult> parse)
    {
        if (query.GetValueOrDefault("series_id") is { } id && FredDataset.IsSeriesId(id))
        {
            return parse(id);
        }

        // Errors are told even where the saved address was shortened.
        return FredErrors.Of(response, "the series asked for") is { } failure
            ? new FetchFailed(failure)
            : Rejected("the address has no parameter series_id with a series id, without which nothing tells what the response is about");
    }

    private static FetchResult Observations(string id, Dictionary<string, string> query, ProviderResponse response)
    {
        if (FredErrors.Of(response, Series(id)) is { } failure)
        {
            return new FetchFailed(failure);
        }

        if (query.GetValueOrDefault("units") is { } units and not "lin")
        {
            return Rejected($"these are not the values of {id} but what units={KeyedTriage.Masked(units)} makes of them; another series, which must not pass for it");
        }

        if (query.GetValueOrDefault("frequency") is { } frequency)
        {
            return Rejected($"these are not the values of {id} but summaries of them by frequency={KeyedTriage.Masked(frequency)}; another series, which must not pass for it");
        }

        var definition = new SeriesDefinition(Series(id), "", id, new Dictionary<string, string>(), Start: null, LookbackObservations: 0);
        Want[] wants = [new Want(definition, Window.Everything, Known: null)];
        return PeriodOf(query, response.ReceivedOn) is { } period
            ? Vintages(wants, new FredVintageCursor.Rows(Offset(query), Offset(query) > 0 ? FredVintageCursor.Rows.Untold : null, [period.From, period.To], FredUnits.Of(null)), response)
            : KeyedTriage.Read(response, body => FredObservations.Read(wants, definition.Id, Offset(query), body.Span));
    }

    /// <summary>What a collection makes of such a page: a row that is clipped to the period's first day tells nothing, as it was known before.</summary>
    private static FetchResult Vintages(IReadOnlyList<Want> wants, FredVintageCursor.Rows at, ProviderResponse response) =>
        new FredVintagesFetch(wants, wants[0].Series.Id, Window.Everything, From: null).Parse(at.ToString(), response) switch
        {
            Page { Next: { } next } page => page with { Next = FredVintageCursor.Parse(next).Offset.ToString(CultureInfo.InvariantCulture) },
            var other => other,
        };

    /// <summary>The real-time period that is asked about; null where it is a day, or where vintages come in columns or by their dates.</summary>
    private static (DateOnly From, DateOnly To)? PeriodOf(Dictionary<string, string> query, DateOnly today)
    {
        if (query.GetValueOrDefault("output_type", "1") != "1" || query.ContainsKey("vintage_dates"))
        {
            return null;
        }

        // One bound alone means today for the other, but for the first and the last day that there are.
        var (from, to) = (Day(query, "realtime_start"), Day(query, "realtime_end"));
        var period = (From: from ?? (to == FredDay.Never ? FredDay.Earliest : today), To: to ?? (from == FredDay.Earliest ? FredDay.Never : today));
        return period.From < period.To ? period : null;
    }

    private static DateOnly? Day(Dictionary<string, string> query, string name) =>
        DateOnly.TryParseExact(query.GetValueOrDefault(name), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    private static FetchResult Listing(string endpoint, Dictionary<string, string> query, ProviderResponse response)
    {
        var named = NamesOfLists.Where(query.ContainsKey).Select(name => (name, KeyedTriage.Masked(query[name])));
        var listing = FredListing.Of(endpoint, [.. named.DefaultIfEmpty(("of", "unknown"))]);
        return new FredListingFetch(FetchKind.Facts, [], listing).Parse(Offset(query).ToString(CultureInfo.InvariantCulture), response);
    }

    private static FetchResult Updates(JsonElement root, long offset)
    {
        var page = FredSeriesPage.Read(root, offset);
        return page.Failure is { } none
            ? new FetchFailed(none)
            : new Page([], page.Entries(), page.Next(most: null), Changed: page.Codes, Count: page.Count);
    }

    private static FetchResult VintageDates(JsonElement root, long offset)
    {
        var page = FredVintageDates.Read(root, offset);
        var read = offset + page.Days.Count;
        return page.Failure is { } none
            ? new FetchFailed(none)
            : new Page([], [], read < page.Count ? read.ToString(CultureInfo.InvariantCulture) : null, Count: page.Count);
    }

    private static Page Bulk(JsonElement root, string? cursor, DateOnly receivedOn)
    {
        var page = FredBulk.Read(root, cursor, receivedOn, isWanted: _ => true);
        return new Page(
            [.. page.Series.Select(series => series.SliceFor([new Want(new SeriesDefinition(series.Id, "", "", new Dictionary<string, string>(), null, 0), Window.Everything, Known: null)]))],
            [.. page.Series.Select(series => series.Entry)],
            page.Next);
    }

    private static Page Other(JsonElement root, string key)
    {
        var list = root.Required(key, "$");
        var items = list.ValueKind switch
        {
            JsonValueKind.Array => list.GetArrayLength(),
            JsonValueKind.Object => list.EnumerateObject().Count(),
            _ => throw new MalformedBodyException($"$.{key}", "a list"),
        };
        return new Page([], [], Count: root.OptionalText("count") is null ? items : root.RequiredCount("count", "$"));
    }

    private static FetchResult Document(string endpoint, ProviderResponse response, Func<JsonElement, FetchResult> parse) =>
        FredErrors.Of(response, endpoint) is { } failure ? new FetchFailed(failure) : KeyedTriage.ReadDocument(response, parse);

    private static long Offset(Dictionary<string, string> query) =>
        long.TryParse(query.GetValueOrDefault("offset"), NumberStyles.None, CultureInfo.InvariantCulture, out var offset) && offset <= int.MaxValue ? offset : 0;

    private static SeriesId Series(string id) => new(FredProvider.Name, id);

    private static FetchFailed Rejected(string detail) => new(new Failure(FailureKind.Rejected, detail));
}
