using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace Aurum.Storage.Postgres;

/// <summary>PostgreSQL's advisory locks under names. A session's lock goes with its session, whatever ends it.</summary>
internal sealed class AdvisoryLock : IAsyncDisposable
{
    /// <summary>How long another process may hold it.</summary>
    private const string Patience = "60s";

    private readonly NpgsqlConnection _connection;
    private readonly long _key;

    private AdvisoryLock(NpgsqlConnection connection, long key)
    {
        _connection = connection;
        _key = key;
    }

    /// <summary>Waits for its turn; <see cref="PostgresErrorCodes.LockNotAvailable"/> when that takes too long.</summary>
    public static async Task<AdvisoryLock> WaitAsync(NpgsqlConnection connection, string name, CancellationToken cancellationToken)
    {
        var key = KeyOf(name);
        await using var command = new NpgsqlCommand($"SET lock_timeout = '{Patience}'; SELECT pg_advisory_lock({key}); RESET lock_timeout", connection);

        // The lock's own patience ends before.
        command.CommandTimeout = 90;
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        return new AdvisoryLock(connection, key);
    }

    /// <summary>Waits for its turn and keeps it to the end of the transaction: whoever is next sees what was written in it.</summary>
    public static Task WaitForTransactionAsync(NpgsqlConnection connection, string name, CancellationToken cancellationToken) =>
        PostgresCommands.RunAsync(connection, "SELECT pg_advisory_xact_lock($1)", cancellationToken, PostgresCommands.Number(KeyOf(name)));

    /// <summary>Takes it for the life of the session, or says at once that another has it.</summary>
    /// <param name="shared">Together with others who take it so, but with nobody who takes it alone.</param>
    public static async Task<bool> TryAsync(NpgsqlConnection connection, string name, bool shared, CancellationToken cancellationToken) =>
        await PostgresCommands.ScalarAsync(
            connection,
            shared ? "SELECT pg_try_advisory_lock_shared($1)" : "SELECT pg_try_advisory_lock($1)",
            cancellationToken,
            PostgresCommands.Number(KeyOf(name))).ConfigureAwait(false) is true;

    /// <summary>Gives it back: a connection in the pool would keep it.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await PostgresCommands.RunAsync(_connection, "SELECT pg_advisory_unlock($1)", CancellationToken.None, PostgresCommands.Number(_key)).ConfigureAwait(false);
        }
        catch (Exception exception) when (PostgresFailure.IsOfDatabase(exception) || exception is InvalidOperationException)
        {
            // The session ended, and the lock with it.
        }
    }

    internal static long KeyOf(string name) => BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"aurum:{name}")));
}
