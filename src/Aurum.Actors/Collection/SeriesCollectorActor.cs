using System.Globalization;
using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Event;
using Akka.Hosting;
using Akka.Persistence;
using Aurum.Actors.Gate;
using Aurum.Actors.Monitoring;
using Aurum.Actors.Publishing;
using Aurum.Domain;
using Aurum.Providers;
using Aurum.Storage;
using Cronos;
using static Aurum.Actors.Collection.FetcherProtocol;
using static Aurum.Actors.Collection.SeriesCollectorEvents;
using static Aurum.Actors.Collection.SeriesControlProtocol;

namespace Aurum.Actors.Collection;

/// <summary>
/// One series: wants the observations it lacks, sends on the new and the revised ones, and moves its checkpoint only after they
/// are acknowledged. A crash anywhere before that repeats work and loses none.
/// </summary>
public sealed class SeriesCollectorActor : SnapshottingActor
{
    private static readonly TimeSpan IdleBeforeSleep = TimeSpan.FromMinutes(2);
    private const string PastName = "past";
    private const int EventsPerSnapshot = 50;

    /// <summary>Of fewer remembered observations no share says much.</summary>
    private const int FewestForMassRevision = 4;

    private readonly SeriesId _id;
    private readonly ProviderRuntimes _runtimes;
    private readonly IActorRef _fetcher;
    private readonly IActorRef _publisher;
    private readonly IActorRef _statusWriter;
    private readonly RoadMarkers _markers;
    private readonly TimeProvider _time;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private SeriesCollectorState _state = SeriesCollectorState.Initial;
    private CollectSeries? _task;
    private IActorRef _supervisor = ActorRefs.Nobody;
    private long _attempt = Random.Shared.NextInt64(long.MaxValue / 2); // not that of an earlier incarnation
    private CatalogEntry? _found;
    private Failure? _catalogFailure;
    private bool _askedForObservations;
    private bool _sleepIsDue;
    private DateTimeOffset _lastIngest;
    private PendingPage? _page;
    private UnorderedPages? _ahead;
    private Restatement _restatement = new([], Window.Everything, servedFrom: null);
    private int _lookback;
    private DateTime? _servedFrom;

    public SeriesCollectorActor(
        string entityId,
        ProviderRuntimes runtimes,
        IRequiredActor<FetcherActor> fetcher,
        IRequiredActor<PublisherActor> publisher,
        IRequiredActor<StatusWriterActor> statusWriter,
        RoadMarkers markers,
        TimeProvider time)
        : base(EventsPerSnapshot)
    {
        _id = SeriesId.Parse(entityId);
        _runtimes = runtimes;
        _fetcher = fetcher.ActorRef;
        _publisher = publisher.ActorRef;
        _statusWriter = statusWriter.ActorRef;
        _markers = markers;
        _time = time;

        Recover<CatalogEntryRead>(Apply);
        Recover<RevisionsAnnounced>(Apply);
        Recover<CheckpointAdvanced>(Apply);
        Recover<CollectionSucceeded>(Apply);
        Recover<FoundUnchanged>(Apply);
        Recover<TwinServed>(Apply);
        Recover<CollectionFailed>(Apply);
        Recover<CheckpointMovedBack>(Apply);
        Recover<SnapshotOffer>(offer => _state = (SeriesCollectorState)offer.Snapshot);

        Idle();
    }

    public override string PersistenceId => $"series-{_id}";

    protected override object State => _state;

    private ProviderRuntime Runtime => _runtimes.Find(_id.Provider)!;

    /// <summary>The series that providers are asked for: this one, or its twin.</summary>
    private SeriesDefinition Asked => _task!.Twin ?? _task.Series;

    private void Idle()
    {
        Command<CollectSeries>(IsOfThePast, CollectBeside);
        Command<CollectSeries>(Start);
        Command<MoveCheckpoint>(Move);
        Command<ReceiveTimeout>(_ => SleepUnlessNeeded());
        Command<Sleep>(_ => Context.Stop(Self));
        Always();
    }

