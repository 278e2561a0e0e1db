using Aurum.EndToEnd.Tests.Support;
using Aurum.Testing.Network;
using Aurum.Testing.Postgres;

namespace Aurum.EndToEnd.Tests.Production;

/// <summary>A node that only answers reaches the gates on the nodes that collect.</summary>
public sealed class ApiNodeTests
{
    [Fact]
    public async Task An_operator_changes_a_gate_through_a_node_that_does_not_collect()
    {
        await using var world = await World.CreateAsync(plans: [ProviderPlan.Of("worldbank")]);
        await using var postgres = await PostgresServer.StartNewAsync();
        world.Environment["AURUM_APP_DB_DSN"] = await postgres.CreateDatabaseAsync();
        world.Environment["AURUM_NODE_HOST"] = "127.0.0.1";
        var ports = FreePorts.Find(2);
        world.Environment["AURUM_SEED_NODES"] = $"127.0.0.1:{ports[0]}";
        var collector = world.Run("--loop", "--log-level", "info", "--roles", "collector", "--node-port", $"{ports[0]}");
        var (node, desk) = await OperatedNode.StartAsync(world, "--roles", "api", "--node-port", $"{ports[1]}");

        var said = await desk.RunAsync("ratelimits", "set", "worldbank", "--rps", "0.25");

        Assert.Contains($"(from 127.0.0.1:{ports[1]} at ", said.Output.Text, StringComparison.Ordinal);
        Assert.Equal(0.25, (await desk.ItemsAsync("ratelimits", "show"))[0].GetProperty("requests_per_second").GetDouble());
        Assert.Contains("0.25 requests a second", collector.Error.Text, StringComparison.Ordinal);
        foreach (var one in (AurumProcess[])[node, collector])
        {
            one.Terminate();
            await one.EndsWithAsync(0);
        }
    }
}
