namespace Aurum.Storage.Tests.Postgres;

public sealed class PostgresRhythmStoreTests : RhythmStoreContract
{
    private TemporaryDatabase? _database;

    protected override async Task<Stores> OpenAsync() => (_database = await TemporaryDatabase.OpenAsync()).Stores;

    protected override Task CloseAsync() => _database!.DisposeAsync().AsTask();
}
