using Akka.Event;
using Akka.Persistence;

namespace Aurum.Actors;

/// <summary>
/// A persistent actor whose journal stays short: a snapshot every so many events, and the events kept since the snapshot before
/// the newest, so that one unreadable snapshot costs a replay and nothing else.
/// </summary>
public abstract class SnapshottingActor(int eventsPerSnapshot) : ReceivePersistentActor
{
    private readonly ILoggingAdapter _log = Context.GetLogger();

    /// <summary>The whole state, as a wire message.</summary>
    protected abstract object State { get; }

    /// <summary>Call in each behaviour.</summary>
    protected void HandleSnapshots()
    {
        Command<SaveSnapshotSuccess>(saved => ForgetBefore(saved.Metadata.SequenceNr));
        Command<SaveSnapshotFailure>(failed => _log.Warning("Snapshot of {Entity} failed: {Reason}", PersistenceId, failed.Cause.Message));
        Command<DeleteMessagesSuccess>(_ => { });
        Command<DeleteSnapshotsSuccess>(_ => { });
    }

    /// <summary>Call after an event has been applied.</summary>
    protected void SnapshotNowAndThen()
    {
        if (LastSequenceNr % eventsPerSnapshot == 0)
        {
            SaveSnapshot(State);
        }
    }

    private void ForgetBefore(long sequenceNr)
    {
        DeleteMessages(sequenceNr - eventsPerSnapshot);
        DeleteSnapshots(new SnapshotSelectionCriteria(sequenceNr - eventsPerSnapshot - 1));
    }
}
