using System.Net;

namespace Aurum.Api;

/// <summary>Where a node's server listens, and what it serves there.</summary>
/// <param name="Host">The address to listen on; null for all of this machine's.</param>
/// <param name="Port">0 for any that is free.</param>
/// <param name="ServesApi">False for a node that has only probes and metrics to show.</param>
public sealed record ApiOptions(IPAddress? Host, int Port, bool ServesApi)
{
    public const int DefaultPort = 8080;

    public static readonly IPAddress DefaultHost = IPAddress.Loopback;

    public override string ToString() => $"port {Port} of {(Host is null ? "all addresses" : Host.ToString())}";
}
