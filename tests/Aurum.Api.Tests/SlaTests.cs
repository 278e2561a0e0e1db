using System.Net;
using System.Text.Json;
using Aurum.Actors;
using Aurum.Domain;
using Aurum.Providers;
using Aurum.Storage;

namespace Aurum.Api.Tests;

/// <summary>What was promised and what is; the clock is the machine's, so values lie around today.</summary>
public sealed class SlaTests : IAsyncLifetime, IRhythmStore
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();
    private static readonly DateOnly Today = DateOnly.FromDateTime(Now.UtcDateTime);

    private readonly Dictionary<SeriesId, IReadOnlyList<KnownTimestamp>> _newest = [];
    private Bench _bench = null!;

    public async Task InitializeAsync() => _bench = await Bench.StartAsync();

    public Task DisposeAsync() => _bench.DisposeAsync().AsTask();

    [Fact]
    public async Task A_series_without_its_next_value_is_stale_and_a_slow_one_is_not()
    {
        Daily("LATE", newest: Today.AddDays(-10));
        Daily("FINE", newest: Today.AddDays(-1));
        Every("SLOW", days: 91, newest: Today.AddDays(-80));
        Known("YOUNG", new KnownTimestamp(Day(Today), Today, Now));

        var report = await RunAsync();

        Assert.Equal("violated", report.GetProperty("status").GetString());
        var fred = report.GetProperty("providers").EnumerateArray().Single(provider => provider.GetProperty("provider").GetString() == "fred");
        Assert.Equal((24, 4, 2, 1, 1), (Number(fred, "freshness_hours"), Number(fred, "series"), Number(fred, "fresh"), Number(fred, "stale"), Number(fred, "not_judged")));
        var violation = report.GetProperty("violations").EnumerateArray().Single();
        Assert.Equal(("freshness", "LATE", JsonValueKind.Null), (violation.GetProperty("kind").GetString(), violation.GetProperty("series_id").GetString(), violation.GetProperty("until").ValueKind));
        var (_, summary) = await _bench.GetAsync("/sla/external");
        var metrics = (await _bench.Client.GetStringAsync("/metrics")).Split('\n').Where(line => line.StartsWith("aurum_series_freshness{", StringComparison.Ordinal));
        Assert.Contains(metrics, line => line.Contains("provider=\"fred\",state=\"stale\"} 1", StringComparison.Ordinal));
        Assert.Equal(("violated", 2, 1, 1, 1), (summary.GetProperty("status").GetString(), Number(summary, "fresh"), Number(summary, "stale"), Number(summary, "not_judged"), Number(summary, "violations")));
    }

    [Fact]
    public async Task A_value_that_came_too_late_is_a_violation_that_is_over()
    {
        KnownTimestamp[] before = [.. Enumerable.Range(20, 10).Reverse().Select(back => new KnownTimestamp(Day(Today.AddDays(-back)), Today.AddDays(1 - back), Now.AddDays(-20)))];
        Known("BACK", [.. before, new KnownTimestamp(Day(Today.AddDays(-1)), Today, Now.AddHours(-1))]);

        var report = await RunAsync();

        Assert.Equal("met", report.GetProperty("status").GetString());
        Assert.Equal(Now.AddHours(-1), report.GetProperty("violations").EnumerateArray().Single().GetProperty("until").GetDateTimeOffset());
    }

    [Fact]
    public async Task Datasets_say_how_fresh_theirs_are_to_be()
    {
        Daily("DGS10", newest: Today.AddDays(-10));
        Daily("GIVENUP", newest: Today.AddDays(-10));
        Daily("OTHER", newest: Today.AddDays(-10));

        await RunAsync("""{ "name": "fred", "sla": { "freshness_hours": 48 }, "datasets": [ { "series": ["DGS10"], "freshness_hours": 2000 }, { "series": ["GIVENUP"], "freshness_hours": null }, { "series": ["OTHER"] } ] }""");

        var (_, series) = await _bench.GetAsync("/v1/admin/external/sla/series");
        Assert.Equal(
            [("DGS10", "fresh"), ("GIVENUP", "off"), ("OTHER", "stale")],
            series.GetProperty("items").EnumerateArray().Select(one => (one.GetProperty("series_id").GetString()!, one.GetProperty("state").GetString()!)));
        var (_, stale) = await _bench.GetAsync("/v1/admin/external/sla/series?state=stale&provider=fred&limit=1");
        Assert.Equal("OTHER", stale.GetProperty("items").EnumerateArray().Single().GetProperty("series_id").GetString());
        Assert.Equal(ProblemCodes.BadRequest, (await _bench.ProblemAsync("/v1/admin/external/sla/series?state=rotten")).Code);
        Assert.Equal(HttpStatusCode.NotFound, (await _bench.ProblemAsync("/v1/admin/external/sla/series?provider=oecd")).Status);
    }

    [Theory]
    [InlineData("external_incremental", 3, null, "incremental_run", true)]
    [InlineData("external_incremental", 1, null, null, true)]
    [InlineData("external_incremental", 4, 1, "incremental_run", false)]
    [InlineData("external_incremental", 40, 30, null, false)]
    [InlineData("external_backfill", 9, null, "backfill_run", false)]
    [InlineData("external_backfill", 7, null, null, false)]
    [InlineData("external_backfill", 10, 1, "backfill_run", false)]
    [InlineData("external_catalog_sync", 30, null, null, false)]
    public async Task A_run_that_takes_longer_than_promised_is_a_violation_for_a_day(string pipeline, int begunHoursAgo, int? endedHoursAgo, string? violation, bool isUnderWay)
    {
        var (begun, ended) = (Now.AddHours(-begunHoursAgo), endedHoursAgo is { } ago ? Now.AddHours(-ago) : (DateTimeOffset?)null);
        var step = new PipelineStepRecord("fred", "collect_fred", "running", 1, begun, ended, null, 0, 0, 0, 0, 0, null, null, null, null, null, null, null, null, [], []);
        _bench.Stores.Runs.Add(new PipelineRunRecord("run-1", pipeline, "running", begun, begun, ended, null, null, null, Now, [step, step with { Provider = "eia", StartedAt = null }]));

        var report = await RunAsync();

        Assert.Equal(violation is null ? [] : new[] { violation }, report.GetProperty("violations").EnumerateArray().Select(one => one.GetProperty("kind").GetString()!));
        Assert.Equal(violation is not null && ended is null ? "violated" : "met", report.GetProperty("status").GetString());
        var fred = report.GetProperty("providers").EnumerateArray().Single(provider => provider.GetProperty("provider").GetString() == "fred");
        Assert.Equal(violation == "incremental_run" && isUnderWay, fred.GetProperty("run_is_late").GetBoolean());
        Assert.Equal(isUnderWay, fred.GetProperty("running_since").ValueKind == JsonValueKind.String);
    }

    [Fact]
    public async Task Before_the_first_look_nothing_is_promised()
    {
        _bench.Runs(new TaskCompletionSource().Task);
        var (_, summary) = await _bench.GetAsync("/sla/external");
        Assert.Equal("unknown", summary.GetProperty("status").GetString());
    }

    public Task<IReadOnlyDictionary<SeriesId, IReadOnlyList<KnownTimestamp>>> NewestAsync(IReadOnlyList<SeriesId> series, int count, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<SeriesId, IReadOnlyList<KnownTimestamp>>>(_newest.Where(one => series.Contains(one.Key)).ToDictionary());

    private void Daily(string code, DateOnly newest) => Every(code, 1, newest);

    /// <summary>Each became known on the day after its date.</summary>
    private void Every(string code, int days, DateOnly newest) =>
        Known(code, [.. Enumerable.Range(0, 20).Reverse().Select(back => newest.AddDays(-back * days)).Select(day => new KnownTimestamp(Day(day), day.AddDays(1), new DateTimeOffset(Day(day).AddDays(1))))]);

    private void Known(string code, params KnownTimestamp[] newest)
    {
        var series = new SeriesId("fred", code);
        _newest[series] = newest;
        _bench.Stores.Series.Add(new SeriesStatus(series, Now, "run-1", "ok", newest[^1].Timestamp, newest.Length, 0, null, Now));
    }

    private async Task<JsonElement> RunAsync(string settings = """{ "name": "fred", "datasets": [ { "series": ["DGS10"] } ] }""")
    {
        _bench.Node.Runs(new RunningNode(new TaskCompletionSource().Task, ["eia", "fred"], new ProviderRuntimes([Bench.Fred(settings)]), _bench.Stores, _bench.Stores, _bench.Stores, _bench.Stores, null, _bench.Stores, null) { Rhythm = this });
        return await _bench.BecomesAsync("/v1/admin/external/sla", report => report.GetProperty("judged_at").ValueKind != JsonValueKind.Null);
    }

    private static DateTime Day(DateOnly day) => day.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc);

    private static int Number(JsonElement of, string name) => (int)of.GetProperty(name).GetDouble();
}
