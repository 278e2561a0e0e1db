using System.Globalization;
using Aurum.Domain;
using Aurum.Providers.Http;

namespace Aurum.Providers.Eia;

/// <summary>The URLs of EIA's calls.</summary>
internal static class EiaRequest
{
    /// <summary>The most rows that EIA sends at once.</summary>
    public const int RowsPerPage = 5000;

    public static HttpRequestMessage Of(Fetch fetch, EiaCursor? cursor, ProviderAccess access) => fetch switch
    {
        EiaDataFetch data => KeyedQuery.Get(access, $"{data.Route}/data", [.. Selection(data), .. PageOf(cursor)]),
        EiaLegacyFetch { Kind: FetchKind.Catalog } legacy => KeyedQuery.Get(access, LegacyPath(legacy), [("length", "1")]),
        EiaLegacyFetch legacy => KeyedQuery.Get(
            access,
            LegacyPath(legacy),
            [.. Bounds(legacy.Window, EiaFrequency.OfLegacy(legacy.Series.Code)!), .. Sorting(["period"]), .. PageOf(cursor)]),
        EiaMetadataFetch metadata => KeyedQuery.Get(access, metadata.Route, []),
        _ => throw new ArgumentException($"No fetch of EIA: {fetch.GetType()}.", nameof(fetch)),
    };

    public static int QueryLength(EiaDataFetch fetch) => KeyedQuery.Text(Selection(fetch)).Length;

    private static string LegacyPath(EiaLegacyFetch fetch) => $"seriesid/{Uri.EscapeDataString(fetch.Series.Code)}";

    private static IEnumerable<(string, string)> Selection(EiaDataFetch fetch) =>
    [
        ("frequency", fetch.Frequency.Id),
        .. fetch.Columns.Select((column, index) => ($"data[{index}]", column)),
        .. fetch.Facets.SelectMany(facet => facet.Value.Select(value => ($"facets[{facet.Key}][]", value))),
        .. Bounds(fetch.Window, fetch.Frequency),
        .. Sorting(["period", .. fetch.Facets.Select(facet => facet.Key)]),
    ];

    /// <summary>EIA's bounds are both inclusive, and must be of the frequency's own format: 2008-02 lies before 2008-02-01.</summary>
    private static IEnumerable<(string, string)> Bounds(Window window, EiaFrequency frequency)
    {
        if (window.From != DateTime.MinValue)
        {
            yield return ("start", EiaPeriod.Format(window.From, frequency.Shape));
        }

        if (window.To != DateTime.MaxValue)
        {
            yield return ("end", EiaPeriod.Format(window.To.AddTicks(-1), frequency.Shape, isEnd: true));
        }
    }

    /// <summary>Pages overlap and miss rows unless the order is total.</summary>
    private static IEnumerable<(string, string)> Sorting(IEnumerable<string> columns) =>
        columns.SelectMany((column, index) => new[] { ($"sort[{index}][column]", column), ($"sort[{index}][direction]", "asc") });

    private static IEnumerable<(string, string)> PageOf(EiaCursor? cursor) =>
    [
        ("offset", (cursor?.Offset ?? 0).ToString(CultureInfo.InvariantCulture)),
        ("length", RowsPerPage.ToString(CultureInfo.InvariantCulture)),
    ];
}
