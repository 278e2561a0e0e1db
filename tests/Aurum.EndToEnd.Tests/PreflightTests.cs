using Aurum.EndToEnd.Tests.Support;
using Aurum.Simulator;

namespace Aurum.EndToEnd.Tests;

/// <summary><c>aurum preflight</c>, with a node and without one.</summary>
public sealed class PreflightTests
{
    [Fact]
    public async Task Through_a_node_each_key_costs_one_request_of_its_gate()
    {
        await using var world = await World.CreateAsync();
        var node = world.Run("--loop", "--log-level", "info", "--interval", "3600");
        using var client = await node.HttpAsync();
        await client.BecomesAsync("/readyz", System.Net.HttpStatusCode.OK);
        world.Environment["AURUM_API_URL"] = client.BaseAddress!.AbsoluteUri;

        var preflight = await world.Start("preflight", "--config", world.Config.Path, "--data-dir", world.Data).EndsWithAsync(0);

        Assert.All(world.Plans, plan => Assert.Contains(preflight.Output.Lines, line => line.StartsWith($"good     key {plan.Provider} ", StringComparison.Ordinal)));
        Assert.All(world.Plans, plan => Assert.Contains(preflight.Output.Lines, line => line.StartsWith($"good     clock {plan.Provider} ", StringComparison.Ordinal)));
        Assert.Contains("\"action\":\"check_key\"", await client.GetStringAsync("/v1/admin/external/audit"), StringComparison.Ordinal);
        NoKeyIsShown(world, preflight);
        node.Terminate();
        await node.EndsWithAsync(0);
    }

    [Fact]
    public async Task Without_a_node_each_provider_is_asked_once_and_nothing_is_made()
    {
        await using var world = await World.CreateAsync();

        var preflight = await world.Start("preflight", "--config", world.Config.Path, "--data-dir", world.Data).EndsWithAsync(0);

        Assert.Contains("keys are tried without one", preflight.Output.Text, StringComparison.Ordinal);
        Assert.All(world.Plans, plan => Assert.Equal(1, world.Requests(plan.Provider)));
        Assert.False(Directory.Exists(world.Data));
        NoKeyIsShown(world, preflight);
    }

    [Fact]
    public async Task A_key_that_is_refused_ends_with_1_and_says_what_to_do()
    {
        await using var world = await World.CreateAsync(plans: [ProviderPlan.Of("fred")]);
        world.Environment["FRED_API_KEY"] = "00000000000000000000000000000000";

        var preflight = await world.Start("preflight", "--config", world.Config.Path, "--data-dir", world.Data).EndsWithAsync(1);

        Assert.Contains(preflight.Output.Lines, line => line.StartsWith("FAILED   key fred", StringComparison.Ordinal));
        Assert.Contains("to do: set a key that is valid", preflight.Output.Text, StringComparison.Ordinal);
        NoKeyIsShown(world, preflight);
        preflight.SaysNothingOfItsInside();
    }

    [Fact]
    public async Task Beside_a_node_that_does_not_answer_nobody_is_asked()
    {
        await using var world = await World.CreateAsync(plans: [ProviderPlan.Of("fred")]);
        var node = world.Run("--loop", "--roles", "collector", "--log-level", "info", "--interval", "3600");
        using var client = await node.HttpAsync();
        await client.BecomesAsync("/readyz", System.Net.HttpStatusCode.OK);
        await node.AwaitAsync(() => File.Exists(Path.Combine(world.Data, "aurum.lock")), "its data directory");

        var preflight = await world.Start("preflight", "--config", world.Config.Path, "--data-dir", world.Data).EndsWithAsync(0);

        Assert.Contains(preflight.Output.Lines, line => line.StartsWith("warning  key fred", StringComparison.Ordinal) && line.Contains("in use by another aurum", StringComparison.Ordinal));
        node.Terminate();
        await node.EndsWithAsync(0);
    }

    private static void NoKeyIsShown(World world, AurumProcess process)
    {
        foreach (var key in new[] { "FRED_API_KEY", "EIA_API_KEY", "NOAA_GHCND_TOKEN" }.Select(name => world.Environment[name]))
        {
            Assert.DoesNotContain(key, process.Output.Text + process.Error.Text, StringComparison.OrdinalIgnoreCase);
        }
    }
}
