using Akka;
using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.Streams.Stage;
using Aurum.Streams.Kafka.Dsl;
using Aurum.Streams.Kafka.Settings;
using Confluent.Kafka;

namespace Aurum.Streams.Kafka.Stages.Consumers;

/// <summary>A stream for each partition, from its assignment to its revocation.</summary>
internal sealed class PartitionedConsumerStage<TKey, TValue, TOut>(
    ConsumerSettings<TKey, TValue> settings, IAutoSubscription subscription, Func<ConsumeResult<TKey, TValue>, AssignedPartition, TOut> convert)
    : GraphStageWithMaterializedValue<SourceShape<(TopicPartition, Source<TOut, NotUsed>)>, IControl>
{
    public override SourceShape<(TopicPartition, Source<TOut, NotUsed>)> Shape { get; } = new(new Outlet<(TopicPartition, Source<TOut, NotUsed>)>("KafkaConsumer.partitions"));

    public override ILogicAndMaterializedValue<IControl> CreateLogicAndMaterializedValue(Attributes inheritedAttributes)
    {
        var partitions = default(OpenPartitions<TKey, TValue>);
        var worker = new ConsumerWorker<TKey, TValue>(settings, subscription, itself => partitions = new OpenPartitions<TKey, TValue>(itself.CreateFeed));
        return new LogicAndMaterializedValue<IControl>(new Logic(Shape, worker, partitions!, settings, convert), worker);
    }

    private sealed class Logic : OutGraphStageLogic
    {
        private readonly Outlet<(TopicPartition, Source<TOut, NotUsed>)> _out;
        private readonly ConsumerSettings<TKey, TValue> _settings;
        private readonly ConsumerWorker<TKey, TValue> _worker;
        private readonly OpenPartitions<TKey, TValue> _partitions;
        private readonly Func<ConsumeResult<TKey, TValue>, AssignedPartition, TOut> _convert;
        private bool _wasCancelled;

        public Logic(
            SourceShape<(TopicPartition, Source<TOut, NotUsed>)> shape,
            ConsumerWorker<TKey, TValue> worker,
            OpenPartitions<TKey, TValue> partitions,
            ConsumerSettings<TKey, TValue> settings,
            Func<ConsumeResult<TKey, TValue>, AssignedPartition, TOut> convert)
            : base(shape)
        {
            _out = shape.Outlet;
            _worker = worker;
            _partitions = partitions;
            _settings = settings;
            _convert = convert;
            SetHandler(_out, this);
        }

        protected override object LogSource => nameof(KafkaConsumer);

        public override void PreStart()
        {
            _partitions.Connect(GetAsyncCallback(Emit));
            _worker.Start(ClientLog.For(_settings, Log));
        }

        public override void OnPull() => Emit();

        public override void OnDownstreamFinish(Exception cause)
        {
            _wasCancelled = cause is SubscriptionWithCancelException.NonFailureCancellation;
            base.OnDownstreamFinish(cause);
        }

        public override void PostStop() => _worker.OnSourceEnded(expectCommits: _wasCancelled || _partitions is { HasEnded: true, Failure: null });

        private void Emit()
        {
            if (_partitions.HasEnded)
            {
                if (_partitions.Failure is { } failure)
                {
                    FailStage(failure);
                }
                else
                {
                    CompleteStage();
                }
            }
            else if (IsAvailable(_out) && _partitions.TryTake(out var partition, out var feed))
            {
                Push(_out, (partition.TopicPartition, Source.FromGraph(new PartitionStage<TKey, TValue, TOut>(_worker, feed, _convert))));
            }
        }
    }
}
