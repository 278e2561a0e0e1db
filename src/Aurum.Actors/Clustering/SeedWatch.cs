using Aurum.Storage;

namespace Aurum.Actors.Clustering;

/// <summary>
/// What a node that may found a cluster sees of others, look by look. A member lives when it has said something new while it was watched:
/// no clock but our own is believed. Who was silent for all of <see cref="Patience"/> is dead. Pure: time comes with the look.
/// </summary>
public sealed class SeedWatch(string self)
{
    /// <summary>Several heartbeats, and what a database needs to come back to all that use it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, Sight> _seen = [];

    /// <summary>Members that have been heard of since they were first seen, and not too long ago.</summary>
    public IReadOnlyList<string> Living(DateTimeOffset now) =>
        [.. _seen.Values.Where(sight => sight.HasMoved && now - sight.MovedAt < Patience).Select(sight => sight.Member.Address).Order(StringComparer.Ordinal)];

    /// <summary>Those known to be dead; null while one may live.</summary>
    public IReadOnlyList<ClusterMember>? AllDead(DateTimeOffset now) =>
        _seen.Values.All(sight => now - sight.MovedAt >= Patience) ? [.. _seen.Values.Select(sight => sight.Member)] : null;

    /// <summary>Takes note of who is there.</summary>
    public void Look(IReadOnlyList<ClusterMember> members, DateTimeOffset now)
    {
        var others = members.Where(member => member.Address != self).ToDictionary(member => member.Address);
        foreach (var gone in _seen.Keys.Except(others.Keys).ToArray())
        {
            _seen.Remove(gone);
        }

        foreach (var (address, member) in others)
        {
            if (!_seen.TryGetValue(address, out var known))
            {
                _seen[address] = new Sight(member, now, HasMoved: false);
            }
            else if (!known.Member.Is(member) || known.Member.Beat != member.Beat)
            {
                _seen[address] = new Sight(member, now, HasMoved: true);
            }
        }
    }

    private sealed record Sight(ClusterMember Member, DateTimeOffset MovedAt, bool HasMoved);
}
