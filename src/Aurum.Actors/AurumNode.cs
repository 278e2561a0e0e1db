using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Hosting;
using Akka.Cluster.Sharding;
using Akka.Cluster.Tools.Singleton;
using Akka.Hosting;
using Akka.Pattern;
using Akka.Persistence.Sql;
using Akka.Remote.Hosting;
using Akka.Util;
using Aurum.Actors.Clustering;
using Aurum.Actors.Collection;
using Aurum.Actors.Gate;
using Aurum.Actors.Monitoring;
using Aurum.Actors.Pipelines;
using Aurum.Actors.Processing;
using Aurum.Actors.Publishing;
using Aurum.Actors.Serialization.Journal;
using Aurum.Storage;

namespace Aurum.Actors;

/// <summary>
/// One node of the system. Even a laptop is a cluster of one with sharding and a journal: the code path of production.
/// Expects in the services, for a collector: ProviderRuntimes, HttpClient, IMalformedPages, INodeHealth, IPublishingRoad, IStatusStore and IPipelineStore; for a processor:
/// ProcessingStream; for both: RoadMarkers and TimeProvider, and among others also ClusterNode and IClusterMembers.
/// </summary>
public static class AurumNode
{
    public const string SystemName = "aurum";
    public const string CollectorRole = "collector";

    /// <summary>Of collectors that go on until stopped: one of them schedules for all.</summary>
    public const string SchedulerRole = "scheduler";

    private const string PipelinesName = "pipelines";
    private const string SupervisorRegion = "provider";
    private const int CollectorShards = 60;
    private const int SupervisorShards = 12;

    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan FlushTimeout = TimeSpan.FromSeconds(1);

    /// <summary>A node that collects, alone or with others.</summary>
    public static AkkaConfigurationBuilder WithCollector(this AkkaConfigurationBuilder builder, Journal journal, ClusterNode node, RunSchedule? schedule) => builder
        .AddHocon(Settings, HoconAddMode.Prepend)
        .WithJournal(journal)
        .WithMembership(node, schedule is null ? [CollectorRole] : [CollectorRole, SchedulerRole])
        .WithCollection()
        .WithSchedule(schedule);

    /// <summary>A node that does not collect: where there is a cluster it is a member, so that it is seen there and reaches those that do.</summary>
    public static AkkaConfigurationBuilder WithMember(this AkkaConfigurationBuilder builder, ClusterNode node)
    {
        builder.AddHocon(Settings, HoconAddMode.Prepend);
        return node.IsAlone
            ? builder
            : builder
                .WithMembership(node, [])
                .WithShardRegionProxy<ProviderSupervisorActor>(SupervisorRegion, CollectorRole, new ProviderExtractor())
                .WithPipelines();
    }

    private static AkkaConfigurationBuilder WithJournal(this AkkaConfigurationBuilder builder, Journal journal)
    {
        builder.AddHocon(journal.Settings, HoconAddMode.Prepend).AddHocon(SqlPersistence.DefaultConfiguration, HoconAddMode.Append);
        return journal.Setup is null ? builder : builder.AddSetup(journal.Setup);
    }

    /// <summary>A cluster of one is its own; any other is entered by way of its seeds.</summary>
    private static AkkaConfigurationBuilder WithMembership(this AkkaConfigurationBuilder builder, ClusterNode node, string[] roles)
    {
        builder
            .AddHocon(node.IsAlone ? AloneSettings : SharedSettings, HoconAddMode.Prepend)
            .AddHocon(node.Identity is null ? "" : CertificateCheck.Settings, HoconAddMode.Prepend)
            .WithCustomSerializer("aurum", [typeof(IWireMessage)], system => new AurumSerializer(system))
            .WithRemoting(node.Remoting)
            .WithClustering(new ClusterOptions { Roles = roles });
        return node.IsAlone
            ? builder.AddStartup((system, _) => Cluster.Get(system).Join(Cluster.Get(system).SelfAddress))
            : builder.WithActors((system, registry, resolver) =>
            {
                var membership = system.ActorOf(resolver.Props<MembershipActor>(), "membership");
                registry.Register<MembershipActor>(membership);
                MembershipActor.LeaveWithoutTrace(system, membership, resolver.GetService<IClusterMembers>(), node);
            });
    }

    /// <summary>Takes from Kafka what collectors published, here or on other nodes. It ends while shards are handed over, which do not wait for it.</summary>
    public static AkkaConfigurationBuilder WithProcessor(this AkkaConfigurationBuilder builder) => builder
        .AddHocon(Settings, HoconAddMode.Prepend)
        .WithActors((system, registry, resolver) =>
        {
            var processor = system.ActorOf(resolver.Props<ProcessorActor>(), "processor");
            registry.Register<ProcessorActor>(processor);
            system.AskToFinish<ProcessorActor.Drained>(CoordinatedShutdown.PhaseClusterShardingShutdownRegion, processor, ProcessorActor.Drain.Instance, DrainTimeout);
        });

