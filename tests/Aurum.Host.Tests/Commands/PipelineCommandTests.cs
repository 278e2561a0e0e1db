using Aurum.Host.Operating;
using Aurum.Storage;

namespace Aurum.Host.Tests.Commands;

public sealed class PipelineCommandTests : IDisposable
{
    private const string Runs = "/v1/admin/external/runs";
    private const string Pipelines = "/v1/admin/external/pipelines";

    private static readonly DateTimeOffset At = new(2025, 3, 1, 10, 0, 0, TimeSpan.Zero);

    private static readonly PipelineStepRecord Step = new(
        "fred", "backfill_fred", "running", 2, At, null, null, 17, 5, 1200, 3, 30, 60, 12, 6, new DateTime(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc), null, At.AddHours(3), "quota", At.AddHours(2), ["fred A: Transient: HTTP 503"], []);

    private static readonly PipelineRunRecord Run = new("backfill-1", "external_backfill", "running", At, At, null, "ann", "a new series", null, At, [Step]);

    private readonly CommandLine _line = new();

    [Theory]
    [InlineData("pipelines pause external_incremental --reason why", "POST /v1/admin/external/pipelines/external_incremental/pause {\"reason\":\"why\"}")]
    [InlineData("dags resume external_incremental", "POST /v1/admin/external/pipelines/external_incremental/resume {}")]
    [InlineData("pipelines cancel run-1", "POST /v1/admin/external/runs/run-1/cancel {}")]
    [InlineData("backfill pause run-1", "POST /v1/admin/external/runs/run-1/pause {}")]
    [InlineData("backfill resume run-1", "POST /v1/admin/external/runs/run-1/resume {}")]
    [InlineData("dags trigger external_incremental", "POST /v1/admin/external/pipelines/external_incremental/trigger {}")]
    [InlineData("dags list-runs external_backfill", "GET /v1/admin/external/pipelines/external_backfill/runs?limit=20")]
    [InlineData("dags trigger external_backfill -c {\"providers\":[{\"name\":\"fred\",\"datasets\":[\"DEXUSEU\"]}]}", "POST /v1/admin/external/pipelines/external_backfill/trigger {\"providers\":[{\"name\":\"fred\",\"datasets\":[\"DEXUSEU\"]}]}")]
    [InlineData("dags backfill external_incremental --start-date 2024-01-01 --end-date 2024-01-02", "POST /v1/admin/external/pipelines/external_backfill/trigger {\"from\":\"2024-01-01\",\"to\":\"2024-01-03\"}")]
    [InlineData("tasks test external_incremental collect_fred 2024-01-01", "POST /v1/admin/external/pipelines/external_incremental/trigger {\"providers\":[{\"name\":\"fred\"}]}")]
    [InlineData("tasks test external_backfill backfill_fred 2024-01-01", "POST /v1/admin/external/pipelines/external_backfill/trigger {\"providers\":[{\"name\":\"fred\"}],\"from\":\"2024-01-01\",\"to\":\"2024-01-02\"}")]
    [InlineData("backfill plan --provider fred --series A,B --from 2024-01-01 --to 2025-01-01", "POST /v1/admin/external/backfills/plan {\"providers\":[{\"name\":\"fred\",\"datasets\":[\"A\",\"B\"]}],\"from\":\"2024-01-01T00:00:00Z\",\"to\":\"2025-01-01T00:00:00Z\"}")]
    public async Task A_command_asks_the_node(string line, string asked)
    {
        await using var node = await NodeAsync();
        node.Otherwise = new FakeAnswer(200, "{}");
        Assert.Equal(0, (await _line.RunAsync(line)).Code);
        Assert.Equal(asked, Assert.Single(node.Asked));
    }

    [Theory]
    [InlineData("dags trigger external_backfill -c {", "-c: ")]
    [InlineData("dags trigger external_backfill -c {\"providrs\":[]}", "expected JSON with some of providers")]
    [InlineData("dags trigger external_backfill -c {\"providers\":[{}]}", "-c: $.providers[0] cannot be used")]
    [InlineData("tasks test nightly collect_fred", "there is no pipeline \"nightly\"; expected one of external_incremental, external_catalog_sync, external_backfill")]
    [InlineData("tasks test external_incremental gather_fred", "expected one of collect_fred, collect_worldbank")]
    [InlineData("tasks test external_incremental collect_fred today", "DATE: \"today\" cannot be used; expected a date as YYYY-MM-DD")]
    [InlineData("tasks test external_backfill backfill_fred", "DATE: is missing")]
    [InlineData("dags backfill external_catalog_sync --start-date 2024-01-01 --end-date 2024-01-02", "has no history; expected external_incremental or external_backfill")]
    [InlineData("backfill plan --provider fred --from 2025-01-01 --to 2024-01-01", "--to: is not after --from")]
    [InlineData("backfill start --provider fred --from 2025-01-01", "--to")]
    [InlineData("backfill pause", "RUN: expected either the run's name or --provider NAME")]
    [InlineData("backfill pause run-1 --provider fred", "RUN: expected either the run's name or --provider NAME")]
    public async Task What_cannot_be_used_asks_nobody_and_says_what_could(string line, string message)
    {
        await using var node = await NodeAsync();
        var answer = await _line.RunAsync(line);
        Assert.Equal(2, answer.Code);
        Assert.Contains(message, answer.Error, StringComparison.Ordinal);
        Assert.Empty(node.Asked);
    }

