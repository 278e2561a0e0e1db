using System.Net;
using Aurum.EndToEnd.Tests.Support;
using Aurum.Testing.Kafka;

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

        await client.BecomesAsync("/readyz", HttpStatusCode.ServiceUnavailable, "\"name\":\"database\",\"status\":\"failed\"");
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/livez")).StatusCode);
        await world.Postgres.StartAsync();
        await client.BecomesAsync("/readyz", HttpStatusCode.OK);
        node.Terminate();
        await node.EndsWithAsync(0);
    }

    [Fact]
    public async Task Brokers_that_are_away_cost_readiness_and_not_life()
    {
        await using var world = await ProductionWorld.CreateAsync(plans: [ProviderPlan.Of("worldbank")]);
        var node = world.Run("--loop", "--log-level", "info");
        using var client = await node.HttpAsync();
        await client.BecomesAsync("/readyz", HttpStatusCode.OK);
        await world.LagBecomesZeroAsync();

        await world.Kafka.SetBrokerDownAsync(MockKafka.AllBrokers);

        await client.BecomesAsync("/readyz", HttpStatusCode.ServiceUnavailable, "\"name\":\"kafka\",\"status\":\"failed\"");
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/livez")).StatusCode);
        await world.Kafka.SetBrokerUpAsync(MockKafka.AllBrokers);
        await client.BecomesAsync("/readyz", HttpStatusCode.OK);
        await client.BecomesAsync("/metrics", HttpStatusCode.OK, "aurum_consumer_lag{");
        node.Terminate();
        await node.EndsWithAsync(0);
    }
}
