using Akka.Actor;
using Aurum.Actors.Gate;
using Aurum.Actors.Monitoring;
using Aurum.Actors.Publishing;
using Aurum.Domain;
using Aurum.Providers;
using Aurum.Storage;
using static Aurum.Actors.Collection.FetcherProtocol;

namespace Aurum.Actors.Collection;

/// <summary>
/// One window of one series' history, beside whatever its collector does: all that comes is published, what the store knows already
/// makes no row there. It remembers nothing and moves no checkpoint; whoever wants the window writes down that it is done.
/// </summary>
public sealed class PastCollectorActor : ReceiveActor
{
    private readonly CollectSeries _task;
    private readonly ProviderRuntime _runtime;
    private readonly IActorRef _fetcher;
    private readonly IActorRef _publisher;
    private IActorRef _supervisor;
    private CatalogEntry? _entry;
    private long _attempt = Random.Shared.NextInt64(long.MaxValue / 2); // not that of another window
    private bool _askedForObservations;
    private (PageFetched Page, IActorRef Fetch, int Count)? _page;

    public PastCollectorActor(CollectSeries task, IActorRef supervisor, CatalogEntry? entry, ProviderRuntime runtime, IActorRef fetcher, IActorRef publisher)
    {
        _task = task;
        _supervisor = supervisor;
        _entry = entry;
        _runtime = runtime;
        _fetcher = fetcher;
        _publisher = publisher;

        Receive<CollectSeries>(again => again.RunId == _task.RunId, _ => StartAgain());
        Receive<CollectSeries>(_ => End(CollectionOutcome.Stopped, null)); // another window is wanted by now, and will be asked for again
        Receive<CatalogFound>(found => found.Attempt == _attempt, found => _entry = found.Entry);
        Receive<PageFetched>(page => page.Attempt == _attempt, Publish);
        Receive<PageFetched>(_ => Sender.Tell(new PageRefused(Series)));
        Receive<PublisherActor.PublishAcknowledged>(acknowledged => acknowledged.PublishId == _attempt, PageDone);
        Receive<PublisherActor.PublishFailed>(failed => failed.PublishId == _attempt, RefusePage);
        Receive<FetchEnded>(ended => ended.Attempt == _attempt, FinishFetch);
        Receive<ILocalMessage>(_ => { });
    }

    private SeriesId Series => _task.Series.Id;

    public static Props Props(CollectSeries task, IActorRef supervisor, CatalogEntry? entry, ProviderRuntime runtime, IActorRef fetcher, IActorRef publisher) =>
        Akka.Actor.Props.Create(() => new PastCollectorActor(task, supervisor, entry, runtime, fetcher, publisher));

    protected override void PreStart()
    {
        _supervisor.Tell(new CollectionStarted(Series, _task.RunId));
        if (_entry is null)
        {
            Submit(FetchKind.Catalog, new Want(_task.Series, Window.Everything, null));
        }
        else
        {
            SayNothingWanted(FetchKind.Catalog);
            AskForObservations();
        }
    }

    private void StartAgain()
    {
        _supervisor = Sender;
        _supervisor.Tell(new CollectionStarted(Series, _task.RunId));
    }

    private void AskForObservations()
    {
        if (_task.Past!.WantOf(_task.Series, _entry) is not { } want)
        {
            End(CollectionOutcome.Collected, null);
            return;
        }

        _askedForObservations = true;
        Submit(FetchKind.Observations, want);
    }

    private void Submit(FetchKind kind, Want want) =>
        _fetcher.Tell(new SubmitWant(kind, want, Lane.Backfill, _task.GroupId, _task.GroupSize, ++_attempt));

    private void SayNothingWanted(FetchKind kind) => _fetcher.Tell(new WantNothing(kind, Series.Provider, _task.GroupId, _task.GroupSize));

    /// <summary>
    /// The time of ingestion is that of the request: should the collector read a newer value of the same day while this one is on its
    /// way, the newer one stays.
    /// </summary>
    private void Publish(PageFetched page)
    {
        var batches = page.Slices.Where(slice => slice.Observations.Count > 0)
            .SelectMany(slice => Batches.Of(slice, _runtime.Settings.Batch.BatchSize))
            .Select(slice => new ObservationBatch(slice, _task.RunId, page.PageId, page.AskedAt))
            .ToArray();
        _page = (page, Sender, batches.Sum(batch => batch.Slice.Observations.Count));
        if (batches.Length == 0)
        {
            PageHandled();
        }
        else
        {
            _publisher.Tell(new PublisherActor.Publish(_attempt, batches, []));
        }
    }

    private void PageDone(PublisherActor.PublishAcknowledged acknowledged)
    {
        if (_page is not { } handled)
        {
            return;
        }

        // Where brokers acknowledge, only the store's own comparison tells later which of them were new.
        var (inserted, revised) = (acknowledged.Inserted ?? handled.Count, acknowledged.Revised ?? 0);
        AurumMeters.Published(Series.Provider, inserted, revised);
        var last = handled.Page.Slices.SelectMany(slice => slice.Observations).Max(observation => (DateTime?)observation.Timestamp);
        _supervisor.Tell(new CollectionProgressed(Series, _task.RunId, inserted, revised, last));
        PageHandled();
    }

    private void PageHandled()
    {
        _page!.Value.Fetch.Tell(new PageHandled(Series, _page.Value.Page.PageNumber));
        _page = null;
    }

    private void RefusePage(PublisherActor.PublishFailed failed)
    {
        _page?.Fetch.Tell(new PageRefused(Series));
        End(CollectionOutcome.Failed, new Failure(FailureKind.Transient, failed.Reason));
    }

    private void FinishFetch(FetchEnded ended)
    {
        if (ended.Stopped)
        {
            End(CollectionOutcome.Stopped, null);
        }
        else if (_askedForObservations)
        {
            End(ended.Failure is null ? CollectionOutcome.Collected : CollectionOutcome.Failed, ended.Failure);
        }
        else if (ended.Failure is { } failure && (failure.ConcernsProvider || _runtime.Provider.Descriptor.ObservationsNeedCatalog))
        {
            End(CollectionOutcome.Failed, failure);
        }
        else
        {
            AskForObservations();
        }
    }

    private void End(CollectionOutcome outcome, Failure? failure)
    {
        if (!_askedForObservations)
        {
            SayNothingWanted(FetchKind.Observations);
        }

        _supervisor.Tell(new CollectionEnded(Series, _task.RunId, outcome, failure));
        Context.Stop(Self);
    }
}
