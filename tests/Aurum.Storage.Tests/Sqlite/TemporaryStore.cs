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

    public Stores Stores => new(new SqliteObservationStore(Database), new SqliteCatalogStore(Database), new SqliteStatusStore(Database), new SqliteAuditStore(Database), new SqlitePipelineStore(Database)) { Rhythm = new SqliteRhythmStore(Database) };

    public static async Task<TemporaryStore> OpenAsync()
    {
        var folder = Directory.CreateTempSubdirectory("aurum-storage-").FullName;
        return new TemporaryStore(folder, await SqliteDatabase.OpenAsync(Path.Combine(folder, "aurum.db"), TimeProvider.System, CancellationToken.None));
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
