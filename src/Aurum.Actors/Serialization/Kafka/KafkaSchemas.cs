using System.Reflection;

namespace Aurum.Actors.Serialization.Kafka;

/// <summary>The contract of one topic's values.</summary>
/// <param name="Topic">The topic's name, which also names the subject.</param>
/// <param name="Text">The Avro schema, as JSON.</param>
public sealed record KafkaSchema(string Topic, string Text)
{
    /// <summary>The subject in the registry, by Confluent's TopicNameStrategy.</summary>
    public string Subject => $"{Topic}-value";
}

/// <summary>The contracts of all topics that are written here. Their files lie in <c>config/schemas/avro</c> and are built in.</summary>
public static class KafkaSchemas
{
    public static readonly KafkaSchema Observations = BuiltIn("aurum.ext.timeseries.obs.v1");

    public static readonly KafkaSchema Catalog = BuiltIn("aurum.ext.series_catalog.upsert.v1");

    public static readonly KafkaSchema DeadLetters = BuiltIn("aurum.ingestion.dlq.v1");

    public static readonly IReadOnlyList<KafkaSchema> All = [Observations, Catalog, DeadLetters];

    private static KafkaSchema BuiltIn(string topic)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"{topic}.avsc")
            ?? throw new InvalidOperationException($"{topic}.avsc is not built into this assembly.");
        using var reader = new StreamReader(stream);
        return new KafkaSchema(topic, reader.ReadToEnd());
    }
}
