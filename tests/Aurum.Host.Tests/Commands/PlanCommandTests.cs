using System.Text.Json;
using Aurum.Providers;
using Aurum.Providers.Settings;
using Aurum.Storage;

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
    public async Task Datasets_that_only_the_provider_can_list_are_named_with_the_least_that_listing_them_takes()
    {
        _line.Providers = ProviderCatalog.All;
        _line.WriteProvider("fred", """{ "name": "fred", "datasets": [ { "series": ["GDP"] }, { "release_id": 53 } ] }""");
        _line.WriteProvider("worldbank", """{ "name": "worldbank", "datasets": [ { "indicators": ["SP.POP.TOTL"], "countries": ["USA"] } ] }""");

        var answer = await _line.RunAsync("plan --format csv");

        Assert.StartsWith("fred,1,2,1,", answer.Output.Split("\r\n")[1], StringComparison.Ordinal);
        Assert.Contains(",at least,", answer.Output.Split("\r\n")[1], StringComparison.Ordinal);
        Assert.Equal($"fred, {KeyOf("""{ "release_id": 53 }""")}: only the provider can list its series, which takes at least 1 request; no more of it is counted until it was collected once\n", answer.Error);
    }

    [Fact]
    public async Task What_the_provider_listed_before_is_counted()
    {
        _line.Providers = ProviderCatalog.All;
        _line.WriteProvider("fred", """{ "name": "fred", "datasets": [ { "category_id": 115, "recursive": false } ] }""");
        _line.WriteStore();
        _line.Store.Datasets.Add(new DatasetListing("fred", KeyOf("""{ "category_id": 115, "recursive": false }"""), ["category/series?category_id=115 0 3 DGS10,DGS2,WGS10YR"], DateTimeOffset.UnixEpoch));

        var answer = await _line.RunAsync("plan --providers fred --format csv");

        Assert.StartsWith("fred,3,4,3,", answer.Output.Split("\r\n")[1], StringComparison.Ordinal);
        Assert.Equal("", answer.Error);
    }

    [Fact]
    public async Task Nothing_between_from_and_to_is_refused()
    {
        var answer = await _line.RunAsync("plan --from 2026-01-01 --to 2026-01-01");
        Assert.Equal(2, answer.Code);
        Assert.Contains("--to: is not after --from", answer.Error, StringComparison.Ordinal);
    }

    private static string KeyOf(string dataset) => ProviderCatalog.Find("fred")!.ReadDataset(new SettingsNode(JsonDocument.Parse(dataset).RootElement, "$", [])).Key;

    public void Dispose() => _line.Dispose();
}
