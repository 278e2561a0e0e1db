using Akka.Actor;
using Akka.Hosting;
using Aurum.Actors;
using Aurum.Actors.Gate;
using Aurum.Actors.Monitoring;
using Aurum.Actors.Processing;
using Aurum.Host.Configuration;
using Aurum.Providers.Http;
using Aurum.Storage;
using Aurum.Storage.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Serilog;
using static Aurum.Actors.Gate.ProviderSupervisorProtocol;

namespace Aurum.Host.Engine;

/// <summary>A running node with its store: the composition root of everything that collects.</summary>
internal sealed class CollectionNode : IAsyncDisposable
{
    private static readonly TimeSpan AskTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FlushTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(4);

    private readonly IHost _host;
    private readonly SqliteDatabase _database;
    private readonly DataDirectory _directory;

    private CollectionNode(IHost host, SqliteDatabase database, DataDirectory directory)
    {
        _host = host;
        _database = database;
        _directory = directory;
    }

    /// <exception cref="NodeStartException">Data directory or store cannot be used.</exception>
    public static async Task<CollectionNode> StartAsync(
        AurumConfiguration configuration,
        RoadMarkers markers,
        Serilog.ILogger logger,
        LogLevel level,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        var directory = DataDirectory.Hold(configuration.DataDirectory);
        SqliteDatabase? database = null;
        try
        {
            database = await SqliteDatabase.OpenAsync(directory.StoreFile, time, cancellationToken);
            await JournalFile.PrepareAsync(directory.JournalFile, cancellationToken);
            var host = Build(configuration, database, directory, markers, logger, level, time);
            await host.StartAsync(cancellationToken);
            return new CollectionNode(host, database, directory);
        }
        catch (Exception exception)
        {
            if (database is not null)
            {
                await database.DisposeAsync();
            }

            directory.Dispose();
            throw exception is StorageException ? new NodeStartException(exception.Message) : exception;
        }
    }

    public Task<object> StartRunAsync(StartRun start) => Supervisors.Ask<object>(start, AskTimeout);

    public Task<ProviderProgress> ProgressAsync(string provider) => Supervisors.Ask<ProviderProgress>(new GetProgress(provider), AskTimeout);

    public void StopRun(string provider) => Supervisors.Tell(new StopRun(provider));

    /// <summary>Ends the actors in their order, then the store; what was acknowledged is safe already.</summary>
    public async ValueTask DisposeAsync()
    {
        var statusWriter = Registry.Get<StatusWriterActor>();
        await statusWriter.Ask<StatusWriterActor.Flushed>(StatusWriterActor.Flush.Instance, FlushTimeout)
            .ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        using (var patience = new CancellationTokenSource(StopTimeout))
        {
            // Actors that do not end in time end with the process; all that was acknowledged is safe.
            await _host.StopAsync(patience.Token).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }

        _host.Dispose();
        await _database.DisposeAsync();
        _directory.Dispose();
    }

    private ActorRegistry Registry => _host.Services.GetRequiredService<ActorRegistry>();

    private IActorRef Supervisors => Registry.Get<ProviderSupervisorActor>();

    private static IHost Build(
        AurumConfiguration configuration,
        SqliteDatabase database,
        DataDirectory directory,
        RoadMarkers markers,
        Serilog.ILogger logger,
        LogLevel level,
        TimeProvider time)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services
            .AddSerilog(logger)
            .AddSingleton<IHostLifetime, NoLifetime>()
            .AddSingleton(new ProviderRuntimes(configuration.Providers.Select(provider => new ProviderRuntime(provider.Provider, provider.Settings, provider.Access))))
            .AddSingleton(ProviderClient.CreateHttpClient())
            .AddSingleton<IObservationStore>(new SqliteObservationStore(database))
            .AddSingleton<ICatalogStore>(new SqliteCatalogStore(database))
            .AddSingleton<IStatusStore>(new SqliteStatusStore(database))
            .AddSingleton(markers)
            .AddSingleton(time)
            .AddSingleton<StoreFlow>()
            .Configure<HostOptions>(options => options.ShutdownTimeout = StopTimeout)
            .AddAkka(AurumNode.SystemName, akka => akka
                .ConfigureLoggers(loggers =>
                {
                    loggers.ClearLoggers();
                    loggers.AddLoggerFactory();
                    loggers.LogLevel = AkkaLevel(level);
                })
                .WithEmbeddedNode(directory.JournalFile));
        return builder.Build();
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
