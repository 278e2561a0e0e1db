using Aurum.EndToEnd.Tests.Support;

namespace Aurum.EndToEnd.Tests;

public sealed class DemoTests
{
    [Fact]
    public async Task The_demo_shows_plain_lines_ends_by_itself_and_leaves_a_store_to_look_at()
    {
        await using var world = await World.UnconfiguredAsync();
        world.Config.Write(world.Plans, defaultLimits: true);
        world.Environment.Clear();

        var demo = await world.Start("demo", "--duration", "15s", "--config", world.Config.Path, "--data-dir", world.Data).EndsWithAsync(0);

        Assert.Contains($"The data lie in {Path.GetFileName(world.Data)}.", demo.Output.Text, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', demo.Output.Text);
        Assert.All(world.Plans, plan => Assert.Contains(demo.Output.Lines, line => line.StartsWith($"{plan.Provider} ", StringComparison.Ordinal)));
        demo.SaysNothingOfItsInside();
        Assert.Equal(0, world.Simulator.Arrivals.Total);
        var status = await world.Start("status", "--data-dir", world.Data).EndsWithAsync(0);
        Assert.All(world.Plans, plan => Assert.Contains(plan.Provider, status.Output.Text, StringComparison.Ordinal));
        Assert.Contains(world.Plans.SelectMany(plan => plan.Series), series => status.Output.Text.Contains(series.Code, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(80)]
    [InlineData(160)]
    public async Task On_a_terminal_the_demo_draws_a_table_that_fits_and_keeps_its_log_in_a_file(int columns)
    {
        await using var world = await World.UnconfiguredAsync();
        world.Config.Write(world.Plans, defaultLimits: true);

        var demo = await AurumProcess.Start(["demo", "--duration", "6s", "--config", world.Config.Path, "--data-dir", world.Data, "--log-level", "debug"], new Dictionary<string, string>(), world.Folder, columns)
            .EndsWithAsync(0);

        Assert.Contains(demo.Output.Lines, line => line.Contains("provider", StringComparison.Ordinal) && line.Contains("permits left", StringComparison.Ordinal) && line.Contains("state", StringComparison.Ordinal));
        Assert.Contains("The data lie in", demo.Output.Text, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(world.Data, "aurum.log")));
        demo.SaysNothingOfItsInside();
    }

    [Fact]
    public async Task A_demo_without_an_end_is_ended_by_a_signal()
    {
        await using var world = await World.UnconfiguredAsync();
        world.Config.Write(world.Plans, defaultLimits: true);
        var demo = world.Start("demo", "--config", world.Config.Path, "--data-dir", world.Data);
        await demo.SaysAsync(line => line.EndsWith(", done", StringComparison.Ordinal), "that a provider is done");

        demo.PressControlC();

        await demo.EndsWithAsync(0, within: TimeSpan.FromSeconds(10));
        Assert.Contains($"The data lie in {Path.GetFileName(world.Data)}.", demo.Output.Text, StringComparison.Ordinal);
        demo.SaysNothingOfItsInside();
    }
}
