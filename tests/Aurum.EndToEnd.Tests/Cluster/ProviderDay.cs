using System.Text.Json;
using Aurum.Actors.Gate;

namespace Aurum.EndToEnd.Tests.Cluster;

/// <summary>What a provider's gate has spent of its day, as it says itself and as its provider saw it.</summary>
internal static class ProviderDay
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    public static async Task<int> SpentAsync(ClusterWorld world, string provider) => (await LookAsync(world, provider)).GetProperty("permits_spent").GetInt32();

    /// <summary>Waits until the gate waits for the next day; no more requests of this one have come than the quota.</summary>
    public static async Task IsSpentAsync(ClusterWorld world, string provider, int quota)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (await LookAsync(world, provider) is var gate && (gate.TryGetProperty("remark", out _) || gate.GetProperty("waiting_for").GetString() != WaitReasons.Quota))
        {
            if (patience.IsCancellationRequested)
            {
                throw world.Failure($"{provider}'s quota of {quota} is not spent after {Patience.TotalSeconds} s: {gate}");
            }

            await Task.Delay(200, CancellationToken.None);
        }

        var today = TimeProvider.System.GetUtcNow().Date;
        var sent = world.Arrivals.All.Count(arrival => arrival.Provider == provider && arrival.At.UtcDateTime.Date == today);
        world.Tell($"{provider} was asked {sent} times of {quota}");
        Assert.InRange(sent, 0, quota);
    }

    /// <summary>What the gate says by way of a node that answers; with a remark where it is only what was last stored of it.</summary>
    private static async Task<JsonElement> LookAsync(ClusterWorld world, string provider)
    {
        using var limits = JsonDocument.Parse(await world.Nodes.First(node => node.IsRunning).SaysToAsync("ratelimits", "show", "--json"));
        return limits.RootElement.GetProperty("items").EnumerateArray().Single(item => item.GetProperty("provider").GetString() == provider).Clone();
    }
}
