using System.Globalization;
using System.Text.Json;
using Aurum.Domain;
using Aurum.EndToEnd.Tests.Support;

namespace Aurum.EndToEnd.Tests;

public sealed class RevisionTests
{
    private static readonly SeriesId Rates = new("fred", "DGS10"), Population = new("worldbank", "SP.POP.TOTL:DEU");

    [Fact]
    public async Task A_revision_of_another_day_is_a_new_vintage_and_one_of_the_same_day_replaces()
    {
        var today = World.Small.Today!.Value;
        await using var world = await World.CreateAsync(World.Small with { Today = today.AddDays(-1) }, [ProviderPlan.Of("fred"), ProviderPlan.Of("worldbank")]);
        var truth = world.Simulator.Truth;
        await world.RunToEndAsync();
        var revised = truth.Of(Rates).Where(observation => observation.Value is not null).TakeLast(3).First();

        truth.Today = today;
        truth.Revise(Rates, revised.Timestamp, 9.99);
        var census = truth.Of(Population).Last().Timestamp;
        truth.Revise(Population, census, 83_000_001);
        truth.Publish(Rates, 1);
        await world.RunToEndAsync();
        await world.StoreIsTruthAsync();

        // The same day once more: its value is the newer one, and the day before keeps its own.
        truth.Revise(Rates, revised.Timestamp, 8.88);
        await world.RunToEndAsync();
        await world.StoreIsTruthAsync();

        var timestamp = revised.Timestamp.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var (before, after) = (Day(today.AddDays(-1)), Day(today));
        string[] ofIt = ["--provider", "fred", "--series", Rates.Code, "--from", timestamp, "--to", Day(DateOnly.FromDateTime(revised.Timestamp).AddDays(1))];
        Assert.Equal([(before, revised.Value), (after, 8.88)], await AskAsync(world, [.. ofIt, "--vintages", "all"]));
        Assert.Equal([(after, 8.88)], await AskAsync(world, ofIt));
        Assert.Equal([(before, revised.Value)], await AskAsync(world, [.. ofIt, "--as-of", before]));
        Assert.Empty(await AskAsync(world, [.. ofIt, "--as-of", Day(today.AddDays(-2))]));

        var twice = (await StoreComparison.RowsAsync(world.Data)).GroupBy(row => (row.Series, row.Observation.Timestamp)).Where(rows => rows.Count() > 1);
        Assert.Equal([(Rates, revised.Timestamp), (Population, census)], twice.Select(rows => rows.Key));
    }

    private static async Task<(string AsOf, double? Value)[]> AskAsync(World world, string[] query)
    {
        var process = await world.Start(["query", "observations", .. query, "--format", "ndjson", "--data-dir", world.Data]).EndsWithAsync(0);
        return [.. process.Output.Lines.Select(line => JsonDocument.Parse(line).RootElement).Select(row => (row.GetProperty("asof_date").GetString()!, (double?)row.GetProperty("value").GetDouble()))];
    }

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
