using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Akka.Actor;
using Akka.TestKit.Xunit2;
using Aurum.Actors;
using Aurum.Actors.Collection;
using Aurum.Actors.Gate;
using Aurum.Domain;
using Aurum.Storage;
using static Aurum.Actors.Collection.SeriesControlProtocol;
using static Aurum.Actors.Gate.ProviderSupervisorProtocol;

namespace Aurum.Api.Tests;

public sealed class SeriesTests : TestKit
{
    private const string Code = "petroleum/pri/spt:daily:RWTC";
    private const string Path = "/v1/admin/external/series/eia/petroleum%2Fpri%2Fspt:daily:RWTC";

    private static readonly DateTimeOffset At = new(2025, 3, 1, 10, 0, 0, TimeSpan.Zero);
    private static readonly OperatorAct Act = new(At, "ann", "wrong values");

    private static readonly SeriesDescription Described = new(
        "eia", Code, "d", null, "Oil", "USD", "D", At.UtcDateTime.Date, true, At, 12, 0, null, "run-1", At, false, null, null, null);

    [Fact]
    public async Task A_series_whose_name_holds_slashes_is_found_and_described()
    {
        await using var bench = await Bench.RunningAsync(supervisors: TestActor);
        var asked = bench.GetAsync(Path);
        Assert.Equal(new GetSeries("eia", Code), await ExpectMsgAsync<GetSeries>());
        Reply(Described with { Paused = Act });
        var (status, body) = await asked;
        Assert.Equal((HttpStatusCode.OK, Code, "by ann at 2025-03-01 10:00:00Z: wrong values"), (status, Text(body, "series_id"), Text(body, "paused_by")));
    }

    [Theory]
    [InlineData("/pause", """{ "reason": "why" }""", "pause_series", typeof(PauseSeries))]
    [InlineData("/resume", "{}", "resume_series", typeof(ResumeSeries))]
    [InlineData("/reset", "{}", "reset_series", typeof(ResetSeries))]
    public async Task A_change_is_written_down_and_made_and_answered(string verb, string request, string action, Type command)
    {
        await using var bench = await Bench.RunningAsync(supervisors: TestActor);
        var asked = PostAsync(bench, Path + verb, request);
        await ExpectMsgAsync<GetSeries>();
        Reply(Described);

        var change = await ExpectMsgAsync<ISeriesCommand>();
        Assert.Equal((command, "eia", Code), (change.GetType(), change.Provider, change.Code));
        Assert.Equal((action, $"eia|{Code}"), (bench.Stores.Audit.Single().Action, bench.Stores.Audit.Single().Target));
        Reply(new SeriesControlled("eia", Code, SeriesOutcome.Done, "so be it"));

        var (status, body) = await asked;
        Assert.Equal((HttpStatusCode.OK, true, "so be it"), (status, body.GetProperty("changed").GetBoolean(), Text(body, "detail")));
    }

