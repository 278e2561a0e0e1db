using System.Text;
using Akka;
using Akka.Streams.Dsl;
using Aurum.Actors.Serialization.Kafka;
using Aurum.Domain;
using Aurum.Streams.Kafka.Dsl;
using Aurum.Streams.Kafka.Messages;
using Aurum.Streams.Kafka.Settings;

namespace Aurum.Actors.Publishing;

/// <summary>
/// The road to Kafka: an item becomes its records, and its outcome leaves when the brokers have acknowledged all of them. The key
/// is the series, so that all of a series comes in order to one partition.
/// </summary>
public sealed class KafkaFlow(ProducerSettings<byte[], byte[]> producer, ObservationCodec observations, CatalogCodec catalog, TimeProvider time) : IPublishingRoad
{
    public Flow<PublishItem, PublishOutcome, NotUsed> Create() =>
        Flow.Create<PublishItem>()
            .Select(RecordsOf)
            .Via(KafkaProducer.FlexiFlow<byte[], byte[], PublishItem>(producer))
            .Select(results => new PublishOutcome(results.PassThrough, null, results.Error is { } error ? $"Kafka does not take it: {error.Reason}" : null));

    private IEnvelope<byte[], byte[], PublishItem> RecordsOf(PublishItem item) => item switch
    {
        { Batch: { } batch } => ProducerMessage.Multi(Observations(batch), item),
        { Entry: { } entry } => ProducerMessage.Single(
            new ProducerRecord<byte[], byte[]>(KafkaSchemas.Catalog.Topic, KeyOf(entry.Series), catalog.Encode(new CatalogUpsert(entry, time.GetUtcNow()))), item),
        _ => throw new ArgumentException("An item holds a batch or a catalog entry.", nameof(item)),
    };

    private ProducerRecord<byte[], byte[]>[] Observations(Storage.ObservationBatch batch)
    {
        var key = KeyOf(batch.Slice.Series);
        var header = ObservationHeader.Of(batch);
        var records = new ProducerRecord<byte[], byte[]>[batch.Slice.Observations.Count];
        for (var index = 0; index < records.Length; index++)
        {
            records[index] = new ProducerRecord<byte[], byte[]>(KafkaSchemas.Observations.Topic, key, observations.Encode(header, batch.Slice.Observations[index]));
        }

        return records;
    }

    private static byte[] KeyOf(SeriesId series) => Encoding.UTF8.GetBytes(series.ToString());
}
