using Npgsql;

namespace Aurum.Storage.Postgres;

/// <summary>A database as it is found before a node uses it. Nothing of it is changed.</summary>
/// <param name="ServerVersion">As the server says it, such as <c>16.4</c>.</param>
/// <param name="Applied">Migrations that it has.</param>
/// <param name="Pending">Migrations that it lacks, in their order.</param>
/// <param name="LackingRights">What this user may not do and would have to, in words.</param>
/// <param name="ClockAhead">How far its clock is ahead of this machine's, negative when it is behind.</param>
public sealed record PostgresInspection(
    string ServerVersion, int MajorVersion, int Applied, IReadOnlyList<string> Pending, IReadOnlyList<string> LackingRights, TimeSpan ClockAhead)
{
    /// <summary>The oldest that PostgreSQL's own people still mend.</summary>
    public const int OldestMajorVersion = 14;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Schemas that hold our tables; whoever migrates makes them.</summary>
    private static readonly string[] Schemas = ["akka", "aurum", "external"];

    /// <exception cref="StorageException">It cannot be reached, or a newer aurum has written it.</exception>
    public static async Task<PostgresInspection> LookAsync(PostgresDsn dsn, TimeProvider time, CancellationToken cancellationToken)
    {
        await using var database = PostgresDatabase.Unchecked(dsn);
        return await database.WithinAsync(Patience, stop => database.AskAsync((connection, token) => LookAsync(dsn, connection, time, token), stop), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Holds the database as the only collector would, so that none runs meanwhile.</summary>
    /// <exception cref="StorageException">A collector runs, or the database cannot be reached.</exception>
    public static Task<PostgresHold> HoldAsync(PostgresDsn dsn, TimeProvider time, CancellationToken cancellationToken) =>
        PostgresHold.TakeAsync(dsn, PostgresHold.Collector, shared: false, time, cancellationToken);

    private static async Task<PostgresInspection> LookAsync(PostgresDsn dsn, NpgsqlConnection connection, TimeProvider time, CancellationToken stop)
    {
        var asked = time.GetUtcNow();
        var shown = new DateTimeOffset((DateTime)(await PostgresCommands.ScalarAsync(connection, "SELECT clock_timestamp()", stop).ConfigureAwait(false))!, TimeSpan.Zero);
        var answered = time.GetUtcNow();
        var ahead = shown > answered ? shown - answered : shown < asked ? shown - asked : TimeSpan.Zero;
        var (applied, pending) = await PostgresMigrations.StandingAsync(dsn, connection, stop).ConfigureAwait(false);
        return new PostgresInspection(
            connection.ServerVersion, connection.PostgreSqlVersion.Major, applied, pending, await LackingRightsAsync(connection, pending.Count > 0, stop).ConfigureAwait(false), ahead);
    }

    private static async Task<IReadOnlyList<string>> LackingRightsAsync(NpgsqlConnection connection, bool mustMigrate, CancellationToken stop)
    {
        var lacking = await PostgresCommands.ListAsync(
            connection,
            """
            SELECT 'write: the server takes no writing transactions' WHERE pg_is_in_recovery() OR current_setting('default_transaction_read_only')::boolean
            UNION ALL
            SELECT format('use schema %s', nspname) FROM pg_namespace WHERE nspname = ANY ($1) AND NOT has_schema_privilege(oid, 'USAGE')
            UNION ALL
            SELECT format('%s %s.%s', lower(wanted), schemaname, tablename)
            FROM pg_tables, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS wanted
            WHERE (schemaname = ANY ($1) OR tablename = 'external_collect_checkpoints') AND has_schema_privilege(schemaname, 'USAGE')
              AND NOT has_table_privilege(format('%I.%I', schemaname, tablename), wanted)
              AND NOT (schemaname = 'aurum' AND tablename IN ('schema_migrations', 'audit_log') AND wanted IN ('UPDATE', 'DELETE'))
            """,
            row => row.GetString(0),
            stop,
            PostgresCommands.Texts(Schemas)).ConfigureAwait(false);
        if (mustMigrate)
        {
            lacking.AddRange(await PostgresCommands.ListAsync(
                connection,
                """
                SELECT format('make schema %s', wanted) FROM unnest($1) AS wanted
                WHERE to_regnamespace(wanted) IS NULL AND NOT has_database_privilege(current_database(), 'CREATE')
                UNION ALL
                SELECT format('make tables in schema %s', nspname) FROM pg_namespace
                WHERE nspname = ANY ($1 || ARRAY['public']) AND NOT has_schema_privilege(oid, 'CREATE')
                """,
                row => row.GetString(0),
                stop,
                PostgresCommands.Texts(Schemas)).ConfigureAwait(false));
        }

        return lacking;
    }
}
