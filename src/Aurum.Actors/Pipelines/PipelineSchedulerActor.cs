using Akka.Actor;
using Akka.Event;
using Akka.Hosting;
using Akka.Persistence;
using Aurum.Actors.Gate;
using Aurum.Storage;
using static Aurum.Actors.Gate.ProviderSupervisorProtocol;
using static Aurum.Actors.Pipelines.PipelineEvents;
using static Aurum.Actors.Pipelines.PipelineProtocol;

namespace Aurum.Actors.Pipelines;

/// <summary>
/// Owns the runs of all pipelines, one such actor in a cluster. It asks every provider how it stands, again and again, writes down what
/// follows, and then has supervisors do it: whatever is lost on the way, node or message, is made up for with the next answer.
/// </summary>
public sealed class PipelineSchedulerActor : SnapshottingActor, IWithTimers
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromMilliseconds(500);
    private const int EventsPerSnapshot = 50;

    /// <summary>How long the tables tell of a run that has ended.</summary>
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(90);
    private static readonly TimeSpan BetweenForgetting = TimeSpan.FromHours(1);

    private readonly Dictionary<string, ProviderSchedule> _schedules;
    private readonly Dictionary<string, ProviderProgress> _heard = [];
    private readonly HashSet<string> _changed = [];
    private readonly IActorRef _supervisors;
    private readonly PipelinePicture _picture;
    private readonly IPipelineStore _store;
    private readonly TimeProvider _time;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private PipelineState _state = PipelineState.Initial;
    private bool _writing;

    public PipelineSchedulerActor(ProviderRuntimes runtimes, RunSchedule schedule, IRequiredActor<ProviderSupervisorActor> supervisors, IPipelineStore store, TimeProvider time)
        : base(EventsPerSnapshot)
    {
        _schedules = runtimes.All.ToDictionary(runtime => runtime.Name, runtime => ProviderSchedule.Of(runtime.Name, runtime.Settings.Schedule, schedule, time.GetUtcNow()));
        _picture = new PipelinePicture(runtimes, _schedules);
        _supervisors = supervisors.ActorRef;
        _store = store;
        _time = time;

        Recover<IPipelineEvent>(@event => _state = _state.Apply(@event));
        Recover<SnapshotOffer>(offer => _state = (PipelineState)offer.Snapshot);
        Recover<RecoveryCompleted>(_ => Begin());
        HandleSnapshots();

        Command<Beat>(_ => OnBeat());
        Command<ProviderProgress>(Hear);
        Command<IPipelineCommand>(Do);
        Command<RunAccepted>(accepted => _log.Debug("{Provider}: run {RunId} is under way", accepted.Provider, accepted.RunId));
        Command<RunRejected>(rejected => _log.Debug("{Provider}: run {RunId} did not begin: {Reason}", rejected.Provider, rejected.RunId, rejected.Reason));
        Command<Written>(OnWritten);
        Command<Forget>(_ => ForgetOldRuns());
        Command<Forgotten>(OnForgotten);
        Command<Rest>(_ => Become(Resting));
    }

    public override string PersistenceId => "pipelines";

    protected override object State => _state;

    public ITimerScheduler Timers { get; set; } = null!;

    private void Resting()
    {
        Timers.CancelAll();
        HandleSnapshots();
        CommandAny(_ => { });
    }

    private void Begin()
    {
        _log.Info("The pipelines are scheduled on this node");
        _changed.UnionWith(_state.Runs.Select(run => run.RunId));
        Timers.StartPeriodicTimer(Beat.Instance, Beat.Instance, TimeSpan.Zero, Heartbeat);
        Timers.StartPeriodicTimer(Forget.Instance, Forget.Instance, BetweenForgetting);
    }

    /// <summary>A supervisor that does not answer is asked again with the next beat: shards move, and journals are away.</summary>
    private void OnBeat()
    {
        foreach (var provider in _schedules.Keys)
        {
            _supervisors.Tell(new GetProgress(provider));
        }

        Show(asker: null, answer: null);
    }

    private void Hear(ProviderProgress progress)
    {
        _heard[progress.Provider] = progress;
        var decision = _state.Decide(progress, _schedules[progress.Provider], _time.GetUtcNow(), NewId);
        _changed.UnionWith(_state.Active.Where(run => run.StepOf(progress.Provider) is { State: PipelineRunState.Running }).Select(run => run.RunId));
        if (decision.Events.Count == 0)
        {
            Say(decision.Commands);
            return;
        }

        var left = decision.Events.Count;
        PersistAll(decision.Events, @event =>
        {
            Apply(@event);
            Report(@event, progress);
            if (--left == 0)
            {
                Say(decision.Commands);
            }
        });
    }

    private void Say(IReadOnlyList<IWireMessage> commands)
    {
        foreach (var command in commands)
        {
            _supervisors.Tell(command);
        }
    }

    private void Do(IPipelineCommand command)
    {
        var asker = Sender;
        var (answer, @event) = _state.Answer(command, _time.GetUtcNow(), NewId);
        if (@event is null)
        {
            asker.Tell(answer);
            return;
        }

        Persist(@event, persisted =>
        {
            Apply(persisted);
            _log.Info("{Event} {RunId} by {By}: {Reason}", persisted.GetType().Name, answer.RunId ?? (persisted as PipelinePaused)?.Pipeline ?? (persisted as PipelineResumed)?.Pipeline, command.By, command.Reason ?? "no reason given");
            Show(asker, answer);
        });
    }

    private void Apply(IPipelineEvent @event)
    {
        _state = _state.Apply(@event);
        if (@event is IRunEvent { RunId: var runId })
        {
            _changed.Add(runId);
        }

        SnapshotNowAndThen();
    }

    private void Report(IPipelineEvent @event, ProviderProgress progress)
    {
        if (@event is UnitEnded unit)
        {
            _log.Debug("{RunId}: {Provider} has done part {Unit}", unit.RunId, unit.Provider, unit.Unit);
        }
        else if (@event is StepEnded ended && progress.RunId == _state.Find(ended.RunId)?.StepOf(ended.Provider)?.StepRunId)
        {
            _log.Info("{Summary}", progress.Summary);
        }

        foreach (var failure in @event switch { StepEnded ended => ended.Failures, UnitEnded ended => ended.Failures, _ => [] })
        {
            _log.Warning("{Failure}", failure);
        }

        if (@event is IRunEvent { RunId: var runId } && _state.Find(runId) is { IsActive: false } run)
        {
            _log.Info("{RunId} of {Pipeline} has ended: {State}", runId, run.Pipeline, run.State);
        }
    }

    /// <summary>Writes the picture for people. Nothing is lost when it cannot be written: it is tried again with the next beat.</summary>
    /// <param name="asker">Hears its answer when what it asked for can be seen.</param>
    private void Show(IActorRef? asker, PipelineAnswer? answer)
    {
        if (asker is null && (_writing || _changed.Count == 0))
        {
            return;
        }

        _writing = true;
        var now = _time.GetUtcNow();
        string[] shown = [.. _changed];
        _changed.Clear();
        _store.SaveAsync(_picture.Pipelines(_state, _heard, now), [.. shown.Select(_state.Find).OfType<PipelineRun>().Select(run => _picture.Of(run, _heard, now))], CancellationToken.None).PipeTo(
            Self,
            success: () => new Written(null, shown, asker, answer),
            failure: exception => new Written(exception.GetBaseException().Message, shown, asker, answer));
    }

    private void OnWritten(Written written)
    {
        _writing = false;
        if (written.Problem is { } problem)
        {
            _log.Warning("The tables of the pipelines were not written: {Problem}", problem);
            _changed.UnionWith(written.Runs);
        }

        written.Asker?.Tell(written.Answer!);
    }

    private void ForgetOldRuns() => _store.ForgetRunsAsync(_time.GetUtcNow() - KeptFor, CancellationToken.None).PipeTo(
        Self,
        success: count => new Forgotten(count, null),
        failure: exception => new Forgotten(0, exception.GetBaseException().Message));

    private void OnForgotten(Forgotten forgotten)
    {
        if (forgotten.Problem is { } problem)
        {
            _log.Warning("Old runs are still in the tables, and are tried again within the hour: {Problem}", problem);
        }
        else if (forgotten.Runs > 0)
        {
            _log.Info("{Runs} runs that ended more than {Days} days ago were taken out of the tables", forgotten.Runs, KeptFor.TotalDays);
        }
    }

    private string NewId(string prefix) => RunIds.New(_time.GetUtcNow(), prefix);

    private sealed record Beat : ILocalMessage
    {
        public static readonly Beat Instance = new();
    }

    private sealed record Forget : ILocalMessage
    {
        public static readonly Forget Instance = new();
    }

    private sealed record Forgotten(int Runs, string? Problem) : ILocalMessage;

    private sealed record Written(string? Problem, IReadOnlyList<string> Runs, IActorRef? Asker, PipelineAnswer? Answer) : ILocalMessage;
}
