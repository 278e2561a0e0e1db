using System.Globalization;
using Aurum.EndToEnd.Tests.Support;
using Aurum.Simulator;
using Aurum.Testing.Network;
using Xunit.Abstractions;

namespace Aurum.EndToEnd.Tests.Cluster;

/// <summary>
/// Three nodes, real processes, collect while they are killed, frozen, cut off and restarted. Here every scenario is short and several share
/// a cluster; <c>scripts/chaos</c> runs them one by one and long. Round n of seed s is round 0 of seed s + n.
/// </summary>
[Collection(ClusterCollection.Name)]
public sealed class ChaosTests(ITestOutputHelper output)
{
    private const int DefaultSeed = 30_000;
    private const string AtOnce = " | ";

    /// <summary>Where the simulator's series begin: some 9,600 business days.</summary>
    private static readonly DateOnly Longest = new(1990, 1, 2);

    private static readonly int? Rounds = Number("AURUM_CHAOS_ROUNDS");
    private static readonly string? Only = Environment.GetEnvironmentVariable("AURUM_CHAOS_ONLY");

    /// <summary>Each a list of scenarios that one cluster goes through; where there are two, two clusters do so at once.</summary>
    public static TheoryData<string> Tours => Rounds is null
        ? new($"kills, rolling-kill, blackout, outage{AtOnce}rolling, freeze, partition, quota")
        : new(Scenarios.All.Keys.Concat(Scenarios.Timed.Keys).Where(name => string.IsNullOrEmpty(Only) || name == Only));

    [TheoryOnVirtualNetworks]
    [MemberData(nameof(Tours))]
    public Task A_cluster_loses_and_doubles_nothing_and_keeps_the_limits_through(string tours) => Task.WhenAll(tours.Split(AtOnce).Select(TourAsync));

    private async Task TourAsync(string tour)
    {
        var first = Number("AURUM_CHAOS_SEED") ?? DefaultSeed;
        for (var seed = first; seed < first + (Rounds ?? 1); seed++)
        {
            await using var world = await ClusterWorld.CreateAsync(Work(tour), seed);
            try
            {
                await RoundAsync(world, tour, seed);
            }
            catch (Exception exception)
            {
                throw new Xunit.Sdk.XunitException($"{tour}, AURUM_CHAOS_SEED={seed}: {exception.Message}\n--- so far ---\n{string.Join('\n', world.Story)}");
            }
            finally
            {
                output.WriteLine($"{tour}, seed {seed}:\n  {string.Join("\n  ", [.. world.Story, .. world.Stalls])}");
            }
        }

        Figures.Write($"pages repeated, {tour}", "%");
    }

    private static async Task RoundAsync(ClusterWorld world, string tour, int seed)
    {
        var random = new Random(seed);
        world.Simulator.Faults.Add(new Fault(FaultKind.Status429WithSeconds, Times: 5, Probability: 0.02, Seconds: 4));
        world.Simulator.Faults.Add(new Fault(FaultKind.ResetMidBody, Times: 5, Probability: 0.02));
        world.StartAll();
        await world.JoinAsync([.. world.Nodes]);
        await world.CollectAsync(5);
        world.NextDay();
        foreach (var name in tour.Split(", "))
        {
            world.Tell($"{name}: {world.Arrivals.Total} requests so far");
            await (Scenarios.Timed.GetValueOrDefault(name) ?? Scenarios.All[name])(world, random, isLong: Rounds is not null);
            world.Change(random);
        }

        world.Tell($"to the end: {world.Arrivals.Total} requests so far");
        await RoundCheck.EndsWellAsync(world);
        var (given, enough) = CollectionTimes.Of(world).Pages(world);
        Assert.Equal(0, world.Brokers.Records);
        world.Tell($"the longest lag of a partition was {world.Brokers.WorstLag} records");
        world.Tell($"ended well: {world.Arrivals.Total} requests; the histories took {given} pages where {enough} would have done");
        Figures.Add($"pages repeated, {tour}", 100.0 * (given - enough) / enough);
    }

    private static ClusterWork Work(string tour) => Rounds is null
        ? new(Series: 8, Start: new(2018, 1, 1), PageRows: 120, RequestsPerSecond: 6, TimeSpan.FromMilliseconds(100), Workers: 4)
        : tour == "kills" ? new(Series: 110, Longest, PageRows: 1000, RequestsPerSecond: 4, TimeSpan.FromMilliseconds(100), Workers: 4)
        : Scenarios.Timed.ContainsKey(tour) ? new(Series: 36, Longest, PageRows: 16, RequestsPerSecond: 500, TimeSpan.FromMilliseconds(500), Workers: 36)
        : new(Series: 30, Longest, PageRows: 240, RequestsPerSecond: 8, TimeSpan.FromMilliseconds(100), Workers: 4);

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}

/// <summary>Runs alone: three nodes and all around them are as much as a small machine can take.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ClusterCollection
{
    public const string Name = "cluster";
}
