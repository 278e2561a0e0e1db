using System.Globalization;
using Npgsql;

namespace Aurum.Storage.Postgres;

/// <summary>
/// A named lock on a database for the life of a process, on a connection of its own: alone, or together with others of a cluster. When the connection is lost the lock is taken
/// again as soon as the server is back, unless another process was faster: <see cref="IsHeld"/> tells.
/// </summary>
public sealed class PostgresHold : IAsyncDisposable
{
    /// <summary>The name of the lock that a database's collectors hold: one that is alone, or those of a cluster together.</summary>
    public const string Collector = "collector";

    private const int ProbeLimitSeconds = 5;

    private static readonly TimeSpan ProbeEvery = TimeSpan.FromSeconds(2);

    private readonly PostgresDsn _dsn;
    private readonly string _name;
    private readonly bool _shared;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _end = new();
    private readonly Task _watching;
    private NpgsqlConnection? _connection;
    private volatile bool _held = true;
    private volatile StorageException? _trouble;

    private PostgresHold(PostgresDsn dsn, string name, bool shared, TimeProvider time, NpgsqlConnection connection)
    {
        _dsn = dsn;
        _name = name;
        _shared = shared;
        _time = time;
        _connection = connection;
        _watching = Task.Run(WatchAsync);
    }

    /// <summary>Whether the lock was ours when last asked for, a few seconds ago at most.</summary>
    public bool IsHeld => _held;

    /// <summary>Why it is not held; null while it is.</summary>
    public StorageException? Trouble => _trouble;

    /// <summary>Raised, on a thread of the pool, each time <see cref="IsHeld"/> has changed.</summary>
    public event Action<bool>? Changed;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        await _watching.ConfigureAwait(false);
        await CloseAsync().ConfigureAwait(false);
        _held = false;
    }

    internal static async Task<PostgresHold> TakeAsync(PostgresDsn dsn, string name, bool shared, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            return new PostgresHold(dsn, name, shared, time, await LockAsync(dsn, name, shared, cancellationToken).ConfigureAwait(false));
        }
        catch (Exception exception) when (PostgresFailure.IsOfDatabase(exception))
        {
            throw PostgresFailure.From(dsn, exception);
        }
    }

    private static async Task<NpgsqlConnection> LockAsync(PostgresDsn dsn, string name, bool shared, CancellationToken cancellationToken)
    {
        var settings = dsn.With(settings =>
        {
            settings.Pooling = false;
            settings.Enlist = false;
            settings.CommandTimeout = ProbeLimitSeconds;
        });
        var connection = new NpgsqlConnection(settings.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);

            // The server lets the lock go soon after this machine died without a word.
            await PostgresCommands.RunAsync(
                connection, "SET tcp_keepalives_idle = 15; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3", cancellationToken).ConfigureAwait(false);
            return await AdvisoryLock.TryAsync(connection, name, shared, cancellationToken).ConfigureAwait(false)
                ? connection
                : throw new StorageException($"another aurum is running on {dsn.Place}{await WhoAsync(connection, name, cancellationToken).ConfigureAwait(false)}");
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static async Task<string> WhoAsync(NpgsqlConnection connection, string name, CancellationToken cancellationToken)
    {
        var key = AdvisoryLock.KeyOf(name);
        var found = await PostgresCommands.ScalarAsync(
            connection,
            """
            SELECT concat(coalesce(host(a.client_addr), 'this host'), ', process ', a.pid, ' of the server, since ',
                          to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))
            FROM pg_locks AS l JOIN pg_stat_activity AS a ON a.pid = l.pid
            WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
              AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
              AND l.classid = $1::bigint::oid AND l.objid = $2::bigint::oid
            """,
            cancellationToken,
            PostgresCommands.Number((long)(uint)(key >> 32)),
            PostgresCommands.Number((long)(uint)key)).ConfigureAwait(false);
        return found is string who ? string.Create(CultureInfo.InvariantCulture, $" (from {who})") : "";
    }

    private async Task WatchAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(ProbeEvery, _time, _end.Token).ConfigureAwait(false);
                if (_connection is { } open)
                {
                    await PostgresCommands.RunAsync(open, "SELECT 1", _end.Token).ConfigureAwait(false);
                }
                else
                {
                    _connection = await LockAsync(_dsn, _name, _shared, _end.Token).ConfigureAwait(false);
                    Tell(null);
                }
            }
            catch (OperationCanceledException) when (_end.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception) when (PostgresFailure.IsOfDatabase(exception) || exception is StorageException or InvalidOperationException)
            {
                await CloseAsync().ConfigureAwait(false);
                Tell(PostgresFailure.From(_dsn, exception));
            }
        }
    }

    private void Tell(StorageException? trouble)
    {
        var before = _held;
        _trouble = trouble;
        _held = trouble is null;
        if (before != _held)
        {
            Changed?.Invoke(_held);
        }
    }

    private async Task CloseAsync()
    {
        var connection = _connection;
        _connection = null;
        if (connection is null)
        {
            return;
        }

        try
        {
            await connection.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (PostgresFailure.IsOfDatabase(exception))
        {
            // It was lost already.
        }
    }
}
