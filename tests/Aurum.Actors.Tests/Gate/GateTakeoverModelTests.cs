using Aurum.Actors.Gate;
using Aurum.Providers.Settings;
using Aurum.Testing.Limits;
using FsCheck.Xunit;
using static Aurum.Actors.Gate.GateProtocol;

namespace Aurum.Actors.Tests.Gate;

/// <summary>
/// Several nodes that each believe to own the gate, over one journal that refuses a number given twice. Nodes are killed, frozen in
/// the middle of what they do, cut off, handed over and have their clocks set; requests leave and arrive anywhere in the time they
/// are permitted. Whatever happens, the provider sees its limit kept.
/// </summary>
public sealed class GateTakeoverModelTests
{
    private static readonly RateLimitSettings[] Limits =
    [
        new(2, 2, null, "UTC"), new(0.5, 5, null, "UTC"), new(5, 5, 100, "UTC"), new(10, 3, 120, "UTC"), new(1, 1, 20, "UTC"), new(3, 8, 60, "UTC", 0.25), new(10, 8, 6, "UTC", 1),
    ];

    [Property(MaxTest = 1500, EndSize = 500)]
    public void Two_gates_never_exceed_the_limit_together_whatever_happens_to_them(byte limit, byte start, byte[] script) =>
        Check(new World(Limits[limit % Limits.Length], GateOwnership.Shared, TimeSpan.FromSeconds(start / 5.0)), script);

    [Property(MaxTest = 1000)]
    public void Nor_does_a_successor_in_the_worst_moment_with_the_worst_clocks(byte limit, byte clocks, byte cutOffAfter, byte askedFrom)
    {
        var world = new World(Limits[limit % Limits.Length], GateOwnership.Shared, TimeSpan.FromHours(12));
        world.TakeOver(clocks, TimeSpan.FromSeconds(cutOffAfter / 25.0), TimeSpan.FromSeconds(askedFrom / 25.0));
        Assert.True(world.Violation is null, world.Violation);
    }

