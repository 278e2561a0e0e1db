using Aurum.Actors.Serialization.Kafka;
using Aurum.EndToEnd.Tests.Support;
using Aurum.Simulator;
using Xunit.Sdk;

namespace Aurum.EndToEnd.Tests.Production;

/// <summary>What tests of faults have in common: a run that is in the middle of its work, and what must be so in the end.</summary>
internal static class Faults
{
    private const long MostMegabytes = 400;

    /// <summary>Many small pages that take their time, so that whatever happens happens in the middle of them.</summary>
    public static readonly SimulatorOptions Slow = World.Small with { FredPageCap = 100, EiaPageCap = 100, NoaaPageCap = 100, Latency = TimeSpan.FromMilliseconds(100) };

    /// <summary>Waits until this many requests have come since the start, so that pages are on their way.</summary>
    public static Task MidwayAsync(ProductionWorld world, AurumProcess run, int requests = 12) =>
        run.AwaitAsync(() => world.Simulator.Arrivals.Total >= requests, $"{requests} requests");

    public static async Task LeadersAsync(ProductionWorld world, Func<int, int> leaderOf)
    {
        foreach (var topic in KafkaSchemas.All)
        {
            for (var partition = 0; partition < ProductionWorld.Partitions; partition++)
            {
                await world.Kafka.SetLeaderAsync(topic.Topic, partition, leaderOf(partition));
            }
        }
    }

    /// <summary>The run ends by itself, and everything is stored.</summary>
    public static async Task EndsWellAsync(ProductionWorld world, AurumProcess run)
    {
        await run.EndsWithAsync(0);
        await world.LagBecomesZeroAsync();
        await world.StoreIsTruthAsync();
        run.SaysNothingOfItsInside();
    }

    /// <summary>The run, which goes on and on, comes to store everything.</summary>
    public static async Task RecoversAsync(ProductionWorld world, AurumProcess run)
    {
        try
        {
            await world.StoreBecomesTruthAsync();
        }
        catch (XunitException difference)
        {
            throw run.Failure(difference.Message);
        }

        await world.LagBecomesZeroAsync();
        IsBounded(run);
        run.Terminate();
        await run.EndsWithAsync(0);
        await world.StoreIsTruthAsync();
    }

    public static void IsBounded(AurumProcess process) => Assert.InRange(process.PeakMegabytes, 1, MostMegabytes);
}
