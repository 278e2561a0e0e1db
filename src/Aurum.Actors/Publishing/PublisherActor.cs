using System.Threading.Channels;
using Akka;
using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Dsl;
using Aurum.Domain;
using Aurum.Storage;

namespace Aurum.Actors.Publishing;

/// <summary>
/// A node's way out for observations and catalog entries. Everything goes through one bounded stream; a publisher answers once
/// all of what it was given is safe, or with the reason why it is not. What the stream leads to is the flow's affair.
/// </summary>
public sealed class PublisherActor : ReceiveActor
{
    private const int MostQueuedItems = 4096;

    private readonly Flow<PublishItem, PublishOutcome, NotUsed> _road;
    private readonly RoadMarkers _markers;
    private readonly ChannelWriter<PublishItem> _queue;
    private readonly ChannelReader<PublishItem> _queued;
    private readonly Queue<PublishItem> _overflow = new();
    private readonly Dictionary<long, Ticket> _tickets = [];
    private long _lastTicket;
    private bool _waitingForRoom;

    public PublisherActor(Flow<PublishItem, PublishOutcome, NotUsed> road, RoadMarkers markers)
    {
        _road = road;
        _markers = markers;
        var channel = Channel.CreateBounded<PublishItem>(new BoundedChannelOptions(MostQueuedItems) { SingleReader = true, SingleWriter = true });
        (_queue, _queued) = (channel.Writer, channel.Reader);

        Receive<Publish>(OnPublish);
        Receive<PublishOutcome>(Settle);
        Receive<RoomAgain>(_ => { _waitingForRoom = false; Enqueue(); });
        Receive<StreamEnded>(ended => throw new InvalidOperationException($"The publishing stream ended: {ended.Reason}"));
    }

    protected override void PreStart()
    {
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

        _tickets[ticket] = new Ticket(publish.PublishId, Sender, items.Length);
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
        if (!_tickets.TryGetValue(outcome.Item.Ticket, out var ticket))
        {
            return;
        }

        ticket.Count(outcome);
        if (ticket.Open == 0)
        {
            _tickets.Remove(outcome.Item.Ticket);
            ticket.Recipient.Tell(ticket.Failure is { } failure
                ? new PublishFailed(ticket.PublishId, failure)
                : new PublishAcknowledged(ticket.PublishId, ticket.Inserted, ticket.Revised));
        }
    }

    /// <param name="PublishId">The sender's own number; comes back in the answer.</param>
    public sealed record Publish(long PublishId, IReadOnlyList<ObservationBatch> Batches, IReadOnlyList<CatalogEntry> Entries) : ILocalMessage;

    /// <summary>All of it is safe.</summary>
    public sealed record PublishAcknowledged(long PublishId, long Inserted, long Revised) : ILocalMessage;

    /// <summary>Not all of it is; sending it again is harmless.</summary>
    public sealed record PublishFailed(long PublishId, string Reason) : ILocalMessage;

    private sealed record RoomAgain : ILocalMessage
    {
        public static readonly RoomAgain Instance = new();
    }

    private sealed record StreamEnded(string Reason) : ILocalMessage;

    private sealed class Ticket(long publishId, IActorRef recipient, int open)
    {
        public long PublishId { get; } = publishId;

        public IActorRef Recipient { get; } = recipient;

        public int Open { get; private set; } = open;

        public long Inserted { get; private set; }

        public long Revised { get; private set; }

        public string? Failure { get; private set; }

        public void Count(PublishOutcome outcome)
        {
            Open--;
            Inserted += outcome.Result.Inserted;
            Revised += outcome.Result.Revised;
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

/// <param name="Failure">Null when the item is safe.</param>
public sealed record PublishOutcome(PublishItem Item, WriteResult Result, string? Failure) : ILocalMessage;
