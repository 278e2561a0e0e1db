using System.Text.Json;
using Aurum.Domain;
using Aurum.EndToEnd.Tests.Support;
using Aurum.Simulator;
using Aurum.Storage;

namespace Aurum.EndToEnd.Tests;

/// <summary>FRED goes away for good; its oil price is EIA's too.</summary>
public sealed class FailoverTests
{
    private static readonly SeriesId Oil = new("fred", "DCOILWTICO"), Twin = new("eia", "petroleum/pri/spt:daily:RWTC");

    private static readonly ProviderPlan[] Plans =
    [
        new("fred", [new { series = (string[])["DCOILWTICO"], start = "2025-01-02", lookback_observations = 30 }], [Oil], new DateOnly(2025, 1, 2), Oil, "DCOILWTICO"),
        ProviderPlan.Of("eia"),
    ];

    [Fact]
    public async Task A_series_whose_provider_is_away_is_served_by_its_twin_and_read_again_when_its_provider_is_back()
    {
        await using var world = await World.UnconfiguredAsync(plans: Plans);
        Configure(world, "DCOILWTICO", "petroleum/pri/spt:daily:RWTC");
        var (oil, twinsOwn) = (world.Simulator.Truth.Of(Oil).Last().Timestamp, world.Simulator.Truth.Of(Twin).ToArray());
        world.Simulator.Truth.Withhold(Twin, twinsOwn.Count(observation => observation.Timestamp > oil)); // what FRED lacks would stay as served
        await world.Run().EndsWithAsync(0);
        await world.StoreIsTruthAsync();
        Assert.Empty(Served(world));

        world.Simulator.Faults.Add(new Fault(FaultKind.Status503Html, "fred"));
        var process = world.Run("--loop", "--interval", "1");
        Assert.True(await process.SaysOnErrorAsync("fred|DCOILWTICO is served by eia|petroleum/pri/spt:daily:RWTC"));
        var truth = world.Simulator.Truth.Of(Twin).ToDictionary(observation => observation.Timestamp, observation => observation.Value);
        await process.AwaitAsync(() => Served(world).Length > 0, "the twin's values were stored");
        Assert.All(Served(world), row =>
        {
            Assert.Equal((Oil, truth[row.Observation.Timestamp], "Dollars per Barrel"), (row.Series, row.Observation.Value, row.Attributes.UnitCode));
            Assert.Equal("petroleum/pri/spt:daily:RWTC", row.Observation.Metadata!["twin"]);
        });

        world.Simulator.Faults.Clear();
        await process.AwaitAsync(() => IsTruth(world), "FRED's own values were read again");
        process.Terminate();
        await process.EndsWithAsync(0);
    }

    [Fact]
    public async Task EIA_whose_catalog_tells_no_unit_is_served_by_FRED_and_what_it_has_not_published_yet_stays()
    {
        await using var world = await World.UnconfiguredAsync(plans: Plans);
        world.Config.Write(Plans, maxAttempts: 1);
        world.Config.Write("eia", JsonSerializer.Serialize(new
        {
            name = "eia",
            rate_limit = ConfigFolder.NoLimit,
            circuit_breaker = new { failure_threshold = 1, timeout_minutes = 0.01 },
            http = new { timeout_seconds = 20, max_attempts = 1 },
            backup = new { provider = "fred", failover_after_minutes = 0.01, series = new Dictionary<string, string> { [Twin.Code] = Oil.Code } },
            datasets = new[] { new { route = "petroleum/pri/spt", frequency = "daily", facets = new { series = (string[])["RWTC"] }, start = "2025-01-02" } },
        }));
        world.Simulator.Truth.Withhold(Twin, 5);
        await world.Run().EndsWithAsync(0);
        world.Simulator.Faults.Add(new Fault(FaultKind.Status503Html, "eia"));
        var process = world.Run("--loop", "--interval", "1");
        await process.AwaitAsync(() => Served(world).Length > 0, "the twin's values were stored");
        var last = world.Simulator.Truth.Of(Oil).Last();
        Assert.Contains(Served(world), row => row.Observation.Timestamp == last.Timestamp && row.Observation.Value == last.Value);
        world.Simulator.Faults.Clear();
        var own = world.Simulator.Truth.Of(Twin).Last();
        await process.AwaitAsync(() => LatestOf(world, own.Timestamp)?.Value == own.Value, "EIA's own values were read again");
        process.Terminate();
        await process.EndsWithAsync(0);
        Assert.Equal(last.Value, LatestOf(world, last.Timestamp)!.Value.Value);
    }

    [Fact]
    public async Task A_twin_with_another_frequency_is_refused_and_said_so()
    {
        await using var world = await World.UnconfiguredAsync(plans: Plans);
        Configure(world, "DCOILWTICO", "natural-gas/pri/fut:weekly:RNGWHHD");
        await world.Run().EndsWithAsync(0);
        world.Simulator.Faults.Add(new Fault(FaultKind.Status503Html, "fred"));
        var process = world.Run("--loop", "--interval", "1");
        Assert.True(await process.SaysOnErrorAsync("is refused as its twin: its frequency is W, not D"));
        process.Terminate();
        await process.EndsWithAsync(0);
        Assert.Empty(Served(world));
    }

    private static void Configure(World world, string code, string twin)
    {
        world.Config.Write(Plans, maxAttempts: 1);
        world.Config.Write("fred", JsonSerializer.Serialize(new
        {
            name = "fred",
            rate_limit = ConfigFolder.NoLimit,
            circuit_breaker = new { failure_threshold = 1, timeout_minutes = 0.01 },
            http = new { timeout_seconds = 20, max_attempts = 1 },
            backup = new { provider = "eia", failover_after_minutes = 0.01, series = new Dictionary<string, string> { [code] = twin } },
            datasets = Plans[0].Datasets,
        }));
    }

    private static StoredObservation[] Served(World world) =>
        [.. StoreComparison.RowsAsync(world.Data).GetAwaiter().GetResult().Where(row => row.Observation.Metadata?.ContainsKey("served_by") == true)];

    private static Observation? LatestOf(World world, DateTime timestamp) => StoreComparison.RowsAsync(world.Data).GetAwaiter().GetResult()
        .Where(row => row.Series == Twin && row.Observation.Timestamp == timestamp)
        .MaxBy(row => row.Observation.AsOf)?.Observation;

    private static bool IsTruth(World world)
    {
        try
        {
            StoreComparison.IsTruthAsync(world.Data, world.Simulator.Truth, Plans).GetAwaiter().GetResult();
            return true;
        }
        catch (Xunit.Sdk.XunitException)
        {
            return false;
        }
    }
}
