using Akka;
using Akka.Event;
using Akka.Streams;
using Akka.Streams.Dsl;
using Aurum.Actors.Serialization.Kafka;
using Aurum.Storage;
using Aurum.Streams.Kafka.Dsl;
using Aurum.Streams.Kafka.Messages;
using Aurum.Streams.Kafka.Settings;
using Confluent.Kafka;

namespace Aurum.Actors.Processing;

/// <summary>
/// From Kafka to the store: what arrives during one commit is sorted meanwhile and stored with the next one, and offsets are
/// committed only after that. Whatever is killed in between is read again, and the store knows it.
/// </summary>
public sealed class ProcessingStream(
    ConsumerSettings<byte[], byte[]> consumer,
    CommitterSettings committer,
    RecordSorter sorter,
    IObservationStore observations,
    ICatalogStore catalog,
    IDeadLetters deadLetters,
    RoadMarkers markers,
    TimeProvider time)
{
    private const int MostRecordsPerCommit = 10_000;

    /// <param name="stop">Gives up waiting for a store that is not there.</param>
    /// <returns>Ends and drains the stream; its task tells when the stream has ended, and why.</returns>
    public DrainingControl<Done> Run(IMaterializer materializer, ILoggingAdapter log, CancellationToken stop)
    {
        var store = new StoreStep(sorter, observations, catalog, deadLetters, markers, time, log);
        return KafkaConsumer.CommittableSource(consumer, Subscriptions.Topics(KafkaSchemas.Observations.Topic, KafkaSchemas.Catalog.Topic))
            .BatchWeighted(MostRecordsPerCommit, _ => 1L, Gathered.Of, Gathered.Add)
            .SelectAsync(1, async gathered => (gathered.Offsets, Intake: await store.SortAsync(gathered.Records, stop)))
            .SelectAsync(1, async taken =>
            {
                await store.StoreAsync(taken.Intake, stop);
                return taken.Offsets;
            })
            .ToMaterialized(Committer.Sink(committer), DrainingControl<Done>.Create)
            .Run(materializer);
    }

    /// <summary>What came while the last commit was under way.</summary>
    private sealed class Gathered
    {
        private readonly Dictionary<TopicPartition, ICommittableOffset> _last = [];

        public List<ConsumeResult<byte[], byte[]>> Records { get; } = [];

        public ICommittable Offsets => CommittableOffsetBatch.Create(_last.Values);

        public static Gathered Of(CommittableMessage<byte[], byte[]> first) => Add(new Gathered(), first);

        public static Gathered Add(Gathered gathered, CommittableMessage<byte[], byte[]> message)
        {
            gathered.Records.Add(message.Record);
            gathered._last[message.Record.TopicPartition] = message.CommitableOffset;
            return gathered;
        }
    }
}
