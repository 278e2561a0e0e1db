using Akka.Actor;
using Akka.TestKit;
using Aurum.Actors.Collection;
using Aurum.Actors.Gate;
using Aurum.Actors.Monitoring;
using Aurum.Domain;
using Aurum.Providers;
using Aurum.Providers.Settings;
using static Aurum.Actors.Gate.GateProtocol;
using static Aurum.Actors.Gate.ProviderSupervisorProtocol;

namespace Aurum.Actors.Tests.Gate;

public sealed class ProviderSupervisorActorTests : ActorTest
{
    private readonly TestProbe _collectors;
    private readonly TestProbe _fetcher;
    private readonly TestProbe _status;
    private readonly TestProbe _edge;
    private readonly FakeProvider _provider = new();
    private FetcherProtocol.AskProvider? _question;
    private int _lives;

    public ProviderSupervisorActorTests()
    {
        _collectors = CreateTestProbe();
        _fetcher = CreateTestProbe();
        _status = CreateTestProbe();
        _edge = CreateTestProbe();
    }

    [Fact]
    public async Task A_run_wakes_every_series_and_ends_when_the_last_of_them_has()
    {
        var supervisor = Start(Named("A", "B"));
        await AcceptAsync(supervisor);
        foreach (var command in await WokenAsync(2))
        {
            supervisor.Tell(new CollectionStarted(command.Series.Id, command.RunId), _collectors);
            supervisor.Tell(new CollectionProgressed(command.Series.Id, command.RunId, 10, 1, Sample.Day(3)), _collectors);
            supervisor.Tell(new CollectionEnded(command.Series.Id, command.RunId, CollectionOutcome.Collected, null), _collectors);
        }

        var progress = await ProgressAsync(supervisor);
        Assert.Equal((RunStates.Done, 2, 2, 20L, 2L), (progress.State, progress.SeriesTotal, progress.SeriesDone, progress.Inserted, progress.Revised));
        await _status.FishForMessageAsync(message => message is StatusWriterActor.ProviderSeen { Status.State: RunStates.Done }, TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task No_more_than_256_are_awake_at_a_time()
    {
        var supervisor = Start(new FakeDataset("d", [.. Enumerable.Range(0, 300).Select(number => Sample.Series($"S{number}", $"key{number}"))]));
        await AcceptAsync(supervisor);
        var woken = await WokenAsync(256);
        await ProgressAsync(supervisor);
        Assert.False(_collectors.HasMessages);
        supervisor.Tell(new CollectionEnded(woken[0].Series.Id, "run-1", CollectionOutcome.Collected, null), _collectors);
        await WokenAsync(1);
        await ProgressAsync(supervisor);
        Assert.False(_collectors.HasMessages);
    }

    [Fact]
    public async Task A_command_that_nobody_answers_is_sent_again()
    {
        var supervisor = Start(Named("A"));
        await AcceptAsync(supervisor);
        var first = Assert.Single(await WokenAsync(1));
        await AdvanceAsync(TimeSpan.FromSeconds(11), TimeSpan.FromSeconds(0.5), () => ProgressAsync(supervisor));
        var again = Assert.Single(await WokenAsync(1));
        Assert.Equal((first.Series.Id, first.GroupId), (again.Series.Id, again.GroupId));
        supervisor.Tell(new CollectionStarted(again.Series.Id, again.RunId), _collectors);
        await AdvanceAsync(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(0.5), () => ProgressAsync(supervisor));
        Assert.False(_collectors.HasMessages);
    }

    [Fact]
    public async Task A_refusal_that_would_meet_every_series_ends_the_run_without_another_permit_and_the_next_run_tries_again()
    {
        var supervisor = Start(new FakeDataset("d", [.. Enumerable.Range(0, 300).Select(number => Sample.Series($"S{number}", $"key{number}"))]));
        await AcceptAsync(supervisor);
        var woken = await WokenAsync(256);
        var refusal = new Failure(FailureKind.Rejected, "the key is refused", ConcernsProvider: true);
        supervisor.Tell(new CollectionEnded(woken[0].Series.Id, "run-1", CollectionOutcome.Failed, refusal), _collectors);
        var id = Guid.NewGuid();
        supervisor.Tell(new RequestPermit(Sample.Provider, id, Lane.Incremental), _edge);
        Assert.Equal(new PermitDenied(id, null), await _edge.ExpectMsgAsync<PermitDenied>());
        foreach (var command in woken.Skip(1))
        {
            supervisor.Tell(new CollectionEnded(command.Series.Id, command.RunId, CollectionOutcome.Stopped, null), _collectors);
        }

        var progress = await ProgressAsync(supervisor);
        Assert.Equal((RunStates.Done, 300, 300, 300), (progress.State, progress.SeriesTotal, progress.SeriesDone, progress.Failures.Count));
        Assert.Equal(299, progress.Failures.Count(failure => failure.Detail == "not asked, as the first one was refused: the key is refused"));
        Assert.False(_collectors.HasMessages);
        Assert.DoesNotContain(Journal.Written, written => written.Event is ProviderSupervisorEvents.RunCompleted);

        supervisor.Tell(new RequestPermit(Sample.Provider, Guid.NewGuid(), Lane.Incremental), _edge);
        await _edge.ExpectMsgAsync<PermitGranted>();
        await AcceptAsync(supervisor, "run-2");
        await WokenAsync(256);
    }

    [Fact]
    public async Task A_refusal_of_a_question_about_datasets_fails_all_of_them()
    {
        var supervisor = Start(new FakeDataset("one", [], FactsNeeded: 1), new FakeDataset("two", [], FactsNeeded: 1));
        await AcceptAsync(supervisor);
        var question = await _fetcher.ExpectMsgAsync<FetcherProtocol.AskProvider>();
        await _fetcher.ExpectMsgAsync<FetcherProtocol.AskProvider>();
        supervisor.Tell(new FetcherProtocol.ProviderAnswered(question.Key, [], new Failure(FailureKind.Rejected, "the key is refused", ConcernsProvider: true)), _fetcher);

        var progress = await ProgressAsync(supervisor);
        Assert.Equal(RunStates.Done, progress.State);
        Assert.Equal(["dataset one", "dataset two"], progress.Failures.Select(failure => failure.Code).Order());
    }

    [Fact]
    public async Task A_series_whose_collector_went_with_its_node_is_woken_again()
    {
        var supervisor = Start(Named("A"));
        await AcceptAsync(supervisor);
        await WokenAsync(1);
        var collector = CreateTestProbe();
        supervisor.Tell(new CollectionStarted(Sample.Series("A").Id, "run-1"), collector);
        await ProgressAsync(supervisor);
        await StopAsync(collector);
        await AdvanceAsync(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(0.5), () => ProgressAsync(supervisor));
        Assert.Equal("run-1", Assert.Single(await WokenAsync(1)).RunId);
        Assert.Empty((await ProgressAsync(supervisor)).Failures);
    }

    [Fact]
    public async Task A_collector_that_is_lost_again_and_again_becomes_a_failure_with_its_name()
    {
        var supervisor = Start(Named("A"));
        await AcceptAsync(supervisor);
        for (var loss = 0; loss <= 20; loss++)
        {
            await WokenAsync(1);
            var collector = CreateTestProbe();
            supervisor.Tell(new CollectionStarted(Sample.Series("A").Id, "run-1"), collector);
            await ProgressAsync(supervisor);
            await StopAsync(collector);
            await AdvanceAsync(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(0.5), () => ProgressAsync(supervisor));
        }

        await AwaitAssertAsync(async () => Assert.Equal(RunStates.Done, (await ProgressAsync(supervisor)).State));
        var failure = Assert.Single((await ProgressAsync(supervisor)).Failures);
        Assert.Equal(("A", FailureKind.Transient), (failure.Code, failure.Kind));
        Assert.Contains("stopped unexpectedly", failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_is_lost_with_its_supervisor_is_remembered_as_unfinished_until_it_is_completed()
    {
        var supervisor = Start(Named("A"));
        await AcceptAsync(supervisor);
        await WokenAsync(1);
        await StopAsync(supervisor);
        var successor = Start(Named("A"));
        var progress = await ProgressAsync(successor);
        Assert.Equal((RunStates.Idle, "run-1"), (progress.State, progress.Unfinished?.RunId));

        await AcceptAsync(successor);
        successor.Tell(new CollectionEnded((await WokenAsync(1))[0].Series.Id, "run-1", CollectionOutcome.Collected, null));
        await AwaitAssertAsync(async () => Assert.Null((await ProgressAsync(successor)).Unfinished));
        Assert.Equal(progress.Unfinished?.StartedAt, (await ProgressAsync(successor)).CompletedRunStartedAt);
    }

    [Fact]
    public async Task A_stopped_run_denies_permits_wakes_nobody_and_ends_as_stopped()
    {
        var supervisor = Start(new FakeDataset("d", [.. Enumerable.Range(0, 300).Select(number => Sample.Series($"S{number}", $"key{number}"))]));
        await AcceptAsync(supervisor);
        var woken = await WokenAsync(256);
        supervisor.Tell(new StopRun(Sample.Provider), _edge);
        var id = Guid.NewGuid();
        supervisor.Tell(new RequestPermit(Sample.Provider, id, Lane.Incremental), _edge);
        Assert.Equal(new PermitDenied(id, null), await _edge.ExpectMsgAsync<PermitDenied>());
        Assert.Equal(RunStates.Stopping, (await ProgressAsync(supervisor)).State);
        foreach (var command in woken)
        {
            supervisor.Tell(new CollectionEnded(command.Series.Id, command.RunId, CollectionOutcome.Stopped, null), _collectors);
        }

        var progress = await ProgressAsync(supervisor);
        Assert.Equal((RunStates.Stopped, 0), (progress.State, progress.SeriesDone));
        Assert.Empty(progress.Failures);
        Assert.False(_collectors.HasMessages);

        supervisor.Tell(new RequestPermit(Sample.Provider, id, Lane.Incremental), _edge);
        await _edge.ExpectMsgAsync<PermitGranted>();
    }

    [Fact]
    public async Task A_gate_that_moves_denies_nobody_leaves_its_books_in_order_and_stops()
    {
        var supervisor = Start(Named("A"));
        await AcceptAsync(supervisor);
        var first = await GrantAsync(supervisor);
        supervisor.Tell(new PermitSettled(Sample.Provider, first, RequestOutcome.Throttled, TimeSpan.FromHours(1)), _edge);
        await _edge.ExpectMsgAsync<SettlementNoted>();
        supervisor.Tell(new RequestPermit(Sample.Provider, Guid.NewGuid(), Lane.Incremental), _edge);
        await _edge.WatchAsync(supervisor);
        supervisor.Tell(HandOffGate.Instance);
        supervisor.Tell(new RequestPermit(Sample.Provider, Guid.NewGuid(), Lane.Incremental), _edge);
        await _edge.ExpectTerminatedAsync(supervisor, TimeSpan.FromSeconds(20));
        Assert.False(_edge.HasMessages);
        var handed = Assert.IsType<RateLimiterEvents.GateHandedOver>(Journal.Written.Last(written => written.PersistenceId.StartsWith("rate", StringComparison.Ordinal)).Event);
        Assert.Equal(1, handed.Spent);
    }

    [Fact]
    public async Task Those_who_wait_at_the_gate_are_denied_when_the_run_stops()
    {
        var supervisor = Start(Named("A"));
        await AcceptAsync(supervisor);
        var first = await GrantAsync(supervisor);
        supervisor.Tell(new PermitSettled(Sample.Provider, first, RequestOutcome.Throttled, TimeSpan.FromHours(1)), _edge);
        Assert.Equal(new SettlementNoted(first), await _edge.ExpectMsgAsync<SettlementNoted>());
        var id = Guid.NewGuid();
        supervisor.Tell(new RequestPermit(Sample.Provider, id, Lane.Incremental), _edge);
        await AwaitAssertAsync(async () =>
        {
            Advance(TimeSpan.FromSeconds(0.5));
            Assert.Equal("hold", (await ProgressAsync(supervisor)).WaitingFor);
        });
        supervisor.Tell(new StopRun(Sample.Provider), _edge);
        Assert.Equal(new PermitDenied(id, null), await _edge.ExpectMsgAsync<PermitDenied>());
    }

    [Fact]
    public async Task Facts_are_asked_for_until_they_suffice_learnt_once_and_known_after_a_restart()
    {
        var dataset = new FakeDataset("d", [Sample.Series("A")], FactsNeeded: 3);
        var supervisor = Start(dataset);
        await AcceptAsync(supervisor);
        Assert.Equal("facts d after ", (await QuestionAsync()).Fetch.Label);
        Assert.Equal(RunStates.Collecting, (await ProgressAsync(supervisor)).State);
        Answer(supervisor, Page.OfFacts("1"), Page.OfFacts("2"));
        Assert.Equal("facts d after 1+2", (await QuestionAsync()).Fetch.Label);
        Answer(supervisor, Page.OfFacts("3"));
        Answer(supervisor, Page.OfFacts("3, again"));
        await WokenAsync(1);
        Assert.Equal(["1", "2", "3"], LearntFacts());
        await StopAsync(supervisor);

        await AcceptAsync(Start(dataset));
        await WokenAsync(1);
        Assert.False(_fetcher.HasMessages);
    }

    [Fact]
    public async Task A_dataset_that_the_provider_lists_is_listed_anew_with_each_catalog_sync_and_collected_as_known_when_that_fails()
    {
        var dataset = new FakeDataset("d", [Sample.Series("A")], FactsNeeded: 1, Discovered: true);
        var supervisor = Start(dataset);
        await AcceptAsync(supervisor);
        await QuestionAsync();
        Answer(supervisor, Page.OfFacts("1"));
        await EndAllAsync(supervisor, 1);
        await AcceptAsync(supervisor, "run-2");
        await EndAllAsync(supervisor, 1, "run-2");
        Assert.False(_fetcher.HasMessages);

        Advance(TimeSpan.FromDays(2));
        await AcceptAsync(supervisor, "run-3");
        await QuestionAsync();
        AnswerBadly(supervisor, FailureKind.Transient, "HTTP 503");
        await EndAllAsync(supervisor, 1, "run-3");
        var progress = await ProgressAsync(supervisor);
        Assert.Equal((RunStates.Done, 1), (progress.State, progress.SeriesDone));
        Assert.Equal("HTTP 503", Assert.Single(progress.Failures).Detail);
    }

    [Fact]
    public async Task Facts_that_cannot_be_had_fail_their_dataset_and_no_other()
    {
        var supervisor = Start(new FakeDataset("d", [], FactsNeeded: 1), Named("A"));
        await AcceptAsync(supervisor);
        await QuestionAsync();
        AnswerBadly(supervisor, FailureKind.Rejected, "HTTP 404");
        await EndAllAsync(supervisor, 1);
        var progress = await ProgressAsync(supervisor);
        Assert.Equal(RunStates.Done, progress.State);
        Assert.Equal("dataset d", Assert.Single(progress.Failures).Code);
    }

    [Fact]
    public async Task A_list_without_series_fails_its_dataset()
    {
        var supervisor = Start(new FakeDataset("d", [], FactsNeeded: 1, Discovered: true));
        await AcceptAsync(supervisor);
        await QuestionAsync();
        Answer(supervisor, Page.OfFacts("none"));
        await AwaitAssertAsync(async () => Assert.Equal("the provider lists no series that fit it", Assert.Single((await ProgressAsync(supervisor)).Failures).Detail));
        Assert.Equal(RunStates.Done, (await ProgressAsync(supervisor)).State);
    }

    [Fact]
    public async Task Answers_that_never_suffice_fail_their_dataset()
    {
        _provider.MostFacts = 2;
        var supervisor = Start(new FakeDataset("d", [], FactsNeeded: 3));
        await AcceptAsync(supervisor);
        await QuestionAsync();
        Answer(supervisor, Page.OfFacts("1"), Page.OfFacts("2"));
        await AwaitAssertAsync(async () => Assert.Equal(FailureKind.Rejected, Assert.Single((await ProgressAsync(supervisor)).Failures).Kind));
    }

    [Fact]
    public async Task Many_runs_leave_a_snapshot_that_a_successor_starts_from()
    {
        _provider.TellsChanges = true;
        var supervisor = Start(Named("A"));
        DateTimeOffset began = default;
        for (var run = 1; run <= 45; run++)
        {
            began = TimeNow;
            await AcceptAsync(supervisor, $"run-{run}");
            if (run > 1)
            {
                await QuestionAsync();
                Answer(supervisor, Page.OfChanges(["A"]));
            }

            await EndAllAsync(supervisor, 1, $"run-{run}");
            Advance(TimeSpan.FromHours(4));
        }

        await StopAsync(supervisor);
        await AcceptAsync(Start(Named("A")), "last");
        Assert.Equal($"changes of 1 since {began:HH:mm:ss}", (await QuestionAsync()).Fetch.Label);
    }

    [Fact]
    public async Task An_answer_to_a_question_of_an_earlier_run_is_no_answer()
    {
        var supervisor = Start(new FakeDataset("d", [Sample.Series("A")], FactsNeeded: 1));
        await AcceptAsync(supervisor);
        var old = await QuestionAsync();
        supervisor.Tell(new StopRun(Sample.Provider), _edge);
        await AcceptAsync(supervisor, "run-2");
        await QuestionAsync();
        supervisor.Tell(new FetcherProtocol.ProviderAnswered(old.Key, [Page.OfFacts("old")], null), _fetcher);
        Assert.Equal(RunStates.Collecting, (await ProgressAsync(supervisor)).State);
        Assert.False(_collectors.HasMessages);
        Answer(supervisor, Page.OfFacts("new"));
        await WokenAsync(1);
        Assert.Equal(["new"], LearntFacts());
    }

    [Fact]
    public async Task Once_a_run_is_through_the_next_one_says_which_series_have_not_changed_since_it_began()
    {
        _provider.TellsChanges = true;
        var supervisor = Start(Named("A", "B"));
        var began = TimeNow;
        await AcceptAsync(supervisor);
        await EndAllAsync(supervisor, 2);
        Assert.False(_fetcher.HasMessages);

        Advance(TimeSpan.FromHours(4));
        await AcceptAsync(supervisor, "run-2");
        Assert.Equal($"changes of 2 since {began:HH:mm:ss}", (await QuestionAsync()).Fetch.Label);
        Assert.Equal(RunStates.Collecting, (await ProgressAsync(supervisor)).State);
        Answer(supervisor, Page.OfChanges([], next: "2"), Page.OfChanges(["B", "others"]));
        var woken = await WokenAsync(2);
        Assert.Equal([("A", began), ("B", (DateTimeOffset?)null)], woken.Select(command => (command.Series.Id.Code, command.UnchangedSince)));
    }

    [Fact]
    public async Task A_series_with_a_twin_is_served_by_it_once_its_provider_has_been_away_for_long_enough()
    {
        var supervisor = Start(Backup, Named("A", "B"));
        await FailAsync(supervisor, 3);
        await AcceptAsync(supervisor);
        await WokenAsync(2);
        End(supervisor, "A", "run-1", Away);
        End(supervisor, "B", "run-1", Away);
        Assert.Equal((RunStates.Done, 2), ((await ProgressAsync(supervisor)).State, (await ProgressAsync(supervisor)).Failures.Count));

        Advance(TimeSpan.FromHours(1));
        await FailAsync(supervisor, 1);
        await AcceptAsync(supervisor, "run-2");
        await WokenAsync(2);
        await AwaitAssertAsync(async () => Assert.NotEqual("closed", (await ProgressAsync(supervisor)).Breaker));
        End(supervisor, "A", "run-2", Away);
        End(supervisor, "B", "run-2", Away);
        var command = Assert.Single(await WokenAsync(1));
        Assert.Equal(("A", "TWIN", 1), (command.Series.Id.Code, command.Twin!.Id.Code, command.GroupSize));
        End(supervisor, "A", "run-2", null);
        var progress = await ProgressAsync(supervisor);
        Assert.Equal((RunStates.Done, "B"), (progress.State, Assert.Single(progress.Failures).Code));
    }

    [Fact]
    public async Task A_twin_that_fails_too_is_not_asked_again()
    {
        var supervisor = Start(Backup, Named("A"));
        await FailAsync(supervisor, 3);
        Advance(TimeSpan.FromHours(2));
        await AcceptAsync(supervisor);
        await WokenAsync(1);
        await AwaitAssertAsync(async () => Assert.NotEqual("closed", (await ProgressAsync(supervisor)).Breaker));
        End(supervisor, "A", "run-1", Away);
        await WokenAsync(1);
        End(supervisor, "A", "run-1", new Failure(FailureKind.Transient, "the twin is away too"));
        Assert.Equal("the twin is away too", Assert.Single((await ProgressAsync(supervisor)).Failures).Detail);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task When_nobody_can_tell_what_has_changed_every_series_is_asked_for(bool fails)
    {
        _provider.TellsChanges = true;
        var supervisor = Start(Named("A", "B"));
        await AcceptAsync(supervisor);
        await EndAllAsync(supervisor, 2);
        await AcceptAsync(supervisor, "run-2");
        await QuestionAsync();
        if (fails)
        {
            AnswerBadly(supervisor, FailureKind.Transient, "HTTP 503");
        }
        else
        {
            Answer(supervisor, Page.OfChanges(null));
        }

        Assert.All(await WokenAsync(2), command => Assert.Null(command.UnchangedSince));
    }

    [Fact]
    public async Task A_second_run_is_rejected_and_the_same_one_said_again_is_accepted_again()
    {
        var supervisor = Start(Named("A"));
        await AcceptAsync(supervisor);
        await AcceptAsync(supervisor);
        await RejectAsync(supervisor);
        await WokenAsync(1);
        Assert.False(_collectors.HasMessages);
        supervisor.Tell(new CollectionEnded(Sample.Series("A").Id, "run-1", CollectionOutcome.Collected, null), _collectors);
        await AcceptAsync(supervisor, "run-2");
        await WokenAsync(1);
    }

    [Fact]
    public async Task A_run_that_still_waits_for_facts_is_under_way_too()
    {
        var supervisor = Start(new FakeDataset("d", [Sample.Series("A")], FactsNeeded: 1));
        await AcceptAsync(supervisor);
        await QuestionAsync();
        await AcceptAsync(supervisor);
        await RejectAsync(supervisor);
        Assert.False(_fetcher.HasMessages);
        supervisor.Tell(new StopRun(Sample.Provider), _edge);
        Assert.Equal(RunStates.Stopped, (await ProgressAsync(supervisor)).State);
    }

    [Fact]
    public async Task A_provider_that_is_not_configured_here_runs_nothing_and_permits_nothing()
    {
        var supervisor = Sys.ActorOf(Props.Create(() => new ProviderSupervisorActor(
            "other", new ProviderRuntimes(Array.Empty<ProviderRuntime>()), Handle<SeriesCollectorActor>(_collectors), Handle<FetcherActor>(_fetcher), Handle<StatusWriterActor>(_status), Clock)));
        supervisor.Tell(new StartRun("other", "run-1", CollectionScope.Everything, false), _edge);
        Assert.Contains("not configured", (await _edge.ExpectMsgAsync<RunRejected>()).Reason, StringComparison.Ordinal);
        supervisor.Tell(new RequestPermit("other", Guid.NewGuid(), Lane.Incremental), _edge);
        await _edge.ExpectMsgAsync<PermitDenied>();
        supervisor.Tell(new GetProgress("other"), _edge);
        Assert.Equal(RunStates.Idle, (await _edge.ExpectMsgAsync<ProviderProgress>()).State);
    }

    [Fact]
    public async Task Failures_at_the_gate_open_the_breaker_and_a_run_that_a_person_asks_for_closes_it()
    {
        var supervisor = Start(Named("A"));
        for (var failure = 0; failure < 3; failure++)
        {
            supervisor.Tell(new PermitSettled(Sample.Provider, Guid.NewGuid(), RequestOutcome.Failed, null), _edge);
        }

        await AwaitAssertAsync(async () =>
        {
            supervisor.Tell(new RequestPermit(Sample.Provider, Guid.NewGuid(), Lane.Incremental), _edge);
            Assert.IsType<PermitDenied>(await _edge.ReceiveOneAsync(TimeSpan.FromSeconds(5)));
        });
        supervisor.Tell(new StartRun(Sample.Provider, "run-1", CollectionScope.Everything, CloseBreaker: true), _edge);
        await _edge.ExpectMsgAsync<RunAccepted>();
        await GrantAsync(supervisor);
    }

    private IReadOnlyList<string> LearntFacts() =>
        ProviderSupervisorState.Initial.Apply(Assert.Single(Journal.Written, written => written.Event is ProviderSupervisorEvents.DatasetFactsLearnt).Event).DatasetFacts["d"].Answers;

    private static FakeDataset Named(params string[] codes) => new("named", [.. codes.Select(code => Sample.Series(code))]);

    private static readonly Failure Away = new(FailureKind.Transient, "HTTP 503");

    private static readonly BackupSettings Backup = new("other", TimeSpan.FromHours(1), new Dictionary<string, string> { ["A"] = "TWIN" });

    private IActorRef Start(params Dataset[] datasets) => Start(null, datasets);

    private IActorRef Start(BackupSettings? backup, params Dataset[] datasets)
    {
        var runtime = Sample.Runtime(_provider, datasets: datasets);
        var twins = backup?.Twins.ToDictionary(
            pair => pair.Key, pair => new SeriesDefinition(new SeriesId(backup.Provider, pair.Value), "d", pair.Value, new Dictionary<string, string>(), null, 30));
        var runtimes = new ProviderRuntimes([runtime with { Settings = runtime.Settings with { Backup = backup }, Twins = twins }]);
        return Sys.ActorOf(
            Props.Create(() => new ProviderSupervisorActor(
                Sample.Provider, runtimes, Handle<SeriesCollectorActor>(_collectors), Handle<FetcherActor>(_fetcher), Handle<StatusWriterActor>(_status), Clock, GateOwnership.Sole)),
            $"supervisor-{_lives++}");
    }

    private async Task AcceptAsync(IActorRef supervisor, string run = "run-1")
    {
        supervisor.Tell(new StartRun(Sample.Provider, run, CollectionScope.Everything, false), _edge);
        Assert.Equal(new RunAccepted(Sample.Provider, run), await _edge.ExpectMsgAsync<RunAccepted>());
    }

    /// <summary>So many requests fail; three of them open the breaker.</summary>
    private async Task FailAsync(IActorRef supervisor, int requests)
    {
        for (var request = 0; request < requests; request++)
        {
            var id = Guid.NewGuid();
            supervisor.Tell(new RequestPermit(Sample.Provider, id, Lane.Incremental), _edge);
            await _edge.FishForMessageAsync(message => message is PermitGranted or PermitDenied, TimeSpan.FromSeconds(20));
            supervisor.Tell(new PermitSettled(Sample.Provider, id, RequestOutcome.Failed, null), _edge);
        }

        await _edge.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(50));
    }

    private void End(IActorRef supervisor, string code, string run, Failure? failure) => supervisor.Tell(
        new CollectionEnded(Sample.Series(code).Id, run, failure is null ? CollectionOutcome.Collected : CollectionOutcome.Failed, failure), _collectors);

    private async Task<FetcherProtocol.AskProvider> QuestionAsync()
    {
        _question = await _fetcher.ExpectMsgAsync<FetcherProtocol.AskProvider>();
        Assert.Equal(Sample.Provider, _question.Provider);
        return _question;
    }

    private void Answer(IActorRef supervisor, params Page[] pages) =>
        supervisor.Tell(new FetcherProtocol.ProviderAnswered(_question!.Key, pages, null), _fetcher);

    private void AnswerBadly(IActorRef supervisor, FailureKind kind, string detail) =>
        supervisor.Tell(new FetcherProtocol.ProviderAnswered(_question!.Key, [], new Failure(kind, detail)), _fetcher);

    /// <summary>So many series are woken and end well.</summary>
    private async Task EndAllAsync(IActorRef supervisor, int count, string run = "run-1")
    {
        foreach (var command in await WokenAsync(count))
        {
            supervisor.Tell(new CollectionEnded(command.Series.Id, run, CollectionOutcome.Collected, null), _collectors);
        }

        await AwaitAssertAsync(async () => Assert.Equal(RunStates.Done, (await ProgressAsync(supervisor)).State));
    }

    private async Task RejectAsync(IActorRef supervisor)
    {
        supervisor.Tell(new StartRun(Sample.Provider, "run-2", CollectionScope.Everything, false), _edge);
        Assert.Equal("run-1", (await _edge.ExpectMsgAsync<RunRejected>()).ActiveRunId);
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

    private async Task<Guid> GrantAsync(IActorRef supervisor)
    {
        var id = Guid.NewGuid();
        supervisor.Tell(new RequestPermit(Sample.Provider, id, Lane.Incremental), _edge);
        Assert.Equal(id, (await _edge.ExpectMsgAsync<PermitGranted>()).RequestId);
        return id;
    }

    private async Task<ProviderProgress> ProgressAsync(IActorRef supervisor)
    {
        var probe = CreateTestProbe();
        supervisor.Tell(new GetProgress(Sample.Provider), probe);
        return await probe.ExpectMsgAsync<ProviderProgress>();
    }
}
