using Npgsql;

namespace Aurum.Storage.Postgres;

/// <summary>
/// Where a PostgreSQL is and how to log in, read from a <c>postgresql://</c> URL as libpq reads it. Messages and
/// <see cref="ToString"/> show hosts, user and database; the password is in <see cref="ConnectionString"/> alone.
/// </summary>
public sealed class PostgresDsn
{
    private const string DefaultApplicationName = "aurum";

    /// <summary>
    /// A server answers within this or is away. Npgsql's own 15 s would also be how long each statement that has timed out keeps a thread: to cancel it, it
    /// connects anew and waits.
    /// </summary>
    private const int DefaultConnectTimeoutSeconds = 5;

    /// <summary>
    /// A client that is frozen or cut off in the middle of a transaction keeps its locks, and who goes on with its work waits for them. Well before another
    /// node does, the server takes such a transaction back.
    /// </summary>
    private const string DefaultOptions = "-c idle_in_transaction_session_timeout=5s";

    private PostgresDsn(NpgsqlConnectionStringBuilder builder, IReadOnlyList<string> hosts)
    {
        ConnectionString = builder.ConnectionString;
        Hosts = hosts;
        Database = builder.Database ?? builder.Username ?? "";
        User = builder.Username ?? "";
    }

    /// <summary><c>host:port</c> of each server, in the order they are tried; a socket is its folder.</summary>
    public IReadOnlyList<string> Hosts { get; }

    /// <summary>The database's name; the user's where the URL has none, as with psql.</summary>
    public string Database { get; }

    /// <summary>Empty when the URL names none: then the environment decides, as with psql.</summary>
    public string User { get; }

    /// <summary>What Npgsql wants, password included: never to be logged or shown.</summary>
    public string ConnectionString { get; }

    /// <summary>Hosts and database, for messages: <c>db1:5432,db2:5432/aurum</c>.</summary>
    public string Place => $"{string.Join(',', Hosts)}/{Database}";

    /// <exception cref="FormatException">
    /// The text is no such URL, or has a parameter that is unknown or has an impossible value. The message names what is wrong and what
    /// would be right; it shows neither the password nor the URL.
    /// </exception>
    public static PostgresDsn Parse(string text)
    {
        var parts = PostgresUrl.Split(text);
        var builder = new NpgsqlConnectionStringBuilder { ApplicationName = DefaultApplicationName, Timeout = DefaultConnectTimeoutSeconds };
        LibpqParameters.Apply(parts.Parameters, builder);
        builder.Options = !parts.Parameters.TryGetValue("options", out var options) ? DefaultOptions : options.Length > 0 ? $"{DefaultOptions} {options}" : null;
        return new PostgresDsn(builder, [.. HostsOf(parts.Hosts, builder)]);
    }

    /// <summary>Without the password, for logs.</summary>
    public override string ToString() => User.Length == 0 ? $"postgresql://{Place}" : $"postgresql://{User}@{Place}";

    /// <summary>The same place and login with other settings of the session.</summary>
    internal NpgsqlConnectionStringBuilder With(Action<NpgsqlConnectionStringBuilder> change)
    {
        var builder = new NpgsqlConnectionStringBuilder(ConnectionString);
        change(builder);
        return builder;
    }

    private static IEnumerable<string> HostsOf(IReadOnlyList<HostAndPort> hosts, NpgsqlConnectionStringBuilder builder)
    {
        builder.Host = string.Join(',', hosts.Select(host => host.ForNpgsql()));
        if (hosts.Count > 1)
        {
            return hosts.Select(host => host.ToString());
        }

        builder.Host = hosts[0].Host;
        builder.Port = hosts[0].Port;

        // Npgsql refuses the wish with one host, where there is nothing to choose from.
        builder.TargetSessionAttributes = null;
        return [hosts[0].ToString()];
    }
}
