using Akka.Streams;
using Akka.Streams.Stage;
using Aurum.Streams.Kafka.Dsl;
using Confluent.Kafka;

namespace Aurum.Streams.Kafka.Stages.Consumers;

/// <summary>The messages of one partition. It completes when the partition is taken away; given up before, the partition is emitted again.</summary>
internal sealed class PartitionStage<TKey, TValue, TOut>(
    ConsumerWorker<TKey, TValue> worker, Feed<TKey, TValue> feed, Func<ConsumeResult<TKey, TValue>, AssignedPartition, TOut> convert)
    : GraphStage<SourceShape<TOut>>
{
    public override SourceShape<TOut> Shape { get; } = new(new Outlet<TOut>("KafkaPartition.out"));

    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(Shape, worker, feed, convert);

    private sealed class Logic(
        SourceShape<TOut> shape, ConsumerWorker<TKey, TValue> worker, Feed<TKey, TValue> feed, Func<ConsumeResult<TKey, TValue>, AssignedPartition, TOut> convert)
        : FeedLogic<TKey, TValue, TOut>(shape, feed, convert)
    {
        protected override object LogSource => nameof(KafkaConsumer);

        public override void OnDownstreamFinish(Exception cause)
        {
            worker.Reopen(Feed, Reader.Peek() ?? Reader.AfterLast);
            base.OnDownstreamFinish(cause);
        }
    }
}
