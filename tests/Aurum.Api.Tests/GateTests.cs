using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Akka.Actor;
using Akka.TestKit.Xunit2;
using Aurum.Actors.Gate;
using Aurum.Storage;
using static Aurum.Actors.Gate.GateControlProtocol;

namespace Aurum.Api.Tests;

public sealed class GateTests : TestKit
{
    private const string Admin = "/v1/admin/external";

    private static readonly DateTimeOffset Started = TimeProvider.System.GetUtcNow();
    private static readonly OperatorAct Act = new(new DateTimeOffset(2025, 3, 1, 10, 0, 0, TimeSpan.Zero), "ann", "they asked");

    private static readonly GateDescription Gate = new(
        "fred", 2, 10, 100, null, new DateOnly(2025, 3, 1), 40, 5, 50, 8, null, null, new LanesWaiting(1, 0, 2), null, null, "closed", null, null, null, null, null);

    [Theory]
    [InlineData("ratelimits/fred/reset", "{}", "reset_rate_limit")]
    [InlineData("ratelimits/fred/hold", """{ "for_seconds": 600, "reason": "why" }""", "hold")]
    [InlineData("ratelimits/fred/release", "{}", "release")]
    [InlineData("breakers/fred/open", """{ "for_seconds": 60 }""", "open_breaker")]
    [InlineData("breakers/fred/open", "{}", "open_breaker")]
    [InlineData("breakers/fred/close", "{}", "close_breaker")]
    [InlineData("providers/fred/pause", "{}", "pause_provider")]
    [InlineData("providers/fred/resume", "{}", "resume_provider")]
    public async Task A_change_is_written_down_and_made_and_answered(string path, string body, string action)
    {
        await using var bench = await Bench.RunningAsync(supervisors: TestActor);
        var asked = PostAsync(bench, path, body);

        var command = await ExpectMsgAsync<IGateCommand>();
        Assert.Equal(("fred", "local"), (command.Provider, command.By));
        Assert.Equal((action, "fred"), (bench.Stores.Audit.Single().Action, bench.Stores.Audit.Single().Target));
        Reply(new GateControlled("fred", GateOutcome.Done));

        var (status, answer) = await asked;
        Assert.Equal((HttpStatusCode.OK, action, true), (status, answer.GetProperty("action").GetString(), answer.GetProperty("changed").GetBoolean()));
    }

    [Fact]
    public async Task Times_are_counted_by_the_clock_of_the_node()
    {
        await using var bench = await Bench.RunningAsync(supervisors: TestActor);
        var asked = PostAsync(bench, "ratelimits/fred/hold", """{ "for_seconds": 600, "reason": "why" }""");

        var hold = await ExpectMsgAsync<HoldGate>();
        Assert.InRange(hold.Until, Started.AddSeconds(600), TimeProvider.System.GetUtcNow().AddSeconds(600));
        Assert.Equal("why", hold.Reason);
        Reply(new GateControlled("fred", GateOutcome.Done));
        await asked;
    }

    [Fact]
    public async Task Since_when_a_provider_is_not_well_its_gate_knows_better_than_a_node_that_has_just_started()
    {
        await using var bench = await Bench.RunningAsync(supervisors: TestActor);
        bench.Stores.Providers.Add(new ProviderStatus("fred", Started, "run-1", "done", 1, 1, null, null, null, "open", Started.AddHours(1), Started));
        await bench.BecomesAsync("/health/external", body => body.GetProperty("status").GetString() == "failed" && body.GetProperty("providers").TryGetProperty("fred", out _));

        foreach (var gate in (GateDescription[])[Gate with { Breaker = "open", BreakerOpenSince = Act.At }, Gate with { Paused = Act }, Gate with { HeldByHand = new(Started.AddHours(1), Act) }])
        {
            var asked = bench.GetAsync($"{Admin}/health/fred");
            await ExpectMsgAsync<GetGate>();
            Reply(gate);
            Assert.Equal(Act.At, (await asked).Body.GetProperty("since").GetDateTimeOffset());
        }
    }

    [Fact]
    public async Task Limits_that_are_not_named_stay_as_they_were_set()
    {
        await using var bench = await Bench.RunningAsync(supervisors: TestActor);
        var asked = PostAsync(bench, "ratelimits/fred", """{ "burst": 3 }""");

        await ExpectMsgAsync<GetGate>();
        Reply(Gate with { Changed = new RateLimiterEvents.LimitsChanged(0.5, 7, null, Act) });
        var set = await ExpectMsgAsync<SetRateLimit>();
        Assert.Equal((0.5, 3, null), (set.RequestsPerSecond, set.Burst, set.DailyQuota));
        Reply(new GateControlled("fred", GateOutcome.Done));
        Assert.Equal(HttpStatusCode.OK, (await asked).Status);
    }

    [Theory]
    [InlineData(GateOutcome.Unavailable, 503, "gate_unavailable")]
    [InlineData(GateOutcome.UnknownProvider, 404, "unknown_provider")]
    [InlineData(GateOutcome.Invalid, 400, "bad_request")]
    public async Task What_a_gate_does_not_do_is_a_problem_with_a_code(GateOutcome outcome, int status, string code)
    {
        await using var bench = await Bench.RunningAsync(supervisors: TestActor);
        var asked = PostAsync(bench, "providers/fred/pause", "{}");

        await ExpectMsgAsync<PauseProvider>();
        Reply(new GateControlled("fred", outcome, "because"));

        var (answered, body) = await asked;
        Assert.Equal((status, code, "because"), ((int)answered, body.GetProperty("code").GetString(), body.GetProperty("detail").GetString()));
    }

