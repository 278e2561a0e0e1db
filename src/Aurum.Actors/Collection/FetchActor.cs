using Akka.Actor;
using Akka.Event;
using Aurum.Actors.Gate;
using Aurum.Actors.Monitoring;
using Aurum.Domain;
using Aurum.Providers;
using static Aurum.Actors.Collection.FetcherProtocol;
using static Aurum.Actors.Gate.GateProtocol;
using static Aurum.Actors.Publishing.PublisherActor;

namespace Aurum.Actors.Collection;

/// <summary>
/// One planned call, page by page: a slot, a permit, one attempt; then each collector its share, and the next page only when all
/// of them have it in safety. Pages in memory are thus bounded by slots, however fast the provider is.
/// </summary>
public sealed class FetchActor : ReceiveActor, IWithTimers
{
    public static readonly Failure StoppedUnexpectedly = new(FailureKind.Transient, "its fetch stopped unexpectedly; the log says why");

    private static readonly TimeSpan PermitPatience = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(30);
    private const int MostBeginnings = 2;
    private const int MostUnsent = 3;

    /// <summary>Good keys have been refused now and then under load: only the second refusal is believed, and it is asked for slowly.</summary>
    private const int RefusalsBelieved = 2;
    private static readonly TimeSpan PauseAfterRefusal = TimeSpan.FromSeconds(5);

    private readonly Fetch _fetch;
    private readonly Lane _lane;
    private readonly FetchContext _context;
    private readonly Dictionary<SeriesId, Party> _parties = [];
    private readonly Party? _asker;
    private readonly List<Page> _answer = [];
    private readonly Dictionary<SeriesId, Window> _windows;
    private readonly HashSet<SeriesId> _unhandled = [];
    private readonly CancellationTokenSource _stopped = new();
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly string _fetchId = Guid.NewGuid().ToString("N");
    private string? _cursor;
    private string? _next;
    private int _pageNumber;
    private int _attempt;
    private int _beginnings;
    private int _unsent;
    private int _refusals;
    private Failure? _believed;
    private Guid _permitRequest;
    private Guid _permitInUse;
    private long _permitWantedAt;
    private DateTimeOffset _askedAt;
    private bool _keepsSlot;
    private bool _delivering;
    private bool _publishingIsBlocked;
    private bool _wantsPermit;
    private bool _ended;

