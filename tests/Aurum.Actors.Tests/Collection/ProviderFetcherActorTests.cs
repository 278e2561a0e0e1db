using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Akka.Actor;
using Akka.TestKit;
using Aurum.Actors.Collection;
using Aurum.Actors.Gate;
using Aurum.Domain;
using Aurum.Providers;
using Aurum.Providers.Http;
using static Aurum.Actors.Collection.FetcherProtocol;
using static Aurum.Actors.Gate.GateProtocol;
using static Aurum.Actors.Publishing.PublisherActor;

namespace Aurum.Actors.Tests.Collection;

/// <summary>A provider's fetcher with its fetches, a gate that is played by hand and an API that answers from a script.</summary>
public sealed class ProviderFetcherActorTests : ActorTest
{
    private readonly FakeProvider _provider = new();
    private readonly FakeApi _api = new();
    private readonly KeptPages _malformed = new();
    private readonly TestProbe _gate;
    private readonly TestProbe _collector;
    private readonly IActorRef _fetcher;

    public ProviderFetcherActorTests()
        : base(serializeMessages: true)
    {
        _gate = CreateTestProbe();
        _collector = CreateTestProbe();
        var runtime = Sample.Runtime(_provider);
        _fetcher = Sys.ActorOf(Props.Create(() => new ProviderFetcherActor(runtime, _api.Client(), _malformed, Handle<ProviderSupervisorActor>(_gate), RoadMarkers.None, Clock)));
    }

    [Fact]
    public async Task One_permit_is_taken_and_settled_for_one_request()
    {
        Submit("A");
        Assert.Empty(_api.Requests);
        var permit = await GrantAsync();
        Assert.Equal(RequestOutcome.Answered, (await SettledAsync(permit)).Outcome);
        Assert.Single(_api.Requests);
        var page = await _collector.ExpectMsgAsync<PageFetched>();
        Assert.True(page.IsLast);
        _collector.Reply(new PageHandled(Sample.Series("A").Id, page.PageNumber));
        Assert.Null((await _collector.ExpectMsgAsync<FetchEnded>()).Failure);
        Assert.False(_gate.HasMessages);
    }

    [Fact]
    public async Task Every_attempt_takes_its_own_permit_and_the_last_is_named()
    {
        _api.Respond = (_, _) => Task.FromResult(FakeApi.Status(HttpStatusCode.ServiceUnavailable));
        Submit("A");
        var permits = new HashSet<Guid>();
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            var permit = await GrantAsync();
            Assert.True(permits.Add(permit));
            Assert.Equal(RequestOutcome.Failed, (await SettledAsync(permit)).Outcome);
            await TryAgainAsync(attempt < 3);
        }

