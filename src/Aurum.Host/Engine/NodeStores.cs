using Aurum.Actors;
using Aurum.Host.Configuration;
using Aurum.Providers;
using Aurum.Storage;
using Aurum.Storage.Postgres;
using Aurum.Storage.Sqlite;

namespace Aurum.Host.Engine;

/// <summary>What a node stores in: files of its data directory, or a PostgreSQL database. Held for this node as long as it is open.</summary>
internal sealed class NodeStores : IAsyncDisposable
{
    private readonly Stack<object> _held = [];

    private NodeStores()
    {
    }

    public required IObservationStore Observations { get; init; }

    public required ICatalogStore Catalog { get; init; }

    public required IStatusStore Status { get; init; }

    public required IAuditStore Audit { get; init; }

    public required IPipelineStore Pipelines { get; init; }

    public required IRhythmStore Rhythm { get; init; }

    /// <summary>Null where no row is ever set aside: without Kafka a row that breaks a rule fails its series.</summary>
    public IQuarantineStore? Quarantine { get; init; }

    /// <summary>Null where no cluster is possible: files have one owner.</summary>
    public IClusterMembers? Members { get; init; }

    public required Journal Journal { get; init; }

    /// <summary>Asks the store for a sign of life; throws where there is none.</summary>
    public required Func<CancellationToken, Task> CheckAsync { get; init; }

    /// <exception cref="NodeStartException">The data directory cannot be used.</exception>
    /// <exception cref="StorageException">The store cannot be used, or another collector uses it.</exception>
    public static Task<NodeStores> OpenAsync(string dataDirectory, PostgresDsn? database, NodeRoles roles, bool isAlone, Serilog.ILogger log, TimeProvider time, CancellationToken cancellationToken) =>
        database is null
            ? OpenFilesAsync(dataDirectory, time, cancellationToken)
            : OpenDatabaseAsync(database, roles, isAlone, log, time, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        while (_held.TryPop(out var held))
        {
            await DisposeAsync(held);
        }
    }

    private static async Task<NodeStores> OpenFilesAsync(string dataDirectory, TimeProvider time, CancellationToken cancellationToken)
    {
        var directory = DataDirectory.Hold(dataDirectory);
        try
        {
            var database = await SqliteDatabase.OpenAsync(directory.StoreFile, time, cancellationToken);
            var stores = new NodeStores
            {
                Observations = new SqliteObservationStore(database),
                Catalog = new SqliteCatalogStore(database),
                Status = new SqliteStatusStore(database),
                Audit = new SqliteAuditStore(database),
                Pipelines = new SqlitePipelineStore(database),
                Rhythm = new SqliteRhythmStore(database),
                Journal = Journal.Sqlite(directory.JournalFile),
                CheckAsync = database.CheckAsync,
            };
            stores._held.Push(directory);
            stores._held.Push(database);
            await JournalFile.PrepareAsync(directory.JournalFile, cancellationToken);
            return stores;
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    }

    private static async Task<NodeStores> OpenDatabaseAsync(PostgresDsn dsn, NodeRoles roles, bool isAlone, Serilog.ILogger log, TimeProvider time, CancellationToken cancellationToken)
    {
        var database = await PostgresDatabase.OpenAsync(dsn, [.. ProviderCatalog.All.Select(provider => provider.Descriptor.Name)], time, cancellationToken);
        try
        {
            var stores = new NodeStores
            {
                Observations = new PostgresObservationStore(database),
                Catalog = new PostgresCatalogStore(database),
                Status = new PostgresStatusStore(database),
                Audit = new PostgresAuditStore(database),
                Pipelines = new PostgresPipelineStore(database),
                Rhythm = new PostgresRhythmStore(database),
                Quarantine = new PostgresQuarantineStore(database),
                Members = new PostgresClusterMembers(database),
                Journal = Journal.Postgres(dsn.ConnectionString),
                CheckAsync = database.CheckAsync,
            };
            stores._held.Push(database);
            if (roles.HasFlag(NodeRoles.Collector))
            {
                stores._held.Push(await HoldAsync(database, isAlone, log, cancellationToken));
            }

            return stores;
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    private static async Task<PostgresHold> HoldAsync(PostgresDatabase database, bool isAlone, Serilog.ILogger log, CancellationToken cancellationToken)
    {
        var hold = await database.HoldAsync(PostgresHold.Collector, shared: !isAlone, cancellationToken);
        hold.Changed += held =>
        {
            if (held)
            {
                log.Information("The database is held for this collector again");
            }
            else
            {
                log.Warning("The database is not held for this collector: {Problem:l}", hold.Trouble?.Message);
            }
        };
        return hold;
    }

    private static async ValueTask DisposeAsync(object held)
    {
        if (held is IAsyncDisposable asynchronous)
        {
            await asynchronous.DisposeAsync();
        }
        else
        {
            ((IDisposable)held).Dispose();
        }
    }
}
