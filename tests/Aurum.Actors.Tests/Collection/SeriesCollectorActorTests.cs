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
using static Aurum.Actors.Collection.SeriesControlProtocol;

namespace Aurum.Actors.Tests.Collection;

public sealed class SeriesCollectorActorTests : ActorTest
{
    private readonly FakeProvider _provider = new();
    private SeriesDefinition _series = Sample.Series("A", lookback: 3);
    private readonly TestProbe _supervisor;
    private readonly TestProbe _fetcher;
    private readonly TestProbe _fetch;
    private readonly TestProbe _publisher;
    private readonly TestProbe _status;
    private IActorRef _collector;
    private int _lives;

    public SeriesCollectorActorTests()
    {
        _supervisor = CreateTestProbe();
        _fetcher = CreateTestProbe();
        _fetcher.IgnoreMessages(message => message is WantNothing);
        _fetch = CreateTestProbe();
        _publisher = CreateTestProbe();
        _status = CreateTestProbe();
        _collector = Start();
    }

    [Fact]
    public async Task A_first_collection_looks_the_series_up_stores_its_entry_and_then_its_observations()
    {
        await CommandAsync();
        var lookUp = await _fetcher.ExpectMsgAsync<SubmitWant>();
        Assert.Equal(FetchKind.Catalog, lookUp.Kind);
        Found(lookUp);
        var entry = await _publisher.ExpectMsgAsync<PublisherActor.Publish>();
        Assert.Equal("title", Assert.Single(entry.Entries).Title);
        Acknowledge(entry);
        var want = await _fetcher.ExpectMsgAsync<SubmitWant>();
        Assert.Equal((FetchKind.Observations, Window.Everything, "title"), (want.Kind, want.Want.Window, want.Want.Known!.Title));
        Send(want, 1, isLast: true, Sample.Slice(_series, (1, 1), (2, 2)));
        var publish = await _publisher.ExpectMsgAsync<PublisherActor.Publish>();
        Assert.Equal("page/1", Assert.Single(publish.Batches).EventId);
        Acknowledge(publish, inserted: 2);
        await _fetch.ExpectMsgAsync<PageHandled>();
        _collector.Tell(new FetchEnded(want.Attempt, null), _fetch);
        var progressed = await _supervisor.ExpectMsgAsync<CollectionProgressed>();
        Assert.Equal((2L, 0L, Sample.Day(2)), (progressed.Inserted, progressed.Revised, progressed.LastTimestamp));
        Assert.Equal(CollectionOutcome.Collected, (await _supervisor.ExpectMsgAsync<CollectionEnded>()).Outcome);
        Assert.Equal([typeof(CatalogEntryRead), typeof(RevisionsAnnounced), typeof(CheckpointAdvanced), typeof(CollectionSucceeded)], Journal.Written.Select(written => written.Event.GetType()));
        await _status.FishForMessageAsync(message => message is StatusWriterActor.SeriesSeen { Status: { Outcome: "ok", Observations: 2 } }, TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task The_checkpoint_is_persisted_only_after_the_acknowledgement_and_the_page_is_handled_only_after_that()
    {
        var want = await FetchingAsync();
        var before = Journal.Written.Count;
        Send(want, 1, isLast: false, Sample.Slice(_series, (1, 1)), Sample.Day(2));
        var publish = await _publisher.ExpectMsgAsync<PublisherActor.Publish>();
        await SettledAsync();
        Assert.DoesNotContain(Journal.Written.Skip(before), written => written.Event is CheckpointAdvanced);
        Journal.Hold();
        Acknowledge(publish, inserted: 1);
        await _fetch.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(100));
        Journal.Release();
        Assert.Equal(1, (await _fetch.ExpectMsgAsync<PageHandled>()).PageNumber);
        Assert.Equal(Sample.Day(2), ((CheckpointAdvanced)Journal.Written.Last().Event).CompleteBefore);
    }

    [Fact]
    public async Task The_checkpoint_stays_when_the_publisher_fails()
    {
        var want = await FetchingAsync();
        Send(want, 1, isLast: true, Sample.Slice(_series, (1, 1)));
        var publish = await _publisher.ExpectMsgAsync<PublisherActor.Publish>();
        _collector.Tell(new PublisherActor.PublishFailed(publish.PublishId, "the disk is full"), _publisher);
        await _fetch.ExpectMsgAsync<PageRefused>();
        var ended = await _supervisor.ExpectMsgAsync<CollectionEnded>();
        Assert.Equal((CollectionOutcome.Failed, "the disk is full"), (ended.Outcome, ended.Failure!.Detail));
        Assert.DoesNotContain(Journal.Written, written => written.Event is CheckpointAdvanced);

        await CommandAsync("run-2");
        Assert.Equal(Window.Everything, (await _fetcher.ExpectMsgAsync<SubmitWant>()).Want.Window);
    }

    [Fact]
    public async Task A_crash_before_the_acknowledgement_repeats_the_work_and_one_after_it_does_not()
    {
        var want = await FetchingAsync();
        Send(want, 1, isLast: false, Sample.Slice(_series, (1, 1)), Sample.Day(2));
        Acknowledge(await _publisher.ExpectMsgAsync<PublisherActor.Publish>(), inserted: 1);
        await _fetch.ExpectMsgAsync<PageHandled>();
        Send(want, 2, isLast: false, Sample.Slice(_series, (2, 2)), Sample.Day(3));
        await _publisher.ExpectMsgAsync<PublisherActor.Publish>();
        await StopAsync(_collector);
        _collector = Start();
        await _supervisor.ExpectMsgAsync<CollectionProgressed>();
        await CommandAsync("run-2");
        Assert.Equal(Sample.Day(2), (await _fetcher.ExpectMsgAsync<SubmitWant>()).Want.Window.From);
    }

    [Fact]
    public async Task Pages_in_no_order_move_the_checkpoint_only_with_the_last()
    {
        var want = await FetchingAsync();
        Send(want, 1, isLast: false, Sample.Slice(_series, (8, 1), (9, 1)));
        Acknowledge(await _publisher.ExpectMsgAsync<PublisherActor.Publish>(), inserted: 2);
        await _fetch.ExpectMsgAsync<PageHandled>();
        Assert.DoesNotContain(Journal.Written, written => written.Event is CheckpointAdvanced);
        Send(want, 2, isLast: true, Sample.Slice(_series, (1, 1)));
        Acknowledge(await _publisher.ExpectMsgAsync<PublisherActor.Publish>(), inserted: 1);
        await _fetch.ExpectMsgAsync<PageHandled>();
        var advanced = (CheckpointAdvanced)Journal.Written.Last().Event;
        Assert.Equal((Sample.Day(9), 3L), (advanced.LastTimestamp, advanced.Inserted));
        Assert.Equal([Sample.Day(1), Sample.Day(8), Sample.Day(9)], advanced.Recent.Select(recent => recent.Timestamp));
    }

    [Fact]
    public async Task A_revision_is_announced_in_the_journal_before_it_is_published_so_that_taking_it_back_is_news_after_a_crash()
    {
        await CompleteAsync();
        await CommandAsync("run-2");
        var want = await _fetcher.ExpectMsgAsync<SubmitWant>();
        Journal.Hold();
        Send(want, 1, isLast: true, Sample.Slice(_series, (1, 1), (2, 7), (3, 3)));
        await _publisher.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(100));
        Journal.Release();
        await _publisher.ExpectMsgAsync<PublisherActor.Publish>();
        Assert.Equal([Sample.Day(2)], Assert.IsType<RevisionsAnnounced>(Journal.Written.Last().Event).Timestamps);

        await StopAsync(_collector);
        _collector = Start();
        await CommandAsync("run-3");
        want = await _fetcher.ExpectMsgAsync<SubmitWant>();
        Assert.Equal(Sample.Day(1), want.Want.Window.From);
        Send(want, 1, isLast: true, Sample.Slice(_series, (1, 1), (2, 2), (3, 3)));
        var publish = await _publisher.ExpectMsgAsync<PublisherActor.Publish>();
        Assert.Equal([(Sample.Day(2), 2d)], publish.Batches.SelectMany(batch => batch.Slice.Observations).Select(observation => (observation.Timestamp, observation.Value!.Value)));
    }

