namespace Aurum.Storage.Tests.Sqlite;

public sealed class SqliteObservationStoreTests : ObservationStoreContract
{
    private TemporaryStore? store;

    protected override async Task<Stores> OpenAsync() => (store = await TemporaryStore.OpenAsync()).Stores;

    protected override Task CloseAsync() => store!.DisposeAsync().AsTask();
}
