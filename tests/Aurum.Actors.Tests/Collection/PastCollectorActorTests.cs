using Akka.Actor;
using Akka.TestKit;
using Aurum.Actors.Collection;
using Aurum.Actors.Gate;
using Aurum.Actors.Monitoring;
using Aurum.Actors.Publishing;
using Aurum.Domain;
using Aurum.Providers;
using static Aurum.Actors.Collection.FetcherProtocol;
using static Aurum.Actors.Collection.SeriesCollectorEvents;

namespace Aurum.Actors.Tests.Collection;

/// <summary>A window of history, asked of a series' collector.</summary>
public sealed class PastCollectorActorTests : ActorTest
{
    private static readonly PastWindow Past = new(Sample.Day(-100), Sample.Day(-50));

    private readonly SeriesDefinition _series = Sample.Series("A");
    private readonly TestProbe _supervisor;
    private readonly TestProbe _fetcher;
    private readonly TestProbe _fetch;
    private readonly TestProbe _publisher;
    private readonly IActorRef _collector;

    public PastCollectorActorTests()
    {
        _supervisor = CreateTestProbe();
        _fetcher = CreateTestProbe();
        _fetcher.IgnoreMessages(message => message is WantNothing);
        _fetch = CreateTestProbe();
        _publisher = CreateTestProbe();
        var (runtimes, status) = (new ProviderRuntimes([Sample.Runtime(new FakeProvider())]), CreateTestProbe());
        _collector = Sys.ActorOf(Props.Create(() => new SeriesCollectorActor(
            _series.Id.ToString(), runtimes, Handle<FetcherActor>(_fetcher), Handle<PublisherActor>(_publisher), Handle<StatusWriterActor>(status), RoadMarkers.None, Clock)));
    }

    [Fact]
    public async Task A_window_is_wanted_in_the_lane_of_history_published_whole_and_moves_no_checkpoint()
    {
        var (want, past) = await WantedAsync();
        Assert.Equal((FetchKind.Observations, Lane.Backfill, new Window(Past.From, Past.To)), (want.Kind, want.Lane, want.Want.Window));
        past.Tell(Page(want, (-90, 1), (-80, 2)), _fetch);
        var publish = await _publisher.ExpectMsgAsync<PublisherActor.Publish>();
        Assert.Equal([Sample.Day(-90), Sample.Day(-80)], publish.Batches.SelectMany(batch => batch.Slice.Observations).Select(observation => observation.Timestamp));
        past.Tell(new PublisherActor.PublishAcknowledged(publish.PublishId, 2, 0), _publisher);
        Assert.Equal(1, (await _fetch.ExpectMsgAsync<PageHandled>()).PageNumber);
        Assert.Equal((2L, 0L, Sample.Day(-80)), await ProgressAsync());
        past.Tell(new FetchEnded(want.Attempt, null), _fetch);
        Assert.Equal((CollectionOutcome.Collected, null), await EndAsync());
        Assert.DoesNotContain(Journal.Written, written => written.Event is CheckpointAdvanced or RevisionsAnnounced or CollectionSucceeded or CollectionFailed);
    }

    /// <summary>Of two values for one day the store keeps the one that was ingested later: it must not be the one that was read earlier.</summary>
    [Fact]
    public async Task What_is_published_bears_the_time_at_which_it_was_asked_for()
    {
        var (want, past) = await WantedAsync();
        past.Tell(Page(want, (-90, 1)) with { AskedAt = TimeNow.AddMinutes(-3) }, _fetch);
        Assert.Equal(TimeNow.AddMinutes(-3), Assert.Single((await _publisher.ExpectMsgAsync<PublisherActor.Publish>()).Batches).IngestedAt);
    }

    [Fact]
    public async Task A_live_collection_goes_on_beside_it()
    {
        var (past, sender) = await WantedAsync();
        _collector.Tell(new CollectSeries(_series, "live", CollectionScope.ObservationsOnly, "live/0", 1), _supervisor);
        await _supervisor.ExpectMsgAsync<CollectionStarted>();
        var live = await _fetcher.ExpectMsgAsync<SubmitWant>();
        Assert.Equal(Lane.Catalog, live.Lane);
        sender.Tell(new FetchEnded(past.Attempt, null), _fetch);
        Assert.Equal("backfill-1/0.1", (await _supervisor.ExpectMsgAsync<CollectionEnded>()).RunId);
    }

    [Fact]
    public async Task Asked_again_it_says_that_it_is_at_it()
    {
        await WantedAsync();
        _collector.Tell(Command(), _supervisor);
        await _supervisor.ExpectMsgAsync<CollectionStarted>();
        Assert.False(_fetcher.HasMessages);
    }

    [Fact]
    public async Task A_page_that_cannot_be_published_fails_the_window_and_frees_its_fetch()
    {
        var (want, past) = await WantedAsync();
        past.Tell(Page(want, (-90, 1)), _fetch);
        var publish = await _publisher.ExpectMsgAsync<PublisherActor.Publish>();
        past.Tell(new PublisherActor.PublishFailed(publish.PublishId, "the disk is full"), _publisher);
        await _fetch.ExpectMsgAsync<PageRefused>();
        Assert.Equal((CollectionOutcome.Failed, FailureKind.Transient), await EndAsync());
    }

    [Fact]
    public async Task A_fetch_that_fails_fails_the_window_alone()
    {
        var (want, past) = await WantedAsync();
        past.Tell(new FetchEnded(want.Attempt, new Failure(FailureKind.Rejected, "HTTP 400")), _fetch);
        Assert.Equal((CollectionOutcome.Failed, FailureKind.Rejected), await EndAsync());
        Assert.Empty(Journal.Written);
    }

    private static CollectSeries Command() => new(Sample.Series("A"), "backfill-1/0.1", CollectionScope.ObservationsOnly, "backfill-1/0.1/key/0", 1, Past: Past);

    private PageFetched Page(SubmitWant want, params (int Day, double Value)[] values) => new(want.Attempt, 1, "page/1", [Sample.Slice(_series, values)], null, IsLast: true, AskedAt: TimeNow);

    /// <summary>A series that was never looked up is looked up first, in the same lane.</summary>
    private async Task<(SubmitWant Want, IActorRef Past)> WantedAsync()
    {
        _collector.Tell(Command(), _supervisor);
        await _supervisor.ExpectMsgAsync<CollectionStarted>();
        var lookUp = await _fetcher.ExpectMsgAsync<SubmitWant>();
        Assert.Equal((FetchKind.Catalog, Lane.Backfill), (lookUp.Kind, lookUp.Lane));
        var past = _fetcher.LastSender;
        past.Tell(new CatalogFound(lookUp.Attempt, new CatalogEntry(_series.Id, "title")), _fetch);
        past.Tell(new FetchEnded(lookUp.Attempt, null), _fetch);
        return (await _fetcher.ExpectMsgAsync<SubmitWant>(), past);
    }

    private async Task<(long, long, DateTime?)> ProgressAsync()
    {
        var progressed = await _supervisor.ExpectMsgAsync<CollectionProgressed>();
        return (progressed.Inserted, progressed.Revised, progressed.LastTimestamp);
    }

    private async Task<(CollectionOutcome, FailureKind?)> EndAsync()
    {
        var ended = await _supervisor.ExpectMsgAsync<CollectionEnded>();
        return (ended.Outcome, ended.Failure?.Kind);
    }
}
