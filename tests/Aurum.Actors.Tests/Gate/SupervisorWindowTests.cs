using Akka.Actor;
using Akka.TestKit;
using Aurum.Actors.Collection;
using Aurum.Actors.Gate;
using Aurum.Actors.Monitoring;
using Aurum.Domain;
using static Aurum.Actors.Gate.GateProtocol;
using static Aurum.Actors.Gate.ProviderSupervisorProtocol;

namespace Aurum.Actors.Tests.Gate;

/// <summary>A window of history beside the runs of a provider.</summary>
public sealed class SupervisorWindowTests : ActorTest
{
    private static readonly PastWindow Past = new(Sample.Day(0), Sample.Day(100));

    private readonly TestProbe _collectors;
    private readonly TestProbe _edge;
    private readonly IActorRef _supervisor;

    public SupervisorWindowTests()
    {
        _collectors = CreateTestProbe();
        _edge = CreateTestProbe();
        var (fetcher, status) = (CreateTestProbe(), CreateTestProbe());
        var datasets = new[] { new FakeDataset("d", [Sample.Series("A", "key-a"), Sample.Series("B", "key-b"), Sample.Series("C", "key-c")]) };
        var runtimes = new ProviderRuntimes([Sample.Runtime(new FakeProvider(), datasets: datasets)]);
        _supervisor = Sys.ActorOf(Props.Create(() => new ProviderSupervisorActor(
            Sample.Provider, runtimes, Handle<SeriesCollectorActor>(_collectors), Handle<FetcherActor>(fetcher), Handle<StatusWriterActor>(status), Clock, GateOwnership.Sole)));
    }

    [Fact]
    public async Task Its_series_are_woken_with_the_window_and_its_end_is_told_in_the_progress()
    {
        Begin();
        foreach (var command in await WokenAsync(2))
        {
            Assert.Equal((Past, "backfill-1/3.1"), (command.Past, command.RunId));
            _supervisor.Tell(new CollectionProgressed(command.Series.Id, command.RunId, 10, 1, Sample.Day(3)), _collectors);
            End(command);
        }

        var window = (await ProgressAsync()).Window!;
        Assert.Equal(("backfill-1", 3, 1, RunStates.Done, 2, 2, 20L, 2L), (window.RunId, window.Unit, window.Attempt, window.State, window.SeriesTotal, window.SeriesDone, window.Inserted, window.Revised));
        Assert.Empty(window.Failures);
        Begin();
        await ProgressAsync();
        Assert.False(_collectors.HasMessages);
        Begin(attempt: 2);
        await WokenAsync(2);
    }

    [Fact]
    public async Task A_run_and_a_window_go_on_side_by_side_and_end_apart()
    {
        Begin();
        var past = await WokenAsync(2);
        _supervisor.Tell(new StartRun(Sample.Provider, "run-1", CollectionScope.Everything, false), _edge);
        await _edge.ExpectMsgAsync<RunAccepted>();
        foreach (var command in await WokenAsync(3))
        {
            Assert.Null(command.Past);
            End(command);
        }

        await AwaitAssertAsync(async () => Assert.Equal(RunStates.Done, (await ProgressAsync()).State));
        Assert.Equal(RunStates.Collecting, (await ProgressAsync()).Window!.State);
        Assert.Equal(3, (await ProgressAsync()).SeriesDone);
        foreach (var command in past)
        {
            End(command);
        }

        Assert.Equal(RunStates.Done, (await ProgressAsync()).Window!.State);
    }

    [Fact]
    public async Task A_run_that_stops_stops_no_window_and_the_other_way_round()
    {
        Begin();
        await WokenAsync(2);
        _supervisor.Tell(new StartRun(Sample.Provider, "run-1", CollectionScope.Everything, false), _edge);
        await _edge.ExpectMsgAsync<RunAccepted>();
        await WokenAsync(3);
        _supervisor.Tell(new StopRun(Sample.Provider), _edge);
        Assert.IsType<PermitDenied>(await AskAsync(Lane.Incremental));
        Assert.IsType<PermitGranted>(await AskAsync(Lane.Backfill));
        _supervisor.Tell(new StopWindow(Sample.Provider), _edge);
        Assert.IsType<PermitDenied>(await AskAsync(Lane.Backfill));
    }

