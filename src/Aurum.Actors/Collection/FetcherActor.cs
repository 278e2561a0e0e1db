using Akka.Actor;
using Akka.Event;
using Akka.Hosting;
using Aurum.Actors.Gate;
using Aurum.Domain;
using Aurum.Providers;
using Aurum.Providers.Http;
using static Aurum.Actors.Collection.FetcherProtocol;
using static Aurum.Actors.Gate.GateProtocol;
using static Aurum.Actors.Publishing.PublisherActor;

namespace Aurum.Actors.Collection;

/// <summary>
/// A node's road to all its providers: one <see cref="ProviderFetcherActor"/> each, made when first needed.
/// </summary>
public sealed class FetcherActor : ReceiveActor
{
    private PublishingPace _pace = new(Blocked: false);

    public FetcherActor(
        ProviderRuntimes runtimes, HttpClient http, IMalformedPages malformed, IRequiredActor<ProviderSupervisorActor> gates, RoadMarkers markers, TimeProvider time)
    {
        Receive<SubmitWant>(want => Of(want.Want.Series.Id.Provider).Forward(want));
        Receive<WantNothing>(nothing => Of(nothing.Provider).Forward(nothing));
        Receive<AskProvider>(question => Of(question.Provider).Forward(question));
        Receive<PublishingPace>(pace =>
        {
            _pace = pace;
            foreach (var provider in Context.GetChildren())
            {
                provider.Tell(pace);
            }
        });

        IActorRef Of(string provider) => Context.Child(provider).GetOrElse(() =>
        {
            var fetcher = Context.ActorOf(Props.Create(() => new ProviderFetcherActor(runtimes.Find(provider)!, http, malformed, gates, markers, time)), provider);
            fetcher.Tell(_pace);
            return fetcher;
        });
    }

    protected override void PreStart() => Context.System.EventStream.Subscribe(Self, typeof(PublishingPace));
}

/// <summary>
/// One provider's fetches on one node: gathers the wants of a group, plans the fewest calls for them, and gives a bounded number
/// of fetches a slot to work in: those never refused before those that try again, so that a call that always fails holds up
/// nobody, and observations before catalogs. History has slots of its own, half as many: a call of it that waits for tomorrow's
/// quota keeps no live one waiting. While publishing is blocked nobody gets one: no permit is spent on what has no way out.
/// </summary>
public sealed class ProviderFetcherActor : ReceiveActor, IWithTimers
{
    /// <summary>How long a group waits for members that say nothing, as when one has died.</summary>
    private static readonly TimeSpan GroupPatience = TimeSpan.FromSeconds(10);

    /// <summary>A gate that has been unheard of for so long has other troubles, and the provider will say it again.</summary>
    private static readonly TimeSpan LongestSettlement = TimeSpan.FromMinutes(5);

    /// <summary>Long enough for the supervisor to hear of a refusal and wake nobody more, far shorter than the pause before a next run.</summary>
    private static readonly TimeSpan RefusalHolds = TimeSpan.FromSeconds(5);

    private readonly ProviderRuntime _runtime;
    private readonly Dictionary<Guid, (PermitSettled Settled, DateTimeOffset Since)> _unnoted = [];
    private readonly FetchContext _context;
    private readonly TimeProvider _time;
    private readonly Dictionary<string, Gathering> _gathering = [];
    private readonly SlotQueue _slots;
    private readonly SlotQueue _slotsOfHistory;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private (FetchActor.RefusalBelieved Refusal, DateTimeOffset Until)? _believed;
    private long _turn;
    private bool _publishingIsBlocked;

