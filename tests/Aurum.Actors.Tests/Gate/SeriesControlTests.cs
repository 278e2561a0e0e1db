using Akka.Actor;
using Akka.TestKit;
using Aurum.Actors.Collection;
using Aurum.Actors.Gate;
using Aurum.Actors.Monitoring;
using static Aurum.Actors.Collection.SeriesControlProtocol;
using static Aurum.Actors.Gate.ProviderSupervisorProtocol;

namespace Aurum.Actors.Tests.Gate;

/// <summary>What operators say about single series, to a supervisor.</summary>
public sealed class SeriesControlTests : ActorTest
{
    private const string By = "ops";
    private readonly TestProbe _edge;
    private readonly TestProbe _collectors;
    private int _lives;

    public SeriesControlTests()
    {
        _edge = CreateTestProbe();
        _collectors = CreateTestProbe();
    }

    [Fact]
    public async Task A_paused_series_is_woken_by_no_run_over_restarts_until_it_is_resumed()
    {
        var supervisor = Start("A", "B");
        Assert.Equal(SeriesOutcome.Done, (await AnswerAsync(supervisor, new PauseSeries(Sample.Provider, "A", By, "wrong values"))).Outcome);
        await StopAsync(supervisor);
        supervisor = Start("A", "B");
        await RunAsync(supervisor, "run-1", "B");
        var again = await AnswerAsync(supervisor, new PauseSeries(Sample.Provider, "A", By, null));
        Assert.Equal((SeriesOutcome.Unchanged, "A was paused by ops at 2040-06-04 12:00:00Z: wrong values"), (again.Outcome, again.Detail));
        supervisor.Tell(new GetPausedSeries(Sample.Provider), _edge);
        Assert.Equal(["A"], (await _edge.ExpectMsgAsync<PausedSeries>()).ByCode.Keys);

        Assert.Equal(SeriesOutcome.Done, (await AnswerAsync(supervisor, new ResumeSeries(Sample.Provider, "A", By, null))).Outcome);
        await RunAsync(supervisor, "run-2", "A", "B");
        Assert.Equal(SeriesOutcome.Unchanged, (await AnswerAsync(supervisor, new ResumeSeries(Sample.Provider, "A", By, null))).Outcome);
    }

    [Fact]
    public async Task Who_is_paused_while_asleep_in_a_run_is_left_out_of_it()
    {
        string[] codes = [.. Enumerable.Range(0, 257).Select(number => $"S{number}")];
        var supervisor = Start(codes);
        supervisor.Tell(new StartRun(Sample.Provider, "run-1", CollectionScope.Everything, false), _edge);
        await _edge.ExpectMsgAsync<RunAccepted>();
        var woken = new List<CollectSeries>();
        for (var number = 0; number < 256; number++)
        {
            woken.Add(await _collectors.ExpectMsgAsync<CollectSeries>());
        }

        var asleep = codes.Except(woken.Select(command => command.Series.Id.Code)).Single();
        await AnswerAsync(supervisor, new PauseSeries(Sample.Provider, asleep, By, null));
        woken.ForEach(command => supervisor.Tell(new CollectionEnded(command.Series.Id, "run-1", CollectionOutcome.Collected, null), _collectors));

        await AwaitAssertAsync(async () => Assert.Equal((RunStates.Done, 256, 256), Counts(await ProgressAsync(supervisor))));
        Assert.False(_collectors.HasMessages);
    }

    [Fact]
    public async Task A_run_of_one_series_wakes_only_that_and_counts_for_none_of_all()
    {
        var supervisor = Start("A", "B");
        await RunAsync(supervisor, "run-1", "A", "B");
        var completed = (await ProgressAsync(supervisor)).CompletedRunStartedAt;
        Advance(TimeSpan.FromMinutes(5));

        supervisor.Tell(new StartRun(Sample.Provider, "run-2", CollectionScope.Everything, true, Only: ["B"]), _edge);
        await _edge.ExpectMsgAsync<RunAccepted>();
        var command = await _collectors.ExpectMsgAsync<CollectSeries>();
        Assert.Equal(("B", 1), (command.Series.Id.Code, command.GroupSize));
        var under = await ProgressAsync(supervisor);
        Assert.Equal((true, null), (under.IsOfSome, under.Unfinished));
        supervisor.Tell(new CollectionEnded(command.Series.Id, "run-2", CollectionOutcome.Collected, null), _collectors);
        await AwaitAssertAsync(async () => Assert.Equal((RunStates.Done, 1, 1), Counts(await ProgressAsync(supervisor))));

        Assert.Equal(completed, (await ProgressAsync(supervisor)).CompletedRunStartedAt);
        Assert.False(_collectors.HasMessages);
    }