    private void LookingUp()
    {
        Command<CollectSeries>(IsOfThePast, CollectBeside);
        Command<CollectSeries>(StartAgain);
        Command<CatalogFound>(found => OfThisAttempt(found.Attempt), found => _found = found.Entry);
        Command<FetchEnded>(ended => OfThisAttempt(ended.Attempt), LookedUp);
        Always();
    }

    private void RecordingEntry()
    {
        Command<CollectSeries>(IsOfThePast, CollectBeside);
        Command<CollectSeries>(StartAgain);
        Command<PublisherActor.PublishAcknowledged>(acknowledged => OfThisAttempt(acknowledged.PublishId), _ => RememberEntry());
        Command<PublisherActor.PublishFailed>(failed => OfThisAttempt(failed.PublishId), failed => Fail(new Failure(FailureKind.Transient, failed.Reason)));
        Always();
    }

    private void Fetching()
    {
        Command<CollectSeries>(IsOfThePast, CollectBeside);
        Command<CollectSeries>(StartAgain);
        Command<PageFetched>(page => OfThisAttempt(page.Attempt), page =>
        {
            _restatement.Hear(page);
            if (_task!.Twin is { } twin)
            {
                PublishServed(page, twin.Id);
            }
            else
            {
                Publish(page, Sender);
            }
        });
        Command<FetchEnded>(ended => OfThisAttempt(ended.Attempt), FinishFetch);
        Command<PageHandled>(_ => Succeed()); // of our own page of withdrawals
        Always();
    }

    private void Publishing()
    {
        Command<CollectSeries>(IsOfThePast, CollectBeside);
        Command<CollectSeries>(StartAgain);
        Command<PublisherActor.PublishAcknowledged>(acknowledged => OfThisAttempt(acknowledged.PublishId), Acknowledge);
        Command<PublisherActor.PublishFailed>(failed => OfThisAttempt(failed.PublishId), RefusePage);
        Always();
    }

    private void Always()
    {
        HandleSnapshots();
        Command<DescribeSeries>(Describe);
        Command<MoveCheckpoint>(move => Answer(SeriesOutcome.Busy, $"{_id} is being collected; try again when that is over, or pause it before"));
        Command<ReceiveTimeout>(_ => { });
        Command<Sleep>(_ => _sleepIsDue = true); // it came too late: a collection has begun, and ends first
        Command<PageFetched>(_ => Sender.Tell(new PageRefused(_id))); // of an attempt that is over: its fetch shall not wait for this series
        Command<ILocalMessage>(_ => { }); // an answer to an attempt that is over
    }

    private bool OfThisAttempt(long attempt) => attempt == _attempt;

    private static bool IsOfThePast(CollectSeries command) => command.Past is not null;

    /// <summary>History is collected by a child, so that it neither waits for what is new nor keeps it waiting.</summary>
    private void CollectBeside(CollectSeries command)
    {
        var child = Context.Child(PastName);
        if (child.IsNobody())
        {
            Context.ActorOf(PastCollectorActor.Props(command, Sender, _state.KnownEntry, Runtime, _fetcher, _publisher), PastName);
        }
        else
        {
            child.Forward(command);
        }
    }

    private void SleepUnlessNeeded()
    {
        if (Context.Child(PastName).IsNobody())
        {
            Context.Parent.Tell(new Passivate(Sleep.Instance));
        }
    }

    /// <summary>What fails in a child is told by it, and is no reason to begin it anew.</summary>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    private void Start(CollectSeries command)
    {
        Context.SetReceiveTimeout(null);
        _task = command;
        _askedForObservations = false;
        _catalogFailure = null;
        _supervisor = Sender;
        _supervisor.Tell(new CollectionStarted(_id, command.RunId));
        if (command.Twin is not null)
        {
            _found = null;
            Become(LookingUp);
            Submit(FetchKind.Catalog, Window.Everything, Lane.Catalog);
        }
        else if (_state.CompletedRunId == command.RunId && !command.Scope.IsCatalogOnly())
        {
            SayNothingWanted(FetchKind.Catalog);
            End(CollectionOutcome.Collected, null);
        }
        else if (_state.Knows(command))
        {
            Persist(new FoundUnchanged(command.RunId, _time.GetUtcNow()), unchanged =>
            {
                Apply(unchanged);
                SnapshotNowAndThen();
                SayNothingWanted(FetchKind.Catalog);
                End(CollectionOutcome.Collected, null);
            });
        }
        else if (CatalogIsDue(command.Scope))
        {
            _found = null;
            Become(LookingUp);
            Submit(FetchKind.Catalog, Window.Everything, Lane.Catalog);
        }
        else
        {
            SayNothingWanted(FetchKind.Catalog);
            AfterCatalog();
        }
    }

