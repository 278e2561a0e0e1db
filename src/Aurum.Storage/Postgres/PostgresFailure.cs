using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using Npgsql;

namespace Aurum.Storage.Postgres;

/// <summary>PostgreSQL's failures in words for the person who runs it, with hosts and database and without the password.</summary>
internal static class PostgresFailure
{
    public static StorageException From(PostgresDsn dsn, Exception exception) => exception switch
    {
        StorageException known => known,
        PostgresException { SqlState: var state } refused when IsDataAtFault(state) =>
            new RefusedDataException($"PostgreSQL at {dsn.Place} will never take this: {refused.MessageText} ({state}).", refused),
        PostgresException server => new StorageException($"PostgreSQL at {dsn.Place} cannot be used: {Reason(dsn, server)} ({server.SqlState}).", server),
        _ => new StorageException($"PostgreSQL at {dsn.Place} cannot be used: {Reason(exception)}.", exception),
    };

    /// <summary>True for what Npgsql and the socket below it throw; all else is a bug of ours.</summary>
    public static bool IsOfDatabase(Exception exception) => exception is NpgsqlException or SocketException or IOException or TimeoutException or AuthenticationException or CryptographicException;

    public static StorageException Closed(PostgresDsn dsn) => new($"PostgreSQL at {dsn.Place} was closed here.");

    public static StorageException TooSlow(PostgresDsn dsn, TimeSpan limit, Exception? inner) =>
        new($"PostgreSQL at {dsn.Place} cannot be used: no answer within {limit.TotalSeconds:0} s.", inner);

    public static StorageException ReadOnly(PostgresDsn dsn) => new($"PostgreSQL at {dsn.Place} was opened for reading only.");

    /// <summary>Values that no column takes (22), a broken constraint (23), a key too long for its index (54000).</summary>
    private static bool IsDataAtFault(string state) =>
        state.StartsWith("22", StringComparison.Ordinal) || state.StartsWith("23", StringComparison.Ordinal) || state == PostgresErrorCodes.ProgramLimitExceeded;

    private static string Reason(PostgresDsn dsn, PostgresException exception) => exception.SqlState switch
    {
        PostgresErrorCodes.InvalidPassword => $"it refuses the password of user '{dsn.User}'",
        PostgresErrorCodes.InvalidAuthorizationSpecification when exception.MessageText.Contains("no encryption", StringComparison.Ordinal) =>
            $"it takes no connection of user '{dsn.User}' without TLS, or from this host at all: try sslmode=require, or ask for a line in pg_hba.conf",
        PostgresErrorCodes.InvalidAuthorizationSpecification => $"it takes no connection of user '{dsn.User}' from here: {exception.MessageText}",
        PostgresErrorCodes.InvalidCatalogName => $"it has no database '{dsn.Database}'; createdb makes one",
        PostgresErrorCodes.InsufficientPrivilege => $"user '{dsn.User}' may not do this: {exception.MessageText}",
        PostgresErrorCodes.DiskFull => "its disk is full",
        PostgresErrorCodes.TooManyConnections => "it has no connection left",
        PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown => "it is shutting down",
        PostgresErrorCodes.CannotConnectNow => $"it is not ready: {exception.MessageText}",
        PostgresErrorCodes.ReadOnlySqlTransaction => "it may only be read; in a cluster, target_session_attrs=read-write finds the server that may be written",
        PostgresErrorCodes.LockNotAvailable => "another session holds a lock too long",
        PostgresErrorCodes.QueryCanceled => $"a statement took too long: {exception.MessageText}",
        _ => exception.MessageText,
    };

    private static string Reason(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case SocketException { SocketErrorCode: SocketError.ConnectionRefused }:
                    return "connection refused; is PostgreSQL running there";
                case SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain }:
                    return "no host of that name is known";
                case SocketException socket:
                    return socket.Message.TrimEnd('.');
                case TimeoutException:
                    return "it did not answer in time";
                case AuthenticationException tls:
                    return $"TLS failed: {tls.Message.TrimEnd('.')}";
                case EndOfStreamException:
                    return "it closed the connection";
            }
        }

        return exception.Message.TrimEnd('.');
    }
}
