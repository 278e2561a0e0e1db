using Confluent.Kafka;

namespace Aurum.Actors;

/// <summary>Asks librdkafka what it thinks of properties, before anything is begun with them.</summary>
public static class KafkaProperties
{
    /// <summary>The first thing that is wrong, with the property it is about where one is; null when all is well.</summary>
    public static (string? Property, string Reason)? Check(KafkaOptions options) =>
        Check(options.OfProducer, config => new ProducerBuilder<byte[], byte[]>(config).SetLogHandler((_, _) => { }).Build())
        ?? Check(options.OfConsumer, config => new ConsumerBuilder<byte[], byte[]>(config).SetLogHandler((_, _) => { }).Build());

    private static (string? Property, string Reason)? Check(
        IReadOnlyDictionary<string, string> properties, Func<IEnumerable<KeyValuePair<string, string>>, IDisposable> build)
    {
        if (ProblemOf(properties, build) is not { } reason)
        {
            return null;
        }

        // Its words name some properties by another name than they were set by: the culprit is the one without which all is well.
        var culprit = properties.Keys.FirstOrDefault(name => ProblemOf(properties.Where(property => property.Key != name), build) is null);
        return (culprit, reason);
    }

    private static string? ProblemOf(IEnumerable<KeyValuePair<string, string>> properties, Func<IEnumerable<KeyValuePair<string, string>>, IDisposable> build)
    {
        try
        {
            build(properties).Dispose();
            return null;
        }
        catch (Exception refused) when (refused is ArgumentException or InvalidOperationException or KafkaException)
        {
            return refused.Message.ReplaceLineEndings(" ").TrimEnd('.');
        }
    }
}
