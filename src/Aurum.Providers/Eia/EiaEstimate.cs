using Aurum.Domain;

namespace Aurum.Providers.Eia;

/// <summary>What a planned call will cost.</summary>
internal static class EiaEstimate
{
    public static FetchEstimate Of(Fetch fetch, DateOnly today) => fetch switch
    {
        EiaDataFetch data => new FetchEstimate(EiaSpan.Pages(RowsOf(data, today)), Wanted(data, today)),
        EiaLegacyFetch { Kind: FetchKind.Observations } legacy => new FetchEstimate(EiaSpan.Pages(Wanted(legacy, today)), Wanted(legacy, today)),
        EiaLegacyCatalogFetch catalog => new FetchEstimate(Requests: catalog.Wants.Count + 1, Rows: 0),
        _ => new FetchEstimate(Requests: 1, Rows: 0),
    };

    /// <summary>Rows that EIA sends: those of combinations that nobody wants are among them, those of several columns are one.</summary>
    private static long RowsOf(EiaDataFetch fetch, DateOnly today) =>
        EiaPlan.Combinations(fetch) * EiaSpan.Sent(fetch.Wants[0].Series, fetch.Window, fetch.Wants[0].Known, today);

    private static long Wanted(Fetch fetch, DateOnly today) => fetch.Wants.Sum(want => EiaSpan.Periods(want.Series, want.Window, want.Known, today));
}
