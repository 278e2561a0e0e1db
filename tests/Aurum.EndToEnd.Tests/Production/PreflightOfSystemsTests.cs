using Aurum.Actors.Serialization.Kafka;
using Aurum.EndToEnd.Tests.Support;

namespace Aurum.EndToEnd.Tests.Production;

/// <summary><c>aurum preflight</c> with the systems of production around it.</summary>
public sealed class PreflightOfSystemsTests
{
    [Fact]
    public async Task Before_the_first_run_all_that_is_missing_is_told_and_nothing_made_and_after_it_nothing_is_missing()
    {
        await using var world = await ProductionWorld.CreateAsync(plans: [ProviderPlan.Of("worldbank")]);

        var before = await PreflightAsync(world);

        Assert.Contains(before.Output.Lines, line => line.StartsWith("warning  database migrations    0 are applied", StringComparison.Ordinal));
        Assert.All(KafkaSchemas.All, schema => Assert.Contains(before.Output.Lines, line => line.StartsWith($"warning  schema {schema.Subject}", StringComparison.Ordinal)));
        Assert.Empty(world.Registry.Versions);

        await world.World.RunToEndAsync();
        await world.LagBecomesZeroAsync();
        var after = await PreflightAsync(world);

        Assert.Contains(after.Output.Lines, line => line.StartsWith("good     database migrations    all ", StringComparison.Ordinal));
        Assert.Contains(after.Output.Lines, line => line.StartsWith("good     kafka rights           reading was tried and works", StringComparison.Ordinal));
        Assert.Contains(after.Output.Lines, line => line.StartsWith("good     kafka lag              aurum-external-consumers is 0 records behind", StringComparison.Ordinal));
        Assert.Contains(after.Output.Lines, line => line.StartsWith("good     clock database", StringComparison.Ordinal));
        Assert.Contains(after.Output.Lines, line => line.StartsWith("good     key worldbank", StringComparison.Ordinal));
        Assert.All(KafkaSchemas.All, schema => Assert.Contains(after.Output.Lines, line => line.StartsWith($"good     schema {schema.Subject}", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task All_that_is_away_is_told_at_once()
    {
        await using var world = await ProductionWorld.CreateAsync(plans: [ProviderPlan.Of("worldbank")]);
        world.World.Environment["AURUM_APP_DB_DSN"] = "postgresql://aurum:hunter2@127.0.0.1:1/aurum";
        world.World.Environment["KAFKA_BOOTSTRAP_SERVERS"] = "127.0.0.1:1";
        world.World.Environment["SCHEMA_REGISTRY_URL"] = "http://127.0.0.1:1";

        var preflight = await world.World.Start("preflight", "--config", world.World.Config.Path, "--data-dir", world.World.Data).EndsWithAsync(3);

        Assert.All(["database", "kafka", "schema registry"], check => Assert.Contains(preflight.Output.Lines, line => line.StartsWith($"FAILED   {check} ", StringComparison.Ordinal)));
        Assert.Contains(preflight.Output.Lines, line => line.StartsWith("warning  key worldbank", StringComparison.Ordinal));
        Assert.Equal(0, world.Simulator.Arrivals.Total);
        Assert.DoesNotContain("hunter2", preflight.Output.Text + preflight.Error.Text, StringComparison.Ordinal);
        preflight.SaysNothingOfItsInside();
    }

    private static Task<AurumProcess> PreflightAsync(ProductionWorld world) =>
        world.World.Start("preflight", "--config", world.World.Config.Path, "--data-dir", world.World.Data).EndsWithAsync(0);
}
