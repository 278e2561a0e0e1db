using Aurum.Storage.Postgres;

namespace Aurum.Storage.Tests.Postgres;

public sealed class PostgresClusterMembersTests
{
    private static readonly ClusterMember First = new("aurum", "akka.tcp://aurum@a:4053", 11, ["collector", "scheduler"]);
    private static readonly ClusterMember Second = new("aurum", "akka.tcp://aurum@b:4053", 12, ["processor"]);

    [Fact]
    public async Task A_beat_is_heard_by_others_of_the_same_cluster()
    {
        await using var store = await TemporaryDatabase.OpenAsync();
        var members = new PostgresClusterMembers(store.Database);
        await members.JoinAsync(First, [], CancellationToken.None);
        await members.JoinAsync(First with { Cluster = "other" }, [], CancellationToken.None);
        Assert.True(await members.JoinAsync(Second, [First], CancellationToken.None));
        var heard = await members.ReadAsync("aurum", CancellationToken.None);
        Assert.Equal([(First.Address, 11L, 1L), (Second.Address, 12L, 1L)], heard.Select(member => (member.Address, member.Incarnation, member.Beat)));
        Assert.Equal(First.Roles, heard[0].Roles);

        Assert.True(await members.BeatAsync(First, CancellationToken.None));
        Assert.Equal([2L, 1L], (await members.ReadAsync("aurum", CancellationToken.None)).Select(member => member.Beat));
    }

    [Fact]
    public async Task Who_was_given_up_hears_of_it_with_its_next_beat()
    {
        await using var store = await TemporaryDatabase.OpenAsync();
        var members = new PostgresClusterMembers(store.Database);
        Assert.False(await members.BeatAsync(First, CancellationToken.None));
        await members.JoinAsync(First, [], CancellationToken.None);
        await members.JoinAsync(First with { Incarnation = 99 }, [], CancellationToken.None);
        Assert.False(await members.BeatAsync(First, CancellationToken.None));
        Assert.True(await members.BeatAsync(First with { Incarnation = 99 }, CancellationToken.None));

        Assert.True(await members.TryFoundAsync(Second, await members.ReadAsync("aurum", CancellationToken.None), CancellationToken.None));
        Assert.False(await members.BeatAsync(First with { Incarnation = 99 }, CancellationToken.None));
        Assert.Equal([Second.Address], (await members.ReadAsync("aurum", CancellationToken.None)).Select(member => member.Address));
    }

    [Fact]
    public async Task Who_has_said_something_since_it_was_taken_for_dead_keeps_a_second_cluster_from_being_founded()
    {
        await using var store = await TemporaryDatabase.OpenAsync();
        var members = new PostgresClusterMembers(store.Database);
        await members.JoinAsync(Second, [], CancellationToken.None);
        var seen = await members.ReadAsync("aurum", CancellationToken.None);
        await members.BeatAsync(Second, CancellationToken.None);
        Assert.False(await members.TryFoundAsync(First, seen, CancellationToken.None));
        Assert.False(await members.TryFoundAsync(First, [], CancellationToken.None));

        seen = await members.ReadAsync("aurum", CancellationToken.None);
        Assert.True(await members.TryFoundAsync(First, seen, CancellationToken.None));
        Assert.Equal([First.Address], (await members.ReadAsync("aurum", CancellationToken.None)).Select(member => member.Address));
    }

    [Fact]
    public async Task Who_stood_still_before_it_was_written_down_is_not_while_others_have_founded_a_cluster_without_it()
    {
        await using var store = await TemporaryDatabase.OpenAsync();
        var members = new PostgresClusterMembers(store.Database);
        Assert.True(await members.TryFoundAsync(First with { Incarnation = 99 }, [], CancellationToken.None));
        Assert.False(await members.JoinAsync(Second, [First], CancellationToken.None));
        Assert.Equal([99L], (await members.ReadAsync("aurum", CancellationToken.None)).Select(member => member.Incarnation));
        Assert.True(await members.JoinAsync(Second, [First, First with { Incarnation = 99 }], CancellationToken.None));
    }

    [Fact]
    public async Task Of_many_that_found_at_once_one_does()
    {
        await using var store = await TemporaryDatabase.OpenAsync();
        var members = new PostgresClusterMembers(store.Database);
        var founded = await Task.WhenAll(Enumerable.Range(0, 8).Select(number =>
            members.TryFoundAsync(First with { Address = $"akka.tcp://aurum@n{number}:4053" }, [], CancellationToken.None)));
        Assert.Single(founded, first => first);
    }

    [Fact]
    public async Task An_earlier_life_under_the_same_address_is_replaced_and_forgetting_it_leaves_the_later_one()
    {
        await using var store = await TemporaryDatabase.OpenAsync();
        var members = new PostgresClusterMembers(store.Database);
        await members.JoinAsync(First, [], CancellationToken.None);
        var later = First with { Incarnation = 99 };
        Assert.True(await members.TryFoundAsync(later, [], CancellationToken.None));
        await members.ForgetAsync("aurum", First.Address, First.Incarnation, CancellationToken.None);
        Assert.Equal([99L], (await members.ReadAsync("aurum", CancellationToken.None)).Select(member => member.Incarnation));
        await members.ForgetAsync("aurum", First.Address, 99, CancellationToken.None);
        Assert.Empty(await members.ReadAsync("aurum", CancellationToken.None));
    }

    [Fact]
    public async Task Nodes_that_share_a_hold_keep_out_who_wants_it_alone()
    {
        await using var store = await TemporaryDatabase.OpenAsync();
        await using var one = await store.Database.HoldAsync("collector", shared: true);
        await using var other = await store.Database.HoldAsync("collector", shared: true);
        await Assert.ThrowsAsync<StorageException>(() => store.Database.HoldAsync("collector"));
    }
}
