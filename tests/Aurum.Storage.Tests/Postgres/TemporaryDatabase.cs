using Aurum.Storage.Postgres;
using Aurum.Testing.Postgres;
using Npgsql;

namespace Aurum.Storage.Tests.Postgres;

/// <summary>A database of its own on the tests' server, migrated, dropped with it.</summary>
internal sealed class TemporaryDatabase : IAsyncDisposable
{
    /// <summary>Migrated once and copied for each test.</summary>
    private static readonly Lazy<Task<string>> Template = new(async () =>
    {
        var server = await PostgresServer.SharedAsync();
        var dsn = PostgresDsn.Parse(await server.CreateDatabaseAsync());
        await (await PostgresDatabase.OpenAsync(dsn, ["fred", "eia", "noaa", "worldbank"], TimeProvider.System, CancellationToken.None)).DisposeAsync();
        return dsn.Database;
    });

    private TemporaryDatabase(PostgresServer server, string url, PostgresDatabase database)
    {
        Server = server;
        Url = url;
        Database = database;
    }

    public PostgresServer Server { get; }

    public string Url { get; }

    public PostgresDatabase Database { get; }

    public Stores Stores => new(
        new PostgresObservationStore(Database), new PostgresCatalogStore(Database), new PostgresStatusStore(Database), new PostgresAuditStore(Database), new PostgresPipelineStore(Database), new PostgresQuarantineStore(Database), QuarantinedAsync)
    {
        Rhythm = new PostgresRhythmStore(Database),
    };

    public PostgresObservationStore Observations => new(Database);

    /// <param name="port">Of a proxy before the server; null to reach it straight.</param>
    public static async Task<TemporaryDatabase> OpenAsync(int? port = null)
    {
        var server = await PostgresServer.SharedAsync();
        var url = await server.CreateDatabaseAsync(await Template.Value);
        var dsn = PostgresDsn.Parse(port is null ? url : server.Dsn(PostgresDsn.Parse(url).Database, port: port));
        return new TemporaryDatabase(server, url, await PostgresDatabase.OpenAsync(dsn, [], TimeProvider.System, CancellationToken.None));
    }

    /// <summary>Runs SQL as a person with psql would, past the store.</summary>
    public Task ExecuteAsync(string sql) => Server.ExecuteAsync(Database.Dsn.Database, sql);

    public Task<object?> ScalarAsync(string sql) => Server.ScalarAsync(Database.Dsn.Database, sql);

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        await Server.ExecuteAsync("postgres", $"DROP DATABASE {Database.Dsn.Database} WITH (FORCE)");
    }

    private async Task<IReadOnlyList<string>> QuarantinedAsync()
    {
        await using var connection = new NpgsqlConnection(Database.Dsn.ConnectionString);
        await connection.OpenAsync();
        return await PostgresCommands.ListAsync(
            connection,
            """
            SELECT concat_ws('|', provider, series_id, array_to_string(reasons, '+'), record, topic, partition, "offset",
                             to_char(quarantined_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
            FROM external.timeseries_observation_quarantine ORDER BY id
            """,
            row => row.GetString(0),
            CancellationToken.None);
    }
}
