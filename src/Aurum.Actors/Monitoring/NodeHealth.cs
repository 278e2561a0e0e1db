namespace Aurum.Actors.Monitoring;

public enum HealthState
{
    Healthy,

    /// <summary>It works, and not as well as it should.</summary>
    Degraded,

    /// <summary>It does not work.</summary>
    Failed,
}

/// <summary>Takes what the parts of a node say of themselves. Whoever knows something of a part reports it, whenever it likes.</summary>
public interface INodeHealth
{
    /// <summary>What was said last of every part.</summary>
    HealthPicture Picture { get; }

    /// <param name="component">A short name in snake_case that does not change.</param>
    /// <param name="reason">What is wrong, for people; holds no secret.</param>
    /// <param name="isNeeded">False for a part whose failure does not keep the node from its work.</param>
    void Report(string component, HealthState state, string? reason = null, bool isNeeded = true);
}

/// <summary>How a node is, at one moment.</summary>
/// <param name="Components">In the order of their names.</param>
public sealed record HealthPicture(IReadOnlyList<ComponentHealth> Components)
{
    /// <summary>True when everything is there that the node needs for its work.</summary>
    public bool IsReady => !Components.Any(component => component is { IsNeeded: true, State: HealthState.Failed });

    /// <summary>Failed only by what is needed; what else is wrong degrades.</summary>
    public HealthState State =>
        !IsReady ? HealthState.Failed
        : Components.All(component => component.State == HealthState.Healthy) ? HealthState.Healthy
        : HealthState.Degraded;
}

/// <param name="Since">When it came into this state; another reason for the same state leaves it.</param>
public sealed record ComponentHealth(string Name, HealthState State, bool IsNeeded, string? Reason, DateTimeOffset Since);

/// <summary>Keeps the picture. Reading it never waits.</summary>
public sealed class NodeHealth(TimeProvider time) : INodeHealth
{
    private readonly Lock _reporting = new();
    private volatile HealthPicture _picture = new([]);

    public HealthPicture Picture => _picture;

    public void Report(string component, HealthState state, string? reason = null, bool isNeeded = true)
    {
        lock (_reporting)
        {
            var before = _picture.Components.FirstOrDefault(known => known.Name == component);
            var since = before?.State == state ? before.Since : time.GetUtcNow();
            _picture = new HealthPicture(
            [
                .. _picture.Components.Where(known => known.Name != component)
                    .Append(new ComponentHealth(component, state, isNeeded, reason, since))
                    .OrderBy(known => known.Name, StringComparer.Ordinal),
            ]);
        }
    }
}
