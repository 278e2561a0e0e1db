using Aurum.EndToEnd.Tests.Support;
using Aurum.Testing.Network;
using Aurum.Testing.Postgres;
using static Aurum.EndToEnd.Tests.Production.Faults;

namespace Aurum.EndToEnd.Tests.Production;

/// <summary>
/// What may happen to PostgreSQL while collecting. After each the store holds the truth, no key twice, and the group has committed everything.
/// </summary>
public sealed class DatabaseFaultTests
{
    [Fact]
    public async Task A_database_that_crashes_and_is_started_anew()
    {
        await using var world = await ProductionWorld.CreateAsync(Slow);
        var run = world.Run("--loop", "--interval", "2");
        await MidwayAsync(world, run);
        await world.Postgres.StopAsync(immediate: true);
        await Task.Delay(TimeSpan.FromSeconds(2));
        await world.Postgres.StartAsync();
        await RecoversAsync(world, run);
    }

    /// <summary>The rows are stored, and nobody was told: they come again and are known.</summary>
    [Fact]
    public async Task Answers_to_commits_that_are_lost()
    {
        await using var world = await ProductionWorld.CreateAsync(Slow);
        await using var proxy = new TcpProxy(world.Postgres.Port);
        var collector = world.Run("--roles", "collector", "--loop", "--interval", "2");
        world.World.Environment["AURUM_APP_DB_DSN"] = world.Postgres.Dsn(world.Dsn.Database, port: proxy.Port);
        var processor = world.Run("--roles", "processor", "--log-level", "info");
        await processor.SaysOnErrorAsync("Processing until stopped");
        for (var cut = 0; cut < 3; cut++)
        {
            await proxy.SwallowAnswerTo("COMMIT\0").WaitAsync(TimeSpan.FromSeconds(60));
            proxy.Cut();
        }

        await RecoversAsync(world, collector);
        IsBounded(processor);
        processor.Terminate();
        await processor.EndsWithAsync(0);
    }
}
