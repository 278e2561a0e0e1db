using Aurum.Actors;
using Aurum.Actors.Monitoring;
using Aurum.Api.Routes;
using Aurum.Domain;
using Aurum.Storage;

namespace Aurum.Api;

/// <summary>
/// Judges from what is stored how fresh each series is and how long runs took; a series is read again only when something of it was
/// stored. Violations of the last day are told by the same rule from when the newest values came, so that whoever judges says the same, also
/// one that has just started.
/// </summary>
public sealed class SlaJudge(IStatusStore status, IRhythmStore rhythm, IPipelineStore pipelines, ProviderRuntimes runtimes, TimeProvider time)
{
    internal static readonly TimeSpan LongestIncremental = TimeSpan.FromHours(2);
    internal static readonly TimeSpan LongestBackfill = TimeSpan.FromHours(8);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private const int SeriesAtOnce = 500;

    private Dictionary<SeriesId, Known> _known = [];

    /// <param name="providers">Those that there are, in the order of the report.</param>
    /// <exception cref="StorageException">The store cannot be read.</exception>
    public async Task<(SlaReport Report, IReadOnlyList<SeriesFreshness> Series)> ReportAsync(IReadOnlyList<string> providers, CancellationToken cancellationToken)
    {
        var picture = await JudgeAsync(cancellationToken).ConfigureAwait(false);
        return (SlaReport.Of(picture, providers, runtimes, time.GetUtcNow()), picture.Series);
    }

    internal async Task<SlaPicture> JudgeAsync(CancellationToken stop)
    {
        var series = await status.SeriesAsync(null, stop).ConfigureAwait(false);
        await ReadNewsAsync(series, stop).ConfigureAwait(false);
        var objectives = new Objectives(runtimes, await status.DatasetsAsync(stop).ConfigureAwait(false));
        var runs = await pipelines.LongRunsAsync(LongestIncremental, time.GetUtcNow() - Day, stop).ConfigureAwait(false);
        return Judge(series, objectives, await status.ProvidersAsync(stop).ConfigureAwait(false), [.. runs.SelectMany(TimedRun.Of)]);
    }

    private async Task ReadNewsAsync(IReadOnlyList<SeriesStatus> series, CancellationToken stop)
    {
        var known = new Dictionary<SeriesId, Known>(series.Count);
        var news = new List<SeriesStatus>();
        foreach (var one in series)
        {
            if (_known.TryGetValue(one.Series, out var before) && before.Is(one))
            {
                known[one.Series] = before;
            }
            else
            {
                news.Add(one);
            }
        }

        foreach (var some in news.Chunk(SeriesAtOnce))
        {
            var newest = await rhythm.NewestAsync([.. some.Select(one => one.Series)], PublicationRhythm.Timestamps, stop).ConfigureAwait(false);
            foreach (var one in some)
            {
                known[one.Series] = new Known(one.Checkpoint, one.Observations, newest.GetValueOrDefault(one.Series) ?? []);
            }
        }

        _known = known;
    }

    private SlaPicture Judge(IReadOnlyList<SeriesStatus> series, Objectives objectives, IReadOnlyList<ProviderStatus> providers, IReadOnlyList<TimedRun> runs)
    {
        var now = time.GetUtcNow();
        SeriesFreshness[] judged = [.. series.Select(one => SeriesFreshness.Of(one.Series, _known[one.Series].Newest, objectives.Of(one.Series), now))];
        SlaViolation[] violations =
        [
            .. judged.Where(one => one.State == FreshnessState.Stale).Select(one => new SlaViolation("freshness", one.Provider, one.SeriesId, one.Deadline!.Value, null)),
            .. series.Select(one => LateArrival(one.Series, _known[one.Series].Newest, objectives.Of(one.Series), now)).OfType<SlaViolation>(),
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

    /// <summary>In one word.</summary>
    public string State => JudgedAt is null ? "unknown" : Violations.Any(violation => violation.Until is null) ? "violated" : "met";
}
