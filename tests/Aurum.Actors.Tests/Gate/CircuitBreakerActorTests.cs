using Akka.Actor;
using Akka.TestKit;
using Aurum.Actors.Gate;
using Aurum.Providers.Settings;
using static Aurum.Actors.Gate.GateProtocol;

namespace Aurum.Actors.Tests.Gate;

public sealed class CircuitBreakerActorTests : ActorTest
{
    private static readonly CircuitBreakerSettings Settings = new(3, TimeSpan.FromMinutes(30));
    private readonly TestProbe _limiter;
    private readonly TestProbe _fetch;
    private IActorRef _breaker;
    private int _lives;

    public CircuitBreakerActorTests()
    {
        _limiter = CreateTestProbe();
        _fetch = CreateTestProbe();
        _breaker = Start();
    }

    [Fact]
    public async Task Requests_pass_to_the_limiter_with_their_sender_while_closed()
    {
        var id = Request();
        Assert.Equal(id, (await _limiter.ExpectMsgAsync<RequestPermit>()).RequestId);
        Assert.Equal(_fetch.Ref, _limiter.LastSender);
        Assert.Equal(new CircuitBreakerActor.Breaker("closed", null, null), await StateAsync());
    }

    [Fact]
    public async Task Failures_in_a_row_open_it_deny_who_waits_and_deny_who_comes()
    {
        await OpenAsync();
        var id = Request();
        Assert.Equal(new PermitDenied(id, TimeNow + Settings.Timeout, "after too many failures; the last was not told"), await _fetch.ExpectMsgAsync<PermitDenied>());
        Assert.Equal(new CircuitBreakerActor.Breaker("open", TimeNow + Settings.Timeout, TimeNow), await StateAsync());
    }

    [Fact]
    public async Task Throttles_never_open_it()
    {
        for (var throttle = 0; throttle < 20; throttle++)
        {
            Settle(Guid.NewGuid(), RequestOutcome.Throttled);
        }

        Assert.Equal("closed", (await StateAsync()).State);
    }

    [Fact]
    public async Task Half_open_lets_one_probe_pass_and_its_answer_closes_it_for_all_who_wait()
    {
        var (probe, others) = await HalfOpenAsync();
        Settle(probe, RequestOutcome.Answered);
        var passed = new[] { await _limiter.ExpectMsgAsync<RequestPermit>(), await _limiter.ExpectMsgAsync<RequestPermit>() };
        Assert.Equal(others.Order(), passed.Select(request => request.RequestId).Order());
        Assert.Equal(_fetch.Ref, _limiter.LastSender);
        Assert.Equal("closed", (await StateAsync()).State);
    }

    [Fact]
    public async Task A_failed_probe_opens_it_again_and_denies_all_who_wait()
    {
        var (probe, others) = await HalfOpenAsync();
        Settle(probe, RequestOutcome.Failed);
        await _limiter.ExpectMsgAsync<RateLimiterProtocol.DenyWaiting>();
        var denied = new[] { await _fetch.ExpectMsgAsync<PermitDenied>(), await _fetch.ExpectMsgAsync<PermitDenied>() };
        Assert.Equal(others.Order(), denied.Select(denial => denial.RequestId).Order());
        Assert.All(denied, denial => Assert.Equal(TimeNow + Settings.Timeout, denial.OpenUntil));
    }

    [Theory]
    [InlineData(RequestOutcome.Throttled)]
    [InlineData(RequestOutcome.Unused)]
    public async Task A_probe_that_tells_nothing_gives_way_to_the_next_at_once(RequestOutcome outcome)
    {
        var (probe, others) = await HalfOpenAsync();
        Settle(probe, outcome);
        Assert.Contains((await _limiter.ExpectMsgAsync<RequestPermit>()).RequestId, others);
        Assert.Equal("half-open", (await StateAsync()).State);
        Assert.False(_limiter.HasMessages);
    }

    [Fact]
    public async Task A_request_that_became_the_probe_is_not_passed_on_a_second_time_when_the_breaker_closes()
    {
        var (_, others) = await HalfOpenAsync();
        Advance(TimeSpan.FromMinutes(5.1));
        Request(others[0]);
        Assert.Equal(others[0], (await _limiter.ExpectMsgAsync<RequestPermit>()).RequestId);
        Settle(others[0], RequestOutcome.Answered);
        Assert.Equal(others[1], (await _limiter.ExpectMsgAsync<RequestPermit>()).RequestId);
        await StateAsync();
        await StateAsync();
        Assert.False(_limiter.HasMessages);
    }

