using System.Net;
using Aurum.EndToEnd.Tests.Support;

namespace Aurum.EndToEnd.Tests.Production;

/// <summary>A node without its outside systems lives, says what it lacks, and is ready again by itself when they are back.</summary>
public sealed class ReadinessTests
{
    [Theory]
    [InlineData("collector,processor,api")]
    [InlineData("processor")]
    [InlineData("api")]
    public async Task A_database_that_is_away_costs_readiness_and_not_life(string roles)
    {
        await using var world = await ProductionWorld.CreateAsync(plans: [ProviderPlan.Of("worldbank")]);
        var node = world.Run("--loop", "--roles", roles, "--log-level", "info");
        using var client = await node.HttpAsync();
        await client.BecomesAsync("/readyz", HttpStatusCode.OK);

        await world.Postgres.StopAsync(immediate: true);

        var lacks = await client.BecomesAsync("/readyz", HttpStatusCode.ServiceUnavailable);
        Assert.Contains("\"name\":\"database\",\"status\":\"failed\"", lacks, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/livez")).StatusCode);
        await world.Postgres.StartAsync();
        await client.BecomesAsync("/readyz", HttpStatusCode.OK);
        node.Terminate();
        await node.EndsWithAsync(0);
    }
}
