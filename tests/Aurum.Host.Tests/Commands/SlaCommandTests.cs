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
}