    /// <summary>The supervisor asks again when an answer was lost or when it has restarted.</summary>
    private void StartAgain(CollectSeries command)
    {
        _supervisor = Sender;
        _task = _task! with { RunId = command.RunId };
        _supervisor.Tell(new CollectionStarted(_id, command.RunId));
    }

    private bool CatalogIsDue(CollectionScope scope) => scope switch
    {
        CollectionScope.CatalogOnly => true,
        _ when _state.EntryReadAt is null => true,
        CollectionScope.ObservationsOnly => false,
        _ => CronExpression.Parse(Runtime.Settings.Schedule.CatalogSync).GetNextOccurrence(_state.EntryReadAt!.Value.UtcDateTime) <= _time.GetUtcNow().UtcDateTime,
    };

    private void Submit(FetchKind kind, Window window, Lane lane)
    {
        _attempt++;
        var want = _task!.Twin is { } twin ? new Want(twin, window, _found) : new Want(_task.Series, window, _state.Entry, _state.CoveredAt);
        _fetcher.Tell(new SubmitWant(kind, want, lane, _task.GroupId, _task.GroupSize, _attempt));
    }

    private void SayNothingWanted(FetchKind kind) => _fetcher.Tell(new WantNothing(kind, Asked.Id.Provider, _task!.GroupId, _task.GroupSize));

    private void LookedUp(FetchEnded ended)
    {
        if (ended.Stopped)
        {
            End(CollectionOutcome.Stopped, null);
        }
        else if (_task!.Twin is not null)
        {
            AskTwin(ended.Failure);
        }
        else if (ended.Failure is { } failure)
        {
            GoOnWithoutEntry(failure);
        }
        else if (_found is null)
        {
            GoOnWithoutEntry(new Failure(FailureKind.Malformed, "the catalog answer does not name the series"));
        }
        else
        {
            Become(RecordingEntry);
            WarnOfRemark(_found);
            _found = WithPreviousTitle(_found);
            _publisher.Tell(new PublisherActor.Publish(++_attempt, [], [_found]));
        }
    }

    private void WarnOfRemark(CatalogEntry entry)
    {
        if (entry.Metadata?.GetValueOrDefault(CatalogEntry.RemarkKey) is { } remark && remark != _state.Entry?.Metadata?.GetValueOrDefault(CatalogEntry.RemarkKey))
        {
            _log.Warning("{Series}: {Remark}", _id, remark);
        }
    }

    /// <summary>A series that was renamed may have become another one: people should look.</summary>
    private CatalogEntry WithPreviousTitle(CatalogEntry entry)
    {
        const string Previous = "previous_title";
        if (_state.Entry is not { } known)
        {
            return entry;
        }

        if (known.Title != entry.Title)
        {
            _log.Warning("{Series} is renamed: it was \"{Before}\" and is \"{Now}\"", _id, known.Title, entry.Title);
        }

        return (known.Title != entry.Title ? known.Title : known.Metadata?.GetValueOrDefault(Previous)) is { } previous
            ? entry with { Metadata = new Dictionary<string, string>(entry.Metadata ?? new Dictionary<string, string>()) { [Previous] = previous } }
            : entry;
    }

    /// <summary>A twin that measures something else is no twin: nothing of it is stored.</summary>
    private void AskTwin(Failure? failure)
    {
        if (failure is not null)
        {
            Fail(failure);
        }
        else if (Twins.Difference(_state.KnownEntry, _found) is { } difference)
        {
            RefuseTwin(difference);
        }
        else
        {
            AskForObservations();
        }
    }

