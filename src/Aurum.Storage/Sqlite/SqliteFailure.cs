using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Aurum.Storage.Sqlite;

/// <summary>SQLite's failures in words for the person who runs the store.</summary>
internal static class SqliteFailure
{
    public static StorageException From(string path, SqliteException exception) =>
        new($"The store at {path} cannot be used: {Reason(exception)}.", exception);

    public static StorageException From(string path, Exception exception) =>
        new($"The store at {path} cannot be used: {exception.Message}", exception);

    public static StorageException Closed(string path) => new($"The store at {path} is closed.");

    public static StorageException Missing(string path) => new($"there is no store at {path} yet: aurum run or aurum demo makes one");

    private static string Reason(SqliteException exception) => exception.SqliteErrorCode switch
    {
        raw.SQLITE_FULL => "database or disk is full",
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => "database is locked by another process",
        raw.SQLITE_READONLY => "database may only be read",
        raw.SQLITE_IOERR => $"disk I/O error (SQLite code {exception.SqliteExtendedErrorCode})",
        raw.SQLITE_CORRUPT => "database file is damaged",
        raw.SQLITE_NOTADB => "file is not a SQLite database",
        raw.SQLITE_CANTOPEN => "file cannot be opened; check that its folder exists and is writable",
        _ => exception.Message.TrimEnd('.'),
    };
}