    [Fact]
    public async Task Questions_and_resets_are_passed_to_the_collector_with_what_is_configured()
    {
        var supervisor = Start("A");
        await AnswerAsync(supervisor, new PauseSeries(Sample.Provider, "A", By, "why"));
        supervisor.Tell(new GetSeries(Sample.Provider, "A"), _edge);
        var describe = await _collectors.ExpectMsgAsync<DescribeSeries>();
        Assert.Equal(("A", "why"), (describe.Series.Id.Code, describe.Paused!.Reason));
        Assert.Equal(_edge.Ref, _collectors.LastSender);

        supervisor.Tell(new ResetSeries(Sample.Provider, "A", Sample.Day(3), true, By, "again"), _edge);
        var move = await _collectors.ExpectMsgAsync<MoveCheckpoint>();
        Assert.Equal((Sample.Day(3), true, By, "again"), (move.To, move.DryRun, move.Act.By, move.Act.Reason));
    }

    [Fact]
    public async Task A_series_that_is_not_configured_is_unknown_and_one_that_looks_like_it_is_named()
    {
        var supervisor = Start("DGS10", "UNRATE");
        var answer = await AnswerAsync(supervisor, new PauseSeries(Sample.Provider, "dgs10", By, null));
        Assert.Equal((SeriesOutcome.UnknownSeries, "acme has no configured series \"dgs10\"; is it DGS10?"), (answer.Outcome, answer.Detail));
        Assert.Empty(Journal.Written);
    }

    private static (string State, int Total, int Done) Counts(ProviderProgress progress) => (progress.State, progress.SeriesTotal, progress.SeriesDone);

    private IActorRef Start(params string[] codes)
    {
        var runtimes = new ProviderRuntimes([Sample.Runtime(datasets: [new FakeDataset("d", [.. codes.Select(code => Sample.Series(code, $"key-{code}"))])])]);
        return Sys.ActorOf(
            Props.Create(() => new ProviderSupervisorActor(
                Sample.Provider, runtimes, Handle<SeriesCollectorActor>(_collectors), Handle<FetcherActor>(CreateTestProbe()), Handle<StatusWriterActor>(CreateTestProbe()), Clock, GateOwnership.Sole)),
            $"supervisor-{_lives++}");
    }

    /// <summary>A whole run, which must wake exactly these.</summary>
    private async Task RunAsync(IActorRef supervisor, string run, params string[] codes)
    {
        supervisor.Tell(new StartRun(Sample.Provider, run, CollectionScope.Everything, false), _edge);
        await _edge.ExpectMsgAsync<RunAccepted>();
        var woken = new List<string>();
        foreach (var _ in codes)
        {
            var command = await _collectors.ExpectMsgAsync<CollectSeries>();
            woken.Add(command.Series.Id.Code);
            supervisor.Tell(new CollectionEnded(command.Series.Id, run, CollectionOutcome.Collected, null), _collectors);
        }

        await AwaitAssertAsync(async () => Assert.Equal(RunStates.Done, (await ProgressAsync(supervisor)).State));
        Assert.Equal(codes.Order(), woken.Order());
        Assert.False(_collectors.HasMessages);
    }

    private async Task<SeriesControlled> AnswerAsync(IActorRef supervisor, ISeriesCommand command)
    {
        supervisor.Tell(command, _edge);
        return await _edge.ExpectMsgAsync<SeriesControlled>();
    }

    private async Task<ProviderProgress> ProgressAsync(IActorRef supervisor)
    {
        var probe = CreateTestProbe();
        supervisor.Tell(new GetProgress(Sample.Provider), probe);
        return await probe.ExpectMsgAsync<ProviderProgress>();
    }
}
