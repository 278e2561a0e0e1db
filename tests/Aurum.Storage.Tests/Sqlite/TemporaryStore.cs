using Aurum.Storage.Sqlite;

namespace Aurum.Storage.Tests.Sqlite;

/// <summary>A SQLite store in a folder of its own, deleted with it.</summary>
internal sealed class TemporaryStore : IAsyncDisposable
{
    private TemporaryStore(string folder, SqliteDatabase database)
    {
        Folder = folder;
        Database = database;
    }

    public string Folder { get; }

    public SqliteDatabase Database { get; }

    public Stores Stores => new(
        new SqliteObservationStore(Database), new SqliteCatalogStore(Database), new SqliteStatusStore(Database), new SqliteQuarantineStore(Database), QuarantinedAsync);

    public static async Task<TemporaryStore> OpenAsync()
    {
        var folder = Directory.CreateTempSubdirectory("aurum-storage-").FullName;
        return new TemporaryStore(folder, await SqliteDatabase.OpenAsync(Path.Combine(folder, "aurum.db"), TimeProvider.System, CancellationToken.None));
    }

    private Task<IReadOnlyList<string>> QuarantinedAsync() => Task.Run<IReadOnlyList<string>>(() =>
    {
        using var session = Database.Read();
        var found = new List<string>();
        var row = session.Statement("""
            SELECT concat_ws('|', provider, series_id, (SELECT group_concat(value, '+') FROM json_each(reasons)), record, topic, partition, "offset", quarantined_at)
            FROM timeseries_observation_quarantine ORDER BY id
            """);
        while (row.Step())
        {
            found.Add(row.Text(0));
        }

        return found;
    });

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
