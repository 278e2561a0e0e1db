using System.Text.Json;
using Aurum.EndToEnd.Tests.Support;
using Aurum.Simulator;
using Aurum.Storage;

namespace Aurum.EndToEnd.Tests;

/// <summary>EIA's legacy ids say the same by their routes as over the bridge, and cost less.</summary>
public sealed class LegacyRouteTests
{
    private static readonly string[] Ids =
    [
        "PET.RWTC.D", "PET.RBRTE.D", "PET.EER_EPMRU_PF4_RGC_DPG.D", "PET.WCESTUS1.W", "PET.WCRSTUS1.W", "NG.RNGWHHD.W", "NG.RNGC1.W", "NG.RNGC2.W", "STEO.PATC_WORLD.M", "STEO.TOPRAC.M",
        "ELEC.PRICE.CO-RES.M", "ELEC.SALES.CO-RES.M", "ELEC.SALES.TX-ALL.M", "EBA.PJM-ALL.D.H", "EBA.CISO-ALL.TI.H", "EBA.PJM-ALL.D.HL", "INTL.57-1-AGO-TBPD.A", "INTL.57-1-WORL-MTOE.A",
    ];

    /// <summary>Routes and frequencies of the ids above.</summary>
    private const int Groups = 8;

    [Fact]
    public async Task Both_roads_bring_the_same_values_and_the_routes_are_shared()
    {
        await using var byRoute = await WorldAsync();
        await using var byBridge = await WorldAsync();

        // Whatever a route answers when it is compared is of a shape that no route has.
        byBridge.Simulator.Faults.Add(new Fault(FaultKind.WrongShape, "eia", "/data"));
        await byRoute.RunToEndAsync("--providers", "eia");
        var warned = await byBridge.RunToEndAsync("--providers", "eia");

        var rows = await RowsAsync(byRoute);
        Assert.Equal(Ids.Order(StringComparer.Ordinal), rows.Select(row => row.Code).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(await RowsAsync(byBridge), rows);
        foreach (var id in Ids)
        {
            var truth = byRoute.Simulator.Truth.Of(new("eia", id)).ToDictionary(observation => observation.Timestamp, observation => observation.Value);
            Assert.All(rows.Where(row => row.Code == id), row => Assert.Equal(truth[row.Timestamp], row.Value));
        }

        // A row of each over the bridge, a comparison of each route, frequency and column, and a call for each route and frequency.
        Assert.Equal(Ids.Length + (Groups + 1) + Groups, byRoute.Requests("eia"));
        Assert.All(byRoute.Simulator.Arrivals.All.Where(arrival => arrival.Path.StartsWith("seriesid/", StringComparison.Ordinal)), arrival => Assert.Contains("length=1", arrival.Query));
        Assert.Contains(warned.Error.Lines, line => line.Contains("PET.RWTC.D", StringComparison.Ordinal) && line.Contains("stays on EIA's bridge", StringComparison.Ordinal));

        var asked = byRoute.Requests("eia");
        await byRoute.RunToEndAsync("--providers", "eia");
        Assert.Equal(Groups, byRoute.Requests("eia") - asked);
        Assert.Equal(rows, await RowsAsync(byRoute));
    }

    [Fact]
    public async Task A_plan_presumes_the_routes_and_the_catalog_shows_them()
    {
        await using var world = await WorldAsync();
        var plan = await world.Start("plan", "--config", world.Config.Path, "--providers", "eia", "--format", "ndjson").EndsWithAsync(0);
        var planned = JsonDocument.Parse(Assert.Single(plan.Output.Lines)).RootElement;
        await world.RunToEndAsync("--providers", "eia");

        Assert.Equal(world.Requests("eia"), planned.GetProperty("requests").GetInt64() + planned.GetProperty("catalog_requests").GetInt64());
        var shown = await world.Start("query", "series", "--provider", "eia", "--data-dir", world.Data, "--format", "ndjson").EndsWithAsync(0);
        Assert.Contains(shown.Output.Lines, line => line.Contains("PET.RWTC.D", StringComparison.Ordinal) && line.Contains("petroleum/pri/spt", StringComparison.Ordinal));
    }

    private static async Task<World> WorldAsync()
    {
        var world = await World.UnconfiguredAsync(World.Small with { EiaPageCap = 5000 });
        world.Config.Write("eia", JsonSerializer.Serialize(new { name = "eia", rate_limit = ConfigFolder.NoLimit, datasets = new[] { Dataset(hourly: false, "2024-01-01"), Dataset(hourly: true, World.Small.Today!.Value.AddDays(-30).ToString("yyyy-MM-dd", null)) } }));
        return world;
    }

    /// <summary>Hours are many: a month of them is a page.</summary>
    private static object Dataset(bool hourly, string start) => new { series = Ids.Where(id => id.StartsWith("EBA", StringComparison.Ordinal) == hourly), start };

    private static async Task<IReadOnlyList<(string Code, DateTime Timestamp, double? Value, string? Raw, string? Unit)>> RowsAsync(World world) =>
    [
        .. (await StoreComparison.RowsAsync(world.Data))
            .Select(row => (row.Series.Code, row.Observation.Timestamp, row.Observation.Value, row.Observation.ValueRaw, row.Attributes?.UnitCode))
            .OrderBy(row => row.Code, StringComparer.Ordinal)
            .ThenBy(row => row.Timestamp),
    ];
}