    [Fact]
    public async Task A_lost_probe_gives_way_after_five_minutes_and_not_before()
    {
        var (_, others) = await HalfOpenAsync();
        Advance(TimeSpan.FromMinutes(5));
        Request(others[0]);
        await StateAsync();
        Assert.False(_limiter.HasMessages);
        Advance(TimeSpan.FromSeconds(1));
        Request(others[0]);
        Assert.Equal(others[0], (await _limiter.ExpectMsgAsync<RequestPermit>()).RequestId);
    }

    [Fact]
    public async Task It_is_still_open_after_a_restart()
    {
        await OpenAsync();
        var before = await StateAsync();
        await StopAsync(_breaker);
        _breaker = Start();
        Assert.Equal(before, await StateAsync());
        Request();
        await _fetch.ExpectMsgAsync<PermitDenied>();
    }

    [Fact]
    public async Task It_remembers_over_failed_probes_and_restarts_since_when_the_provider_has_been_away()
    {
        var since = TimeNow;
        await OpenAsync();
        for (var probe = 0; probe < 2; probe++)
        {
            Advance(Settings.Timeout);
            Settle(Request(), RequestOutcome.Failed);
            await AwaitAssertAsync(async () => Assert.Equal(("open", since), ((await StateAsync()).State, (await StateAsync()).OpenSince)));
        }

        await StopAsync(_breaker);
        _breaker = Start();
        Assert.Equal(since, (await StateAsync()).OpenSince);
    }

    [Fact]
    public async Task Closed_by_a_person_it_lets_all_pass_and_stays_closed_after_a_restart()
    {
        await OpenAsync();
        _breaker.Tell(CircuitBreakerActor.Close.Instance);
        Assert.Equal(new CircuitBreakerActor.Breaker("closed", null, null), await StateAsync());
        Request();
        await _limiter.ExpectMsgAsync<RequestPermit>();
        await StopAsync(_breaker);
        _breaker = Start();
        Assert.Equal("closed", (await StateAsync()).State);
    }

    [Fact]
    public async Task Closing_a_closed_one_forgives_its_failures_and_writes_nothing()
    {
        Settle(Guid.NewGuid(), RequestOutcome.Failed);
        Settle(Guid.NewGuid(), RequestOutcome.Failed);
        _breaker.Tell(CircuitBreakerActor.Close.Instance);
        Settle(Guid.NewGuid(), RequestOutcome.Failed);
        Assert.Equal("closed", (await StateAsync()).State);
        Assert.Empty(Journal.Written);
    }

    private IActorRef Start() => Sys.ActorOf(CircuitBreakerActor.Props(Sample.Provider, Settings, _limiter, Clock), $"breaker-{_lives++}");

    private Guid Request(Guid? id = null)
    {
        var request = new RequestPermit(Sample.Provider, id ?? Guid.NewGuid(), Lane.Incremental);
        _breaker.Tell(request, _fetch);
        return request.RequestId;
    }

    private void Settle(Guid id, RequestOutcome outcome) => _breaker.Tell(new PermitSettled(Sample.Provider, id, outcome, null));

    private async Task<CircuitBreakerActor.Breaker> StateAsync()
    {
        var probe = CreateTestProbe();
        _breaker.Tell(CircuitBreakerActor.GetBreaker.Instance, probe);
        return await probe.ExpectMsgAsync<CircuitBreakerActor.Breaker>();
    }

    private async Task OpenAsync()
    {
        for (var failure = 0; failure < Settings.FailureThreshold; failure++)
        {
            Settle(Guid.NewGuid(), RequestOutcome.Failed);
        }

        Assert.Equal(TimeNow + Settings.Timeout, (await _limiter.ExpectMsgAsync<RateLimiterProtocol.DenyWaiting>()).OpenUntil);
    }

    /// <summary>One probe is out, two others wait for what it tells.</summary>
    private async Task<(Guid Probe, Guid[] Others)> HalfOpenAsync()
    {
        await OpenAsync();
        Advance(Settings.Timeout);
        Assert.Equal("half-open", (await StateAsync()).State);
        var probe = Request();
        Assert.Equal(probe, (await _limiter.ExpectMsgAsync<RequestPermit>()).RequestId);
        var others = new[] { Request(), Request() };
        await StateAsync();
        Assert.False(_limiter.HasMessages);
        Assert.False(_fetch.HasMessages);
        return (probe, others);
    }
}