    private void RefuseTwin(string difference)
    {
        var failure = new Failure(FailureKind.Rejected, $"{Asked.Id} is refused as its twin: {difference}");
        _log.Error("{Series}: {Failure}", _id, failure.Detail);
        Fail(failure);
    }

    private void PublishServed(PageFetched page, SeriesId twin)
    {
        if (page.Slices.Select(slice => Twins.Difference(_state.KnownEntry!, slice)).FirstOrDefault(difference => difference is not null) is { } difference)
        {
            Sender.Tell(new PageRefused(twin));
            RefuseTwin(difference);
        }
        else
        {
            Publish(page with { Slices = [.. page.Slices.Select(slice => Twins.AsServed(slice, twin, _state.KnownEntry!))] }, Sender);
        }
    }

    /// <summary>A catalog that cannot be read costs no observations that do not need it; the failure is told in the end.</summary>
    private void GoOnWithoutEntry(Failure failure)
    {
        if (_task!.Scope.IsCatalogOnly() || failure.ConcernsProvider || (_state.Entry is null && Runtime.Provider.Descriptor.ObservationsNeedCatalog))
        {
            Fail(failure);
        }
        else
        {
            _catalogFailure = failure;
            AfterCatalog();
        }
    }

    private void RememberEntry() =>
        Persist(new CatalogEntryRead(_found!, _time.GetUtcNow()), read =>
        {
            Apply(read);
            AfterCatalog();
        });

    private void AfterCatalog()
    {
        if (_task!.Scope.IsCatalogOnly())
        {
            End(CollectionOutcome.Collected, null);
            return;
        }

        AskForObservations();
    }

    private void AskForObservations()
    {
        _ahead = null;
        _servedFrom = null;
        _askedForObservations = true;
        Become(Fetching);
        _lookback = _state.LookbackFor(_task!.Series, Runtime.Settings.Revisions);
        var window = _state.WindowFor(_task.Series, _lookback, Runtime.Provider.Descriptor.LateArrival + FrequencyCodes.LongestPeriod(_state.Entry?.FrequencyCode));
        _restatement = new Restatement(_task.Twin is null ? _state.Recent : [], window, _state.ServedFrom);
        Submit(FetchKind.Observations, window, Lane.Incremental);
    }

    /// <param name="handled">Hears when the page is safe.</param>
    private void Publish(PageFetched page, IActorRef handled)
    {
        var decision = (_ahead?.State ?? _state).Decide(page.Slices, _lookback);
        _page = new PendingPage(page, decision, handled);
        if (decision.Fresh.Count == 0)
        {
            Checkpoint(inserted: 0, revised: 0);
            return;
        }

        if (_task!.Twin is not null)
        {
            var oldest = decision.Fresh.Min(slice => slice.Observations.Min(observation => observation.Timestamp));
            _servedFrom = _servedFrom < oldest ? _servedFrom : oldest;
        }

        Become(Publishing);
        if (_state.Announcement(decision, IsNearTheEnd(page, decision)) is { } announcement)
        {
            Persist(announcement, announced =>
            {
                Apply(announced);
                PublishFresh();
            });
        }
        else
        {
            PublishFresh();
        }
    }

    /// <summary>
    /// A page whose newest values a look-back will read again. Of news nothing is taken back, and what only a twin states stays; a first
    /// read of a long history announces near its end, and not with every page.
    /// </summary>
    private bool IsNearTheEnd(PageFetched page, SeriesCollectorState.Decision decision)
    {
        if (page.IsNewsOnly || _task!.Twin is not null)
        {
            return false;
        }

        var end = _state.Entry?.End is { } told && told < _time.GetUtcNow().UtcDateTime ? told : _time.GetUtcNow().UtcDateTime;
        var reach = FrequencyCodes.LongestPeriod(_state.Entry?.FrequencyCode) * (2 * (Math.Min(_lookback, SeriesCollectorState.MostRemembered) + 1));
        return page.IsLast || _state.HistoryComplete || end - decision.Next.LastTimestamp < reach;
    }

