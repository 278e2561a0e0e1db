using System.Collections.Immutable;
using Aurum.Actors.Collection;
using Aurum.Actors.Gate;
using Aurum.Actors.Pipelines;
using Aurum.Domain;
using FsCheck.Xunit;
using static Aurum.Actors.Gate.ProviderSupervisorProtocol;
using static Aurum.Actors.Pipelines.PipelineEvents;
using static Aurum.Actors.Pipelines.PipelineProtocol;

namespace Aurum.Actors.Tests.Pipelines;

/// <summary>
/// The pipelines over supervisors that lose messages, runs and themselves, and over a journal that a crash may cut anywhere. Whatever
/// happens, one incremental run is worked on at a time, none is lost, a missed schedule is made up for once, and a part of a backfill is
/// noted as done once.
/// </summary>
public sealed class PipelineModelTests
{
    [Property(MaxTest = 1000, EndSize = 400)]
    public void Whatever_happens_the_rules_hold_and_every_run_ends(byte[] script)
    {
        var world = new World();
        world.Play(script);
        world.ComeToAnEnd();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void They_hold_in_a_long_life_in_which_everything_happens(int seed)
    {
        var script = new byte[20_000];
        new Random(seed).NextBytes(script);
        var world = new World();
        world.Play(script);
        world.ComeToAnEnd();
        Assert.True(world is { Crashes: > 20, Losses: > 20, UnitsDone: > 20, RunsEnded: > 50 }, $"{world.Crashes} crashes, {world.Losses} losses, {world.UnitsDone} units, {world.RunsEnded} runs");
    }

    [Property(MaxTest = 300)]
    public void A_schedule_that_was_missed_runs_once(byte hours, byte provider)
    {
        var world = new World();
        world.ComeToAnEnd();
        var name = World.Providers[provider % 2];
        var begun = world.BegunAt(name);
        world.Sleep(TimeSpan.FromHours(1 + hours));
        world.ComeToAnEnd(TimeSpan.FromMinutes(30));
        Assert.Equal(begun + 1, world.BegunAt(name));
    }

    [Fact]
    public void A_provider_that_waits_keeps_no_other_from_its_schedule()
    {
        var world = new World();
        world.Hear("a");
        world.Hear("a");
        world.Hear("b");
        world.Hear("b");
        world.Finish("b");
        world.Hear("b");
        world.Sleep(TimeSpan.FromHours(1));
        world.Hear("b");
        world.Hear("b");
        Assert.Equal(2, world.BegunAt("b"));
        var run = Assert.Single(world.State.Runs);
        Assert.Equal([PipelineRunState.Running, PipelineRunState.Running], run.Steps.Select(step => step.State));
    }

    [Fact]
    public void A_step_with_failures_that_may_pass_is_tried_again_with_longer_and_longer_breaks_and_then_fails()
    {
        var world = new World();
        world.Hear("a");
        for (var attempt = 1; attempt <= PipelineDecisions.MostAttempts; attempt++)
        {
            world.Hear("a");
            world.Finish("a", FailureKind.Transient);
            world.Hear("a");
            var step = world.State.Runs[0].StepOf("a")!;
            Assert.Equal(attempt < 3 ? world.Now + PipelineDecisions.BackOff(attempt) : null, step.RetryAt);
            world.Sleep(PipelineDecisions.BackOff(attempt));
            world.Hear("a");
        }

        Assert.Equal(PipelineRunState.Failed, world.State.Runs[0].State);
        Assert.Equal(1, world.BegunAt("a"));
    }

    [Fact]
    public void A_failure_that_stays_is_not_tried_again()
    {
        var world = new World();
        world.Hear("a");
        world.Hear("a");
        world.Finish("a", FailureKind.Rejected);
        world.Hear("a");
        Assert.Equal(PipelineRunState.Failed, world.State.Runs[0].State);
    }

    [Fact]
    public void A_catalog_sync_gives_way_to_what_is_new_and_goes_on_after_it()
    {
        var world = new World();
        world.ComeToAnEnd();
        world.Do(new QueueRun(PipelineNames.CatalogSync, [RunStep.Of("a")], "ops", null));
        world.Hear("a");
        world.Hear("a");
        Assert.Equal(RunStates.Collecting, world.StateOf("a"));
        world.Sleep(TimeSpan.FromHours(1));
        world.Hear("a");
        Assert.Equal(RunStates.Suspended, world.StateOf("a"));
        world.Hear("a");
        world.Hear("a");
        Assert.Equal(PipelineNames.Incremental, world.State.Active.Single(run => run.State == PipelineRunState.Running && run.StepOf("a")?.State == PipelineRunState.Running).Pipeline);
        world.ComeToAnEnd();
        Assert.All(world.State.Runs, run => Assert.Equal(PipelineRunState.Success, run.State));
    }

    [Fact]
    public void A_run_that_an_operator_stops_at_its_provider_is_not_begun_again()
    {
        var world = new World();
        world.Hear("a");
        world.Hear("a");
        world.Stop("a");
        world.Hear("a");
        Assert.Equal(PipelineRunState.Cancelled, world.State.Runs[0].State);
        world.Hear("a");
        Assert.Equal(1, world.BegunAt("a"));
    }

    [Fact]
    public void A_second_run_by_hand_waits_and_a_third_is_refused()
    {
        var world = new World();
        world.Hear("a");
        Assert.Equal(PipelineOutcome.Done, world.Do(new QueueRun(PipelineNames.Incremental, [RunStep.Of("b")], "ops", null)).Outcome);
        Assert.Equal(PipelineOutcome.Refused, world.Do(new QueueRun(PipelineNames.Incremental, [RunStep.Of("b")], "ops", null)).Outcome);
        world.ComeToAnEnd();
        Assert.All(world.State.Runs, run => Assert.Equal(PipelineRunState.Success, run.State));
    }

    [Fact]
    public void A_part_that_fails_for_good_fails_the_backfill_and_a_resumed_one_does_only_that_part()
    {
        var world = new World();
        var run = world.Do(World.Backfill("a", units: 3)).RunId!;
        world.RunToEnd(run, unit => unit == 1 ? FailureKind.Rejected : null);
        Assert.Equal((PipelineRunState.Failed, 1), (world.State.Find(run)!.State, world.State.Find(run)!.Steps[0].Backfill!.Failed.Single()));
        Assert.Equal(PipelineOutcome.Done, world.Do(new ResumeRun(run, "ops", null)).Outcome);
        world.RunToEnd(run, _ => null);
        Assert.Equal(PipelineRunState.Success, world.State.Find(run)!.State);
        Assert.Equal([0, 1, 2, 1], world.Finished.Select(unit => unit.Unit));
    }

    [Fact]
    public void A_provider_that_refuses_everything_is_asked_for_no_other_part()
    {
        var world = new World();
        var run = world.Do(World.Backfill("a", units: 3)).RunId!;
        world.Hear("a");
        world.Hear("a");
        world.Hear("a");
        world.FinishWindow("a", FailureKind.Rejected, refused: true);
        world.Hear("a");
        Assert.Equal(PipelineRunState.Failed, world.State.Find(run)!.State);
        Assert.Equal(3, world.State.Find(run)!.Steps[0].Backfill!.Pending.Length);
    }

    private sealed class World
    {
        public static readonly string[] Providers = ["a", "b"];

        private readonly Dictionary<string, Supervisor> _supervisors = Providers.ToDictionary(name => name, name => new Supervisor(name));
        private readonly Dictionary<string, ProviderSchedule> _schedules = Providers.ToDictionary(
            name => name, name => new ProviderSchedule(name, TimeSpan.FromHours(1), "0 */4 * * *", "0 6 * * *", CollectionScope.Everything, Sample.Now));

        private readonly Dictionary<string, HashSet<string>> _begun = Providers.ToDictionary(name => name, _ => new HashSet<string>());
        private readonly List<IPipelineEvent> _journal = [];
        private readonly HashSet<string> _wanted = [];
        private readonly HashSet<string> _ended = [];
        private readonly Dictionary<string, HashSet<int>> _unitsDone = [];
        private int _names;

        public PipelineState State { get; private set; } = PipelineState.Initial;

        public DateTimeOffset Now { get; private set; } = Sample.Now;

        public List<UnitEnded> Finished { get; } = [];

        public int Crashes { get; private set; }

        public int Losses { get; private set; }

        public int UnitsDone => Finished.Count;

        public int RunsEnded => _ended.Count;

        /// <summary>How many different incremental rounds have begun there.</summary>
        public int BegunAt(string provider) => _begun[provider].Count;

        public string StateOf(string provider) => _supervisors[provider].State;

        public static QueueRun Backfill(string provider, int units)
        {
            var past = new PastWindow(Sample.Day(0), Sample.Day(units));
            BackfillUnit[] cut = [.. Enumerable.Range(0, units).Select(unit => new BackfillUnit(0, 1, new PastWindow(Sample.Day(unit), Sample.Day(unit + 1)), 1, 1))];
            return new QueueRun(PipelineNames.Backfill, [RunStep.Of(provider, backfill: BackfillWork.Of(past, ["A"], cut))], "ops", null);
        }

        public void Play(byte[] script)
        {
            for (var at = 0; at + 1 < script.Length; at += 2)
            {
                var (what, which) = (script[at] % 24, script[at + 1]);
                var provider = Providers[which % 2];
                var run = State.Runs.IsEmpty ? "none" : State.Runs[which % State.Runs.Length].RunId;
                switch (what)
                {
                    case < 8:
                        Hear(provider);
                        break;
                    case 8:
                        Hear(provider, crashAfter: (which / 2) % 3);
                        break;
                    case 9:
                        Hear(provider, losesCommands: true);
                        break;
                    case 10:
                        _supervisors[provider].Die();
                        Losses++;
                        break;
                    case 11 or 12:
                        Finish(provider, which % 5 == 0 ? FailureKind.Transient : which % 7 == 0 ? FailureKind.Rejected : null);
                        break;
                    case 13 or 14 or 15:
                        FinishWindow(provider, which % 5 == 0 ? FailureKind.Transient : which % 7 == 0 ? FailureKind.Rejected : null);
                        break;
                    case 16:
                        Sleep(TimeSpan.FromMinutes(which));
                        break;
                    case 17:
                        Do(Backfill(provider, 1 + (which % 4)));
                        break;
                    case 18:
                        Do(new QueueRun(PipelineNames.All[which % 2], [.. Providers.Select(name => RunStep.Of(name, which % 3 == 0 ? ["A"] : null))], "ops", null));
                        break;
                    case 19:
                        Do(which % 2 == 0 ? new PauseRun(run, "ops", null) : new ResumeRun(run, "ops", null));
                        break;
                    case 20 when which % 4 == 0:
                        Do(new CancelRun(run, "ops", null));
                        break;
                    case 21:
                        Do(which % 2 == 0 ? new PausePipeline(PipelineNames.All[which % 3], "ops", null) : new ResumePipeline(PipelineNames.All[which % 3], "ops", null));
                        break;
                    case 22:
                        Stop(provider);
                        break;
                    default:
                        Crash();
                        break;
                }

                Check();
            }
        }

        /// <summary>Nothing goes wrong any more and nobody holds anything up: all that was wanted ends.</summary>
        public void ComeToAnEnd(TimeSpan? forAtLeast = null)
        {
            foreach (var pipeline in PipelineNames.All)
            {
                Do(new ResumePipeline(pipeline, "ops", null));
            }

            foreach (var run in State.Active.ToArray())
            {
                Do(new ResumeRun(run.RunId, "ops", null));
            }

            string[] open = [.. State.Active.Select(run => run.RunId)];
            var until = Now + (forAtLeast ?? TimeSpan.FromMinutes(10));
            for (var step = 0; step < 500 || Now < until || (step < 20_000 && open.Any(runId => State.Find(runId) is { IsActive: true })); step++)
            {
                foreach (var provider in Providers)
                {
                    Hear(provider);
                    Finish(provider);
                    FinishWindow(provider);
                }

                Sleep(TimeSpan.FromSeconds(2));
                Check();
            }

            Assert.All(open, runId => Assert.False(State.Find(runId) is { IsActive: true }, $"{runId} does not end"));
        }

        public void RunToEnd(string runId, Func<int, FailureKind?> failure)
        {
            for (var step = 0; step < 100 && State.Find(runId)!.IsActive; step++)
            {
                Hear("a");
                if (_supervisors["a"].Window is { } window)
                {
                    FinishWindow("a", failure(window.Unit));
                }
            }
        }

        public void Hear(string provider, int? crashAfter = null, bool losesCommands = false)
        {
            var supervisor = _supervisors[provider];
            var decision = State.Decide(supervisor.Progress(), _schedules[provider], Now, NewId);
            var written = 0;
            foreach (var @event in decision.Events)
            {
                if (crashAfter == written++)
                {
                    Crash();
                    return;
                }

                Write(@event);
            }

            if (losesCommands || crashAfter is not null)
            {
                return;
            }

            foreach (var command in decision.Commands)
            {
                supervisor.Hear(command, Now);
            }
        }

        public PipelineAnswer Do(IPipelineCommand command)
        {
            var (answer, @event) = State.Answer(command, Now, NewId);
            if (@event is not null)
            {
                Write(@event);
            }

            return answer;
        }

        public void Finish(string provider, FailureKind? failure = null) => _supervisors[provider].Finish(failure);

        public void FinishWindow(string provider, FailureKind? failure = null, bool refused = false) => _supervisors[provider].FinishWindow(failure, refused);

        public void Stop(string provider) => _supervisors[provider].Hear(new StopRun(provider), Now);

        public void Sleep(TimeSpan time) => Now += time;

        private void Crash()
        {
            Crashes++;
            var before = State;
            State = _journal.Aggregate(PipelineState.Initial, (state, @event) => state.Apply(@event));
            Assert.Equivalent(before, State, strict: true);
        }

        private void Write(IPipelineEvent @event)
        {
            switch (@event)
            {
                case RunQueued queued:
                    Assert.True(_wanted.Add(queued.RunId));
                    break;
                case StepBegun begun when State.Find(begun.RunId)!.Pipeline == PipelineNames.Incremental:
                    _begun[begun.Provider].Add(begun.StepRunId);
                    break;
                case UnitEnded { RetryAt: null } ended:
                    Finished.Add(ended);
                    var done = _unitsDone.TryGetValue(ended.RunId, out var known) ? known : _unitsDone[ended.RunId] = [];
                    Assert.True(ended.Failed || done.Add(ended.Unit), $"part {ended.Unit} of {ended.RunId} is done twice");
                    break;
            }

            _journal.Add(@event);
            State = State.Apply(@event);
            _ended.UnionWith(State.Runs.Where(run => !run.IsActive).Select(run => run.RunId));
        }

        private void Check()
        {
            Assert.True(State.Runs.Count(run => run is { Pipeline: PipelineNames.Incremental, State: PipelineRunState.Running }) <= 1, "two incremental runs are under way");
            Assert.True(
                State.Active.SelectMany(run => run.Steps.Where(step => step.State == PipelineRunState.Running && run.Pipeline != PipelineNames.Backfill).Select(step => step.Provider)).GroupBy(name => name).All(same => same.Count() == 1),
                "a provider works on two steps at once");
            Assert.All(_wanted, runId => Assert.True(_ended.Contains(runId) || State.Find(runId) is { IsActive: true }, $"{runId} is lost"));
            Assert.All(Providers, name => Assert.False(_supervisors[name].Overlaps, $"two runs were begun over each other at {name}"));
        }

        private string NewId(string prefix) => $"{prefix}-{++_names}";
    }

    /// <summary>As much of a supervisor as the pipelines see.</summary>
    private sealed class Supervisor(string name)
    {
        private string? _runId;
        private DateTimeOffset? _startedAt;
        private DateTimeOffset? _completed;
        private UnfinishedRun? _unfinished;
        private IReadOnlyList<SeriesFailure> _failures = [];
        private bool _isFull;

        public string State { get; private set; } = RunStates.Idle;

        public WindowProgress? Window { get; private set; }

        public bool Overlaps { get; private set; }

        public void Hear(IWireMessage command, DateTimeOffset now)
        {
            switch (command)
            {
                case StartRun start when State != RunStates.Collecting:
                    (_runId, State, _failures) = (start.RunId, RunStates.Collecting, []);
                    _isFull = start.Only is null && !start.Scope.IsCatalogOnly();
                    _startedAt = _unfinished is { } lost && lost.RunId == start.RunId ? lost.StartedAt : now;
                    _unfinished = _isFull ? new UnfinishedRun(start.RunId, _startedAt.Value) : _unfinished;
                    break;
                case StartRun start:
                    Overlaps |= start.RunId != _runId;
                    break;
                case StopRun stop when State == RunStates.Collecting:
                    State = stop.Suspends ? RunStates.Suspended : RunStates.Stopped;
                    break;
                case StartWindow start when Window is not { State: RunStates.Collecting }:
                    Window = new WindowProgress(start.RunId, start.Unit, start.Attempt, RunStates.Collecting, 1, 0, 0, 0, false, []);
                    break;
                case StopWindow when Window is { State: RunStates.Collecting } window:
                    Window = window with { State = RunStates.Stopped };
                    break;
            }
        }

        public void Finish(FailureKind? failure)
        {
            if (State == RunStates.Collecting)
            {
                State = RunStates.Done;
                _failures = failure is { } kind ? [new SeriesFailure("A", kind, "why")] : [];
                (_completed, _unfinished) = _isFull ? (_startedAt, null) : (_completed, _unfinished);
            }
        }

        public void FinishWindow(FailureKind? failure, bool refused)
        {
            if (Window is { State: RunStates.Collecting } window)
            {
                Window = window with { State = RunStates.Done, IsRefused = refused, Failures = failure is { } kind ? [new SeriesFailure("A", kind, "why")] : [] };
            }
        }

        public void Die()
        {
            (_runId, _startedAt, State, Window, _failures) = (null, null, RunStates.Idle, null, []);
        }

        public ProviderProgress Progress() => new(
            name, _runId, State, 1, 1, 0, 0, null, null, 0, null, 0, null, null, null, "closed", null, _failures, _startedAt, _completed, _unfinished, Window);
    }
}
