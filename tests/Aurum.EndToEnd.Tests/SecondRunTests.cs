using Aurum.EndToEnd.Tests.Support;
using Aurum.Storage;

namespace Aurum.EndToEnd.Tests;

public sealed class SecondRunTests
{
    [Fact]
    public async Task A_second_run_right_after_the_first_stores_nothing_new_and_asks_little()
    {
        await using var world = await World.CreateAsync();
        await world.RunToEndAsync();
        await world.StoreIsTruthAsync("after the first run");
        await StoreComparison.HasOneVintageEachAsync(world.Data);
        var rows = await StoreComparison.RowsAsync(world.Data);
        var asked = world.Simulator.Arrivals.Total;

        await world.RunToEndAsync();

        Assert.Equal(rows.Select(Said), (await StoreComparison.RowsAsync(world.Data)).Select(Said));
        var second = world.Simulator.Arrivals.All.Skip(asked).ToList();
        foreach (var plan in world.Plans)
        {
            var requests = second.Where(arrival => arrival.Provider == plan.Provider).Select(arrival => $"{arrival.Path}{arrival.Query}").ToList();
            var calls = plan.Provider switch
            {
                "fred" => plan.Series.Length,
                "eia" => 2, // routes
                "noaa" => 2, // datasets; their look-back lies in one window
                _ => 3, // indicators
            };
            Assert.True(requests.Count == calls, $"{plan.Provider} was asked {requests.Count} times, {calls} are enough:\n{string.Join('\n', requests)}");
        }
    }

    /// <summary>Records that hold a dictionary are never equal.</summary>
    private static StoredObservation Said(StoredObservation row) => row with { Observation = row.Observation with { Metadata = null } };
}
