using System.Text.Json;
using Aurum.EndToEnd.Tests.Support;
using Aurum.Simulator;

namespace Aurum.EndToEnd.Tests;

public sealed class LogFormatTests
{
    [Fact]
    public async Task Every_line_of_a_json_log_is_an_object_and_none_holds_a_key()
    {
        await using var world = await World.CreateAsync();
        world.Simulator.Faults.Add(new Fault(FaultKind.Status503Html, "fred", Times: 1));
        world.Environment["AURUM_LOG_FORMAT"] = "json";
        var node = world.Run("--loop", "--log-level", "debug", "--interval", "3600");
        Assert.True(await node.SaysOnErrorAsync("\"message\":\"HTTP on http://"));
        await node.AwaitAsync(() => world.Simulator.Arrivals.Total > 10, "some requests");
        node.Terminate();
        await node.EndsWithAsync(0);

        var lines = node.Error.Lines.Where(line => line.Length > 0).Select(line => JsonDocument.Parse(line).RootElement).ToArray();

        Assert.All(lines, line => Assert.True(line.TryGetProperty("timestamp", out _) && line.TryGetProperty("level", out _) && line.TryGetProperty("message", out _) && line.TryGetProperty("fields", out _)));
        foreach (var key in new[] { "FRED_API_KEY", "EIA_API_KEY", "NOAA_GHCND_TOKEN" }.Select(name => world.Environment[name]))
        {
            Assert.DoesNotContain(key, node.Error.Text, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task A_format_that_there_is_not_is_refused_by_name()
    {
        await using var world = await World.CreateAsync();
        world.Environment["AURUM_LOG_FORMAT"] = "xml";
        var run = await world.Run().EndsWithAsync(2);
        Assert.Contains("AURUM_LOG_FORMAT: is \"xml\"; expected text or json", run.Error.Text, StringComparison.Ordinal);
    }
}
