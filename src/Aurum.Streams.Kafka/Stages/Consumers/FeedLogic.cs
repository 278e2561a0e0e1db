using Akka.Streams;
using Akka.Streams.Stage;
using Confluent.Kafka;

namespace Aurum.Streams.Kafka.Stages.Consumers;

/// <summary>Emits what comes into a feed.</summary>
internal abstract class FeedLogic<TKey, TValue, TOut> : OutGraphStageLogic
{
    private readonly Outlet<TOut> _out;
    private readonly Func<ConsumeResult<TKey, TValue>, AssignedPartition, TOut> _convert;

    protected FeedLogic(SourceShape<TOut> shape, Feed<TKey, TValue> feed, Func<ConsumeResult<TKey, TValue>, AssignedPartition, TOut> convert)
        : base(shape)
    {
        _out = shape.Outlet;
        Feed = feed;
        _convert = convert;
        Reader = new FeedReader<TKey, TValue>(feed);
        SetHandler(_out, this);
    }

    protected Feed<TKey, TValue> Feed { get; }

    protected FeedReader<TKey, TValue> Reader { get; }

    public override void PreStart()
    {
        if (Feed.TryConnect(GetAsyncCallback(Emit)))
        {
            Emit();
        }
        else
        {
            FailStage(new InvalidOperationException("The source of a partition can be run once."));
        }
    }

    public override void OnPull() => Emit();

    private void Emit()
    {
        while (!Feed.HasEnded)
        {
            if (!IsAvailable(_out))
            {
                return;
            }

            if (Reader.TryNext(out var partition, out var message))
            {
                Push(_out, _convert(message, partition));
                return;
            }

            if (Feed.AwaitMore())
            {
                return;
            }
        }

        if (Feed.Failure is { } failure)
        {
            FailStage(failure);
        }
        else
        {
            CompleteStage();
        }
    }
}
