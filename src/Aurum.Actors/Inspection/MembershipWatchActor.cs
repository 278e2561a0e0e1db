using System.Threading.Channels;
using Akka.Actor;
using Akka.Cluster;

namespace Aurum.Actors.Inspection;

/// <param name="Event"><c>member_up</c>, <c>member_unreachable</c>, <c>leader_changed</c> and their like.</param>
/// <param name="Member">The address of who it is about; null for no leader.</param>
public sealed record MembershipEvent(DateTimeOffset At, string Event, string? Member, string? Status = null, IReadOnlyList<string>? Roles = null);

/// <summary>Hears of members for one reader, and lives as long as that one reads.</summary>
internal sealed class MembershipWatchActor : ReceiveActor
{
    /// <summary>Who reads so much slower than a cluster changes begins again.</summary>
    public const int MostUnread = 1_024;

    private readonly ChannelWriter<MembershipEvent> _reader;
    private readonly TimeProvider _time;

    public MembershipWatchActor(ChannelWriter<MembershipEvent> reader, TimeProvider time)
    {
        _reader = reader;
        _time = time;
        Receive<ClusterEvent.MemberJoined>(joined => Tell("member_joining", joined.Member));
        Receive<ClusterEvent.MemberWeaklyUp>(up => Tell("member_weakly_up", up.Member));
        Receive<ClusterEvent.MemberUp>(up => Tell("member_up", up.Member));
        Receive<ClusterEvent.MemberLeft>(left => Tell("member_leaving", left.Member));
        Receive<ClusterEvent.MemberExited>(exited => Tell("member_exited", exited.Member));
        Receive<ClusterEvent.MemberDowned>(downed => Tell("member_downed", downed.Member));
        Receive<ClusterEvent.MemberRemoved>(removed => Tell("member_removed", removed.Member));
        Receive<ClusterEvent.UnreachableMember>(unreachable => Tell("member_unreachable", unreachable.Member));
        Receive<ClusterEvent.ReachableMember>(reachable => Tell("member_reachable", reachable.Member));
        Receive<ClusterEvent.LeaderChanged>(changed => Tell(new MembershipEvent(_time.GetUtcNow(), "leader_changed", changed.Leader?.ToString())));
    }

    protected override void PreStart() => Cluster.Get(Context.System).Subscribe(
        Self,
        ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents,
        typeof(ClusterEvent.IMemberEvent),
        typeof(ClusterEvent.IReachabilityEvent),
        typeof(ClusterEvent.LeaderChanged));

    protected override void PostStop()
    {
        Cluster.Get(Context.System).Unsubscribe(Self);
        _reader.TryComplete();
    }

    private void Tell(string what, Member member) => Tell(new MembershipEvent(
        _time.GetUtcNow(), what, member.Address.ToString(), member.Status.ToString().ToLowerInvariant(), [.. member.Roles.Order(StringComparer.Ordinal)]));

    private void Tell(MembershipEvent said)
    {
        if (!_reader.TryWrite(said))
        {
            Context.Stop(Self);
        }
    }
}
