using SQLitePCL;

namespace Aurum.Storage.Sqlite;

/// <summary>
/// A prepared statement with its parameters kept between runs. It sits on SQLitePCL because Microsoft.Data.Sqlite's commands cost
/// more than the insert they carry: a reader, a stopwatch and every parameter bound again for each row.
/// </summary>
/// <remarks>Parameters are numbered from 1 and columns from 0, as in SQLite. Not for several threads.</remarks>
internal sealed class SqliteStatement : IDisposable
{
    private readonly SqliteSession session;
    private readonly sqlite3_stmt handle;

    internal SqliteStatement(SqliteSession session, string sql)
    {
        this.session = session;
        session.Check(raw.sqlite3_prepare_v3(session.Handle, sql, raw.SQLITE_PREPARE_PERSISTENT, out handle));
    }

    public SqliteStatement Bind(int parameter, long value)
    {
        session.Check(raw.sqlite3_bind_int64(handle, parameter, value));
        return this;
    }

    public SqliteStatement Bind(int parameter, long? value) => value is { } known ? Bind(parameter, known) : BindNull(parameter);

    public SqliteStatement Bind(int parameter, double? value)
    {
        if (value is not { } known)
        {
            return BindNull(parameter);
        }

        session.Check(raw.sqlite3_bind_double(handle, parameter, known));
        return this;
    }

    public SqliteStatement Bind(int parameter, string? value)
    {
        if (value is null)
        {
            return BindNull(parameter);
        }

        session.Check(raw.sqlite3_bind_text(handle, parameter, value));
        return this;
    }

    /// <summary>Moves to the next row; at the end resets the statement and returns false.</summary>
    public bool Step()
    {
        var code = raw.sqlite3_step(handle);
        if (code == raw.SQLITE_ROW)
        {
            return true;
        }

        if (code != raw.SQLITE_DONE)
        {
            var failure = session.Failure(code);
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
    public void Reset() => _ = raw.sqlite3_reset(handle);

    public bool IsNull(int column) => raw.sqlite3_column_type(handle, column) == raw.SQLITE_NULL;

    public long Int64(int column) => raw.sqlite3_column_int64(handle, column);

    public long? Int64OrNull(int column) => IsNull(column) ? null : Int64(column);

    public double? DoubleOrNull(int column) => IsNull(column) ? null : raw.sqlite3_column_double(handle, column);

    public string Text(int column) => raw.sqlite3_column_text(handle, column).utf8_to_string();

    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    public void Dispose() => handle.Dispose();

    private SqliteStatement BindNull(int parameter)
    {
        session.Check(raw.sqlite3_bind_null(handle, parameter));
        return this;
    }
}
