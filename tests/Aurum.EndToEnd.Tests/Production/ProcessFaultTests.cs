using Aurum.EndToEnd.Tests.Support;
using static Aurum.EndToEnd.Tests.Production.Faults;

namespace Aurum.EndToEnd.Tests.Production;

/// <summary>
/// What may happen to our own processes while collecting. After each the store holds the truth and the group has committed everything.
/// </summary>
public sealed class ProcessFaultTests
{
    [Fact]
    public async Task A_processor_that_is_killed_while_another_lives()
    {
        await using var world = await ProductionWorld.CreateAsync(Slow);
        var first = world.Run("--roles", "processor");
        var second = world.Run("--roles", "processor");
        var collector = world.Run("--roles", "collector");
        await MidwayAsync(world, collector);
        await first.KillAsync();
        await collector.EndsWithAsync(0);
        await world.LagBecomesZeroAsync();
        await world.StoreIsTruthAsync();
        IsBounded(second);
        second.Terminate();
        await second.EndsWithAsync(0);
    }

    [Fact]
    public async Task A_collector_that_is_killed_while_a_processor_lives()
    {
        await using var world = await ProductionWorld.CreateAsync(Slow);
        var processor = world.Run("--roles", "processor");
        for (var kill = 1; kill <= 3; kill++)
        {
            var collector = world.Run("--roles", "collector");
            await MidwayAsync(world, collector, kill * 8);
            await collector.KillAsync();
        }

        await world.Run("--roles", "collector").EndsWithAsync(0);
        await world.LagBecomesZeroAsync();
        await world.StoreIsTruthAsync();
        processor.Terminate();
        await processor.EndsWithAsync(0);
    }
}
