namespace Aurum.Actors;

/// <summary>Where a node's persistent actors keep their events and snapshots.</summary>
public sealed class Journal
{
    /// <summary>A journal that was away is asked again within a second: the plug-in's own minute would keep every series from starting for as long.</summary>
    private const string AskAgainSoon = "circuit-breaker { max-failures = 10, call-timeout = 30s, reset-timeout = 1s }";

    private Journal(string settings) => Settings = settings;

    /// <summary>The HOCON of Akka's persistence plug-ins.</summary>
    internal string Settings { get; }

    /// <summary>A SQLite file: one connection and large batches, as was measured to work with one file.</summary>
    public static Journal Sqlite(string path) => new(Hocon(
        $"Data Source={path};Cache=Private",
        "SQLite.MS",
        tables: $"auto-initialize = on, {AskAgainSoon}",
        journal: "parallelism = 1",
        recoveries: 4));

    /// <summary>
    /// The schema <c>akka</c> of a PostgreSQL database, whose tables the store's migrations make.
    /// </summary>
    public static Journal Postgres(string connectionString) => new(Hocon(
        connectionString,
        "PostgreSQL.15",
        tables: $"auto-initialize = off, default.schema-name = akka, {AskAgainSoon}",
        journal: "tag-write-mode = TagTable, tagtable-asqueryable-insert-mode = inline",
        recoveries: 128));

    private static string Hocon(string connectionString, string provider, string tables, string journal, int recoveries) => $$"""
        akka.persistence {
          max-concurrent-recoveries = {{recoveries}}
          journal {
            plugin = "akka.persistence.journal.sql"
            sql {
              class = "Akka.Persistence.Sql.Journal.SqlWriteJournal, Akka.Persistence.Sql"
              connection-string = "{{Quoted(connectionString)}}"
              provider-name = "{{provider}}"
              {{tables}}
              {{journal}}
              batch-size = 400
            }
          }
          snapshot-store {
            plugin = "akka.persistence.snapshot-store.sql"
            sql {
              class = "Akka.Persistence.Sql.Snapshot.SqlSnapshotStore, Akka.Persistence.Sql"
              connection-string = "{{Quoted(connectionString)}}"
              provider-name = "{{provider}}"
              {{tables}}
            }
          }
        }
        """;

    private static string Quoted(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
}