    [Fact]
    public async Task What_was_so_already_is_no_problem()
    {
        await using var bench = await Bench.RunningAsync(supervisors: TestActor);
        var asked = PostAsync(bench, "providers/fred/pause", "{}");

        await ExpectMsgAsync<PauseProvider>();
        Reply(new GateControlled("fred", GateOutcome.Unchanged, "fred was paused by ann"));

        var (status, body) = await asked;
        Assert.Equal((HttpStatusCode.OK, false, "fred was paused by ann"), (status, body.GetProperty("changed").GetBoolean(), body.GetProperty("detail").GetString()));
    }

    [Theory]
    [InlineData("ratelimits/fred", "{}", 400, "bad_request")]
    [InlineData("ratelimits/fred/hold", "{}", 400, "bad_request")]
    [InlineData("ratelimits/fred/hold", """{ "for_seconds": 0 }""", 400, "bad_request")]
    [InlineData("ratelimits/fred/hold", """{ "for_seconds": 1e300 }""", 400, "bad_request")]
    [InlineData("ratelimits/fred/hold", """{ "for_seconds": 700000 }""", 400, "bad_request")]
    [InlineData("ratelimits/nobody/reset", "{}", 404, "unknown_provider")]
    public async Task What_cannot_be_done_is_neither_written_down_nor_tried(string path, string body, int status, string code)
    {
        await using var bench = await Bench.RunningAsync(supervisors: TestActor);

        var (answered, answer) = await PostAsync(bench, path, body);

        Assert.Equal((status, code), ((int)answered, answer.GetProperty("code").GetString()));
        Assert.Empty(bench.Stores.Audit);
        await ExpectNoMsgAsync(TimeSpan.Zero);
    }

    [Fact]
    public async Task What_cannot_be_written_down_is_not_done()
    {
        await using var bench = await Bench.RunningAsync(supervisors: TestActor);
        bench.Stores.Failure = new StorageException("away");

        var (status, answer) = await PostAsync(bench, "providers/fred/pause", "{}");

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "store_unavailable"), (status, answer.GetProperty("code").GetString()));
        await ExpectNoMsgAsync(TimeSpan.Zero);
    }

    [Fact]
    public async Task A_node_that_reaches_no_collector_says_so()
    {
        await using var bench = await Bench.RunningAsync();
        var (status, answer) = await PostAsync(bench, "providers/fred/pause", "{}");
        Assert.Equal((HttpStatusCode.Conflict, "not_here"), (status, answer.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task Limits_and_breakers_are_what_the_gate_says()
    {
        await using var bench = await Bench.RunningAsync(supervisors: TestActor);
        var asked = bench.GetAsync($"{Admin}/ratelimits/fred");
        await ExpectMsgAsync<GetGate>();
        Reply(Gate with
        {
            Changed = new RateLimiterEvents.LimitsChanged(2, null, null, Act),
            HeldByProviderUntil = Started.AddMinutes(1),
            HeldByHand = new RateLimiterEvents.GateHeldByHand(Started.AddMinutes(5), Act),
            Paused = Act,
        });

        var (_, fred) = await asked;
        const string ByAnn = "by ann at 2025-03-01 10:00:00Z: they asked";
        Assert.Equal((2, 60, 8), (fred.GetProperty("requests_per_second").GetDouble(), fred.GetProperty("permits_left").GetInt32(), fred.GetProperty("permits_available").GetInt32()));
        Assert.Equal((ByAnn, ByAnn, ByAnn), (Text(fred, "changed_by"), Text(fred, "held_by"), Text(fred, "paused_by")));
        Assert.Equal(Started.AddMinutes(5), fred.GetProperty("hold_until").GetDateTimeOffset());
        Assert.Equal(2, fred.GetProperty("waiting").GetProperty("backfill").GetInt32());
        Assert.False(fred.TryGetProperty("remark", out _));
    }

    [Fact]
    public async Task What_was_stored_last_stands_for_a_gate_that_does_not_answer()
    {
        await using var bench = await Bench.RunningAsync(supervisors: Sys.DeadLetters);
        bench.Stores.Providers.Add(new ProviderStatus("fred", Started, "run-1", "done", 12, 40, 100, DateOnly.FromDateTime(Started.UtcDateTime), null, "open", Started.AddHours(1), Started));
        var limits = await bench.BecomesAsync($"{Admin}/ratelimits", body => body.GetProperty("items").GetArrayLength() == 1);
        var fred = limits.GetProperty("items")[0];
        Assert.Equal((40, "the gate did not answer within 2 seconds; its node may be moving"), (fred.GetProperty("permits_spent").GetInt32(), Text(fred, "remark")));
        var (_, breakers) = await bench.GetAsync($"{Admin}/breakers");
        Assert.Equal("open", Text(breakers.GetProperty("items")[0], "breaker"));
    }

    private void Reply(object answer) => LastSender.Tell(answer, TestActor);

    private static async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(Bench bench, string path, string body)
    {
        using var answer = await bench.Client.PostAsync($"{Admin}/{path}", new StringContent(body, Encoding.UTF8, "application/json"));
        return (answer.StatusCode, (await answer.Content.ReadFromJsonAsync<JsonElement>()).Clone());
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
