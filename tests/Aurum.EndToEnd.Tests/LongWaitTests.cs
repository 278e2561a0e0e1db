using Aurum.EndToEnd.Tests.Support;
using Aurum.Simulator;

namespace Aurum.EndToEnd.Tests;

/// <summary>Waits for a quota or a Retry-After may last hours; whoever takes a waiting collector for an idle one would end it after two minutes.</summary>
public sealed class LongWaitTests
{
    private const int LongerThanAnIdleEntityLives = 140;

    [Fact]
    public async Task A_wait_of_minutes_ends_in_a_whole_collection()
    {
        await using var world = await World.CreateAsync(plans: [ProviderPlan.Of("fred")]);
        world.Simulator.Faults.Add(new Fault(FaultKind.Status429WithSeconds, "fred", Times: 1, Seconds: LongerThanAnIdleEntityLives));

        await world.Run().EndsWithAsync(0, TimeSpan.FromMinutes(4));

        await world.StoreIsTruthAsync();
    }
}
