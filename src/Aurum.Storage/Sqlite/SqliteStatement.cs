using SQLitePCL;

namespace Aurum.Storage.Sqlite;

/// <summary>
/// A prepared statement with its parameters kept between runs. It sits on SQLitePCL because Microsoft.Data.Sqlite's commands cost
/// more than the insert they carry: a reader, a stopwatch and every parameter bound again for each row.
/// </summary>
/// <remarks>Parameters are numbered from 1 and columns from 0, as in SQLite. Not for several threads.</remarks>
internal sealed class SqliteStatement : IDisposable
{
    private readonly SqliteSession _session;
    private readonly sqlite3_stmt _handle;

    internal SqliteStatement(SqliteSession session, string sql)
    {
        _session = session;
        _session.Check(raw.sqlite3_prepare_v3(_session.Handle, sql, raw.SQLITE_PREPARE_PERSISTENT, out _handle));
    }

    public SqliteStatement Bind(int parameter, long value)
    {
        _session.Check(raw.sqlite3_bind_int64(_handle, parameter, value));
        return this;
    }

    public SqliteStatement Bind(int parameter, long? value) => value is { } known ? Bind(parameter, known) : BindNull(parameter);

    public SqliteStatement Bind(int parameter, double? value)
    {
        if (value is not { } known)
        {
            return BindNull(parameter);
        }

        _session.Check(raw.sqlite3_bind_double(_handle, parameter, known));
        return this;
    }

    public SqliteStatement Bind(int parameter, string? value)
    {
        if (value is null)
        {
            return BindNull(parameter);
        }

        _session.Check(raw.sqlite3_bind_text(_handle, parameter, value));
        return this;
    }

    /// <summary>Moves to the next row; at the end resets the statement and returns false.</summary>
    public bool Step()
    {
        var code = raw.sqlite3_step(_handle);
        if (code == raw.SQLITE_ROW)
        {
            return true;
        }

        if (code != raw.SQLITE_DONE)
        {
            var failure = _session.Failure(code);
            Reset();
            throw failure;
        }

        Reset();
        return false;
    }

    /// <summary>Runs to the end, for statements whose rows nobody wants.</summary>
    public void Run()
    {
        while (Step())
        {
        }
    }

    /// <summary>Leaves the rows that were not read. Reports nothing: what went wrong was thrown by <see cref="Step"/>.</summary>
    public void Reset() => _ = raw.sqlite3_reset(_handle);

    public bool IsNull(int column) => raw.sqlite3_column_type(_handle, column) == raw.SQLITE_NULL;

    public long Int64(int column) => raw.sqlite3_column_int64(_handle, column);

    public long? Int64OrNull(int column) => IsNull(column) ? null : Int64(column);

    public double? DoubleOrNull(int column) => IsNull(column) ? null : raw.sqlite3_column_double(_handle, column);

    public string Text(int column) => raw.sqlite3_column_text(_handle, column).utf8_to_string();

    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    public void Dispose() => _handle.Dispose();

    private SqliteStatement BindNull(int parameter)
    {
        _session.Check(raw.sqlite3_bind_null(_handle, parameter));
        return this;
    }
}
