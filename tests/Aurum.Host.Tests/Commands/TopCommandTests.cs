using System.Text.Json;

namespace Aurum.Host.Tests.Commands;

public sealed class TopCommandTests : NodeCommandTest
{
    protected override void Prepare()
    {
        Node.Answers("GET /v1/admin/external/ratelimits", """
            {"items":[{"provider":"fred","requests_per_second":2,"burst":2,"daily_quota":1000,"permits_spent":40,"permits_left":960,"waiting":{"incremental":3,"catalog":0,"backfill":12},"waiting_for":"hold","breaker":"closed"}]}
            """);
        Node.Answers("GET /v1/admin/external/health", """
            {"status":"healthy","components":[],"providers":[{"provider":"fred","status":"healthy","since":"2026-03-01T12:00:00+00:00","state":"collecting","breaker":"closed","requests":41}]}
            """);
        Node.Answers("GET /metrics", "# TYPE aurum_consumer_lag gauge\naurum_consumer_lag{otel_scope_name=\"Aurum\"} 1234 1700000000\n");
    }

    [Theory]
    [InlineData("top --once")]
    [InlineData("top")] // no terminal
    public async Task One_look_is_a_line_a_provider_with_counts_and_lag_at_the_end(string command)
    {
        var answer = await Line.RunAsync(command);

        Assert.Equal((0, ""), (answer.Code, answer.Error));
        var lines = answer.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["fred", "healthy", "collecting", "41", "2/s", "960", "of", "1000", "3", "0", "12", "hold", "-", "closed"], lines[1].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal($"1 provider, 1 healthy, 1,234 records behind (from node-1 at {Node.Address})", lines[2]);
    }

    [Fact]
    public async Task Json_has_all_that_the_node_says_of_limits_and_the_lag()
    {
        Node.Answers("GET /metrics", "");

        var answer = await Line.RunAsync("top --json");

        var top = JsonDocument.Parse(answer.Output).RootElement;
        Assert.Equal(12, top.GetProperty("items")[0].GetProperty("limit").GetProperty("waiting").GetProperty("backfill").GetInt32());
        Assert.False(top.TryGetProperty("consumer_lag", out _));
    }
}
