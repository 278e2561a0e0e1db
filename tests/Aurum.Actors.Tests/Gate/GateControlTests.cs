using Akka.Actor;
using Akka.TestKit;
using Aurum.Actors.Collection;
using Aurum.Actors.Gate;
using Aurum.Actors.Monitoring;
using static Aurum.Actors.Gate.GateControlProtocol;
using static Aurum.Actors.Gate.GateProtocol;
using static Aurum.Actors.Gate.ProviderSupervisorProtocol;

namespace Aurum.Actors.Tests.Gate;

/// <summary>A supervisor with its whole gate, changed by hand, restarted, and without its journal.</summary>
public sealed class GateControlTests : ActorTest
{
    private const string By = "ops";
    private readonly TestProbe _edge;
    private readonly TestProbe _fetch;
    private readonly TestProbe _collectors;
    private int _lives;

    public GateControlTests()
    {
        _edge = CreateTestProbe();
        _fetch = CreateTestProbe();
        _collectors = CreateTestProbe();
    }

    [Fact]
    public async Task Changed_limits_count_at_once_survive_a_restart_and_go_back_to_the_configuration()
    {
        var supervisor = Start();
        await DoneAsync(supervisor, new SetRateLimit(Sample.Provider, 1, 1, 3, By, "slower"));
        var gate = await DescribeAsync(supervisor);
        Assert.Equal((1, 1, 3, 1, 1), (gate.RequestsPerSecond, gate.Burst, gate.DailyQuota, gate.BackfillQuota, gate.Available));
        Assert.Equal((By, "slower", TimeNow), (gate.Changed!.Act.By, gate.Changed.Act.Reason, gate.Changed.Act.At));
        Request(supervisor);
        await _fetch.ExpectMsgAsync<PermitGranted>();
        Request(supervisor);
        Assert.Equal(1, (await DescribeAsync(supervisor)).Waiting.Incremental);
        Assert.False(_fetch.HasMessages);
        Assert.Equal(GateOutcome.Unchanged, (await AnswerAsync(supervisor, new SetRateLimit(Sample.Provider, 1, 1, 3, By, null))).Outcome);

        supervisor = await RestartAsync(supervisor);
        gate = await DescribeAsync(supervisor);
        Assert.Equal((1, 1, 3), (gate.RequestsPerSecond, gate.Burst, gate.DailyQuota));
        await DoneAsync(supervisor, new SetRateLimit(Sample.Provider, null, null, null, By, null));
        supervisor = await RestartAsync(supervisor);
        gate = await DescribeAsync(supervisor);
        Assert.Equal((5, 5, null, null), (gate.RequestsPerSecond, gate.Burst, gate.DailyQuota, gate.Changed));
    }

    [Fact]
    public async Task A_hold_by_hand_survives_a_restart_is_released_by_hand_and_never_ends_one_of_the_provider()
    {
        var supervisor = Start();
        var until = TimeNow.AddMinutes(10);
        await DoneAsync(supervisor, new HoldGate(Sample.Provider, until, By, "maintenance"));
        supervisor = await RestartAsync(supervisor);
        Request(supervisor);
        var gate = await DescribeAsync(supervisor);
        Assert.Equal((until, "maintenance", WaitReasons.Hold, until), (gate.HeldByHand!.Until, gate.HeldByHand.Act.Reason, gate.WaitingFor, gate.WaitingUntil));
        await DoneAsync(supervisor, new ReleaseGate(Sample.Provider, By, "done"));
        Advance(TimeSpan.FromSeconds(2));
        var permit = await GrantedAsync(supervisor);
        Assert.Null((await DescribeAsync(supervisor)).HeldByHand);

        supervisor.Tell(new PermitSettled(Sample.Provider, permit, RequestOutcome.Throttled, TimeSpan.FromMinutes(5)), _fetch);
        await _fetch.ExpectMsgAsync<SettlementNoted>();
        var asked = (await DescribeAsync(supervisor)).HeldByProviderUntil;
        Assert.Equal(TimeNow.AddMinutes(5), asked);
        var answer = await AnswerAsync(supervisor, new ReleaseGate(Sample.Provider, By, null));
        Assert.Equal(GateOutcome.Unchanged, answer.Outcome);
        Assert.Contains("never cut short", answer.Detail, StringComparison.Ordinal);
        Assert.Equal(asked, (await DescribeAsync(supervisor)).HeldByProviderUntil);
    }

