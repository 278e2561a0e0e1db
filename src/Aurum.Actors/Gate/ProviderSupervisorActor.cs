using Akka.Actor;
using Akka.Event;
using Akka.Hosting;
using Akka.Persistence;
using Aurum.Actors.Collection;
using Aurum.Actors.Monitoring;
using Aurum.Domain;
using Aurum.Providers;
using Aurum.Providers.Settings;
using Aurum.Storage;
using Cronos;
using static Aurum.Actors.Gate.GateControlProtocol;
using static Aurum.Actors.Gate.GateProtocol;
using static Aurum.Actors.Gate.ProviderSupervisorProtocol;

namespace Aurum.Actors.Gate;

/// <summary>
/// One provider's life: which series it has, waking their collectors a few at a time, and the gate, its two children, through
/// which every request of the whole cluster to this provider must go.
/// </summary>
public sealed partial class ProviderSupervisorActor : SnapshottingActor, IWithTimers
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromMilliseconds(500);
    private const int EventsPerSnapshot = 20;
    private static readonly TimeSpan ShortestBreak = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestBreak = TimeSpan.FromSeconds(30);

    /// <summary>A gate that lived for so long has not failed again, but anew.</summary>
    private static readonly TimeSpan GoodLife = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan HandOffPatience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(10);

    private readonly string _provider;
    private readonly ProviderRuntime? _runtime;
    private readonly IActorRef _collectors;
    private readonly IActorRef _fetcher;
    private readonly IActorRef _statusWriter;
    private readonly TimeProvider _time;
    private readonly GateOwnership _ownership;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<string, Discovery> _discovering = [];
    private readonly List<SeriesDefinition> _waitingForChanges = [];
    private string? _changesAsked;
    private int _questions;
    private ProviderSupervisorState _state = ProviderSupervisorState.Initial;
    private IActorRef _limiter = ActorRefs.Nobody;
    private IActorRef _breaker = ActorRefs.Nobody;
    private DateTimeOffset _gateStartedAt;
    private int _gateFailures;
    private CollectionRun? _run;
    private HashSet<string>? _only;
    private bool _suspends;
    private string _runState = RunStates.Idle;
    private DateTimeOffset? _runStartedAt;
    private long _requests;
    private RateLimiterProtocol.Permits? _permits;
    private CircuitBreakerActor.Breaker _breakerSeen = new("closed", null, null);

    public ProviderSupervisorActor(
        string provider,
        ProviderRuntimes runtimes,
        IRequiredActor<SeriesCollectorActor> collectors,
        IRequiredActor<FetcherActor> fetcher,
        IRequiredActor<StatusWriterActor> statusWriter,
        TimeProvider time,
        GateOwnership? ownership = null)
        : base(EventsPerSnapshot)
    {
        _provider = provider;
        _runtime = runtimes.Find(provider);
        _collectors = collectors.ActorRef;
        _fetcher = fetcher.ActorRef;
        _statusWriter = statusWriter.ActorRef;
        _time = time;
        _ownership = ownership ?? GateOwnership.Shared;

        Recover<ProviderSupervisorEvents.DatasetFactsLearnt>(learnt => _state = _state.Apply(learnt));
        Recover<ProviderSupervisorEvents.RunBegun>(begun => _state = _state.Apply(begun));
        Recover<ProviderSupervisorEvents.RunCompleted>(completed => _state = _state.Apply(completed));
        Recover<ProviderSupervisorEvents.ProviderPaused>(paused => _state = _state.Apply(paused));
        Recover<ProviderSupervisorEvents.ProviderResumed>(resumed => _state = _state.Apply(resumed));
        Recover<ProviderSupervisorEvents.SeriesPaused>(paused => _state = _state.Apply(paused));
        Recover<ProviderSupervisorEvents.SeriesResumed>(resumed => _state = _state.Apply(resumed));
        Recover<SnapshotOffer>(offer => _state = (ProviderSupervisorState)offer.Snapshot);
        Recover<RecoveryCompleted>(_ => Recovered());
        HandleSnapshots();

        Command<RequestPermit>(AdmitRequest);
        Command<PermitSettled>(SettleRequest);
        Command<StartRun>(Start);
        Command<StopRun>(Stop);
        Command<StartWindow>(Start);
        Command<StopWindow>(_ => StopWindowUnderWay());
        Command<GetProgress>(_ => Sender.Tell(Progress()));
        Command<FetcherProtocol.ProviderAnswered>(answer => answer.Key == _changesAsked, LearnChanges);
        Command<FetcherProtocol.ProviderAnswered>(answer => _discovering.ContainsKey(answer.Key), LearnFacts);
        Command<FetcherProtocol.ProviderAnswered>(_ => { }); // to a run that is over
        Command<CollectionStarted>(Started);
        Command<CollectionProgressed>(progressed => RunOf(progressed.RunId)?.Progress(progressed.SeriesId, progressed.Inserted, progressed.Revised, progressed.LastTimestamp));
        Command<CollectionEnded>(ended => IsOfWindow(ended.RunId), EndOfWindow);
        Command<CollectionEnded>(ended => End(ended.SeriesId, ended.RunId, ended.Outcome, ended.Failure));
        Command<Terminated>(terminated => LoseActor(terminated.ActorRef));
        Command<RateLimiterProtocol.Permits>(permits => { _permits = permits; ReportAfterRun(); });
        Command<CircuitBreakerActor.Breaker>(breaker => { _breakerSeen = breaker; ReportAfterRun(); });
        Command<IGateCommand>(Control);
        Command<GetGate>(_ => DescribeGate());
        Command<ISeriesCommand>(Control);
        Command<SeriesControlProtocol.GetPausedSeries>(_ => TellPausedSeries());
        Command<StartGate>(_ => OpenGate());
        Command<HandOffGate>(_ => HandOff());
        Command<Beat>(_ => OnBeat());
    }

    public override string PersistenceId => $"provider-supervisor-{_provider}";

    protected override object State => _state;

    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>True also of a run whose series are all done but for a dataset that waits for its facts.</summary>
    private bool UnderWay => _runState is RunStates.Collecting or RunStates.Stopping;

    private bool IsRefused => UnderWay && _run?.Refusal is not null;

    protected override void PreStart()
    {
        OpenGate();
        base.PreStart();
    }

    /// <summary>No run of a paused provider begins, and so nothing else would say that it is paused.</summary>
    private void Recovered()
    {
        _log.Info("The gate of {Provider} is on this node", _provider);
        if (_state.Paused is not null)
        {
            Report();
        }
    }

    private void OpenGate()
    {
        if (_runtime is { Settings: { } settings })
        {
            _limiter = Context.Watch(Context.ActorOf(RateLimiterActor.Props(_provider, settings.RateLimit, _ownership, _time), "rate-limiter"));
            _breaker = Context.Watch(Context.ActorOf(CircuitBreakerActor.Props(_provider, settings.CircuitBreaker, _limiter, _time), "circuit-breaker"));
            _gateStartedAt = _time.GetUtcNow();
        }
    }

    /// <summary>
    /// An actor whose journal fails stops, and with it half of the gate: the other half is stopped too, and both begin again from the
    /// journal, after breaks that grow. The run goes on, since fetches repeat what is not answered meanwhile.
    /// </summary>
    private void LoseGate(IActorRef lost)
    {
        IActorRef other;
        if (lost.Equals(_limiter))
        {
            (_limiter, other) = (ActorRefs.Nobody, _breaker);
        }
        else
        {
            (_breaker, other) = (ActorRefs.Nobody, _limiter);
        }

        if (!other.Equals(ActorRefs.Nobody))
        {
            Context.Stop(other);
            return;
        }

        var now = _time.GetUtcNow();
        _gateFailures = now - _gateStartedAt > GoodLife ? 0 : _gateFailures;
        var longer = ShortestBreak * Math.Pow(2, Math.Min(_gateFailures++, 10));
        var pause = longer < LongestBreak ? longer : LongestBreak;
        _log.Error("The gate of {Provider} has stopped, no request is sent; it starts again in {Pause}", _provider, pause);
        Timers.StartSingleTimer(StartGate.Instance, StartGate.Instance, pause);
        Report();
    }

    private bool IsGateThere => !_limiter.Equals(ActorRefs.Nobody) && !_breaker.Equals(ActorRefs.Nobody);

    private void Control(IGateCommand command)
    {
        if (_runtime is null)
        {
            Answer(GateOutcome.UnknownProvider, $"{_provider} is not configured here");
        }
        else if (ProblemOf(command, _time.GetUtcNow()) is { } problem)
        {
            Answer(GateOutcome.Invalid, problem);
        }
        else if (command is PauseProvider or ResumeProvider)
        {
            PauseOrResume(command);
        }
        else if (!IsGateThere)
        {
            Answer(GateOutcome.Unavailable, Unavailable);
        }
        else
        {
            (command is TripBreaker or CloseBreaker ? _breaker : _limiter).Forward(command);
        }

        void Answer(GateOutcome outcome, string detail) => Sender.Tell(new GateControlled(_provider, outcome, detail));
    }

    private const string Unavailable = "the gate starts again, as it does when its journal was away; try again in a moment";

    private void PauseOrResume(IGateCommand command)
    {
        var pausing = command is PauseProvider;
        if (pausing == _state.Paused is not null)
        {
            Sender.Tell(new GateControlled(_provider, GateOutcome.Unchanged, _state.Paused is { } paused ? $"{_provider} was paused {paused}" : $"{_provider} is not paused"));
            return;
        }

        var (asker, act) = (Sender, new OperatorAct(_time.GetUtcNow(), command.By, command.Reason));
        Persist<IWireMessage>(pausing ? new ProviderSupervisorEvents.ProviderPaused(act) : new ProviderSupervisorEvents.ProviderResumed(act), @event =>
        {
            _state = _state.Apply(@event);
            SnapshotNowAndThen();
            _log.Info("{Provider} is {State} {Act}", _provider, pausing ? "paused" : "resumed", act);
            if (pausing)
            {
                _breaker.Tell(RateLimiterProtocol.ForgetWaiting.Instance);
            }

            asker.Tell(new GateControlled(_provider, GateOutcome.Done));
            Report();
            OnBeat();
        });
    }

    private void DescribeGate()
    {
        if (_runtime is null || !IsGateThere)
        {
            Sender.Tell(_runtime is null
                ? new GateControlled(_provider, GateOutcome.UnknownProvider, $"{_provider} is not configured here")
                : new GateControlled(_provider, GateOutcome.Unavailable, Unavailable));
        }
        else
        {
            _breaker.Forward(new RateLimiterProtocol.DescribeGate(_state.Paused, null));
        }
    }

    protected override void PostStop()
    {
        _statusWriter.Tell(new StatusWriterActor.ProviderGone(_provider));
        base.PostStop();
    }

    private void AdmitRequest(RequestPermit request)
    {
        if (_runtime is null || (request.Lane == Lane.Backfill ? !WindowTakesPermits : _runState == RunStates.Stopping || IsRefused))
        {
            Sender.Tell(new PermitDenied(request.RequestId, null));
        }
        else if (_state.Paused is null)
        {
            _breaker.Forward(request);
        }
    }

    private void SettleRequest(PermitSettled settled)
    {
        _requests += settled.Outcome == RequestOutcome.Unused ? 0 : 1;
        _breaker.Forward(settled);
        _limiter.Forward(settled);
    }

    /// <summary>What a throttled request has to say still reaches the limiter; all else is for the next owner.</summary>
    private void HandOff()
    {
        Timers.CancelAll();
        Timers.StartSingleTimer(HandOffGate.Instance, RateLimiterProtocol.HandedOver.Instance, HandOffPatience);
        _limiter.Tell(RateLimiterProtocol.HandOver.Instance);
        Become(() =>
        {
            Command<RateLimiterProtocol.HandedOver>(_ => Context.Stop(Self));
            Command<PermitSettled>(_limiter.Forward);
            CommandAny(_ => { });
        });
        if (_runtime is null)
        {
            Context.Stop(Self);
        }
    }

    private void Start(StartRun start)
    {
        if (_runtime is null)
        {
            Sender.Tell(new RunRejected(_provider, start.RunId, $"{_provider} is not configured here", null));
            return;
        }

        if (_run is { } active && UnderWay)
        {
            Sender.Tell(active.RunId == start.RunId
                ? new RunAccepted(_provider, start.RunId)
                : new RunRejected(_provider, start.RunId, $"run {active.RunId} is under way", active.RunId));
            return;
        }

        if (_state.Paused is { } paused)
        {
            Sender.Tell(new RunRejected(_provider, start.RunId, $"{_provider} is paused {paused}", null));
            return;
        }

        if (start.CloseBreaker)
        {
            _breaker.Tell(CircuitBreakerActor.Close.Instance);
        }

        _run = new CollectionRun(start.RunId, start.Scope);
        _only = start.Only?.ToHashSet(StringComparer.Ordinal);
        _runState = RunStates.Collecting;
        _runStartedAt = _state.Unfinished is { } unfinished && unfinished.RunId == start.RunId ? unfinished.StartedAt : _time.GetUtcNow();
        _requests = 0;
        _discovering.Clear();
        _waitingForChanges.Clear();
        _changesAsked = null;
        if (start.Scope.IsCatalogOnly() || _only is not null || _state.Unfinished?.RunId == start.RunId)
        {
            Begin();
        }
        else
        {
            Persist(new ProviderSupervisorEvents.RunBegun(start.RunId, _runStartedAt.Value), begun =>
            {
                _state = _state.Apply(begun);
                SnapshotNowAndThen();
                Begin();
            });
        }
    }

    private void Begin()
    {
        Sender.Tell(new RunAccepted(_provider, _run!.RunId));
        AddSeriesOf(_runtime!.Settings.Datasets);
        Timers.StartPeriodicTimer(Beat.Instance, Beat.Instance, Heartbeat);
        OnBeat();
    }

    /// <summary>All at once, since series of different datasets may share calls.</summary>
    private void AddSeriesOf(IReadOnlyList<Dataset> datasets)
    {
        var found = new List<SeriesDefinition>();
        foreach (var dataset in datasets)
        {
            if (_runtime!.Provider.Expand(dataset, FreshFactsOf(dataset)) is { } series)
            {
                found.AddRange(series.Where(IsAskedFor));
            }
            else
            {
                AskOn(new Discovery(dataset, []));
            }
        }

        AddKnowingChanges(found);
    }

    /// <summary>A run of some series leaves the others alone, and is no run that went through all of them.</summary>
    private bool IsAskedFor(SeriesDefinition series) => !IsPaused(series) && (_only is null || _only.Contains(series.Id.Code) || _only.Contains(series.DatasetKey));

    /// <summary>What a provider lists changes: with each catalog sync it is asked for its list again.</summary>
    private IReadOnlyList<string> FreshFactsOf(Dataset dataset) =>
        _state.DatasetFacts.GetValueOrDefault(dataset.Key) is { } facts && !(dataset.IsDiscovered && IsStale(facts.At)) ? facts.Answers : [];

    private bool IsStale(DateTimeOffset at) =>
        CronExpression.Parse(_runtime!.Settings.Schedule.CatalogSync).GetNextOccurrence(at.UtcDateTime) <= _time.GetUtcNow().UtcDateTime;

    /// <summary>Asks for what is still lacking of a dataset's facts.</summary>
    private void AskOn(Discovery discovery)
    {
        if (_runtime!.Provider.PlanFacts(discovery.Dataset, discovery.Facts) is { } fetch)
        {
            _discovering[Ask(fetch)] = discovery;
        }
        else
        {
            GiveUp(discovery.Dataset, new Failure(FailureKind.Rejected, "nothing that the provider lists fits the dataset, or its answers do not tell what the series are called"));
        }
    }

    /// <returns>The key of the answer; that to a question of an earlier run is no answer to this one.</returns>
    private string Ask(Fetch fetch)
    {
        var key = $"{_run!.RunId}/{++_questions}";
        _fetcher.Tell(new FetcherProtocol.AskProvider(_provider, key, fetch));
        return key;
    }

    private void LearnFacts(FetcherProtocol.ProviderAnswered answer)
    {
        _discovering.Remove(answer.Key, out var discovery);
        var (dataset, facts) = discovery!;
        if (answer.Failure is { } failure)
        {
            RefuseIfAll(failure);
            GiveUp(dataset, failure);
            OnBeat();
            return;
        }

        facts.AddRange(answer.Pages.Select(page => page.Facts).OfType<string>());
        if (facts.Count == 0 || _runtime!.Provider.Expand(dataset, facts) is null)
        {
            AskOn(discovery);
            OnBeat();
            return;
        }

        _discovering[answer.Key] = discovery; // until its series are there, the run is not over
        Persist(new ProviderSupervisorEvents.DatasetFactsLearnt(dataset.Key, facts[0], _time.GetUtcNow(), facts.Count > 1 ? facts[1..] : null), learnt =>
        {
            _state = _state.Apply(learnt);
            SnapshotNowAndThen();
            _statusWriter.Tell(new StatusWriterActor.DatasetListed(new DatasetListing(_provider, dataset.Key, facts, learnt.At)));
            _discovering.Remove(answer.Key);
            if (dataset.IsDiscovered && _runtime!.Provider.Expand(dataset, facts) is [])
            {
                _run!.AddFailure(SeriesFailure.CodeOf(dataset.Key), new Failure(FailureKind.Rejected, "the provider lists no series that fit it"));
            }

            AddSeriesOf([dataset]);
            OnBeat();
        });
    }

    /// <summary>A dataset that cannot be listed now is collected as it was listed last.</summary>
    private void GiveUp(Dataset dataset, Failure failure)
    {
        _run!.AddFailure(SeriesFailure.CodeOf(dataset.Key), failure);
        if (_state.DatasetFacts.GetValueOrDefault(dataset.Key) is { } facts && _runtime!.Provider.Expand(dataset, facts.Answers) is { } series)
        {
            AddKnowingChanges([.. series.Where(IsAskedFor)]);
        }
    }

    /// <summary>Where the provider can tell what has changed since the last run, one call spares those of all other series.</summary>
    private void AddKnowingChanges(IReadOnlyList<SeriesDefinition> series)
    {
        if (_waitingForChanges.Count > 0)
        {
            _waitingForChanges.AddRange(series);
        }
        else if (_changesAsked is null && _run is { Refusal: null } && !_run.Scope.IsCatalogOnly() && _state.CompletedRunStartedAt is { } since
            && series.Count > 0 && _runtime!.Provider.PlanChanges(series, since, _time.GetUtcNow()) is { } fetch)
        {
            _waitingForChanges.AddRange(series);
            _changesAsked = Ask(fetch);
        }
        else
        {
            _run!.Add(series);
        }
    }

    private void LearnChanges(FetcherProtocol.ProviderAnswered answer)
    {
        if (_run is null || _waitingForChanges.Count == 0)
        {
            return;
        }

        if (answer.Failure is { } failure)
        {
            RefuseIfAll(failure);
            _log.Warning("{Provider} does not tell what has changed, every series is asked for: {Failure}", _provider, failure);
        }
        else if (answer.Pages.All(page => page.Changed is not null))
        {
            _run.Changes = new CollectionRun.KnownChanges(
                _state.CompletedRunStartedAt!.Value,
                answer.Pages.SelectMany(page => page.Changed!).ToHashSet(StringComparer.Ordinal));
        }

        _run.Add(_waitingForChanges.Where(series => !IsPaused(series)));
        _waitingForChanges.Clear();
        OnBeat();
    }

    private void Started(CollectionStarted started)
    {
        if (RunOf(started.RunId)?.Started(started.SeriesId, Sender) == true)
        {
            Context.Watch(Sender);
        }
    }

    private void End(SeriesId series, string runId, CollectionOutcome outcome, Failure? failure)
    {
        if (_run?.RunId != runId)
        {
            return;
        }

        if (_run.Awake.FirstOrDefault(awake => awake.Command.Series.Id == series)?.Collector is { } collector)
        {
            Context.Unwatch(collector);
        }

        if (outcome == CollectionOutcome.Failed && _runState == RunStates.Collecting && TwinDue(series) is { } twin
            && _run.ServeBy(twin, series, _time.GetUtcNow()) is { } command)
        {
            _log.Warning("{Series} is served by {Twin}: {Provider} has been away since {Since:u}", series, twin.Id, _provider, _breakerSeen.OpenSince);
            _collectors.Tell(command);
            return;
        }

        if (_run.Ended(series, outcome, failure) && failure is not null)
        {
            _log.Debug("{Series} failed: {Failure}", series, failure);
            RefuseIfAll(failure);
        }

        OnBeat();
    }

    /// <summary>A refused key or a wrong address is found out once a run; the next run tries again.</summary>
    private void RefuseIfAll(Failure failure)
    {
        if (!failure.ConcernsProvider || _run is not { Refusal: null } || _runState != RunStates.Collecting)
        {
            return;
        }

        _log.Error("{Provider} is not asked any more in this run: {Failure}", _provider, failure);
        _run.Refuse(failure);
        var discoveries = _discovering.Values.ToArray();
        _discovering.Clear();
        foreach (var discovery in discoveries)
        {
            GiveUp(discovery.Dataset, _run.Refusal!);
        }

        _run.Add(_waitingForChanges);
        _waitingForChanges.Clear();
        _limiter.Tell(new RateLimiterProtocol.DenyWaiting(null, OfHistory: false));
    }

    /// <summary>The series that serves this one, once the provider has been away for long enough.</summary>
    private SeriesDefinition? TwinDue(SeriesId series) =>
        _run?.Scope.IsCatalogOnly() == false && _breakerSeen.OpenSince is { } since && _time.GetUtcNow() - since >= _runtime?.Settings.Backup?.After
            ? _runtime.Twins?.GetValueOrDefault(series.Code)
            : null;

    private void LoseActor(IActorRef actor)
    {
        if (actor.Equals(_limiter) || actor.Equals(_breaker))
        {
            LoseGate(actor);
        }
        else if (LoseOfWindow(actor))
        {
            return;
        }
        else if (_run?.SeriesOf(actor) is { } series)
        {
            // With the next beat, so that those lost together are woken together.
            if (_runState != RunStates.Collecting || !_run.Orphan(series))
            {
                End(series, _run.RunId, CollectionOutcome.Failed, new Failure(FailureKind.Transient, "its collector stopped unexpectedly; the log says why"));
            }
        }
    }

    private void Stop(StopRun stop)
    {
        if (_run is not null && UnderWay)
        {
            _suspends = stop.Suspends;
            _runState = RunStates.Stopping;
            _run.StopWaking();
            _discovering.Clear();
            _waitingForChanges.Clear();
            _limiter.Tell(new RateLimiterProtocol.DenyWaiting(null, OfHistory: false));
            OnBeat();
        }
    }

    private void OnBeat()
    {
        foreach (var run in new[] { _run, _window?.Run }.OfType<CollectionRun>())
        {
            Wake(run, _time.GetUtcNow());
        }

        EndWindowWhenDone();
        if (_run is { Finished: true } && _discovering.Count == 0 && _waitingForChanges.Count == 0 && UnderWay)
        {
            EndRun();
        }

        if (_run is null && _window is null)
        {
            return;
        }

        _limiter.Tell(RateLimiterProtocol.GetPermits.Instance);
        _breaker.Tell(CircuitBreakerActor.GetBreaker.Instance);
        Report();
    }

    private void Wake(CollectionRun run, DateTimeOffset now)
    {
        if (_state.Paused is null)
        {
            foreach (var command in run.WakeNext(now).Concat(run.Unanswered(now, StartPatience)))
            {
                _collectors.Tell(command);
            }
        }

        foreach (var lost in run.Lost())
        {
            run.Ended(lost, CollectionOutcome.Failed, new Failure(FailureKind.Transient, "its collector does not start; the log says why"));
        }
    }

    /// <summary>Nothing is looked at, and nothing kept in reserve, once there is nothing under way.</summary>
    private void RestUnlessBusy()
    {
        if (!UnderWay && !WindowUnderWay)
        {
            Timers.Cancel(Beat.Instance);
            _limiter.Tell(RateLimiterProtocol.GiveBackReserved.Instance);
        }
    }

    private void EndRun()
    {
        _runState = _runState != RunStates.Stopping ? RunStates.Done : _suspends ? RunStates.Suspended : RunStates.Stopped;
        RestUnlessBusy();
        RoadMeters.RunEnded(_provider, _runState);
        if (_runState != RunStates.Done)
        {
            return;
        }

        if (_run is { Refusal: null } && _only is null && !_run.Scope.IsCatalogOnly())
        {
            Persist(new ProviderSupervisorEvents.RunCompleted(_run.RunId, _runStartedAt!.Value), completed =>
            {
                _state = _state.Apply(completed);
                SnapshotNowAndThen();
            });
        }
    }

    private void Report() => _statusWriter.Tell(new StatusWriterActor.ProviderSeen(Status(_time.GetUtcNow())));

    /// <summary>The gate's last word comes after the run's last beat.</summary>
    private void ReportAfterRun()
    {
        if (_runState is RunStates.Done or RunStates.Stopped or RunStates.Suspended)
        {
            Report();
        }
    }

    private ProviderProgress Progress() => new(
        _provider,
        _run?.RunId,
        _runState,
        _run?.Total ?? 0,
        _run?.Done ?? 0,
        _run?.Inserted ?? 0,
        _run?.Revised ?? 0,
        _run?.LastSeries?.Code,
        _run?.LastTimestamp,
        _requests,
        _permits?.Available,
        _permits?.Spent ?? 0,
        _permits?.DailyQuota,
        WaitingFor,
        WaitingFor == _permits?.WaitingFor ? _permits?.WaitingUntil : null,
        _breakerSeen.State,
        _breakerSeen.OpenUntil,
        _run?.Failures ?? [],
        _runStartedAt,
        _state.CompletedRunStartedAt,
        _state.Unfinished,
        _window?.Progress,
        _only is not null,
        _run?.Datasets,
        _permits?.RequestsPerSecond,
        _permits?.BackfillSpent);

    private string? WaitingFor => _state.Paused is not null ? WaitReasons.Pause : _runtime is not null && !IsGateThere ? WaitReasons.Journal : _permits?.WaitingFor;

    private string StateForPeople()
    {
        var waiting = WaitingFor is { } waitingFor ? $", waiting for {waitingFor}" : "";
        var unlisted = _run?.Failures.Count(failure => failure.IsOfDataset) is > 0 and var count ? $", not listed: {count} dataset{(count == 1 ? "" : "s")}" : "";
        return $"{_runState}{waiting}{unlisted}";
    }

    private ProviderStatus Status(DateTimeOffset now) => new(
        _provider,
        _runStartedAt ?? _state.Unfinished?.StartedAt ?? _state.CompletedRunStartedAt,
        _run?.RunId ?? _state.Unfinished?.RunId,
        StateForPeople(),
        _requests,
        _permits?.Spent ?? 0,
        _permits?.DailyQuota,
        _permits?.Day,
        _permits?.HoldUntil,
        _breakerSeen.State,
        _breakerSeen.OpenUntil,
        now);

    /// <summary>A dataset whose series are being found out, and what was told so far.</summary>
    private sealed record Discovery(Dataset Dataset, List<string> Facts);

    private sealed record StartGate : ILocalMessage
    {
        public static readonly StartGate Instance = new();
    }

    private sealed record Beat : ILocalMessage
    {
        public static readonly Beat Instance = new();
    }
}
