using System.Data;
using Npgsql;

namespace Aurum.Storage.Postgres;

/// <summary>
/// A PostgreSQL database and the pool of connections to it. Everything that goes wrong in it leaves as a <see cref="StorageException"/>,
/// and nothing waits longer than its limit.
/// </summary>
public sealed class PostgresDatabase : IAsyncDisposable
{
    private const int StatementLimitSeconds = 30;
    private const int ConnectionsAtMost = 20;

    /// <summary>How long a reader waits for its next rows.</summary>
    internal static readonly TimeSpan RowLimit = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan CallLimit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan MigrationLimit = TimeSpan.FromMinutes(60);

    private readonly NpgsqlDataSource _source;
    private readonly CancellationTokenSource _closing = new();
    private readonly TimeProvider _time;
    private readonly bool _readOnly;

    private PostgresDatabase(PostgresDsn dsn, TimeProvider time, bool readOnly)
    {
        Dsn = dsn;
        _time = time;
        _readOnly = readOnly;
        _source = Source(dsn, readOnly);
    }

    /// <summary>Where it is.</summary>
    public PostgresDsn Dsn { get; }

    /// <summary>Connects, brings the schema up to date and makes the partitions of these providers. Several processes may do so at once.</summary>
    /// <exception cref="StorageException">The database cannot be reached or written, or a newer aurum has written it.</exception>
    public static async Task<PostgresDatabase> OpenAsync(
        PostgresDsn dsn, IReadOnlyCollection<string> providers, TimeProvider time, CancellationToken cancellationToken)
    {
        var database = new PostgresDatabase(dsn, time, readOnly: false);
        try
        {
            await database.MigrateAsync(providers, cancellationToken).ConfigureAwait(false);
            return database;
        }
        catch
        {
            await database.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Opens a store that exists, beside the node that writes it or without one. Writing to it fails.</summary>
    /// <exception cref="StorageException">The database cannot be reached, has no store yet, or another version of aurum has written it.</exception>
    public static async Task<PostgresDatabase> OpenReadOnlyAsync(PostgresDsn dsn)
    {
        var database = new PostgresDatabase(dsn, TimeProvider.System, readOnly: true);
        try
        {
            await database.AskAsync(
                async (connection, stop) =>
                {
                    await PostgresMigrations.CheckAsync(dsn, connection, stop).ConfigureAwait(false);
                    return true;
                },
                CancellationToken.None).ConfigureAwait(false);
            return database;
        }
        catch
        {
            await database.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Takes a lock of that name which no other process gets while this one lives.</summary>
    /// <param name="shared">Others may share it, but nobody may have it alone: the nodes of a cluster, beside whom no lone node runs.</param>
    /// <exception cref="StorageException">Another process holds it, or the database cannot be reached.</exception>
    public Task<PostgresHold> HoldAsync(string name, bool shared = false, CancellationToken cancellationToken = default) =>
        PostgresHold.TakeAsync(Dsn, name, shared, _time, cancellationToken);

    /// <summary>Returns when the database answers.</summary>
    /// <exception cref="StorageException">It does not.</exception>
    public Task CheckAsync(CancellationToken cancellationToken) => AskAsync(
        async (connection, stop) => await PostgresCommands.ScalarAsync(connection, "SELECT 1", stop).ConfigureAwait(false), cancellationToken);

    /// <summary>Gives up what is in progress (nothing of it is stored) and closes all connections.</summary>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        await _source.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>For looking at a schema of any version.</summary>
    internal static PostgresDatabase Unchecked(PostgresDsn dsn) => new(dsn, TimeProvider.System, readOnly: false);

    internal Task<IReadOnlyList<string>> MigrateAsync(IReadOnlyCollection<string> providers, CancellationToken cancellationToken) => WithinAsync(
        MigrationLimit,
        async stop =>
        {
            await using var connection = await _source.OpenConnectionAsync(stop).ConfigureAwait(false);
            await using var turn = await AdvisoryLock.WaitAsync(connection, "migrations", stop).ConfigureAwait(false);
            var applied = await PostgresMigrations.ApplyAsync(Dsn, connection, _source, stop).ConfigureAwait(false);
            await PostgresPartitions.EnsureAsync(connection, providers, stop).ConfigureAwait(false);
            return applied;
        },
        cancellationToken);

    /// <summary>Makes the partitions of providers that turned up after the database was opened.</summary>
    internal Task AddPartitionsAsync(IReadOnlyCollection<string> providers, CancellationToken cancellationToken) => MigrateAsync(providers, cancellationToken);

    /// <summary>Runs statements that read, each in a transaction of its own.</summary>
    internal Task<T> AskAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> work, CancellationToken cancellationToken) => WithinAsync(
        CallLimit,
        async stop =>
        {
            await using var connection = await _source.OpenConnectionAsync(stop).ConfigureAwait(false);
            return await work(connection, stop).ConfigureAwait(false);
        },
        cancellationToken);

    /// <summary>Runs <paramref name="work"/> in a transaction. When this throws, nothing is stored, unless the answer to the commit was lost.</summary>
    internal Task<T> WriteAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        if (_readOnly)
        {
            throw PostgresFailure.ReadOnly(Dsn);
        }

        return WithinAsync(
            CallLimit,
            async stop =>
            {
                await using var connection = await _source.OpenConnectionAsync(stop).ConfigureAwait(false);
                await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, stop).ConfigureAwait(false);
                var result = await work(connection, stop).ConfigureAwait(false);
                await transaction.CommitAsync(stop).ConfigureAwait(false);
                return result;
            },
            cancellationToken);
    }

    /// <summary>A connection for a reader that takes its time, in a transaction that sees one snapshot; dispose it when read.</summary>
    internal Task<PostgresReading> ReadAsync(CancellationToken cancellationToken) => WithinAsync(
        CallLimit,
        async stop =>
        {
            var connection = await _source.OpenConnectionAsync(stop).ConfigureAwait(false);
            try
            {
                var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, stop).ConfigureAwait(false);
                await PostgresCommands.RunAsync(connection, "SET LOCAL idle_in_transaction_session_timeout = 0", stop).ConfigureAwait(false);
                return new PostgresReading(this, connection, transaction);
            }
            catch
            {
                await connection.DisposeAsync().ConfigureAwait(false);
                throw;
            }
        },
        cancellationToken);

