using System.Globalization;
using DbUp;
using DbUp.Engine;
using DbUp.Postgresql;
using Npgsql;

namespace Aurum.Storage.Postgres;

/// <summary>The numbered SQL files of Migrations/Postgres and how far a database has come with them; the list is in <c>aurum.schema_migrations</c>.</summary>
public static class PostgresMigrations
{
    private const string Folder = "Aurum.Storage.Migrations.Postgres.";
    private const string JournalSchema = "aurum";
    private const string JournalTable = "schema_migrations";

    // An index over a big table takes its time.
    private static readonly TimeSpan LongestScript = TimeSpan.FromMinutes(30);

    private static readonly SqlScript[] All =
    [
        .. typeof(PostgresMigrations).Assembly.GetManifestResourceNames()
            .Where(resource => resource.StartsWith(Folder, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(resource => new SqlScript(resource[Folder.Length..^".sql".Length], Read(resource))),
    ];

    internal static int Newest => VersionOf(All[^1].Name);

    /// <summary>The names of the files that the database lacks, in the order in which they would be applied.</summary>
    /// <exception cref="StorageException">The database cannot be reached, or a newer aurum has written it.</exception>
    internal static async Task<IReadOnlyList<string>> PendingAsync(PostgresDsn dsn, CancellationToken cancellationToken)
    {
        await using var database = PostgresDatabase.Unchecked(dsn);
        return await database.AskAsync(
            async (connection, stop) => Missing(dsn, await AppliedAsync(connection, stop).ConfigureAwait(false)), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>How many files the database has, and the names of those that it lacks.</summary>
    /// <exception cref="StorageException">A newer aurum has written it.</exception>
    internal static async Task<(int Applied, IReadOnlyList<string> Pending)> StandingAsync(PostgresDsn dsn, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var applied = await AppliedAsync(connection, cancellationToken).ConfigureAwait(false);
        return (applied.Count, Missing(dsn, applied));
    }

    /// <summary>Applies what is missing, a transaction for each file, and returns the names. Another process that migrates at the same time is waited for.</summary>
    /// <exception cref="StorageException">The database cannot be reached or written, or a newer aurum has written it.</exception>
    public static async Task<IReadOnlyList<string>> MigrateAsync(PostgresDsn dsn, CancellationToken cancellationToken)
    {
        await using var database = PostgresDatabase.Unchecked(dsn);
        return await database.MigrateAsync([], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Applies what is missing. The caller holds the lock that keeps others from doing the same.</summary>
    internal static async Task<IReadOnlyList<string>> ApplyAsync(
        PostgresDsn dsn, NpgsqlConnection connection, NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        var missing = Missing(dsn, await AppliedAsync(connection, cancellationToken).ConfigureAwait(false));
        if (missing.Count == 0)
        {
            return missing;
        }

        // CREATE SCHEMA IF NOT EXISTS asks for a right that is not needed where the schema exists.
        await PostgresCommands.RunAsync(
            connection,
            $"DO $$ BEGIN IF to_regnamespace('{JournalSchema}') IS NULL THEN CREATE SCHEMA {JournalSchema}; END IF; END $$",
            cancellationToken).ConfigureAwait(false);
        var result = await Task.Run(() => Upgrade(source), cancellationToken).ConfigureAwait(false);
        return result.Successful
            ? missing
            : throw new StorageException(
                $"The schema of {dsn.Place} could not be brought up to date{(result.ErrorScript is { } script ? $" by {script.Name}" : "")}, which left it as it was: {PostgresFailure.From(dsn, result.Error).Message}",
                result.Error);
    }

    /// <exception cref="StorageException">The schema is missing, older or newer than this aurum's.</exception>
    internal static async Task CheckAsync(PostgresDsn dsn, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var applied = await AppliedAsync(connection, cancellationToken).ConfigureAwait(false);
        if (applied.Count == 0)
        {
            throw new StorageException($"there is no store in {dsn.Place} yet: aurum db migrate or aurum run makes one");
        }

        if (Missing(dsn, applied).Count > 0)
        {
            throw new StorageException(
                $"The store in {dsn.Place} was written by an older aurum: its schema is version {applied.Max(VersionOf)}, this aurum reads {Newest}. aurum db migrate or aurum run brings it up to date.");
        }
    }

    private static DatabaseUpgradeResult Upgrade(NpgsqlDataSource source) =>
        DeployChanges.To.PostgresqlDatabase(new PostgresqlConnectionManager(source))
            .WithScripts(All)
            .WithTransactionPerScript()
            .WithVariablesDisabled()
            .WithExecutionTimeout(LongestScript)
            .JournalToPostgresqlTable(JournalSchema, JournalTable)
            .LogToNowhere()
            .Build()
            .PerformUpgrade();

    private static async Task<IReadOnlyCollection<string>> AppliedAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (await PostgresCommands.ScalarAsync(connection, $"SELECT to_regclass('{JournalSchema}.{JournalTable}')::text", cancellationToken).ConfigureAwait(false) is DBNull)
        {
            return [];
        }

        return await PostgresCommands.ListAsync(
            connection, $"SELECT scriptname FROM {JournalSchema}.{JournalTable}", row => row.GetString(0), cancellationToken).ConfigureAwait(false);
    }

    private static List<string> Missing(PostgresDsn dsn, IReadOnlyCollection<string> applied)
    {
        var version = applied.Select(VersionOf).DefaultIfEmpty(0).Max();
        return version <= Newest
            ? [.. All.Select(script => script.Name).Except(applied, StringComparer.Ordinal)]
            : throw new StorageException(
                $"The store in {dsn.Place} was written by a newer aurum: its schema is version {version}, this aurum knows up to {Newest}. Use the newer aurum or another database.");
    }

    private static int VersionOf(string name) => int.Parse(name.AsSpan(0, 4), NumberStyles.None, CultureInfo.InvariantCulture);

    private static string Read(string resource)
    {
        using var stream = typeof(PostgresMigrations).Assembly.GetManifestResourceStream(resource)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
