using System.Globalization;
using Aurum.EndToEnd.Tests.Support;
using Aurum.Providers.Settings;
using Aurum.Simulator;

namespace Aurum.EndToEnd.Tests;

public sealed class LimitTests
{
    private const int Quota = 6;

    private static readonly SimulatorOptions Strict = World.Small with { EnforceRateLimits = true, FredPageCap = 1000, NoaaPageCap = 1000, EiaPageCap = 1000 };

    [Fact]
    public async Task With_the_default_limits_no_provider_is_asked_too_often_not_even_across_a_crash()
    {
        await using var world = await World.UnconfiguredAsync(Strict);
        world.Config.Write(world.Plans, defaultLimits: true);
        var first = world.Run();
        await first.AwaitAsync(() => world.Requests("fred") >= 3 && world.Requests("noaa") >= 2, "three requests to FRED");
        await first.KillAsync();

        await world.RunToEndAsync();

        Assert.Empty(world.Simulator.LimitViolations);
        Limits.AreKept(world.Simulator, Limits.Default);
        await world.StoreIsTruthAsync();
    }

    [Fact]
    public async Task The_quota_of_a_day_is_used_to_its_end_and_then_waited_for()
    {
        await using var world = await FredWithQuotaAsync();
        var process = world.Run();

        await process.SaysAsync("waiting for quota until");
        Assert.Equal(Quota, world.Requests("fred"));
        process.Terminate();
        await process.EndsWithAsync(0, within: TimeSpan.FromSeconds(10));

        Assert.Equal(Quota, world.Requests("fred"));
        process.SaysNothingOfItsInside();
    }

    [Fact]
    public async Task A_crash_does_not_renew_the_quota_of_a_day()
    {
        await using var world = await FredWithQuotaAsync();
        var killed = world.Run();
        await killed.AwaitAsync(() => world.Requests("fred") >= 3, "three requests");
        await killed.KillAsync();

        var process = world.Run();
        await process.SaysAsync("waiting for quota until");

        Assert.InRange(world.Requests("fred"), 3, Quota);
        process.Terminate();
        await process.EndsWithAsync(0, within: TimeSpan.FromSeconds(10));
        Assert.InRange(world.Requests("fred"), 3, Quota);
        Limits.AreKept(world.Simulator, new Dictionary<string, RateLimitSettings> { ["fred"] = new(500, 500, Quota, ZoneAtNoon()) });
    }

    [Theory]
    [InlineData(FaultKind.Status429WithSeconds)]
    [InlineData(FaultKind.Status429WithDate)]
    public async Task Nothing_is_asked_inside_a_Retry_After(FaultKind kind)
    {
        // One worker has one request on its way, so none may arrive by an excuse.
        await using var world = await World.UnconfiguredAsync(Strict with { Limits = new Dictionary<string, SimulatedLimit>(), RetryAfterGrace = TimeSpan.Zero });
        world.Config.Write(world.Plans, maxWorkers: 1);
        foreach (var plan in world.Plans)
        {
            world.Simulator.Faults.Add(new Fault(kind, plan.Provider, Times: 1, Seconds: 3));
        }

        await world.RunToEndAsync();

        Assert.Empty(world.Simulator.LimitViolations);
        Limits.AreKept(world.Simulator, new Dictionary<string, RateLimitSettings>(), grace: TimeSpan.Zero);
        Assert.Equal(world.Plans.Count, world.Simulator.Arrivals.All.Count(arrival => arrival.NotBefore is not null));
        await world.StoreIsTruthAsync();
    }

    private static async Task<World> FredWithQuotaAsync()
    {
        var world = await World.UnconfiguredAsync(plans: [ProviderPlan.Of("fred")]);
        world.Config.Write(world.Plans, new { requests_per_second = 500, burst = 500, daily_quota = Quota, quota_time_zone = ZoneAtNoon() });
        return world;
    }

    /// <summary>A zone whose day does not end while the test runs.</summary>
    private static string ZoneAtNoon()
    {
        var offset = 12 - TimeProvider.System.GetUtcNow().Hour;
        return offset == 0 ? "Etc/UTC" : string.Create(CultureInfo.InvariantCulture, $"Etc/GMT{(offset > 0 ? "-" : "+")}{Math.Abs(offset)}");
    }
}