    /// <summary>What callers get to see of a failure of the database; null for a bug of ours.</summary>
    internal StorageException? Failure(Exception exception) => exception switch
    {
        _ when PostgresFailure.IsOfDatabase(exception) => PostgresFailure.From(Dsn, exception),
        ObjectDisposedException or OperationCanceledException when _closing.IsCancellationRequested => PostgresFailure.Closed(Dsn),
        _ => null,
    };

    internal async Task<T> WithinAsync<T>(TimeSpan limit, Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closing.Token);
        stop.CancelAfter(limit);
        try
        {
            return await work(stop.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (stop.IsCancellationRequested && exception is not StorageException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw _closing.IsCancellationRequested ? PostgresFailure.Closed(Dsn) : PostgresFailure.TooSlow(Dsn, limit, exception);
        }
        catch (ObjectDisposedException) when (_closing.IsCancellationRequested)
        {
            throw PostgresFailure.Closed(Dsn);
        }
        catch (Exception exception) when (PostgresFailure.IsOfDatabase(exception))
        {
            throw PostgresFailure.From(Dsn, exception);
        }
    }

    private static NpgsqlDataSource Source(PostgresDsn dsn, bool readOnly)
    {
        var settings = dsn.With(settings =>
        {
            settings.Enlist = false;
            settings.CommandTimeout = StatementLimitSeconds;
            settings.MaxPoolSize = ConnectionsAtMost;
            settings.Options = readOnly ? $"{settings.Options} -c default_transaction_read_only=on".TrimStart() : settings.Options;
        });
        try
        {
            return new NpgsqlDataSourceBuilder(settings.ConnectionString).Build();
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            throw PostgresFailure.From(dsn, exception);
        }
    }
}