    [Property(MaxTest = 300)]
    public void Nor_does_a_day_end_too_late_or_begin_too_early(byte limit, byte clocks, byte askedFrom, bool leavesLate)
    {
        var world = new World(Limits[limit % Limits.Length] with { DailyQuota = 4 + (limit % 5) }, GateOwnership.Shared, TimeSpan.FromSeconds(10));
        world.PassMidnight(clocks, TimeSpan.FromSeconds(askedFrom / 25.0), leavesLate);
        Assert.True(world.Violation is null, world.Violation);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void Nor_do_they_in_a_long_life(int seed)
    {
        var script = new byte[60_000];
        new Random(seed).NextBytes(script);
        var world = new World(Limits[seed % 6], GateOwnership.Shared, TimeSpan.FromMinutes(2));
        Check(world, script);
        Assert.True(world.Arrivals.Count > 60, $"only {world.Arrivals.Count} arrivals, which proves nothing");
        Assert.True(world.Conflicts > 0 && world.HandOvers > 0 && world.Missed > 0, $"{world.Conflicts} conflicts, {world.HandOvers} hand-overs, {world.Missed} missed");
    }

    /// <summary>What the model can find: an owner that takes itself for the only one does exceed the limit.</summary>
    [Fact]
    public void Owners_that_do_not_wait_for_each_other_are_found_out()
    {
        var found = 0;
        for (var seed = 1; seed <= 20; seed++)
        {
            var script = new byte[30_000];
            new Random(seed).NextBytes(script);
            var world = new World(Limits[0], GateOwnership.Sole, TimeSpan.FromMinutes(2));
            world.Play(script);
            found += world.Violation is null ? 0 : 1;
        }

        Assert.True(found > 0);
    }

    [Fact]
    public void A_hand_over_makes_no_pause()
    {
        var start = new GateTime(Sample.Now, Sample.Now);
        var (first, request) = Granted(start);
        first.Settle(request, RequestOutcome.Answered, start);

        var second = Successor(first, start);
        Assert.Equal(1, second.State.Spent);
        second.Apply(Assert.IsType<IssuerStep.Reserve>(second.Next(Lane.Incremental, start)).Reservation);
        Assert.IsType<IssuerStep.Grant>(second.Next(Lane.Incremental, start));
    }

    [Theory]
    [InlineData(RequestOutcome.Answered)]
    [InlineData(RequestOutcome.Unused)]
    public void A_successor_grants_nothing_before_it_has_heard_how_the_requests_of_its_predecessor_ended(RequestOutcome outcome)
    {
        var start = new GateTime(Sample.Now, Sample.Now);
        var (first, request) = Granted(start);
        var (heard, unheard) = (Successor(first, start), Successor(first, start));
        var wait = new IssuerStep.Wait(Sample.Now + GateTimes.Heard, WaitReasons.Takeover);
        Assert.Equal((wait, 0), (heard.Next(Lane.Incremental, start), heard.Available(start)));

        heard.Settle(Guid.NewGuid(), outcome, start);
        Assert.Equal(wait, heard.Next(Lane.Incremental, start));
        heard.Settle(request, outcome, start);
        Assert.IsType<IssuerStep.Reserve>(heard.Next(Lane.Incremental, start));

        var later = new GateTime(Sample.Now + GateTimes.Heard, Sample.Now + GateTimes.Heard);
        Assert.IsType<IssuerStep.Reserve>(unheard.Next(Lane.Incremental, later));
    }

    [Fact]
    public void A_successor_waits_for_what_was_reserved_and_no_longer_than_a_reservation_lives()
    {
        var limit = Sample.Limit(5, 5);
        var start = new GateTime(Sample.Now, Sample.Now);
        var first = new PermitIssuer(limit, GateOwnership.Shared, start);
        var reserved = ((IssuerStep.Reserve)first.Next(Lane.Incremental, start)).Reservation;

        Assert.Equal(new IssuerStep.Wait(Sample.Now.AddSeconds(10) + GateTimes.ClockSkew, WaitReasons.Takeover), Successor(GateOwnership.Shared, reserved, start));
        Assert.Equal(
            new IssuerStep.Wait(Sample.Now.AddSeconds(10) + (2 * GateTimes.ClockSkew), WaitReasons.Takeover),
            Successor(GateOwnership.Shared, reserved with { ExpiresAt = Sample.Now.AddYears(1) }, start));
        Assert.Null(((IssuerStep.Wait)Successor(GateOwnership.Sole, reserved, start)).Reason);

        IssuerStep Successor(GateOwnership ownership, RateLimiterEvents.PermitsReserved found, GateTime now)
        {
            var second = new PermitIssuer(limit, ownership, now);
            second.Apply(found);
            second.Begin(now);
            return second.Next(Lane.Incremental, now);
        }
    }

    /// <summary>A gate that has granted one request.</summary>
    private static (PermitIssuer Gate, Guid Request) Granted(GateTime at)
    {
        var gate = new PermitIssuer(Sample.Limit(5, 5), GateOwnership.Shared, at);
        gate.Begin(at);
        gate.Apply(((IssuerStep.Reserve)gate.Next(Lane.Incremental, at)).Reservation);
        var request = new RequestPermit(Sample.Provider, Guid.NewGuid(), Lane.Incremental);
        Assert.IsType<IssuerStep.Grant>(gate.Next(Lane.Incremental, at));
        gate.Grant(request, at);
        return (gate, request.RequestId);
    }

    private static PermitIssuer Successor(PermitIssuer gate, GateTime at)
    {
        var successor = new PermitIssuer(Sample.Limit(5, 5), GateOwnership.Shared, at);
        successor.Apply(gate.HandOver(at)!);
        successor.Begin(at);
        return successor;
    }

    private static void Check(World world, byte[] script)
    {
        world.Play(script);
        Assert.True(world.Violation is null, world.Violation);
    }

    /// <param name="beforeMidnight">When it begins.</param>
    private sealed class World(RateLimitSettings limit, GateOwnership ownership, TimeSpan beforeMidnight)
    {
        private const int Nodes = 3;

        /// <summary>Arguments of <see cref="Ask"/>: who fetches, and whether a request leaves in the last moment or soon; none is settled.</summary>
        private const byte AtThirdNode = 6, Late = 6, Early = 12;
        private static readonly TimeSpan Answer = TimeSpan.FromMilliseconds(250);

        private readonly List<object> _journal = [];
        private readonly Node[] _nodes = [.. Enumerable.Range(0, Nodes).Select(_ => new Node())];
        private readonly PriorityQueue<Action, DateTimeOffset> _later = new();
        private DateTimeOffset _now = new DateTimeOffset(2040, 6, 5, 0, 0, 0, TimeSpan.Zero) - beforeMidnight;

        public List<LimitedArrival> Arrivals { get; } = [];

        public int Conflicts { get; private set; }

        public int HandOvers { get; private set; }

        public int Missed { get; private set; }

        public string? Violation => LimitOracle.FirstViolation(
            Arrivals,
            new Dictionary<string, AllowedLimit> { [Sample.Provider] = new(limit.RequestsPerSecond, limit.Burst, limit.DailyQuota, AllowedLimit.UtcDay) },
            TimeSpan.Zero);

        public void Play(byte[] script)
        {
            for (var at = 0; at + 2 < script.Length; at += 3)
            {
                var (what, which, how) = (script[at] % 96, script[at + 1], script[at + 2]);
                var node = _nodes[which % Nodes];
                switch (what)
                {
                    case 0:
                        node.Owner = null; // killed
                        break;
                    case 1:
                        Recover(node);
                        break;
                    case 2:
                        node.FrozenUntil = _now.AddSeconds(how / 8.0);
                        break;
                    case 3:
                        HandOver(node);
                        break;
                    case 4:
                        node.Offset = GateTimes.ClockSkew / 2 * (how % 3 == 0 ? -1 : how % 3 == 1 ? 1 : (how - 128) / 128.0);
                        break;
                    case 5:
                        Pass(how > 200 ? TimeSpan.FromHours(5) : TimeSpan.FromSeconds(how / 10.0));
                        break;
                    case < 14:
                        Pass(TimeSpan.FromMilliseconds(how * how / 20.0));
                        break;
                    case < 40:
                        Pass(TimeSpan.FromMilliseconds(how));
                        break;
                    default:
                        for (var asked = 0; asked <= which % 4; asked++)
                        {
                            Ask(node, which, how);
                        }

                        break;
                }
            }

            Pass(TimeSpan.FromMinutes(2));
        }

        /// <summary>
        /// The first node is cut off from the journal and grants on from what it reserved, each permit used in its last moment; the
        /// second takes over, and what it grants leaves early.
        /// </summary>
        public void TakeOver(byte clocks, TimeSpan cutOffAfter, TimeSpan askedFrom)
        {
            SetClocks(clocks);
            Recover(_nodes[0]);
            Ask(_nodes[0], AtThirdNode, Late);
            Pass(TimeSpan.FromSeconds(1));
            var start = _now;
            while (_now < start + TimeSpan.FromSeconds(22))
            {
                if (_now >= start + cutOffAfter && _nodes[1].Owner is null && _nodes[0].Owner is { } cutOff)
                {
                    cutOff.SequenceNr = -1;
                    Recover(_nodes[1]);
                }

                if (_now >= start + askedFrom)
                {
                    Ask(_nodes[0], AtThirdNode, Late);
                }

                Ask(_nodes[1], AtThirdNode, Early);
                Pass(TimeSpan.FromMilliseconds(20));
            }

            Pass(TimeSpan.FromMinutes(1));
        }

        public void PassMidnight(byte clocks, TimeSpan askedFrom, bool leavesLate)
        {
            SetClocks(clocks);
            Recover(_nodes[0]);
            var start = _now;
            while (_now < start + TimeSpan.FromSeconds(25))
            {
                if (_now >= start + askedFrom)
                {
                    Ask(_nodes[0], AtThirdNode, leavesLate ? Late : Early);
                }

                Pass(TimeSpan.FromMilliseconds(20));
            }

            Pass(TimeSpan.FromMinutes(1));
        }

        private void SetClocks(byte clocks)
        {
            for (var node = 0; node < Nodes; node++)
            {
                _nodes[node].Offset = GateTimes.ClockSkew / 2 * ((clocks >> node & 1) == 0 ? -1 : 1);
            }
        }

        private void Pass(TimeSpan span)
        {
            var until = _now + span;
            while (_later.TryPeek(out var action, out var at) && at <= until)
            {
                _later.Dequeue();
                _now = at > _now ? at : _now;
                action();
            }

            _now = until;
        }

        private void Recover(Node node)
        {
            if (node.IsFrozen(_now))
            {
                return;
            }

            var issuer = new PermitIssuer(limit, ownership, node.Time(_now));
            foreach (var @event in _journal)
            {
                issuer.Apply(@event);
            }

            issuer.Begin(node.Time(_now));
            node.Owner = new Owner(issuer) { SequenceNr = _journal.Count };
        }

        private void HandOver(Node node)
        {
            if (node.IsFrozen(_now) || node.Owner is not { Writing: false } owner)
            {
                return;
            }

            node.Owner = null;
            if (owner.Issuer.HandOver(node.Time(_now)) is { } handed && TryWrite(owner, handed))
            {
                HandOvers++;
                Recover(_nodes[(Array.IndexOf(_nodes, node) + 1) % Nodes]);
            }
        }

        /// <summary>A number that is taken stops the writer.</summary>
        private bool TryWrite(Owner owner, object @event)
        {
            if (owner.SequenceNr != _journal.Count)
            {
                Conflicts++;
                return false;
            }

            _journal.Add(@event);
            owner.SequenceNr++;
            return true;
        }

        /// <summary>A fetch of some node asks the gate of this one; what it says may be held up by a freeze of either.</summary>
        private void Ask(Node node, byte which, byte how)
        {
            if (node.Owner is not { Writing: false } owner || node.IsFrozen(_now))
            {
                return;
            }

            var fetcher = _nodes[which / Nodes % Nodes];
            var request = new RequestPermit(Sample.Provider, Guid.NewGuid(), how % 5 == 0 ? Lane.Backfill : Lane.Incremental);
            switch (owner.Issuer.Next(request.Lane, node.Time(_now)))
            {
                case IssuerStep.Reserve reserve:
                    owner.Writing = true;
                    At(_now.AddMilliseconds(how % 7 * 40), node, () =>
                    {
                        if (ReferenceEquals(node.Owner, owner))
                        {
                            owner.Writing = false;
                            if (TryWrite(owner, reserve.Reservation))
                            {
                                owner.Issuer.Apply(reserve.Reservation);
                                Ask(node, which, how);
                            }
                            else
                            {
                                node.Owner = null;
                            }
                        }
                        else if (how % 2 == 0)
                        {
                            TryWrite(owner, reserve.Reservation); // killed after it was sent
                        }
                    });
                    break;

                case IssuerStep.Grant:
                    var permit = owner.Issuer.Grant(request, node.Time(_now));
                    var life = permit.ExpiresAt - node.Time(_now).Wall;
                    At(_now + (how % 4 == 0 ? life * (how / 200.0) : life - TimeSpan.FromMilliseconds(1)), fetcher, () => Leave(fetcher, node, owner, permit, how));
                    break;
            }
        }

        /// <summary>The last check of the permit, then the way to the provider, then the answer's way back to whoever owns the gate there.</summary>
        private void Leave(Node fetcher, Node gate, Owner owner, PermitGranted permit, byte how)
        {
            if (fetcher.Time(_now).Wall >= permit.ExpiresAt)
            {
                Missed++;
                return;
            }

            var arrives = _now + (GateTimes.LongestWay * (how % 2 == 0 ? 1 : how % 32 / 31.0));
            _later.Enqueue(() => Arrivals.Add(new LimitedArrival(Sample.Provider, _now, 200, _now)), arrives);
            if (how % 3 > 0)
            {
                At(arrives + (Answer * (how % 11)), gate, () =>
                {
                    if (ReferenceEquals(gate.Owner, owner))
                    {
                        owner.Issuer.Settle(permit.RequestId, RequestOutcome.Answered, gate.Time(_now));
                    }
                });
            }
        }

        /// <summary>A frozen node does it when it thaws.</summary>
        private void At(DateTimeOffset when, Node node, Action action) => _later.Enqueue(
            () =>
            {
                if (node.IsFrozen(_now))
                {
                    At(node.FrozenUntil, node, action);
                }
                else
                {
                    action();
                }
            },
            when);

        private sealed class Node
        {
            public Owner? Owner { get; set; }

            public DateTimeOffset FrozenUntil { get; set; }

            public TimeSpan Offset { get; set; }

            public bool IsFrozen(DateTimeOffset now) => now < FrozenUntil;

            public GateTime Time(DateTimeOffset now) => new(now + Offset, now);
        }

        private sealed class Owner(PermitIssuer issuer)
        {
            public PermitIssuer Issuer { get; } = issuer;

            public int SequenceNr { get; set; }

            public bool Writing { get; set; }
        }
    }
}
