using Aurum.Actors;
using Aurum.EndToEnd.Tests.Support;
using Aurum.Testing.Kafka;
using static Aurum.EndToEnd.Tests.Production.Faults;

namespace Aurum.EndToEnd.Tests.Production;

/// <summary>
/// What may happen to Kafka while collecting. After each the store holds the truth and the group has committed everything.
/// </summary>
public sealed class KafkaFaultTests
{
    [Fact]
    public async Task Brokers_that_are_all_down_for_half_a_minute()
    {
        await using var world = await ProductionWorld.CreateAsync(Slow);
        var run = world.Run();
        await MidwayAsync(world, run);
        await world.Kafka.SetBrokerDownAsync(MockKafka.AllBrokers);
        await run.SaysOnErrorAsync("Publishing is blocked");

        // What was on its way may still arrive; then nobody asks for what could not be published.
        await Task.Delay(TimeSpan.FromSeconds(2));
        var asked = world.Simulator.Arrivals.Total;
        await Task.Delay(TimeSpan.FromSeconds(26));
        Assert.Equal(asked, world.Simulator.Arrivals.Total);

        await world.Kafka.SetBrokerUpAsync(MockKafka.AllBrokers);
        await EndsWellAsync(world, run);
    }

    [Fact]
    public async Task One_broker_of_three_that_goes_for_good()
    {
        await using var world = await ProductionWorld.CreateAsync(Slow);
        var run = world.Run();
        await MidwayAsync(world, run);
        await world.Kafka.SetBrokerDownAsync(2);

        // What a cluster's controller does by itself.
        await world.Kafka.SetGroupCoordinatorAsync(KafkaOptions.DefaultGroupId, 1);
        await LeadersAsync(world, partition => partition % 2 == 0 ? 1 : 3);
        await EndsWellAsync(world, run);
    }

    [Fact]
    public async Task Leaders_that_change_again_and_again()
    {
        await using var world = await ProductionWorld.CreateAsync(Slow);
        var run = world.Run();
        for (var turn = 0; turn < 6; turn++)
        {
            await MidwayAsync(world, run, 5 + (turn * 5));
            await LeadersAsync(world, partition => ((partition + turn) % 3) + 1);
        }

        await EndsWellAsync(world, run);
    }

    [Fact]
    public async Task Brokers_that_refuse_to_take_records()
    {
        await using var world = await ProductionWorld.CreateAsync(Slow);
        var run = world.Run();
        await MidwayAsync(world, run);
        foreach (var error in (string[])["NOT_LEADER_OR_FOLLOWER", "REQUEST_TIMED_OUT", "NOT_ENOUGH_REPLICAS", "NOT_ENOUGH_REPLICAS_AFTER_APPEND", "_TRANSPORT"])
        {
            await world.Kafka.PushErrorsAsync("Produce", error, 3);
        }

        await EndsWellAsync(world, run);
    }
}
