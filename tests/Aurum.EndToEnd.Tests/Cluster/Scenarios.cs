
namespace Aurum.EndToEnd.Tests.Cluster;

/// <summary>What is done to a cluster while it collects. Each leaves all nodes started and the network whole.</summary>
internal static class Scenarios
{
    /// <summary>Longer than the others need to count a node as lost and to start what ran there.</summary>
    private static readonly TimeSpan LongerThanDowning = TimeSpan.FromSeconds(25);

    /// <summary>A little longer than a page takes.</summary>
    private static readonly TimeSpan Lately = TimeSpan.FromSeconds(2);

    /// <summary>What is looked at every 3 s, with a patience of 5 s, and more on a machine that is busy.</summary>
    private static readonly TimeSpan NoticedWithin = TimeSpan.FromSeconds(15);

    /// <summary>Whom alone something has left for 20 s leaves the cluster.</summary>
    private static readonly TimeSpan BeforeItLeaves = TimeSpan.FromSeconds(18);

    private const int TimedKills = 6, TimedRestarts = 2, RequestsUntilAtWork = 600;

    public static readonly IReadOnlyDictionary<string, Scenario> All = new Dictionary<string, Scenario>
    {
        ["kills"] = KillsAsync,
        ["freeze"] = FreezeAsync,
        ["partition"] = PartitionAsync,
        ["rolling"] = RollingRestartAsync,
        ["rolling-kill"] = RollingKillAsync,
        ["blackout"] = BlackoutAsync,
        ["outage"] = OutageAsync,
        ["quota"] = QuotaAsync,
    };

    /// <summary>The same things one at a time, each after the cluster has settled, and timed.</summary>
    public static readonly IReadOnlyDictionary<string, Scenario> Timed = new Dictionary<string, Scenario>
    {
        ["failover-times"] = FailoverTimesAsync,
        ["handover-times"] = HandoverTimesAsync,
    };

    public delegate Task Scenario(ClusterWorld world, Random random, bool isLong);

    /// <summary>kill -9 of one node after the other, before the cluster has come to rest; each is replaced, at once or when it has been given up.</summary>
    private static async Task KillsAsync(ClusterWorld world, Random random, bool isLong)
    {
        var kills = isLong ? 50 : 3;
        for (var kill = 0; kill < kills; kill++)
        {
            var node = Pick(world.Nodes, random);
            await node.KillAsync();
            var patience = random.Next(5) == 0 && isLong ? LongerThanDowning : Moment(random, 100, 1500);
            world.Tell($"node {node.Number} killed for {patience.TotalSeconds:0.0} s");
            await Task.Delay(patience);
            world.Start(node);
            await Task.Delay(Moment(random, 2000, 6000));
        }
    }

    /// <summary>The node with a provider's gate stands still until another has that gate, and then goes on as if nothing had happened.</summary>
    private static async Task FreezeAsync(ClusterWorld world, Random random, bool isLong)
    {
        for (var round = 0; round < (isLong ? 3 : 1); round++)
        {
            await world.CollectAsync(5);
            var node = await world.GateKeeperAsync("fred");
            node.Process.Freeze();
            world.Tell($"node {node.Number}, the gatekeeper, frozen");
            var another = await world.NextGateKeeperAsync("fred", node);
            await world.CollectAsync(random.Next(1, 10));
            world.Tell($"node {another.Number} has the gate; node {node.Number} goes on");
            var thawed = node.Process;
            thawed.Thaw();
            await world.AwaitAsync(() => thawed.HasEnded && node.Process != thawed, $"node {node.Number} to learn that it was removed");
            await world.JoinAsync(node);
            await world.CollectAsync(20);
        }
    }

    /// <summary>One node and the other two do not hear of each other, while all of them reach everything else.</summary>
    private static async Task PartitionAsync(ClusterWorld world, Random random, bool isLong)
    {
        for (var round = 0; round < (isLong ? 3 : 1); round++)
        {
            await world.CollectAsync(5);
            var keeper = await world.GateKeeperAsync("fred");
            var apart = round == 0 ? keeper : Pick(world.Nodes, random);
            await world.SplitAsync([apart]);
            world.Tell($"node {apart.Number}{(apart == keeper ? ", the gatekeeper," : "")} is alone");
            if (apart == keeper)
            {
                await world.NextGateKeeperAsync("fred", apart);
                await world.CollectAsync(random.Next(1, 10));
            }
            else
            {
                await Task.Delay(Moment(random, 1000, 30_000));
            }

            await world.HealAsync();
            world.Tell($"the network is whole");
            await world.JoinAsync(apart);
            await world.CollectAsync(20);
        }
    }

