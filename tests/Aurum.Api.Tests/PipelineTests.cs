using System.Net;
using System.Text;
using System.Text.Json;
using Akka.Actor;
using Akka.TestKit.Xunit2;
using Aurum.Actors.Pipelines;
using Aurum.Storage;
using static Aurum.Actors.Pipelines.PipelineProtocol;

namespace Aurum.Api.Tests;

public sealed class PipelineTests : TestKit
{
    private const string Admin = "/v1/admin/external";

    private static readonly DateTimeOffset At = new(2025, 3, 1, 10, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("pipelines/external_incremental/pause", typeof(PausePipeline), "pause_pipeline", "external_incremental")]
    [InlineData("pipelines/external_incremental/resume", typeof(ResumePipeline), "resume_pipeline", "external_incremental")]
    [InlineData("runs/run-1/pause", typeof(PauseRun), "pause_run", "run-1")]
    [InlineData("runs/run-1/resume", typeof(ResumeRun), "resume_run", "run-1")]
    [InlineData("runs/run-1/cancel", typeof(CancelRun), "cancel_run", "run-1")]
    public async Task A_change_is_written_down_and_made_and_answered(string path, Type asks, string action, string target)
    {
        await using var bench = await Bench.RunningAsync(scheduler: TestActor);
        var asked = PostAsync(bench, path, """{ "reason": "why" }""");
        var command = await ExpectMsgAsync<IPipelineCommand>();
        Assert.Equal((asks, "local", "why"), (command.GetType(), command.By, command.Reason));
        Assert.Equal((action, target), (bench.Stores.Audit.Single().Action, bench.Stores.Audit.Single().Target));
        LastSender.Tell(new PipelineAnswer(PipelineOutcome.Unchanged, "run-1", "it was so"), TestActor);
        var (status, answer) = await asked;
        Assert.Equal((HttpStatusCode.OK, false, "it was so"), (status, answer.GetProperty("changed").GetBoolean(), answer.GetProperty("detail").GetString()));
    }

    [Theory]
    [InlineData(PipelineOutcome.NotFound, HttpStatusCode.NotFound, "unknown_run")]
    [InlineData(PipelineOutcome.Refused, HttpStatusCode.Conflict, "run_conflict")]
    public async Task What_cannot_be_is_told_with_its_code(PipelineOutcome outcome, HttpStatusCode expected, string code)
    {
        await using var bench = await Bench.RunningAsync(scheduler: TestActor);
        var asked = PostAsync(bench, "runs/run-1/cancel", "{}");
        await ExpectMsgAsync<CancelRun>();
        LastSender.Tell(new PipelineAnswer(outcome, null, "why not"), TestActor);
        var (status, answer) = await asked;
        Assert.Equal((expected, code, "why not"), (status, answer.GetProperty("code").GetString(), answer.GetProperty("detail").GetString()));
    }

    [Theory]
    [InlineData("pipelines/nightly/trigger", "{}", HttpStatusCode.NotFound, "there is no pipeline \"nightly\"; expected one of external_incremental, external_catalog_sync, external_backfill")]
    [InlineData("pipelines/external_incremental/trigger", """{ "providers": [{ "name": "acme" }] }""", HttpStatusCode.NotFound, "there is no provider \"acme\"; expected one of eia, fred")]
    [InlineData("pipelines/external_incremental/trigger", """{ "providers": [{ "name": "fred" }] }""", HttpStatusCode.NotFound, "fred is not collected here")]
    [InlineData("pipelines/external_incremental/trigger", """{ "from": "2024-01-01" }""", HttpStatusCode.BadRequest, "from and to mean nothing to external_incremental")]
    [InlineData("pipelines/external_backfill/trigger", """{ "from": "2024-01-01", "to": "2023-01-01" }""", HttpStatusCode.BadRequest, "to: is not after from")]
    [InlineData("pipelines/external_backfill/trigger", """{ "from": "yesterday" }""", HttpStatusCode.BadRequest, "from: \"yesterday\" cannot be used")]
    [InlineData("pipelines/external_backfill/trigger", "{}", HttpStatusCode.BadRequest, "there is nothing to collect")]
    [InlineData("pipelines/external_backfill/trigger", """{ "providrs": [] }""", HttpStatusCode.BadRequest, "the request cannot be read")]
    public async Task A_bad_question_reaches_no_pipeline_and_is_no_entry_of_the_audit(string path, string body, HttpStatusCode expected, string detail)
    {
        await using var bench = await Bench.RunningAsync(scheduler: TestActor);
        var (status, answer) = await PostAsync(bench, path, body);
        Assert.Equal(expected, status);
        Assert.Contains(detail, answer.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Empty(bench.Stores.Audit);
        await ExpectNoMsgAsync(TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public async Task A_node_that_reaches_no_schedule_says_so()
    {
        await using var bench = await Bench.RunningAsync();
        var (status, answer) = await PostAsync(bench, "runs/run-1/cancel", "{}");
        Assert.Equal((HttpStatusCode.Conflict, "not_here"), (status, answer.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task Runs_are_read_from_the_store_a_page_at_a_time()
    {
        await using var bench = await Bench.RunningAsync();
        bench.Stores.Runs.AddRange(Enumerable.Range(1, 3).Reverse().Select(number => new PipelineRunRecord($"run-{number}", "external_incremental", "success", At, At, At, null, null, null, At, [])));
        bench.Stores.Pipelines.Add(new PipelineRecord("external_backfill", "by ann", null, At));

        var (_, first) = await bench.GetAsync($"{Admin}/pipelines/external_incremental/runs?limit=2");
        Assert.Equal(["run-3", "run-2"], first.GetProperty("items").EnumerateArray().Select(run => run.GetProperty("run_id").GetString()));
        var (_, rest) = await bench.GetAsync($"{Admin}/runs?limit=2&cursor={first.GetProperty("next_cursor").GetString()}");
        Assert.Equal(["run-1"], rest.GetProperty("items").EnumerateArray().Select(run => run.GetProperty("run_id").GetString()));
        Assert.Equal("success", (await bench.GetAsync($"{Admin}/runs/run-2")).Body.GetProperty("state").GetString());
        Assert.Equal(HttpStatusCode.NotFound, (await bench.ProblemAsync($"{Admin}/runs/run-9")).Status);
        var listed = (await bench.GetAsync($"{Admin}/pipelines")).Body.GetProperty("items").EnumerateArray().ToArray();
        Assert.Equal(["external_incremental", "external_catalog_sync", "external_backfill"], listed.Select(pipeline => pipeline.GetProperty("name").GetString()));
        Assert.Equal(("run-3", "by ann"), (listed[0].GetProperty("last_run_id").GetString(), listed[2].GetProperty("paused").GetString()));
    }

    private static async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(Bench bench, string path, string body)
    {
        using var answer = await bench.Client.PostAsync($"{Admin}/{path}", new StringContent(body, Encoding.UTF8, "application/json"));
        return (answer.StatusCode, JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement);
    }
}
