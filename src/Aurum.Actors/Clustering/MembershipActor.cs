using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using Aurum.Actors.Monitoring;
using Aurum.Actors.Publishing;
using Aurum.Storage;

namespace Aurum.Actors.Clustering;

/// <summary>
/// Brings this node into its cluster and says there that it lives. The first seed may found one, where the database shows that none
/// lives; everybody else asks the seeds, and those known to live, until let in. A member that can do no work while others can leaves, so
/// that they do it.
/// </summary>
public sealed class MembershipActor : ReceiveActor, IWithTimers
{
    private const string Component = "cluster";

    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>For one question to the table. A connection that nothing comes back through must not keep the next from being asked.</summary>
    private static readonly TimeSpan LongestQuestion = TimeSpan.FromSeconds(5);

    /// <summary>Asking anew resolves host names anew: a pod that comes back has another address under its name.</summary>
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(10);

    private readonly ClusterNode _node;
    private readonly IClusterMembers _members;
    private readonly INodeHealth _health;
    private readonly TimeProvider _time;
    private readonly Cluster _cluster = Cluster.Get(Context.System);
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly SeedWatch _watch;
    private readonly TroubleWatch _troubles = new();
    private readonly ClusterMember _self;
    private readonly bool _mayFound;
    private bool _busy;
    private bool _isMember;
    private bool _founds;
    private bool _isWritten;
    private string? _trouble;
    private bool _publishingIsBlocked;
    private bool _leaves;
    private IReadOnlyList<Address> _asked = [];
    private DateTimeOffset _askedAt;

