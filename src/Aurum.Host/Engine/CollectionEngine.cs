using System.Globalization;
using Akka.Actor;
using Aurum.Actors;
using Aurum.Actors.Clustering;
using Aurum.Actors.Collection;
using Aurum.Actors.Pipelines;
using Aurum.Actors.Monitoring;
using Aurum.Api;
using Aurum.Host.Configuration;
using Aurum.Providers;
using Aurum.Simulator;
using Confluent.Kafka;
using static Aurum.Actors.Gate.ProviderSupervisorProtocol;

namespace Aurum.Host.Engine;

/// <summary>Starts a node, has it collect, shows how it goes, and says in the end what failed.</summary>
public sealed class CollectionEngine(IReadOnlyDictionary<string, string> environment, TextWriter error, TimeProvider time) : ICollectionEngine
{
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan DemoInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan BetweenGlances = TimeSpan.FromSeconds(1);

    /// <summary>In-flight pages may take this long to reach the store after a stop.</summary>
    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(3);

    public async Task<int> RunAsync(RunRequest request, CancellationToken stop) =>
        await WithNodeAsync(PlanOf(request), request.Http, request.LogLevel, request.LogFormat, stop, async (node, view, log, stop) =>
        {
            if (!request.Roles.HasFlag(NodeRoles.Collector))
            {
                log.Logger.Information(request.Roles.HasFlag(NodeRoles.Processor) ? "Processing until stopped" : "Serving until stopped");
                await WaitAsync(Timeout.InfiniteTimeSpan, stop);
                return ExitCodes.Good;
            }

            if (request.Loop)
            {
                await view.ShowAsync(show => WatchAsync(node, request, show, stop));
                return ExitCodes.Good;
            }

            var summary = await view.ShowAsync(show => CollectAsync(node, request.Configuration, request.Scope, closeBreaker: true, show, stop));
            Summarise(summary);
            await CatchUpAsync(node, stop);
            return summary.Any(provider => provider.Failures.Count > 0) && !stop.IsCancellationRequested
                ? ExitCodes.SomeFailed
                : ExitCodes.Good;
        });

    public async Task<int> DemoAsync(DemoRequest request, CancellationToken stop)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        if (request.Duration is { } duration)
        {
            end.CancelAfter(duration);
        }

        await using var simulator = await ProviderSimulator.StartAsync(new SimulatorOptions(), time, stop);
        var configuration = AurumConfiguration.Load(request.ConfigDirectory, null, request.DataDirectory, ProviderCatalog.All, simulator.Environment);
        var code = await WithNodeAsync(new NodePlan(configuration, request.Road, ClusterNode.Alone, NodeRoles.All, Schedule: null), null, request.LogLevel, LogFormat.Text, end.Token, async (node, view, _, ended) =>
        {
            var summary = await view.ShowAsync(async show =>
            {
                IReadOnlyList<ProviderProgress> last = [];
                for (var cycle = 0; !ended.IsCancellationRequested; cycle++)
                {
                    last = await CollectAsync(node, configuration, CollectionScope.Everything, closeBreaker: true, show, ended);
                    await WaitAsync(DemoInterval, ended);
                    DemoNews.Publish(simulator.Truth, configuration, cycle);
                }

                return last;
            });
            Summarise(summary);
            await CatchUpAsync(node, stop);
            return ExitCodes.Good;
        });
        if (code == ExitCodes.Good && request.Road.Database is { } database)
        {
            Console.Out.WriteLine($"The data lie in {database}. To see them:");
            Console.Out.WriteLine("  scripts/aurum query series");
            Console.Out.WriteLine("  scripts/aurum query observations --provider fred --series DGS10");
        }
        else if (code == ExitCodes.Good)
        {
            var directory = Path.GetRelativePath(Directory.GetCurrentDirectory(), request.DataDirectory);
            directory = directory.StartsWith("..", StringComparison.Ordinal) ? request.DataDirectory : directory;
            Console.Out.WriteLine($"The data lie in {directory}. To see them:");
            Console.Out.WriteLine($"  scripts/aurum query series --data-dir {directory}");
            Console.Out.WriteLine($"  scripts/aurum query observations --provider fred --series DGS10 --data-dir {directory}");
        }

