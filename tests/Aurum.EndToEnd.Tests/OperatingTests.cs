using System.Text.Json;
using Aurum.EndToEnd.Tests.Support;

namespace Aurum.EndToEnd.Tests;

/// <summary>What operators change from the command line, through the program.</summary>
public sealed class OperatingTests
{
    [Fact]
    public async Task What_is_changed_about_a_gate_survives_kill_9_until_it_is_taken_back()
    {
        await using var world = await World.CreateAsync(plans: [ProviderPlan.Of("fred"), ProviderPlan.Of("worldbank")]);
        var (node, desk) = await OperatedNode.StartAsync(world);
        await desk.RunAsync("ratelimits", "set", "fred", "--rps", "0.5", "--daily-quota", "2000", "--reason", "asked to slow down");
        await desk.RunAsync("ratelimits", "hold", "fred", "--for", "2h");
        await desk.RunAsync("breaker", "open", "worldbank");
        await desk.RunAsync("providers", "pause", "worldbank", "--reason", "new key");

        await node.KillAsync();
        (node, desk) = await OperatedNode.StartAsync(world);

        var limits = await desk.ItemsAsync("ratelimits", "show");
        var (fred, worldbank) = (limits[0], limits[1]);
        Assert.Equal((0.5, 2000), (fred.GetProperty("requests_per_second").GetDouble(), fred.GetProperty("daily_quota").GetInt32()));
        Assert.EndsWith(": asked to slow down", fred.GetProperty("changed_by").GetString(), StringComparison.Ordinal);
        Assert.True(fred.GetProperty("hold_until").GetDateTimeOffset() > TimeProvider.System.GetUtcNow().AddHours(1));
        Assert.EndsWith(": new key", worldbank.GetProperty("paused_by").GetString(), StringComparison.Ordinal);
        Assert.Equal("open", (await desk.ItemsAsync("breaker", "show"))[1].GetProperty("breaker").GetString());

        await desk.RunAsync("ratelimits", "reset", "fred");
        await desk.RunAsync("ratelimits", "release", "fred");
        await desk.RunAsync("breaker", "close", "worldbank");
        await desk.RunAsync("providers", "resume", "worldbank");
        limits = await desk.ItemsAsync("ratelimits", "show");
        Assert.All(limits, limit => Assert.All((string[])["changed_by", "hold_until", "paused_by"], name => Assert.Equal(JsonValueKind.Null, limit.GetProperty(name).ValueKind)));
        Assert.Equal("closed", (await desk.ItemsAsync("breaker", "show"))[1].GetProperty("breaker").GetString());
        node.Terminate();
        await node.EndsWithAsync(0);
        node.SaysNothingOfItsInside();
    }

    [Fact]
    public async Task A_provider_that_is_paused_is_sent_nothing_until_it_is_resumed()
    {
        await using var world = await World.CreateAsync(plans: [ProviderPlan.Of("worldbank")]);
        var (node, desk) = await OperatedNode.StartAsync(world, "--interval", "3600");
        await desk.RunAsync("providers", "pause", "worldbank");
        await node.KillAsync();
        var before = world.Requests("worldbank");

        (node, desk) = await OperatedNode.StartAsync(world, "--interval", "1");
        var providers = await desk.UntilAsync(items => items.Any(item => item.GetProperty("reason").GetString() == "an operator paused it"), "providers", "list");
        Assert.Equal("degraded", providers[0].GetProperty("status").GetString());
        Assert.Equal(before, world.Requests("worldbank"));

        await desk.RunAsync("providers", "resume", "worldbank");
        await node.AwaitAsync(() => world.Requests("worldbank") > before, "the provider is asked again");
        node.Terminate();
        await node.EndsWithAsync(0);
    }

    [Fact]
    public async Task A_series_is_paused_and_read_again_from_its_beginning_and_neither_loses_nor_doubles_a_value()
    {
        await using var world = await World.CreateAsync(plans: [ProviderPlan.Of("eia")]);
        await world.RunToEndAsync();
        var (node, desk) = await OperatedNode.StartAsync(world, "--interval", "3600");
        const string Oil = "eia/petroleum/pri/spt:daily:RWTC";
        var before = (await desk.JsonAsync("series", "show", Oil)).GetProperty("observations").GetInt64();
        await desk.RunAsync("series", "pause", Oil, "--reason", "wrong values");
        await node.KillAsync();

        (node, desk) = await OperatedNode.StartAsync(world, "--interval", "3600");
        Assert.EndsWith(": wrong values", Assert.Single(await desk.ItemsAsync("series", "list", "--state", "paused")).GetProperty("paused_by").GetString(), StringComparison.Ordinal);
        await desk.EndsAsync(1, "series", "trigger", Oil);
        await desk.RunAsync("series", "resume", Oil);
        await desk.RunAsync("series", "reset", Oil, "--dry-run");
        Assert.True((await desk.JsonAsync("series", "show", Oil)).GetProperty("history_complete").GetBoolean());
        await desk.EndsAsync(2, "checkpoints", "set", Oil, "--to", "2090-01-01");
        await desk.RunAsync("series", "reset", Oil, "--reason", "restated");
        await node.KillAsync();

        (node, desk) = await OperatedNode.StartAsync(world, "--interval", "3600");
        Assert.False((await desk.JsonAsync("series", "show", Oil)).GetProperty("history_complete").GetBoolean());
        await desk.RunAsync("series", "trigger", Oil);
        var after = await desk.BecomesAsync(series => series.GetProperty("history_complete").GetBoolean() && !series.GetProperty("collecting").GetBoolean(), "series", "show", Oil);
        Assert.Equal(before, after.GetProperty("observations").GetInt64());
        node.Terminate();
        await node.EndsWithAsync(0);
        node.SaysNothingOfItsInside();
        await world.StoreIsTruthAsync();
    }
}
