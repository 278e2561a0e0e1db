using System.Net.Sockets;
using Akka.Actor;
using Akka.Hosting;
using Aurum.Actors;
using Aurum.Actors.Clustering;
using Aurum.Actors.Collection;
using Aurum.Actors.Gate;
using Aurum.Actors.Inspection;
using Aurum.Actors.Monitoring;
using Aurum.Actors.Pipelines;
using Aurum.Actors.Processing;
using Aurum.Actors.Publishing;
using Aurum.Api;
using Aurum.Host.Configuration;
using Aurum.Providers;
using Aurum.Providers.Http;
using Aurum.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Serilog;
using static Aurum.Actors.Gate.ProviderSupervisorProtocol;

namespace Aurum.Host.Engine;

/// <summary>A running node with its store: the composition root of everything that collects and processes.</summary>
internal sealed class CollectionNode : IAsyncDisposable
{
    private static readonly TimeSpan AskTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(4);

    /// <summary>A node of a cluster hands its shards over first.</summary>
    private static readonly TimeSpan HandOverTimeout = TimeSpan.FromSeconds(45);

    private readonly IHost _host;
    private readonly NodeStores _stores;
    private readonly KafkaParts? _kafka;
    private readonly TimeSpan _stopTimeout;

    private CollectionNode(IHost host, NodeStores stores, KafkaParts? kafka, TimeSpan stopTimeout)
    {
        _host = host;
        _stores = stores;
        _kafka = kafka;
        _stopTimeout = stopTimeout;
    }

    /// <exception cref="NodeStartException">Data directory, store, Kafka or registry cannot be used.</exception>
    public static async Task<CollectionNode> StartAsync(NodePlan plan, RoadMarkers markers, INodeHealth health, Serilog.ILogger logger, LogLevel level, TimeProvider time, CancellationToken cancellationToken)
    {
        var opened = new Stack<IAsyncDisposable>();
        try
        {
            var stores = await NodeStores.OpenAsync(plan.Configuration.DataDirectory, plan.Road.Database, plan.Roles, plan.Cluster.IsAlone, logger, time, cancellationToken);
            opened.Push(stores);
            var kafka = plan.Road.Kafka is { } configured ? await KafkaParts.OpenAsync(configured, new Deployment(time), logger, time, cancellationToken) : null;
            if (kafka is not null)
            {
                opened.Push(kafka);
            }

            var host = Build(plan, stores, kafka, markers, health, logger, level, time);
            await host.StartAsync(cancellationToken);
            return new CollectionNode(host, stores, kafka, StopTimeoutOf(plan));
        }
        catch (Exception exception)
        {
            while (opened.TryPop(out var part))
            {
                await part.DisposeAsync();
            }

            throw exception is StorageException ? new NodeStartException(exception.Message)
                : CannotListen(exception) is { } reason ? new NodeStartException($"port {plan.Cluster.Port} of {plan.Cluster.BindHost} cannot be listened on for other nodes: {reason}; {Variables.NodePort} and {Variables.NodeBind} name another")
                : exception;
        }
    }

    /// <summary>Completes when the actors have ended, also when it was the cluster that ended them.</summary>
    public Task Terminated => _host.Services.GetRequiredService<ActorSystem>().WhenTerminated;

    /// <summary>True when this node stores what is published to Kafka.</summary>
    public bool Processes => _kafka is not null && Registry.TryGet<ProcessorActor>(out _);

    /// <summary>How far processing is behind what was published.</summary>
    public ConsumerLag Lag => _kafka!.Lag;

    /// <summary>What it looks at to know whether the outside systems it needs are there.</summary>
    public IReadOnlyList<HealthCheck> HealthChecks =>
    [
        new("database", _stores.CheckAsync),
        .. _kafka is null ? [] : (HealthCheck[])[new("kafka", _kafka.Lag.CheckAsync)],
        .. Processes ? (HealthCheck[])[new("processing", MeasureLagAsync, IsNeeded: false)] : [],
    ];

    /// <summary>What an HTTP server may look at.</summary>
    public RunningNode Served => new(
        _host.Services.GetRequiredService<ActorSystem>().WhenTerminated,
        [.. ProviderCatalog.All.Select(provider => provider.Descriptor.Name).Order(StringComparer.Ordinal)],
        _host.Services.GetRequiredService<ProviderRuntimes>(),
        _stores.Observations,
        _stores.Catalog,
        _stores.Status,
        _stores.Audit,
        Registry.TryGet<ProviderSupervisorActor>(out var supervisors) ? supervisors : null,
        _stores.Pipelines,
        Registry.TryGet<PipelineSchedulerActor>(out var scheduler) ? scheduler : null)
    {
        SetAside = _kafka is not null && _stores.Quarantine is { } quarantine ? new SetAsideRecords(_kafka.DeadLetters, quarantine) : null,
        Fetcher = Registry.TryGet<FetcherActor>(out var fetcher) ? fetcher : null,
        Cluster = ClusterInspection.Of(_host.Services.GetRequiredService<ActorSystem>()),
        Rhythm = _stores.Rhythm,
        Clocks = _host.Services.GetRequiredService<ProviderClocks>(),
    };

    public Task<object> StartRunAsync(StartRun start) => Supervisors.Ask<object>(start, AskTimeout);

