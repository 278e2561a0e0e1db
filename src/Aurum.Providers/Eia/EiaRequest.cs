using System.Globalization;
using Aurum.Domain;
using Aurum.Providers.Http;

namespace Aurum.Providers.Eia;

/// <summary>The URLs of EIA's calls.</summary>
internal static class EiaRequest
{
    /// <summary>The most rows that EIA sends at once.</summary>
    public const int RowsPerPage = 5000;

    /// <summary>With it the whole address is shorter than the 2000 characters that every server takes.</summary>
    public const int LongestSureQuery = 1600;

    public static HttpRequestMessage Of(Fetch fetch, EiaCursor? cursor, ProviderAccess access) => fetch switch
    {
        EiaDataFetch data => KeyedQuery.Get(access, $"{data.Selection.Route}/data", [.. Rows(data), .. PageOf(cursor)]),
        EiaLegacyFetch { Kind: FetchKind.Catalog } legacy => KeyedQuery.Get(access, LegacyPath(legacy.Series), [("length", "1")]),
        EiaLegacyFetch legacy => KeyedQuery.Get(
            access,
            LegacyPath(legacy.Series),
            [.. Bounds(legacy.Window, EiaFrequency.OfLegacy(legacy.Series.Code)!), .. Sorting("asc", []), .. PageOf(cursor)]),
        EiaMetadataFetch metadata => KeyedQuery.Get(access, metadata.Route, []),
        EiaFacetFetch facet => KeyedQuery.Get(access, $"{facet.Route}/facet/{facet.Facet}", []),
        EiaSurveyFetch survey => KeyedQuery.Get(
            access,
            $"{survey.Selection.Route}/data",
            [.. Filter(survey.Selection), .. Sorting("desc", survey.Selection.Names), .. PageOf(survey.From?.Rows)]),
        _ => throw new ArgumentException($"No fetch of EIA: {fetch.GetType()}.", nameof(fetch)),
    };

    public static HttpRequestMessage Of(EiaLegacyCatalogFetch fetch, EiaLegacyCatalogCursor at, ProviderAccess access)
    {
        if (EiaLegacyCatalog.AsksBridge(fetch, at))
        {
            return KeyedQuery.Get(access, LegacyPath(fetch.Wants[at.Read].Series.Id), [("length", "1")]);
        }

        var routes = at.Compared.Select(row => EiaLegacyRoute.Presume(row.Entry.Series.Code)!).ToList();
        var selection = new EiaSelection(
            fetch.Route.Route,
            fetch.Route.Frequency,
            [fetch.Route.Column],
            [.. fetch.Route.Facets.Select((facet, index) => KeyValuePair.Create<string, IReadOnlyList<string>>(facet.Key, [.. routes.Select(route => route.Facets[index].Value).Distinct(StringComparer.Ordinal)]))]);
        var period = new Window(at.Compared[0].Period, at.Compared[0].Period.AddTicks(1));
        return KeyedQuery.Get(
            access, $"{selection.Route}/data", [.. Filter(selection), .. Bounds(period, selection.Frequency), .. Sorting("desc", selection.Names), .. PageOf(null)]);
    }

    public static int QueryLength(EiaDataFetch fetch) => KeyedQuery.Text(Rows(fetch)).Length;

    private static string LegacyPath(SeriesId series) => $"seriesid/{Uri.EscapeDataString(series.Code)}";

    private static IEnumerable<(string, string)> Rows(EiaDataFetch fetch) =>
        [.. Filter(fetch.Selection), .. Bounds(fetch.Window, fetch.Selection.Frequency), .. Sorting("asc", fetch.Selection.Names)];

    private static IEnumerable<(string, string)> Filter(EiaSelection selection) =>
    [
        ("frequency", selection.Frequency.Id),
        .. selection.Columns.Select((column, index) => ($"data[{index}]", column)),
        .. selection.Facets.SelectMany(facet => facet.Value.Select(value => ($"facets[{facet.Key}][]", value))),
    ];

    /// <summary>EIA's bounds are both inclusive, and must be of the frequency's own format: 2008-02 lies before 2008-02-01.</summary>
    private static IEnumerable<(string, string)> Bounds(Window window, EiaFrequency frequency)
    {
        var asked = EiaPeriod.Asked(window, frequency.Shape);
        if (asked.From != DateTime.MinValue)
        {
            yield return ("start", EiaPeriod.Bound(asked.From, frequency.Shape));
        }

        if (asked.To != DateTime.MaxValue)
        {
            yield return ("end", EiaPeriod.Bound(asked.To.AddTicks(-1), frequency.Shape));
        }
    }

    /// <summary>Pages overlap and miss rows unless the order is total.</summary>
    /// <param name="byPeriod">Direction of the periods.</param>
    private static IEnumerable<(string, string)> Sorting(string byPeriod, IEnumerable<string> facets) => facets
        .Select(facet => (Column: facet, Direction: "asc"))
        .Prepend(("period", byPeriod))
        .SelectMany((sort, index) => new[] { ($"sort[{index}][column]", sort.Item1), ($"sort[{index}][direction]", sort.Item2) });

    private static IEnumerable<(string, string)> PageOf(EiaCursor? cursor) =>
    [
        ("offset", (cursor?.Offset ?? 0).ToString(CultureInfo.InvariantCulture)),
        ("length", RowsPerPage.ToString(CultureInfo.InvariantCulture)),
    ];
}
