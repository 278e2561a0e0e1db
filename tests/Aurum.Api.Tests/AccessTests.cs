using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Akka.Actor;
using Akka.TestKit.Xunit2;
using Aurum.Actors.Gate;
using Aurum.Api.Access;

namespace Aurum.Api.Tests;

/// <summary>Who may do what.</summary>
public sealed class AccessTests : TestKit
{
    private const string Reading = "reading-token-0123456789", Operating = "operating-token-0123456789";
    private const string Stop = "/v1/admin/external/providers/fred/stop";

    private static readonly ApiOptions Guarded = Bench.AnyPort with
    {
        Tokens = [ApiToken.Of("grafana", AccessRole.Read, Reading), ApiToken.Of("ann", AccessRole.Operate, Operating)],
    };

    [Fact]
    public async Task Probes_and_metrics_need_no_token_and_all_else_does()
    {
        await using var bench = await Bench.RunningAsync(Guarded);
        string[] open = ["/livez", "/startupz", "/readyz", "/metrics"];
        Assert.All(open, path => Assert.Contains(bench.Routes, route => route.EndsWith(path, StringComparison.Ordinal)));
        foreach (var path in open)
        {
            using var answer = await bench.Client.GetAsync(path);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        foreach (var route in bench.Routes.Where(route => !open.Any(path => route.EndsWith(path, StringComparison.Ordinal))).Append("GET /nothing/here"))
        {
            var path = route.Split(' ')[^1].Replace("{provider}", "fred", StringComparison.Ordinal).Replace("{documentName}", "v1", StringComparison.Ordinal).Split('{')[0];
            var (status, code, _) = await bench.ProblemAsync(new HttpRequestMessage(route.StartsWith("POST", StringComparison.Ordinal) ? HttpMethod.Post : HttpMethod.Get, path));
            Assert.Equal((HttpStatusCode.Unauthorized, "unauthorized", route), (status, code, route));
        }
    }

    [Theory]
    [InlineData("Bearer wrong-token-0123456789")]
    [InlineData("Bearer ")]
    [InlineData("Basic YW5uOnNlY3JldA==")]
    [InlineData("reading-token-0123456789")]
    public async Task A_wrong_token_is_no_token(string header)
    {
        await using var bench = await Bench.RunningAsync(Guarded);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/health/external");
        request.Headers.TryAddWithoutValidation("Authorization", header);
        using var answer = await bench.Client.SendAsync(request);
        Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.Single().Scheme);
        Assert.Equal("unauthorized", (await Bench.ProblemAsync(answer)).Code);
    }

    [Fact]
    public async Task A_reader_may_look_and_change_nothing()
    {
        await using var bench = await Bench.RunningAsync(Guarded, TestActor);
        bench.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Reading);
        Assert.Equal(HttpStatusCode.OK, (await bench.GetAsync("/v1/admin/external/series")).Status);

        var (status, code, _) = await bench.ProblemAsync(new HttpRequestMessage(HttpMethod.Post, Stop) { Content = JsonContent.Create(new { reason = "why not" }) });

        Assert.Equal((HttpStatusCode.Forbidden, "forbidden"), (status, code));
        Assert.Empty(bench.Stores.Audit);
        await ExpectNoMsgAsync(TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public async Task What_an_operator_changes_is_written_down_with_name_and_reason()
    {
        await using var bench = await Bench.RunningAsync(Guarded, TestActor);
        bench.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Operating);

        using var answer = await bench.Client.PostAsJsonAsync(Stop, new { reason = "the provider asked for it" });

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal(new ProviderSupervisorProtocol.StopRun("fred"), await ExpectMsgAsync<ProviderSupervisorProtocol.StopRun>());
        var entry = Assert.Single(bench.Stores.Audit);
        Assert.Equal(("ann", "127.0.0.1", "stop_run", "fred", "the provider asked for it"), (entry.Who, entry.From, entry.Action, entry.Target, entry.Reason));
        var (_, listed) = await bench.GetAsync("/v1/admin/external/audit");
        Assert.Equal("ann", listed.GetProperty("items")[0].GetProperty("who").GetString());
    }

    [Fact]
    public async Task A_change_that_cannot_be_written_down_is_not_made()
    {
        await using var bench = await Bench.RunningAsync(supervisors: TestActor);
        bench.Stores.Failure = new Storage.StorageException("the database is away");
        var (status, code, _) = await bench.ProblemAsync(new HttpRequestMessage(HttpMethod.Post, Stop) { Content = JsonContent.Create(new { }) });
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "store_unavailable"), (status, code));
        await ExpectNoMsgAsync(TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public async Task Guessing_is_stopped_and_then_even_the_right_token_waits()
    {
        await using var bench = await Bench.RunningAsync(Guarded);
        for (var guess = 0; guess < GuessBrake.MostGuesses; guess++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(bench, $"guess-number-{guess}-of-many"));
        }

        using var request = Asking("/health/external", Operating);
        using var answer = await bench.Client.SendAsync(request);

        Assert.Equal(("too_many_guesses", HttpStatusCode.TooManyRequests), ((await Bench.ProblemAsync(answer)).Code, answer.StatusCode));
        Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), GuessBrake.Memory);
        Assert.Equal(HttpStatusCode.OK, (await bench.Client.GetAsync("/livez")).StatusCode);
    }

    [Fact]
    public void The_brake_forgets_and_holds_only_who_guesses()
    {
        var clock = new SettableClock();
        var brake = new GuessBrake(clock);
        for (var guess = 0; guess < GuessBrake.MostGuesses; guess++)
        {
            Assert.Null(brake.IsHeld(IPAddress.Parse("2001:db8::1")));
            brake.WrongFrom(IPAddress.Parse($"2001:db8::{guess + 1}"));
        }

        Assert.Equal(GuessBrake.Memory, brake.IsHeld(IPAddress.Parse("2001:db8::abcd")));
        Assert.Null(brake.IsHeld(IPAddress.Parse("2001:db8:0:1::1")));
        Assert.Null(brake.IsHeld(IPAddress.Parse("10.0.0.7")));
        clock.Now += GuessBrake.Memory;
        Assert.Null(brake.IsHeld(IPAddress.Parse("2001:db8::1")));
    }

    [Theory]
    [InlineData("localhost:8080", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("[::1]:8080", true)]
    [InlineData("rebound.example", false)]
    [InlineData("10.0.0.7", false)]
    public async Task Without_tokens_only_names_of_this_machine_are_answered(string host, bool isAnswered)
    {
        await using var bench = await Bench.RunningAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/external/catalog") { Headers = { Host = host } };
        using var answer = await bench.Client.SendAsync(request);
        if (isAnswered)
        {
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
        else
        {
            Assert.Equal((HttpStatusCode.MisdirectedRequest, "host_not_allowed"), (answer.StatusCode, (await Bench.ProblemAsync(answer)).Code));
        }
    }

    private static async Task<HttpStatusCode> StatusAsync(Bench bench, string token)
    {
        using var request = Asking("/health/external", token);
        using var answer = await bench.Client.SendAsync(request);
        return answer.StatusCode;
    }

    private static HttpRequestMessage Asking(string path, string token) =>
        new(HttpMethod.Get, path) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };

    private sealed class SettableClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
