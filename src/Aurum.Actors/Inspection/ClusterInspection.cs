using System.Collections.Immutable;
using System.Threading.Channels;
using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Sharding;

namespace Aurum.Actors.Inspection;

/// <summary>What a node sees of its cluster, for people who look into it, and the two things that they may do to a member.</summary>
public sealed class ClusterInspection
{
    private readonly ExtendedActorSystem _system;
    private readonly Cluster _cluster;

    private ClusterInspection(ExtendedActorSystem system) => (_system, _cluster) = (system, Cluster.Get(system));

    /// <summary>Null on a node that belongs to no cluster, as one that only serves.</summary>
    public static ClusterInspection? Of(ActorSystem system) =>
        system is ExtendedActorSystem { Provider: IClusterActorRefProvider } extended ? new ClusterInspection(extended) : null;

    /// <summary>The members as this node sees them, oldest first.</summary>
    public ClusterPicture Picture()
    {
        var state = _cluster.State;
        return new ClusterPicture(
            _cluster.SelfAddress.ToString(),
            state.Leader?.ToString(),
            [
                .. state.Members
                    .OrderBy(member => member, Comparer<Member>.Create((one, other) => one.IsOlderThan(other) ? -1 : other.IsOlderThan(one) ? 1 : Member.AddressOrdering.Compare(one.Address, other.Address)))
                    .Select(member => MemberPicture.Of(member, !state.Unreachable.Contains(member))),
            ]);
    }

    /// <summary>The member that is meant: by its whole address, or by <c>HOST:PORT</c>; null when there is none such.</summary>
    public Address? Find(string text) => _cluster.State.Members
        .Select(member => member.Address)
        .FirstOrDefault(address => address.ToString() == text || $"{address.Host}:{address.Port}" == text);

    /// <summary>Has a member hand its work over and go.</summary>
    public void Leave(string address) => _cluster.Leave(Address.Parse(address));

    /// <summary>Declares a member dead: its work begins elsewhere at once. One that lives all the same ends itself when it hears of it.</summary>
    public void Down(string address) => _cluster.Down(Address.Parse(address));

    /// <summary>Shards and entities, by kind and node; regions that did not answer in time are left out.</summary>
    /// <param name="local">Only this node's.</param>
    public async Task<IReadOnlyList<RegionPicture>> RegionsAsync(bool local, TimeSpan patience)
    {
        var sharding = ClusterSharding.Get(_system);
        var regions = await Task.WhenAll(sharding.ShardTypeNames.Order(StringComparer.Ordinal).Select(kind => OfKindAsync(kind, sharding.ShardRegion(kind))));
        return [.. regions.SelectMany(region => region)];

        async Task<IEnumerable<RegionPicture>> OfKindAsync(string kind, IActorRef region)
        {
            if (local)
            {
                var stats = await region.Ask<ShardRegionStats>(GetShardRegionStats.Instance, patience);
                return [RegionPicture.Of(kind, _cluster.SelfAddress, stats)];
            }

            // The regions get less time than their collector, which answers with those that it heard of.
            var all = await region.Ask<ClusterShardingStats>(new GetClusterShardingStats(patience * 0.8), patience);
            return all.Regions
                .Select(one => RegionPicture.Of(kind, one.Key.HasLocalScope ? _cluster.SelfAddress : one.Key, one.Value))
                .OrderBy(one => one.Node, StringComparer.Ordinal);
        }
    }

    /// <summary>Actors of this node, from the root or from a path on.</summary>
    /// <returns>Null when there is no actor at that path.</returns>
    public ActorHierarchy? Hierarchy(string? from, int depth) => ActorHierarchy.Of(_system, from, depth);

    /// <summary>What happens to the members from now on, after who they are now; completes with the node, or when it is read too slowly.</summary>
    /// <param name="stop">Nobody reads any more.</param>
    public ChannelReader<MembershipEvent> Watch(TimeProvider time, CancellationToken stop)
    {
        var events = Channel.CreateBounded<MembershipEvent>(MembershipWatchActor.MostUnread);
        var watch = _system.ActorOf(Props.Create(() => new MembershipWatchActor(events.Writer, time)));
        stop.Register(() => _system.Stop(watch));
        return events.Reader;
    }
}

/// <param name="Self">The address of the node that says so.</param>
/// <param name="Members">The oldest first: it holds the singletons of its roles.</param>
public sealed record ClusterPicture(string Self, string? Leader, IReadOnlyList<MemberPicture> Members);

/// <param name="Incarnation">Another for each process under the same address.</param>
public sealed record MemberPicture(string Address, long Incarnation, string Status, bool Reachable, IReadOnlyList<string> Roles)
{
    internal static MemberPicture Of(Member member, bool reachable) => new(
        member.Address.ToString(),
        member.UniqueAddress.Uid,
        member.Status.ToString().ToLowerInvariant(),
        reachable,
        [.. member.Roles.Order(StringComparer.Ordinal)]);
}

/// <param name="Kind">What the entities are: <c>series</c> or <c>provider</c>.</param>
/// <param name="Failed">Shards that did not tell of theirs.</param>
public sealed record RegionPicture(string Kind, string Node, int Shards, int Entities, IReadOnlyDictionary<string, int> EntitiesByShard, IReadOnlyList<string> Failed)
{
    internal static RegionPicture Of(string kind, Address node, ShardRegionStats stats) => new(
        kind,
        node.ToString(),
        stats.Stats.Count,
        stats.Stats.Values.Sum(),
        stats.Stats.OrderBy(shard => shard.Key.PadLeft(4, '0'), StringComparer.Ordinal).ToDictionary(shard => shard.Key, shard => shard.Value),
        [.. (stats.Failed ?? ImmutableHashSet<string>.Empty).Order(StringComparer.Ordinal)]);
}
