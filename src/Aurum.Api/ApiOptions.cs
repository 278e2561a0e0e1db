using System.Net;
using Aurum.Api.Access;

namespace Aurum.Api;

/// <summary>Where a node's server listens, what it serves there, and to whom.</summary>
/// <param name="Host">The address to listen on; null for all of this machine's.</param>
/// <param name="Port">0 for any that is free.</param>
/// <param name="ServesApi">False for a node that has only probes and metrics to show.</param>
/// <param name="Tokens">None for a server that only this machine can reach.</param>
public sealed record ApiOptions(IPAddress? Host, int Port, bool ServesApi, IReadOnlyList<ApiToken> Tokens)
{
    public const int DefaultPort = 8080;

    public static readonly IPAddress DefaultHost = IPAddress.Loopback;

    /// <summary>What the node is called in its answers.</summary>
    public string NodeName { get; init; } = Environment.MachineName;

    /// <summary>An answer that takes longer is given up.</summary>
    public TimeSpan LongestRequest { get; init; } = TimeSpan.FromSeconds(30);

    public override string ToString() => $"port {Port} of {(Host is null ? "all addresses" : Host.ToString())}";
}
