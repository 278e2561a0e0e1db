using Akka.Actor;
using Aurum.Actors.Collection;
using Aurum.Domain;
using static Aurum.Actors.Gate.ProviderSupervisorProtocol;

namespace Aurum.Actors.Gate;

/// <summary>
/// One pass over a provider's series: who is still asleep, who is awake, what came of the rest. Series of one coalescing key are
/// woken together, so that their wants can share calls; no more than a bounded number are awake at a time.
/// </summary>
public sealed class CollectionRun
{
    private const int MostAwake = 256;
    private const int LargestGroup = 512;
    private const int MostAsked = 6;
    private const int MostLosses = 20;

    private readonly Dictionary<SeriesId, string> _datasetOf = [];
    private readonly Dictionary<string, DatasetCounts> _datasets = [];
    private readonly Queue<IReadOnlyList<SeriesDefinition>> _asleep = new();
    private readonly List<AwakeSeries> _orphans = [];
    private readonly Dictionary<SeriesId, int> _losses = [];
    private int _wakings;
    private readonly Dictionary<SeriesId, AwakeSeries> _awake = [];
    private readonly List<SeriesFailure> _failures = [];

    /// <param name="past">The window of history that is wanted; null for what is new.</param>
    public CollectionRun(string runId, CollectionScope scope, PastWindow? past = null)
    {
        RunId = runId;
        Scope = scope;
        Past = past;
    }

    public PastWindow? Past { get; }

    public string RunId { get; }

    public CollectionScope Scope { get; }

    public int Total { get; private set; }

    public int Done { get; private set; }

    public long Inserted { get; private set; }

    public long Revised { get; private set; }

    /// <summary>In the order in which their first series came.</summary>
    public IReadOnlyList<DatasetCounts> Datasets => [.. _datasets.Values];

    public SeriesId? LastSeries { get; private set; }

    public DateTime? LastTimestamp { get; private set; }

    public IReadOnlyList<SeriesFailure> Failures => _failures;

    /// <summary>What the provider says has changed; null while it has said nothing.</summary>
    public KnownChanges? Changes { get; set; }

    /// <summary>Why nothing more is asked in this run; null while nothing speaks against it.</summary>
    public Failure? Refusal { get; private set; }

    public bool Finished => _asleep.Count == 0 && _awake.Count == 0 && _orphans.Count == 0;

    public IEnumerable<AwakeSeries> Awake => _awake.Values;

    /// <summary>Adds series; one that an earlier dataset named already is not asked twice.</summary>
    public void Add(IEnumerable<SeriesDefinition> series)
    {
        foreach (var group in GroupsOf(series.Where(definition => _datasetOf.TryAdd(definition.Id, definition.DatasetKey))))
        {
            Total += group.Count;
            _asleep.Enqueue(group);
            foreach (var definition in group)
            {
                _datasets.TryAdd(definition.DatasetKey, new DatasetCounts(definition.DatasetKey, 0, 0, 0, 0, 0));
                Count(definition.Id, known => known with { SeriesTotal = known.SeriesTotal + 1 });
            }
        }

        FailThoseAsleep();
    }

    /// <summary>What has met one series would meet every other: those still asleep fail without being asked for.</summary>
    public void Refuse(Failure failure)
    {
        Refusal ??= failure with { Detail = $"not asked, as the first one was refused: {failure.Detail}" };
        FailThoseAsleep();
    }

    /// <summary>Series whose wants are planned together.</summary>
    public static IEnumerable<IReadOnlyList<SeriesDefinition>> GroupsOf(IEnumerable<SeriesDefinition> series) =>
        series.GroupBy(definition => definition.CoalescingKey, StringComparer.Ordinal).SelectMany(group => group.Chunk(LargestGroup));

    public void AddFailure(string code, Failure failure) => _failures.Add(new SeriesFailure(code, failure.Kind, failure.Detail));

    /// <summary>The series to wake now.</summary>
    public IReadOnlyList<CollectSeries> WakeNext(DateTimeOffset now)
    {
        var wake = WakeOrphans(now);
        while (_asleep.TryPeek(out var group) && (_awake.Count == 0 || _awake.Count + group.Count <= MostAwake))
        {
            _asleep.Dequeue();
            var groupId = $"{RunId}/{group[0].CoalescingKey}/{Done + _awake.Count}";
            foreach (var series in group)
            {
                var command = new CollectSeries(series, RunId, Scope, groupId, group.Count, Changes?.UnchangedSince(series.Id.Code), Past: Past);
                _awake[series.Id] = new AwakeSeries(command, now);
                wake.Add(command);
            }
        }

        return wake;
    }

    /// <summary>Those whose collectors were lost come first, with what else they shared calls with.</summary>
    private List<CollectSeries> WakeOrphans(DateTimeOffset now)
    {
        var wake = new List<CollectSeries>();
        foreach (var group in _orphans.GroupBy(orphan => orphan.Command.Twin is null ? orphan.Command.Series.CoalescingKey : orphan.Command.GroupId))
        {
            var groupId = $"{group.First().Command.GroupId}/again-{++_wakings}";
            foreach (var orphan in group)
            {
                var command = orphan.Command with { GroupId = groupId, GroupSize = group.Count() };
                _awake[command.Series.Id] = new AwakeSeries(command, now);
                wake.Add(command);
            }
        }

        _orphans.Clear();
        return wake;
    }

