using System.Diagnostics.Metrics;
using Aurum.Actors;
using Aurum.Actors.Monitoring;
using Aurum.Api.Routes;
using Aurum.Domain;
using Aurum.Storage;
using Serilog;

namespace Aurum.Api;

/// <summary>
/// What was promised beside what is: how fresh each series is, and how long runs take. Judged every half minute from what is stored, so that
/// whoever asks waits for no store; a series is read again only when something of it was stored. Violations of the last day are told by the
/// same rule from when the newest values came, so that every node says the same, also one that has just started.
/// </summary>
internal sealed class SlaWatch : IAsyncDisposable
{
    public static readonly TimeSpan LongestIncremental = TimeSpan.FromHours(2);
    public static readonly TimeSpan LongestBackfill = TimeSpan.FromHours(8);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan UntilItRuns = TimeSpan.FromSeconds(1);

    private const int SeriesAtOnce = 500;

    private readonly ServedNode _node;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Meter _meter = new(MeterNames.Aurum);
    private readonly Repetition _watching;
    private Dictionary<SeriesId, Known> _known = [];
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
            await LookAsync(running, rhythm, stop);
        }

        return _node.Running is null ? UntilItRuns : Every;
    }

    private async Task LookAsync(RunningNode running, IRhythmStore rhythm, CancellationToken stop)
    {
        try
        {
            var series = await running.Status.SeriesAsync(null, stop);
            await ReadNewsAsync(series, rhythm, stop);
            var objectives = new Objectives(running.Runtimes, await running.Status.DatasetsAsync(stop));
            var runs = await running.Pipelines.LongRunsAsync(LongestIncremental, _time.GetUtcNow() - Day, stop);
            _picture = Judge(series, objectives, await running.Status.ProvidersAsync(stop), [.. runs.SelectMany(TimedRun.Of)]);
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

    private async Task ReadNewsAsync(IReadOnlyList<SeriesStatus> series, IRhythmStore rhythm, CancellationToken stop)
    {
        var known = new Dictionary<SeriesId, Known>(series.Count);
        var news = new List<SeriesStatus>();
        foreach (var status in series)
        {
            if (_known.TryGetValue(status.Series, out var before) && before.Is(status))
            {
                known[status.Series] = before;
            }
            else
            {
                news.Add(status);
            }
        }

        foreach (var some in news.Chunk(SeriesAtOnce))
        {
            var newest = await rhythm.NewestAsync([.. some.Select(status => status.Series)], PublicationRhythm.Timestamps, stop);
            foreach (var status in some)
            {
                known[status.Series] = new Known(status.Checkpoint, status.Observations, newest.GetValueOrDefault(status.Series) ?? []);
            }
        }

        _known = known;
    }

    private SlaPicture Judge(IReadOnlyList<SeriesStatus> series, Objectives objectives, IReadOnlyList<ProviderStatus> providers, IReadOnlyList<TimedRun> runs)
    {
        var now = _time.GetUtcNow();
        SeriesFreshness[] judged = [.. series.Select(status => SeriesFreshness.Of(status.Series, _known[status.Series].Newest, objectives.Of(status.Series), now))];
        SlaViolation[] violations =
        [
            .. judged.Where(one => one.State == FreshnessState.Stale).Select(one => new SlaViolation("freshness", one.Provider, one.SeriesId, one.Deadline!.Value, null)),
            .. series.Select(status => LateArrival(status.Series, _known[status.Series].Newest, objectives.Of(status.Series), now)).OfType<SlaViolation>(),
            .. runs.Where(run => run.IsLate(now) && (run.EndedAt ?? now) > now - Day).Select(run => new SlaViolation(run.Kind, run.Provider, null, run.Deadline, run.EndedAt)),
        ];
        return new SlaPicture(now, judged, [.. violations.OrderByDescending(violation => violation.Since)], providers, runs);
    }

    /// <summary>The newest values came within the last day, and too late.</summary>
    private static SlaViolation? LateArrival(SeriesId series, IReadOnlyList<KnownTimestamp> newest, TimeSpan? objective, DateTimeOffset now)
    {
        if (newest.Count == 0 || objective is not { } longest)
        {
            return null;
        }

        KnownTimestamp[] before = [.. newest.TakeWhile(one => one.KnownOn != newest[^1].KnownOn)];
        var arrived = newest.Skip(before.Length).Min(one => one.StoredAt);
        return arrived > now - Day && PublicationRhythm.NextDue(before) + longest is { } deadline && arrived > deadline
            ? new SlaViolation("freshness", series.Provider, series.Code, deadline, arrived)
            : null;
    }

    private sealed record Known(DateTime? Checkpoint, long Observations, IReadOnlyList<KnownTimestamp> Newest)
    {
        public bool Is(SeriesStatus status) => Checkpoint == status.Checkpoint && Observations == status.Observations;
    }

    /// <summary>How fresh each series is to be: as its dataset says, else as its provider.</summary>
    private sealed class Objectives
    {
        private readonly ProviderRuntimes _runtimes;
        private readonly Dictionary<SeriesId, TimeSpan?> _own = [];

        public Objectives(ProviderRuntimes runtimes, IReadOnlyList<DatasetListing> listings)
        {
            _runtimes = runtimes;
            foreach (var runtime in runtimes.All)
            {
                foreach (var dataset in runtime.Settings.Datasets.Where(dataset => dataset.Freshness != runtime.Settings.Sla.Freshness))
                {
                    var answers = listings.FirstOrDefault(listing => listing.Provider == runtime.Name && listing.DatasetKey == dataset.Key)?.Answers ?? [];
                    foreach (var series in runtime.Provider.Expand(dataset, answers) ?? [])
                    {
                        _own[series.Id] = dataset.Freshness;
                    }
                }
            }
        }

        public TimeSpan? Of(SeriesId series) => _own.TryGetValue(series, out var own) ? own
            : (_runtimes.Find(series.Provider)?.Settings.Sla ?? Aurum.Providers.Settings.SlaSettings.Default).Freshness;
    }
}

/// <summary>What was last judged.</summary>
/// <param name="JudgedAt">Null before the first time.</param>
/// <param name="Runs">Those under way, and those of the last day that took long.</param>
internal sealed record SlaPicture(
    DateTimeOffset? JudgedAt, IReadOnlyList<SeriesFreshness> Series, IReadOnlyList<SlaViolation> Violations, IReadOnlyList<ProviderStatus> Providers, IReadOnlyList<TimedRun> Runs)
{
    public static readonly SlaPicture Unjudged = new(null, [], [], [], []);
}