    [Fact]
    public async Task A_new_value_that_was_published_by_a_killed_run_and_taken_back_before_the_next_is_withdrawn()
    {
        await CompleteAsync();
        await CommandAsync("run-2");
        var want = await _fetcher.ExpectMsgAsync<SubmitWant>();
        Send(want, 1, isLast: true, Sample.Slice(_series, (1, 1), (2, 2), (3, 3), (4, 4)));
        await _publisher.ExpectMsgAsync<PublisherActor.Publish>();
        var announced = Assert.IsType<RevisionsAnnounced>(Journal.Written.Last().Event);
        Assert.Equal((0, Sample.Day(4)), (announced.Timestamps.Count, Assert.Single(announced.New!)));

        await StopAsync(_collector);
        _collector = Start();
        await CommandAsync("run-3");
        want = await _fetcher.ExpectMsgAsync<SubmitWant>();
        Send(want, 1, isLast: true, Sample.Slice(_series, (1, 1), (2, 2), (3, 3)));
        await _fetch.ExpectMsgAsync<PageHandled>();
        _collector.Tell(new FetchEnded(want.Attempt, null), _fetch);
        var publish = await _publisher.ExpectMsgAsync<PublisherActor.Publish>();
        var withdrawn = Assert.Single(Assert.Single(publish.Batches).Slice.Observations);
        Assert.Equal((Sample.Day(4), "WITHDRAWN"), (withdrawn.Timestamp, withdrawn.Status));
    }

    [Fact]
    public async Task Deep_in_the_first_read_of_a_history_nothing_is_announced_and_near_its_end_what_is_new_is()
    {
        var want = await FetchingAsync();
        Send(want, 1, isLast: false, new ObservationSlice(_series.Id, Sample.Attributes, [new Observation(new DateTime(1900, 1, 1, 0, 0, 0, DateTimeKind.Utc), Sample.Observation(1, 1).AsOf, 1)]), new DateTime(1900, 1, 2, 0, 0, 0, DateTimeKind.Utc));
        Acknowledge(await _publisher.ExpectMsgAsync<PublisherActor.Publish>(), inserted: 1);
        await _fetch.ExpectMsgAsync<PageHandled>();
        Assert.DoesNotContain(Journal.Written, written => written.Event is RevisionsAnnounced);

        Send(want, 2, isLast: false, Sample.Slice(_series, (150, 1)), Sample.Day(151));
        await _publisher.ExpectMsgAsync<PublisherActor.Publish>();
        Assert.Equal([Sample.Day(150)], Assert.IsType<RevisionsAnnounced>(Journal.Written.Last().Event).New);
    }

    [Fact]
    public async Task A_page_that_says_nothing_new_is_not_published_and_leaves_no_event()
    {
        await CompleteAsync();
        await CommandAsync("run-2");
        var want = await _fetcher.ExpectMsgAsync<SubmitWant>();
        Assert.Equal(Sample.Day(1), want.Want.Window.From);
        var before = Journal.Written.Count;
        Send(want, 1, isLast: true, Sample.Slice(_series, (1, 1), (2, 2), (3, 3)));
        await _fetch.ExpectMsgAsync<PageHandled>();
        Assert.Equal(before, Journal.Written.Count);
        Assert.False(_publisher.HasMessages);
    }