    public MembershipActor(ClusterNode node, IClusterMembers members, INodeHealth health, TimeProvider time)
    {
        _node = node;
        _members = members;
        _health = health;
        _time = time;
        _self = new ClusterMember(node.Name, _cluster.SelfAddress.ToString(), _cluster.SelfUniqueAddress.Uid, [.. _cluster.SelfRoles.Order(StringComparer.Ordinal)]);
        _watch = new SeedWatch(_self.Address);
        _mayFound = node.AddressOf(node.Seeds[0]).Equals(_cluster.SelfAddress);

        Receive<Beat>(_ => Look());
        Receive<Looked>(OnLooked);
        Receive<Said>(OnSaid);
        Receive<Founded>(OnFounded);
        Receive<Failed>(OnFailed);
        Receive<Done>(_ => { });
        Receive<PublisherActor.PublishingPace>(pace => _publishingIsBlocked = pace.Blocked);
        Receive<CanYouWork>(_ => AnswerIfWell());
        Receive<ICanWork>(_ => LeaveInTrouble());
        Receive<ClusterEvent.MemberUp>(up => OnUp(up.Member));
        Receive<ClusterEvent.MemberRemoved>(removed => OnRemoved(removed.Member, removed.PreviousStatus));
        Receive<ClusterEvent.UnreachableMember>(unreachable => _log.Warning("{Member} does not answer", NameOf(unreachable.Member)));
        Receive<ClusterEvent.ReachableMember>(reachable => _log.Info("{Member} answers again", NameOf(reachable.Member)));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>Has a node that ends in order forgotten by the table, so that the next to found a cluster need not wait for it.</summary>
    internal static void LeaveWithoutTrace(ActorSystem system, IActorRef membership, IClusterMembers members, ClusterNode node)
    {
        var self = Cluster.Get(system).SelfUniqueAddress;
        CoordinatedShutdown.Get(system).AddTask(CoordinatedShutdown.PhaseBeforeActorSystemTerminate, "forget-member", async () =>
        {
            using var patience = new CancellationTokenSource(Patience);
            try
            {
                await membership.GracefulStop(Patience).ConfigureAwait(false);
                await members.ForgetAsync(node.Name, self.Address.ToString(), self.Uid, patience.Token).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is StorageException or OperationCanceledException)
            {
                // It is silent from now on, which tells as much a little later.
            }

            return Akka.Done.Instance;
        });
    }

    protected override void PreStart()
    {
        _cluster.Subscribe(
            Self,
            ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents,
            typeof(ClusterEvent.MemberUp),
            typeof(ClusterEvent.MemberRemoved),
            typeof(ClusterEvent.IReachabilityEvent));
        Context.System.EventStream.Subscribe(Self, typeof(PublisherActor.PublishingPace));
        _health.Report(Component, HealthState.Failed, "not let in yet");
        _log.Info("This node is {Address} of the cluster {Cluster}; it {Way}", _cluster.SelfAddress, _node.Name, _mayFound ? "may found it" : "waits to be let in");
        Timers.StartPeriodicTimer(Beat.Instance, Beat.Instance, TimeSpan.Zero, Heartbeat);
    }

    protected override void PostStop() => _cluster.Unsubscribe(Self);

    private void Look()
    {
        LookForTrouble();
        if (_busy)
        {
            return;
        }

        _busy = true;
        if (_isMember || _founds)
        {
            AskAsync(stop => SayAsync(Fellows(), stop)).PipeTo(Self, success: known => new Said(known), failure: FailureOf);
        }
        else
        {
            AskAsync(stop => _members.ReadAsync(_node.Name, stop)).PipeTo(Self, success: members => new Looked(members), failure: FailureOf);
        }
    }

    private Task<bool> SayAsync(ClusterMember[] fellows, CancellationToken stop) => _isWritten ? _members.BeatAsync(_self, stop) : _members.JoinAsync(_self, fellows, stop);

    private async Task<T> AskAsync<T>(Func<CancellationToken, Task<T>> ask)
    {
        using var patience = new CancellationTokenSource(LongestQuestion, _time);
        try
        {
            return await ask(patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            throw new TimeoutException($"it does not answer within {LongestQuestion.TotalSeconds} s");
        }
    }

    private ClusterMember[] Fellows() =>
    [
        .. _cluster.State.Members
            .Where(member => !member.UniqueAddress.Equals(_cluster.SelfUniqueAddress))
            .Select(member => new ClusterMember(_node.Name, member.Address.ToString(), member.UniqueAddress.Uid, [.. member.Roles])),
    ];

    /// <summary>A node that stood still may wake up beside a cluster that was founded without it: its own word is not to be trusted any more.</summary>
    private void OnSaid(Said said)
    {
        _busy = false;
        InTouch();
        _isWritten = true;
        if (!said.IsKnown && !_leaves)
        {
            _leaves = true;
            _log.Error("This node ends: the others have given it up, as the table of members shows");
            _cluster.Down(_cluster.SelfAddress);
        }
    }

    private void InTouch()
    {
        if (_trouble is not null)
        {
            _trouble = null;
            _log.Info("The table of members is in reach again");
        }
    }

    private void OnLooked(Looked looked)
    {
        _busy = false;
        InTouch();
        var now = _time.GetUtcNow();
        _watch.Look(looked.Members, now);
        if (_mayFound && _watch.AllDead(now) is { } dead)
        {
            _busy = true;
            AskAsync(stop => _members.TryFoundAsync(_self, dead, stop)).PipeTo(Self, success: founded => new Founded(founded), failure: FailureOf);
        }
        else
        {
            AskToBeLetIn(_watch.Living(now), now);
        }
    }

    private void OnFounded(Founded founded)
    {
        _busy = false;
        if (founded.IsFirst)
        {
            (_founds, _isWritten) = (true, true);
            _log.Info("No member of the cluster {Cluster} lives: this node founds it", _node.Name);
            _cluster.Join(_cluster.SelfAddress);
        }
    }

    /// <summary>Without its database a first seed cannot know whether it would found a second cluster; all others are let in by members.</summary>
    private void OnFailed(Failed failed)
    {
        _busy = false;
        if (_trouble is null)
        {
            _log.Warning("The table of members is out of reach{Consequence}: {Reason}", _mayFound && !_isMember && !_founds ? ", and no cluster is founded without it" : "", failed.Reason);
        }

        _trouble = failed.Reason;
        if (!_isMember && !_founds)
        {
            AskToBeLetIn([], _time.GetUtcNow());
        }
    }

    /// <summary>A node that is in this list itself could found a cluster by asking itself.</summary>
    private void AskToBeLetIn(IReadOnlyList<string> living, DateTimeOffset now)
    {
        Address[] ask =
        [
            .. _node.Seeds.Select(_node.AddressOf)
                .Concat(living.Select(Address.Parse))
                .Distinct()
                .Where(address => !address.Equals(_cluster.SelfAddress)),
        ];
        if (ask.Length > 0 && (now - _askedAt >= AskAgain || !ask.SequenceEqual(_asked)))
        {
            (_asked, _askedAt) = (ask, now);
            _cluster.JoinSeedNodes([.. ask]);
        }
    }

    private void OnUp(Member member)
    {
        if (member.UniqueAddress.Equals(_cluster.SelfUniqueAddress))
        {
            _isMember = true;
            _health.Report(Component, HealthState.Healthy);
            _log.Info("This node is a member of the cluster {Cluster}", _node.Name);
        }
        else
        {
            _log.Info("{Member} is a member", NameOf(member));
        }
    }

    private void OnRemoved(Member member, MemberStatus before)
    {
        if (IsStaying && !member.UniqueAddress.Equals(_cluster.SelfUniqueAddress))
        {
            _log.Info("{Member} {Way}", NameOf(member), before == MemberStatus.Down ? "was removed: it did not answer" : "has left");
            _members.ForgetAsync(_node.Name, member.Address.ToString(), member.UniqueAddress.Uid, CancellationToken.None)
                .PipeTo(Self, success: () => Done.Instance, failure: FailureOf);
        }
    }

    /// <summary>Who leaves hears of all others being removed, and says nothing of them.</summary>
    private bool IsStaying => !_cluster.IsTerminated && _cluster.SelfMember.Status is MemberStatus.Up or MemberStatus.Joining or MemberStatus.WeaklyUp;

    private bool IsInTrouble => _trouble is not null || _publishingIsBlocked;

    private void LookForTrouble()
    {
        _troubles.Look(_isMember && IsInTrouble, _time.GetUtcNow());
        if (_troubles.Since is not null && !_leaves)
        {
            foreach (var other in _cluster.State.Members.Where(member => member.Status == MemberStatus.Up && !member.UniqueAddress.Equals(_cluster.SelfUniqueAddress)))
            {
                Context.ActorSelection(new RootActorPath(other.Address) / "user" / Self.Path.Name).Tell(CanYouWork.Instance);
            }
        }
    }

    /// <summary>Who has nothing to publish notices no trouble with it: only a node that is ready could do another's work.</summary>
    private void AnswerIfWell()
    {
        if (_isMember && !IsInTrouble && !_leaves && _health.Picture.IsReady)
        {
            Sender.Tell(ICanWork.Instance);
        }
    }

    private void LeaveInTrouble()
    {
        if (_troubles.OthersCan(_time.GetUtcNow()) && !_leaves)
        {
            _leaves = true;
            _log.Error("This node leaves the cluster: it could do no work since {Since:u}, and others can: {Reason}", _troubles.Since, _trouble ?? "nothing that it publishes is acknowledged");
            _cluster.Leave(_cluster.SelfAddress);
        }
    }

    private static string NameOf(Member member) => $"{member.Address.Host}:{member.Address.Port}";

    /// <summary>Asked of others by a node that cannot reach what all of them share.</summary>
    public sealed record CanYouWork : IWireMessage
    {
        public static readonly CanYouWork Instance = new();
    }

    public sealed record ICanWork : IWireMessage
    {
        public static readonly ICanWork Instance = new();
    }

    private static Failed FailureOf(Exception exception) => new(exception.GetBaseException().Message);

    private sealed record Looked(IReadOnlyList<ClusterMember> Members) : ILocalMessage;

    private sealed record Said(bool IsKnown) : ILocalMessage;

    private sealed record Founded(bool IsFirst) : ILocalMessage;

    private sealed record Failed(string Reason) : ILocalMessage;

    private sealed record Beat : ILocalMessage
    {
        public static readonly Beat Instance = new();
    }

    private sealed record Done : ILocalMessage
    {
        public static readonly Done Instance = new();
    }
}
