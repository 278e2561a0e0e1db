using Aurum.Storage.Postgres;
using Aurum.Testing.Postgres;

namespace Aurum.Storage.Tests.Postgres;

public sealed class PostgresInspectionTests
{
    [Fact]
    public async Task A_database_that_is_up_to_date_lacks_nothing()
    {
        await using var database = await TemporaryDatabase.OpenAsync();

        var found = await PostgresInspection.LookAsync(database.Database.Dsn, TimeProvider.System, CancellationToken.None);

        Assert.True(found.MajorVersion >= 9, found.ServerVersion);
        Assert.Equal(PostgresMigrations.Newest, found.Applied);
        Assert.Empty(found.Pending);
        Assert.Empty(found.LackingRights);
        Assert.True(found.ClockAhead.Duration() < TimeSpan.FromSeconds(30), "the server runs on this machine");
    }

    [Fact]
    public async Task An_empty_database_is_left_empty_and_lacks_every_migration()
    {
        var server = await PostgresServer.SharedAsync();
        var dsn = PostgresDsn.Parse(await server.CreateDatabaseAsync());

        var found = await PostgresInspection.LookAsync(dsn, TimeProvider.System, CancellationToken.None);

        Assert.Equal((0, PostgresMigrations.Newest), (found.Applied, found.Pending.Count));
        Assert.Empty(found.LackingRights);
        Assert.Equal(DBNull.Value, await server.ScalarAsync(dsn.Database, "SELECT to_regnamespace('aurum')::text"));
    }

    [Fact]
    public async Task A_user_with_few_rights_lacks_the_others_by_name()
    {
        await using var database = await TemporaryDatabase.OpenAsync();
        var user = $"reader_{Guid.NewGuid():N}";
        await database.ExecuteAsync($"CREATE ROLE {user} LOGIN PASSWORD 'secret'; GRANT USAGE ON SCHEMA aurum, external TO {user}; GRANT SELECT ON ALL TABLES IN SCHEMA aurum, external TO {user}");
        var dsn = PostgresDsn.Parse($"postgresql://{user}:secret@127.0.0.1:{database.Server.Port}/{database.Database.Dsn.Database}");

        var found = await PostgresInspection.LookAsync(dsn, TimeProvider.System, CancellationToken.None);

        Assert.Contains("use schema akka", found.LackingRights);
        Assert.Contains("insert external.series_catalog", found.LackingRights);
        Assert.Contains("insert aurum.audit_log", found.LackingRights);
        Assert.DoesNotContain("update aurum.audit_log", found.LackingRights);
        Assert.DoesNotContain("select external.series_catalog", found.LackingRights);
    }

    [Fact]
    public async Task Nobody_holds_a_database_in_which_a_collector_runs()
    {
        await using var database = await TemporaryDatabase.OpenAsync();
        await using (await database.Database.HoldAsync(PostgresHold.Collector, shared: true))
        {
            var refused = await Assert.ThrowsAsync<StorageException>(() => PostgresInspection.HoldAsync(database.Database.Dsn, TimeProvider.System, CancellationToken.None));
            Assert.Contains("another aurum is running", refused.Message, StringComparison.Ordinal);
        }

        await using var held = await PostgresInspection.HoldAsync(database.Database.Dsn, TimeProvider.System, CancellationToken.None);
        Assert.True(held.IsHeld);
    }
}
