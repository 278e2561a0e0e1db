using Akka.Actor;
using Akka.TestKit;
using Aurum.Actors.Processing;
using Aurum.Actors.Publishing;
using Aurum.Actors.Tests.Processing;
using Aurum.Domain;
using Aurum.Storage;

namespace Aurum.Actors.Tests.Publishing;

public sealed class PublisherActorTests : ActorTest
{
    private readonly FakeStores _stores = new();
    private readonly TestProbe _collector;
    private readonly IActorRef _publisher;

    public PublisherActorTests()
        : base(virtualTime: false)
    {
        _collector = CreateTestProbe();
        var road = new StoreFlow(_stores, _stores, RoadMarkers.None, new ImpatientClock()).Create();
        _publisher = Sys.ActorOf(Props.Create(() => new PublisherActor(road, RoadMarkers.None, TimeProvider.System)));
    }

    [Fact]
    public async Task It_acknowledges_only_after_the_stores_commit()
    {
        _stores.Hold();
        Publish(7, Batch(3), Batch(2));
        await AwaitAssertAsync(() => Assert.True(_stores.Attempts > 0));
        await _collector.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(100));
        _stores.Release();
        Assert.Equal(new PublisherActor.PublishAcknowledged(7, 5, 2), await _collector.ExpectMsgAsync<PublisherActor.PublishAcknowledged>());
    }

    [Fact]
    public async Task A_failure_that_passes_is_tried_again_and_nobody_hears_of_it()
    {
        _stores.FailNext(3);
        Publish(1, Batch(1));
        await _collector.ExpectMsgAsync<PublisherActor.PublishAcknowledged>();
        Assert.Equal(4, _stores.Attempts);
    }

    [Fact]
    public async Task A_failure_that_stays_is_named_and_later_publishes_work()
    {
        _stores.FailNext(4);
        Publish(1, Batch(1));
        Assert.Equal(new PublisherActor.PublishFailed(1, "the database is locked"), await _collector.ExpectMsgAsync<PublisherActor.PublishFailed>());
        Assert.Empty(_stores.Commits);
        Publish(2, Batch(1));
        Assert.Equal(2, (await _collector.ExpectMsgAsync<PublisherActor.PublishAcknowledged>()).PublishId);
    }

    [Fact]
    public async Task When_the_stream_breaks_those_who_wait_are_told_and_later_publishes_work()
    {
        _stores.Failure = new InvalidOperationException("a bug");
        _stores.FailNext(1);
        Publish(1, Batch(1));
        Assert.Equal(1, (await _collector.ExpectMsgAsync<PublisherActor.PublishFailed>()).PublishId);
        Publish(2, Batch(1));
        Assert.Equal(2, (await _collector.ExpectMsgAsync<PublisherActor.PublishAcknowledged>()).PublishId);
    }

    [Fact]
    public async Task Many_small_batches_that_gather_during_a_commit_share_the_next()
    {
        _stores.Hold();
        for (var number = 0; number < 1000; number++)
        {
            Publish(number, Batch(1));
        }

        await AwaitAssertAsync(() => Assert.True(_stores.Attempts > 0));
        await _publisher.Ask<ActorIdentity>(new Identify(null), TimeSpan.FromSeconds(5));
        _stores.Release();
        for (var number = 0; number < 1000; number++)
        {
            await _collector.ExpectMsgAsync<PublisherActor.PublishAcknowledged>();
        }

        Assert.InRange(_stores.Commits.Count, 1, 500);
        Assert.Equal(1000, _stores.Commits.Sum(commit => commit.Count));
    }

    [Fact]
    public async Task More_than_its_queue_holds_waits_and_none_is_lost()
    {
        _stores.Hold();
        Publish(1, [.. Enumerable.Range(0, 10_000).Select(_ => Batch(1))]);
        Publish(2, [.. Enumerable.Range(0, 1000).Select(_ => Batch(50))]);
        await AwaitAssertAsync(() => Assert.True(_stores.Attempts > 0));
        _stores.Release();
        Assert.Equal(10_000, (await _collector.ExpectMsgAsync<PublisherActor.PublishAcknowledged>()).Inserted);
        Assert.Equal(50_000, (await _collector.ExpectMsgAsync<PublisherActor.PublishAcknowledged>()).Inserted);
        Assert.All(_stores.Commits, commit => Assert.InRange(commit.Sum(batch => batch.Slice.Observations.Count), 1, 20_000));
    }

    [Fact]
    public async Task When_nothing_comes_back_for_a_while_it_says_so_and_when_it_goes_on()
    {
        var listener = CreateTestProbe();
        await _publisher.Ask<ActorIdentity>(new Identify(null), TimeSpan.FromSeconds(20)); // it says its pace when it starts, too
        Sys.EventStream.Subscribe(listener, typeof(PublisherActor.PublishingPace));
        _stores.Hold();
        Publish(1, Batch(1));
        Assert.True((await listener.ExpectMsgAsync<PublisherActor.PublishingPace>()).Blocked);
        _stores.Release();
        Assert.False((await listener.ExpectMsgAsync<PublisherActor.PublishingPace>()).Blocked);
        await _collector.ExpectMsgAsync<PublisherActor.PublishAcknowledged>();
    }

    [Fact]
    public async Task Catalog_entries_are_safe_when_acknowledged_too()
    {
        _publisher.Tell(new PublisherActor.Publish(1, [], [new CatalogEntry(Sample.Series().Id, "title")]), _collector);
        await _collector.ExpectMsgAsync<PublisherActor.PublishAcknowledged>();
        Assert.Equal("title", Assert.Single(_stores.Entries).Title);
        Assert.Empty(_stores.Commits);
    }

    private static ObservationBatch Batch(int rows) =>
        new(Sample.Slice(Sample.Series(), [.. Enumerable.Range(0, rows).Select(day => (day, 1d))]), "run", "event", Sample.Now);

    private void Publish(long id, params ObservationBatch[] batches) => _publisher.Tell(new PublisherActor.Publish(id, batches, []), _collector);
}