    /// <summary>SIGTERM to one node after the other; each is back before the next leaves.</summary>
    private static Task RollingRestartAsync(ClusterWorld world, Random random, bool isLong) => RollingAsync(world, random, isLong, node => node.LeaveAsync(), "left");

    private static Task RollingKillAsync(ClusterWorld world, Random random, bool isLong) => RollingAsync(world, random, isLong, node => node.KillAsync(), "killed");

    private static async Task RollingAsync(ClusterWorld world, Random random, bool isLong, Func<ClusterNode, Task> end, string how)
    {
        for (var round = 0; round < (isLong ? 3 : 1); round++)
        {
            foreach (var node in world.Nodes.OrderBy(_ => random.Next()).ToArray())
            {
                await end(node);
                world.Tell($"node {node.Number} {how}");
                world.Start(node);
                await world.JoinAsync(node);
            }

            await world.CollectAsync(5);
        }
    }

    /// <summary>kill -9 of all at once: what the journal promises is with the brokers. Then they start together.</summary>
    private static async Task BlackoutAsync(ClusterWorld world, Random random, bool isLong)
    {
        for (var round = 0; round < (isLong ? 3 : 1); round++)
        {
            await world.CollectAsync(random.Next(5, 30));
            await Task.WhenAll(world.Nodes.Select(node => node.KillAsync()));
            world.Tell($"all killed");
            await RoundCheck.CheckpointsAreAcknowledgedAsync(world);
            world.StartAll();
            await world.JoinAsync([.. world.Nodes]);
            await world.CollectAsync(5);
        }
    }

    /// <summary>
    /// The database or the brokers are gone, for one node only and for all, by a refusal or without a word. Whom they have left for a while says that it is
    /// not ready, and lives; afterwards all are ready again by themselves.
    /// </summary>
    private static async Task OutageAsync(ClusterWorld world, Random random, bool isLong)
    {
        for (var round = 0; round < (isLong ? 3 : 1); round++)
        {
            foreach (var isOfAll in (bool[])[false, true])
            {
                foreach (var isDatabase in isLong ? (bool[])[true, false] : [random.Next(2) == 0])
                {
                    ClusterNode[] nodes = isOfAll ? [.. world.Nodes] : [Pick(world.Nodes, random)];
                    Link[] links = [.. nodes.Select(node => isDatabase ? node.Database : node.Broker)];
                    var loss = random.Next(2) == 0 ? Loss.Refused : Loss.Silent;
                    var before = nodes.Select(node => node.Process).ToHashSet();
                    Array.ForEach(links, link => link.Sever(loss));
                    var length = Moment(random, 2000, isLong ? 40_000 : 4000);
                    world.Tell($"{(isDatabase ? "database" : "brokers")} lost ({loss}) by {(isOfAll ? "all" : $"node {nodes[0].Number}")} for {length.TotalSeconds:0.0} s");
                    await Task.Delay(length);
                    if (length >= NoticedWithin && (isOfAll || length < BeforeItLeaves))
                    {
                        foreach (var node in nodes.Where(node => before.Contains(node.Process) && node.IsRunning))
                        {
                            Assert.Equal((false, true), (await node.SaysAsync("ready"), await node.SaysAsync("live")));
                        }
                    }

                    Array.ForEach(links, link => link.Restore());
                    await world.CollectAsync(5);
                    if (isLong)
                    {
                        await world.AreReadyAsync();
                        world.Tell($"all are ready");
                    }
                }
            }
        }
    }

    /// <summary>
    /// An operator leaves a provider's day few requests more. Gatekeepers go while these are spent and while none is left, and no request is sent beyond them,
    /// until the operator takes his word back.
    /// </summary>
    private static async Task QuotaAsync(ClusterWorld world, Random random, bool isLong)
    {
        await DayLastsAsync(isLong ? TimeSpan.FromMinutes(15) : TimeSpan.FromMinutes(2));
        for (var round = 0; round < (isLong ? 3 : 1); round++)
        {
            await world.CollectAsync(5);
            var quota = await ProviderDay.SpentAsync(world, "fred") + (isLong ? 150 : 30);
            await Pick(world.Nodes, random).SaysToAsync("ratelimits", "set", "fred", "--daily-quota", $"{quota}");
            world.Tell($"fred's day has {quota} requests");
            for (var spending = 0; spending < (isLong ? 3 : 0); spending++)
            {
                await world.CollectAsync(random.Next(5, 15));
                await ReplaceGatekeeperAsync(world, node => node.KillAsync());
            }

            await ProviderDay.IsSpentAsync(world, "fred", quota);
            await ReplaceGatekeeperAsync(world, node => isLong && random.Next(2) == 0 ? node.KillAsync() : node.LeaveAsync());
            await ProviderDay.IsSpentAsync(world, "fred", quota);
            await Pick(world.Nodes, random).SaysToAsync("ratelimits", "reset", "fred");
            world.Tell($"fred's day has no limit any more");
            await world.CollectAsync(20);
        }
    }

