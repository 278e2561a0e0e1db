using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Hosting;
using Akka.Cluster.Sharding;
using Akka.Hosting;
using Akka.Persistence.Sql;
using Akka.Remote.Hosting;
using Akka.Util;
using Aurum.Actors.Collection;
using Aurum.Actors.Gate;
using Aurum.Actors.Monitoring;
using Aurum.Actors.Processing;
using Aurum.Actors.Publishing;
using Aurum.Actors.Serialization.Journal;

namespace Aurum.Actors;

/// <summary>
/// One node of the system. Even a laptop is a cluster of one with sharding and a journal: the code path of production.
/// Expects in the services, for a collector: ProviderRuntimes, HttpClient, IMalformedPages, IPublishingRoad and IStatusStore; for a processor:
/// ProcessingStream; for both: RoadMarkers and TimeProvider.
/// </summary>
public static class AurumNode
{
    public const string SystemName = "aurum";
    private const int CollectorShards = 60;
    private const int SupervisorShards = 12;

    /// <summary>A cluster of one that collects.</summary>
    public static AkkaConfigurationBuilder WithCollector(this AkkaConfigurationBuilder builder, Journal journal) => builder
        .AddHocon(Settings, HoconAddMode.Prepend)
        .AddHocon(journal.Settings, HoconAddMode.Prepend)
        .AddHocon(SqlPersistence.DefaultConfiguration, HoconAddMode.Append)
        .WithCustomSerializer("aurum", [typeof(IWireMessage)], system => new AurumSerializer(system))
        .WithRemoting("127.0.0.1", 0)
        .WithClustering()
        .WithCollection()
        .AddStartup((system, _) => Cluster.Get(system).Join(Cluster.Get(system).SelfAddress));

    /// <summary>Takes from Kafka what collectors published, here or on other nodes.</summary>
    public static AkkaConfigurationBuilder WithProcessor(this AkkaConfigurationBuilder builder) => builder
        .AddHocon(Settings, HoconAddMode.Prepend)
        .WithActors((system, registry, resolver) =>
            registry.Register<ProcessorActor>(system.ActorOf(resolver.Props<ProcessorActor>(), "processor")));

    /// <summary>
    /// The actors of the road, in its order. Collectors go to sleep by themselves: to sharding, one that waits for tomorrow's quota
    /// would look idle.
    /// </summary>
    private static AkkaConfigurationBuilder WithCollection(this AkkaConfigurationBuilder builder) => builder
        .WithActors((system, registry, resolver) =>
        {
            registry.Register<StatusWriterActor>(system.ActorOf(resolver.Props<StatusWriterActor>(), "status-writer"));
            registry.Register<PublisherActor>(system.ActorOf(resolver.Props<PublisherActor>(resolver.GetService<IPublishingRoad>().Create()), "publisher"));
            registry.Register<FetcherActor>(system.ActorOf(resolver.Props<FetcherActor>(), "fetcher"));
        })
        .WithShardRegion<SeriesCollectorActor>(
            "series",
            (_, _, resolver) => entityId => resolver.Props<SeriesCollectorActor>(entityId),
            new SeriesExtractor(),
            new ShardOptions { StateStoreMode = StateStoreMode.DData, RememberEntities = false, ShouldPassivateIdleEntities = false })
        .WithShardRegion<ProviderSupervisorActor>(
            "provider",
            (_, _, resolver) => entityId => resolver.Props<ProviderSupervisorActor>(entityId),
            new ProviderExtractor(),
            new ShardOptions { StateStoreMode = StateStoreMode.DData, RememberEntities = true, RememberEntitiesStore = RememberEntitiesStore.Eventsourced, HandOffStopMessage = ProviderSupervisorProtocol.HandOffGate.Instance });

    private const string Settings = """
        akka {
          log-dead-letters = off
          stdout-logger-class = "Aurum.Actors.SilentLogger, Aurum.Actors"
          log-dead-letters-during-shutdown = off
          coordinated-shutdown {
            exit-clr = off
            run-by-clr-shutdown-hook = off
            # A region waits for what it still buffers, such as a permit that comes back late: nobody takes over from a node of its own.
            phases.cluster-sharding-shutdown-region.timeout = 2s
          }
          cluster {
            downing-provider-class = "Akka.Cluster.SBR.SplitBrainResolverProvider, Akka.Cluster"
            leader-actions-interval = 200ms
            gossip-interval = 200ms
            periodic-tasks-initial-delay = 200ms
            sharding {
              distributed-data.durable.keys = []
              updating-state-timeout = 60s
              retry-interval = 1s
            }
          }
        }
        """;

    private sealed class ProviderExtractor() : HashCodeMessageExtractor(SupervisorShards)
    {
        public override string? EntityId(object message) => (message as IWithProvider)?.Provider;
    }

    /// <summary>The shard is a hash of the coalescing key, so that series which share calls share a node.</summary>
    private sealed class SeriesExtractor() : HashCodeMessageExtractor(CollectorShards)
    {
        public override string? EntityId(object message) => (message as IWithSeries)?.Series.Id.ToString();

        public override string ShardId(string entityId, object? messageHint = null) => messageHint is IWithSeries { Series: var series }
            ? (Math.Abs((long)MurmurHash.StringHash(series.CoalescingKey)) % CollectorShards).ToString(System.Globalization.CultureInfo.InvariantCulture)
            : base.ShardId(entityId, messageHint);
    }
}
