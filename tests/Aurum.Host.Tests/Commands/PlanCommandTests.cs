namespace Aurum.Host.Tests.Commands;

public sealed class PlanCommandTests : IDisposable
{
    private readonly CommandLine _line = new() { Providers = [FakeProvider.Fred, FakeProvider.WorldBank] };

    public PlanCommandTests()
    {
        _line.Environment.Remove("FRED_API_KEY");
        _line.WriteProvider("fred", """
            { "name": "fred", "rate_limit": { "requests_per_second": 2, "burst": 2, "daily_quota": 10 },
              "datasets": [ { "series": ["A", "B"] }, { "series": ["C"], "start": "2026-01-06" } ] }
            """);
        _line.WriteProvider("worldbank", """{ "name": "worldbank", "rate_limit": { "daily_quota": null }, "datasets": [ { "series": ["D"] } ] }""");
    }

    [Fact]
    public async Task It_tells_requests_rows_and_time_without_a_key_or_a_call()
    {
        var answer = await _line.RunAsync("plan --from 2026-01-01 --to 2026-01-11 --format ndjson");
        Assert.Equal(
            """
            {"provider":"fred","series":3,"catalog_requests":3,"requests":6,"rows":25,"days_at_quota":0.9,"seconds_at_rate":4}
            {"provider":"worldbank","series":1,"catalog_requests":1,"requests":2,"rows":10,"days_at_quota":null,"seconds_at_rate":0}

            """,
            answer.Output);
        Assert.Equal((0, ""), (answer.Code, answer.Error));
    }

    [Fact]
    public async Task Nothing_between_from_and_to_is_refused()
    {
        var answer = await _line.RunAsync("plan --from 2026-01-01 --to 2026-01-01");
        Assert.Equal(2, answer.Code);
        Assert.Contains("--to: is not after --from", answer.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _line.Dispose();
}
