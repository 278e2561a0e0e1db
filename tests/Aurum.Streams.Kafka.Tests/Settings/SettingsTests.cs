using Akka.Actor;
using Akka.Configuration;
using Aurum.Streams.Kafka.Settings;
using Confluent.Kafka;

namespace Aurum.Streams.Kafka.Tests.Settings;

public sealed class SettingsTests
{
    [Fact]
    public void Producers_are_idempotent_by_default_and_consumers_commit_nothing_by_themselves()
    {
        var producer = ProducerSettings<string, string>.Create(ConfigurationFactory.Empty, Serializers.Utf8, Serializers.Utf8);
        Assert.Equal(("true", "all"), (producer.Properties["enable.idempotence"], producer.Properties["acks"]));
        Assert.Equal((20_000, DeliveryFailure.Fail, TimeSpan.FromSeconds(10)), (producer.MaxInFlight, producer.DeliveryFailure, producer.FlushTimeout));

        var consumer = ConsumerSettings<string, string>.Create(ConfigurationFactory.Empty, Deserializers.Utf8, Deserializers.Utf8);
        Assert.Equal(("false", "false"), (consumer.Properties["enable.auto.commit"], consumer.Properties["enable.auto.offset.store"]));
        Assert.Equal(("cooperative-sticky", "earliest"), (consumer.Properties["partition.assignment.strategy"], consumer.Properties["auto.offset.reset"]));
        Assert.Equal((10_000, "", TimeSpan.FromSeconds(30)), (consumer.MaxBuffered, consumer.GroupId, consumer.StopTimeout));

        var committer = CommitterSettings.Create();
        Assert.Equal((1000, TimeSpan.FromSeconds(1), 100), (committer.MaxBatch, committer.MaxInterval, committer.Parallelism));
    }

    [Fact]
    public async Task A_systems_configuration_goes_before_the_defaults_and_reaches_the_library_word_for_word()
    {
        var system = ActorSystem.Create("settings", """
            akka.loglevel = OFF
            akka.kafka.producer {
              max-in-flight = 7
              delivery-failure = report
              kafka-clients {
                bootstrap.servers = "a:1,b:2"
                linger.ms = 5
                "compression.type" = zstd
                acks = 1
              }
            }
            akka.kafka.consumer {
              max-buffered = 8
              stop-timeout = 3s
              kafka-clients { group.id = readers, auto.offset.reset = latest }
            }
            akka.kafka.committer.max-batch = 9
            """);
        var producer = ProducerSettings<string, string>.Create(system, Serializers.Utf8, Serializers.Utf8);
        Assert.Equal((7, DeliveryFailure.Report), (producer.MaxInFlight, producer.DeliveryFailure));
        Assert.Equal("a:1,b:2", producer.Properties["bootstrap.servers"]);
        Assert.Equal(("5", "zstd", "1", "true"), (producer.Properties["linger.ms"], producer.Properties["compression.type"], producer.Properties["acks"], producer.Properties["enable.idempotence"]));

        var consumer = ConsumerSettings<string, string>.Create(system, Deserializers.Utf8, Deserializers.Utf8);
        Assert.Equal((8, "readers", TimeSpan.FromSeconds(3)), (consumer.MaxBuffered, consumer.GroupId, consumer.StopTimeout));
        Assert.Equal(("latest", "false"), (consumer.Properties["auto.offset.reset"], consumer.Properties["enable.auto.commit"]));
        Assert.Equal((9, TimeSpan.FromSeconds(1)), (CommitterSettings.Create(system).MaxBatch, CommitterSettings.Create(system).MaxInterval));
        await system.Terminate();
    }

    [Fact]
    public void The_librarys_own_options_will_do()
    {
        var settings = ProducerSettings<string, string>.Create(new ProducerConfig { BootstrapServers = "a:1", LingerMs = 3 }, Serializers.Utf8, Serializers.Utf8);
        Assert.Equal(("a:1", "3", "true"), (settings.Properties["bootstrap.servers"], settings.Properties["linger.ms"], settings.Properties["enable.idempotence"]));
        Assert.Equal("g", ConsumerSettings<string, string>.Create(new ConsumerConfig { GroupId = "g" }, Deserializers.Utf8, Deserializers.Utf8).GroupId);
    }

    [Fact]
    public void Settings_are_changed_by_copying()
    {
        var settings = ProducerSettings<string, string>.Create(ConfigurationFactory.Empty, Serializers.Utf8, Serializers.Utf8);
        var changed = settings.WithBootstrapServers("a:1").WithMaxInFlight(5).WithProperty("linger.ms", "1").WithProperties([new("acks", "1")]);
        Assert.False(settings.Properties.ContainsKey("bootstrap.servers"));
        Assert.Equal((20_000, 5), (settings.MaxInFlight, changed.MaxInFlight));
        Assert.Equal(("a:1", "1", "1"), (changed.Properties["bootstrap.servers"], changed.Properties["linger.ms"], changed.Properties["acks"]));
        Assert.Throws<ArgumentOutOfRangeException>(() => settings.WithMaxInFlight(0));
    }
}
