using System.Text.RegularExpressions;
using Aurum.Simulator;

namespace Aurum.EndToEnd.Tests.Cluster;

/// <summary>When each series of the load was collected, and by which node, as the simulator saw it.</summary>
internal sealed partial class CollectionTimes
{
    private readonly ILookup<string, Arrival> _pages;

    private CollectionTimes(IEnumerable<Arrival> arrivals) => _pages = arrivals
        .Where(arrival => arrival.Path.Contains("series/observations", StringComparison.Ordinal))
        .ToLookup(arrival => SeriesOf().Match(arrival.Query).Groups[1].Value);

    public static CollectionTimes Of(ClusterWorld world) => new(world.Arrivals.All);

    /// <summary>The series whose latest request was this node's.</summary>
    public IReadOnlyList<string> With(ClusterNode node) => [.. _pages.Where(pages => node.Sent(pages.Last())).Select(pages => pages.Key)];

    /// <summary>From a moment to the next request of another node for each of these series; null where none has come.</summary>
    public IReadOnlyList<TimeSpan?> Until(IEnumerable<string> series, long since, ClusterNode besides) =>
        [.. series.Select(name => _pages[name].FirstOrDefault(page => page.Timestamp > since && !besides.Sent(page)) is { } page ? Between(since, page.Timestamp) : (TimeSpan?)null)];

    /// <summary>How long each series waits for its next request by now.</summary>
    public IEnumerable<TimeSpan> Waiting => _pages.Select(pages => TimeProvider.System.GetElapsedTime(pages.Last().Timestamp));

    /// <summary>The longest time that any series was left alone since a moment, until its latest request.</summary>
    public TimeSpan LongestGap(long since) => _pages.Max(pages => LongestGap(pages, since));

    /// <summary>The longest time without any request at all.</summary>
    public TimeSpan LongestGapOfAll(long since) => LongestGap(_pages.SelectMany(pages => pages).OrderBy(page => page.Timestamp), since);

    /// <summary>Pages given until the last of each history was, and how many would have done.</summary>
    public (int Given, int Enough) Pages(ClusterWorld world) => (
        _pages.Sum(pages => pages.Where(Given).ToList() is var given ? given.FindLastIndex(page => Within().IsMatch(page.Query)) + 1 : 0),
        world.Work.Names.Sum(series => (world.Simulator.Truth.Of(series).Count(observation => DateOnly.FromDateTime(observation.Timestamp) >= world.Work.Start) + world.Work.PageRows - 1) / world.Work.PageRows));

    private static bool Given(Arrival page) => page.Status == 200 && page.Fault is null;

    private static TimeSpan LongestGap(IEnumerable<Arrival> pages, long since)
    {
        var longest = TimeSpan.Zero;
        var before = since;
        foreach (var page in pages.Where(page => page.Timestamp > since))
        {
            longest = Between(before, page.Timestamp) is var gap && gap > longest ? gap : longest;
            before = page.Timestamp;
        }

        return longest;
    }

    private static TimeSpan Between(long from, long to) => TimeProvider.System.GetElapsedTime(from, to);

    [GeneratedRegex("[?&]series_id=([A-Z0-9]+)")]
    private static partial Regex SeriesOf();

    [GeneratedRegex("[?&]offset=[1-9]")]
    private static partial Regex Within();
}
