using System.Text.Json;
using Aurum.Domain;
using Aurum.EndToEnd.Tests.Support;

namespace Aurum.EndToEnd.Tests;

/// <summary>A series whose unit was changed: each vintage is in the unit of its day, and the catalog knows them all.</summary>
public sealed class UnitsOverTimeTests
{
    private static readonly SeriesId Product = new("fred", "GDPC1");

    [Fact]
    public async Task A_value_as_of_a_day_comes_in_the_unit_of_that_day()
    {
        await using var world = await World.UnconfiguredAsync();
        world.Config.Write("fred", $$"""{ "name": "fred", "rate_limit": {{JsonSerializer.Serialize(ConfigFolder.NoLimit)}}, "datasets": [ { "series": ["GDPC1", "FREDONLYX"], "vintages": "all", "start": "2015-01-01" } ] }""");
        await world.Run("--providers", "fred").EndsWithAsync(0);

        var now = await AskAsync(world, "--vintages", "latest");
        var truth = world.Simulator.Truth.Of(Product).Where(observation => observation.Timestamp.Year >= 2015).ToArray();
        Assert.Equal(truth.Select(observation => (observation.Value!.Value, observation.Unit)), now.Select(row => (row.Value, row.Unit)));

        // The first quarter of 2015 was rebased twice: its value grew with each base year, and was revised but a little.
        var (first, second, third) = ((await AskAsync(world, "--as-of", "2018-07-26"))[0], (await AskAsync(world, "--as-of", "2018-07-27"))[0], now[0]);
        Assert.Equal(
            ["Billions of Chained 2009 Dollars", "Billions of Chained 2012 Dollars", "Billions of Chained 2017 Dollars"],
            new[] { first, second, third }.Select(row => row.Unit));
        Assert.Equal(("2018-07-27", "2023-09-28"), (second.AsOf, third.AsOf));
        Assert.Equal((0.88, 0.93), (Math.Round(first.Value / third.Value, 3), Math.Round(second.Value / third.Value, 3)));
        Assert.All(await AskAsync(world, "--as-of", "2018-07-26"), row => Assert.Equal("Billions of Chained 2009 Dollars", row.Unit));

        var listed = await world.Start("query", "series", "--format", "ndjson", "--data-dir", world.Data).EndsWithAsync(0);
        var entries = listed.Output.Lines.Select(line => JsonDocument.Parse(line).RootElement).ToDictionary(row => row.GetProperty("series_id").GetString()!);
        Assert.Equal(
            ("Billions of Chained 2017 Dollars", "Billions of Chained 2009 Dollars (until 2018-07-26); Billions of Chained 2012 Dollars (until 2023-09-27)"),
            (entries["GDPC1"].GetProperty("unit_code").GetString(), entries["GDPC1"].GetProperty("earlier_units").GetString()));
        Assert.False(entries["FREDONLYX"].TryGetProperty("earlier_units", out _));
        Assert.True(entries["FREDONLYX"].GetProperty("observations").GetInt64() > 0);
    }

    private static async Task<(string AsOf, double Value, string? Unit)[]> AskAsync(World world, params string[] query)
    {
        var process = await world.Start(["query", "observations", "--provider", "fred", "--series", Product.Code, .. query, "--format", "ndjson", "--data-dir", world.Data]).EndsWithAsync(0);
        return [.. process.Output.Lines.Select(line => JsonDocument.Parse(line).RootElement).Select(row => (row.GetProperty("asof_date").GetString()!, row.GetProperty("value").GetDouble(), row.GetProperty("unit_code").GetString()))];
    }
}
