namespace Aurum.Storage.Tests;

/// <summary>What every store of pipelines must do.</summary>
public abstract class PipelineStoreContract : StoreContract
{
    private static readonly PipelineStepRecord Step = new(
        "fred", "backfill_fred", "running", 2, Now, null, Now.AddMinutes(4), 17, 5, 1000, 2, 40, 50, 9, 7, Day(1), Day(31), Now.AddHours(3), "quota", Now.AddHours(1), ["it's \"too\" much", "{1, 2}"], [new("release:53", 12, 5, 1, 990, 2), new("it's \"search\"", 5, 0, 0, 10, 0)]);

    private static readonly PipelineRunRecord Run = new("backfill-1", "external_backfill", "running", Now, Now, null, "ann", "a new series", "paused by ann", Now, [Step]);

    [Fact]
    public async Task A_run_comes_back_whole()
    {
        var bare = new PipelineRunRecord("backfill-2", "external_backfill", "queued", Now.AddMinutes(1), null, null, null, null, null, Now, [
            new("eia", "backfill_eia", "queued", 1, null, null, null, 0, 0, 0, 0, 0, null, null, null, null, null, null, null, null, [], []),
            Step]);
        await Pipelines.SaveAsync([], [Run, bare], CancellationToken.None);
        Assert.Equivalent(Run, await Pipelines.FindRunAsync("backfill-1", CancellationToken.None), strict: true);
        Assert.Equivalent(bare, await Pipelines.FindRunAsync("backfill-2", CancellationToken.None), strict: true);
        Assert.Null(await Pipelines.FindRunAsync("backfill-3", CancellationToken.None));
    }

    [Fact]
    public async Task The_last_word_on_a_run_counts_and_its_steps_are_those_of_that_word()
    {
        var ended = Run with { State = "success", EndedAt = Now.AddHours(1), Note = null, Steps = [Step with { State = "success", Eta = null, Failures = [] }] };
        await Pipelines.SaveAsync([], [Run with { Steps = [Step, Step with { Provider = "eia" }] }], CancellationToken.None);
        await Pipelines.SaveAsync([], [ended], CancellationToken.None);
        Assert.Equivalent(ended, await Pipelines.FindRunAsync("backfill-1", CancellationToken.None), strict: true);
    }

    [Fact]
    public async Task The_newest_runs_come_first_and_a_page_at_a_time()
    {
        await Pipelines.SaveAsync([], [.. Enumerable.Range(1, 5).Select(number => Run with { RunId = $"run-{number}", QueuedAt = Now.AddMinutes(number / 2), Pipeline = number == 5 ? "external_incremental" : Run.Pipeline })], CancellationToken.None);
        var first = await Pipelines.RunsAsync(null, null, 3, CancellationToken.None);
        Assert.Equal(["run-5", "run-4", "run-3"], first.Select(run => run.RunId));
        Assert.Equal(["run-2", "run-1"], (await Pipelines.RunsAsync(null, "run-3", 3, CancellationToken.None)).Select(run => run.RunId));
        Assert.Equal(["run-4", "run-3", "run-2", "run-1"], (await Pipelines.RunsAsync("external_backfill", null, 9, CancellationToken.None)).Select(run => run.RunId));
        Assert.Single(first[0].Steps);
    }

    [Fact]
    public async Task Runs_under_way_and_those_that_took_long_are_told_apart_from_the_others()
    {
        PipelineRunRecord Ended(string id, TimeSpan took, DateTimeOffset at) => Run with { RunId = id, State = "success", StartedAt = at - took, EndedAt = at };
        await Pipelines.SaveAsync(
            [],
            [
                Run with { RunId = "waits", StartedAt = null }, Run with { RunId = "goes on", StartedAt = Now.AddMinutes(-1) },
                Ended("long", TimeSpan.FromHours(2), Now), Ended("short", TimeSpan.FromMinutes(119), Now), Ended("long ago", TimeSpan.FromHours(3), Now.AddDays(-1)),
            ],
            CancellationToken.None);
        var found = await Pipelines.LongRunsAsync(TimeSpan.FromHours(2), Now.AddDays(-1), CancellationToken.None);
        Assert.Equal(["goes on", "long"], found.Select(run => run.RunId).Order());
        Assert.All(found, run => Assert.Single(run.Steps));
    }

    [Fact]
    public async Task Old_runs_are_forgotten_with_their_steps_and_those_under_way_are_not()
    {
        await Pipelines.SaveAsync([], [Run, Run with { RunId = "old", State = "success", EndedAt = Now.AddDays(-2) }, Run with { RunId = "young", State = "failed", EndedAt = Now }], CancellationToken.None);
        Assert.Equal(1, await Pipelines.ForgetRunsAsync(Now.AddDays(-1), CancellationToken.None));
        Assert.Equal(0, await Pipelines.ForgetRunsAsync(Now.AddDays(-1), CancellationToken.None));
        Assert.Equal(["backfill-1", "young"], (await Pipelines.RunsAsync(null, null, 9, CancellationToken.None)).Select(run => run.RunId).Order());
        await Pipelines.SaveAsync([], [Run with { RunId = "old", Steps = [] }], CancellationToken.None);
        Assert.Empty((await Pipelines.FindRunAsync("old", CancellationToken.None))!.Steps);
    }

    [Fact]
    public async Task Pipelines_come_back_as_they_were_last_said_to_be()
    {
        PipelineRecord[] pipelines = [new("external_backfill", null, null, Now), new("external_incremental", "by ann", Now.AddHours(4), Now)];
        await Pipelines.SaveAsync([pipelines[0] with { Paused = "by bob" }, pipelines[1]], [], CancellationToken.None);
        await Pipelines.SaveAsync(pipelines, [], CancellationToken.None);
        Assert.Equal(pipelines, await Pipelines.PipelinesAsync(CancellationToken.None));
    }
}
