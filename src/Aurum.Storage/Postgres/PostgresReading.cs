using Npgsql;

namespace Aurum.Storage.Postgres;

/// <summary>A connection in a transaction that sees the database as it was at its first statement.</summary>
internal sealed class PostgresReading(PostgresDatabase database, NpgsqlConnection connection, NpgsqlTransaction transaction) : IAsyncDisposable
{
    public NpgsqlConnection Connection => connection;

    public Task<T> AskAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken) =>
        database.WithinAsync(PostgresDatabase.RowLimit, ask, cancellationToken);

    /// <summary>What callers get to see of a failure of the database; null for a bug of ours.</summary>
    public StorageException? Failure(Exception exception) => database.Failure(exception);

    public async ValueTask DisposeAsync()
    {
        try
        {
            await transaction.DisposeAsync().ConfigureAwait(false);
            await connection.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (PostgresFailure.IsOfDatabase(exception) || exception is InvalidOperationException)
        {
            // What went wrong was thrown where the rows were read; a broken connection has nothing to end.
        }
    }
}
