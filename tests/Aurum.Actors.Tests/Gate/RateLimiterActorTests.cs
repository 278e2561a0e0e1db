using Akka.Actor;
using Akka.TestKit;
using Aurum.Actors.Gate;
using Aurum.Providers.Settings;
using static Aurum.Actors.Gate.GateProtocol;
using static Aurum.Actors.Gate.RateLimiterProtocol;

namespace Aurum.Actors.Tests.Gate;

public sealed class RateLimiterActorTests : ActorTest
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);
    private readonly TestProbe _fetch;
    private int _lives;

    public RateLimiterActorTests() => _fetch = CreateTestProbe();

    [Fact]
    public async Task Nothing_is_granted_before_its_reservation_is_in_the_journal()
    {
        var limiter = Start(Sample.Limit(quota: 100));
        await PermitsOf(limiter);
        Journal.Hold();
        var id = Request(limiter);
        await AwaitAssertAsync(() => Assert.False(Journal.Released.IsCompleted));
        await _fetch.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(150));
        Journal.Release();
        var granted = await _fetch.ExpectMsgAsync<PermitGranted>();
        Assert.Equal(id, granted.RequestId);
        var reserved = Assert.IsType<RateLimiterEvents.PermitsReserved>(Assert.Single(Journal.Written).Event);
        Assert.Equal(TimeNow.AddSeconds(2), granted.ExpiresAt);
        Assert.Equal(TimeNow.AddSeconds(10), reserved.ExpiresAt);
    }

    [Fact]
    public async Task What_was_reserved_and_not_granted_is_given_back_when_a_run_is_over()
    {
        var limit = Sample.Limit(rate: 10, burst: 10, quota: 100);
        var limiter = Start(limit);
        Request(limiter);
        await _fetch.ExpectMsgAsync<PermitGranted>();
        limiter.Tell(GiveBackReserved.Instance);
        await PermitsOf(limiter);
        await StopAsync(limiter);
        limiter = Start(limit);
        Assert.Equal(1, (await PermitsOf(limiter)).Spent);
        Advance(TimeSpan.FromSeconds(20));
        Request(limiter);
        await _fetch.ExpectMsgAsync<PermitGranted>();
        Assert.Equal(2, (await PermitsOf(limiter)).Spent);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task No_day_sees_more_permits_than_its_quota_whatever_dies_when(int seed)
    {
        const int Quota = 23;
        var random = new Random(seed);
        var calendar = new QuotaCalendar(Sample.Limit(zone: "America/New_York"));
        var limit = Sample.Limit(rate: 3, burst: 4, quota: Quota, zone: "America/New_York");
        var limiter = Start(limit);
        var granted = new Dictionary<DateOnly, int>();
        for (var step = 0; step < 150; step++)
        {
            switch (random.Next(40))
            {
                case 0:
                    await StopAsync(limiter);
                    limiter = Start(limit);
                    break;
                case 1:
                    Advance(TimeSpan.FromHours(random.Next(1, 7)));
                    break;
                case 2:
                    limiter.Tell(GiveBackReserved.Instance);
                    break;
                case < 14:
                    Advance(TimeSpan.FromSeconds(random.NextDouble() * 4));
                    break;
                default:
                    Request(limiter);
                    break;
            }

            await PermitsOf(limiter);
            while (_fetch.HasMessages)
            {
                var permit = await _fetch.ExpectMsgAsync<PermitGranted>();
                Assert.True(TimeNow < permit.ExpiresAt, $"seed {seed}: granted from an expired reservation");
                granted[calendar.DayOf(TimeNow)] = granted.GetValueOrDefault(calendar.DayOf(TimeNow)) + 1;
                if (random.Next(3) > 0)
                {
                    limiter.Tell(new PermitSettled(Sample.Provider, permit.RequestId, RequestOutcome.Answered, null));
                }
            }
        }

        Assert.True(granted.Values.Sum() > 8, $"seed {seed}: only {granted.Values.Sum()} permits, which proves nothing");
        Assert.All(granted, day => Assert.True(day.Value <= Quota, $"seed {seed}: {day.Value} permits on {day.Key}"));
    }

    [Fact]
    public async Task A_spent_quota_waits_for_the_providers_midnight_and_says_so()
    {
        var limit = Sample.Limit(rate: 5, burst: 5, quota: 2, zone: "America/New_York");
        var limiter = Start(limit);
        await GrantAsync(limiter);
        await GrantAsync(limiter);
        Request(limiter);
        var midnight = new DateTimeOffset(2040, 6, 5, 4, 0, 0, TimeSpan.Zero);
        var permits = await PermitsOf(limiter);
        var dayOfAll = midnight + GateTimes.ClockSkew;
        Assert.Equal(("quota", dayOfAll, 0, 2), (permits.WaitingFor, permits.WaitingUntil, permits.Available, permits.Spent));

        await AdvanceAsync(dayOfAll - TimeNow - TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), () => PermitsOf(limiter));
        Assert.False(_fetch.HasMessages);
        await AdvanceAsync(TimeSpan.FromSeconds(1), Step, () => PermitsOf(limiter));
        await _fetch.ExpectMsgAsync<PermitGranted>();
        Assert.Equal(new DateOnly(2040, 6, 5), (await PermitsOf(limiter)).Day);
    }

    [Fact]
    public async Task A_retry_after_is_held_to_its_end_and_never_cut_short()
    {
        var limiter = Start(Sample.Limit());
        var throttled = await GrantAsync(limiter);
        Settle(limiter, throttled, RequestOutcome.Throttled, TimeSpan.FromSeconds(30));
        Request(limiter);
        var permits = await PermitsOf(limiter);
        Assert.Equal(("hold", TimeNow.AddSeconds(30)), (permits.WaitingFor, permits.WaitingUntil));
        await AdvanceAsync(TimeSpan.FromSeconds(29.9), Step, () => PermitsOf(limiter));
        Assert.False(_fetch.HasMessages);
        await AdvanceAsync(Step, Step, () => PermitsOf(limiter));
        await _fetch.ExpectMsgAsync<PermitGranted>();
    }

    [Fact]
    public async Task A_shorter_word_does_not_cut_a_longer_hold()
    {
        var limiter = Start(Sample.Limit());
        var (first, second) = (await GrantAsync(limiter), await GrantAsync(limiter));
        Settle(limiter, first, RequestOutcome.Throttled, TimeSpan.FromSeconds(60));
        Settle(limiter, second, RequestOutcome.Throttled, TimeSpan.FromSeconds(1));
        Assert.Equal(TimeNow.AddSeconds(60), (await PermitsOf(limiter)).HoldUntil);
    }

    [Fact]
    public async Task Zero_as_retry_after_is_floored_by_a_back_off_that_doubles_until_an_answer_comes()
    {
        var limiter = Start(Sample.Limit());
        foreach (var floor in (int[])[1, 2, 4, 8, 16, 32, 60, 60])
        {
            var permit = await GrantAsync(limiter);
            Settle(limiter, permit, RequestOutcome.Throttled, TimeSpan.Zero);
            Assert.Equal(TimeNow.AddSeconds(floor), (await PermitsOf(limiter)).HoldUntil);
            Advance(TimeSpan.FromSeconds(floor));
        }

        Settle(limiter, await GrantAsync(limiter), RequestOutcome.Answered);
        var again = await GrantAsync(limiter);
        Settle(limiter, again, RequestOutcome.Throttled);
        Assert.Equal(TimeNow.AddSeconds(1), (await PermitsOf(limiter)).HoldUntil);
    }

    [Fact]
    public async Task Recovery_keeps_the_hold_and_the_days_spending()
    {
        var limit = Sample.Limit(rate: 5, burst: 5, quota: 100);
        var limiter = Start(limit);
        var permit = await GrantAsync(limiter);
        Settle(limiter, permit, RequestOutcome.Throttled, TimeSpan.FromMinutes(10));
        var before = await PermitsOf(limiter);
        Assert.Equal(1, before.Spent);
        await StopAsync(limiter);

        var after = await PermitsOf(Start(limit));
        Assert.Equal(before.HoldUntil, after.HoldUntil);
        Assert.Equal(20, after.Spent); // the whole block
    }

    [Fact]
    public async Task A_restart_begins_with_an_empty_bucket_and_the_very_first_start_with_a_full_one()
    {
        var limit = Sample.Limit(rate: 5, burst: 3);
        var limiter = Start(limit);
        Assert.Equal(3, (await PermitsOf(limiter)).Available);
        await GrantAsync(limiter);
        await StopAsync(limiter);

        limiter = Start(limit);
        Request(limiter);
        Assert.Equal(0, (await PermitsOf(limiter)).Available);
        await AdvanceAsync(TimeSpan.FromSeconds(1), Step, () => PermitsOf(limiter));
        Assert.False(_fetch.HasMessages);
        await AdvanceAsync(TimeSpan.FromSeconds(1), Step, () => PermitsOf(limiter));
        await _fetch.ExpectMsgAsync<PermitGranted>();
    }

    [Fact]
    public async Task Live_data_goes_before_catalogs_and_catalogs_before_history()
    {
        var limiter = Start(Sample.Limit(rate: 10, burst: 10));
        var permit = await GrantAsync(limiter);
        Settle(limiter, permit, RequestOutcome.Throttled, TimeSpan.FromSeconds(5));
        var order = new List<Guid>();
        var requested = new (Lane Lane, Guid Id)[]
        {
            (Lane.Backfill, Request(limiter, Lane.Backfill)),
            (Lane.Catalog, Request(limiter, Lane.Catalog)),
            (Lane.Incremental, Request(limiter)),
            (Lane.Catalog, Request(limiter, Lane.Catalog)),
            (Lane.Backfill, Request(limiter, Lane.Backfill)),
            (Lane.Incremental, Request(limiter)),
        };
        await AdvanceAsync(TimeSpan.FromSeconds(6), Step, () => PermitsOf(limiter));
        for (var permits = 0; permits < requested.Length; permits++)
        {
            order.Add((await _fetch.ExpectMsgAsync<PermitGranted>()).RequestId);
        }

        Assert.Equal(requested.OrderBy(request => request.Lane).Select(request => request.Id), order);
    }

    [Fact]
    public async Task A_request_repeated_while_it_waits_is_granted_once()
    {
        var limiter = Start(Sample.Limit());
        var permit = await GrantAsync(limiter);
        Settle(limiter, permit, RequestOutcome.Throttled, TimeSpan.FromSeconds(5));
        var id = Request(limiter);
        for (var repeated = 0; repeated < 5; repeated++)
        {
            Request(limiter, id: id);
        }

        await AdvanceAsync(TimeSpan.FromSeconds(8), Step, () => PermitsOf(limiter));
        Assert.Equal(id, (await _fetch.ExpectMsgAsync<PermitGranted>()).RequestId);
        Assert.False(_fetch.HasMessages);
        Assert.Equal(2, (await PermitsOf(limiter)).Spent);
    }

    [Fact]
    public async Task A_repetition_that_crosses_its_grant_costs_no_second_permit_and_one_after_a_lost_grant_gets_another()
    {
        var limiter = Start(Sample.Limit(quota: 10));
        var id = Request(limiter);
        Request(limiter, id: id);
        await _fetch.ExpectMsgAsync<PermitGranted>();
        Assert.Equal(1, (await PermitsOf(limiter)).Spent);
        Assert.False(_fetch.HasMessages);

        Advance(TimeSpan.FromSeconds(5));
        Request(limiter, id: id);
        Assert.Equal(id, (await _fetch.ExpectMsgAsync<PermitGranted>()).RequestId);
        Assert.Equal(2, (await PermitsOf(limiter)).Spent);
    }

    [Fact]
    public async Task All_who_wait_are_denied_with_the_reason()
    {
        var limiter = Start(Sample.Limit());
        var permit = await GrantAsync(limiter);
        Settle(limiter, permit, RequestOutcome.Throttled, TimeSpan.FromSeconds(5));
        var ids = new[] { Request(limiter), Request(limiter, Lane.Backfill) };
        limiter.Tell(new DenyWaiting(Sample.Now.AddHours(1)));
        Assert.Equal(new PermitDenied(ids[0], Sample.Now.AddHours(1)), await _fetch.ExpectMsgAsync<PermitDenied>());
        Assert.Equal(new PermitDenied(ids[1], Sample.Now.AddHours(1)), await _fetch.ExpectMsgAsync<PermitDenied>());
        await AdvanceAsync(TimeSpan.FromSeconds(6), Step, () => PermitsOf(limiter));
        Assert.False(_fetch.HasMessages);
    }

    [Fact]
    public async Task An_expired_reservation_is_followed_by_a_new_one_before_anything_is_granted()
    {
        var limiter = Start(Sample.Limit());
        await GrantAsync(limiter);
        Advance(TimeSpan.FromSeconds(11));
        Request(limiter);
        var granted = await _fetch.ExpectMsgAsync<PermitGranted>();
        Assert.Equal(TimeNow.AddSeconds(2), granted.ExpiresAt);
        Assert.Equal(2, Journal.Written.Count);
    }

    [Fact]
    public async Task A_journal_that_refuses_a_reservation_stops_the_limiter_and_nothing_is_granted()
    {
        var limiter = Start(Sample.Limit());
        await PermitsOf(limiter);
        await _fetch.WatchAsync(limiter);
        Journal.FailNext();
        Request(limiter);
        await _fetch.ExpectTerminatedAsync(limiter);
        Assert.False(_fetch.HasMessages);
        Assert.Empty(Journal.Written);
    }

    [Fact]
    public async Task Hundreds_of_reservations_leave_a_snapshot_and_a_successor_that_knows_the_day()
    {
        var limit = Sample.Limit(rate: 1, burst: 1, quota: 1_000_000);
        var limiter = Start(limit);
        for (var block = 0; block < 450; block++)
        {
            Settle(limiter, await GrantAsync(limiter), RequestOutcome.Answered);
            Advance(TimeSpan.FromSeconds(11));
        }

        var spent = (await PermitsOf(limiter)).Spent;
        Assert.Equal(450, spent);
        await StopAsync(limiter);
        Assert.InRange((await PermitsOf(Start(limit))).Spent, spent, spent + 4);
    }

    [Fact]
    public async Task A_successor_on_another_node_waits_for_the_end_of_what_was_reserved_and_says_so()
    {
        var limit = Sample.Limit(quota: 100);
        var limiter = Start(limit, GateOwnership.Shared);
        await GrantAsync(limiter);
        var end = TimeNow.AddSeconds(10) + GateTimes.ClockSkew;
        Advance(TimeSpan.FromSeconds(3));
        await StopAsync(limiter);

        limiter = Start(limit, GateOwnership.Shared);
        Request(limiter);
        var permits = await PermitsOf(limiter);
        Assert.Equal((WaitReasons.Takeover, end, 0), (permits.WaitingFor, permits.WaitingUntil, permits.Available));
        await AdvanceAsync(end - TimeNow, Step, () => PermitsOf(limiter));
        Assert.False(_fetch.HasMessages);
        await AdvanceAsync(TimeSpan.FromSeconds(2), Step, () => PermitsOf(limiter));
        await _fetch.ExpectMsgAsync<PermitGranted>();
    }

    [Fact]
    public async Task A_gate_that_is_handed_over_grants_nothing_more_and_its_successor_goes_on_at_once()
    {
        var limit = Sample.Limit(rate: 5, burst: 5, quota: 100);
        var limiter = Start(limit, GateOwnership.Shared);
        Settle(limiter, await GrantAsync(limiter), RequestOutcome.Answered);
        limiter.Tell(HandOver.Instance, _fetch);
        Request(limiter);
        await _fetch.ExpectMsgAsync<HandedOver>();
        await PermitsOf(limiter);
        Assert.False(_fetch.HasMessages);
        await StopAsync(limiter);

        limiter = Start(limit, GateOwnership.Shared);
        var id = Request(limiter);
        Assert.Equal(id, (await _fetch.ExpectMsgAsync<PermitGranted>()).RequestId);
        Assert.Equal(2, (await PermitsOf(limiter)).Spent);
    }

    [Fact]
    public async Task A_throttle_that_the_last_owner_did_not_hear_of_holds_what_asks_its_successor_first()
    {
        var limit = Sample.Limit(rate: 5, burst: 5, quota: 100);
        var limiter = Start(limit, GateOwnership.Shared);
        var throttled = await GrantAsync(limiter);
        limiter.Tell(HandOver.Instance, _fetch);
        await _fetch.ExpectMsgAsync<HandedOver>();
        await StopAsync(limiter);

        limiter = Start(limit, GateOwnership.Shared);
        Request(limiter);
        Assert.Equal(WaitReasons.Takeover, (await PermitsOf(limiter)).WaitingFor);
        Settle(limiter, throttled, RequestOutcome.Throttled, TimeSpan.FromSeconds(30));
        var permits = await PermitsOf(limiter);
        Assert.Equal((WaitReasons.Hold, TimeNow.AddSeconds(30)), (permits.WaitingFor, permits.WaitingUntil));
        await AdvanceAsync(TimeSpan.FromSeconds(29), Step, () => PermitsOf(limiter));
        Assert.False(_fetch.HasMessages);
    }

    [Fact]
    public async Task A_throttle_that_is_told_again_is_noted_again_and_holds_no_longer()
    {
        var limiter = Start(Sample.Limit());
        var settled = new PermitSettled(Sample.Provider, await GrantAsync(limiter), RequestOutcome.Throttled, TimeSpan.FromSeconds(30));
        var until = TimeNow.AddSeconds(30);
        limiter.Tell(settled, _fetch);
        Assert.Equal(new SettlementNoted(settled.RequestId), await _fetch.ExpectMsgAsync<SettlementNoted>());
        Assert.Contains(Journal.Written, written => written.Event is RateLimiterEvents.GateHeld);
        Advance(TimeSpan.FromSeconds(5));
        limiter.Tell(settled, _fetch);
        await _fetch.ExpectMsgAsync<SettlementNoted>();
        Assert.Equal(until, (await PermitsOf(limiter)).HoldUntil);
    }

    [Fact]
    public async Task History_takes_no_more_than_its_share_of_the_day_and_a_crash_renews_it_not()
    {
        var limit = Sample.Limit(rate: 10, burst: 10, quota: 8);
        var limiter = Start(limit);
        for (var request = 0; request < 4; request++)
        {
            Request(limiter, Lane.Backfill);
        }

        await AdvanceAsync(TimeSpan.FromSeconds(8), Step, () => PermitsOf(limiter));
        Assert.Equal(4, (await PermitsOf(limiter)).Spent);
        Request(limiter, Lane.Backfill);
        Assert.Equal("quota", (await PermitsOf(limiter)).WaitingFor);
        var live = Request(limiter);
        await _fetch.FishForMessageAsync<PermitGranted>(granted => granted.RequestId == live, TimeSpan.FromSeconds(20));
        await StopAsync(limiter);

        limiter = Start(limit);
        Request(limiter, Lane.Backfill);
        await AdvanceAsync(TimeSpan.FromSeconds(8), Step, () => PermitsOf(limiter));
        Assert.Equal("quota", (await PermitsOf(limiter)).WaitingFor);
        Assert.False(_fetch.HasMessages);
    }

    [Fact]
    public async Task History_takes_its_share_of_the_rate_while_nobody_else_asks()
    {
        var limiter = Start(Sample.Limit(rate: 2, burst: 2));
        for (var request = 0; request < 30; request++)
        {
            Request(limiter, Lane.Backfill);
        }

        await AdvanceAsync(TimeSpan.FromSeconds(20), Step, async () =>
        {
            await PermitsOf(limiter);
            while (_fetch.HasMessages)
            {
                Settle(limiter, (await _fetch.ExpectMsgAsync<PermitGranted>()).RequestId, RequestOutcome.Answered);
            }
        });
        Assert.InRange((await PermitsOf(limiter)).Spent, 15, 21);
    }

    private IActorRef Start(RateLimitSettings limit, GateOwnership? ownership = null) => Sys.ActorOf(RateLimiterActor.Props(Sample.Provider, limit, ownership ?? GateOwnership.Sole, Clock), $"limiter-{_lives++}");

    private Guid Request(IActorRef limiter, Lane lane = Lane.Incremental, Guid? id = null)
    {
        var request = new RequestPermit(Sample.Provider, id ?? Guid.NewGuid(), lane);
        limiter.Tell(request, _fetch);
        return request.RequestId;
    }

    private async Task<Guid> GrantAsync(IActorRef limiter)
    {
        var id = Request(limiter);
        for (var tries = 0; tries < 100; tries++)
        {
            await PermitsOf(limiter);
            if (_fetch.HasMessages)
            {
                break;
            }

            Advance(Step);
        }

        Assert.Equal(id, (await _fetch.ExpectMsgAsync<PermitGranted>()).RequestId);
        return id;
    }

    private static void Settle(IActorRef limiter, Guid permit, RequestOutcome outcome, TimeSpan? retryAfter = null) =>
        limiter.Tell(new PermitSettled(Sample.Provider, permit, outcome, retryAfter));

    /// <summary>Answered after all that came before: what it waits for in the journal included.</summary>
    private async Task<Permits> PermitsOf(IActorRef limiter)
    {
        var probe = CreateTestProbe();
        for (var round = 0; ; round++)
        {
            limiter.Tell(GetPermits.Instance, probe);
            var permits = await probe.ExpectMsgAsync<Permits>();
            if (round == 1)
            {
                Sys.Stop(probe);
                return permits;
            }
        }
    }
}
