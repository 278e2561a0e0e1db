using System.Security.Cryptography.X509Certificates;
using Akka.Remote.Hosting;

namespace Aurum.Actors.Clustering;

/// <summary>How a node is reached by others of its cluster, and whom it asks to be let in.</summary>
/// <param name="Name">Of the cluster; nodes of another name are not heard.</param>
/// <param name="Host">The name or address by which others reach it, to the letter as <paramref name="Seeds"/> have it.</param>
/// <param name="BindHost">The address to listen on.</param>
/// <param name="Seeds">The same list, in the same order, on every node: only the first of them may found a cluster.</param>
/// <param name="Identity">What nodes know each other by; null where they speak in the clear.</param>
public sealed record ClusterNode(string Name, string Host, string BindHost, int Port, IReadOnlyList<SeedNode> Seeds, NodeIdentity? Identity)
{
    private const string Loopback = "127.0.0.1";

    /// <summary>A cluster of one, on a port that nobody is told.</summary>
    public static readonly ClusterNode Alone = new(AurumNode.SystemName, Loopback, Loopback, 0, [], null);

    public bool IsAlone => Seeds.Count == 0;

    internal RemoteOptions Remoting => new()
    {
        HostName = BindHost,
        PublicHostName = Host,
        Port = Port,
        EnableSsl = Identity is not null,
        Ssl = Identity?.Options ?? new SslOptions(),
    };

    /// <summary>The address of another node, as this cluster's members call it.</summary>
    internal Akka.Actor.Address AddressOf(SeedNode seed) => new(Protocol, Name, seed.Host, seed.Port);

    private string Protocol => Identity is null ? "akka.tcp" : "akka.ssl.tcp";
}

/// <summary>A node that others ask to be let in.</summary>
public sealed record SeedNode(string Host, int Port);

/// <summary>A node's certificate with its key, and the authority whose certificates it takes from others. Both sides show theirs.</summary>
public sealed record NodeIdentity(X509Certificate2 Certificate, X509Certificate2 Authority)
{
    /// <summary>Whoever holds a certificate of the authority is one of us, whatever host it speaks from: pods come and go.</summary>
    internal SslOptions Options => new()
    {
        X509Certificate = Certificate,
        RequireMutualAuthentication = true,
        ValidateCertificateHostname = false,
        CustomValidator = (shown, _, _, _, _) => shown is not null && IsOurs(shown),
    };

    private bool IsOurs(X509Certificate2 shown)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(Authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(shown);
    }
}
