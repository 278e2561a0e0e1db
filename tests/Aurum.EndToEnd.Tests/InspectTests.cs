using System.Net;
using Aurum.EndToEnd.Tests.Support;
using Aurum.Testing.Network;
using Aurum.Testing.Postgres;

namespace Aurum.EndToEnd.Tests;

/// <summary><c>aurum inspect</c> against nodes that run.</summary>
public sealed class InspectTests
{
    [Fact]
    public async Task A_node_alone_shows_itself_its_entities_and_its_actors()
    {
        await using var world = await World.CreateAsync(plans: [ProviderPlan.Of("worldbank")]);
        var node = world.Run("--loop", "--log-level", "info", "--interval", "3600");
        using var client = await node.HttpAsync();
        await client.BecomesAsync("/v1/admin/cluster/sharding", HttpStatusCode.OK, "\"kind\":\"provider\"");
        await client.BecomesAsync("/v1/admin/external/health/worldbank", HttpStatusCode.OK, "\"requests\":");
        world.Environment["AURUM_API_URL"] = client.BaseAddress!.AbsoluteUri;

        var show = await world.Start("inspect", "cluster", "show").EndsWithAsync(0);
        var regions = await world.Start("inspect", "cluster-sharding", "region-stats").EndsWithAsync(0);
        var actors = await world.Start("inspect", "actor", "hierarchy", "-s", "/user", "-d", "1").EndsWithAsync(0);

        var top = await world.Start("top", "--once").EndsWithAsync(0);

        Assert.Contains("1 provider, 1 healthy (from ", top.Output.Text, StringComparison.Ordinal);
        Assert.Contains("1 member, 1 up, 0 unreachable (from ", show.Output.Text, StringComparison.Ordinal);
        Assert.Contains("2 regions, ", regions.Output.Text, StringComparison.Ordinal);
        Assert.Contains("  fetcher  FetcherActor", actors.Output.Text, StringComparison.Ordinal);
        node.Terminate();
        await node.EndsWithAsync(0);
    }

    [Fact]
    public async Task A_member_that_is_asked_to_leaves_and_the_tail_of_another_tells_so()
    {
        await using var world = await World.CreateAsync(plans: [ProviderPlan.Of("worldbank")]);
        await using var postgres = await PostgresServer.StartNewAsync();
        var ports = FreePorts.Find(2);
        world.Environment["AURUM_APP_DB_DSN"] = await postgres.CreateDatabaseAsync();
        world.Environment["AURUM_SEED_NODES"] = string.Join(',', ports.Select(port => $"127.0.0.1:{port}"));
        world.Environment["AURUM_NODE_HOST"] = "127.0.0.1";
        string[] run = ["run", "--loop", "--log-level", "info", "--interval", "3600", "--config", world.Config.Path];
        var first = world.Start([.. run, "--data-dir", world.Data, "--node-port", $"{ports[0]}"], []);
        using var client = await first.HttpAsync();
        await client.BecomesAsync("/v1/admin/cluster", HttpStatusCode.OK, "\"status\":\"up\"");
        var second = world.Start([.. run, "--data-dir", $"{world.Data}-2", "--node-port", $"{ports[1]}"], []);
        await client.BecomesAsync("/v1/admin/cluster", HttpStatusCode.OK, $"127.0.0.1:{ports[1]}\",\"incarnation\"");
        using var other = await second.HttpAsync();
        await other.BecomesAsync("/readyz", HttpStatusCode.OK);
        world.Environment["AURUM_API_URL"] = client.BaseAddress!.AbsoluteUri;
        var tail = world.Start("inspect", "cluster", "tail");
        await tail.SaysAsync(line => line.Contains("member up", StringComparison.Ordinal) && line.Contains($":{ports[1]}", StringComparison.Ordinal), "that the second is up");

        var leave = await world.Start("inspect", "cluster", "leave", "-a", $"127.0.0.1:{ports[1]}", "--reason", "its disk is to be changed").EndsWithAsync(0);

        Assert.Contains($"127.0.0.1:{ports[1]} is leaving", leave.Output.Text, StringComparison.Ordinal);
        await second.EndsWithAsync(4);
        await tail.SaysAsync(line => line.Contains("member removed", StringComparison.Ordinal) && line.Contains($":{ports[1]}", StringComparison.Ordinal), "that the second has gone");
        tail.Terminate();
        await tail.EndsWithAsync(0);
        Assert.Contains("its disk is to be changed", await client.GetStringAsync("/v1/admin/external/audit"), StringComparison.Ordinal);
        first.Terminate();
        await first.EndsWithAsync(0);
    }
}
