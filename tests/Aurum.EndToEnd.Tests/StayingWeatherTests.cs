using Aurum.EndToEnd.Tests.Support;
using Aurum.Simulator;

namespace Aurum.EndToEnd.Tests;

/// <summary>Every kind of fault meets one series of every provider, again and again.</summary>
public sealed class StayingWeatherTests
{
    [Theory]
    [MemberData(nameof(Weather.Kinds), MemberType = typeof(Weather))]
    public async Task Weather_that_stays_fails_the_series_it_meets_and_harms_no_other(FaultKind kind)
    {
        await using var world = await World.UnconfiguredAsync();
        world.Config.Write(world.Plans, timeoutSeconds: Weather.TimeoutFor(kind), maxAttempts: 2);
        foreach (var plan in world.Plans)
        {
            world.Simulator.Faults.Add(new Fault(kind, plan.Provider, plan.UnluckyData));
        }

        var process = await world.Run().EndsWithAsync(1);

        foreach (var plan in world.Plans)
        {
            var named = process.Error.Lines.Where(line => line.StartsWith($"failed: {plan.Provider} ", StringComparison.Ordinal)).ToArray();
            Assert.Equal([plan.Unlucky.Code], named.Select(line => line.Split(' ')[2].TrimEnd(':')));
            Assert.Contains(ReasonFor(kind), named[0], StringComparison.Ordinal);
        }

        process.SaysNothingOfItsInside();
        await StoreComparison.IsTruthAsync(world.Data, world.Simulator.Truth, world.Plans, "", [.. world.Plans.Select(plan => plan.Unlucky)]);
    }

    [Fact]
    public async Task Series_that_failed_are_completed_by_the_next_run()
    {
        await using var world = await World.UnconfiguredAsync();
        world.Config.Write(world.Plans, maxAttempts: 2);
        foreach (var plan in world.Plans)
        {
            world.Simulator.Faults.Add(new Fault(FaultKind.Status503Html, plan.Provider, plan.UnluckyData));
        }

        await world.Run().EndsWithAsync(1);
        world.Simulator.Faults.Clear();

        await world.RunToEndAsync();

        await world.StoreIsTruthAsync();
    }

    private static string ReasonFor(FaultKind kind) => kind switch
    {
        FaultKind.Status429WithSeconds or FaultKind.Status429WithDate => "Throttled: ",
        FaultKind.WrongShape => "Malformed: ",
        FaultKind.Status500Html => "HTTP 500",
        FaultKind.Status502Html => "HTTP 502",
        FaultKind.Status503Html => "HTTP 503",
        FaultKind.Forbidden403Html => "HTTP 403",
        FaultKind.Hang => "no answer within 1 s",
        FaultKind.EmptyBody => "empty body",
        _ => "Transient: ",
    };
}
