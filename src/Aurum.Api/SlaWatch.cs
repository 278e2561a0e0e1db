using System.Diagnostics.Metrics;
using Aurum.Actors.Monitoring;
using Aurum.Api.Routes;
using Aurum.Storage;
using Serilog;

namespace Aurum.Api;

/// <summary>What was promised beside what is. Judged every half minute, so that whoever asks waits for no store.</summary>
internal sealed class SlaWatch : IAsyncDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan UntilItRuns = TimeSpan.FromSeconds(1);

    private readonly ServedNode _node;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Meter _meter = new(MeterNames.Aurum);
    private readonly Repetition _watching;
    private SlaJudge? _judge;
    private volatile SlaPicture _picture = SlaPicture.Unjudged;

    public SlaWatch(ServedNode node, TimeProvider time, ILogger logger)
    {
        (_node, _time, _logger) = (node, time, logger);
        _meter.CreateObservableGauge(
            "aurum.series.freshness",
            () => _picture.Series.GroupBy(series => (series.Provider, series.State)).Select(some => new Measurement<int>(
                some.Count(), new KeyValuePair<string, object?>("provider", some.Key.Provider), new KeyValuePair<string, object?>("state", some.Key.State.ToString().ToLowerInvariant()))),
            "{series}",
            "Series of a provider that are fresh, stale, unknown (too few values to tell their rhythm) or off (without an objective)");
        _watching = new Repetition(WatchAsync, time);
    }

    public SlaPicture Picture => _picture;

    public async ValueTask DisposeAsync()
    {
        await _watching.DisposeAsync();
        _meter.Dispose();
    }

    private async Task<TimeSpan> WatchAsync(CancellationToken stop)
    {
        if (_node.Running is { Rhythm: { } rhythm } running)
        {
            _judge ??= new SlaJudge(running.Status, rhythm, running.Pipelines, running.Runtimes, _time);
            await LookAsync(_judge, stop);
        }

        return _node.Running is null ? UntilItRuns : Every;
    }

    private async Task LookAsync(SlaJudge judge, CancellationToken stop)
    {
        try
        {
            _picture = await judge.JudgeAsync(stop);
        }
        catch (Exception exception) when (exception is StorageException or OperationCanceledException)
        {
            // The component "database" tells of it; the last picture stays, with the time it was made.
        }
        catch (Exception bug)
        {
            _logger.Error(bug, "The freshness of the series was not judged");
        }
    }
}
