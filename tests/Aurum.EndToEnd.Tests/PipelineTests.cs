using System.Net;
using System.Text.Json;
using Aurum.EndToEnd.Tests.Support;

namespace Aurum.EndToEnd.Tests;

/// <summary>Pipelines and backfills, as operators have them run through the program.</summary>
public sealed class PipelineTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task The_habits_of_an_airflow_runbook_work()
    {
        await using var world = await World.CreateAsync(plans: [ProviderPlan.Of("fred")]);
        var node = await StartAsync(world, "--interval", "3600");
        await BecomesAsync(world, "external_incremental", run => run.GetProperty("state").GetString() == "success");

        var listed = await AurumAsync(world, 0, "dags", "list");
        Assert.Contains("external_catalog_sync", listed.Output.Text, StringComparison.Ordinal);
        await AurumAsync(world, 0, "dags", "trigger", "external_backfill", "-c", """{"providers": [{"name": "fred", "datasets": ["DEXUSEU"]}]}""", "--follow", "--reason", "a try");
        await AurumAsync(world, 0, "dags", "backfill", "external_incremental", "--start-date", "2024-01-01", "--end-date", "2024-01-02", "--follow");
        var tried = await AurumAsync(world, 0, "tasks", "test", "external_incremental", "collect_fred", "2024-01-01");
        Assert.Contains("collect_fred: success", tried.Output.Text, StringComparison.Ordinal);
        Assert.Contains("success", (await AurumAsync(world, 0, "dags", "list-runs", "external_incremental")).Output.Text, StringComparison.Ordinal);

        var shown = await AurumAsync(world, 0, "backfill", "list");
        Assert.Contains("2 runs", shown.Output.Text, StringComparison.Ordinal);
        Assert.Contains("fred has no series or dataset \"NOPE\"; expected some of DEXUSEU", (await AurumAsync(world, 2, "dags", "trigger", "external_backfill", "-c", """{"providers": [{"name": "fred", "datasets": ["NOPE"]}]}""")).Error.Text, StringComparison.Ordinal);
        Assert.Contains("expected one of external_incremental, external_catalog_sync, external_backfill", (await AurumAsync(world, 2, "pipelines", "trigger", "nightly")).Error.Text, StringComparison.Ordinal);
        Assert.Contains("expected one of collect_", (await AurumAsync(world, 2, "tasks", "test", "external_incremental", "gather_fred")).Error.Text, StringComparison.Ordinal);
        Assert.Contains("-c: ", (await AurumAsync(world, 2, "dags", "trigger", "external_backfill", "-c", "{")).Error.Text, StringComparison.Ordinal);

        await AurumAsync(world, 0, "pipelines", "pause", "external_incremental", "--reason", "maintenance");
        Assert.Contains("maintenance", (await AurumAsync(world, 0, "pipelines", "list")).Output.Text, StringComparison.Ordinal);
        await AurumAsync(world, 0, "pipelines", "resume", "external_incremental");
        await world.StoreIsTruthAsync();
        node.Terminate();
        await node.EndsWithAsync(0);
        node.SaysNothingOfItsInside();

        // With nothing running, what only reads goes to the store.
        world.Environment.Remove("AURUM_API_URL");
        world.Environment["AURUM_DATA_DIR"] = world.Data;
        Assert.Contains("(from the store, as no node runs)", (await AurumAsync(world, 0, "pipelines", "runs", "external_backfill")).Output.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backfill_survives_kill_9_does_each_part_once_and_keeps_nothing_new_waiting()
    {
        await using var world = await World.UnconfiguredAsync(plans: [ProviderPlan.Of("noaa")]);
        world.Config.Write(world.Plans, rateLimit: new { requests_per_second = 16, burst = 16, daily_quota = (int?)null, backfill_share = 0.25 });
        var node = await StartAsync(world, "--interval", "4");
        await BecomesAsync(world, "external_incremental", run => run.GetProperty("state").GetString() == "success");

        string[] what = ["--provider", "noaa", "--from", "2005-01-01", "--to", "2025-03-01"];
        var plan = JsonDocument.Parse((await AurumAsync(world, 0, ["backfill", "plan", .. what, "--json"])).Output.Text).RootElement.GetProperty("items")[0];
        var (parts, requests) = (plan.GetProperty("units").GetInt32(), plan.GetProperty("requests").GetInt32());
        Assert.True(parts >= 3, $"{parts} parts are no backfill to kill");
        var before = world.Requests("noaa");
        var started = JsonDocument.Parse((await AurumAsync(world, 0, ["backfill", "start", .. what, "--json"])).Output.Text).RootElement.GetProperty("run_id").GetString()!;
        await BecomesAsync(world, "external_backfill", run => Step(run).GetProperty("units_done").GetInt32() >= 1);
        await node.KillAsync();

        node = await StartAsync(world, "--interval", "4");
        var followed = await AurumAsync(world, 0, "backfill", "show", started, "--follow", "--json");
        var events = followed.Output.Lines.Where(line => line.Length > 0).Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.Equal("success", events[^1].GetProperty("state").GetString());
        Assert.True(Step(events[0]).GetProperty("units_done").GetInt32() >= 1, "what was done before was forgotten");
        Assert.Equal(parts, Step(events[^1]).GetProperty("units_done").GetInt32());
        var datasets = Step(events[^1]).GetProperty("datasets").EnumerateArray().ToArray();
        Assert.Equal(world.Plans[0].Datasets.Length, datasets.Length);
        Assert.All(datasets, dataset => Assert.Equal(dataset.GetProperty("series_total").GetInt32(), dataset.GetProperty("series_done").GetInt32()));
        Assert.Equal(Step(events[^1]).GetProperty("inserted").GetInt64(), datasets.Sum(dataset => dataset.GetProperty("inserted").GetInt64()));

        var ended = events[^1].GetProperty("ended_at").GetDateTimeOffset();
        var live = (await RunsAsync(world, "external_incremental")).Where(run => run.GetProperty("state").GetString() == "success" && run.GetProperty("ended_at").GetDateTimeOffset() < ended).ToArray();
        Assert.True(live.Length >= 2, $"only {live.Length} live runs ended while the backfill was under way");
        var liveRequests = live.Sum(run => Step(run).GetProperty("requests").GetInt32());
        Assert.True(world.Requests("noaa") - before <= (2 * requests) + liveRequests + 60, $"{world.Requests("noaa") - before} requests for a plan of {requests} and {liveRequests} live ones");
        node.Terminate();
        await node.EndsWithAsync(0);
        await StoreComparison.IsTruthAsync(world.Data, world.Simulator.Truth, [.. world.Plans.Select(one => one with { Start = new DateOnly(2005, 1, 1) })], "");
    }

    [Fact]
    public async Task A_backfill_waits_for_the_quota_of_tomorrow_pauses_resumes_and_ends_when_it_is_cancelled()
    {
        await using var world = await World.UnconfiguredAsync(plans: [ProviderPlan.Of("noaa")]);
        world.Config.Write(world.Plans, rateLimit: new { requests_per_second = 50, burst = 50, daily_quota = 60, backfill_share = 0.1 });
        var node = await StartAsync(world, "--interval", "3600");
        await BecomesAsync(world, "external_incremental", run => run.GetProperty("state").GetString() == "success");
        var before = world.Requests("noaa");
        var started = JsonDocument.Parse((await AurumAsync(world, 0, "backfill", "start", "--provider", "noaa", "--from", "1990-01-01", "--to", "2025-03-01", "--json")).Output.Text).RootElement.GetProperty("run_id").GetString()!;

        var waiting = await BecomesAsync(world, "external_backfill", run => Step(run).GetProperty("waiting_for").GetString() == "quota");
        Assert.True(Step(waiting).GetProperty("waiting_until").GetDateTimeOffset() > DateTimeOffset.UtcNow);
        Assert.True(Step(waiting).GetProperty("eta").GetDateTimeOffset() > Step(waiting).GetProperty("waiting_until").GetDateTimeOffset(), "it takes more than a day of such a quota");
        Assert.InRange(world.Requests("noaa") - before, 1, 6);

        await AurumAsync(world, 0, "tasks", "test", "external_incremental", "collect_noaa", "2024-01-01");
        await AurumAsync(world, 0, "backfill", "pause", started, "--reason", "not now");
        var paused = await AurumAsync(world, 0, "backfill", "show", started);
        Assert.Contains("not now", paused.Output.Text, StringComparison.Ordinal);
        Assert.Contains(": paused", paused.Output.Text, StringComparison.Ordinal);
        await AurumAsync(world, 0, "backfill", "resume", started);
        await BecomesAsync(world, "external_backfill", run => run.GetProperty("state").GetString() == "running" && Step(run).GetProperty("waiting_for").GetString() == "quota");
        await AurumAsync(world, 0, "backfill", "cancel", started);
        await BecomesAsync(world, "external_backfill", run => run.GetProperty("state").GetString() == "cancelled");
        Assert.Contains("has ended", (await AurumAsync(world, 1, "backfill", "resume", started)).Error.Text, StringComparison.Ordinal);
        node.Terminate();
        await node.EndsWithAsync(0);
    }

    private static JsonElement Step(JsonElement run) => run.GetProperty("steps")[0];

    private static async Task<AurumProcess> StartAsync(World world, params string[] more)
    {
        var node = world.Run(["--loop", "--log-level", "info", .. more]);
        using var client = await node.HttpAsync();
        await client.BecomesAsync("/readyz", HttpStatusCode.OK);
        world.Environment["AURUM_API_URL"] = client.BaseAddress!.GetLeftPart(UriPartial.Authority);
        return node;
    }

    private static Task<AurumProcess> AurumAsync(World world, int code, params string[] arguments) => world.Start(arguments).EndsWithAsync(code, Patience);

    private static async Task<IReadOnlyList<JsonElement>> RunsAsync(World world, string pipeline)
    {
        using var client = new HttpClient { BaseAddress = new Uri(world.Environment["AURUM_API_URL"]) };
        using var runs = JsonDocument.Parse(await client.GetStringAsync($"/v1/admin/external/pipelines/{pipeline}/runs?limit=1000"));
        return [.. runs.RootElement.GetProperty("items").Clone().EnumerateArray()];
    }

    /// <summary>Waits until the newest run of a pipeline is so.</summary>
    private static async Task<JsonElement> BecomesAsync(World world, string pipeline, Func<JsonElement, bool> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            var runs = await RunsAsync(world, pipeline);
            if (runs.Count > 0 && condition(runs[0]))
            {
                return runs[0];
            }

            Assert.False(patience.IsCancellationRequested, runs.Count == 0 ? $"no run of {pipeline} begins" : $"{runs[0]}");
            await Task.Delay(100, CancellationToken.None);
        }
    }
}