    [Fact]
    public async Task What_a_whole_answer_does_not_repeat_is_withdrawn_once()
    {
        await CompleteAsync();
        await CommandAsync("run-2");
        var want = await _fetcher.ExpectMsgAsync<SubmitWant>();
        Send(want, 1, isLast: true, Sample.Slice(_series, (1, 1), (3, 3)));
        await _fetch.ExpectMsgAsync<PageHandled>();
        _collector.Tell(new FetchEnded(want.Attempt, null), _fetch);
        var publish = await _publisher.ExpectMsgAsync<PublisherActor.Publish>();
        Assert.IsType<RevisionsAnnounced>(Journal.Written.Last().Event);
        var batch = Assert.Single(publish.Batches);
        Assert.Equal(("page/1/withdrawn", Sample.Attributes), (batch.EventId, batch.Slice.Attributes));
        Assert.Equal(new Observation(Sample.Day(2), Sample.Observation(2, 2).AsOf, null, Status: "WITHDRAWN"), Assert.Single(batch.Slice.Observations));
        Acknowledge(publish, revised: 1);
        await _supervisor.ExpectMsgAsync<CollectionProgressed>();
        Assert.Equal(CollectionOutcome.Collected, (await _supervisor.ExpectMsgAsync<CollectionEnded>()).Outcome);

        await CommandAsync("run-3");
        want = await _fetcher.ExpectMsgAsync<SubmitWant>();
        Send(want, 1, isLast: true, Sample.Slice(_series, (1, 1), (3, 3)));
        await _fetch.ExpectMsgAsync<PageHandled>();
        _collector.Tell(new FetchEnded(want.Attempt, null), _fetch);
        Assert.Equal(CollectionOutcome.Collected, (await _supervisor.ExpectMsgAsync<CollectionEnded>()).Outcome);
        Assert.False(_publisher.HasMessages);
    }

    [Fact]
    public async Task Withdrawals_that_cannot_be_published_fail_the_collection_and_come_with_the_next()
    {
        await CompleteAsync();
        for (var run = 2; run < 4; run++)
        {
            await CommandAsync($"run-{run}");
            var want = await _fetcher.ExpectMsgAsync<SubmitWant>();
            Send(want, 1, isLast: true, Sample.Slice(_series, (1, 1), (3, 3)));
            await _fetch.ExpectMsgAsync<PageHandled>();
            _collector.Tell(new FetchEnded(want.Attempt, null), _fetch);
            var publish = await _publisher.ExpectMsgAsync<PublisherActor.Publish>();
            Assert.Equal("WITHDRAWN", publish.Batches[0].Slice.Observations[0].Status);
            _collector.Tell(new PublisherActor.PublishFailed(publish.PublishId, "the disk is full"), _publisher);
            Assert.Equal("the disk is full", (await _supervisor.ExpectMsgAsync<CollectionEnded>()).Failure!.Detail);
        }
    }

    [Fact]
    public async Task A_look_back_grows_with_the_revisions_it_meets()
    {
        await CompleteAsync();
        await CommandAsync("run-2");
        var want = await _fetcher.ExpectMsgAsync<SubmitWant>();
        Send(want, 1, isLast: true, Sample.Slice(_series, (1, 10), (2, 2), (3, 3), (4, 4), (5, 5)));
        Acknowledge(await _publisher.ExpectMsgAsync<PublisherActor.Publish>(), inserted: 4, revised: 1);
        await _fetch.ExpectMsgAsync<PageHandled>();
        var advanced = (CheckpointAdvanced)Journal.Written.Last().Event;
        Assert.Equal((3, false), (advanced.RevisedDepth, advanced.IsMassRevision));
        _collector.Tell(new FetchEnded(want.Attempt, null), _fetch);
        await _supervisor.ExpectMsgAsync<CollectionProgressed>();
        await _supervisor.ExpectMsgAsync<CollectionEnded>();

        // Twice as far back as the revision was, and so beyond the three that are remembered.
        await CommandAsync("run-3");
        Assert.Equal(Sample.Day(1), (await _fetcher.ExpectMsgAsync<SubmitWant>()).Want.Window.From);
    }

    [Fact]
    public async Task A_mass_revision_is_remembered_and_counted_as_such()
    {
        using var counted = new CountedMeasurements(Sample.Provider);
        _series = _series with { LookbackObservations = 5 };
        var want = await FetchingAsync();
        Send(want, 1, isLast: true, Sample.Slice(_series, (1, 1), (2, 2), (3, 3), (4, 4), (5, 5)));
        Acknowledge(await _publisher.ExpectMsgAsync<PublisherActor.Publish>(), inserted: 5);
        await _fetch.ExpectMsgAsync<PageHandled>();
        _collector.Tell(new FetchEnded(want.Attempt, null), _fetch);
        await _supervisor.ExpectMsgAsync<CollectionProgressed>();
        await _supervisor.ExpectMsgAsync<CollectionEnded>();
        await CommandAsync("run-2");
        want = await _fetcher.ExpectMsgAsync<SubmitWant>();
        Send(want, 1, isLast: true, Sample.Slice(_series, (1, 1), (2, 2), (3, 33), (4, 44), (5, 55)));
        Acknowledge(await _publisher.ExpectMsgAsync<PublisherActor.Publish>(), revised: 3);
        await _fetch.ExpectMsgAsync<PageHandled>();
        Assert.True(((CheckpointAdvanced)Journal.Written.Last().Event).IsMassRevision);
        Assert.Equal(
            ["aurum.observations.mass_revisions: 1", "aurum.observations.published new: 5", "aurum.observations.published revised: 3"],
            counted.Of("aurum.observations"));
    }

