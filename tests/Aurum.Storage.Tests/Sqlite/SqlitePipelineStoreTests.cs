namespace Aurum.Storage.Tests.Sqlite;

public sealed class SqlitePipelineStoreTests : PipelineStoreContract
{
    private TemporaryStore? _store;

    protected override async Task<Stores> OpenAsync() => (_store = await TemporaryStore.OpenAsync()).Stores;

    protected override Task CloseAsync() => _store!.DisposeAsync().AsTask();
}
