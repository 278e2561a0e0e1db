using Akka.Actor;
using Akka.Event;
using Aurum.Actors.Collection;
using Aurum.Domain;
using static Aurum.Actors.Gate.ProviderSupervisorProtocol;

namespace Aurum.Actors.Gate;

/// <summary>A window of history, beside the run under way: its series have collectors of their own, and its permits a lane of theirs.</summary>
public sealed partial class ProviderSupervisorActor
{
    private WindowRun? _window;

    private bool WindowUnderWay => _window is { State: RunStates.Collecting or RunStates.Stopping };

    private bool WindowTakesPermits => _window is { State: RunStates.Collecting, Run.Refusal: null };

    private CollectionRun? RunOf(string runId) => IsOfWindow(runId) ? _window!.Run : _run?.RunId == runId ? _run : null;

    private bool IsOfWindow(string runId) => _window?.Run.RunId == runId;

    private void Start(StartWindow start)
    {
        if (_runtime is null || WindowUnderWay || _window?.Is(start) == true)
        {
            return; // who wants it sees in the progress what is under way, or what has come of it
        }

        _window = new WindowRun(start, new CollectionRun($"{start.RunId}/{start.Unit}.{start.Attempt}", CollectionScope.ObservationsOnly, start.Past));
        var known = _runtime.Settings.Datasets
            .SelectMany(dataset => _runtime.Provider.Expand(dataset, _state.DatasetFacts.GetValueOrDefault(dataset.Key)?.Answers ?? []) ?? [])
            .DistinctBy(series => series.Id)
            .ToDictionary(series => series.Id.Code);
        foreach (var lacking in start.Series.Where(code => !known.ContainsKey(code)))
        {
            _window.Run.AddFailure(lacking, new Failure(FailureKind.Rejected, "is in no dataset that is configured, or that the provider has listed"));
        }

        var wanted = start.Series.Where(known.ContainsKey).Select(code => known[code]).ToArray();
        foreach (var paused in wanted.Where(IsPaused))
        {
            _window.Run.AddFailure(paused.Id.Code, new Failure(FailureKind.Rejected, "is paused by an operator"));
        }

        _window.Run.Add(wanted.Where(series => !IsPaused(series)));
        Timers.StartPeriodicTimer(Beat.Instance, Beat.Instance, Heartbeat);
        OnBeat();
    }

    private void StopWindowUnderWay()
    {
        if (_window is { State: RunStates.Collecting } window)
        {
            window.State = RunStates.Stopping;
            window.Run.StopWaking();
            _limiter.Tell(new RateLimiterProtocol.DenyWaiting(null, OfHistory: true));
            OnBeat();
        }
    }

    private void EndOfWindow(CollectionEnded ended)
    {
        var run = _window!.Run;
        if (run.Awake.FirstOrDefault(awake => awake.Command.Series.Id == ended.SeriesId)?.Collector is { } collector)
        {
            Context.Unwatch(collector);
        }

        // One that stopped though nobody stopped the window had lost its gate: it is asked again.
        if (ended.Outcome == CollectionOutcome.Stopped && WindowTakesPermits && run.Orphan(ended.SeriesId))
        {
            return;
        }

        if (run.Ended(ended.SeriesId, ended.Outcome, ended.Failure) && ended.Failure is { ConcernsProvider: true } refusal && run.Refusal is null)
        {
            _log.Error("{Provider} is not asked for more of this window: {Failure}", _provider, refusal);
            run.Refuse(refusal);
            _limiter.Tell(new RateLimiterProtocol.DenyWaiting(null, OfHistory: true));
        }

        OnBeat();
    }

    private bool LoseOfWindow(IActorRef actor)
    {
        if (_window?.Run.SeriesOf(actor) is not { } series)
        {
            return false;
        }

        if (_window.State != RunStates.Collecting || !_window.Run.Orphan(series))
        {
            _window.Run.Ended(series, CollectionOutcome.Failed, new Failure(FailureKind.Transient, "its collector stopped unexpectedly; the log says why"));
        }

        return true;
    }

    private void EndWindowWhenDone()
    {
        if (WindowUnderWay && _window!.Run.Finished)
        {
            _window.State = _window.State == RunStates.Stopping ? RunStates.Stopped : RunStates.Done;
            RestUnlessBusy();
        }
    }

    private sealed class WindowRun(StartWindow start, CollectionRun run)
    {
        public CollectionRun Run => run;

        public string State { get; set; } = RunStates.Collecting;

        public WindowProgress Progress => new(
            start.RunId, start.Unit, start.Attempt, State, run.Total, run.Done, run.Inserted, run.Revised, run.Refusal is not null, run.Failures, run.Datasets);

        /// <summary>One that was stopped is begun again when it is wanted again.</summary>
        public bool Is(StartWindow other) =>
            State != RunStates.Stopped && (start.RunId, start.Unit, start.Attempt) == (other.RunId, other.Unit, other.Attempt);
    }
}