    [Fact]
    public async Task What_is_withdrawn_is_counted_apart_from_what_is_revised()
    {
        await CompleteAsync();
        using var counted = new CountedMeasurements(Sample.Provider);
        await CommandAsync("run-2");
        var want = await _fetcher.ExpectMsgAsync<SubmitWant>();
        Send(want, 1, isLast: true, Sample.Slice(_series, (1, 1), (3, 33)));
        Acknowledge(await _publisher.ExpectMsgAsync<PublisherActor.Publish>(), revised: 1);
        await _fetch.ExpectMsgAsync<PageHandled>();
        _collector.Tell(new FetchEnded(want.Attempt, null), _fetch);
        Acknowledge(await _publisher.ExpectMsgAsync<PublisherActor.Publish>(), revised: 1);
        await _supervisor.FishForMessageAsync(message => message is CollectionEnded, TimeSpan.FromSeconds(20));

        Assert.Equal(["aurum.observations.published revised: 1", "aurum.observations.published withdrawn: 1"], counted.Of("aurum.observations"));
    }

    [Fact]
    public async Task A_refusal_that_concerns_the_provider_is_not_met_twice()
    {
        await CommandAsync();
        var lookUp = await _fetcher.ExpectMsgAsync<SubmitWant>();
        _collector.Tell(new FetchEnded(lookUp.Attempt, new Failure(FailureKind.Rejected, "the key is refused", ConcernsProvider: true)), _fetch);
        var ended = await _supervisor.ExpectMsgAsync<CollectionEnded>();
        Assert.Equal((CollectionOutcome.Failed, true), (ended.Outcome, ended.Failure!.ConcernsProvider));
        Assert.False(_fetcher.HasMessages);
    }

    [Fact]
    public async Task Large_slices_are_published_in_batches_of_the_configured_size()
    {
        var want = await FetchingAsync();
        Send(want, 1, isLast: true, Sample.Slice(_series, [.. Enumerable.Range(0, 250).Select(day => (day, 1d))]));
        var publish = await _publisher.ExpectMsgAsync<PublisherActor.Publish>();
        Assert.Equal([100, 100, 50], publish.Batches.Select(batch => batch.Slice.Observations.Count));
    }

    [Fact]
    public async Task Catalog_only_brings_the_entry_and_leaves_the_observations_alone()
    {
        await CommandAsync(scope: CollectionScope.CatalogOnly);
        Found(await _fetcher.ExpectMsgAsync<SubmitWant>());
        Acknowledge(await _publisher.ExpectMsgAsync<PublisherActor.Publish>());
        Assert.Equal(CollectionOutcome.Collected, (await _supervisor.ExpectMsgAsync<CollectionEnded>()).Outcome);
        Assert.False(_fetcher.HasMessages);

        await CommandAsync("run-2", CollectionScope.CatalogOnly);
        Assert.Equal(FetchKind.Catalog, (await _fetcher.ExpectMsgAsync<SubmitWant>()).Kind);
    }

    [Fact]
    public async Task Observations_only_looks_a_new_series_up_once_and_never_again()
    {
        await CompleteAsync(CollectionScope.ObservationsOnly);
        Advance(TimeSpan.FromDays(400));
        await CommandAsync("run-2", CollectionScope.ObservationsOnly);
        Assert.Equal(FetchKind.Observations, (await _fetcher.ExpectMsgAsync<SubmitWant>()).Kind);
    }

    [Fact]
    public async Task The_entry_is_renewed_when_its_schedule_says_so_and_not_before()
    {
        await CompleteAsync();
        Advance(new DateTimeOffset(2040, 6, 5, 5, 59, 0, TimeSpan.Zero) - TimeNow);
        await CompleteAsync(run: "run-2", expectCatalog: false);
        Advance(TimeSpan.FromMinutes(1));
        await CommandAsync("run-3");
        Assert.Equal(FetchKind.Catalog, (await _fetcher.ExpectMsgAsync<SubmitWant>()).Kind);
    }

    [Fact]
    public async Task A_series_that_has_not_changed_since_it_was_read_is_not_asked_for()
    {
        await CompleteAsync();
        var covered = TimeNow;
        Advance(TimeSpan.FromDays(2));
        _collector.Tell(new CollectSeries(_series, "run-2", CollectionScope.Everything, "run-2/key/0", 1, covered.AddMinutes(-1)), _supervisor);
        await _supervisor.ExpectMsgAsync<CollectionStarted>();
        Assert.Equal(CollectionOutcome.Collected, (await _supervisor.ExpectMsgAsync<CollectionEnded>()).Outcome);
        Assert.False(_fetcher.HasMessages);

        // What is known of it now is as good as read: the next run's question begins where this run began.
        _collector.Tell(new CollectSeries(_series, "run-3", CollectionScope.Everything, "run-3/key/0", 1, TimeNow), _supervisor);
        await _supervisor.ExpectMsgAsync<CollectionStarted>();
        Assert.Equal(CollectionOutcome.Collected, (await _supervisor.ExpectMsgAsync<CollectionEnded>()).Outcome);
        Assert.False(_fetcher.HasMessages);

        _collector.Tell(new CollectSeries(_series, "run-4", CollectionScope.Everything, "run-4/key/0", 1, TimeNow.AddMinutes(1)), _supervisor);
        Assert.Equal(FetchKind.Catalog, (await _fetcher.ExpectMsgAsync<SubmitWant>()).Kind);
    }

