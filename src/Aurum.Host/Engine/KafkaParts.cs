using Aurum.Actors;
using Aurum.Actors.Processing;
using Aurum.Actors.Publishing;
using Aurum.Actors.Serialization.Kafka;
using Aurum.Host.Configuration;
using Aurum.Providers;
using Aurum.SchemaRegistry;
using Aurum.Streams.Kafka.Settings;
using Confluent.Kafka;
using Microsoft.Extensions.DependencyInjection;

namespace Aurum.Host.Engine;

/// <summary>What a node needs of Kafka: topics and schemas that are there, and the clients' settings.</summary>
internal sealed class KafkaParts : IAsyncDisposable
{
    private readonly KafkaConfiguration _kafka;
    /// <summary>As the topic takes them: a record of the largest usual size, whole, and the reason beside it.</summary>
    private const string LargestDeadLetterBytes = "2097152";

    /// <summary>Between the client and the stream; what is in the stream comes on top.</summary>
    private const int MostBufferedRecords = 5_000;

    private readonly HttpClient _http = SchemaRegistryClient.CreateHttpClient();
    private readonly KafkaCodecs _codecs;
    private readonly KafkaLog _log;
    private IProducer<byte[], byte[]>? _deadLetters;

    private KafkaParts(KafkaConfiguration kafka, IReadOnlyList<SchemaStanding> schemas, KafkaLog log, TimeProvider time)
    {
        (_kafka, _log) = (kafka, log);
        _codecs = KafkaCodecs.Of(schemas, new RegistryWriterSchemas(new SchemaRegistryClient(_http, kafka.Registry, time), time));
        Lag = new ConsumerLag(kafka.Options);
    }

    public ConsumerLag Lag { get; }

    /// <summary>Makes topics that are missing and registers the schemas, compatibility first.</summary>
    /// <exception cref="NodeStartException">Kafka or the registry is not there, or not as it must be.</exception>
    public static async Task<KafkaParts> OpenAsync(KafkaConfiguration kafka, Deployment deployment, Serilog.ILogger logger, TimeProvider time, CancellationToken cancellationToken)
    {
        foreach (var topic in await deployment.RequireTopicsAsync(kafka.Options, kafka.Topics, cancellationToken))
        {
            logger.Information("Made topic {Topic:l}", topic);
        }

        var schemas = await deployment.SchemasAsync(kafka.Registry, register: true, cancellationToken);
        var refused = schemas.Where(schema => schema.Id is null).ToArray();
        return refused.Length == 0
            ? new KafkaParts(kafka, schemas, new KafkaLog(logger, time), time)
            : throw new NodeStartException(string.Join(
                "; ", refused.Select(schema => $"the schema of {schema.Schema.Subject} is not compatible with the registry's: {string.Join(", ", schema.Conflict!.Reasons)}")));
    }

    /// <summary>The end of a collector's road.</summary>
    public void AddPublishing(IServiceCollection services, TimeProvider time) => services.AddSingleton<IPublishingRoad>(new KafkaFlow(
        ProducerSettings<byte[], byte[]>.Create(_kafka.Options.OfProducer, null, null)
            .WithDeliveryFailure(DeliveryFailure.Report)
            .WithLogHandler(_log.Write)
            .WithErrorHandler(_log.Write),
        _codecs.Observations,
        _codecs.Catalog,
        time));

    /// <summary>What a processor is made of.</summary>
    public void AddProcessing(IServiceCollection services, NodeStores stores, RoadMarkers markers, TimeProvider time)
    {
        var options = _kafka.Options;
        _deadLetters = new ProducerBuilder<byte[], byte[]>(new Dictionary<string, string>(options.OfProducer) { ["message.max.bytes"] = LargestDeadLetterBytes })
            .SetLogHandler((_, message) => _log.Write(message))
            .SetErrorHandler((_, error) => _log.Write(error))
            .Build();
        services.AddSingleton(new ProcessingStream(
            ConsumerSettings<byte[], byte[]>.Create(options.OfConsumer, null, null)
                .WithMaxBuffered(MostBufferedRecords)
                .WithLogHandler(_log.Write)
                .WithErrorHandler(_log.Write),
            CommitterSettings.Create(),
            new RecordSorter(_codecs.Observations, _codecs.Catalog, new RowRules(ProviderCatalog.All.Select(provider => provider.Descriptor.Name))),
            stores.Observations,
            stores.Catalog,
            new DeadLetters(_deadLetters, _codecs.DeadLetters, stores.Quarantine!, options.GroupId, time),
            markers,
            time));
    }

    /// <summary>What was set aside, for those who look at it.</summary>
    public IDeadLetterTopic DeadLetters => new DeadLetterTopic(_kafka.Options, _codecs.DeadLetters, _deadLetters!);

    public ValueTask DisposeAsync()
    {
        _deadLetters?.Dispose();
        Lag.Dispose();
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

}
