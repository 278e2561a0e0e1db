using System.Text.Json;
using Aurum.EndToEnd.Tests.Support;

namespace Aurum.EndToEnd.Tests;

public sealed class ScopeTests
{
    [Fact]
    public async Task A_loop_collects_again_and_again_until_it_is_stopped()
    {
        await using var world = await World.CreateAsync();
        var process = world.Run("--loop", "--interval", "1");
        await process.AwaitAsync(() => Cycles(world) >= 1, "a first cycle");
        var news = ProviderPlan.Of("fred").Series[0];
        world.Simulator.Truth.Publish(news, 1);
        var seen = Cycles(world);
        await process.AwaitAsync(() => Cycles(world) >= seen + 2, "two more cycles");

        process.Terminate();

        await process.EndsWithAsync(0, within: TimeSpan.FromSeconds(10));
        process.SaysNothingOfItsInside();
        await world.StoreIsTruthAsync();
    }

    [Fact]
    public async Task Catalog_only_stores_what_is_known_of_the_series_and_no_observation()
    {
        await using var world = await World.CreateAsync();

        await world.RunToEndAsync("--catalog-only");

        Assert.Empty(await StoreComparison.RowsAsync(world.Data));
        Assert.DoesNotContain(world.Simulator.Arrivals.All, arrival => world.Plans.Any(plan => $"{arrival.Path}{arrival.Query}".Contains(plan.UnluckyData, StringComparison.Ordinal)));
        var listed = await world.Start("query", "series", "--format", "ndjson", "--data-dir", world.Data).EndsWithAsync(0);
        var rows = listed.Output.Lines.Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(
            world.Plans.SelectMany(plan => plan.Series).Select(series => series.ToString()).Order(StringComparer.Ordinal),
            rows.Select(row => $"{row.GetProperty("provider").GetString()}|{row.GetProperty("series_id").GetString()}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Observations_only_works_on_a_fresh_directory()
    {
        await using var world = await World.CreateAsync();
        await world.RunToEndAsync("--observations-only");
        await world.StoreIsTruthAsync();
    }

    /// <summary>How often all providers have been asked for the observations of one of their series from its look-back on.</summary>
    private static int Cycles(World world) => world.Plans.Min(plan =>
        world.Simulator.Arrivals.All.Count(arrival => arrival.Provider == plan.Provider && $"{arrival.Path}{Uri.UnescapeDataString(arrival.Query)}".Contains(plan.UnluckyData, StringComparison.Ordinal)));
}
