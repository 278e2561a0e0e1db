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

    private static void IsNear(string what, long planned, long counted) =>
        Assert.True(Math.Abs(planned - counted) <= MostOff * counted, $"{what}: planned {planned}, counted {counted}");
}
