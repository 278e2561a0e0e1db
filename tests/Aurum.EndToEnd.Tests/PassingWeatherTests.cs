using Aurum.EndToEnd.Tests.Support;
using Aurum.Simulator;

namespace Aurum.EndToEnd.Tests;

/// <summary>Every kind of fault meets the first requests to every provider, and some later ones.</summary>
public sealed class PassingWeatherTests
{
    [Theory]
    [MemberData(nameof(Weather.Kinds), MemberType = typeof(Weather))]
    public async Task Weather_that_passes_leaves_no_trace_in_the_store(FaultKind kind)
    {
        await using var world = await World.UnconfiguredAsync();
        world.Config.Write(world.Plans, timeoutSeconds: Weather.TimeoutFor(kind));

        // What breaks the contract is not asked for again in the same run: the next one brings it.
        var isRetried = kind != FaultKind.WrongShape;
        foreach (var plan in world.Plans)
        {
            world.Simulator.Faults.Add(new Fault(kind, plan.Provider, Times: 2));
            if (isRetried)
            {
                world.Simulator.Faults.Add(new Fault(kind, plan.Provider, plan.UnluckyData, Times: 1));
            }
        }

        if (!isRetried)
        {
            (await world.Run().EndsWithAsync(1)).SaysNothingOfItsInside();
        }

        (await world.RunToEndAsync()).SaysNothingOfItsInside();

        Assert.Equal((isRetried ? 3 : 2) * world.Plans.Count, world.Simulator.Faults.Injected[kind]);
        await world.StoreIsTruthAsync();
        await StoreComparison.HasOneVintageEachAsync(world.Data);
    }
}