    [Fact]
    public async Task A_series_that_failed_or_was_never_read_is_asked_for_although_it_has_not_changed()
    {
        var old = TimeNow.AddDays(-1);
        _collector.Tell(new CollectSeries(_series, "run-1", CollectionScope.ObservationsOnly, "run-1/key/0", 1, old), _supervisor);
        await _supervisor.ExpectMsgAsync<CollectionStarted>();
        Found(await _fetcher.ExpectMsgAsync<SubmitWant>());
        Acknowledge(await _publisher.ExpectMsgAsync<PublisherActor.Publish>());
        var want = await _fetcher.ExpectMsgAsync<SubmitWant>();
        _collector.Tell(new FetchEnded(want.Attempt, null), _fetch);
        await _supervisor.ExpectMsgAsync<CollectionEnded>();

        await CommandAsync("run-2", CollectionScope.ObservationsOnly);
        want = await _fetcher.ExpectMsgAsync<SubmitWant>();
        Assert.Equal(TimeNow, want.Want.CoveredAt);
        _collector.Tell(new FetchEnded(want.Attempt, new Failure(FailureKind.Transient, "HTTP 503")), _fetch);
        await _supervisor.ExpectMsgAsync<CollectionEnded>();

        _collector.Tell(new CollectSeries(_series, "run-3", CollectionScope.ObservationsOnly, "run-3/key/0", 1, old), _supervisor);
        await _supervisor.ExpectMsgAsync<CollectionStarted>();
        await _fetcher.ExpectMsgAsync<SubmitWant>();
    }

    [Fact]
    public async Task A_twin_serves_under_the_series_own_name_until_its_own_provider_is_read_again()
    {
        await CompleteAsync(entry: Percent);
        var twin = Twin();
        await CommandTwinAsync(twin, "run-2");
        var lookUp = await _fetcher.ExpectMsgAsync<SubmitWant>();
        Assert.Equal((FetchKind.Catalog, twin.Id, 1), (lookUp.Kind, lookUp.Want.Series.Id, lookUp.GroupSize));
        Found(lookUp, new CatalogEntry(twin.Id, "twin", UnitCode: "annual %", FrequencyCode: "D"));
        var want = await _fetcher.ExpectMsgAsync<SubmitWant>();
        Assert.Equal((FetchKind.Observations, twin.Id, Sample.Day(1)), (want.Kind, want.Want.Series.Id, want.Want.Window.From));
        Send(want, 1, isLast: true, Sample.Slice(twin, (2, 2), (4, 40), (5, 50)) with { Attributes = new SeriesAttributes("annual %", "D", null, null) });
        var publish = await _publisher.ExpectMsgAsync<PublisherActor.Publish>();
        var slice = Assert.Single(publish.Batches).Slice;
        Assert.Equal((_series.Id, "Percent"), (slice.Series, slice.Attributes.UnitCode));
        Assert.Equal([(4, 40d), (5, 50d)], slice.Observations.Select(observation => ((observation.Timestamp - Sample.Day(0)).Days, observation.Value!.Value)));
        Assert.All(slice.Observations, observation => Assert.Equal(("other", "TWIN"), (observation.Metadata!["served_by"], observation.Metadata["twin"])));
        Acknowledge(publish, inserted: 2);
        Assert.Equal(twin.Id, (await _fetch.ExpectMsgAsync<PageHandled>()).Series);
        _collector.Tell(new FetchEnded(want.Attempt, null), _fetch);
        await _supervisor.ExpectMsgAsync<CollectionProgressed>();
        Assert.Equal(CollectionOutcome.Collected, (await _supervisor.ExpectMsgAsync<CollectionEnded>()).Outcome);
        Assert.Equal(new TwinServed("run-2", TimeNow, twin.Id), Journal.Written.Last().Event);

        // Whatever the provider says has not changed: what the twin served is read again, from the first of it on.
        _collector.Tell(new CollectSeries(_series with { LookbackObservations = 1 }, "run-3", CollectionScope.ObservationsOnly, "run-3/key/0", 1, TimeNow.AddDays(-1)), _supervisor);
        await _supervisor.ExpectMsgAsync<CollectionStarted>();
        want = await _fetcher.ExpectMsgAsync<SubmitWant>();
        Assert.Equal(_series.Id, want.Want.Series.Id);
        Assert.True(want.Want.Window.From <= Sample.Day(4));
    }

