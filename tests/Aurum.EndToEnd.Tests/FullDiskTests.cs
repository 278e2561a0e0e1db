using Aurum.EndToEnd.Tests.Support;

namespace Aurum.EndToEnd.Tests;

public sealed class FullDiskTests
{
    [FactOnSmallDisks]
    public async Task A_full_disk_is_said_clearly_and_with_more_room_the_run_completes()
    {
        await using var world = await World.CreateAsync();
        using var disk = SmallDisk.Mount(world.Data, "1m");

        var process = world.Run("--log-level", "info");
        var code = await process.ExitAsync(within: TimeSpan.FromSeconds(60));

        Assert.True(code is 1 or 3, process.Failure($"ended with {code}, expected 1 or 3").Message);
        Assert.Contains("full", process.Error.Text, StringComparison.OrdinalIgnoreCase);
        process.SaysNothingOfItsInside();
        disk.Resize("64m");
        await world.RunToEndAsync();
        await world.StoreIsTruthAsync();
    }

    [FactOnSmallDisks]
    public async Task A_disk_without_room_for_the_first_table_is_3()
    {
        await using var world = await World.CreateAsync();
        using var disk = SmallDisk.Mount(world.Data, "100k");

        var process = await world.Run("--log-level", "info").EndsWithAsync(3, within: TimeSpan.FromSeconds(60));

        Assert.Contains("is full", process.Error.Text, StringComparison.Ordinal);
        process.SaysNothingOfItsInside();
        Assert.Equal(0, world.Simulator.Arrivals.Total);
    }
}
