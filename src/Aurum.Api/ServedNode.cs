using Aurum.Actors.Monitoring;

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
}

/// <summary>What of a running node the server looks at.</summary>
/// <param name="Terminated">Ends with the node's actor system.</param>
public sealed record RunningNode(Task Terminated);
