using System.Collections.Immutable;
using Akka.Actor;
using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace Aurum.Streams.Kafka.Settings;

/// <summary>Reads HOCON; what a configuration leaves out comes from <c>reference.conf</c> in this assembly.</summary>
internal static class KafkaConfig
{
    public const string Producer = "akka.kafka.producer", Consumer = "akka.kafka.consumer", Committer = "akka.kafka.committer";

    private static readonly Config Reference = ConfigurationFactory.FromResource("Aurum.Streams.Kafka.reference.conf", typeof(KafkaConfig).Assembly);

    public static Config Section(ActorSystem system, string path) => Section(system.Settings.Config.GetConfig(path), path);

    /// <param name="section">The section itself, not what contains it; null for nothing but the defaults.</param>
    public static Config Section(Config? section, string path)
    {
        var reference = Reference.GetConfig(path);
        return section is null || section.IsEmpty ? reference : section.WithFallback(reference);
    }

    /// <summary>The section kafka-clients as librdkafka's properties, whose dots HOCON takes for nesting.</summary>
    public static ImmutableDictionary<string, string> Clients(Config section)
    {
        var properties = ImmutableDictionary.CreateBuilder<string, string>();
        if (section.GetValue("kafka-clients") is { } clients && clients.IsObject())
        {
            Flatten(clients.GetObject(), "", properties);
        }

        return properties.ToImmutable();
    }

    private static void Flatten(HoconObject node, string prefix, ImmutableDictionary<string, string>.Builder properties)
    {
        foreach (var (key, value) in node.Items)
        {
            var name = prefix + key.Trim('"');
            if (value.IsObject())
            {
                Flatten(value.GetObject(), name + ".", properties);
            }
            else
            {
                properties[name] = value.GetString();
            }
        }
    }
}
