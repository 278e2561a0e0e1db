using System.Globalization;
using System.Text.Json;
using Aurum.Domain;
using Aurum.EndToEnd.Tests.Support;

namespace Aurum.EndToEnd.Tests;

public sealed class QueryTests
{
    [Fact]
    public async Task Queries_answer_the_truth_in_every_format()
    {
        await using var world = await World.CreateAsync();
        await world.RunToEndAsync();
        foreach (var plan in world.Plans)
        {
            var expected = (
                from series in plan.Series.OrderBy(series => series.Code, StringComparer.Ordinal)
                from observation in world.Simulator.Truth.Of(series)
                where DateOnly.FromDateTime(observation.Timestamp) >= plan.Start
                select new Row(series.Provider, series.Code, observation.Timestamp, observation.Value, observation.ValueText, StoreComparison.UnitOf(series, observation.Unit), observation.Frequency)).ToList();
            Assert.Equal(expected, (await AskAsync(world, plan, "ndjson")).Select(FromJson));
            var csv = await AskAsync(world, plan, "csv");
            Assert.Equal("provider,series_id,timestamp,asof_date,value,value_raw,unit_code,frequency_code,status,quality_flag", csv[0]);
            Assert.Equal(expected, csv.Skip(1).Select(FromCsv));
        }

        var listed = await world.Start("query", "series", "--data-dir", world.Data).EndsWithAsync(0);
        Assert.All(world.Plans.SelectMany(plan => plan.Series), series => Assert.Contains(series.Code, listed.Output.Text, StringComparison.Ordinal));
    }

    private static async Task<IReadOnlyList<string>> AskAsync(World world, ProviderPlan plan, string format)
    {
        var process = await world.Start("query", "observations", "--provider", plan.Provider, "--format", format, "--data-dir", world.Data).EndsWithAsync(0);
        return process.Output.Lines;
    }

    private static Row FromJson(string line)
    {
        using var document = JsonDocument.Parse(line);
        var row = document.RootElement;
        var value = row.GetProperty("value");
        return new(
            row.GetProperty("provider").GetString()!,
            row.GetProperty("series_id").GetString()!,
            row.GetProperty("timestamp").GetDateTime(),
            value.ValueKind == JsonValueKind.Null ? null : value.GetDouble(),
            row.TryGetProperty("value_raw", out var raw) ? raw.GetString() : value.ValueKind == JsonValueKind.Null ? null : value.GetRawText(),
            row.GetProperty("unit_code").GetString(),
            row.GetProperty("frequency_code").GetString()!);
    }

    private static Row FromCsv(string line)
    {
        var cells = line.TrimEnd('\r').Split(',');
        return new(
            cells[0],
            cells[1],
            DateTime.Parse(cells[2], CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal),
            cells[4].Length == 0 ? null : double.Parse(cells[4], CultureInfo.InvariantCulture),
            cells[5].Length > 0 ? cells[5] : cells[4].Length > 0 ? cells[4] : null,
            cells[6].Length > 0 ? cells[6] : null,
            cells[7]);
    }

    private sealed record Row(string Provider, string Series, DateTime Timestamp, double? Value, string? Text, string? Unit, string Frequency);
}
