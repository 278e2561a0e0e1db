using System.Globalization;
using Akka.Actor;
using Aurum.Actors;
using Aurum.Actors.Collection;
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

    /// <summary>In-flight pages may take this long to reach the store after a stop.</summary>
    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(3);

    public async Task<int> RunAsync(RunRequest request, CancellationToken stop) =>
        await WithNodeAsync(new NodePlan(request.Configuration, request.Road, request.Roles), request.LogLevel, stop, async (node, view, log) =>
        {
            if (!request.Roles.HasFlag(NodeRoles.Collector))
            {
                log.Logger.Information("Processing until stopped");
                await WaitAsync(Timeout.InfiniteTimeSpan, stop);
                return ExitCodes.Good;
            }

            if (request.Loop)
            {
                await view.ShowAsync(show => LoopAsync(node, request, log, show, stop));
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
        var code = await WithNodeAsync(new NodePlan(configuration, request.Road, NodeRoles.All), request.LogLevel, end.Token, async (node, view, _) =>
        {
            var summary = await view.ShowAsync(async show =>
            {
                IReadOnlyList<ProviderProgress> last = [];
                for (var cycle = 0; !end.IsCancellationRequested; cycle++)
                {
                    last = await CollectAsync(node, configuration, CollectionScope.Everything, closeBreaker: true, show, end.Token);
                    await WaitAsync(DemoInterval, end.Token);
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

    private async Task<int> WithNodeAsync(NodePlan plan, Microsoft.Extensions.Logging.LogLevel level, CancellationToken stop, Func<CollectionNode, ProgressView, NodeLog, Task<int>> work)
    {
        using var log = new NodeLog(level, Console.IsOutputRedirected ? null : Path.Combine(plan.Configuration.DataDirectory, "aurum.log"));
        try
        {
            var markers = StopAtMarker.From(environment.GetValueOrDefault(StopAtMarker.Variable), error);
            await using var node = await CollectionNode.StartAsync(plan, markers, log.Logger, level, time, stop);
            return await work(node, ProgressView.Create(log, time), log);
        }
        catch (NodeStartException exception)
        {
            await error.WriteLineAsync($"aurum: {exception.Message}");
            return ExitCodes.OutsideSystemMissing;
        }
    }

    /// <summary>Again and again until the stop; what fails is logged, cycle by cycle.</summary>
    private async Task<int> LoopAsync(CollectionNode node, RunRequest request, NodeLog log, Action<IReadOnlyList<ProviderProgress>> show, CancellationToken stop)
    {
        var cycles = 0;
        while (!stop.IsCancellationRequested)
        {
            var startedAt = time.GetTimestamp();
            var summary = await CollectAsync(node, request.Configuration, request.Scope, closeBreaker: false, show, stop);
            foreach (var line in summary.Select(Summary))
            {
                log.Logger.Information("{Summary:l}", line);
            }

            foreach (var line in summary.SelectMany(FailureLines))
            {
                log.Logger.Warning("{Failure:l}", line);
            }

            cycles++;
            await WaitAsync(request.Interval - time.GetElapsedTime(startedAt), stop);
        }

        return cycles;
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
        var runId = $"run-{time.GetUtcNow().UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)}-{Guid.NewGuid().ToString("N")[..8]}";
        var following = configuration.Providers
            .Select(provider => new RunFollower(node, new StartRun(provider.Provider.Descriptor.Name, runId, scope, closeBreaker)))
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
        foreach (var line in providers.Select(Summary))
        {
            Console.Out.WriteLine(line);
        }

        foreach (var line in providers.SelectMany(FailureLines))
        {
            error.WriteLine(line);
        }
    }

    private static string Summary(ProviderProgress progress) => string.Create(
        CultureInfo.InvariantCulture,
        $"{progress.Provider}: {Math.Max(0, progress.SeriesDone - progress.Failures.Count(failure => !failure.IsOfDataset))} of {progress.SeriesTotal} series collected, {progress.Inserted:N0} new and {progress.Revised:N0} revised observations, {progress.Requests:N0} requests");

    /// <summary>A line each, but one for all that were not asked for the same reason.</summary>
    private static IEnumerable<string> FailureLines(ProviderProgress progress) => progress.Failures
        .GroupBy(failure => (failure.Kind, failure.Detail))
        .Select(same => $"failed: {progress.Provider} {same.First().Code}{(same.Count() > 1 ? $" and {same.Count() - 1} more" : "")}: {same.Key.Kind}: {same.Key.Detail}");
}
