using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Akka.Actor;
using Akka.Persistence;
using Akka.Persistence.Journal;
using Akka.Serialization;

namespace Aurum.Actors.Tests;

/// <summary>Akka's journal in memory, which a test may read, hold back and break.</summary>
public sealed class HeldJournal : MemoryJournal
{
    private readonly JournalControl _control = JournalControl.Of(Context.System);
    private readonly Akka.Serialization.Serialization _serialization = Context.System.Serialization;

    protected override async Task<IImmutableList<Exception>> WriteMessagesAsync(IEnumerable<AtomicWrite> messages, CancellationToken cancellationToken)
    {
        var writes = messages.ToArray();
        await _control.Released;
        if (_control.TakeFailure())
        {
            throw new IOException("The disk is full.");
        }

        foreach (var written in writes.SelectMany(write => (IEnumerable<IPersistentRepresentation>)write.Payload))
        {
            _control.Written.Enqueue((written.PersistenceId, written.Payload));
        }

        return await base.WriteMessagesAsync(writes.Select(AsRead), cancellationToken);
    }

    /// <summary>What comes back from a journal has been bytes.</summary>
    private AtomicWrite AsRead(AtomicWrite write) => new(
        [.. ((IEnumerable<IPersistentRepresentation>)write.Payload).Select(persistent => persistent.WithPayload(RoundTripped(persistent.Payload)))]);

    private object RoundTripped(object @event)
    {
        var serializer = (SerializerWithStringManifest)_serialization.FindSerializerFor(@event);
        return serializer.FromBinary(serializer.ToBinary(@event), serializer.Manifest(@event));
    }
}

/// <summary>What a test sees of its system's <see cref="HeldJournal"/>.</summary>
public sealed class JournalControl
{
    private static readonly ConditionalWeakTable<ActorSystem, JournalControl> BySystem = [];
    private volatile TaskCompletionSource? _held;
    private int _failures;

    /// <summary>Every event ever written, in order, with its persistence id.</summary>
    public ConcurrentQueue<(string PersistenceId, object Event)> Written { get; } = new();

    public Task Released => _held?.Task ?? Task.CompletedTask;

    public static JournalControl Of(ActorSystem system) => BySystem.GetValue(system, _ => new JournalControl());

    public void Hold() => _held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release()
    {
        var held = _held;
        _held = null;
        held?.SetResult();
    }

    public void FailNext() => Interlocked.Increment(ref _failures);

    public bool TakeFailure()
    {
        if (Volatile.Read(ref _failures) == 0)
        {
            return false;
        }

        Interlocked.Decrement(ref _failures);
        return true;
    }
}
