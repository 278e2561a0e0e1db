using System.Threading.Channels;
using Akka;
using Akka.Actor;
using Akka.Event;
using Akka.Streams;
using Akka.Streams.Dsl;
using Aurum.Actors.Monitoring;
using Aurum.Domain;
using Aurum.Storage;

namespace Aurum.Actors.Publishing;

/// <summary>
/// A node's way out for observations and catalog entries. Everything goes through one bounded stream; a publisher answers once
/// all of what it was given is safe, or with the reason why it is not. What the stream leads to is the road's affair. When
/// nothing comes back from there for a while it says so on the event stream, so that nobody asks providers for more.
/// </summary>
public sealed class PublisherActor : ReceiveActor, IWithTimers
{
    private const int MostQueuedItems = 4096;

    /// <summary>A commit or a change of leader takes less; what takes longer is an outage.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(500);

    private readonly Flow<PublishItem, PublishOutcome, NotUsed> _road;
    private readonly RoadMarkers _markers;
    private readonly ChannelWriter<PublishItem> _queue;
    private readonly ChannelReader<PublishItem> _queued;
    private readonly Queue<PublishItem> _overflow = new();
    private readonly Dictionary<long, Ticket> _tickets = [];
    private readonly TimeProvider _time;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private long _lastTicket;
    private long _lastSettled;
    private bool _waitingForRoom;
    private bool _blocked;

    public PublisherActor(Flow<PublishItem, PublishOutcome, NotUsed> road, RoadMarkers markers, TimeProvider time)
    {
        _road = road;
        _markers = markers;
        _time = time;
        var channel = Channel.CreateBounded<PublishItem>(new BoundedChannelOptions(MostQueuedItems) { SingleReader = true, SingleWriter = true });
        (_queue, _queued) = (channel.Writer, channel.Reader);

        Receive<Publish>(OnPublish);
        Receive<PublishOutcome>(Settle);
        Receive<RoomAgain>(_ => { _waitingForRoom = false; Enqueue(); });
        Receive<Look>(_ => LookWhetherItFlows());
        Receive<StreamEnded>(ended => throw new InvalidOperationException($"The publishing stream ended: {ended.Reason}"));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        Say(blocked: false);
        Timers.StartPeriodicTimer(Look.Instance, Look.Instance, BetweenLooks);
        var self = Self;
        ChannelSource.FromReader(_queued)
            .Via(_road)
            .RunForeach(outcome => self.Tell(outcome), Context.Materializer())
            .PipeTo(self, success: () => new StreamEnded("completed"), failure: exception => new StreamEnded(exception.GetBaseException().Message));
    }

    /// <summary>Nobody may wait for an answer that this publisher can no longer give.</summary>
    protected override void PostStop()
    {
        _queue.TryComplete();
        foreach (var ticket in _tickets.Values)
        {
            ticket.Recipient.Tell(new PublishFailed(ticket.PublishId, "the publisher stopped; the log says why"));
        }
    }

    private void OnPublish(Publish publish)
    {
        var ticket = ++_lastTicket;
        var items = publish.Batches.Select(batch => new PublishItem(ticket, batch, null))
            .Concat(publish.Entries.Select(entry => new PublishItem(ticket, null, entry)))
            .ToArray();
        if (items.Length == 0)
        {
            Sender.Tell(new PublishAcknowledged(publish.PublishId, 0, 0));
            return;
        }

        if (_tickets.Count == 0)
        {
            _lastSettled = _time.GetTimestamp();
        }

        _tickets[ticket] = new Ticket(publish.PublishId, Sender, items.Length, _time.GetTimestamp());
        foreach (var item in items)
        {
            _overflow.Enqueue(item);
        }

        Enqueue();
        _markers.Pass(RoadPoint.AfterPublish);
    }

    /// <summary>What does not fit waits here; it is bounded by the pages in flight, since no collector sends a page before the last is answered.</summary>
    private void Enqueue()
    {
        while (_overflow.TryPeek(out var item))
        {
            if (!_queue.TryWrite(item))
            {
                if (!_waitingForRoom)
                {
                    _waitingForRoom = true;
                    _queue.WaitToWriteAsync().AsTask().PipeTo(Self, success: _ => RoomAgain.Instance);
                }

                return;
            }

            _overflow.Dequeue();
        }
    }

