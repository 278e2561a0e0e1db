using System.Diagnostics;
using System.Globalization;
using Aurum.Testing.Network;

namespace Aurum.EndToEnd.Tests.Cluster;

/// <summary>That the network of these tests separates what it says it does; else a partition would prove nothing.</summary>
public sealed class VirtualNetworkTests
{
    private const int Port = 4000;

    [FactOnVirtualNetworks]
    public async Task Machines_reach_each_other_but_while_the_switch_is_split_between_them()
    {
        await using var network = await VirtualNetwork.CreateAsync(3);
        var (first, second, third) = (network.Machines[0], network.Machines[1], network.Machines[2]);
        using var listening = first.Listen(Port, first.Address);
        Assert.True(await ReachesAsync(second, first));
        Assert.True(await ReachesAsync(third, first));

        await network.SplitAsync(first, second);
        Assert.True(await ReachesAsync(second, first));
        Assert.False(await ReachesAsync(third, first));

        await network.HealAsync();
        Assert.True(await ReachesAsync(third, first));
    }

    private static async Task<bool> ReachesAsync(VirtualMachine from, VirtualMachine to)
    {
        string[] command = [.. from.Prefix, "timeout", "2", "bash", "-c", string.Create(CultureInfo.InvariantCulture, $": 2>/dev/null >/dev/tcp/{to.Address}/{Port}")];
        using var process = Process.Start(command[0], command[1..]);
        await process.WaitForExitAsync();
        return process.ExitCode == 0;
    }
}