        return code;
    }

    private async Task<int> WithNodeAsync(NodePlan plan, ApiOptions? http, Microsoft.Extensions.Logging.LogLevel level, LogFormat format, CancellationToken stop, Func<CollectionNode, ProgressView, NodeLog, CancellationToken, Task<int>> work)
    {
        using var log = new NodeLog(level, Console.IsOutputRedirected ? null : Path.Combine(plan.Configuration.DataDirectory, "aurum.log"), format);
        try
        {
            var markers = StopAtMarker.From(environment.GetValueOrDefault(StopAtMarker.Variable), error);
            var health = new NodeHealth(time);
            await using var server = http is null ? null : await NodeServer.StartAsync(http, health, log.Logger, time, stop);
            await using var node = await CollectionNode.StartAsync(plan, markers, health, log.Logger, level, time, stop);
            await using var shown = server?.Show(node, stop);
            using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
            var working = work(node, ProgressView.Create(log, time), log, end.Token);
            if (await Task.WhenAny(working, node.Terminated) == working || stop.IsCancellationRequested)
            {
                return await working;
            }

            await end.CancelAsync();
            await working;
            await error.WriteLineAsync("aurum: this node is no member of its cluster any more, or was not let in; the log says why, and started again it asks again");
            return ExitCodes.NoMemberAnyMore;
        }
        catch (NodeStartException exception)
        {
            await error.WriteLineAsync($"aurum: {exception.Message}");
            return ExitCodes.OutsideSystemMissing;
        }
    }

    private static NodePlan PlanOf(RunRequest request) => new(
        request.Configuration, request.Road, request.Cluster, request.Roles, request.Loop ? new RunSchedule(request.Interval, request.Scope) : null);

    /// <summary>Shows what the cluster does until the stop; a node that is alone ends what is under way, others leave it to those who stay.</summary>
    private async Task<bool> WatchAsync(CollectionNode node, RunRequest request, Action<IReadOnlyList<ProviderProgress>> show, CancellationToken stop)
    {
        var providers = request.Configuration.Providers.Select(provider => provider.Provider.Descriptor.Name).ToArray();
        while (!stop.IsCancellationRequested)
        {
            show(await LookAsync(node, providers, stop));
            await WaitAsync(BetweenGlances, stop);
        }

        if (request.Cluster.IsAlone)
        {
            node.RestScheduling();
            foreach (var provider in providers)
            {
                node.StopRun(provider);
            }

            var stoppedAt = time.GetTimestamp();
            while (time.GetElapsedTime(stoppedAt) < Drain && (await LookAsync(node, providers, CancellationToken.None)).Any(progress => progress.State is RunStates.Collecting or RunStates.Stopping))
            {
                await WaitAsync(Glance, CancellationToken.None);
            }
        }

        return true;
    }

    /// <summary>What those say that answer; a supervisor that moves is heard of next time.</summary>
    private static async Task<IReadOnlyList<ProviderProgress>> LookAsync(CollectionNode node, IEnumerable<string> providers, CancellationToken stop)
    {
        var answers = await Task.WhenAll(providers.Select(async provider =>
        {
            try
            {
                return await node.ProgressAsync(provider).WaitAsync(stop);
            }
            catch (Exception exception) when (exception is AskTimeoutException or OperationCanceledException)
            {
                return null;
            }
        }));
        return [.. answers.OfType<ProviderProgress>()];
    }

    /// <summary>One collection of all providers, to its end or to the stop.</summary>
    private async Task<IReadOnlyList<ProviderProgress>> CollectAsync(
        CollectionNode node,
        AurumConfiguration configuration,
        CollectionScope scope,
        bool closeBreaker,
        Action<IReadOnlyList<ProviderProgress>> show,
        CancellationToken stop)
    {
        var runId = RunIds.New(time.GetUtcNow());
        var following = configuration.Providers
            .Select(provider => new RunFollower(node, new StartRun(provider.Provider.Descriptor.Name, runId, scope, closeBreaker), time))
            .ToArray();
        var stopping = Timeout.InfiniteTimeSpan;
        var stoppedAt = 0L;
        while (true)
        {
            await Task.WhenAll(following.Select(follower => follower.LookAsync()));
            show([.. following.Select(follower => follower.Progress)]);
            if (following.All(follower => follower.Ended) || (stoppedAt != 0 && time.GetElapsedTime(stoppedAt) > Drain))
            {
                return [.. following.Select(follower => follower.Progress)];
            }

            if (stop.IsCancellationRequested && stopping == Timeout.InfiniteTimeSpan)
            {
                stopping = Drain;
                stoppedAt = time.GetTimestamp();
                foreach (var provider in configuration.Providers)
                {
                    node.StopRun(provider.Provider.Descriptor.Name);
                }
            }

            await WaitAsync(Glance, stoppedAt == 0 ? stop : CancellationToken.None);
        }
    }

    /// <summary>
    /// What was published is stored before a run is over, where this node is one that stores.
    /// </summary>
    private async Task CatchUpAsync(CollectionNode node, CancellationToken stop)
    {
        if (!node.Processes)
        {
            return;
        }

        IReadOnlyDictionary<TopicPartition, long>? published = null;
        var told = time.GetTimestamp();
        while (!stop.IsCancellationRequested)
        {
            var behind = "nobody knows how many";
            try
            {
                published ??= await node.Lag.EndsAsync();
                var records = await node.Lag.BehindAsync(published);
                if (records == 0)
                {
                    return;
                }

                behind = records.ToString("N0", CultureInfo.InvariantCulture);
            }
            catch (KafkaException)
            {
                // The brokers are away; what they have acknowledged they still have.
            }

            if (time.GetElapsedTime(told) > BetweenLines)
            {
                told = time.GetTimestamp();
                Console.Out.WriteLine($"waiting for the store, {behind} records behind what was published");
            }

            await WaitAsync(Glance, stop);
        }
    }

    /// <summary>Waits, or less when stopped; being stopped is no exception here.</summary>
    private async Task WaitAsync(TimeSpan span, CancellationToken stop)
    {
        if (span > TimeSpan.Zero || span == Timeout.InfiniteTimeSpan)
        {
            await Task.Delay(span, time, stop).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    private void Summarise(IReadOnlyList<ProviderProgress> providers)
    {
        foreach (var line in providers.Select(progress => progress.Summary))
        {
            Console.Out.WriteLine(line);
        }

        foreach (var line in providers.SelectMany(progress => progress.FailureLines))
        {
            error.WriteLine(line);
        }
    }
}
