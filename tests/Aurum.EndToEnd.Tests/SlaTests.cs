using System.Net;
using Aurum.EndToEnd.Tests.Support;

namespace Aurum.EndToEnd.Tests;

/// <summary><c>aurum sla</c> against a node that runs.</summary>
public sealed class SlaTests
{
    [Fact]
    public async Task Series_that_were_collected_today_are_not_stale()
    {
        await using var world = await World.CreateAsync(plans: [ProviderPlan.Of("fred")]);
        await world.RunToEndAsync();
        var node = world.Run("--loop", "--log-level", "info", "--interval", "3600");
        using var client = await node.HttpAsync();
        await client.BecomesAsync("/sla/external", HttpStatusCode.OK, "\"status\":\"met\"");
        world.Environment["AURUM_API_URL"] = client.BaseAddress!.AbsoluteUri;

        var sla = await world.Start("sla").EndsWithAsync(0);
        var series = await world.Start("sla", "series", "--state", "fresh", "--json").EndsWithAsync(0);

        Assert.Contains("met: 1 provider, 0 of 5 series stale, 0 violations in 24 hours (from ", sla.Output.Text, StringComparison.Ordinal);
        Assert.Contains("\"series_id\":\"DGS10\"", series.Output.Text, StringComparison.Ordinal);
        node.Terminate();
        await node.EndsWithAsync(0);
    }
}