        var ended = await _collector.ExpectMsgAsync<FetchEnded>();
        Assert.Equal(FailureKind.Transient, ended.Failure!.Kind);
        Assert.EndsWith("(attempt 3, the last)", ended.Failure.Detail, StringComparison.Ordinal);
        Assert.Equal(3, _api.Requests.Count);
    }

    [Fact]
    public async Task A_throttle_is_told_to_the_gate_with_its_retry_after_and_tried_again_through_it()
    {
        using var counted = new CountedMeasurements(Sample.Provider);
        _api.Respond = (number, _) => Task.FromResult(number == 1 ? FakeApi.Status(HttpStatusCode.TooManyRequests, TimeSpan.FromSeconds(17)) : FakeApi.Ok());
        Submit("A");
        var settled = await SettledAsync(await GrantAsync());
        Assert.Equal((RequestOutcome.Throttled, TimeSpan.FromSeconds(17)), (settled.Outcome, settled.RetryAfter));
        _gate.Reply(new SettlementNoted(settled.RequestId));
        await TryAgainAsync(expected: true);
        await SettledAsync(await GrantAsync());
        await _collector.ExpectMsgAsync<PageFetched>();
        Assert.Equal(["aurum.provider.requests answered: 1", "aurum.provider.requests throttled: 1"], counted.Of("aurum.provider"));
    }

    [Fact]
    public async Task A_refusal_that_concerns_the_provider_is_believed_the_second_time_and_splits_nothing()
    {
        _provider.Splits = true;
        _provider.Answer = (_, _) => new FetchFailed(new Failure(FailureKind.Rejected, "the key is refused", ConcernsProvider: true));
        Submit("A", size: 2);
        Submit("B", size: 2);
        for (var refusal = 1; refusal <= 2; refusal++)
        {
            Assert.Equal(RequestOutcome.Answered, (await SettledAsync(await GrantAsync())).Outcome);
            await TryAgainAsync(refusal < 2);
        }

        for (var party = 0; party < 2; party++)
        {
            var failure = (await _collector.ExpectMsgAsync<FetchEnded>()).Failure!;
            Assert.True(failure.ConcernsProvider);
            Assert.EndsWith("the key is refused (attempt 2, the last)", failure.Detail, StringComparison.Ordinal);
        }

        Assert.Equal(2, _api.Requests.Count);
    }

    [Fact]
    public async Task What_comes_right_after_a_believed_refusal_is_told_it_unasked_and_what_comes_later_asks()
    {
        _provider.Answer = (_, _) => new FetchFailed(new Failure(FailureKind.Rejected, "the key is refused", ConcernsProvider: true));
        Submit("A", group: "A");
        for (var refusal = 1; refusal <= 2; refusal++)
        {
            await SettledAsync(await GrantAsync());
            await TryAgainAsync(refusal < 2);
        }

        await _collector.ExpectMsgAsync<FetchEnded>();
        Submit("B", group: "B");
        Assert.True((await _collector.ExpectMsgAsync<FetchEnded>()).Failure!.ConcernsProvider);
        Assert.Equal(2, _api.Requests.Count);

        Advance(TimeSpan.FromSeconds(6));
        Submit("C", group: "C");
        await SettledAsync(await GrantAsync());
        Assert.Equal(3, _api.Requests.Count);
    }

    [Fact]
    public async Task A_refusal_that_passes_costs_one_attempt()
    {
        var refused = 0;
        _provider.Answer = (_, _) => refused++ == 0
            ? new FetchFailed(new Failure(FailureKind.Rejected, "the key is refused", ConcernsProvider: true))
            : Page.OfObservations([], null, null);
        Submit("A");
        await SettledAsync(await GrantAsync());
        await TryAgainAsync(expected: true);
        await SettledAsync(await GrantAsync());
        await _collector.ExpectMsgAsync<PageFetched>();
    }

    [Fact]
    public async Task That_a_provider_throttles_is_said_again_until_the_gate_has_noted_it_even_when_its_fetch_is_gone()
    {
        _api.Respond = (_, _) => Task.FromResult(FakeApi.Status(HttpStatusCode.TooManyRequests, TimeSpan.FromSeconds(17)));
        Submit("A");
        var settled = await SettledAsync(await GrantAsync());
        await HeardAsync(_fetcher);
        foreach (var gone in (int[])[1, 2])
        {
            Advance(TimeSpan.FromSeconds(1));
            var again = (PermitSettled)await _gate.FishForMessageAsync(message => message is PermitSettled, TimeSpan.FromSeconds(20));
            Assert.Equal(settled with { RetryAfter = TimeSpan.FromSeconds(17 - gone) }, again);
        }

        _gate.Reply(new SettlementNoted(settled.RequestId));
        await HeardAsync(_fetcher);
        Advance(TimeSpan.FromSeconds(5));
        await HeardAsync(_fetcher);
        while (_gate.HasMessages)
        {
            Assert.IsNotType<PermitSettled>(await _gate.ReceiveOneAsync(TimeSpan.FromSeconds(5)));
        }
    }

    [Fact]
    public async Task A_permit_that_expires_before_anything_left_is_given_back_and_costs_no_attempt_but_not_for_ever()
    {
        _api.Respond = (_, _) => throw new PermitExpiredException();
        Submit("A");
        for (var sent = 0; sent < 9; sent++)
        {
            Assert.Equal(RequestOutcome.Unused, (await SettledAsync(await GrantAsync())).Outcome);
            await TryAgainAsync(sent is 2 or 5);
        }

        Assert.Contains("no connection was to be had", (await _collector.ExpectMsgAsync<FetchEnded>()).Failure!.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rejection_is_not_tried_again()
    {
        _api.Respond = (_, _) => Task.FromResult(FakeApi.Status(HttpStatusCode.NotFound));
        Submit("A");
        Assert.Equal(RequestOutcome.Answered, (await SettledAsync(await GrantAsync())).Outcome);
        Assert.Equal(FailureKind.Rejected, (await _collector.ExpectMsgAsync<FetchEnded>()).Failure!.Kind);
    }

    [Fact]
    public async Task Denied_by_the_breaker_it_fails_with_the_time_and_denied_by_a_stop_it_does_not_fail()
    {
        Submit("A");
        var request = await _gate.ExpectMsgAsync<RequestPermit>();
        _gate.Reply(new PermitDenied(request.RequestId, new DateTimeOffset(2040, 6, 4, 12, 30, 0, TimeSpan.Zero)));
        Assert.Contains("2040-06-04 12:30:00Z", (await _collector.ExpectMsgAsync<FetchEnded>()).Failure!.Detail, StringComparison.Ordinal);

        Submit("B");
        request = await _gate.ExpectMsgAsync<RequestPermit>();
        _gate.Reply(new PermitDenied(request.RequestId, null));
        var ended = await _collector.ExpectMsgAsync<FetchEnded>();
        Assert.Equal((null, true), (ended.Failure, ended.Stopped));
        Assert.Empty(_api.Requests);
    }

    [Fact]
    public async Task A_request_that_nobody_answers_is_repeated_with_the_same_id()
    {
        Submit("A");
        var first = await _gate.ExpectMsgAsync<RequestPermit>();
        Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(first, await _gate.ExpectMsgAsync<RequestPermit>());
    }

    [Fact]
    public async Task An_expired_permit_is_settled_unused_and_another_asked_for()
    {
        Submit("A");
        var first = await _gate.ExpectMsgAsync<RequestPermit>();
        _gate.Reply(new PermitGranted(first.RequestId, TimeNow));
        Assert.Equal(RequestOutcome.Unused, (await SettledAsync(first.RequestId)).Outcome);
        Assert.NotEqual(first.RequestId, (await _gate.ExpectMsgAsync<RequestPermit>()).RequestId);
        Assert.Empty(_api.Requests);
    }

    [Fact]
    public async Task A_grant_said_twice_is_used_and_settled_once()
    {
        var answer = new TaskCompletionSource<HttpResponseMessage>();
        _api.Respond = (_, _) => answer.Task;
        Submit("A");
        var permit = await GrantAsync();
        await AwaitAssertAsync(() => Assert.Single(_api.Requests));
        _gate.Reply(new PermitGranted(permit, TimeNow.AddSeconds(10)));
        answer.SetResult(FakeApi.Ok());
        Assert.Equal(RequestOutcome.Answered, (await SettledAsync(permit)).Outcome);
        await _collector.ExpectMsgAsync<PageFetched>();
        Assert.False(_gate.HasMessages);
    }

    [Fact]
    public async Task The_next_page_is_asked_for_only_after_all_collectors_have_handled_this_one()
    {
        _provider.Answer = (_, cursor) => Page.OfObservations([], cursor is null ? "2" : null, null);
        Submit("A", size: 2);
        Submit("B", size: 2);
        await SettledAsync(await GrantAsync());
        await _collector.ExpectMsgAsync<PageFetched>();
        var fetch = _collector.LastSender;
        await _collector.ExpectMsgAsync<PageFetched>();
        fetch.Tell(new PageHandled(Sample.Series("A").Id, 1), _collector);
        await HeardAsync(fetch);
        Assert.False(_gate.HasMessages);
        fetch.Tell(new PageHandled(Sample.Series("B").Id, 1), _collector);
        await SettledAsync(await GrantAsync());
        Assert.Equal(2, (await _collector.ExpectMsgAsync<PageFetched>()).PageNumber);
        Assert.EndsWith("cursor=2", _api.Requests.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_collector_that_dies_does_not_hold_up_the_page_for_the_others()
    {
        _provider.Answer = (_, cursor) => Page.OfObservations([], cursor is null ? "2" : null, null);
        var mortal = CreateTestProbe();
        Submit("A", size: 2);
        Submit("B", size: 2, collector: mortal);
        await SettledAsync(await GrantAsync());
        await _collector.ExpectMsgAsync<PageFetched>();
        _collector.Reply(new PageHandled(Sample.Series("A").Id, 1));
        await mortal.ExpectMsgAsync<PageFetched>();
        Sys.Stop(mortal);
        await SettledAsync(await GrantAsync());
        Assert.Equal(2, (await _collector.ExpectMsgAsync<PageFetched>()).PageNumber);
    }

    [Fact]
    public async Task A_collector_that_refuses_its_page_gets_no_more_of_it_and_the_others_do()
    {
        _provider.Answer = (_, cursor) => Page.OfObservations([], cursor is null ? "2" : null, null);
        var refusing = CreateTestProbe();
        Submit("A", size: 2);
        Submit("B", size: 2, collector: refusing);
        await SettledAsync(await GrantAsync());
        await refusing.ExpectMsgAsync<PageFetched>();
        refusing.Reply(new PageRefused(Sample.Series("B").Id));
        await _collector.ExpectMsgAsync<PageFetched>();
        _collector.Reply(new PageHandled(Sample.Series("A").Id, 1));
        await SettledAsync(await GrantAsync());
        await _collector.ExpectMsgAsync<PageFetched>();
        Assert.False(refusing.HasMessages);
    }

    [Fact]
    public async Task A_call_that_one_bad_member_voids_is_halved_until_the_others_are_served()
    {
        _provider.Splits = true;
        _api.Respond = (_, path) => Task.FromResult(path.Contains('C', StringComparison.Ordinal) ? FakeApi.Status(HttpStatusCode.BadRequest) : FakeApi.Ok());
        _provider.Answer = (fetch, _) => Page.OfObservations([.. fetch.Wants.Select(want => Sample.Slice(want.Series, (1, 1)))], null, null);
        _gate.SetAutoPilot(new DelegateAutoPilot((fetch, message) =>
        {
            if (message is RequestPermit request)
            {
                fetch.Tell(new PermitGranted(request.RequestId, DateTimeOffset.MaxValue), _gate);
            }

            return AutoPilot.KeepRunning;
        }));
        _collector.SetAutoPilot(new DelegateAutoPilot((fetch, message) =>
        {
            if (message is PageFetched page)
            {
                fetch.Tell(new PageHandled(page.Slices[0].Series, page.PageNumber), _collector);
            }

            return AutoPilot.KeepRunning;
        }));
        foreach (var code in (string[])["A", "B", "C", "D"])
        {
            Submit(code, size: 4);
        }

        var (served, ended) = (new List<string>(), new List<FetchEnded>());
        while (ended.Count < 4)
        {
            var message = await _collector.ReceiveOneAsync(TimeSpan.FromSeconds(5));
            if (message is PageFetched page)
            {
                served.Add(page.Slices[0].Series.Code);
            }
            else
            {
                ended.Add(Assert.IsType<FetchEnded>(message));
            }
        }

        Assert.Equal(["A", "B", "D"], served.Order());
        Assert.Equal(FailureKind.Rejected, Assert.Single(ended, end => end.Failure is not null).Failure!.Kind);
        Assert.Equal(["Observations A+B+C+D", "Observations A+B", "Observations C+D", "Observations C", "Observations D"], _provider.Planned);
        Assert.Equal(5, _api.Requests.Count);
    }

    [Fact]
    public async Task Wants_of_a_whole_group_are_planned_together_at_once()
    {
        Submit("A", size: 3);
        Submit("B", size: 3);
        await HeardAsync(_fetcher);
        Assert.Empty(_provider.Planned);
        Submit("C", size: 3);
        await _gate.ExpectMsgAsync<RequestPermit>();
        Assert.Equal(["Observations A+B+C"], _provider.Planned);
    }

    [Fact]
    public async Task A_group_is_planned_as_soon_as_its_last_member_says_that_it_wants_nothing()
    {
        Submit("A", size: 3);
        Submit("B", size: 3);
        await HeardAsync(_fetcher);
        Assert.Empty(_provider.Planned);
        _fetcher.Tell(new WantNothing(FetchKind.Observations, "acme", "group", 3));
        await _gate.ExpectMsgAsync<RequestPermit>();
        Assert.Equal(["Observations A+B"], _provider.Planned);
    }

    [Fact]
    public async Task A_group_with_a_silent_member_is_planned_when_its_patience_ends()
    {
        Submit("A", size: 3);
        Submit("B", size: 3);
        await HeardAsync(_fetcher);
        Advance(TimeSpan.FromSeconds(9));
        await HeardAsync(_fetcher);
        Assert.Empty(_provider.Planned);
        Advance(TimeSpan.FromSeconds(1));
        await _gate.ExpectMsgAsync<RequestPermit>();
        Assert.Equal(["Observations A+B"], _provider.Planned);
    }

    [Fact]
    public async Task A_want_that_is_in_no_call_ends_at_once_without_failing()
    {
        _provider.Plan = _ => [];
        Submit("A");
        var ended = await _collector.ExpectMsgAsync<FetchEnded>();
        Assert.Equal((null, false), (ended.Failure, ended.Stopped));
        Assert.False(_gate.HasMessages);
    }

    [Fact]
    public async Task No_more_calls_are_under_way_than_there_are_workers_and_those_never_refused_go_first()
    {
        _api.Respond = (_, _) => Task.FromResult(FakeApi.Status(HttpStatusCode.BadGateway));
        foreach (var code in (string[])["A", "B", "C"])
        {
            Submit(code, group: code);
        }

        var first = await _gate.ExpectMsgAsync<RequestPermit>();
        var (failing, other) = (_gate.LastSender, await _gate.ExpectMsgAsync<RequestPermit>());
        await HeardAsync(_fetcher);
        Assert.False(_gate.HasMessages); // two workers

        failing.Tell(new PermitGranted(first.RequestId, TimeNow.AddSeconds(10)), _gate);
        await SettledAsync(first.RequestId);
        var third = await _gate.ExpectMsgAsync<RequestPermit>(); // has the slot at once, while the one that failed waits
        Assert.NotEqual(failing, _gate.LastSender);
        var second = _gate.LastSender;

        // The one that failed is ready again, but another that never failed comes with it: when one slot is free, that goes first.
        Advance(TimeSpan.FromSeconds(2));
        Submit("D", group: "D");
        await HeardAsync(_fetcher);
        var identified = CreateTestProbe();
        Sys.ActorSelection(_fetcher.Path / "*").Tell(new Identify(null), identified);
        for (var fetches = 0; fetches < 4; fetches++)
        {
            await identified.ExpectMsgAsync<ActorIdentity>(); // so it has asked for its slot
        }

        await HeardAsync(_fetcher);
        while (_gate.HasMessages)
        {
            var again = (await _gate.ExpectMsgAsync<RequestPermit>()).RequestId;
            Assert.True(again == other.RequestId || again == third.RequestId);
        }

        second.Tell(new PermitGranted(third.RequestId, TimeNow.AddSeconds(10)), _gate);
        await SettledAsync(third.RequestId);
        await _gate.FishForMessageAsync<RequestPermit>(request => request.RequestId != other.RequestId, TimeSpan.FromSeconds(20));
        Assert.NotEqual(failing, _gate.LastSender);
        Assert.NotEqual(other.RequestId, third.RequestId);
    }

    [Fact]
    public async Task Observations_outside_of_a_want_are_not_delivered_to_it()
    {
        _provider.Answer = (fetch, _) => Page.OfObservations([Sample.Slice(Sample.Series("A"), (1, 1), (2, 2), (3, 3))], null, null);
        Submit("A", window: new Window(Sample.Day(2), Sample.Day(3)));
        await GrantAsync();
        var page = await _collector.ExpectMsgAsync<PageFetched>();
        Assert.Equal([Sample.Day(2)], Assert.Single(page.Slices).Observations.Select(observation => observation.Timestamp));
    }

    [Fact]
    public async Task While_publishing_is_blocked_no_permit_is_asked_for_and_then_all_go_on()
    {
        Submit("A", group: "one");
        var asked = await _gate.ExpectMsgAsync<RequestPermit>();
        _fetcher.Tell(new PublishingPace(Blocked: true));
        Submit("B", group: "two");
        await HeardAsync(_fetcher);

        // The one that asked before gives its permit back unused.
        _gate.Reply(new PermitGranted(asked.RequestId, TimeNow.AddSeconds(10)));
        Assert.Equal(RequestOutcome.Unused, (await SettledAsync(asked.RequestId)).Outcome);
        Advance(TimeSpan.FromMinutes(5));
        await HeardAsync(_fetcher);
        Assert.False(_gate.HasMessages);
        Assert.Empty(_api.Requests);

        _fetcher.Tell(new PublishingPace(Blocked: false));
        for (var fetch = 0; fetch < 2; fetch++)
        {
            // The first may be answered before the second asks.
            var request = (RequestPermit)await _gate.FishForMessageAsync(message => message is RequestPermit, TimeSpan.FromSeconds(20));
            _gate.Send(_gate.LastSender, new PermitGranted(request.RequestId, TimeNow.AddSeconds(10)));
        }

        await AwaitAssertAsync(() => Assert.Equal(2, _api.Requests.Count));
    }

    [Fact]
    public async Task All_pages_of_an_answer_come_back_to_who_asked()
    {
        _provider.Answer = (_, cursor) => cursor is null ? Page.OfFacts("the facts", next: "2") : Page.OfFacts("and more");
        _fetcher.Tell(new AskProvider(Sample.Provider, "d", new FakeFetch(FetchKind.Facts, [], "facts")), _collector);
        await SettledAsync(await GrantAsync());
        await SettledAsync(await GrantAsync());
        var answer = await _collector.ExpectMsgAsync<ProviderAnswered>();
        Assert.Equal(("d", null), (answer.Key, answer.Failure));
        Assert.Equal(["the facts", "and more"], answer.Pages.Select(page => page.Facts));
    }

    [Fact]
    public async Task A_question_that_fails_comes_back_with_its_failure_and_no_pages()
    {
        _provider.Answer = (_, cursor) => cursor is null ? Page.OfFacts("the facts", next: "2") : new FetchFailed(new Failure(FailureKind.Malformed, "no facts"));
        _fetcher.Tell(new AskProvider(Sample.Provider, "d", new FakeFetch(FetchKind.Facts, [], "facts")), _collector);
        await SettledAsync(await GrantAsync());
        await SettledAsync(await GrantAsync());
        var answer = await _collector.ExpectMsgAsync<ProviderAnswered>();
        Assert.Empty(answer.Pages);
        Assert.Equal(FailureKind.Malformed, answer.Failure!.Kind);
    }

    [Fact]
    public async Task Pages_that_do_not_fit_together_are_read_again_from_the_first_a_few_times_and_not_held_against_the_provider()
    {
        _provider.Answer = (_, cursor) => cursor is null
            ? Page.OfObservations([], "2", null)
            : new FetchFailed(new Failure(FailureKind.Transient, "rows moved", BeginAnew: true));
        Submit("A");
        for (var reading = 0; reading < 3; reading++)
        {
            for (var page = 0; page < 2; page++)
            {
                Assert.Equal(RequestOutcome.Answered, (await SettledAsync(await GrantAsync())).Outcome);
                if (page == 0)
                {
                    var fetched = await _collector.ExpectMsgAsync<PageFetched>();
                    _collector.Reply(new PageHandled(Sample.Series("A").Id, fetched.PageNumber));
                }
            }

            await TryAgainAsync(reading < 2);
        }

        Assert.Equal("observations A: rows moved", (await _collector.ExpectMsgAsync<FetchEnded>()).Failure!.Detail);
    }

    [Fact]
    public async Task A_malformed_body_is_kept_without_the_key_and_its_failure_says_where()
    {
        _api.Respond = (_, _) => Task.FromResult(new HttpResponseMessage { Content = new StringContent("""{"echo":"secret","rows":7}""") });
        _provider.Answer = (_, _) => new FetchFailed(new Failure(FailureKind.Malformed, "$.rows: expected an array"));
        Submit("A");
        await GrantAsync();
        Assert.Equal("observations A: $.rows: expected an array; the body is kept as page 1", (await _collector.ExpectMsgAsync<FetchEnded>()).Failure!.Detail);
        var (provider, address, status, body) = Assert.Single(_malformed.Pages);
        Assert.Equal((Sample.Provider, 200, """{"echo":"***","rows":7}"""), (provider, status, body));
        Assert.StartsWith("https://acme.example/observations%20A", address, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_failure_names_the_key()
    {
        _api.Respond = (_, _) => throw new HttpRequestException("cannot connect to https://acme.example/?key=secret");
        Submit("A");
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            await SettledAsync(await GrantAsync());
            await TryAgainAsync(attempt < 3);
        }

        Assert.DoesNotContain("secret", (await _collector.ExpectMsgAsync<FetchEnded>()).Failure!.Detail, StringComparison.Ordinal);
    }

    /// <summary>Sample.Runtime has two slots: history has one of its own.</summary>
    [Fact]
    public async Task History_that_waits_for_permits_keeps_no_live_call_waiting_and_has_slots_of_its_own()
    {
        foreach (var code in new[] { "P", "Q" })
        {
            _fetcher.Tell(new SubmitWant(FetchKind.Observations, new Want(Sample.Series(code), Window.Everything, null), Lane.Backfill, $"past-{code}", 1, 1), _collector);
        }

        Assert.Equal(Lane.Backfill, (await _gate.ExpectMsgAsync<RequestPermit>()).Lane);
        Submit("A", "a");
        Submit("B", "b");
        Assert.Equal(Lane.Incremental, (await _gate.ExpectMsgAsync<RequestPermit>()).Lane);
        Assert.Equal(Lane.Incremental, (await _gate.ExpectMsgAsync<RequestPermit>()).Lane);
        await HeardAsync(_fetcher);
        Assert.False(_gate.HasMessages);
    }

    private sealed class KeptPages : IMalformedPages
    {
        public ConcurrentQueue<(string Provider, string Address, int Status, string Body)> Pages { get; } = new();

        public string? Keep(string provider, string address, int status, ReadOnlyMemory<byte> body)
        {
            Pages.Enqueue((provider, address, status, Encoding.UTF8.GetString(body.Span)));
            return $"page {Pages.Count}";
        }
    }

    private static async Task HeardAsync(IActorRef actor) => await actor.Ask<ActorIdentity>(new Identify(null), TimeSpan.FromSeconds(5));

    private void Submit(string code, string group = "group", int size = 1, TestProbe? collector = null, Window? window = null) => _fetcher.Tell(
        new SubmitWant(FetchKind.Observations, new Want(Sample.Series(code), window ?? Window.Everything, null), Lane.Incremental, group, size, 1),
        collector ?? _collector);

    private async Task<Guid> GrantAsync()
    {
        var request = await _gate.ExpectMsgAsync<RequestPermit>();
        _gate.Reply(new PermitGranted(request.RequestId, TimeNow.AddSeconds(10)));
        return request.RequestId;
    }

    private async Task<PermitSettled> SettledAsync(Guid permit)
    {
        var settled = await _gate.ExpectMsgAsync<PermitSettled>();
        Assert.Equal(permit, settled.RequestId);
        return settled;
    }

    /// <summary>Moves time on until the next attempt is asked for; a failed attempt's back-off has chance in it.</summary>
    private async Task TryAgainAsync(bool expected)
    {
        if (expected)
        {
            await AwaitConditionAsync(
                () =>
                {
                    Advance(TimeSpan.FromMilliseconds(50));
                    return Task.FromResult(_gate.HasMessages);
                },
                TimeSpan.FromSeconds(10),
                TimeSpan.FromMilliseconds(10));
        }
    }
}