    public Task<ProviderProgress> ProgressAsync(string provider) => Supervisors.Ask<ProviderProgress>(new GetProgress(provider), AskTimeout);

    /// <summary>No run begins any more: the node ends.</summary>
    public void RestScheduling()
    {
        if (Registry.TryGet<PipelineSchedulerActor>(out var scheduler))
        {
            scheduler.Tell(PipelineProtocol.Rest.Instance);
        }
    }

    public void StopRun(string provider) => Supervisors.Tell(new StopRun(provider));

    /// <summary>Ends the actors in their order, then the stores; what was acknowledged is safe already.</summary>
    public async ValueTask DisposeAsync()
    {
        using (var patience = new CancellationTokenSource(_stopTimeout))
        {
            // Actors that do not end in time end with the process; all that was acknowledged is safe.
            await _host.StopAsync(patience.Token).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }

        _host.Dispose();
        if (_kafka is not null)
        {
            await _kafka.DisposeAsync();
        }

        await _stores.DisposeAsync();
    }

    private async Task MeasureLagAsync(CancellationToken cancellationToken)
    {
        var ends = await _kafka!.Lag.EndsAsync().WaitAsync(cancellationToken);
        _host.Services.GetRequiredService<NodeGauges>().LagIs(await _kafka.Lag.BehindAsync(ends));
    }

    private ActorRegistry Registry => _host.Services.GetRequiredService<ActorRegistry>();

    private IActorRef Supervisors => Registry.Get<ProviderSupervisorActor>();

    private static TimeSpan StopTimeoutOf(NodePlan plan) => plan.Cluster.IsAlone ? StopTimeout : HandOverTimeout;

    private static IHost Build(NodePlan plan, NodeStores stores, KafkaParts? kafka, RoadMarkers markers, INodeHealth health, Serilog.ILogger logger, LogLevel level, TimeProvider time)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services
            .AddSerilog(logger)
            .AddSingleton<IHostLifetime, NoLifetime>()
            .AddSingleton(new ProviderRuntimes(plan.Configuration.Providers.Select(provider => new ProviderRuntime(provider.Provider, provider.Settings, provider.Access, provider.Twins))))
            .AddSingleton(new ProviderClocks(time))
            .AddSingleton(services => ProviderClient.CreateHttpClient(services.GetRequiredService<ProviderClocks>()))
            .AddSingleton<IMalformedPages>(new MalformedPages(plan.Configuration.DataDirectory, time))
            .AddSingleton(stores.Observations)
            .AddSingleton(stores.Catalog)
            .AddSingleton(stores.Status)
            .AddSingleton(stores.Pipelines)
            .AddSingleton(markers)
            .AddSingleton(plan.Road.Database is null ? GateOwnership.Sole : GateOwnership.Shared) // a lock on files goes with the process only; that on a database also with its connection
            .AddSingleton(health)
            .AddSingleton<NodeGauges>()
            .AddSingleton(time)
            .Configure<HostOptions>(options => options.ShutdownTimeout = StopTimeoutOf(plan));
        if (!plan.Cluster.IsAlone)
        {
            builder.Services.AddSingleton(plan.Cluster).AddSingleton(stores.Members!);
        }

        if (kafka is null)
        {
            builder.Services.AddSingleton<IPublishingRoad, StoreFlow>();
        }
        else
        {
            kafka.AddPublishing(builder.Services, time);
            kafka.AddProcessing(builder.Services, stores, markers, time);
        }

        builder.Services.AddAkka(plan.Cluster.Name, akka =>
        {
            akka.ConfigureLoggers(loggers =>
            {
                loggers.ClearLoggers();
                loggers.AddLoggerFactory();
                loggers.LogLevel = AkkaLevel(level);
            });
            if (plan.Roles.HasFlag(NodeRoles.Processor) && kafka is not null)
            {
                akka.WithProcessor();
            }

            if (plan.Roles.HasFlag(NodeRoles.Collector))
            {
                akka.WithCollector(stores.Journal, plan.Cluster, plan.Schedule);
#if PETABRIDGE_CMD
                PetabridgeCmd.PetabridgeCmdHosting.WithPetabridgeCmd(akka);
#endif
            }
            else
            {
                akka.WithMember(plan.Cluster);
            }
        });
        return builder.Build();
    }

    /// <summary>Why the port for other nodes could not be had, where that is what went wrong.</summary>
    private static string? CannotListen(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is SocketException socket)
            {
                return socket.Message;
            }
        }

        return null;
    }

    private static Akka.Event.LogLevel AkkaLevel(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => Akka.Event.LogLevel.DebugLevel,
        LogLevel.Information => Akka.Event.LogLevel.InfoLevel,
        LogLevel.Warning => Akka.Event.LogLevel.WarningLevel,
        _ => Akka.Event.LogLevel.ErrorLevel,
    };

    /// <summary>Signals are the command's affair, not the host's.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

/// <summary>What a node is to be.</summary>
/// <param name="Schedule">Null for one that collects when told.</param>
internal sealed record NodePlan(AurumConfiguration Configuration, RoadConfiguration Road, ClusterNode Cluster, NodeRoles Roles, RunSchedule? Schedule);
