using System.Globalization;

namespace Aurum.Storage.Sqlite;

/// <summary>The numbered SQL files of Migrations/Sqlite and how far a database has come with them.</summary>
internal static class SqliteMigrations
{
    private const string Folder = "Aurum.Storage.Migrations.Sqlite.";

    private const string VersionTable = """
        CREATE TABLE IF NOT EXISTS schema_migrations (
            version    INTEGER NOT NULL PRIMARY KEY,
            name       TEXT    NOT NULL,
            applied_at TEXT    NOT NULL
        ) STRICT
        """;

    private static readonly Migration[] All =
    [
        .. typeof(SqliteMigrations).Assembly.GetManifestResourceNames()
            .Where(resource => resource.StartsWith(Folder, StringComparison.Ordinal))
            .Select(resource => Migration.Of(resource))
            .OrderBy(migration => migration.Version),
    ];

    public static int Newest => All[^1].Version;

    /// <summary>The version the database is at; 0 when it was never migrated.</summary>
    public static int VersionOf(SqliteSession session)
    {
        var table = session.Statement("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'schema_migrations'");
        table.Step();
        var known = table.Int64(0) > 0;
        table.Reset();
        if (!known)
        {
            return 0;
        }

        var version = session.Statement("SELECT coalesce(max(version), 0) FROM schema_migrations");
        version.Step();
        var newest = (int)version.Int64(0);
        version.Reset();
        return newest;
    }

    /// <summary>Applies what is missing, in order, in one transaction: an interrupted upgrade leaves the database as it was.</summary>
    public static void Apply(SqliteSession session, DateTimeOffset now) => session.InTransaction(_ =>
    {
        var version = VersionOf(session);
        foreach (var migration in All.Where(migration => migration.Version > version))
        {
            session.Execute(VersionTable);
            session.Execute(migration.Sql());
            session.Statement("INSERT INTO schema_migrations (version, name, applied_at) VALUES (?1, ?2, ?3)")
                .Bind(1, migration.Version)
                .Bind(2, migration.Name)
                .Bind(3, Iso.Instant(now))
                .Run();
        }

        return version;
    });

    private sealed record Migration(int Version, string Name, string Resource)
    {
        public static Migration Of(string resource)
        {
            var name = resource[Folder.Length..^".sql".Length];
            return new Migration(int.Parse(name.AsSpan(0, 4), NumberStyles.None, CultureInfo.InvariantCulture), name[5..], resource);
        }

        public string Sql()
        {
            using var stream = typeof(SqliteMigrations).Assembly.GetManifestResourceStream(Resource)!;
            using var reader = new StreamReader(stream);
            return reader.ReadToEnd();
        }
    }
}
