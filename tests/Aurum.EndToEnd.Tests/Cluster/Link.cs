using System.Net;
using Aurum.Testing.Network;

namespace Aurum.EndToEnd.Tests.Cluster;

/// <summary>How something is lost: connections end and new ones are refused, or nothing comes back any more.</summary>
internal enum Loss
{
    Refused,
    Silent,
}

/// <summary>One node's way to one outside system, however many ports that has. The node finds them where they are: on its loopback.</summary>
/// <param name="source">What the system sees the node come from, where that is to tell nodes apart.</param>
internal sealed class Link(VirtualMachine machine, IEnumerable<int> ports, IPAddress? source = null) : IAsyncDisposable
{
    /// <summary>How long a program that starts waits for what is not there.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(20);

    private readonly TcpProxy[] _proxies = [.. ports.Select(port => new TcpProxy(port, machine.Listen(port), source ?? IPAddress.Any))];

    private bool _isSevered;
    private long? _restoredAt;

    /// <summary>True where a program that ends now may have started without it.</summary>
    public bool WasMissing => _isSevered || (_restoredAt is { } at && TimeProvider.System.GetElapsedTime(at) < LongestWait);

    public void Sever(Loss loss)
    {
        _isSevered = true;
        foreach (var proxy in _proxies)
        {
            proxy.Refuse = loss == Loss.Refused;
            proxy.Silent = loss == Loss.Silent;
            if (loss == Loss.Refused)
            {
                proxy.Cut();
            }
        }
    }

    public void Restore()
    {
        (_isSevered, _restoredAt) = (false, TimeProvider.System.GetTimestamp());
        foreach (var proxy in _proxies)
        {
            (proxy.Refuse, proxy.Silent) = (false, false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var proxy in _proxies)
        {
            await proxy.DisposeAsync();
        }
    }
}
