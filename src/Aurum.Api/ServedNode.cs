using Akka.Actor;
using Aurum.Actors;
using Aurum.Actors.Inspection;
using Aurum.Actors.Monitoring;
using Aurum.Actors.Processing;
using Aurum.Providers.Http;
using Aurum.Storage;
using Microsoft.AspNetCore.Http;

namespace Aurum.Api;

/// <summary>The node that a server stands before. The server is there first, so that probes can tell a node that starts from one that is gone.</summary>
public sealed class ServedNode(INodeHealth health)
{
    private const string Component = "node";

    private volatile RunningNode? _running;

    public INodeHealth Health { get; } = health;

    /// <summary>Null while the node starts.</summary>
    public RunningNode? Running => _running;

    public void Starts() => Health.Report(Component, HealthState.Failed, "is starting");

    public void Runs(RunningNode node)
    {
        _running = node;
        Health.Report(Component, HealthState.Healthy);
    }

    public void Stops() => Health.Report(Component, HealthState.Failed, "is stopping");

    /// <exception cref="ProblemException">It still starts.</exception>
    internal RunningNode Require() =>
        _running ?? throw new ProblemException(StatusCodes.Status503ServiceUnavailable, ProblemCodes.Starting, "the node still starts; /readyz says what it waits for");
}

/// <summary>Where records lie that will not be stored: all of them in a topic, those that are observations in a table besides.</summary>
public sealed record SetAsideRecords(IDeadLetterTopic Topic, IQuarantineStore Quarantine);

/// <summary>What of a running node the server looks at.</summary>
/// <param name="Terminated">Ends with the node's actor system.</param>
/// <param name="KnownProviders">All that there are, configured here or not, in order.</param>
/// <param name="Runtimes">Those that are configured here.</param>
/// <param name="Supervisors">Takes what is said to the supervisor of a provider; null on a node that reaches none.</param>
/// <param name="Scheduler">Takes what is asked of the pipelines, wherever in the cluster they are scheduled; null on a node that reaches none.</param>
public sealed record RunningNode(
    Task Terminated,
    IReadOnlyList<string> KnownProviders,
    ProviderRuntimes Runtimes,
    IObservationStore Observations,
    ICatalogStore Catalog,
    IStatusStore Status,
    IAuditStore Audit,
    IActorRef? Supervisors,
    IPipelineStore Pipelines,
    IActorRef? Scheduler)
{
    /// <summary>What was set aside; null on a node without Kafka, where nothing ever is.</summary>
    public SetAsideRecords? SetAside { get; init; }

    /// <summary>Asks providers, through their gates; null on a node that collects nothing.</summary>
    public IActorRef? Fetcher { get; init; }

    /// <summary>The cluster; null on a node that is in none.</summary>
    public ClusterInspection? Cluster { get; init; }

    /// <summary>When the newest values came; null where nobody can tell.</summary>
    public IRhythmStore? Rhythm { get; init; }

    /// <summary>What providers' clocks have shown to this node; null on a node that asks none.</summary>
    public ProviderClocks? Clocks { get; init; }

    /// <exception cref="ProblemException">There is no such provider.</exception>
    internal string RequireProvider(string name) => KnownProviders.Contains(name, StringComparer.Ordinal)
        ? name
        : throw new ProblemException(StatusCodes.Status404NotFound, ProblemCodes.UnknownProvider, $"there is no provider \"{name}\"; expected one of {string.Join(", ", KnownProviders)}", KnownProviders);

    /// <exception cref="ProblemException">This node reaches none.</exception>
    internal IActorRef RequireSupervisors() => Supervisors
        ?? throw new ProblemException(StatusCodes.Status409Conflict, ProblemCodes.NotHere, "this node reaches no collector; ask one that collects");
}
