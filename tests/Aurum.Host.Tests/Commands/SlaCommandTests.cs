using Aurum.Domain;
using Aurum.Storage;

namespace Aurum.Host.Tests.Commands;

public sealed class SlaCommandTests : NodeCommandTest
{
    private const string Report = """
        {"status":"violated","judged_at":"2026-03-01T12:00:00+00:00","incremental_hours":2,"backfill_hours":8,
         "providers":[{"provider":"fred","freshness_hours":24,"series":5,"fresh":3,"stale":1,"not_judged":1,"running_since":null,"run_is_late":false,"violations":1}],
         "violations":[{"kind":"freshness","provider":"fred","series_id":"DGS10","since":"2026-03-01T00:00:00+00:00","until":null}],"violation_count":1}
        """;

    protected override void Prepare()
    {
        Node.Answers("GET /v1/admin/external/sla", Report);
    }

    [Theory]
    [InlineData("sla", "violated: 1 provider, 1 of 5 series stale, 1 violation in 24 hours")]
    [InlineData("sla violations", "1 violation, 1 still going on")]
    public async Task Promises_are_a_line_each_with_counts_at_the_end(string command, string counts)
    {
        var answer = await Line.RunAsync(command);

        Assert.Equal((0, ""), (answer.Code, answer.Error));
        Assert.Contains("fred", answer.Output, StringComparison.Ordinal);
        Assert.EndsWith($"{counts} (from node-1 at {Node.Address})\n", answer.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Series_are_asked_for_by_provider_and_state()
    {
        Node.Answers(
            "GET /v1/admin/external/sla/series?provider=fred&state=stale&limit=1000",
            """{"items":[{"provider":"fred","series_id":"DGS10","state":"stale","last":"2026-02-20T00:00:00Z","known_on":"2026-02-21","next_due":"2026-02-24T00:00:00+00:00","deadline":"2026-02-25T00:00:00+00:00"}],"next_cursor":null}""");

        var answer = await Line.RunAsync("sla series --provider fred --state stale");

        Assert.Contains("fred      DGS10      stale  2026-02-20  2026-02-21  2026-02-24  2026-02-25", answer.Output, StringComparison.Ordinal);
        Assert.EndsWith($"1 series, 1 stale (from node-1 at {Node.Address})\n", answer.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sla", "violated: 1 provider, 1 of 1 series stale, 1 violation in 24 hours")]
    [InlineData("sla violations", "1 violation, 1 still going on")]
    [InlineData("sla series --provider fred --state stale", "1 series, 1 stale")]
    [InlineData("sla series --state fresh", "0 series, 0 stale")]
    public async Task Where_no_node_runs_it_is_judged_from_the_store(string command, string counts)
    {
        await GiveStoreAsync();

        var answer = await Line.RunAsync(command);

        Assert.Equal((0, ""), (answer.Code, answer.Error));
        Assert.EndsWith($"{counts} (from the store, as no node runs)\n", answer.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_node_too_a_state_that_is_none_is_refused()
    {
        await GiveStoreAsync();

        var answer = await Line.RunAsync("sla series --state late");

        Assert.Equal((2, "aurum: --state: \"late\" is none; expected fresh, stale, unknown or off\n"), (answer.Code, answer.Error));
    }

    /// <summary>One daily series, that has fallen silent.</summary>
    private async Task GiveStoreAsync()
    {
        await Node.DisposeAsync();
        NameNoNode();
        Line.WriteStore();
        Line.WriteProvider("fred", """{ "name": "fred", "datasets": [ { "series": ["DGS10"] } ] }""");
        Line.Store.Series.Add(new SeriesStatus(new SeriesId("fred", "DGS10"), null, null, "ok", null, 7, 0, null, DateTimeOffset.UnixEpoch));
        var last = DateTime.UtcNow.Date.AddDays(-20);
        Line.Store.Newest = [.. Enumerable.Range(-10, 11).Select(days => last.AddDays(days)).Select(day => new KnownTimestamp(day, DateOnly.FromDateTime(day).AddDays(1), new DateTimeOffset(day, TimeSpan.Zero).AddDays(1)))];
    }
}
