using Akka.Streams;
using Akka.Streams.Stage;
using Aurum.Streams.Kafka.Dsl;
using Aurum.Streams.Kafka.Settings;
using Confluent.Kafka;

namespace Aurum.Streams.Kafka.Stages.Consumers;

/// <summary>The messages of all partitions of a consumer as one stream.</summary>
internal sealed class ConsumerStage<TKey, TValue, TOut>(
    ConsumerSettings<TKey, TValue> settings, ISubscription subscription, Func<ConsumeResult<TKey, TValue>, AssignedPartition, TOut> convert)
    : GraphStageWithMaterializedValue<SourceShape<TOut>, IControl>
{
    public override SourceShape<TOut> Shape { get; } = new(new Outlet<TOut>("KafkaConsumer.out"));

    public override ILogicAndMaterializedValue<IControl> CreateLogicAndMaterializedValue(Attributes inheritedAttributes)
    {
        var receiver = default(SharedReceiver);
        var worker = new ConsumerWorker<TKey, TValue>(settings, subscription, itself => receiver = new SharedReceiver(itself.CreateFeed()));
        return new LogicAndMaterializedValue<IControl>(new Logic(Shape, worker, receiver!.Shared, settings, convert), worker);
    }

    private sealed class SharedReceiver(Feed<TKey, TValue> feed) : IReceiver<TKey, TValue>
    {
        public Feed<TKey, TValue> Shared => feed;

        public Feed<TKey, TValue> FeedFor(AssignedPartition partition) => feed;

        public void End(Exception? failure) => feed.End(failure);
    }

    private sealed class Logic(
        SourceShape<TOut> shape,
        ConsumerWorker<TKey, TValue> worker,
        Feed<TKey, TValue> feed,
        ConsumerSettings<TKey, TValue> settings,
        Func<ConsumeResult<TKey, TValue>, AssignedPartition, TOut> convert)
        : FeedLogic<TKey, TValue, TOut>(shape, feed, convert)
    {
        private bool _wasCancelled;

        protected override object LogSource => nameof(KafkaConsumer);

        public override void PreStart()
        {
            worker.Start(ClientLog.For(settings, Log));
            base.PreStart();
        }

        public override void OnDownstreamFinish(Exception cause)
        {
            _wasCancelled = cause is SubscriptionWithCancelException.NonFailureCancellation;
            base.OnDownstreamFinish(cause);
        }

        /// <summary>A stream that wanted no more, or was stopped, may have commits to come; one that failed has not.</summary>
        public override void PostStop() => worker.OnSourceEnded(expectCommits: _wasCancelled || Feed is { HasEnded: true, Failure: null });
    }
}
