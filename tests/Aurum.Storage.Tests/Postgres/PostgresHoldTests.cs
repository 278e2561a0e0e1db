using Aurum.Storage.Postgres;

namespace Aurum.Storage.Tests.Postgres;

public sealed class PostgresHoldTests
{
    [Fact]
    public async Task A_second_collector_is_refused_until_the_first_has_gone()
    {
        await using var store = await TemporaryDatabase.OpenAsync();
        await using var second = await PostgresDatabase.OpenAsync(store.Database.Dsn, [], TimeProvider.System, CancellationToken.None);
        var hold = await store.Database.HoldAsync("collector");
        Assert.True(hold.IsHeld);

        var failure = await Assert.ThrowsAsync<StorageException>(() => second.HoldAsync("collector"));
        Assert.StartsWith($"another aurum is running on {store.Database.Dsn.Place} (from 127.0.0.1, process ", failure.Message, StringComparison.Ordinal);
        await (await second.HoldAsync("something else")).DisposeAsync();

        await hold.DisposeAsync();
        Assert.False(hold.IsHeld);
        await (await second.HoldAsync("collector")).DisposeAsync();
    }

    [Fact]
    public async Task A_lost_connection_is_noticed_and_the_lock_taken_again()
    {
        await using var store = await TemporaryDatabase.OpenAsync();
        await using var hold = await store.Database.HoldAsync("collector");
        var (lost, back) = (new TaskCompletionSource(), new TaskCompletionSource());
        hold.Changed += held => (held ? back : lost).TrySetResult();

        await store.Server.DisconnectAllAsync(store.Database.Dsn.Database);

        await lost.Task.WaitAsync(TimeSpan.FromSeconds(20));
        await back.Task.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.True(hold.IsHeld);
        Assert.Null(hold.Trouble);
        await Assert.ThrowsAsync<StorageException>(() => store.Database.HoldAsync("collector"));
    }

    [Fact]
    public async Task Who_was_slower_after_a_lost_connection_knows_that_another_has_it()
    {
        await using var store = await TemporaryDatabase.OpenAsync();
        await using var hold = await store.Database.HoldAsync("collector");
        var lost = new TaskCompletionSource();
        hold.Changed += _ => lost.TrySetResult();
        await using var other = await FasterAsync(store);

        await lost.Task.WaitAsync(TimeSpan.FromSeconds(20));

        Assert.False(hold.IsHeld);
        Assert.NotNull(hold.Trouble);
        Assert.True(other.IsHeld);
    }

    /// <summary>Takes the lock while its owner has no connection; who was not fast enough tries again.</summary>
    private static async Task<PostgresHold> FasterAsync(TemporaryDatabase store)
    {
        while (true)
        {
            await store.Server.DisconnectAllAsync(store.Database.Dsn.Database);
            try
            {
                return await store.Database.HoldAsync("collector");
            }
            catch (StorageException)
            {
                // The owner was back already.
            }
        }
    }
}