    [Fact]
    public async Task A_paused_provider_starts_no_run_wakes_nobody_and_gives_no_permit_until_it_is_resumed()
    {
        var supervisor = Start(300);
        supervisor.Tell(new StartRun(Sample.Provider, "run-1", CollectionScope.Everything, false), _edge);
        await _edge.ExpectMsgAsync<RunAccepted>();
        var first = await _collectors.ExpectMsgAsync<CollectSeries>();
        for (var woken = 1; woken < 256; woken++)
        {
            await _collectors.ExpectMsgAsync<CollectSeries>();
        }

        await DoneAsync(supervisor, new PauseProvider(Sample.Provider, By, "audit"));
        supervisor = await RestartAsync(supervisor, 300, () => supervisor.Tell(new CollectionEnded(first.Series.Id, "run-1", CollectionOutcome.Collected, null), _collectors));
        Request(supervisor);
        supervisor.Tell(new StartRun(Sample.Provider, "run-2", CollectionScope.Everything, false), _edge);
        var rejected = await _edge.ExpectMsgAsync<RunRejected>();
        Assert.Equal("acme is paused by ops at 2040-06-04 12:00:00Z: audit", rejected.Reason);
        Assert.Equal((By, WaitReasons.Pause), ((await DescribeAsync(supervisor)).Paused!.By, (await DescribeAsync(supervisor)).WaitingFor));
        Assert.False(_collectors.HasMessages);
        Assert.False(_fetch.HasMessages);
        Assert.Equal(GateOutcome.Unchanged, (await AnswerAsync(supervisor, new PauseProvider(Sample.Provider, By, null))).Outcome);

        await DoneAsync(supervisor, new ResumeProvider(Sample.Provider, By, null));
        await GrantedAsync(supervisor);
        supervisor.Tell(new StartRun(Sample.Provider, "run-2", CollectionScope.Everything, false), _edge);
        await _edge.ExpectMsgAsync<RunAccepted>();
        await _collectors.ExpectMsgAsync<CollectSeries>();
    }

    [Fact]
    public async Task Who_waits_when_a_provider_is_paused_is_not_denied_and_not_served()
    {
        var supervisor = Start();
        await DoneAsync(supervisor, new HoldGate(Sample.Provider, TimeNow.AddMinutes(1), By, null));
        Request(supervisor);
        Assert.Equal(1, (await DescribeAsync(supervisor)).Waiting.Incremental);
        await DoneAsync(supervisor, new PauseProvider(Sample.Provider, By, null));
        Assert.Equal(0, (await DescribeAsync(supervisor)).Waiting.Incremental);
        Advance(TimeSpan.FromMinutes(2));
        await DescribeAsync(supervisor);
        Assert.False(_fetch.HasMessages);
    }

    [Fact]
    public async Task A_breaker_opened_by_hand_stays_open_over_restarts_and_explicit_runs_until_it_is_closed_by_hand()
    {
        var supervisor = Start();
        await DoneAsync(supervisor, new TripBreaker(Sample.Provider, null, By, "wrong values"));
        supervisor = await RestartAsync(supervisor);
        supervisor.Tell(new StartRun(Sample.Provider, "run-1", CollectionScope.Everything, CloseBreaker: true), _edge);
        await _edge.ExpectMsgAsync<RunAccepted>();
        Advance(TimeSpan.FromDays(30));
        var id = Request(supervisor);
        var denied = await _fetch.ExpectMsgAsync<PermitDenied>();
        Assert.Equal((id, DateTimeOffset.MaxValue, "as it was opened by ops at 2040-06-04 12:00:00Z: wrong values"), (denied.RequestId, denied.OpenUntil, denied.Reason));
        var gate = await DescribeAsync(supervisor);
        Assert.Equal(("open", null, Sample.Now, By), (gate.Breaker, gate.BreakerOpenUntil, gate.BreakerOpenSince, gate.BreakerTripped!.By));

        await DoneAsync(supervisor, new CloseBreaker(Sample.Provider, By, "right again"));
        Assert.Equal(("closed", null), ((await DescribeAsync(supervisor)).Breaker, (await DescribeAsync(supervisor)).BreakerTripped));
        await GrantedAsync(supervisor);
        Assert.Equal(GateOutcome.Unchanged, (await AnswerAsync(supervisor, new CloseBreaker(Sample.Provider, By, null))).Outcome);
    }

