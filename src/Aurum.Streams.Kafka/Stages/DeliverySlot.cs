using Aurum.Streams.Kafka.Messages;
using Aurum.Streams.Kafka.Settings;
using Confluent.Kafka;

namespace Aurum.Streams.Kafka.Stages;

/// <summary>The place of an envelope in the order of results. One delegate serves all its records.</summary>
internal sealed class DeliverySlot<TKey, TValue, TPassThrough>
{
    private readonly IEnvelope<TKey, TValue, TPassThrough> _envelope;
    private readonly IReadOnlyList<ProducerRecord<TKey, TValue>>? _records;
    private readonly DeliveryWindow _window;
    private readonly DeliveryFailure _reaction;
    private int _undelivered;
    private int _produced;
    private TopicPartitionOffset? _metadata;
    private Error? _error;

    public DeliverySlot(IEnvelope<TKey, TValue, TPassThrough> envelope, DeliveryWindow window, DeliveryFailure reaction)
    {
        _envelope = envelope;
        _window = window;
        _reaction = reaction;
        _records = (envelope as MultiMessage<TKey, TValue, TPassThrough>)?.Records;
        Records = _records?.Count ?? (envelope is Message<TKey, TValue, TPassThrough> ? 1 : 0);
        _undelivered = Records;
        OnDelivery = Deliver;
    }

    public int Records { get; }

    /// <summary>What it counts for among the results that wait; even an envelope of nothing takes room.</summary>
    public int Weight => Math.Max(1, Records);

    public bool IsProduced => _produced == Records;

    public bool IsDelivered => Volatile.Read(ref _undelivered) == 0;

    /// <summary>For librdkafka's poll thread.</summary>
    public Action<DeliveryReport<TKey, TValue>> OnDelivery { get; }

    public ProducerRecord<TKey, TValue> NextRecord => _records is { } records ? records[_produced] : ((Message<TKey, TValue, TPassThrough>)_envelope).Record;

    public void Advance() => _produced++;

    public void GiveUp(string topic, Error error)
    {
        Interlocked.CompareExchange(ref _error, error, null);
        if (_reaction == DeliveryFailure.Fail || error.IsFatal || error.Code == ErrorCode.Local_Fatal)
        {
            _window.Fail(new DeliveryFailedException(topic, error));
        }

        CountDown();
    }

    public IResults<TKey, TValue, TPassThrough> ToResult() => _envelope switch
    {
        Message<TKey, TValue, TPassThrough> single => new Result<TKey, TValue, TPassThrough>(
            _metadata ?? new TopicPartitionOffset(single.Record.Topic, single.Record.Partition, Offset.Unset), single, _error),
        MultiMessage<TKey, TValue, TPassThrough> multi => new MultiResult<TKey, TValue, TPassThrough>(multi, _error),
        _ => new PassThroughResult<TKey, TValue, TPassThrough>(_envelope.PassThrough),
    };

    private void Deliver(DeliveryReport<TKey, TValue> report)
    {
        if (report.Error.IsError)
        {
            GiveUp(report.Topic, report.Error);
            return;
        }

        if (_records is null)
        {
            _metadata = report.TopicPartitionOffset;
        }

        CountDown();
    }

    private void CountDown()
    {
        var last = Interlocked.Decrement(ref _undelivered) == 0;
        _window.Deliver();
        if (last)
        {
            _window.Wake();
        }
    }
}
