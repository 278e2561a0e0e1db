using Microsoft.Data.Sqlite;

namespace Aurum.Storage.Sqlite;

/// <summary>The file that Akka.Persistence keeps its journal in: its tables are that library's, its write-ahead log is set here.</summary>
public static class JournalFile
{
    /// <exception cref="StorageException">The file cannot be opened or written.</exception>
    public static async Task PrepareAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
            await connection.OpenAsync(cancellationToken);
            await using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA journal_mode = WAL;";
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (SqliteException exception)
        {
            throw new StorageException($"{path}: {exception.Message}", exception);
        }
    }
}
