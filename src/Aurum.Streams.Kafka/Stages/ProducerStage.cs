using Akka.Streams;
using Akka.Streams.Stage;
using Aurum.Streams.Kafka.Dsl;
using Aurum.Streams.Kafka.Messages;
using Aurum.Streams.Kafka.Settings;
using Confluent.Kafka;

namespace Aurum.Streams.Kafka.Stages;

/// <summary>
/// Envelopes in, results in the same order out. Slots queue up in the order of input; deliveries mark them on librdkafka's poll thread
/// and wake the stage, which empties the queue from its head.
/// </summary>
internal sealed class ProducerStage<TKey, TValue, TPassThrough>(ProducerSettings<TKey, TValue> settings)
    : GraphStage<FlowShape<IEnvelope<TKey, TValue, TPassThrough>, IResults<TKey, TValue, TPassThrough>>>
{
    private readonly Inlet<IEnvelope<TKey, TValue, TPassThrough>> _in = new("KafkaProducer.in");
    private readonly Outlet<IResults<TKey, TValue, TPassThrough>> _out = new("KafkaProducer.out");

    public override FlowShape<IEnvelope<TKey, TValue, TPassThrough>, IResults<TKey, TValue, TPassThrough>> Shape => new(_in, _out);

    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(this, settings);

    private sealed class Logic : TimerGraphStageLogic, IInHandler, IOutHandler
    {
        /// <summary>For a queue that is full of what this stage does not hear of; deliveries wake it earlier.</summary>
        private static readonly TimeSpan QueueFullPause = TimeSpan.FromMilliseconds(50);

        private readonly ProducerStage<TKey, TValue, TPassThrough> _stage;
        private readonly ProducerSettings<TKey, TValue> _settings;
        private readonly Queue<DeliverySlot<TKey, TValue, TPassThrough>> _slots = new();
        private readonly DeliveryWindow _window;
        private DeliverySlot<TKey, TValue, TPassThrough>? _unproduced;
        private IProducer<TKey, TValue>? _producer;
        private int _weight;
        private bool _inputEnded;
        private Exception? _inputFailure;

        public Logic(ProducerStage<TKey, TValue, TPassThrough> stage, ProducerSettings<TKey, TValue> settings)
            : base(stage.Shape)
        {
            _stage = stage;
            _settings = settings;
            _window = new DeliveryWindow(settings.MaxInFlight, GetAsyncCallback(Look));
            SetHandler(stage._in, this);
            SetHandler(stage._out, this);
        }

        protected override object LogSource => nameof(KafkaProducer);

        public override void PreStart()
        {
            _producer = CreateProducer(ClientLog.For(_settings, Log));
            Pull(_stage._in);
        }

        public void OnPush()
        {
            var slot = new DeliverySlot<TKey, TValue, TPassThrough>(Grab(_stage._in), _window, _settings.DeliveryFailure);
            _slots.Enqueue(slot);
            _weight += slot.Weight;
            _unproduced = slot;
            Proceed();
        }

        public void OnPull() => Proceed();

        public void OnUpstreamFinish()
        {
            _inputEnded = true;
            Proceed();
        }

        /// <summary>What came before the failure is delivered and told first, so that it need not be repeated.</summary>
        public void OnUpstreamFailure(Exception e)
        {
            _inputFailure = e;
            OnUpstreamFinish();
        }

        public void OnDownstreamFinish(Exception cause) => InternalOnDownstreamFinish(cause);

        public override void PostStop()
        {
            if (_producer is { } producer)
            {
                // What is left after a failure must not be delivered behind the back of the next producer. Ending takes a while, so it is nobody's dispatcher that waits.
                var flush = _window.Failure is null && _inputFailure is null;
                Task.Factory.StartNew(
                    () =>
                    {
                        if (flush)
                        {
                            producer.Flush(_settings.FlushTimeout);
                        }

                        producer.Dispose();
                    },
                    TaskCreationOptions.LongRunning);
            }
        }

        protected override void OnTimer(object timerKey) => Proceed();

        private void Look()
        {
            _window.BeginToLook();
            Proceed();
        }

        private void Proceed()
        {
            ProduceRest();
            if (_window.Failure is { } failure)
            {
                FailStage(failure);
                return;
            }

            if (IsAvailable(_stage._out) && _slots.TryPeek(out var head) && head.IsDelivered)
            {
                _slots.Dequeue();
                _weight -= head.Weight;
                Push(_stage._out, head.ToResult());
            }

            if (_inputEnded)
            {
                EndWhenEmpty();
            }
            else if (_unproduced is null && _weight < _settings.MaxInFlight && !HasBeenPulled(_stage._in))
            {
                Pull(_stage._in);
            }
        }

        private void EndWhenEmpty()
        {
            if (_slots.Count > 0)
            {
                return;
            }

            if (_inputFailure is { } failure)
            {
                FailStage(failure);
            }
            else
            {
                CompleteStage();
            }
        }

        private void ProduceRest()
        {
            while (_unproduced is { } slot)
            {
                if (slot.IsProduced)
                {
                    _unproduced = null;
                }
                else if (_window.IsFull)
                {
                    if (!_window.AwaitRoom())
                    {
                        return;
                    }
                }
                else if (!TryProduce(slot))
                {
                    _window.AwaitRoom();
                    ScheduleOnce(nameof(QueueFullPause), QueueFullPause);
                    return;
                }
            }
        }

        /// <returns>False when librdkafka's queue is full.</returns>
        private bool TryProduce(DeliverySlot<TKey, TValue, TPassThrough> slot)
        {
            var record = slot.NextRecord;
            _window.Produce();
            try
            {
                if (record.Partition == Partition.Any)
                {
                    _producer!.Produce(record.Topic, record.Message, slot.OnDelivery);
                }
                else
                {
                    _producer!.Produce(new TopicPartition(record.Topic, record.Partition), record.Message, slot.OnDelivery);
                }
            }
            catch (KafkaException full) when (full.Error.Code == ErrorCode.Local_QueueFull)
            {
                _window.TakeBack();
                return false;
            }
            catch (KafkaException refusal)
            {
                slot.GiveUp(record.Topic, refusal.Error);
            }

            slot.Advance();
            return true;
        }

        private IProducer<TKey, TValue> CreateProducer(ClientLog log)
        {
            var builder = new ProducerBuilder<TKey, TValue>(_settings.Properties)
                .SetLogHandler((_, message) => log.Write(message))
                .SetErrorHandler((_, error) =>
                {
                    log.Write(error);
                    if (error.IsFatal)
                    {
                        _window.Fail(new DeliveryFailedException(null, error));
                    }
                });
            if (_settings.StatisticsHandler is { } statistics)
            {
                builder.SetStatisticsHandler((_, json) => statistics(json));
            }

            if (_settings.KeySerializer is { } keys)
            {
                builder.SetKeySerializer(keys);
            }

            if (_settings.ValueSerializer is { } values)
            {
                builder.SetValueSerializer(values);
            }

            return builder.Build();
        }
    }
}
