using Aurum.EndToEnd.Tests.Support;
using Aurum.Simulator;

namespace Aurum.EndToEnd.Tests;

public sealed class GracefulEndTests
{
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData("SIGTERM")]
    [InlineData("SIGINT")]
    public async Task A_signal_in_the_middle_ends_the_run_well_and_the_next_one_completes_it(string signal)
    {
        await using var world = await World.CreateAsync(World.Small with { Latency = TimeSpan.FromMilliseconds(300), FredPageCap = 150 });
        var process = world.Run();
        await process.AwaitAsync(() => world.Requests("fred") >= 9, "some pages were asked for");
        if (signal == "SIGTERM")
        {
            process.Terminate();
        }
        else
        {
            process.PressControlC();
        }

        await process.EndsWithAsync(0, Promised);
        process.SaysNothingOfItsInside();
        var asked = world.Simulator.Arrivals.Total;

        await world.RunToEndAsync();

        Assert.True(world.Simulator.Arrivals.Total > asked, "the signal came too late to prove anything");
        await world.StoreIsTruthAsync();
    }

    [Fact]
    public async Task A_provider_that_does_not_answer_holds_up_no_end()
    {
        await using var world = await World.UnconfiguredAsync();
        world.Config.Write(world.Plans, timeoutSeconds: 300);
        world.Simulator.Faults.Add(new Fault(FaultKind.Hang));
        var process = world.Run();
        await process.AwaitAsync(() => world.Plans.All(plan => world.Requests(plan.Provider) >= 1), "every provider was asked");

        process.Terminate();

        await process.EndsWithAsync(0, Promised);
        process.SaysNothingOfItsInside();
        world.Simulator.Faults.Clear();
        world.Config.Write(world.Plans);
        await world.RunToEndAsync();
        await world.StoreIsTruthAsync();
    }
}