    [Fact]
    public async Task Where_the_catalog_tells_no_unit_that_of_the_data_is_compared()
    {
        await CompleteAsync(entry: new CatalogEntry(_series.Id, "title", FrequencyCode: "D"));
        await CommandTwinAsync(Twin(), "run-2");
        Found(await _fetcher.ExpectMsgAsync<SubmitWant>(), new CatalogEntry(Twin().Id, "twin", UnitCode: "Index", FrequencyCode: "D"));
        Assert.EndsWith($"its unit is Index, not {Sample.Attributes.UnitCode}", (await _supervisor.ExpectMsgAsync<CollectionEnded>()).Failure!.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_twin_that_measures_something_else_is_refused_and_nothing_of_it_stored()
    {
        await CompleteAsync(entry: Percent);
        await CommandTwinAsync(Twin(), "run-2");
        Found(await _fetcher.ExpectMsgAsync<SubmitWant>(), new CatalogEntry(Twin().Id, "twin", UnitCode: "Index", FrequencyCode: "D"));
        var failure = (await _supervisor.ExpectMsgAsync<CollectionEnded>()).Failure!;
        Assert.Equal((FailureKind.Rejected, "other|TWIN is refused as its twin: its unit is Index, not Percent"), (failure.Kind, failure.Detail));
        Assert.DoesNotContain(Journal.Written, written => written.Event is CollectionFailed);
        Assert.False(_publisher.HasMessages);
    }

    [Fact]
    public async Task Data_of_a_twin_in_another_unit_are_refused_too()
    {
        await CompleteAsync(entry: Percent);
        await CommandTwinAsync(Twin(), "run-2");
        Found(await _fetcher.ExpectMsgAsync<SubmitWant>(), new CatalogEntry(Twin().Id, "twin", FrequencyCode: "D"));
        var want = await _fetcher.ExpectMsgAsync<SubmitWant>();
        Send(want, 1, isLast: true, Sample.Slice(Twin(), (4, 40)) with { Attributes = new SeriesAttributes("Index", "D", null, null) });
        Assert.Equal(Twin().Id, (await _fetch.ExpectMsgAsync<PageRefused>()).Series);
        Assert.Equal("other|TWIN is refused as its twin: its unit is Index, not Percent", (await _supervisor.ExpectMsgAsync<CollectionEnded>()).Failure!.Detail);
        Assert.False(_publisher.HasMessages);
    }

    [Fact]
    public async Task A_series_that_was_renamed_keeps_its_previous_title()
    {
        foreach (var (title, previous) in ((string, string?)[])[("first", null), ("second", "first"), ("second", "first")])
        {
            await CommandAsync(title, CollectionScope.CatalogOnly);
            Found(await _fetcher.ExpectMsgAsync<SubmitWant>(), new CatalogEntry(_series.Id, title));
            var publish = await _publisher.ExpectMsgAsync<PublisherActor.Publish>();
            Assert.Equal(previous, Assert.Single(publish.Entries).Metadata?.GetValueOrDefault("previous_title"));
            Acknowledge(publish);
            await _supervisor.ExpectMsgAsync<CollectionEnded>();
        }
    }

    [Fact]
    public async Task Stopped_is_not_failed()
    {
        var want = await FetchingAsync();
        _collector.Tell(new FetchEnded(want.Attempt, null, Stopped: true), _fetch);
        var ended = await _supervisor.ExpectMsgAsync<CollectionEnded>();
        Assert.Equal((CollectionOutcome.Stopped, null), (ended.Outcome, ended.Failure));
        Assert.DoesNotContain(Journal.Written, written => written.Event is CollectionFailed);
    }

    [Fact]
    public async Task A_failed_fetch_is_remembered_and_reported_with_its_reason()
    {
        var want = await FetchingAsync();
        _collector.Tell(new FetchEnded(want.Attempt, new Failure(FailureKind.Rejected, "HTTP 404")), _fetch);
        Assert.Equal("HTTP 404", (await _supervisor.ExpectMsgAsync<CollectionEnded>()).Failure!.Detail);
        Assert.Equal(FailureKind.Rejected, Assert.IsType<CollectionFailed>(Journal.Written.Last().Event).Kind);
    }

    [Fact]
    public async Task A_catalog_answer_that_does_not_name_the_series_is_malformed()
    {
        await CommandAsync(scope: CollectionScope.CatalogOnly);
        var want = await _fetcher.ExpectMsgAsync<SubmitWant>();
        _collector.Tell(new FetchEnded(want.Attempt, null), _fetch);
        Assert.Equal(FailureKind.Malformed, (await _supervisor.ExpectMsgAsync<CollectionEnded>()).Failure!.Kind);
    }

    [Fact]
    public async Task Observations_that_need_no_catalog_come_although_it_cannot_be_read_and_its_failure_is_told_in_the_end()
    {
        await CommandAsync();
        var lookUp = await _fetcher.ExpectMsgAsync<SubmitWant>();
        _collector.Tell(new FetchEnded(lookUp.Attempt, new Failure(FailureKind.Rejected, "HTTP 404")), _fetch);
        var want = await _fetcher.ExpectMsgAsync<SubmitWant>();
        Assert.Equal(FetchKind.Observations, want.Kind);
        Send(want, 1, isLast: true, Sample.Slice(_series, (1, 1)));
        Acknowledge(await _publisher.ExpectMsgAsync<PublisherActor.Publish>(), inserted: 1);
        await _fetch.ExpectMsgAsync<PageHandled>();
        _collector.Tell(new FetchEnded(want.Attempt, null), _fetch);
        await _supervisor.ExpectMsgAsync<CollectionProgressed>();
        var ended = await _supervisor.ExpectMsgAsync<CollectionEnded>();
        Assert.Equal((CollectionOutcome.Failed, "HTTP 404"), (ended.Outcome, ended.Failure!.Detail));
    }

    [Fact]
    public async Task Observations_whose_unit_only_the_catalog_tells_wait_for_it()
    {
        _provider.Descriptor = _provider.Descriptor with { ObservationsNeedCatalog = true };
        await CommandAsync();
        var lookUp = await _fetcher.ExpectMsgAsync<SubmitWant>();
        _collector.Tell(new FetchEnded(lookUp.Attempt, new Failure(FailureKind.Rejected, "HTTP 404")), _fetch);
        Assert.Equal("HTTP 404", (await _supervisor.ExpectMsgAsync<CollectionEnded>()).Failure!.Detail);
        Assert.False(_fetcher.HasMessages);
    }

    [Fact]
    public async Task A_member_of_a_group_says_which_kinds_it_wants_nothing_of()
    {
        await CompleteAsync();
        _fetcher.IgnoreNoMessages();
        await CommandAsync("run-2", CollectionScope.ObservationsOnly);
        Assert.Equal(FetchKind.Catalog, (await _fetcher.ExpectMsgAsync<WantNothing>()).Kind);
        var want = await _fetcher.ExpectMsgAsync<SubmitWant>();
        _collector.Tell(new FetchEnded(want.Attempt, null), _fetch);
        await _supervisor.ExpectMsgAsync<CollectionEnded>();
        await CommandAsync("run-3", CollectionScope.CatalogOnly);
        Found(await _fetcher.ExpectMsgAsync<SubmitWant>());
        Acknowledge(await _publisher.ExpectMsgAsync<PublisherActor.Publish>());
        Assert.Equal(FetchKind.Observations, (await _fetcher.ExpectMsgAsync<WantNothing>()).Kind);
    }

    [Fact]
    public async Task A_sleep_that_comes_too_late_waits_for_the_collection_to_end()
    {
        var want = await FetchingAsync();
        await _fetch.WatchAsync(_collector);
        _collector.Tell(SeriesCollectorActor.Sleep.Instance);
        Send(want, 1, isLast: true, Sample.Slice(_series, (1, 1)));
        Acknowledge(await _publisher.ExpectMsgAsync<PublisherActor.Publish>(), inserted: 1);
        await _fetch.ExpectMsgAsync<PageHandled>();
        _collector.Tell(new FetchEnded(want.Attempt, null), _fetch);
        await _supervisor.ExpectMsgAsync<CollectionProgressed>();
        Assert.Equal(CollectionOutcome.Collected, (await _supervisor.ExpectMsgAsync<CollectionEnded>()).Outcome);
        await _fetch.ExpectTerminatedAsync(_collector);
    }

    [Fact]
    public async Task Answers_to_an_attempt_that_is_over_change_nothing()
    {
        var want = await FetchingAsync();
        _collector.Tell(new FetchEnded(want.Attempt, new Failure(FailureKind.Transient, "HTTP 503")), _fetch);
        await _supervisor.ExpectMsgAsync<CollectionEnded>();
        await CommandAsync("run-2");
        var second = await _fetcher.ExpectMsgAsync<SubmitWant>();
        Assert.NotEqual(want.Attempt, second.Attempt);
        _collector.Tell(new FetchEnded(want.Attempt, null), _fetch);
        _collector.Tell(new PublisherActor.PublishAcknowledged(want.Attempt, 5, 5), _publisher);
        await SettledAsync("run-2");
        Assert.False(_publisher.HasMessages);
        Assert.DoesNotContain(Journal.Written, written => written.Event is CollectionSucceeded or CheckpointAdvanced);
    }

    [Fact]
    public async Task A_page_of_an_attempt_that_is_over_is_refused_so_that_its_fetch_does_not_wait_for_ever()
    {
        var want = await FetchingAsync();
        _collector.Tell(new FetchEnded(want.Attempt, null, Stopped: true), _fetch);
        await _supervisor.ExpectMsgAsync<CollectionEnded>();
        Send(want, 1, isLast: true, Sample.Slice(_series, (1, 1)));
        Assert.Equal(_series.Id, (await _fetch.ExpectMsgAsync<PageRefused>()).Series);
    }

    [Fact]
    public async Task The_command_repeated_is_answered_again_and_starts_nothing_twice()
    {
        var want = await FetchingAsync();
        await CommandAsync();
        Send(want, 1, isLast: true, Sample.Slice(_series, (1, 1)));
        await _publisher.ExpectMsgAsync<PublisherActor.Publish>();
        await CommandAsync();
        Assert.False(_fetcher.HasMessages);
    }

    [Fact]
    public async Task A_collector_whose_journal_fails_stops_and_its_successor_repeats_the_work()
    {
        var want = await FetchingAsync();
        await _fetch.WatchAsync(_collector);
        Send(want, 1, isLast: true, Sample.Slice(_series, (1, 1)));
        var publish = await _publisher.ExpectMsgAsync<PublisherActor.Publish>();
        Journal.FailNext();
        Acknowledge(publish, inserted: 1);
        await _fetch.ExpectTerminatedAsync(_collector);
        Assert.False(_fetch.HasMessages);
    }

    [Fact]
    public async Task Many_runs_leave_a_snapshot_that_a_successor_starts_from()
    {
        await CompleteAsync();
        for (var run = 0; run < 130; run++)
        {
            await CompleteAsync(run: $"run-{run}", expectCatalog: false, newDay: run + 4);
        }

        await StopAsync(_collector);
        _collector = Start();
        await CommandAsync("last");
        Assert.Equal(Sample.Day(131), (await _fetcher.ExpectMsgAsync<SubmitWant>()).Want.Window.From);
    }

    private CatalogEntry Percent => new(_series.Id, "title", UnitCode: "Percent", FrequencyCode: "D");

    private IActorRef Start()
    {
        var runtimes = new ProviderRuntimes([Sample.Runtime(_provider)]);
        return Sys.ActorOf(
            Props.Create(() => new SeriesCollectorActor(
                _series.Id.ToString(), runtimes, Handle<FetcherActor>(_fetcher), Handle<PublisherActor>(_publisher), Handle<StatusWriterActor>(_status), RoadMarkers.None, Clock)),
            $"collector-{_lives++}");
    }

    private async Task CommandAsync(string run = "run-1", CollectionScope scope = CollectionScope.Everything)
    {
        _collector.Tell(new CollectSeries(_series, run, scope, $"{run}/key/0", 1), _supervisor);
        Assert.Equal(new CollectionStarted(_series.Id, run), await _supervisor.ExpectMsgAsync<CollectionStarted>());
    }

    private Task SettledAsync(string run = "run-1") => CommandAsync(run);

    private static SeriesDefinition Twin() => new(new SeriesId("other", "TWIN"), "d", "TWIN", new Dictionary<string, string>(), null, 30);

    private async Task CommandTwinAsync(SeriesDefinition twin, string run)
    {
        _collector.Tell(new CollectSeries(_series, run, CollectionScope.ObservationsOnly, $"{run}/twin", 1, Twin: twin), _supervisor);
        await _supervisor.ExpectMsgAsync<CollectionStarted>();
    }

    private void Found(SubmitWant want, CatalogEntry? entry = null)
    {
        _collector.Tell(new CatalogFound(want.Attempt, entry ?? new CatalogEntry(_series.Id, "title")), _fetch);
        _collector.Tell(new FetchEnded(want.Attempt, null), _fetch);
    }

    private void Send(SubmitWant want, int number, bool isLast, ObservationSlice slice, DateTime? completeBefore = null) =>
        _collector.Tell(new PageFetched(want.Attempt, number, $"page/{number}", [slice], completeBefore, isLast), _fetch);

    private void Acknowledge(PublisherActor.Publish publish, long inserted = 0, long revised = 0) =>
        _collector.Tell(new PublisherActor.PublishAcknowledged(publish.PublishId, inserted, revised), _publisher);

    [Fact]
    public async Task A_series_that_is_reset_is_read_from_its_beginning_also_after_a_crash_and_what_was_taken_back_is_withdrawn()
    {
        await CompleteAsync();
        var answer = await MoveAsync(null);
        Assert.Equal((SeriesOutcome.Done, null), (answer.Outcome, (await DescribeAsync()).Checkpoint));
        await StopAsync(_collector);
        _collector = Start();
        var described = await DescribeAsync();
        Assert.Equal((false, "ops", 1L), (described.IsHistoryComplete, described.Moved!.By, described.Observations));

        await CommandAsync("run-2");
        var want = await _fetcher.ExpectMsgAsync<SubmitWant>();
        Assert.Equal(Window.Everything, want.Want.Window);
        Assert.Null(want.Want.CoveredAt);
        Send(want, 1, isLast: true, Sample.Slice(_series, (1, 1), (2, 2)));
        var publish = await _publisher.ExpectMsgAsync<PublisherActor.Publish>();
        Assert.Equal(2, publish.Batches.Sum(batch => batch.Slice.Observations.Count));
        Acknowledge(publish);
        await _fetch.ExpectMsgAsync<PageHandled>();
        Assert.Equal(0, (await _supervisor.ExpectMsgAsync<CollectionProgressed>()).Inserted);
        _collector.Tell(new FetchEnded(want.Attempt, null), _fetch);
        publish = await _publisher.ExpectMsgAsync<PublisherActor.Publish>();
        var withdrawn = Assert.Single(Assert.Single(publish.Batches).Slice.Observations);
        Assert.Equal((Sample.Day(3), "WITHDRAWN"), (withdrawn.Timestamp, withdrawn.Status));
        Acknowledge(publish, inserted: 0);
        await _supervisor.FishForMessageAsync(message => message is CollectionEnded { Outcome: CollectionOutcome.Collected }, TimeSpan.FromSeconds(20));
        described = await DescribeAsync();
        Assert.Equal((true, null, Sample.Day(3)), (described.IsHistoryComplete, described.Moved, described.Checkpoint));
    }

    [Fact]
    public async Task A_checkpoint_that_is_moved_back_has_the_series_read_from_there_and_one_forwards_is_refused()
    {
        await CompleteAsync();
        Assert.Equal(SeriesOutcome.Invalid, (await MoveAsync(Sample.Day(3))).Outcome);
        var before = Journal.Written.Count;
        Assert.Equal(SeriesOutcome.Tried, (await MoveAsync(Sample.Day(2), dryRun: true)).Outcome);
        Assert.Equal(before, Journal.Written.Count);
        Assert.Equal(SeriesOutcome.Done, (await MoveAsync(Sample.Day(2))).Outcome);
        Assert.Equal(Sample.Day(2), (await DescribeAsync()).Checkpoint);
        Assert.Equal(SeriesOutcome.Invalid, (await MoveAsync(Sample.Day(2))).Outcome);

        await CommandAsync("run-2");
        var want = await _fetcher.ExpectMsgAsync<SubmitWant>();
        Assert.Equal(Sample.Day(2), want.Want.Window.From);
        Assert.Equal(SeriesOutcome.Busy, (await MoveAsync(null)).Outcome);
        Assert.True((await DescribeAsync()).IsCollecting);
    }

    [Fact]
    public async Task A_series_that_was_never_read_has_nothing_to_be_reset()
    {
        var answer = await MoveAsync(null);
        Assert.Equal((SeriesOutcome.Unchanged, "nothing of it has been read yet"), (answer.Outcome, answer.Detail));
        Assert.Empty(Journal.Written);
    }

    private async Task<SeriesControlled> MoveAsync(DateTime? to, bool dryRun = false)
    {
        var edge = CreateTestProbe();
        _collector.Tell(new MoveCheckpoint(_series, to, dryRun, new OperatorAct(Sample.Now, "ops", "restated")), edge);
        return await edge.ExpectMsgAsync<SeriesControlled>();
    }

    private async Task<SeriesDescription> DescribeAsync()
    {
        var edge = CreateTestProbe();
        _collector.Tell(new DescribeSeries(_series, null), edge);
        return await edge.ExpectMsgAsync<SeriesDescription>();
    }

    /// <summary>The entry is known, the observations are wanted.</summary>
    private async Task<SubmitWant> FetchingAsync()
    {
        await CommandAsync();
        Found(await _fetcher.ExpectMsgAsync<SubmitWant>());
        Acknowledge(await _publisher.ExpectMsgAsync<PublisherActor.Publish>());
        return await _fetcher.ExpectMsgAsync<SubmitWant>();
    }

    /// <summary>A whole run: the days 1 to 3 the first time, then a new day each time.</summary>
    private async Task CompleteAsync(
        CollectionScope scope = CollectionScope.Everything, string run = "run-1", bool expectCatalog = true, int? newDay = null, CatalogEntry? entry = null)
    {
        await CommandAsync(run, scope);
        if (expectCatalog)
        {
            Found(await _fetcher.ExpectMsgAsync<SubmitWant>(), entry);
            Acknowledge(await _publisher.ExpectMsgAsync<PublisherActor.Publish>());
        }

        var want = await _fetcher.ExpectMsgAsync<SubmitWant>();
        Assert.Equal(FetchKind.Observations, want.Kind);
        if (expectCatalog || newDay is not null)
        {
            Send(want, 1, isLast: true, newDay is { } day ? Sample.Slice(_series, (day, day)) : Sample.Slice(_series, (1, 1), (2, 2), (3, 3)));
            Acknowledge(await _publisher.ExpectMsgAsync<PublisherActor.Publish>(), inserted: 1);
            await _fetch.ExpectMsgAsync<PageHandled>();
            await _supervisor.ExpectMsgAsync<CollectionProgressed>();
        }

        _collector.Tell(new FetchEnded(want.Attempt, null), _fetch);
        await _supervisor.ExpectMsgAsync<CollectionEnded>();
    }
}
