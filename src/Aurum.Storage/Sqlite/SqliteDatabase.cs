using System.Diagnostics;
using Microsoft.Data.Sqlite;

namespace Aurum.Storage.Sqlite;

/// <summary>
/// One SQLite file: a connection that writes, one transaction at a time, and as many that read beside it. A commit is on the disk
/// when it returns (WAL with synchronous=FULL).
/// </summary>
public sealed class SqliteDatabase : IAsyncDisposable
{
    // How long another process may hold the file before a write gives up.
    private static readonly TimeSpan PatienceWithOtherProcesses = TimeSpan.FromSeconds(5);

    private readonly TimeSpan _busyTimeout;
    private readonly string _readConnectionString;
    private readonly SqliteSession? _writing;
    private readonly SemaphoreSlim _writeTurn = new(1, 1);
    private readonly CancellationTokenSource _closing = new();
    private bool _closed;

    private SqliteDatabase(string path, TimeSpan busyTimeout, SqliteSession? writing)
    {
        Path = path;
        _busyTimeout = busyTimeout;
        _writing = writing;
        _readConnectionString = ConnectionString(path, SqliteOpenMode.ReadOnly, pooling: true);
    }

    /// <summary>The file's full path.</summary>
    public string Path { get; }

    /// <summary>Opens the store, makes file and folder where they are missing and brings the schema up to date.</summary>
    /// <exception cref="StorageException">The file cannot be opened, or a newer aurum has written it.</exception>
    public static Task<SqliteDatabase> OpenAsync(string path, TimeProvider time, CancellationToken cancellationToken) =>
        OpenAsync(path, time, PatienceWithOtherProcesses, cancellationToken);

    internal static Task<SqliteDatabase> OpenAsync(string path, TimeProvider time, TimeSpan busyTimeout, CancellationToken cancellationToken) =>
        Task.Run(
            () =>
            {
                var file = System.IO.Path.GetFullPath(path);
                MakeFolder(file);
                var session = SqliteSession.Open(file, ConnectionString(file, SqliteOpenMode.ReadWriteCreate, pooling: false), busyTimeout);
                try
                {
                    RefuseNewer(file, SqliteMigrations.VersionOf(session));
                    KeepWriteAheadLog(session, busyTimeout, cancellationToken);
                    session.Execute("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;");
                    session.Execute("PRAGMA cache_size = -16384; PRAGMA journal_size_limit = 67108864;");
                    SqliteMigrations.Apply(session, time.GetUtcNow());
                    return new SqliteDatabase(file, busyTimeout, session);
                }
                catch
                {
                    session.Dispose();
                    throw;
                }
            },
            cancellationToken);

    /// <summary>Opens a store that exists, beside the node that writes it or without one. Writing to it fails.</summary>
    /// <exception cref="StorageException">There is no store yet, or another version of aurum has written it.</exception>
    public static async Task<SqliteDatabase> OpenReadOnlyAsync(string path)
    {
        var file = System.IO.Path.GetFullPath(path);
        if (!File.Exists(file))
        {
            throw SqliteFailure.Missing(file);
        }

        var database = new SqliteDatabase(file, PatienceWithOtherProcesses, writing: null);
        try
        {
            await Task.Run(database.CheckVersion).ConfigureAwait(false);
            return database;
        }
        catch
        {
            await database.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Returns when the file can be read.</summary>
    /// <exception cref="StorageException">It cannot.</exception>
    public Task CheckAsync(CancellationToken cancellationToken) => Task.Run(CheckVersion, cancellationToken);

    /// <summary>Gives up a write in progress (nothing of it is stored) and closes all connections; the file may then be moved or deleted.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_closed)
        {
            return;
        }

        _closed = true;

        // Not CancelAsync: the write in progress must see it before anything else happens.
        _closing.Cancel();
        await _writeTurn.WaitAsync().ConfigureAwait(false);
        using (var pooled = new SqliteConnection(_readConnectionString))
        {
            SqliteConnection.ClearPool(pooled);
        }

        _writing?.Dispose();
        _writeTurn.Release();
    }

    /// <summary>
    /// Runs <paramref name="work"/> in a transaction, on a thread of the pool, when its turn comes. It looks at the token it is given
    /// as often as it can stop.
    /// </summary>
    internal async Task<T> WriteAsync<T>(Func<SqliteSession, CancellationToken, T> work, CancellationToken cancellationToken)
    {
        if (_writing is null)
        {
            throw new StorageException($"The store at {Path} was opened for reading only.");
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closing.Token);
        try
        {
            await _writeTurn.WaitAsync(stop.Token).ConfigureAwait(false);
            try
            {
                stop.Token.ThrowIfCancellationRequested();
                return await Task.Run(() => _writing.InTransaction(session => work(session, stop.Token)), CancellationToken.None).ConfigureAwait(false);
            }
            finally
            {
                _writeTurn.Release();
            }
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw SqliteFailure.Closed(Path);
        }
    }

    /// <summary>A connection for one reader; dispose it when read.</summary>
    internal SqliteSession Read() => _closed
        ? throw SqliteFailure.Closed(Path)
        : SqliteSession.Open(Path, _readConnectionString, _busyTimeout);

    private static string ConnectionString(string path, SqliteOpenMode mode, bool pooling) =>
        new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = pooling }.ToString();

    private static void MakeFolder(string file)
    {
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw SqliteFailure.From(file, exception);
        }
    }

    /// <summary>SQLite does not wait for its turn to change to a write-ahead log, as it does with everything else: two that open at once meet here.</summary>
    private static void KeepWriteAheadLog(SqliteSession session, TimeSpan patience, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                session.Execute("PRAGMA journal_mode = WAL");
                return;
            }
            catch (StorageException failure) when (
                failure.InnerException is SqliteException { SqliteErrorCode: SQLitePCL.raw.SQLITE_BUSY } && Stopwatch.GetElapsedTime(started) < patience)
            {
                cancellationToken.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(10));
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    private static void RefuseNewer(string file, int version)
    {
        if (version > SqliteMigrations.Newest)
        {
            throw new StorageException(
                $"The store at {file} was written by a newer aurum: its schema is version {version}, this aurum knows up to {SqliteMigrations.Newest}. Use the newer aurum or another store.");
        }
    }

    private void CheckVersion()
    {
        using var session = Read();
        var version = SqliteMigrations.VersionOf(session);
        RefuseNewer(Path, version);
        if (version == 0)
        {
            throw SqliteFailure.Missing(Path);
        }

        if (version < SqliteMigrations.Newest)
        {
            throw new StorageException(
                $"The store at {Path} was written by an older aurum: its schema is version {version}, this aurum reads {SqliteMigrations.Newest}. aurum run brings it up to date.");
        }
    }
}
