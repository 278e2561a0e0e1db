namespace Aurum.Storage.Tests.Sqlite;

public sealed class SqliteRhythmStoreTests : RhythmStoreContract
{
    private TemporaryStore? _store;

    protected override async Task<Stores> OpenAsync() => (_store = await TemporaryStore.OpenAsync()).Stores;

    protected override Task CloseAsync() => _store!.DisposeAsync().AsTask();
}