    private static async Task ReplaceGatekeeperAsync(ClusterWorld world, Func<ClusterNode, Task> end)
    {
        var keeper = await world.GateKeeperAsync("fred");
        var successor = world.NextGateKeeperAsync("fred", keeper);
        await end(keeper);
        world.Tell($"node {keeper.Number}, the gatekeeper, has gone; node {(await successor).Number} has the gate");
        world.Start(keeper);
        await world.JoinAsync(keeper);
    }

    /// <summary>A new day of the provider would have its quota anew.</summary>
    private static async Task DayLastsAsync(TimeSpan scenario)
    {
        var left = TimeSpan.FromDays(1) - TimeProvider.System.GetUtcNow().TimeOfDay;
        if (left < scenario)
        {
            await Task.Delay(left);
        }
    }

    /// <summary>From kill -9 of a node to the next request for each series that it was collecting.</summary>
    private static async Task FailoverTimesAsync(ClusterWorld world, Random random, bool isLong)
    {
        for (var kill = 0; kill < TimedKills; kill++)
        {
            await SettledAsync(world);
            var keeper = await world.GateKeeperAsync("fred");
            var node = kill % 3 == 0 ? keeper : Pick([.. world.Nodes.Except([keeper])], random);
            var lost = TimeProvider.System.GetTimestamp();
            await node.KillAsync();
            await OrphansCollectAsync(world, node, lost, "failover", node == keeper ? "the gatekeeper, killed" : "killed");
            world.Start(node);
            await world.JoinAsync(node);
        }

        Figures.Write("failover", "s", mostAtMedian: 15, most: 20);
    }

    /// <summary>
    /// The same from SIGTERM, over rolling restarts; and how long any series, and all of them, were left alone meanwhile. The nodes have been at work for a
    /// while, as those have that somebody restarts.
    /// </summary>
    private static async Task HandoverTimesAsync(ClusterWorld world, Random random, bool isLong)
    {
        await world.CollectAsync(RequestsUntilAtWork);
        for (var round = 0; round < TimedRestarts; round++)
        {
            await SettledAsync(world);
            var begun = TimeProvider.System.GetTimestamp();
            foreach (var node in world.Nodes.OrderBy(_ => random.Next()).ToArray())
            {
                var told = TimeProvider.System.GetTimestamp();
                var leaving = node.LeaveAsync();
                await OrphansCollectAsync(world, node, told, "handover", "leaving");
                await leaving;
                world.Start(node);
                await world.JoinAsync(node);
            }

            await SettledAsync(world);
            var times = CollectionTimes.Of(world);
            Figures.Add("gap of a series", times.LongestGap(begun));
            Figures.Add("gap of all", times.LongestGapOfAll(begun));
            world.Tell($"rolling restart: the longest gap of a series was {times.LongestGap(begun).TotalSeconds:0.0} s, of all {times.LongestGapOfAll(begun).TotalSeconds:0.0} s");
        }

        Figures.Write("handover", "s", most: 3);
        Figures.Write("gap of a series", "s", most: 5);
        Figures.Write("gap of all", "s", most: 5);
    }

    /// <summary>Waits until each series was asked for lately, and each node has some.</summary>
    private static Task SettledAsync(ClusterWorld world) => world.AwaitAsync(
        () =>
        {
            var times = CollectionTimes.Of(world);
            var waiting = times.Waiting.ToArray();
            return waiting.Length == world.Work.Series && waiting.Max() < Lately && world.Nodes.All(node => times.With(node).Count > 0);
        },
        "all series to be collected at once, by all nodes");

    private static async Task OrphansCollectAsync(ClusterWorld world, ClusterNode node, long since, string figure, string how)
    {
        var orphans = CollectionTimes.Of(world).With(node);
        IReadOnlyList<TimeSpan?> times = [];
        await world.AwaitAsync(() => (times = CollectionTimes.Of(world).Until(orphans, since, besides: node)).All(time => time is not null), $"{orphans.Count} orphans of node {node.Number} to be collected");
        Figures.Add(figure, times.Max()!.Value);
        world.Tell($"node {node.Number} {how}: its {orphans.Count} series are collected again after {times.Min()!.Value.TotalSeconds:0.0} to {times.Max()!.Value.TotalSeconds:0.0} s");
    }

    private static ClusterNode Pick(IReadOnlyList<ClusterNode> nodes, Random random) => nodes[random.Next(nodes.Count)];

    private static TimeSpan Moment(Random random, int least, int most) => TimeSpan.FromMilliseconds(random.Next(least, most));
}
