using System.Globalization;
using Akka.Actor;
using Akka.Event;
using Akka.Hosting;
using Aurum.Actors.Collection;
using Aurum.Actors.Gate;
using static Aurum.Actors.Gate.ProviderSupervisorProtocol;

namespace Aurum.Actors.Pipelines;

/// <summary>
/// Has every provider collected from, again and again, one such actor in a cluster. It begins runs, begins one again that was lost with
/// its supervisor, and says what came of each.
/// </summary>
public sealed class PipelineSchedulerActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromMilliseconds(500);

    private readonly Dictionary<string, ProviderSchedule> _schedules;
    private readonly CollectionScope _scope;
    private readonly IActorRef _supervisors;
    private readonly TimeProvider _time;
    private readonly ILoggingAdapter _log = Context.GetLogger();

    public PipelineSchedulerActor(ProviderRuntimes runtimes, RunSchedule schedule, IRequiredActor<ProviderSupervisorActor> supervisors, TimeProvider time)
    {
        _schedules = runtimes.All.ToDictionary(runtime => runtime.Name, runtime => new ProviderSchedule(runtime.Name, schedule.Interval));
        _scope = schedule.Scope;
        _supervisors = supervisors.ActorRef;
        _time = time;

        Receive<Beat>(_ => AskAll());
        Receive<ProviderProgress>(Hear);
        Receive<RunAccepted>(accepted => _log.Debug("{Provider}: run {RunId} is under way", accepted.Provider, accepted.RunId));
        Receive<RunRejected>(rejected => _log.Debug("{Provider}: run {RunId} did not begin: {Reason}", rejected.Provider, rejected.RunId, rejected.Reason));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>A supervisor that does not answer is asked again with the next beat: shards move, and journals are away.</summary>
    protected override void PreStart()
    {
        _log.Info("The pipelines are scheduled on this node");
        Timers.StartPeriodicTimer(Beat.Instance, Beat.Instance, TimeSpan.Zero, Heartbeat);
    }

    private void AskAll()
    {
        foreach (var provider in _schedules.Keys)
        {
            _supervisors.Tell(new GetProgress(provider));
        }
    }

    private void Hear(ProviderProgress progress)
    {
        var (step, next) = _schedules[progress.Provider].Hear(progress, _time.GetUtcNow(), NewRunId);
        _schedules[progress.Provider] = next;
        switch (step)
        {
            case ProviderSchedule.Step.Begin:
                _supervisors.Tell(new StartRun(progress.Provider, next.RunId!, _scope, CloseBreaker: false));
                break;
            case ProviderSchedule.Step.Report:
                Report(progress);
                break;
        }
    }

    private void Report(ProviderProgress progress)
    {
        _log.Info("{Summary}", progress.Summary);
        foreach (var line in progress.FailureLines)
        {
            _log.Warning("{Failure}", line);
        }
    }

    private string NewRunId() => RunIds.New(_time.GetUtcNow());

    private sealed record Beat : ILocalMessage
    {
        public static readonly Beat Instance = new();
    }
}

/// <summary>How often a node that loops has everything collected, and what of it.</summary>
/// <param name="Interval">From the beginning of a run to that of the next.</param>
public sealed record RunSchedule(TimeSpan Interval, CollectionScope Scope);

/// <summary>Names of runs: when they began, and what no other has.</summary>
public static class RunIds
{
    public static string New(DateTimeOffset now) =>
        $"run-{now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)}-{Guid.NewGuid().ToString("N")[..8]}";
}
