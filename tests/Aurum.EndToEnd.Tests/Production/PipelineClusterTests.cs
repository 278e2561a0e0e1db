using System.Net;
using System.Text.Json;
using Aurum.EndToEnd.Tests.Support;
using Aurum.Testing.Network;

namespace Aurum.EndToEnd.Tests.Production;

/// <summary>Three nodes; the one that schedules is killed in the middle of a backfill.</summary>
public sealed class PipelineClusterTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(150);

    [Fact]
    public async Task A_lost_node_loses_no_backfill_and_any_node_takes_orders()
    {
        await using var production = await ProductionWorld.CreateAsync(plans: [ProviderPlan.Of("noaa")]);
        var world = production.World;
        world.Config.Write(world.Plans, rateLimit: new { requests_per_second = 16, burst = 16, daily_quota = (int?)null, backfill_share = 0.25 });
        var ports = FreePorts.Find(3);
        var seeds = string.Join(',', ports.Select(port => $"127.0.0.1:{port}"));
        var nodes = new List<(AurumProcess Process, HttpClient Client)>();
        foreach (var port in ports)
        {
            world.Data = Path.Combine(world.Folder, $"data-{port}");
            var process = world.Run("--loop", "--interval", "3600", "--log-level", "info", "--seed-nodes", seeds, "--node-host", "127.0.0.1", "--node-port", $"{port}");
            nodes.Add((process, await process.HttpAsync()));
        }

        foreach (var (_, client) in nodes)
        {
            await client.BecomesAsync("/readyz", HttpStatusCode.OK);
        }

        const string Incremental = "/v1/admin/external/pipelines/external_incremental/runs";
        await nodes[0].Client.BecomesAsync(Incremental, HttpStatusCode.OK, "\"state\":\"success\"");
        var scheduling = nodes.FindIndex(node => node.Process.Error.Text.Contains("The pipelines are scheduled on this node", StringComparison.Ordinal));
        var other = nodes[(scheduling + 1) % 3].Client;
        world.Environment["AURUM_API_URL"] = other.BaseAddress!.GetLeftPart(UriPartial.Authority);
        var started = await world.Start("backfill", "start", "--provider", "noaa", "--from", "2005-01-01", "--to", "2025-03-01", "--json").EndsWithAsync(0, Patience);
        var run = $"/v1/admin/external/runs/{JsonDocument.Parse(started.Output.Text).RootElement.GetProperty("run_id").GetString()}";
        await other.BecomesAsync(run, HttpStatusCode.OK, "\"units_done\":1");

        await nodes[scheduling].Process.KillAsync();
        await world.Start("backfill", "show", run[(run.LastIndexOf('/') + 1)..], "--follow").EndsWithAsync(0, Patience);
        foreach (var (process, client) in nodes)
        {
            client.Dispose();
            if (!process.HasEnded)
            {
                process.Terminate();
            }
        }
    }
}
