namespace Aurum.Storage;

/// <summary>
/// Who is in a cluster, by their own word. It decides nothing about who is alive in a cluster, which its members find out among
/// themselves, but keeps a node from founding a second one beside it.
/// </summary>
public interface IClusterMembers
{
    /// <summary>Writes a node down that has been let in, unless others are written down and none of them is its fellow: then a cluster was founded without it meanwhile.</summary>
    /// <param name="fellows">The members that it sees.</param>
    /// <returns>False when it is not written down.</returns>
    Task<bool> JoinAsync(ClusterMember self, IReadOnlyCollection<ClusterMember> fellows, CancellationToken cancellationToken);

    /// <summary>Says that this node lives.</summary>
    /// <returns>False when it is not written down any more: others have given it up, and may have founded a cluster without it.</returns>
    Task<bool> BeatAsync(ClusterMember self, CancellationToken cancellationToken);

    /// <summary>All that were written down and have neither left nor been given up.</summary>
    Task<IReadOnlyList<ClusterMember>> ReadAsync(string cluster, CancellationToken cancellationToken);

    /// <summary>Makes this node the first member, unless others than those known to be dead are there; one process at a time.</summary>
    /// <param name="dead">Members as they were last heard of: one that has said anything since is not dead.</param>
    Task<bool> TryFoundAsync(ClusterMember self, IReadOnlyCollection<ClusterMember> dead, CancellationToken cancellationToken);

    /// <summary>Forgets a member that has left or was removed; another incarnation under its address stays.</summary>
    Task ForgetAsync(string cluster, string address, long incarnation, CancellationToken cancellationToken);
}

/// <param name="Address">As other nodes call it: the address of its actor system.</param>
/// <param name="Incarnation">Another for each process under the same address.</param>
/// <param name="Beat">Grows while it lives.</param>
public sealed record ClusterMember(string Cluster, string Address, long Incarnation, IReadOnlyList<string> Roles, long Beat = 0)
{
    /// <summary>True of the same process, whatever it has said since.</summary>
    public bool Is(ClusterMember other) => Cluster == other.Cluster && Address == other.Address && Incarnation == other.Incarnation;
}