    public ProviderFetcherActor(
        ProviderRuntime runtime, HttpClient http, IMalformedPages malformed, IRequiredActor<ProviderSupervisorActor> gates, RoadMarkers markers, TimeProvider time)
    {
        _runtime = runtime;
        _time = time;
        _slots = new SlotQueue(runtime.Settings.Batch.MaxWorkers);
        _slotsOfHistory = new SlotQueue(Math.Max(1, runtime.Settings.Batch.MaxWorkers / 2));
        var client = new ProviderClient(http, runtime.Provider, runtime.Access, runtime.Settings.Http, malformed, time);
        _context = new FetchContext(runtime, client, gates.ActorRef, markers, time);

        Receive<SubmitWant>(want => Gather(want.Kind, want.GroupId, want.GroupSize, new Party(Sender, want, null)));
        Receive<WantNothing>(nothing => Gather(nothing.Kind, nothing.GroupId, nothing.GroupSize, null));
        Receive<GroupIsComplete>(complete => Plan(complete.Group));
        Receive<AskProvider>(question => Work(new Party(Sender, null, question), question.Fetch, Lane.Catalog));
        Receive<FetchActor.SlotWanted>(wanted =>
        {
            (wanted.Lane == Lane.Backfill ? _slotsOfHistory : _slots).Want(Sender, wanted, _turn++);
            GiveSlots();
        });
        Receive<FetchActor.SlotReturned>(_ => ReturnSlot(Sender));
        Receive<FetchActor.SplitWanted>(Split);
        Receive<FetchActor.ThrottleToTell>(TellUntilNoted);
        Receive<SettlementNoted>(noted => _unnoted.Remove(noted.RequestId));
        Receive<TellAgain>(_ => TellUnnoted());
        Receive<FetchActor.RefusalBelieved>(refusal =>
        {
            _believed = (refusal, _time.GetUtcNow() + RefusalHolds);
            foreach (var fetch in Context.GetChildren())
            {
                fetch.Tell(refusal);
            }
        });
        Receive<PublishingPace>(pace =>
        {
            _publishingIsBlocked = pace.Blocked;
            foreach (var fetch in Context.GetChildren())
            {
                fetch.Tell(pace);
            }

            GiveSlots();
        });
        Receive<Terminated>(terminated => ReturnSlot(terminated.ActorRef));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>A fetch that fails unexpectedly has told its parties so; begun anew it would ask for pages nobody waits for.</summary>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    /// <summary>Nobody may wait for a plan that is never made.</summary>
    protected override void PostStop()
    {
        foreach (var party in _gathering.Values.SelectMany(gathering => gathering.Parties))
        {
            party.Recipient.Tell(new FetchEnded(party.Submitted!.Attempt, FetchActor.StoppedUnexpectedly));
        }
    }

    /// <param name="party">Null when the member wants nothing of this kind.</param>
    private void Gather(FetchKind kind, string groupId, int groupSize, Party? party)
    {
        var group = $"{kind}/{groupId}";
        if (!_gathering.TryGetValue(group, out var gathering))
        {
            _gathering[group] = gathering = new Gathering();
            Timers.StartSingleTimer(group, new GroupIsComplete(group), GroupPatience);
        }

        gathering.Hear(party);
        if (gathering.Heard >= groupSize)
        {
            Plan(group);
        }
    }

    private void Plan(string group)
    {
        Timers.Cancel(group);
        if (_gathering.TryGetValue(group, out var gathering) && gathering.Parties.Count > 0)
        {
            Plan(gathering.Parties);
        }

        _gathering.Remove(group);
    }

    private void Plan(IReadOnlyList<Party> parties)
    {
        var first = parties[0].Submitted!;
        var wants = parties.Select(party => party.Submitted!.Want).ToArray();
        var today = DateOnly.FromDateTime(_time.GetUtcNow().UtcDateTime);
        var fetches = first.Kind == FetchKind.Catalog
            ? _runtime.Provider.PlanCatalog([.. wants.Select(want => want.Series)])
            : _runtime.Provider.PlanObservations(wants, today);
        var bySeries = parties.GroupBy(party => party.Submitted!.Want.Series.Id).ToDictionary(grouping => grouping.Key, grouping => grouping.Last());
        foreach (var fetch in fetches)
        {
            Work(fetch.Wants.Select(want => bySeries[want.Series.Id]).ToArray(), fetch, first.Lane);
        }

        foreach (var left in bySeries.Keys.Except(fetches.SelectMany(fetch => fetch.Wants.Select(want => want.Series.Id))))
        {
            // Nothing to ask for it now, as when its next window has not begun.
            bySeries[left].Recipient.Tell(new FetchEnded(bySeries[left].Submitted!.Attempt, null));
        }
    }

    private void Work(Party party, Fetch fetch, Lane lane) => Work([party], fetch, lane);

    private void Work(IReadOnlyList<Party> parties, Fetch fetch, Lane lane)
    {
        _log.Debug("Planned {Fetch} for {Series} series", fetch.Label, fetch.Wants.Count);
        var worker = Context.Watch(Context.ActorOf(Props.Create(() => new FetchActor(fetch, parties, lane, _context))));
        if (_believed is { } believed && _time.GetUtcNow() < believed.Until)
        {
            worker.Tell(believed.Refusal);
        }
    }

    /// <summary>One bad member can void a call for all: halves of it find the culprit and serve the others.</summary>
    private void Split(FetchActor.SplitWanted split)
    {
        Plan([.. split.Parties.Take(split.Parties.Count / 2)]);
        Plan([.. split.Parties.Skip(split.Parties.Count / 2)]);
    }

    private void TellUntilNoted(FetchActor.ThrottleToTell throttle)
    {
        _unnoted[throttle.Settled.RequestId] = (throttle.Settled, _time.GetUtcNow());
        _context.Gate.Tell(throttle.Settled);
        Timers.StartPeriodicTimer(TellAgain.Instance, TellAgain.Instance, GateTimes.ToldAgain);
    }

    private void TellUnnoted()
    {
        var now = _time.GetUtcNow();
        foreach (var (settled, since) in _unnoted.Values.ToArray())
        {
            var gone = now - since;
            if (gone > LongestSettlement && gone > settled.RetryAfter.GetValueOrDefault())
            {
                _unnoted.Remove(settled.RequestId);
            }
            else
            {
                _context.Gate.Tell(settled with { RetryAfter = settled.RetryAfter is { } asked && asked > gone ? asked - gone : TimeSpan.Zero });
            }
        }

        if (_unnoted.Count == 0)
        {
            Timers.Cancel(TellAgain.Instance);
        }
    }

    private void ReturnSlot(IActorRef fetch)
    {
        _slots.Return(fetch);
        _slotsOfHistory.Return(fetch);
        GiveSlots();
    }

    private void GiveSlots()
    {
        if (!_publishingIsBlocked)
        {
            _slots.Give(fetch => !Context.Child(fetch.Path.Name).IsNobody());
            _slotsOfHistory.Give(fetch => !Context.Child(fetch.Path.Name).IsNobody());
        }
    }

    /// <summary>Who works and who waits to, of one kind of call.</summary>
    private sealed class SlotQueue(int most)
    {
        private readonly PriorityQueue<IActorRef, (bool IsRetry, Lane Lane, long Turn)> _waiting = new();
        private readonly HashSet<IActorRef> _working = [];

        public void Want(IActorRef fetch, FetchActor.SlotWanted wanted, long turn)
        {
            _working.Remove(fetch); // one that restarted holds none
            _waiting.Enqueue(fetch, (wanted.IsRetry, wanted.Lane, turn));
        }

        public void Return(IActorRef fetch) => _working.Remove(fetch);

        public void Give(Func<IActorRef, bool> lives)
        {
            while (_working.Count < most && _waiting.TryDequeue(out var fetch, out _))
            {
                if (lives(fetch))
                {
                    _working.Add(fetch);
                    fetch.Tell(FetchActor.SlotGiven.Instance);
                }
            }
        }
    }

    private sealed record TellAgain : ILocalMessage
    {
        public static readonly TellAgain Instance = new();
    }

    private sealed record GroupIsComplete(string Group) : ILocalMessage;

    /// <summary>A group whose members are being heard.</summary>
    private sealed class Gathering
    {
        private readonly List<Party> _parties = [];

        public IReadOnlyList<Party> Parties => _parties;

        public int Heard { get; private set; }

        public void Hear(Party? party)
        {
            Heard++;
            if (party is not null)
            {
                _parties.Add(party);
            }
        }
    }
}

/// <summary>Who waits for a fetch: a collector for its want, or a supervisor for the answer to its question.</summary>
public sealed record Party(IActorRef Recipient, SubmitWant? Submitted, AskProvider? Asked);

/// <summary>What all fetches of a provider on a node share.</summary>
public sealed record FetchContext(ProviderRuntime Runtime, ProviderClient Client, IActorRef Gate, RoadMarkers Markers, TimeProvider Time);