    private void PublishFresh()
    {
        var now = IngestTime();
        var batches = _page!.Decision.Fresh.SelectMany(slice => Batches.Of(slice, Runtime.Settings.Batch.BatchSize)).Select(slice => new ObservationBatch(slice, _task!.RunId, _page.Page.PageId, now));
        _publisher.Tell(new PublisherActor.Publish(_attempt, [.. batches], []));
    }

    /// <summary>
    /// Later than any this series was given before, whichever node's clock gave it: of two values for one as-of day the store
    /// keeps the one that was ingested later.
    /// </summary>
    private DateTimeOffset IngestTime()
    {
        var last = _state.LastRunAt is { } at && at > _lastIngest ? at : _lastIngest;
        var now = _time.GetUtcNow();
        return _lastIngest = now > last ? now : last.AddTicks(TimeSpan.TicksPerMillisecond);
    }

    private void Acknowledge(PublisherActor.PublishAcknowledged acknowledged)
    {
        Become(Fetching);
        var decision = _page!.Decision;
        Checkpoint(acknowledged.Inserted ?? Math.Max(0, decision.CountAfter(_state.ReadUntil) - decision.Revised), acknowledged.Revised ?? decision.Revised);
    }

    /// <summary>
    /// Moves the checkpoint over a page, now that all of it is safe. A page that teaches nothing leaves no event. Pages in no order
    /// of time wait for the last one: a newer timestamp must not hide an older one that is still to come.
    /// </summary>
    private void Checkpoint(long inserted, long revised)
    {
        var (page, memory) = (_page!.Page, _page.Decision.Next);
        inserted += _ahead?.Inserted ?? 0;
        revised += _ahead?.Revised ?? 0;
        var contradicted = _page.Decision.Revised + (_ahead?.Contradicted ?? 0);
        var depth = Math.Max(_page.Decision.RevisedDepth, _ahead?.RevisedDepth ?? 0);
        if (page.CompleteBefore is null && !page.IsLast)
        {
            _ahead = new UnorderedPages(_state with { Recent = [.. memory.Recent], LastTimestamp = memory.LastTimestamp }, inserted, revised, contradicted, depth);
            PageDone();
            return;
        }

        _ahead = null;
        var isOfOurOwn = _page.Fetch.Equals(Self);
        memory = memory with { Recent = isOfOurOwn ? memory.Recent : _state.Keeping(memory, _restatement.MissingBefore(page.CompleteBefore, page.IsLast)) };
        var teachesNothing = inserted + revised == 0 && memory.LastTimestamp == _state.LastTimestamp && memory.Recent.SequenceEqual(_state.Recent);
        if (teachesNothing && (_state.HistoryComplete || page.IsLast))
        {
            PageDone();
            return;
        }

        _markers.Pass(RoadPoint.BeforeCheckpoint);
        var isMassRevision = _state.Recent.Length >= FewestForMassRevision && contradicted > Runtime.Settings.Revisions.MassShare * _state.Recent.Length;
        if (isMassRevision)
        {
            _log.Warning("{Series}: a mass revision, the {Number}. of this series: {Revised} of the {Remembered} observations read again have changed", _id, _state.MassRevisions + 1, contradicted, _state.Recent.Length);
        }

        var advanced = new CheckpointAdvanced(
            _task!.RunId,
            _time.GetUtcNow(),
            page.CompleteBefore,
            memory.LastTimestamp,
            memory.Recent,
            inserted,
            revised,
            _task.Series.Start,
            depth,
            isMassRevision,
            _task.Twin is null ? null : _servedFrom ?? memory.LastTimestamp ?? DateTime.MinValue,
            _task.Twin is null && _state.Entry?.UnitCode is null && _restatement.Attributes?.UnitCode is { } unit && unit != _state.UnitCode ? unit : null);
        Persist(advanced, persisted =>
        {
            Apply(persisted);
            SnapshotNowAndThen();
            Count(persisted);
            _supervisor.Tell(new CollectionProgressed(_id, _task.RunId, inserted, revised, _state.LastTimestamp));
            Report("collecting");
            PageDone();
        });
    }

