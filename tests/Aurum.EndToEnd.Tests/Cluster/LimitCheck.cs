using System.Globalization;
using Aurum.EndToEnd.Tests.Support;
using Xunit.Sdk;

namespace Aurum.EndToEnd.Tests.Cluster;

/// <summary>No limit was exceeded, by the simulator's word and by the oracle's; or what went before, for who has to find out why.</summary>
internal static class LimitCheck
{
    private static readonly TimeSpan Before = TimeSpan.FromSeconds(8), After = TimeSpan.FromSeconds(2);

    public static void AreKept(ClusterWorld world)
    {
        try
        {
            Assert.Empty(world.Simulator.LimitViolations);
            Limits.AreKept(world.Simulator, world.Services.World.Plans.ToDictionary(plan => plan.Provider, _ => world.Work.Limit), ClusterWork.OnTheirWay);
        }
        catch (XunitException violation)
        {
            throw new XunitException(string.Join(
                '\n', [violation.Message, .. world.Simulator.LimitViolations, "--- around the first ---", .. AroundTheFirst(world), "--- the tests themselves ---", .. world.Stalls]));
        }
    }

    /// <summary>Each violation begins with the time of day and the provider.</summary>
    private static IEnumerable<string> AroundTheFirst(ClusterWorld world)
    {
        if (world.Simulator.LimitViolations is not [var first, ..])
        {
            return [];
        }

        var words = first.Split(' ', ':');
        var provider = world.Services.World.Plans.Select(plan => plan.Provider).First(words.Contains);
        var at = world.Arrivals.All.First(arrival => arrival.Provider == provider && first.StartsWith(TimeOf(arrival.At), StringComparison.Ordinal)).At;
        var (from, until) = (TimeOf(at - Before), TimeOf(at + After));
        var arrivals =
            from arrival in world.Arrivals.All
            where arrival.Provider == provider
            let node = world.Nodes.FirstOrDefault(node => node.Sent(arrival))
            select string.Create(CultureInfo.InvariantCulture, $"{TimeOf(arrival.At)} node {node?.Number} {arrival.Path} answered {arrival.Status} {arrival.Fault}");
        var sayings =
            from node in world.Nodes
            from line in node.Processes.SelectMany(process => process.Error.Lines)
            where line.Length > "yyyy-MM-dd HH:mm:ss.fff".Length && line.Contains(provider, StringComparison.Ordinal)
            select $"{line["yyyy-MM-dd ".Length..]} (node {node.Number})";
        return arrivals.Concat(sayings).Where(line => IsBetween(from, line, until)).Order(StringComparer.Ordinal);
    }

    private static bool IsBetween(string from, string line, string until) => string.CompareOrdinal(from, line) <= 0 && string.CompareOrdinal(line, until) < 0;

    private static string TimeOf(DateTimeOffset at) => at.UtcDateTime.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);
}
