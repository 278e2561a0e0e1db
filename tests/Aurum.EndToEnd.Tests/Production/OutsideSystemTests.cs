using Aurum.EndToEnd.Tests.Support;
using Aurum.Testing.Postgres;

namespace Aurum.EndToEnd.Tests.Production;

/// <summary>What is said, and with which code, when an outside system is not there or not as it must be.</summary>
public sealed class OutsideSystemTests : IAsyncLifetime
{
    private ProductionWorld _world = null!;

    public async Task InitializeAsync() => _world = await ProductionWorld.CreateAsync(plans: [ProviderPlan.Of("worldbank")]);

    public Task DisposeAsync() => _world.DisposeAsync().AsTask();

    [Fact]
    public async Task Each_is_named_and_no_password_is_shown()
    {
        var good = new Dictionary<string, string>(_world.World.Environment);
        (string Variable, string? Value, int Code, string[] Says)[] cases =
        [
            ("SCHEMA_REGISTRY_URL", null, 2, ["SCHEMA_REGISTRY_URL: is not set"]),
            ("AURUM_APP_DB_DSN", null, 2, ["AURUM_APP_DB_DSN: is not set"]),
            ("SCHEMA_REGISTRY_URL", "http://user:hunter2@127.0.0.1:1", 2, ["SCHEMA_REGISTRY_URL", "user:password"]),
            ("SCHEMA_REGISTRY_URL", "http://127.0.0.1:1", 3, ["127.0.0.1:1"]),
            ("AURUM_APP_DB_DSN", "postgresql://aurum:hunter2@127.0.0.1:1/aurum", 3, ["127.0.0.1:1", "refused"]),
            ("AURUM_APP_DB_DSN", _world.Postgres.Dsn("postgres", password: "hunter2"), 3, [$"127.0.0.1:{_world.Postgres.Port}", "password"]),
            ("AURUM_APP_DB_DSN", "postgresql://aurum:hunter2@127.0.0.1/aurum?sslmod=require", 3, ["AURUM_APP_DB_DSN", "sslmod"]),
            ("AURUM_APP_DB_DSN", "Host=127.0.0.1;Password=hunter2", 3, ["AURUM_APP_DB_DSN", "postgresql://"]),
            ("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1", 3, ["127.0.0.1:1"]),
            ("KAFKA_SECURITY_PROTOCOL", "telepathy", 2, ["KAFKA_SECURITY_PROTOCOL"]),
        ];
        await Parallel.ForEachAsync(cases, new ParallelOptions { MaxDegreeOfParallelism = 3 }, async (one, _) =>
        {
            var (variable, value, code, says) = one;
            var changed = new Dictionary<string, string>(good) { ["AURUM_APP_DB_DSN"] = await _world.Postgres.CreateDatabaseAsync(), [variable] = value ?? "" };
            var run = await _world.World.Start(["run", "--config", _world.World.Config.Path, "--data-dir", _world.World.Data], changed).EndsWithAsync(code);
            Assert.All(says, text => Assert.Contains(text, run.Error.Text, StringComparison.Ordinal));
            Assert.DoesNotContain("hunter2", run.Error.Text + run.Output.Text, StringComparison.Ordinal);
            run.SaysNothingOfItsInside();
        });
        Assert.Equal(0, _world.Simulator.Arrivals.Total);
    }

    [Fact]
    public async Task A_second_collector_on_a_database_is_refused_and_a_processor_is_not()
    {
        var first = _world.Run("--loop");
        await first.AwaitAsync(() => _world.Simulator.Arrivals.Total > 0, "its first request");
        var second = await _world.Run().EndsWithAsync(3);
        Assert.Contains("another aurum is running", second.Error.Text, StringComparison.Ordinal);
        var processor = _world.Run("--roles", "processor", "--log-level", "info");
        Assert.True(await processor.SaysOnErrorAsync("Processing until stopped"));
        processor.Terminate();
        await processor.EndsWithAsync(0);
        first.Terminate();
        await first.EndsWithAsync(0);
    }
}
