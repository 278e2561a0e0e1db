using System.Globalization;
using System.Text.Json;
using Aurum.EndToEnd.Tests.Support;
using Aurum.Simulator;

namespace Aurum.EndToEnd.Tests;

/// <summary>What <c>aurum plan</c> says before is what a collection then costs.</summary>
public sealed class PlanTests
{
    private const double MostOff = 0.1;

    [Fact]
    public async Task A_plan_tells_the_requests_and_rows_of_a_first_collection()
    {
        await using var world = await World.UnconfiguredAsync(new SimulatorOptions { EnforceRateLimits = false });
        Write("fred", new { series = (string[])["DGS10", "GDP", "UNRATE"], start = "2010-01-01" });
        Write("noaa", new { dataset = "GHCND", stations = (string[])["USW00094728", "USW00014739", "USW00023174"], datatypes = (string[])["TMAX", "TMIN", "PRCP"], start = "2022-01-01" });
        Write("worldbank", new { indicators = (string[])["NY.GDP.MKTP.CD", "SP.POP.TOTL"], countries = (string[])["USA", "DEU", "FRA", "WLD"] });
        Write(
            "eia",
            new { route = "petroleum/pri/spt", frequency = "daily", facets = new { series = (string[])["RWTC", "RBRTE"] }, start = "2000-01-01" },
            new { route = "electricity/rto/region-data", frequency = "hourly", facets = new { respondent = (string[])["CISO", "PJM"], type = (string[])["D", "NG"] }, start = "2025-01-01" });

        var plan = await world.Start("plan", "--config", world.Config.Path, "--format", "ndjson").EndsWithAsync(0);
        Assert.Equal(0, world.Simulator.Arrivals.Total);
        await world.Run().EndsWithAsync(0);

        var rows = await StoreComparison.RowsAsync(world.Data);
        Assert.Equal(4, plan.Output.Lines.Count);
        foreach (var line in plan.Output.Lines.Select(line => JsonDocument.Parse(line).RootElement))
        {
            var provider = line.GetProperty("provider").GetString()!;
            IsNear($"{provider} requests", line.GetProperty("requests").GetInt64() + line.GetProperty("catalog_requests").GetInt64(), world.Requests(provider));
            if (provider != "fred")
            {
                // How often a series of FRED has a value only its catalog tells.
                IsNear($"{provider} rows", line.GetProperty("rows").GetInt64(), rows.Count(row => row.Series.Provider == provider));
            }
        }

        var better = await world.Start("plan", "--config", world.Config.Path, "--data-dir", world.Data, "--providers", "fred", "--format", "ndjson").EndsWithAsync(0);
        IsNear("fred rows", JsonDocument.Parse(Assert.Single(better.Output.Lines)).RootElement.GetProperty("rows").GetInt64(), rows.Count(row => row.Series.Provider == "fred"));

        void Write(string provider, params object[] datasets) =>
            world.Config.Write(provider, JsonSerializer.Serialize(new { name = provider, rate_limit = ConfigFolder.NoLimit, datasets }));
    }

    /// <summary>Volunteers measure no wind, and nobody knows before.</summary>
    [Fact]
    public async Task What_a_station_may_not_measure_is_at_most_until_it_was_collected_once()
    {
        await using var world = await World.UnconfiguredAsync(new SimulatorOptions { EnforceRateLimits = false });
        world.Config.Write("noaa", JsonSerializer.Serialize(new
        {
            name = "noaa",
            rate_limit = ConfigFolder.NoLimit,
            datasets = new[] { new { dataset = "GHCND", stations = (string[])["USC00457180", "USC00200230", "USW00023174"], datatypes = (string[])["TMAX", "TMIN", "PRCP", "AWND", "WSF2", "EVAP", "TOBS"], start = "2023-01-01" } },
        }));

        var before = await PlanAsync(world, world.Data);
        await world.Run("--providers", "noaa").EndsWithAsync(0);
        var (asked, rows) = (world.Requests("noaa"), (await StoreComparison.RowsAsync(world.Data)).Count);

        Assert.Equal("at most", before.GetProperty("bound").GetString());
        Assert.InRange(rows, 1, 0.75 * before.GetProperty("rows").GetInt64());
        Assert.True(AllRequests(before) >= asked);

        var after = await PlanAsync(world, world.Data);
        Assert.False(after.TryGetProperty("bound", out _));
        IsNear("rows", after.GetProperty("rows").GetInt64(), rows);
        IsNear("requests", AllRequests(after), asked);
    }

    [Theory]
    [InlineData("fred", """{ "release_id": 53 }, { "category_id": 22, "start": "2000-01-01" }, { "search": "oil prices", "limit_series": 2 }""")]
    [InlineData("fred", """{ "release_id": 53, "vintages": "all", "start": "2015-01-01" }""")]
    [InlineData("eia", """{ "route": "electricity/rto/fuel-type-data", "frequency": "hourly", "facets": { "respondent": ["PJM", "CISO"], "fueltype": "*" }, "start": "LATELY" }""")]
    [InlineData("noaa", """{ "dataset": "GHCND", "location": "FIPS:37", "datatypes": "*", "start": "LATELY" }""")]
    [InlineData("worldbank", """{ "indicators": ["NY.GDP.MKTP.CD", "SP.POP.TOTL"], "countries": "aggregates", "start": "1990-01-01" }""")]
    public async Task A_dataset_that_a_provider_listed_once_is_planned_as_it_was_listed(string provider, string datasets)
    {
        datasets = datasets.Replace("LATELY", Lately, StringComparison.Ordinal);
        await using var world = await World.UnconfiguredAsync(new SimulatorOptions { EnforceRateLimits = false });
        world.Config.Write(provider, $$"""{ "name": "{{provider}}", "rate_limit": {{JsonSerializer.Serialize(ConfigFolder.NoLimit)}}, "datasets": [ {{datasets}} ] }""");
        var before = await PlanAsync(world, world.Data);
        Assert.Equal((0, "at least"), (before.GetProperty("series").GetInt32(), before.GetProperty("bound").GetString()));
        Assert.Equal(0, world.Simulator.Arrivals.Total);
        await world.Run("--providers", provider).EndsWithAsync(0);
        var asked = world.Requests(provider);

        var plan = await PlanAsync(world, world.Data);
        Assert.Equal(asked, world.Requests(provider));
        world.Data += "-again";
        await world.Run("--providers", provider).EndsWithAsync(0);

        var rows = await StoreComparison.RowsAsync(world.Data);
        IsNear("requests", AllRequests(plan), world.Requests(provider) - asked);
        if (!datasets.Contains("vintages", StringComparison.Ordinal))
        {
            // How often values were revised is not known before.
            IsNear("rows", plan.GetProperty("rows").GetInt64(), rows.Count);
        }
    }

    /// <summary>Some pages back, whenever this is run: a day in the calendar would mean more of them every day.</summary>
    private static string Lately => DateTime.UtcNow.AddDays(-90).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static async Task<JsonElement> PlanAsync(World world, string data)
    {
        var plan = await world.Start("plan", "--config", world.Config.Path, "--data-dir", data, "--format", "ndjson").EndsWithAsync(0);
        return JsonDocument.Parse(Assert.Single(plan.Output.Lines)).RootElement;
    }

    private static long AllRequests(JsonElement plan) => plan.GetProperty("requests").GetInt64() + plan.GetProperty("catalog_requests").GetInt64();

    private static void IsNear(string what, long planned, long counted) =>
        Assert.True(Math.Abs(planned - counted) <= MostOff * counted, $"{what}: planned {planned}, counted {counted}");
}