    /// <summary>Commands that nobody took up for that long; a message to a shard that moves or restarts is lost.</summary>
    public IReadOnlyList<CollectSeries> Unanswered(DateTimeOffset now, TimeSpan patience)
    {
        var again = _awake.Values.Where(series => series.Collector is null && now - series.AskedAt > patience).ToArray();
        foreach (var series in again)
        {
            series.AskedAt = now;
            series.Asked++;
        }

        return [.. again.Where(series => series.Asked <= MostAsked).Select(series => series.Command)];
    }

    /// <summary>Series that were asked again and again and never answered: their collectors cannot start.</summary>
    public IReadOnlyList<SeriesId> Lost() => [.. _awake.Values.Where(series => series.Asked > MostAsked).Select(series => series.Command.Series.Id)];

    public bool Started(SeriesId series, IActorRef collector)
    {
        if (!_awake.TryGetValue(series, out var awake) || collector.Equals(awake.Collector))
        {
            return false;
        }

        awake.Collector = collector;
        return true;
    }

    public void Progress(SeriesId series, long inserted, long revised, DateTime? lastTimestamp)
    {
        if (_awake.ContainsKey(series))
        {
            _losses.Remove(series);
            Inserted += inserted;
            Revised += revised;
            Count(series, known => known with { Inserted = known.Inserted + inserted, Revised = known.Revised + revised });
            LastSeries = series;
            LastTimestamp = lastTimestamp ?? LastTimestamp;
        }
    }

    /// <summary>Its collector went with its node, or moves to another: it is woken again, unless that has happened too often.</summary>
    public bool Orphan(SeriesId series)
    {
        var losses = _losses[series] = _losses.GetValueOrDefault(series) + 1;
        if (losses > MostLosses || !_awake.Remove(series, out var orphan))
        {
            return false;
        }

        _orphans.Add(orphan);
        return true;
    }

    public bool Ended(SeriesId series, CollectionOutcome outcome, Failure? failure)
    {
        if (!_awake.Remove(series) && _orphans.RemoveAll(orphan => orphan.Command.Series.Id == series) == 0)
        {
            return false;
        }

        failure ??= outcome == CollectionOutcome.Stopped ? Refusal : null;
        LastSeries = series;
        if (outcome != CollectionOutcome.Stopped || failure is not null)
        {
            CountEnd(series, failure);
        }

        return true;
    }

    /// <summary>The command that has a series, which has just failed at its own provider, served by its twin; null when that was tried.</summary>
    public CollectSeries? ServeBy(SeriesDefinition twin, SeriesId series, DateTimeOffset now)
    {
        if (!_awake.TryGetValue(series, out var awake) || awake.Command.Twin is not null)
        {
            return null;
        }

        var command = awake.Command with { GroupId = $"{RunId}/twin/{series}", GroupSize = 1, UnchangedSince = null, Twin = twin };
        _awake[series] = new AwakeSeries(command, now);
        return command;
    }

    /// <summary>The series whose collector has died without a word.</summary>
    public SeriesId? SeriesOf(IActorRef collector) => _awake.Values.FirstOrDefault(series => collector.Equals(series.Collector))?.Command.Series.Id;

    /// <summary>A series that is not to be woken any more; one that is awake ends by itself.</summary>
    public void LeaveOut(SeriesId series)
    {
        var left = _orphans.RemoveAll(orphan => orphan.Command.Series.Id == series);
        foreach (var group in _asleep.ToArray())
        {
            _asleep.Dequeue();
            SeriesDefinition[] others = [.. group.Where(other => other.Id != series)];
            left += group.Count - others.Length;
            if (others.Length > 0)
            {
                _asleep.Enqueue(others);
            }
        }

        Total -= left;
        Count(series, known => known with { SeriesTotal = known.SeriesTotal - left });
    }

    /// <summary>Those not yet woken stay asleep.</summary>
    public void StopWaking()
    {
        _asleep.Clear();
        _orphans.Clear();
    }

    private void FailThoseAsleep()
    {
        while (Refusal is { } refusal && _asleep.TryDequeue(out var group))
        {
            foreach (var series in group)
            {
                CountEnd(series.Id, refusal);
            }
        }
    }

    private void CountEnd(SeriesId series, Failure? failure)
    {
        Done++;
        Count(series, known => known with { SeriesDone = known.SeriesDone + 1, SeriesFailed = known.SeriesFailed + (failure is null ? 0 : 1) });
        if (failure is not null)
        {
            AddFailure(series.Code, failure);
        }
    }

    /// <summary>A series that this run never heard of counts nowhere.</summary>
    private void Count(SeriesId series, Func<DatasetCounts, DatasetCounts> change)
    {
        if (_datasetOf.TryGetValue(series, out var dataset))
        {
            _datasets[dataset] = change(_datasets[dataset]);
        }
    }

    /// <param name="Codes">The series that may have changed since then.</param>
    public sealed record KnownChanges(DateTimeOffset Since, IReadOnlySet<string> Codes)
    {
        public DateTimeOffset? UnchangedSince(string code) => Codes.Contains(code) ? null : Since;
    }

    public sealed class AwakeSeries(CollectSeries command, DateTimeOffset askedAt)
    {
        public CollectSeries Command { get; } = command;

        public DateTimeOffset AskedAt { get; set; } = askedAt;

        public int Asked { get; set; } = 1;

        public IActorRef? Collector { get; set; }
    }
}