    [Fact]
    public async Task A_window_that_was_stopped_is_begun_again_when_it_is_wanted_again()
    {
        Begin();
        var woken = await WokenAsync(2);
        _supervisor.Tell(new StopWindow(Sample.Provider), _edge);
        foreach (var command in woken)
        {
            _supervisor.Tell(new CollectionEnded(command.Series.Id, command.RunId, CollectionOutcome.Stopped, null), _collectors);
        }

        Assert.Equal(RunStates.Stopped, (await ProgressAsync()).Window!.State);
        Begin();
        await WokenAsync(2);
    }

    [Fact]
    public async Task A_permit_for_history_is_denied_where_no_window_is_known() => Assert.IsType<PermitDenied>(await AskAsync(Lane.Backfill));

    [Fact]
    public async Task A_series_that_is_not_configured_any_more_fails_by_name()
    {
        Begin(series: ["A", "GONE"]);
        End(Assert.Single(await WokenAsync(1)));
        var failure = Assert.Single((await ProgressAsync()).Window!.Failures);
        Assert.Equal(("GONE", FailureKind.Rejected), (failure.Code, failure.Kind));
    }

    [Fact]
    public async Task A_refused_key_ends_the_window_and_says_so()
    {
        Begin();
        var woken = await WokenAsync(2);
        var refusal = new Failure(FailureKind.Rejected, "the key is refused", ConcernsProvider: true);
        _supervisor.Tell(new CollectionEnded(woken[0].Series.Id, woken[0].RunId, CollectionOutcome.Failed, refusal), _collectors);
        _supervisor.Tell(new CollectionEnded(woken[1].Series.Id, woken[1].RunId, CollectionOutcome.Stopped, null), _collectors);
        var window = (await ProgressAsync()).Window!;
        Assert.Equal((RunStates.Done, true, 2), (window.State, window.IsRefused, window.Failures.Count));
    }

    [Fact]
    public async Task A_run_of_some_series_wakes_only_those_and_is_no_run_of_all()
    {
        _supervisor.Tell(new StartRun(Sample.Provider, "run-1", CollectionScope.Everything, false, ["B"]), _edge);
        await _edge.ExpectMsgAsync<RunAccepted>();
        var command = Assert.Single(await WokenAsync(1));
        Assert.Equal("B", command.Series.Id.Code);
        End(command);
        await AwaitAssertAsync(async () => Assert.Equal(RunStates.Done, (await ProgressAsync()).State));
        Assert.Null((await ProgressAsync()).CompletedRunStartedAt);
    }

    private void Begin(int attempt = 1, string[]? series = null) => _supervisor.Tell(new StartWindow(Sample.Provider, "backfill-1", 3, attempt, series ?? ["A", "B"], Past), _edge);

    private void End(CollectSeries command) => _supervisor.Tell(new CollectionEnded(command.Series.Id, command.RunId, CollectionOutcome.Collected, null), _collectors);

    private async Task<object> AskAsync(Lane lane)
    {
        var probe = CreateTestProbe();
        _supervisor.Tell(new RequestPermit(Sample.Provider, Guid.NewGuid(), lane), probe);
        return await probe.ExpectMsgAsync<object>();
    }

    private async Task<CollectSeries[]> WokenAsync(int count)
    {
        var woken = new CollectSeries[count];
        for (var at = 0; at < count; at++)
        {
            woken[at] = await _collectors.ExpectMsgAsync<CollectSeries>();
        }

        return woken;
    }

    private async Task<ProviderProgress> ProgressAsync()
    {
        var probe = CreateTestProbe();
        _supervisor.Tell(new GetProgress(Sample.Provider), probe);
        return await probe.ExpectMsgAsync<ProviderProgress>();
    }
}