    public FetchActor(Fetch fetch, IReadOnlyList<Party> parties, Lane lane, FetchContext context)
    {
        _fetch = fetch;
        _lane = lane;
        _context = context;
        _windows = fetch.Wants.GroupBy(want => want.Series.Id).ToDictionary(same => same.Key, same => same.Last().Window);
        foreach (var party in parties)
        {
            if (party.Submitted is { } submitted)
            {
                _parties[submitted.Want.Series.Id] = party;
                Context.Watch(party.Recipient);
            }
            else
            {
                _asker = party;
            }
        }

        Receive<SlotGiven>(_ => AskForPermit());
        Receive<AskAgain>(_ => SendPermitRequest());
        Receive<PermitGranted>(granted => granted.RequestId == _permitRequest, Send);
        Receive<PermitGranted>(granted => granted.RequestId == _permitInUse, _ => { }); // said twice; it is settled with the answer
        Receive<PermitGranted>(granted => Settle(granted.RequestId, RequestOutcome.Unused, null));
        Receive<PermitDenied>(denied => denied.RequestId == _permitRequest, Denied);
        Receive<Answered>(OnAnswer);
        Receive<PageHandled>(handled => handled.PageNumber == _pageNumber, handled => Handled(handled.Series));
        Receive<PageRefused>(refused => Refused(refused.Series));
        Receive<PublishingPace>(OnPace);
        Receive<RefusalBelieved>(Believe);
        Receive<Terminated>(terminated => LoseAllOf(terminated.ActorRef));
        Receive<ILocalMessage>(_ => { });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => Context.Parent.Tell(new SlotWanted(_lane, IsRetry: false));

    /// <summary>Nobody may wait for a fetch that is gone.</summary>
    protected override void PostStop()
    {
        _stopped.Cancel();
        _stopped.Dispose();
        if (_permitInUse != Guid.Empty)
        {
            Settle(_permitInUse, RequestOutcome.Unused, null);
        }

        if (!_ended)
        {
            TellAll(StoppedUnexpectedly, stopped: false);
        }
    }

    /// <summary>A page that could not be published would be a permit spent for nothing: it is asked for when publishing goes on.</summary>
    private void AskForPermit()
    {
        if (_publishingIsBlocked)
        {
            _wantsPermit = true;
            return;
        }

        _permitRequest = Guid.NewGuid();
        _permitWantedAt = _context.Time.GetTimestamp();
        Timers.StartPeriodicTimer(AskAgain.Instance, AskAgain.Instance, PermitPatience);
        SendPermitRequest();
    }

    private void SendPermitRequest() => _context.Gate.Tell(new RequestPermit(_context.Runtime.Name, _permitRequest, _lane));

    private void Send(PermitGranted granted)
    {
        Timers.Cancel(AskAgain.Instance);
        if (_believed is { } refusal)
        {
            Settle(granted.RequestId, RequestOutcome.Unused, null);
            EndAll(refusal);
            return;
        }

        if (_context.Time.GetUtcNow() >= granted.ExpiresAt || _publishingIsBlocked)
        {
            Settle(granted.RequestId, RequestOutcome.Unused, null);
            AskForPermit();
            return;
        }

        RoadMeters.PermitWaited(_context.Runtime.Name, _lane, _context.Time.GetElapsedTime(_permitWantedAt));
        var permit = _permitInUse = _permitRequest;
        _permitRequest = Guid.Empty;
        _askedAt = _context.Time.GetUtcNow();
        _attempt++;
        _context.Client.SendAsync(_fetch, _cursor, granted.ExpiresAt, _stopped.Token).PipeTo(
            Self,
            success: result => new Answered(permit, result),
            failure: exception => new Answered(permit, new FetchFailed(new Failure(FailureKind.Transient, $"{_fetch.Label}: {exception.GetBaseException().Message}"))));
    }

    private void OnPace(PublishingPace pace)
    {
        _publishingIsBlocked = pace.Blocked;
        if (_wantsPermit && !_publishingIsBlocked)
        {
            _wantsPermit = false;
            AskForPermit();
        }
    }

    private void Denied(PermitDenied denied)
    {
        Timers.Cancel(AskAgain.Instance);
        if (denied.OpenUntil is { } until)
        {
            EndAll(new Failure(
                FailureKind.Transient,
                $"{_fetch.Label}: not asked, the circuit breaker of {_context.Runtime.Name} is open until {(until == DateTimeOffset.MaxValue ? "it is closed by hand" : $"{until:yyyy-MM-dd HH:mm:ss}Z")} {denied.Reason ?? "for reasons not told"}"));
        }
        else
        {
            EndAll(null, stopped: true);
        }
    }

    private void OnAnswer(Answered answer)
    {
        _permitInUse = Guid.Empty;
        switch (answer.Result)
        {
            case Page page:
                Settle(answer.Permit, RequestOutcome.Answered, null);
                (_attempt, _unsent, _refusals) = (0, 0, 0);
                _context.Markers.Pass(RoadPoint.AfterFetch);
                Deliver(page);
                break;
            case NotSent when ++_unsent < MostUnsent:
                _attempt--;
                Settle(answer.Permit, RequestOutcome.Unused, null);
                AskForPermit();
                break;
            case NotSent:
                _unsent = 0;
                Settle(answer.Permit, RequestOutcome.Unused, null);
                RetryOrEnd(new Failure(FailureKind.Transient, $"{_fetch.Label}: not sent, no connection was to be had within the life of its permit, {MostUnsent} times"));
                break;
            case FetchFailed { Failure: { BeginAnew: true } misfit }:
                Settle(answer.Permit, RequestOutcome.Answered, null);
                BeginAnew(misfit);
                break;
            case FetchFailed { Failure: var failure }:
                Settle(answer.Permit, OutcomeOf(failure), failure.RetryAfter, failure.Detail);
                RetryOrEnd(failure);
                break;
        }
    }

    /// <summary>That the provider wants to be left alone must be heard, so the parent, which outlives this fetch, says it again until it is.</summary>
    private void Settle(Guid permit, RequestOutcome outcome, TimeSpan? retryAfter, string? detail = null)
    {
        AurumMeters.Requested(_context.Runtime.Name, outcome);
        var settled = new PermitSettled(_context.Runtime.Name, permit, outcome, retryAfter, detail);
        if (outcome == RequestOutcome.Throttled)
        {
            Context.Parent.Tell(new ThrottleToTell(settled));
        }
        else
        {
            _context.Gate.Tell(settled);
        }
    }

    /// <summary>The provider is well, but what it holds has changed between two pages: what was delivered will be known when it comes again.</summary>
    private void BeginAnew(Failure failure)
    {
        if (_beginnings++ >= MostBeginnings)
        {
            EndAll(failure);
            return;
        }

        _log.Info("Begins anew: {Failure}", failure);
        _cursor = null;
        _keepsSlot = false;
        Context.Parent.Tell(SlotReturned.Instance);
        Timers.StartSingleTimer("retry", Retry.Instance, FirstRetry);
        BecomeStacked(WaitingToRetry);
    }

    private void RetryOrEnd(Failure failure)
    {
        _refusals += failure.ConcernsProvider ? 1 : 0;
        if (failure.ConcernsProvider ? _refusals < RefusalsBelieved : failure.Kind is FailureKind.Throttled or FailureKind.Transient && _attempt < _context.Runtime.Settings.Http.MaxAttempts)
        {
            _log.Info("Attempt {Attempt} failed, another follows: {Failure}", _attempt, failure);
            _keepsSlot = failure.ConcernsProvider;
            if (!_keepsSlot)
            {
                Context.Parent.Tell(SlotReturned.Instance);
            }

            Timers.StartSingleTimer("retry", Retry.Instance, PauseBefore(failure));
            BecomeStacked(WaitingToRetry);
        }
        else if (failure is { Kind: FailureKind.Rejected, ConcernsProvider: false } && _fetch.SplitOnRejection && _parties.Count > 1 && _pageNumber == 0)
        {
            Context.Parent.Tell(new SplitWanted([.. _parties.Values]));
            End();
        }
        else
        {
            var last = _attempt > 1 ? failure with { Detail = $"{failure.Detail} (attempt {_attempt}, the last)" } : failure;
            if (last.ConcernsProvider)
            {
                Context.Parent.Tell(new RefusalBelieved(last));
            }

            EndAll(last);
        }
    }

    /// <summary>Another fetch was told, twice, what this one would be told too. What is under way goes on.</summary>
    private void Believe(RefusalBelieved refusal)
    {
        if (_permitRequest != Guid.Empty)
        {
            _believed = refusal.Failure; // the permit may be on its way, and is to be given back
        }
        else if (_permitInUse == Guid.Empty && !_delivering)
        {
            EndAll(refusal.Failure);
        }
    }

    private void WaitingToRetry()
    {
        Receive<Retry>(_ =>
        {
            UnbecomeStacked();
            if (_keepsSlot)
            {
                AskForPermit(); // its slot was kept, so that no other fetch meets the same refusal meanwhile
            }
            else
            {
                Context.Parent.Tell(new SlotWanted(_lane, IsRetry: true));
            }
        });
        Receive<RefusalBelieved>(Believe);
        Receive<PermitGranted>(granted => Settle(granted.RequestId, RequestOutcome.Unused, null));
        Receive<PublishingPace>(OnPace);
        Receive<Terminated>(terminated => LoseAllOf(terminated.ActorRef));
        Receive<ILocalMessage>(_ => { });
    }

    private TimeSpan PauseBefore(Failure failure) => failure switch
    {
        { ConcernsProvider: true } => PauseAfterRefusal,
        { Kind: FailureKind.Throttled } => TimeSpan.Zero,
        _ => BackOff(),
    };

    /// <summary>Doubles from half a second, with up to half of it more or less, so that fetches that failed together do not return together.</summary>
    private TimeSpan BackOff()
    {
        var step = FirstRetry * Math.Pow(2, _attempt - 1);
        return (step < LongestRetry ? step : LongestRetry) * (0.5 + Random.Shared.NextDouble());
    }

    private void Deliver(Page page)
    {
        _delivering = true;
        _next = page.Next;
        _pageNumber++;
        if (_asker is not null)
        {
            _answer.Add(page);
        }

        foreach (var entry in page.Catalog)
        {
            if (_parties.TryGetValue(entry.Series, out var party))
            {
                party.Recipient.Tell(new CatalogFound(party.Submitted!.Attempt, entry));
            }
        }

        if (_fetch.Kind == FetchKind.Observations)
        {
            DeliverObservations(page);
        }

        GoOnWhenHandled();
    }

    private void DeliverObservations(Page page)
    {
        var slices = page.Slices.ToLookup(slice => slice.Series);
        foreach (var (series, party) in _parties)
        {
            _unhandled.Add(series);
            party.Recipient.Tell(new PageFetched(
                party.Submitted!.Attempt,
                _pageNumber,
                $"{_fetchId}/{_pageNumber}",
                [.. slices[series].Select(slice => Within(slice, _windows[series]))],
                page.CompleteBefore,
                page.Next is null,
                page.IsNewsOnly,
                _askedAt));
        }
    }

    /// <summary>A shared call may bring more than one of its wants asked for, as the plan has them.</summary>
    private static ObservationSlice Within(ObservationSlice slice, Window window) =>
        slice.Observations.All(observation => window.Contains(observation.Timestamp))
            ? slice
            : slice with { Observations = [.. slice.Observations.Where(observation => window.Contains(observation.Timestamp))] };

    private void Handled(SeriesId series)
    {
        _unhandled.Remove(series);
        GoOnWhenHandled();
    }

    private void GoOnWhenHandled()
    {
        if (_unhandled.Count > 0)
        {
            return;
        }

        _delivering = false;

        if (_next is null)
        {
            EndAll(null);
        }
        else
        {
            _cursor = _next;
            AskForPermit();
        }
    }

    private void Lose(SeriesId series)
    {
        _parties.Remove(series);
        _unhandled.Remove(series);
        if (_parties.Count == 0)
        {
            End();
        }
        else if (_delivering)
        {
            GoOnWhenHandled();
        }
    }

    /// <summary>A collector that has restarted does not know any more under which name it asked.</summary>
    private void Refused(SeriesId series)
    {
        if (_parties.ContainsKey(series))
        {
            Lose(series);
        }
        else
        {
            LoseAllOf(Sender);
        }
    }

    private void LoseAllOf(IActorRef collector)
    {
        foreach (var series in _parties.Where(pair => pair.Value.Recipient.Equals(collector)).Select(pair => pair.Key).ToArray())
        {
            Lose(series);
        }
    }

    private void EndAll(Failure? failure, bool stopped = false)
    {
        TellAll(failure, stopped);
        End();
    }

    private void TellAll(Failure? failure, bool stopped)
    {
        foreach (var party in _parties.Values)
        {
            party.Recipient.Tell(new FetchEnded(party.Submitted!.Attempt, failure, stopped));
        }

        if (_asker is { Asked: { } question } asker && !stopped)
        {
            asker.Recipient.Tell(new ProviderAnswered(question.Key, failure is null ? _answer : [], failure));
        }
    }

    private void End()
    {
        _ended = true;
        Context.Stop(Self);
    }

    private sealed record Answered(Guid Permit, FetchResult Result) : ILocalMessage;

    public sealed record ThrottleToTell(PermitSettled Settled) : ILocalMessage;

    public sealed record SlotWanted(Lane Lane, bool IsRetry) : ILocalMessage;

    public sealed record SlotGiven : ILocalMessage
    {
        public static readonly SlotGiven Instance = new();
    }

    public sealed record SlotReturned : ILocalMessage
    {
        public static readonly SlotReturned Instance = new();
    }

    /// <summary>The call was refused for one of several wants; which one, the answer does not say.</summary>
    public sealed record SplitWanted(IReadOnlyList<Party> Parties) : ILocalMessage;

    /// <summary>The provider refuses all questions, not one.</summary>
    public sealed record RefusalBelieved(Failure Failure) : ILocalMessage;

    private sealed record AskAgain : ILocalMessage
    {
        public static readonly AskAgain Instance = new();
    }

    private sealed record Retry : ILocalMessage
    {
        public static readonly Retry Instance = new();
    }
}
