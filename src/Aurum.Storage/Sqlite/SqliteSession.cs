using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Aurum.Storage.Sqlite;

/// <summary>One open connection and the statements prepared on it, each prepared once. Everything it throws is a <see cref="StorageException"/>.</summary>
internal sealed class SqliteSession : IDisposable
{
    private readonly string _path;
    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteStatement> _statements = new(StringComparer.Ordinal);

    private SqliteSession(string path, SqliteConnection connection)
    {
        _path = path;
        _connection = connection;
    }

    internal sqlite3 Handle => _connection.Handle ?? throw SqliteFailure.Closed(_path);

    public static SqliteSession Open(string path, string connectionString, TimeSpan busyTimeout)
    {
        var connection = new SqliteConnection(connectionString);
        try
        {
            connection.Open();
            var session = new SqliteSession(path, connection);
            session.Check(raw.sqlite3_busy_timeout(session.Handle, (int)busyTimeout.TotalMilliseconds));
            return session;
        }
        catch (SqliteException exception)
        {
            connection.Dispose();
            throw SqliteFailure.From(path, exception);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>The statement of this text, reset; its parameters are as they were left.</summary>
    public SqliteStatement Statement(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            statement = new SqliteStatement(this, sql);
            _statements.Add(sql, statement);
        }

        statement.Reset();
        return statement;
    }

    /// <summary>Runs one or several statements once.</summary>
    public void Execute(string sql) => Check(raw.sqlite3_exec(Handle, sql));

    /// <summary>Rows that the last statement changed.</summary>
    public int Changes => raw.sqlite3_changes(Handle);

    public long LastInsertKey() => raw.sqlite3_last_insert_rowid(Handle);

    public T InTransaction<T>(Func<SqliteSession, T> work)
    {
        Statement("BEGIN IMMEDIATE").Run();
        try
        {
            var result = work(this);
            Statement("COMMIT").Run();
            return result;
        }
        catch
        {
            RollBack();
            throw;
        }
    }

    internal void Check(int code)
    {
        if (code != raw.SQLITE_OK)
        {
            throw Failure(code);
        }
    }

    internal StorageException Failure(int code)
    {
        try
        {
            SqliteException.ThrowExceptionForRC(code, Handle);
        }
        catch (SqliteException exception)
        {
            return SqliteFailure.From(_path, exception);
        }

        return new StorageException($"The store at {_path} answered with code {code}.");
    }

    public void Dispose()
    {
        // A reader's connection goes back to the pool, which knows nothing of a transaction begun here.
        RollBack();
        foreach (var statement in _statements.Values)
        {
            statement.Dispose();
        }

        _connection.Dispose();
    }

    /// <summary>SQLite has rolled back by itself after some failures (a full disk among them); a second ROLLBACK would be an error.</summary>
    private void RollBack()
    {
        foreach (var statement in _statements.Values)
        {
            statement.Reset();
        }

        if (raw.sqlite3_get_autocommit(Handle) == 0)
        {
            _ = raw.sqlite3_exec(Handle, "ROLLBACK");
        }
    }
}
