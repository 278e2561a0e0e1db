using System.Text.Json;
using Aurum.EndToEnd.Tests.Support;
using Aurum.Simulator;
using Aurum.Storage;

namespace Aurum.EndToEnd.Tests;

/// <summary>Datasets whose series the provider lists: all of them come, as the provider states them, and a quiet second run asks for little.</summary>
public sealed class DiscoveryTests
{
    private static readonly string Start = World.Small.Today!.Value.AddDays(-40).ToString("yyyy-MM-dd", null);

    public static TheoryData<string, string, int, int> Datasets => new()
    {
        // Provider, datasets, the fewest series that must come, the most requests of a quiet second run.
        { "fred", """{ "release_id": 53 }, { "category_id": 22 }, { "search": "oil prices" }""", 46, 1 },
        { "fred", """{ "release_id": 53, "vintages": "all", "start": "2015-01-01" }""", 41, 1 },
        { "eia", $$"""{ "route": "electricity/rto/fuel-type-data", "frequency": "hourly", "facets": { "respondent": ["PJM", "CISO"], "fueltype": "*" }, "start": "{{Start}}" }""", 12, 2 },
        { "eia", $$"""{ "route": "electricity/rto/region-data", "frequency": "local-hourly", "facets": { "respondent": "*", "type": ["D"] }, "start": "{{Start}}" }""", 11, 2 },
        { "noaa", $$"""{ "dataset": "GHCND", "location": "FIPS:37", "datatypes": ["TMAX", "PRCP"], "start": "{{Start}}" }""", 60, 3 },
        { "noaa", $$"""{ "dataset": "GHCND", "location": "FIPS:37", "datatypes": "*", "transport": "ncei", "start": "{{Start}}" }""", 200, 2 },
        { "worldbank", """{ "indicators": ["NY.GDP.MKTP.CD"], "countries": "aggregates", "start": "2000-01-01" }""", 10, 1 },
        { "worldbank", """{ "source": 15, "countries": ["USA", "DEU"], "frequency": "monthly", "start": "2020-01-01" }""", 4, 3 },
    };

    [Theory]
    [MemberData(nameof(Datasets))]
    public async Task All_that_a_provider_lists_is_collected_and_a_quiet_run_asks_for_little(string provider, string datasets, int fewestSeries, int mostQuietRequests)
    {
        await using var world = await World.UnconfiguredAsync(World.Small with { FredPageCap = 100_000, EiaPageCap = 5000, NoaaPageCap = 1000 });
        world.Config.Write(provider, $$"""{ "name": "{{provider}}", "rate_limit": {{JsonSerializer.Serialize(ConfigFolder.NoLimit)}}, "datasets": [ {{datasets}} ] }""");
        await world.Run("--providers", provider).EndsWithAsync(0);

        var rows = await StoreComparison.RowsAsync(world.Data);
        var series = rows.Select(row => row.Series).Distinct().ToArray();
        Assert.True(series.Length >= fewestSeries, $"{series.Length} series: {string.Join(", ", series.Select(one => one.Code))}");
        foreach (var one in series)
        {
            var truth = world.Simulator.Truth.Of(one).ToDictionary(observation => observation.Timestamp, observation => observation.Value);
            var stored = LatestOf(rows, one);
            Assert.All(stored, row => Assert.Equal((one, row.Observation.Timestamp, truth.GetValueOrDefault(row.Observation.Timestamp, double.NaN)), (one, row.Observation.Timestamp, row.Observation.Value)));
            var first = stored[0].Observation.Timestamp;
            Assert.Equal((one, truth.Keys.Count(timestamp => timestamp >= first)), (one, stored.Length));
        }

        var asked = world.Requests(provider);
        await world.Run("--providers", provider).EndsWithAsync(0);
        Assert.InRange(world.Requests(provider) - asked, 0, mostQuietRequests);
        Assert.Equal(rows.Count, (await StoreComparison.RowsAsync(world.Data)).Count);
    }

    private static StoredObservation[] LatestOf(IReadOnlyList<StoredObservation> rows, Domain.SeriesId series) =>
        [.. rows.Where(row => row.Series == series).GroupBy(row => row.Observation.Timestamp).Select(vintages => vintages.MaxBy(row => row.Observation.AsOf)!).OrderBy(row => row.Observation.Timestamp)];
}
