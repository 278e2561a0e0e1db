using System.Collections.Concurrent;
using Akka.Actor;
using Akka.TestKit;
using Aurum.Actors.Collection;
using Aurum.Actors.Gate;
using Aurum.Actors.Pipelines;
using Aurum.Storage;
using static Aurum.Actors.Gate.ProviderSupervisorProtocol;
using static Aurum.Actors.Pipelines.PipelineProtocol;

namespace Aurum.Actors.Tests.Pipelines;

public sealed class PipelineSchedulerActorTests : ActorTest
{
    private readonly TestProbe _supervisors;
    private readonly TestProbe _edge;
    private readonly KeptPicture _store = new();
    private int _lives;

    public PipelineSchedulerActorTests()
    {
        _supervisors = CreateTestProbe();
        _edge = CreateTestProbe();
        _supervisors.IgnoreMessages(message => message is GetProgress);
    }

    [Fact]
    public async Task A_run_is_in_the_journal_before_its_supervisor_hears_of_it_and_a_successor_goes_on_with_it()
    {
        var scheduler = Start();
        Journal.Hold();
        Say(scheduler, Idle);
        await _supervisors.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(100));
        Journal.Release();
        var start = await BeginAsync(scheduler);
        await StopAsync(scheduler);

        var successor = Start();
        Say(successor, Idle);
        Assert.Equal(start, await _supervisors.ExpectMsgAsync<StartRun>());
        Say(successor, Idle with { RunId = start.RunId, State = RunStates.Done, SeriesTotal = 1, SeriesDone = 1 });
        Advance(TimeSpan.FromSeconds(1));
        await AwaitAssertAsync(() => Assert.Equal("success", Assert.Single(_store.Runs.Values).State));
    }

    [Fact]
    public async Task What_is_asked_for_is_answered_when_it_can_be_seen()
    {
        var scheduler = Start();
        scheduler.Tell(new QueueRun(PipelineNames.CatalogSync, [RunStep.Of(Sample.Provider)], "ann", "why"), _edge);
        var answer = await _edge.ExpectMsgAsync<PipelineAnswer>();
        Assert.Equal(("queued", "ann", "why"), (_store.Runs[answer.RunId!].State, _store.Runs[answer.RunId!].By, _store.Runs[answer.RunId!].Reason));
        scheduler.Tell(new PausePipeline(PipelineNames.Incremental, "ann", "why"), _edge);
        Assert.Equal(PipelineOutcome.Done, (await _edge.ExpectMsgAsync<PipelineAnswer>()).Outcome);
        Assert.Contains("by ann", _store.Pipelines.Single(pipeline => pipeline.Name == PipelineNames.Incremental).Paused, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_picture_that_cannot_be_written_holds_up_nothing_and_is_written_later()
    {
        _store.Fails = true;
        var scheduler = Start();
        scheduler.Tell(new QueueRun(PipelineNames.Incremental, [RunStep.Of(Sample.Provider)], "ann", null), _edge);
        var answer = await _edge.ExpectMsgAsync<PipelineAnswer>();
        _store.Fails = false;
        await AwaitAssertAsync(() =>
        {
            Advance(TimeSpan.FromSeconds(1));
            Assert.True(_store.Runs.ContainsKey(answer.RunId!));
        });
    }

    [Fact]
    public async Task A_scheduler_at_rest_begins_nothing()
    {
        var scheduler = Start();
        scheduler.Tell(Rest.Instance);
        Say(scheduler, Idle);
        await _supervisors.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(100));
        Assert.Empty(Journal.Written);
    }

    [Fact]
    public async Task What_ended_three_months_ago_leaves_the_tables_also_after_a_time_when_they_were_away()
    {
        PipelineRunRecord Ended(string id, int daysAgo) => new(id, PipelineNames.Incremental, "success", TimeNow, TimeNow, TimeNow.AddDays(-daysAgo), null, null, null, TimeNow, []);
        _store.Runs["old"] = Ended("old", 91);
        _store.Runs["young"] = Ended("young", 89);
        _store.Fails = true;
        var scheduler = Start();
        Say(scheduler, Idle);
        await BeginAsync(scheduler); // it has recovered: an hour that passes before would be more than it waits for its journal
        Advance(TimeSpan.FromMinutes(61));
        await HeardAsync(scheduler);
        Assert.Equal(2, _store.Runs.Count);

        // One hour is thousands of beats: another before these are over would only make the wait longer.
        _store.Fails = false;
        Advance(TimeSpan.FromMinutes(61));
        await HeardAsync(scheduler);
        await AwaitAssertAsync(() => Assert.Equal("young", Assert.Single(_store.Runs.Keys, id => id is "old" or "young")));
    }

    private static async Task HeardAsync(IActorRef actor) => await actor.Ask<ActorIdentity>(new Identify(null), TimeSpan.FromSeconds(20));

    private static ProviderProgress Idle { get; } = new(Sample.Provider, null, RunStates.Idle, 0, 0, 0, 0, null, null, 0, null, 0, null, null, null, "closed", null, []);

    private IActorRef Start()
    {
        var runtimes = new ProviderRuntimes([Sample.Runtime()]);
        return Sys.ActorOf(
            Props.Create(() => new PipelineSchedulerActor(runtimes, new RunSchedule(TimeSpan.FromHours(1), CollectionScope.Everything), Handle<ProviderSupervisorActor>(_supervisors), _store, Clock)),
            $"scheduler-{_lives++}");
    }

    private void Say(IActorRef scheduler, ProviderProgress progress) => scheduler.Tell(progress, _supervisors);

    private async Task<StartRun> BeginAsync(IActorRef scheduler)
    {
        Say(scheduler, Idle);
        return await _supervisors.ExpectMsgAsync<StartRun>();
    }

    private sealed class KeptPicture : IPipelineStore
    {
        public ConcurrentDictionary<string, PipelineRunRecord> Runs { get; } = new();

        public IReadOnlyList<PipelineRecord> Pipelines { get; private set; } = [];

        public bool Fails { get; set; }

        public Task SaveAsync(IReadOnlyList<PipelineRecord> pipelines, IReadOnlyList<PipelineRunRecord> runs, CancellationToken cancellationToken)
        {
            if (Fails)
            {
                return Task.FromException(new StorageException("the store is away"));
            }

            Pipelines = pipelines;
            foreach (var run in runs)
            {
                Runs[run.RunId] = run;
            }

            return Task.CompletedTask;
        }

        public Task<IReadOnlyList<PipelineRecord>> PipelinesAsync(CancellationToken cancellationToken) => Task.FromResult(Pipelines);

        public Task<IReadOnlyList<PipelineRunRecord>> RunsAsync(string? pipeline, string? before, int limit, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<PipelineRunRecord>>([.. Runs.Values]);

        public Task<PipelineRunRecord?> FindRunAsync(string runId, CancellationToken cancellationToken) => Task.FromResult(Runs.GetValueOrDefault(runId));

        public Task<IReadOnlyList<PipelineRunRecord>> LongRunsAsync(TimeSpan atLeast, DateTimeOffset endedAfter, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<int> ForgetRunsAsync(DateTimeOffset endedBefore, CancellationToken cancellationToken) =>
                Fails ? Task.FromException<int>(new StorageException("the store is away")) : Task.FromResult(Runs.Values.Count(run => run.EndedAt < endedBefore && Runs.TryRemove(run.RunId, out _)));
    }
}