    [Fact]
    public async Task A_breaker_opened_by_hand_for_a_time_lets_a_probe_pass_when_it_is_over()
    {
        var supervisor = Start();
        await DoneAsync(supervisor, new TripBreaker(Sample.Provider, TimeNow.AddMinutes(5), By, null));
        Advance(TimeSpan.FromMinutes(5));
        Assert.Equal("half-open", (await DescribeAsync(supervisor)).Breaker);
        var probe = await GrantedAsync(supervisor);
        supervisor.Tell(new PermitSettled(Sample.Provider, probe, RequestOutcome.Answered, null), _fetch);
        await AwaitAssertAsync(async () => Assert.Equal("closed", (await DescribeAsync(supervisor)).Breaker));
    }

    public static TheoryData<IGateCommand, string> Wrong => new()
    {
        { new SetRateLimit("acme", 0, null, null, By, null), "a rate of 0 requests a second; expected above 0, at most 1000" },
        { new SetRateLimit("acme", double.NaN, null, null, By, null), "a rate of NaN requests a second; expected above 0, at most 1000" },
        { new SetRateLimit("acme", null, 0, null, By, null), "a burst of 0; expected 1 to 1000" },
        { new SetRateLimit("acme", null, null, -1, By, null), "a daily quota of -1; expected 0 or more" },
        { new HoldGate("acme", Sample.Now, By, null), "a hold until 2040-06-04 12:00:00Z, which is over" },
        { new HoldGate("acme", Sample.Now.AddDays(8), By, null), "a hold until 2040-06-12 12:00:00Z; expected at most 7 days from now; to stop a provider for longer, pause it" },
        { new TripBreaker("acme", Sample.Now.AddSeconds(-1), By, null), "a breaker open until 2040-06-04 11:59:59Z, which is over" },
        { new PauseProvider("acme", " ", null), "it is not said who asks for it" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task What_makes_no_sense_is_refused_in_words_and_changes_nothing(IGateCommand command, string problem)
    {
        var supervisor = Start();
        Assert.Equal(new GateControlled(Sample.Provider, GateOutcome.Invalid, problem), await AnswerAsync(supervisor, command));
        Assert.Empty(Journal.Written);
    }

    [Fact]
    public async Task A_provider_that_is_not_configured_is_said_to_be_unknown()
    {
        var supervisor = Start(configured: false);
        Assert.Equal(GateOutcome.UnknownProvider, (await AnswerAsync(supervisor, new PauseProvider(Sample.Provider, By, null))).Outcome);
        supervisor.Tell(new GetGate(Sample.Provider), _edge);
        Assert.Equal(GateOutcome.UnknownProvider, (await _edge.ExpectMsgAsync<GateControlled>()).Outcome);
    }

    [Fact]
    public async Task A_quota_of_zero_gives_nothing()
    {
        var supervisor = Start();
        await DoneAsync(supervisor, new SetRateLimit(Sample.Provider, null, null, 0, By, null));
        Request(supervisor);
        Assert.Equal(WaitReasons.Quota, (await DescribeAsync(supervisor)).WaitingFor);
        Assert.False(_fetch.HasMessages);
    }

    [Fact]
    public async Task A_gate_that_lost_its_journal_denies_nobody_comes_back_after_growing_breaks_and_has_forgotten_nothing()
    {
        var supervisor = Start();
        supervisor.Tell(new StartRun(Sample.Provider, "run-1", CollectionScope.Everything, false), _edge);
        await _edge.ExpectMsgAsync<RunAccepted>();
        await DoneAsync(supervisor, new SetRateLimit(Sample.Provider, 2, 2, 40, By, null));
        await DoneAsync(supervisor, new TripBreaker(Sample.Provider, TimeNow.AddSeconds(1), By, null));
        Advance(TimeSpan.FromSeconds(1));
        foreach (var pause in (int[])[1, 2, 4])
        {
            Journal.FailNext();
            supervisor.Tell(new HoldGate(Sample.Provider, TimeNow.AddHours(1), By, "not to be remembered"), _edge);
            await AwaitAssertAsync(async () => Assert.Equal(WaitReasons.Journal, (await ProgressAsync(supervisor)).WaitingFor));
            Request(supervisor);
            Assert.Equal(GateOutcome.Unavailable, (await AnswerAsync(supervisor, new ReleaseGate(Sample.Provider, By, null))).Outcome);
            Advance(TimeSpan.FromSeconds(pause - 0.1));
            Assert.Equal(WaitReasons.Journal, (await ProgressAsync(supervisor)).WaitingFor);
            Advance(TimeSpan.FromSeconds(0.1));
            await AwaitAssertAsync(async () => Assert.Null((await ProgressAsync(supervisor)).WaitingFor));
            Assert.False(_fetch.HasMessages);
        }

        await GrantedAsync(supervisor);
        var gate = await DescribeAsync(supervisor);
        Assert.Equal((2, 2, 40, "half-open", null), (gate.RequestsPerSecond, gate.Burst, gate.DailyQuota, gate.Breaker, gate.HeldByHand));
        Assert.Equal(RunStates.Collecting, (await ProgressAsync(supervisor)).State);
    }

    private IActorRef Start(int series = 1, bool configured = true)
    {
        var runtime = Sample.Runtime(datasets: [new FakeDataset("d", [.. Enumerable.Range(0, series).Select(number => Sample.Series($"S{number}", $"key{number}"))])]);
        var runtimes = new ProviderRuntimes(configured ? [runtime] : []);
        return Sys.ActorOf(
            Props.Create(() => new ProviderSupervisorActor(
                Sample.Provider, runtimes, Handle<SeriesCollectorActor>(_collectors), Handle<FetcherActor>(CreateTestProbe()), Handle<StatusWriterActor>(CreateTestProbe()), Clock, GateOwnership.Sole)),
            $"supervisor-{_lives++}");
    }

    private async Task<IActorRef> RestartAsync(IActorRef supervisor, int series = 1, Action? before = null)
    {
        before?.Invoke();
        await DescribeAsync(supervisor);
        await StopAsync(supervisor);
        return Start(series);
    }

    private Guid Request(IActorRef supervisor)
    {
        var request = new RequestPermit(Sample.Provider, Guid.NewGuid(), Lane.Incremental);
        supervisor.Tell(request, _fetch);
        return request.RequestId;
    }

    /// <summary>Moves time on until a new request has its permit.</summary>
    private async Task<Guid> GrantedAsync(IActorRef supervisor)
    {
        var id = Request(supervisor);
        for (var tries = 0; tries < 200; tries++)
        {
            await DescribeAsync(supervisor);
            while (_fetch.HasMessages)
            {
                if ((await _fetch.ExpectMsgAsync<PermitGranted>()).RequestId == id)
                {
                    return id;
                }
            }

            Advance(TimeSpan.FromMilliseconds(100));
        }

        throw new InvalidOperationException("No permit came.");
    }

    private async Task DoneAsync(IActorRef supervisor, IGateCommand command) =>
        Assert.Equal(new GateControlled(Sample.Provider, GateOutcome.Done), await AnswerAsync(supervisor, command));

    private async Task<GateControlled> AnswerAsync(IActorRef supervisor, IGateCommand command)
    {
        supervisor.Tell(command, _edge);
        return await _edge.ExpectMsgAsync<GateControlled>();
    }

    private async Task<GateDescription> DescribeAsync(IActorRef supervisor)
    {
        var probe = CreateTestProbe();
        supervisor.Tell(new GetGate(Sample.Provider), probe);
        return await probe.ExpectMsgAsync<GateDescription>();
    }

    private async Task<ProviderProgress> ProgressAsync(IActorRef supervisor)
    {
        var probe = CreateTestProbe();
        supervisor.Tell(new GetProgress(Sample.Provider), probe);
        return await probe.ExpectMsgAsync<ProviderProgress>();
    }
}