    private void Count(CheckpointAdvanced advanced)
    {
        if (_page!.Fetch.Equals(Self))
        {
            AurumMeters.Withdrawn(_id.Provider, advanced.Inserted + advanced.Revised);
        }
        else
        {
            AurumMeters.Published(_id.Provider, advanced.Inserted, advanced.Revised);
        }

        if (advanced.IsMassRevision)
        {
            AurumMeters.MassRevised(_id.Provider);
        }
    }

    private void PageDone()
    {
        _page!.Fetch.Tell(new PageHandled(Asked.Id, _page.Page.PageNumber));
        _page = null;
    }

    private void RefusePage(PublisherActor.PublishFailed failed)
    {
        _page!.Fetch.Tell(new PageRefused(Asked.Id));
        _page = null;
        Fail(new Failure(FailureKind.Transient, failed.Reason));
    }

    private void FinishFetch(FetchEnded ended)
    {
        if (ended.Stopped)
        {
            End(CollectionOutcome.Stopped, null);
            return;
        }

        if (ended.Failure is { } failure)
        {
            Fail(failure);
            return;
        }

        if (_restatement.Missing() is { Count: > 0 } missing)
        {
            Withdraw(missing);
        }
        else
        {
            Succeed();
        }
    }

    /// <summary>What a whole answer does not state any more was taken back: that is news too, and goes the way of all pages.</summary>
    private void Withdraw(IReadOnlyList<DateTime> timestamps)
    {
        var slice = new ObservationSlice(
            _id, _restatement.Attributes!, [.. timestamps.Select(timestamp => new Observation(timestamp, _restatement.AsOf, Value: null, Status: ObservationStatus.Withdrawn))]);
        Publish(new PageFetched(_attempt, PageNumber: 0, $"{_restatement.PageId}/withdrawn", [slice], CompleteBefore: null, IsLast: true), Self);
    }

    private void Succeed()
    {
        if (_task!.Twin is { } twin)
        {
            Persist(new TwinServed(_task.RunId, _time.GetUtcNow(), twin.Id), served =>
            {
                Apply(served);
                SnapshotNowAndThen();
                End(CollectionOutcome.Collected, null);
            });
            return;
        }

        Persist(new CollectionSucceeded(_task.RunId, _time.GetUtcNow(), _task.Series.Start, _restatement.StillServedFrom()), succeeded =>
        {
            Apply(succeeded);
            SnapshotNowAndThen();
            if (_catalogFailure is { } catalogFailure)
            {
                Fail(catalogFailure);
            }
            else
            {
                End(CollectionOutcome.Collected, null);
            }
        });
    }

    private void Fail(Failure failure)
    {
        if (_task!.Twin is not null)
        {
            // The series has failed at its own provider already, and that is what is to be known of it; the twin's provider is another.
            var ofTwin = failure with { ConcernsProvider = false };
            End(CollectionOutcome.Failed, _state.LastFailure is { } own ? ofTwin with { Detail = $"{own}; {failure.Detail}" } : ofTwin);
            return;
        }

        Persist(new CollectionFailed(_task!.RunId, _time.GetUtcNow(), failure.Kind, failure.Detail), failed =>
        {
            Apply(failed);
            SnapshotNowAndThen();
            End(CollectionOutcome.Failed, failure);
        });
    }

    private void End(CollectionOutcome outcome, Failure? failure)
    {
        if (!_askedForObservations)
        {
            SayNothingWanted(FetchKind.Observations);
        }

        Report(outcome switch { CollectionOutcome.Collected => _task!.Twin is { } twin ? $"ok, served by {twin.Id.Provider}" : "ok", CollectionOutcome.Failed => "failed", _ => "stopped" });
        _supervisor.Tell(new CollectionEnded(_id, _task!.RunId, outcome, failure));
        _attempt++;
        _task = null;
        Become(Idle);
        Context.SetReceiveTimeout(IdleBeforeSleep);
        if (_sleepIsDue)
        {
            Context.Stop(Self);
        }
    }