    [Fact]
    public async Task A_run_that_is_followed_ends_as_it_ends()
    {
        await using var node = await NodeAsync();
        node.Answers($"POST {Pipelines}/external_incremental/trigger", """{ "run_id": "run-1" }""");
        node.Answers($"GET {Runs}/run-1", """{ "run_id": "run-1", "pipeline": "external_incremental", "state": "failed", "steps": [{ "provider": "fred", "task": "collect_fred", "state": "failed", "failures": ["fred A: Rejected: HTTP 400"] }] }""");
        var answer = await _line.RunAsync("pipelines trigger external_incremental --follow");
        Assert.Equal(1, answer.Code);
        Assert.Contains("fred A: Rejected: HTTP 400", answer.Output, StringComparison.Ordinal);
        Assert.Contains("run-1 has ended: failed", answer.Error, StringComparison.Ordinal);
        var events = await _line.RunAsync("pipelines show run-1 --follow --json");
        Assert.StartsWith("{\"run_id\":\"run-1\"", events.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_is_shown_with_each_of_its_datasets()
    {
        await using var node = await NodeAsync();
        node.Answers(
            $"GET {Runs}/run-1",
            """
            { "run_id": "run-1", "pipeline": "external_incremental", "state": "running", "steps": [ { "provider": "fred", "task": "collect_fred", "state": "running", "series_total": 17, "series_done": 5, "datasets": [
              { "dataset": "release:53", "series_total": 12, "series_done": 4, "series_failed": 1, "inserted": 1990, "revised": 2 },
              { "dataset": "a name of more letters than fit into the line that is there for a dataset", "series_total": 5, "series_done": 1, "series_failed": 0, "inserted": 3, "revised": 0 } ] } ] }
            """);
        var answer = await _line.RunAsync("pipelines show run-1");
        Assert.Equal((0, ""), (answer.Code, answer.Error));
        Assert.Contains("    release:53: series 4/12, 1 failed, 1,990 new and 2 revised\n", answer.Output, StringComparison.Ordinal);
        Assert.Contains("    a name of more letters than fit into the line that is there …: series 1/5, 3 new and 0 revised\n", answer.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fred", "under-way")]
    [InlineData("worldbank", "last")]
    public async Task A_backfill_is_also_called_by_its_provider(string provider, string meant)
    {
        await using var node = await NodeAsync();
        node.Answers(
            $"GET {Pipelines}/external_backfill/runs?limit=100",
            """
            { "items": [
              { "run_id": "last", "pipeline": "external_backfill", "state": "success", "ended_at": "2025-03-01T10:00:00Z", "steps": [ { "provider": "fred" }, { "provider": "worldbank" } ] },
              { "run_id": "under-way", "pipeline": "external_backfill", "state": "running", "steps": [ { "provider": "fred" } ] },
              { "run_id": "before", "pipeline": "external_backfill", "state": "success", "ended_at": "2025-03-01T09:00:00Z", "steps": [ { "provider": "worldbank" } ] } ] }
            """);
        node.Answers($"POST {Runs}/{meant}/pause", """{ "action": "pause_run", "target": "run", "changed": true }""");
        var answer = await _line.RunAsync($"backfill pause --provider {provider}");
        Assert.Equal((0, ""), (answer.Code, answer.Error));
        Assert.StartsWith($"{meant} is paused", answer.Output, StringComparison.Ordinal);
        var unknown = await _line.RunAsync("backfill pause --provider eia");
        Assert.Equal((2, "aurum: --provider: none of the last 100 backfills is of \"eia\"; aurum backfill list shows them\n"), (unknown.Code, unknown.Error));
    }

    [Fact]
    public async Task Without_a_node_runs_are_read_from_the_store()
    {
        _line.WriteStore();
        _line.Store.Runs.Add(Run);
        Assert.Contains("backfill-1 of external_backfill", (await _line.RunAsync("backfill show --provider fred")).Output, StringComparison.Ordinal);
        var shown = await _line.RunAsync("backfill show backfill-1");
        Assert.Equal((0, ""), (shown.Code, shown.Error));
        Assert.Contains("backfill_fred: running (attempt 2), series 5/17, 6/12 parts of 2000-01-01 to now, 1,200 new and 3 revised, 30 requests, waiting for quota until 2025-03-01 12:00:00Z, done at about 2025-03-01 13:00:00Z", shown.Output, StringComparison.Ordinal);
        Assert.Contains("1 run (from the store, as no node runs)", (await _line.RunAsync("pipelines runs external_backfill")).Output, StringComparison.Ordinal);
        Assert.Contains("3 pipelines", (await _line.RunAsync("pipelines list")).Output, StringComparison.Ordinal);
        Assert.Contains("there is no run \"nope\"", (await _line.RunAsync("backfill show nope")).Error, StringComparison.Ordinal);
        _line.WriteProvider("fred", """{ "name": "fred", "datasets": [ { "series": ["A"] } ] }""");
        Assert.Contains("1 plan", (await _line.RunAsync("backfill plan --provider fred --from 2024-01-01 --to 2025-01-01")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bar_tells_parts_rate_and_arrival() => Assert.Equal(
        "[############------------]  50% 6/12 parts, 0.5 requests/s, ETA 2025-03-01 13:00:00Z (in 3 h); fred waiting for quota until 2025-03-01 12:00:00Z",
        RunProgress.Bar(Run, At.AddMinutes(1)));

    public void Dispose() => _line.Dispose();

    private async Task<FakeNode> NodeAsync()
    {
        var node = await FakeNode.StartAsync();
        _line.Environment["AURUM_API_URL"] = node.Address;
        return node;
    }
}
