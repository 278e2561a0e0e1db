using System.Data.Common;
using Akka.Actor.Setup;
using Akka.Persistence.Sql.Config;
using LinqToDB;
using LinqToDB.Interceptors;

namespace Aurum.Actors;

/// <summary>Where a node's persistent actors keep their events and snapshots.</summary>
public sealed class Journal
{
    /// <summary>A journal that was away is asked again within a second: the plug-in's own minute would keep every series from starting for as long.</summary>
    private const string AskAgainSoon = "circuit-breaker { max-failures = 10, call-timeout = 30s, reset-timeout = 1s }";

    /// <summary>
    /// The filter throws away what a writer wrote after another had written, and the plug-in writes the same name for all that one process ever writes: an entity
    /// that came back to a node would lose what it did there. That no number is written twice is what the unique index is for.
    /// </summary>
    private const string KeepAll = "replay-filter.mode = off";

    private const string EventsPlugin = "akka.persistence.journal.sql";
    private const string SqliteProvider = "SQLite.MS";

    private Journal(string settings, Setup? setup = null)
    {
        Settings = settings;
        Setup = setup;
    }

    /// <summary>The HOCON of Akka's persistence plug-ins.</summary>
    internal string Settings { get; }

    /// <summary>What HOCON cannot tell them.</summary>
    internal Setup? Setup { get; }

    /// <summary>A SQLite file: one connection and large batches, as was measured to work with one file.</summary>
    public static Journal Sqlite(string path)
    {
        var connectionString = $"Data Source={path};Cache=Private";
        var settings = Hocon(connectionString, SqliteProvider, tables: $"auto-initialize = on, {AskAgainSoon}", journal: "parallelism = 1", recoveries: 4);
        var setup = new MultiDataOptionsSetup();
        setup.AddDataOptions(EventsPlugin, new DataOptions().UseConnectionString(SqliteProvider, connectionString).UseInterceptor(new OffTheWriteQueue()));
        return new Journal(settings, setup);
    }

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
            plugin = "{{EventsPlugin}}"
            sql {
              class = "Akka.Persistence.Sql.Journal.SqlWriteJournal, Akka.Persistence.Sql"
              connection-string = "{{Quoted(connectionString)}}"
              provider-name = "{{provider}}"
              {{tables}}
              {{journal}}
              batch-size = 400
              {{KeepAll}}
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

    /// <summary>
    /// SQLite has no asynchronous calls: without this a write keeps the thread of the journal's queue, nothing is taken in meanwhile,
    /// and each event is committed alone, where those of a whole page could be committed together.
    /// </summary>
    private sealed class OffTheWriteQueue : ConnectionInterceptor
    {
        public override async Task ConnectionOpeningAsync(ConnectionEventData eventData, DbConnection connection, CancellationToken cancellationToken) =>
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
    }
}
