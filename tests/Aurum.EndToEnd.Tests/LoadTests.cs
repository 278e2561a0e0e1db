using System.Net;
using System.Text.Json;
using Aurum.EndToEnd.Tests.Support;
using Aurum.Testing.Network;
using Xunit.Abstractions;

namespace Aurum.EndToEnd.Tests;

/// <summary>Whoever reads from a node costs its collecting nothing.</summary>
public sealed class LoadTests(ITestOutputHelper output)
{
    private static readonly string[] Paths =
    [
        "/health/external", "/v1/admin/external/ratelimits", "/v1/admin/external/series?limit=50", "/v1/admin/external/pipelines", "/sla/external",
        "/v1/external/catalog", "/v1/external/observations?provider=fred&series=DGS10&limit=100", "/metrics", "/livez", "/readyz",
    ];

    [Fact]
    public async Task Ten_thousand_requests_while_a_node_collects_are_all_answered_and_nothing_is_lost()
    {
        await using var world = await World.UnconfiguredAsync();
        world.Config.Write(world.Plans, rateLimit: new { requests_per_second = 2, burst = 1, daily_quota = (int?)null });
        var node = world.Run("--loop", "--log-level", "info", "--interval", "3600");
        using var client = await node.HttpAsync();
        await client.BecomesAsync("/readyz", HttpStatusCode.OK);
        var before = world.Simulator.Arrivals.Total;

        var load = await HttpLoad.RunAsync(client, Paths, requests: 10_000, readers: 20);

        output.WriteLine(load.ToString());
        Assert.Empty(load.Refused);
        Assert.True(world.Simulator.Arrivals.Total > before, "the node collected nothing meanwhile");
        await client.BecomesAsync(
            "/v1/admin/external/pipelines/external_incremental/runs",
            HttpStatusCode.OK,
            body => JsonDocument.Parse(body).RootElement.GetProperty("items")[0].GetProperty("state").GetString() == "success",
            "with the first run ended well");
        await world.StoreIsTruthAsync();
        node.Terminate();
        await node.EndsWithAsync(0);
        node.SaysNothingOfItsInside();
    }
}