    /// <summary>
    /// The actors of the road, in its order. Collectors go to sleep by themselves: to sharding, one that waits for tomorrow's quota
    /// would look idle.
    /// </summary>
    private static AkkaConfigurationBuilder WithCollection(this AkkaConfigurationBuilder builder) => builder
        .WithActors((system, registry, resolver) =>
        {
            system.ActorOf(resolver.Props<PublishingHealthActor>(), "publishing-health");
            var statusWriter = system.ActorOf(resolver.Props<StatusWriterActor>(), "status-writer");
            registry.Register<StatusWriterActor>(statusWriter);
            system.AskToFinish<StatusWriterActor.Flushed>(CoordinatedShutdown.PhaseClusterLeave, statusWriter, StatusWriterActor.Flush.Instance, FlushTimeout);
            registry.Register<PublisherActor>(system.ActorOf(resolver.Props<PublisherActor>(resolver.GetService<IPublishingRoad>().Create()), "publisher"));
            registry.Register<FetcherActor>(system.ActorOf(resolver.Props<FetcherActor>(), "fetcher"));
        })
        .WithShardRegion<SeriesCollectorActor>(
            "series",
            (_, _, resolver) => entityId => resolver.Props<SeriesCollectorActor>(entityId),
            new SeriesExtractor(),
            new ShardOptions { Role = CollectorRole, StateStoreMode = StateStoreMode.DData, RememberEntities = false, ShouldPassivateIdleEntities = false })
        .WithShardRegion<ProviderSupervisorActor>(
            SupervisorRegion,
            (_, _, resolver) => entityId => resolver.Props<ProviderSupervisorActor>(entityId),
            new ProviderExtractor(),
            new ShardOptions
            {
                Role = CollectorRole,
                StateStoreMode = StateStoreMode.DData,
                RememberEntities = true,
                RememberEntitiesStore = RememberEntitiesStore.Eventsourced,
                HandOffStopMessage = ProviderSupervisorProtocol.HandOffGate.Instance,
            });

    private static AkkaConfigurationBuilder WithSchedule(this AkkaConfigurationBuilder builder, RunSchedule? schedule) => schedule is null
        ? builder
        : builder.WithSingleton<PipelineSchedulerActor>(
            PipelinesName,
            (_, _, resolver) => BackoffSupervisor.Props(Backoff.OnStop(
                resolver.Props<PipelineSchedulerActor>(schedule), "scheduler", minBackoff: TimeSpan.FromSeconds(1), maxBackoff: TimeSpan.FromSeconds(30), randomFactor: 0.1, maxNrOfRetries: -1)),
            new ClusterSingletonOptions { Role = SchedulerRole },
            createProxyToo: false)
            .WithPipelines();

    /// <summary>Reaches the pipelines wherever they are scheduled. The library's own way would complain within a node's first second that 30 seconds have passed.</summary>
    private static AkkaConfigurationBuilder WithPipelines(this AkkaConfigurationBuilder builder) => builder.WithActors((system, registry) =>
    {
        var settings = ClusterSingletonProxySettings.Create(system).WithSingletonName(PipelinesName).WithRole(SchedulerRole).WithLogSingletonIdentificationFailure(false);
        registry.Register<PipelineSchedulerActor>(system.ActorOf(ClusterSingletonProxy.Props($"/user/{PipelinesName}", settings), $"{PipelinesName}-proxy"), overwrite: true);
    });

    private const string Settings = """
        akka {
          log-dead-letters = off
          stdout-logger-class = "Aurum.Actors.SilentLogger, Aurum.Actors"
          log-dead-letters-during-shutdown = off
          coordinated-shutdown {
            exit-clr = off
            run-by-clr-shutdown-hook = off
          }
          cluster {
            downing-provider-class = "Akka.Cluster.SBR.SplitBrainResolverProvider, Akka.Cluster"
            sharding {
              distributed-data.durable.keys = []
              updating-state-timeout = 60s
              retry-interval = 1s
              entity-restart-backoff = 2s
              shard-failure-backoff = 2s
              coordinator-failure-backoff = 2s
            }
          }
        }
        """;

    private const string AloneSettings = """
        akka {
          # A region waits for what it still buffers, such as a permit that comes back late: nobody takes over from a node of its own.
          coordinated-shutdown.phases.cluster-sharding-shutdown-region.timeout = 2s
          cluster {
            leader-actions-interval = 200ms
            gossip-interval = 200ms
            periodic-tasks-initial-delay = 200ms
          }
        }
        """;

    /// <summary>
    /// A node that does not answer for 3 s is unreachable; 5 s later the side with the majority removes it, the other side ends itself; 2 s
    /// more, and its shards start elsewhere. Heartbeats of a busy machine come late by seconds: a shorter pause removes nodes that live.
    /// </summary>
    private const string SharedSettings = """
        akka {
          # Threads of their own: a database that does not answer holds those of the common pool, and a node whose heartbeats wait for one looks dead.
          actor.internal-dispatcher.executor = fork-join-executor
          remote {
            default-remote-dispatcher.executor = fork-join-executor
            retry-gate-closed-for = 1s
            log-remote-lifecycle-events = off
            dot-netty.tcp {
              # What is reused on Linux is also the port of a process that lives.
              tcp-reuse-addr = off
              maximum-frame-size = 4 MiB
              send-buffer-size = 4 MiB
              receive-buffer-size = 4 MiB
              connection-timeout = 5s
            }
          }
          cluster {
            failure-detector { heartbeat-interval = 500ms, acceptable-heartbeat-pause = 3s }
            split-brain-resolver { active-strategy = keep-majority, stable-after = 5s, down-all-when-unstable = 20s }
            down-removal-margin = 2s
            leader-actions-interval = 500ms
            gossip-interval = 500ms
            retry-unsuccessful-join-after = 3s
            singleton.hand-over-retry-interval = 500ms
            sharding {
              # A shard on its way when a node freezes is given up after this, not before.
              handoff-timeout = 10s
              # Else all of three nodes must take each change of where shards are, and none is made from a kill until the lost node is removed.
              coordinator-state.write-majority-plus = 0
              distributed-data.majority-min-cap = 2
              updating-state-timeout = 10s
              waiting-for-state-timeout = 10s
              rebalance-interval = 5s
              least-shard-allocation-strategy.rebalance-absolute-limit = 20
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
