using Aurum.Domain;

namespace Aurum.Providers.Noaa;

/// <summary>What a planned call will cost. Which of the data types a station measures is not known beforehand, and so all of them are counted.</summary>
internal static class NoaaEstimate
{
    public static FetchEstimate Of(Fetch fetch, DateOnly today) => fetch switch
    {
        NoaaObservationsFetch { Transport: NoaaTransport.Ncei } observations => new FetchEstimate(observations.Windows.Count, Rows(observations, today).Sum()) { IsBound = true },
        NoaaObservationsFetch observations => new FetchEstimate(
            Rows(observations, today).Sum(rows => Pages(rows, NoaaProvider.PageLength)), Rows(observations, today).Sum()) { IsBound = true },
        NoaaStationsFetch listing => new FetchEstimate(Pages(listing.Wants.Select(want => NoaaSeries.Of(want.Series).Station).Distinct().Count(), NoaaProvider.PageLength), 0),
        _ => new FetchEstimate(1, 0),
    };

    /// <summary>At least one: an answer without rows is a page too.</summary>
    public static long Pages(long rows, int length) => Math.Max(1, (rows + length - 1) / length);

    /// <summary>Rows of each window: a series is asked in the whole of every window that it touches.</summary>
    private static IEnumerable<long> Rows(NoaaObservationsFetch fetch, DateOnly today) =>
        fetch.Windows.Select(window => fetch.WantsIn(window).Count() * NoaaCodes.Periods(fetch.Dataset, window, today));
}