    [Fact]
    public async Task What_only_tries_is_not_written_down()
    {
        await using var bench = await Bench.RunningAsync(supervisors: TestActor);
        var asked = PostAsync(bench, $"/v1/admin/external/checkpoints/eia/{Code.Replace("/", "%2F", StringComparison.Ordinal)}", """{ "to": "2024-01-01", "dry_run": true }""");
        await ExpectMsgAsync<GetSeries>();
        Reply(Described);
        var reset = await ExpectMsgAsync<ResetSeries>();
        Assert.Equal((new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc), true), (reset.To, reset.DryRun));
        Reply(new SeriesControlled("eia", Code, SeriesOutcome.Tried, "it would"));
        var (status, body) = await asked;
        Assert.Equal((HttpStatusCode.OK, false, "it would"), (status, body.GetProperty("changed").GetBoolean(), Text(body, "detail")));
        Assert.Empty(bench.Stores.Audit);
    }

    [Theory]
    [InlineData(SeriesOutcome.Busy, 409, "series_busy")]
    [InlineData(SeriesOutcome.Invalid, 400, "bad_request")]
    public async Task What_a_collector_does_not_do_is_a_problem_with_a_code(SeriesOutcome outcome, int status, string code)
    {
        await using var bench = await Bench.RunningAsync(supervisors: TestActor);
        var asked = PostAsync(bench, Path + "/reset", "{}");
        await ExpectMsgAsync<GetSeries>();
        Reply(Described);
        await ExpectMsgAsync<ResetSeries>();
        Reply(new SeriesControlled("eia", Code, outcome, "because"));
        var (answered, body) = await asked;
        Assert.Equal((status, code, "because"), ((int)answered, Text(body, "code"), Text(body, "detail")));
    }

    [Fact]
    public async Task A_series_that_there_is_not_is_404_and_nothing_is_written_down()
    {
        await using var bench = await Bench.RunningAsync(supervisors: TestActor);
        var asked = PostAsync(bench, Path + "/pause", "{}");
        await ExpectMsgAsync<GetSeries>();
        Reply(new SeriesControlled("eia", Code, SeriesOutcome.UnknownSeries, "no such one; is it another?"));
        var (status, body) = await asked;
        Assert.Equal((HttpStatusCode.NotFound, "unknown_series", "no such one; is it another?"), (status, Text(body, "code"), Text(body, "detail")));
        Assert.Empty(bench.Stores.Audit);
    }

    [Fact]
    public async Task A_triggered_series_is_a_run_of_its_own()
    {
        await using var bench = await Bench.RunningAsync(supervisors: TestActor);
        var asked = PostAsync(bench, Path + "/trigger", "{}");
        await ExpectMsgAsync<GetSeries>();
        Reply(Described);
        var start = await ExpectMsgAsync<StartRun>();
        Assert.Equal(("eia", true, CollectionScope.Everything), (start.Provider, start.CloseBreaker, start.Scope));
        Assert.Equal([Code], start.Only);
        Reply(new RunAccepted("eia", start.RunId));
        var (status, body) = await asked;
        Assert.Equal((HttpStatusCode.OK, $"run {start.RunId} has begun"), (status, Text(body, "detail")));
        Assert.Equal("trigger_series", bench.Stores.Audit.Single().Action);
    }

    [Fact]
    public async Task A_series_is_not_triggered_beside_another_run_or_while_it_is_paused()
    {
        await using var bench = await Bench.RunningAsync(supervisors: TestActor);
        var asked = PostAsync(bench, Path + "/trigger", "{}");
        await ExpectMsgAsync<GetSeries>();
        Reply(Described with { Paused = Act });
        Assert.Equal("series_paused", Text((await asked).Body, "code"));

        asked = PostAsync(bench, Path + "/trigger", "{}");
        await ExpectMsgAsync<GetSeries>();
        Reply(Described);
        var start = await ExpectMsgAsync<StartRun>();
        Reply(new RunRejected("eia", start.RunId, "run r is under way", "r"));
        Assert.Equal("run_under_way", Text((await asked).Body, "code"));
    }

    [Fact]
    public async Task Series_are_listed_by_state_and_those_that_are_paused_say_by_whom()
    {
        await using var bench = await Bench.RunningAsync();
        bench.Stores.Series.AddRange([Status("A", "ok"), Status("B", "failed"), Status("C", "ok, served by fred"), Status("D", "failed")]);
        Assert.Equal(["B", "D"], await IdsAsync(bench, "?state=failed"));
        Assert.Equal(["A", "C"], await IdsAsync(bench, "?state=ok"));
        var (_, first) = await bench.GetAsync("/v1/admin/external/series?state=failed&limit=1");
        Assert.Equal(["D"], await IdsAsync(bench, $"?state=failed&limit=1&cursor={Text(first, "next_cursor")}"));
        var (status, code, detail) = await bench.ProblemAsync("/v1/admin/external/series?state=bad");
        Assert.Equal((HttpStatusCode.BadRequest, "bad_request", "state: \"bad\" cannot be used; expected one of collecting, failed, moved back, ok, paused, stopped"), (status, code, detail));
    }

    [Fact]
    public async Task Paused_series_say_by_whom_and_where_their_supervisor_is_silent_nothing_is_said_to_be_unpaused()
    {
        await using var bench = await Bench.RunningAsync(supervisors: TestActor);
        bench.Node.Runs(bench.Node.Running! with { Runtimes = new ProviderRuntimes([Bench.Fred()]) });
        var asked = bench.GetAsync("/v1/admin/external/series?state=paused");
        await ExpectMsgAsync<GetPausedSeries>();
        Reply(new PausedSeries("fred", new Dictionary<string, OperatorAct> { ["DGS10"] = Act }));
        var (status, body) = await asked;
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("by ann at 2025-03-01 10:00:00Z: wrong values", Text(Assert.Single(body.GetProperty("items").EnumerateArray()), "paused_by"));

        var (silent, code, detail) = await bench.ProblemAsync("/v1/admin/external/series?state=paused");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "gate_unavailable"), (silent, code));
        Assert.StartsWith("what is paused of fred is not known", detail, StringComparison.Ordinal);
    }

    private static async Task<IEnumerable<string?>> IdsAsync(Bench bench, string query) =>
        (await bench.GetAsync("/v1/admin/external/series" + query)).Body.GetProperty("items").EnumerateArray().Select(item => Text(item, "series_id")).ToArray();

    private static SeriesStatus Status(string code, string outcome) => new(new SeriesId("eia", code), At, "run-1", outcome, null, 1, 0, null, At);

    private void Reply(object answer) => LastSender.Tell(answer, TestActor);

    private static async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(Bench bench, string path, string body)
    {
        using var answer = await bench.Client.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"));
        return (answer.StatusCode, (await answer.Content.ReadFromJsonAsync<JsonElement>()).Clone());
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