    private void Describe(DescribeSeries describe)
    {
        SleepSoonWhenIdle();
        Sender.Tell(new SeriesDescription(
            _id.Provider,
            _id.Code,
            describe.Series.DatasetKey,
            describe.Series.Start,
            _state.Entry?.Title,
            _state.KnownEntry?.UnitCode,
            _state.Entry?.FrequencyCode,
            _state.Checkpoint,
            _state.HistoryComplete,
            _state.CoveredAt,
            _state.Observations,
            _state.ConsecutiveFailures,
            _state.LastFailure,
            _state.LastRunId,
            _state.LastRunAt,
            _task is not null,
            _state.ServedFrom,
            _state.MovedBack,
            describe.Paused));
    }

    private void Move(MoveCheckpoint move)
    {
        SleepSoonWhenIdle();
        if (_state.ProblemOfMoving(move.To) is { } problem)
        {
            Answer(_state.Checkpoint is null ? SeriesOutcome.Unchanged : SeriesOutcome.Invalid, problem);
            return;
        }

        var moved = new CheckpointMovedBack(move.To, move.Act);
        var window = _state.Apply(moved).WindowFor(move.Series, lookback: 0, lateArrival: null);
        var from = window.From == DateTime.MinValue ? "the beginning" : window.From.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var what = $"the next run reads {_id} again from {from} on, {_state.Observations.ToString("N0", CultureInfo.InvariantCulture)} observations of it are known; what is stored stays, and gets no new vintage where it has not changed";
        if (move.DryRun)
        {
            Answer(SeriesOutcome.Tried, what);
            return;
        }

        var asker = Sender;
        Persist(moved, persisted =>
        {
            Apply(persisted);
            SnapshotNowAndThen();
            _log.Info("{Series}: the checkpoint is moved back to {To} {Act}", _id, move.Until, move.Act);
            Report("moved back", _state.LastRunId);
            asker.Tell(new SeriesControlled(_id.Provider, _id.Code, SeriesOutcome.Done, what));
        });
    }

    private void Answer(SeriesOutcome outcome, string detail) => Sender.Tell(new SeriesControlled(_id.Provider, _id.Code, outcome, detail));

    /// <summary>Whom only a question has woken, no run will end for.</summary>
    private void SleepSoonWhenIdle()
    {
        if (_task is null)
        {
            Context.SetReceiveTimeout(IdleBeforeSleep);
        }
    }

    private void Report(string outcome) => Report(outcome, _task!.RunId);

    private void Report(string outcome, string? runId) => _statusWriter.Tell(new StatusWriterActor.SeriesSeen(new SeriesStatus(
        _id,
        _state.LastRunAt ?? _state.EntryReadAt,
        runId,
        outcome,
        _state.Checkpoint,
        _state.Observations,
        _state.ConsecutiveFailures,
        _state.LastFailure,
        _time.GetUtcNow())));

    /// <summary>A restart in place forgets the task, and nobody would see it end.</summary>
    protected override void PreRestart(Exception reason, object message)
    {
        TellUnexpectedEnd("its collector failed unexpectedly; the log says why");
        base.PreRestart(reason, message);
    }

    /// <summary>The actor stops after this; what is stored and not checkpointed is read again by the next run.</summary>
    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr)
    {
        var reason = cause.GetBaseException().Message;
        _log.Error("{Series}: the journal does not take its {Event}: {Reason}", _id, @event.GetType().Name, reason);
        TellUnexpectedEnd($"the journal does not take its progress: {reason}");
    }

    private void TellUnexpectedEnd(string reason)
    {
        if (_task is { } task)
        {
            _supervisor.Tell(new CollectionEnded(_id, task.RunId, CollectionOutcome.Failed, new Failure(FailureKind.Transient, reason)));
        }
    }

    private void Apply(object @event) => _state = _state.Apply(@event);

    /// <summary>Told by the shard when it has stopped sending: nothing that was on its way is lost.</summary>
    public sealed record Sleep : ILocalMessage
    {
        public static readonly Sleep Instance = new();
    }

    /// <summary>What pages without an order of time have brought so far: safe in the store, not yet in the checkpoint.</summary>
    private sealed record UnorderedPages(SeriesCollectorState State, long Inserted, long Revised, int Contradicted, int RevisedDepth);

    /// <summary>A page on its way through the publisher.</summary>
    private sealed record PendingPage(PageFetched Page, SeriesCollectorState.Decision Decision, IActorRef Fetch);
}
