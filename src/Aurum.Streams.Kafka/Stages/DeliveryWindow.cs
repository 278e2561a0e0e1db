using Aurum.Streams.Kafka.Messages;

namespace Aurum.Streams.Kafka.Stages;

/// <summary>
/// The records in flight, as counted by the stage, which produces, and by librdkafka's poll thread, which hears of deliveries.
/// It wakes the stage, and not again before the stage has looked.
/// </summary>
internal sealed class DeliveryWindow(int capacity, Action wake)
{
    private long _produced;
    private long _delivered;
    private long _wakeAtDelivered = long.MaxValue;
    private int _wakePending;
    private DeliveryFailedException? _failure;

    /// <summary>What the stage has to fail with, if anything.</summary>
    public DeliveryFailedException? Failure => Volatile.Read(ref _failure);

    public bool IsFull => InFlight >= capacity;

    private long InFlight => _produced - Volatile.Read(ref _delivered);

    /// <summary>By the stage, before it hands a record over.</summary>
    public void Produce() => _produced++;

    /// <summary>By the stage, when librdkafka would not take the record.</summary>
    public void TakeBack() => _produced--;

    /// <summary>By the stage: wakes it when a quarter of what is in flight has been delivered.</summary>
    /// <returns>True when that is so already, or nothing is in flight: then nothing will wake it.</returns>
    public bool AwaitRoom()
    {
        var target = _produced - (InFlight * 3 / 4);
        Interlocked.Exchange(ref _wakeAtDelivered, target);
        return Volatile.Read(ref _delivered) >= target;
    }

    /// <summary>By any thread: the record is safe, or given up.</summary>
    public void Deliver()
    {
        if (Interlocked.Increment(ref _delivered) >= Volatile.Read(ref _wakeAtDelivered))
        {
            Volatile.Write(ref _wakeAtDelivered, long.MaxValue);
            Wake();
        }
    }

    public void Fail(DeliveryFailedException failure)
    {
        Interlocked.CompareExchange(ref _failure, failure, null);
        Wake();
    }

    public void Wake()
    {
        if (Interlocked.Exchange(ref _wakePending, 1) == 0)
        {
            wake();
        }
    }

    /// <summary>By the stage, before it looks: whatever happens from now on wakes it again.</summary>
    public void BeginToLook() => Interlocked.Exchange(ref _wakePending, 0);
}