    private void Settle(PublishOutcome outcome)
    {
        _lastSettled = _time.GetTimestamp();
        if (_blocked && outcome.Failure is null)
        {
            _log.Info("Publishing goes on");
            Say(blocked: false);
        }

        if (!_tickets.TryGetValue(outcome.Item.Ticket, out var ticket))
        {
            return;
        }

        ticket.Count(outcome);
        if (ticket.Open == 0)
        {
            _tickets.Remove(outcome.Item.Ticket);
            RoadMeters.Published(_time.GetElapsedTime(ticket.TakenAt), ticket.Failure is null);
            ticket.Recipient.Tell(ticket.Failure is { } failure
                ? new PublishFailed(ticket.PublishId, failure)
                : new PublishAcknowledged(ticket.PublishId, ticket.Inserted, ticket.Revised));
        }
    }

    private void LookWhetherItFlows()
    {
        if (!_blocked && _tickets.Count > 0 && _time.GetElapsedTime(_lastSettled) > Patience)
        {
            _log.Warning("Publishing is blocked: nothing of {Waiting} waiting pages was acknowledged for {Seconds} s; nothing is fetched meanwhile", _tickets.Count, Patience.TotalSeconds);
            Say(blocked: true);
        }
    }

    private void Say(bool blocked)
    {
        _blocked = blocked;
        Context.System.EventStream.Publish(new PublishingPace(blocked));
    }

    /// <param name="PublishId">The sender's own number; comes back in the answer.</param>
    public sealed record Publish(long PublishId, IReadOnlyList<ObservationBatch> Batches, IReadOnlyList<CatalogEntry> Entries) : ILocalMessage;

    /// <summary>All of it is safe.</summary>
    /// <param name="Inserted">Timestamps that are new to the store; null where the road ends before the store.</param>
    /// <param name="Revised">The same of those that had another value.</param>
    public sealed record PublishAcknowledged(long PublishId, long? Inserted, long? Revised) : ILocalMessage;

    /// <summary>Not all of it is; sending it again is harmless.</summary>
    public sealed record PublishFailed(long PublishId, string Reason) : ILocalMessage;

    /// <summary>Said on the event stream whenever it changes.</summary>
    public sealed record PublishingPace(bool Blocked) : ILocalMessage;

    private sealed record Look : ILocalMessage
    {
        public static readonly Look Instance = new();
    }

    private sealed record RoomAgain : ILocalMessage
    {
        public static readonly RoomAgain Instance = new();
    }

    private sealed record StreamEnded(string Reason) : ILocalMessage;

    private sealed class Ticket(long publishId, IActorRef recipient, int open, long takenAt)
    {
        public long PublishId { get; } = publishId;

        public IActorRef Recipient { get; } = recipient;

        public long TakenAt { get; } = takenAt;

        public int Open { get; private set; } = open;

        public long? Inserted { get; private set; } = 0;

        public long? Revised { get; private set; } = 0;

        public string? Failure { get; private set; }

        public void Count(PublishOutcome outcome)
        {
            Open--;
            Inserted += outcome.Result?.Inserted;
            Revised += outcome.Result?.Revised;
            Failure ??= outcome.Failure;
        }
    }
}

/// <summary>One element of the publishing stream: a batch of observations or a catalog entry.</summary>
public sealed record PublishItem(long Ticket, ObservationBatch? Batch, CatalogEntry? Entry)
{
    /// <summary>Rows it stands for, for weighing.</summary>
    public int Rows => Batch?.Slice.Observations.Count ?? 1;
}

/// <param name="Result">What the store made of it; null where the road ends before the store.</param>
/// <param name="Failure">Null when the item is safe.</param>
public sealed record PublishOutcome(PublishItem Item, WriteResult? Result, string? Failure) : ILocalMessage;

/// <summary>Where a publisher's stream leads: straight to the store, or to Kafka.</summary>
public interface IPublishingRoad
{
    Flow<PublishItem, PublishOutcome, NotUsed> Create();
}
