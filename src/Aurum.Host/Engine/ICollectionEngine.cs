using Aurum.Actors;
using Aurum.Actors.Clustering;
using Aurum.Actors.Collection;
using Aurum.Api;
using Aurum.Host.Configuration;
using Microsoft.Extensions.Logging;

namespace Aurum.Host.Engine;

/// <summary>What collects. Commands check what was typed and configured, then hand over to it.</summary>
public interface ICollectionEngine
{
    /// <param name="stop">Cancelled by SIGINT or SIGTERM: take no more permits, end within ten seconds.</param>
    /// <returns>The exit code of the process.</returns>
    Task<int> RunAsync(RunRequest request, CancellationToken stop);

    /// <inheritdoc cref="RunAsync"/>
    Task<int> DemoAsync(DemoRequest request, CancellationToken stop);
}

/// <param name="Road">Which parts of the road are outside systems.</param>
/// <param name="Cluster">Whom it does that with.</param>
/// <param name="Roles">What this node does of it.</param>
/// <param name="Http">Where a node that goes on answers; null for one that ends by itself.</param>
/// <param name="Interval">From the start of one collection to the start of the next; means nothing without <paramref name="Loop"/>.</param>
public sealed record RunRequest(
    AurumConfiguration Configuration, RoadConfiguration Road, ClusterNode Cluster, NodeRoles Roles, bool Loop, TimeSpan? Interval, CollectionScope Scope, LogLevel LogLevel, ApiOptions? Http = null)
{
    public LogFormat LogFormat { get; init; }
}

/// <param name="Duration">Null to go on until stopped.</param>
public sealed record DemoRequest(string ConfigDirectory, string DataDirectory, RoadConfiguration Road, TimeSpan? Duration, LogLevel LogLevel);
