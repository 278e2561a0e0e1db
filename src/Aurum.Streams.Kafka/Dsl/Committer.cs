using Akka;
using Akka.Streams.Dsl;
using Aurum.Streams.Kafka.Messages;
using Aurum.Streams.Kafka.Settings;

namespace Aurum.Streams.Kafka.Dsl;

/// <summary>
/// Streams that commit in batches. A commit that fails for a passing reason is tried again for as long as the consumer's settings say;
/// then it fails the stream. Offsets of partitions that have been taken away are left out.
/// </summary>
public static class Committer
{
    /// <summary>Emits each batch when Kafka has it.</summary>
    public static Flow<ICommittable, ICommittableOffsetBatch, NotUsed> BatchFlow(CommitterSettings settings) =>
        Akka.Streams.Dsl.Flow.Create<ICommittable>()
            .GroupedWeightedWithin(settings.MaxBatch, int.MaxValue, settings.MaxInterval, offset => offset.BatchSize)
            .Select(CommittableOffsetBatch.Create)
            .SelectAsync(settings.Parallelism, CommitAsync);

    public static Flow<ICommittable, Done, NotUsed> Flow(CommitterSettings settings) => BatchFlow(settings).Select(_ => Done.Instance);

    /// <summary>Ends when the last batch is committed.</summary>
    public static Sink<ICommittable, Task<Done>> Sink(CommitterSettings settings) => BatchFlow(settings).ToMaterialized(Akka.Streams.Dsl.Sink.Ignore<ICommittableOffsetBatch>(), Keep.Right);

    private static async Task<ICommittableOffsetBatch> CommitAsync(ICommittableOffsetBatch batch)
    {
        await batch.Commit();
        return batch;
    }
}
