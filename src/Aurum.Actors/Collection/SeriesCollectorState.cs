using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;
using Aurum.Actors.Gate;
using Aurum.Domain;
using Aurum.Providers.Settings;
using static Aurum.Actors.Collection.SeriesCollectorEvents;

namespace Aurum.Actors.Collection;

/// <summary>
/// What a collector knows of its series: how far its observations are safely stored, and the latest of them. Pure: a page and
/// the state give the observations worth sending and the event that remembers them.
/// </summary>
/// <param name="Recent">The latest observations sent, oldest first; bounded by the look-back.</param>
/// <param name="Frontier">Everything before it is stored; null while nothing is certain.</param>
/// <param name="HistoryComplete">True once the whole wanted history has been read, from <paramref name="HistoryFrom"/> on.</param>
/// <param name="HistoryFrom">The configured start that the history was read from, or is being read from while not complete; null for all there is.</param>
/// <param name="CoveredAt">When the series was last read to its end, or known not to have changed since it was.</param>
/// <param name="RevisedDepth">How many observations back revisions have lately been seen.</param>
/// <param name="ServedFrom">The oldest timestamp that a twin served since the series' own provider was last read; null for none.</param>
/// <param name="UnitCode">The unit that came with the data, where the catalog tells none.</param>
/// <param name="MassRevisions">How often most of a look-back was revised at once.</param>
/// <param name="MovedBack">Who moved the checkpoint back, while what follows it has not been read again; null when nobody did.</param>
/// <param name="ReadUntil">How far the series had been read when it was moved back.</param>
/// <param name="CompletedRunId">The run that last brought all that was wanted: begun again, it has nothing to do here.</param>
public sealed record SeriesCollectorState(
    CatalogEntry? Entry,
    DateTimeOffset? EntryReadAt,
    ImmutableArray<RememberedObservation> Recent,
    DateTime? Frontier,
    DateTime? LastTimestamp,
    bool HistoryComplete,
    DateOnly? HistoryFrom,
    DateTimeOffset? CoveredAt,
    long Observations,
    int ConsecutiveFailures,
    string? LastFailure,
    string? LastRunId,
    DateTimeOffset? LastRunAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int RevisedDepth = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int CollectionsSinceRevision = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int MassRevisions = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTime? ServedFrom = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? UnitCode = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? CompletedRunId = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] OperatorAct? MovedBack = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTime? ReadUntil = null) : IWireMessage
{
    /// <summary>After so many collections without a revision half of what is known of their depth is forgotten.</summary>
    private const int CollectionsToForget = 20;

    /// <summary>More is remembered of no series, however long its look-back: what is older is left to the store's own comparison.</summary>
    public const int MostRemembered = 1000;

    public static readonly SeriesCollectorState Initial = new(null, null, [], null, null, false, null, null, 0, 0, null, null, null);

    public SeriesCollectorState Apply(object @event) => @event switch
    {
        CatalogEntryRead read => this with { Entry = read.Entry, EntryReadAt = read.At },
        RevisionsAnnounced announced => this with { Recent = InDoubt(announced) },
        CheckpointAdvanced { ServedFrom: { } served } advanced => this with
        {
            Recent = [.. advanced.Recent],
            LastTimestamp = Later(LastTimestamp, advanced.LastTimestamp),
            Observations = Observations + advanced.Inserted,
            ServedFrom = ServedFrom < served ? ServedFrom : served,
            LastRunId = advanced.RunId,
            LastRunAt = advanced.At,
        },
        CheckpointAdvanced advanced => this with
        {
            Recent = [.. advanced.Recent],
            Frontier = HistoryComplete || HistoryFrom == advanced.HistoryFrom ? Later(Frontier, advanced.CompleteBefore) : advanced.CompleteBefore,
            HistoryFrom = HistoryComplete ? HistoryFrom : advanced.HistoryFrom,
            LastTimestamp = Later(LastTimestamp, advanced.LastTimestamp),
            Observations = Observations + advanced.Inserted,
            RevisedDepth = Math.Max(RevisedDepth, advanced.RevisedDepth),
            CollectionsSinceRevision = advanced.RevisedDepth > 0 ? 0 : CollectionsSinceRevision,
            MassRevisions = MassRevisions + (advanced.IsMassRevision ? 1 : 0),
            UnitCode = advanced.UnitCode ?? UnitCode,
            LastRunId = advanced.RunId,
            LastRunAt = advanced.At,
        },
        CollectionSucceeded succeeded => this with
        {
            HistoryComplete = true,
            HistoryFrom = HistoryComplete && (HistoryFrom is null || HistoryFrom < succeeded.HistoryFrom) ? HistoryFrom : succeeded.HistoryFrom,
            Frontier = Later(Frontier, LastTimestamp),
            CoveredAt = succeeded.At,
            ConsecutiveFailures = 0,
            LastFailure = null,
            RevisedDepth = (CollectionsSinceRevision + 1) % CollectionsToForget == 0 ? RevisedDepth / 2 : RevisedDepth,
            CollectionsSinceRevision = CollectionsSinceRevision + 1,
            ServedFrom = succeeded.ServedFrom,
            LastRunId = succeeded.RunId,
            LastRunAt = succeeded.At,
            CompletedRunId = succeeded.RunId,
            MovedBack = null,
            ReadUntil = null,
        },
        CheckpointMovedBack moved => this with
        {
            // Nothing is known any more of what is read again, but that it may be stored: so what is not stated any more is still withdrawn.
            Recent = [.. Recent.Select(recent => recent.Timestamp >= moved.To || moved.To is null ? RememberedObservation.MaybeSent(recent.Timestamp) : recent)],
            Frontier = moved.To,
            HistoryComplete = false,
            HistoryFrom = moved.To is null ? null : HistoryFrom,
            CoveredAt = null,
            ServedFrom = ServedFrom < moved.To ? ServedFrom : null,
            CompletedRunId = null,
            MovedBack = moved.Act,
            ReadUntil = ReadUntil ?? LastTimestamp,
        },
        FoundUnchanged unchanged => this with
        {
            CoveredAt = unchanged.At,
            LastRunId = unchanged.RunId,
            LastRunAt = unchanged.At,
            CompletedRunId = unchanged.RunId,
        },
        TwinServed served => this with
        {
            ConsecutiveFailures = 0,
            LastFailure = null,
            LastRunId = served.RunId,
            LastRunAt = served.At,
        },
        CollectionFailed failed => this with
        {
            ConsecutiveFailures = ConsecutiveFailures + 1,
            LastFailure = $"{failed.Kind}: {failed.Detail}",
            LastRunId = failed.RunId,
            LastRunAt = failed.At,
            CompletedRunId = null,
        },
        _ => throw new ArgumentException($"A series collector knows no event {@event.GetType().Name}.", nameof(@event)),
    };

    /// <summary>Up to there all is safely stored, as far as people should rely on it.</summary>
    [JsonIgnore]
    public DateTime? Checkpoint => MovedBack is null ? LastTimestamp : Frontier;

    /// <summary>Why the checkpoint cannot be moved to there, in words; null when it can.</summary>
    public string? ProblemOfMoving(DateTime? to) =>
        Checkpoint is not { } checkpoint ? MovedBack is null ? "nothing of it has been read yet" : $"it was moved back to its beginning {MovedBack}, and has not been read since"
        : to >= checkpoint ? string.Create(CultureInfo.InvariantCulture, $"its checkpoint is {checkpoint:yyyy-MM-dd'T'HH:mm:ss'Z'}; expected a time before it, since what lies between would never be read")
        : null;

    /// <summary>The catalog entry, with the unit from the data where it has none.</summary>
    [JsonIgnore]
    public CatalogEntry? KnownEntry => Entry is { UnitCode: null } entry ? entry with { UnitCode = UnitCode } : Entry;

    /// <summary>True when the series was read to its end after the moment since which the provider says it has not changed.</summary>
    public bool Knows(CollectSeries command) =>
        !command.Scope.IsCatalogOnly()
        && HistoryComplete
        && (HistoryFrom is null || command.Series.Start >= HistoryFrom)
        && ConsecutiveFailures == 0
        && ServedFrom is null
        && CoveredAt >= command.UnchangedSince;

    /// <summary>
    /// How many of the latest observations to read again: as configured, or twice as far back as revisions have been seen. None where
    /// none are configured.
    /// </summary>
    public int LookbackFor(SeriesDefinition series, RevisionSettings settings) => series.LookbackObservations == 0
        ? 0
        : Math.Max(series.LookbackObservations, Math.Min(2 * RevisedDepth, settings.MaxLookbackObservations));

    /// <summary>The window to ask for now: from the oldest observation of the look-back on, or from where the history was left.</summary>
    public Window WindowFor(SeriesDefinition series, int lookback, TimeSpan? lateArrival)
    {
        var start = series.Start?.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc) ?? DateTime.MinValue;
        var historyCovers = HistoryFrom is null || series.Start >= HistoryFrom;
        var from = start;
        if (HistoryComplete && historyCovers)
        {
            from = Max(start, LookbackStart(lookback));
            if (lateArrival is { } late && CoveredAt is { } covered)
            {
                from = Max(from, covered.UtcDateTime.Date - late);
            }
        }
        else if (!HistoryComplete && historyCovers && Frontier is { } frontier)
        {
            from = Max(start, frontier);
        }

        if (ServedFrom is { } served && served < from)
        {
            from = Max(start, served);
        }

        return new Window(from, DateTime.MaxValue);
    }

    /// <summary>The observations of a page that say something new, and what to remember once they are acknowledged.</summary>
    public Decision Decide(IReadOnlyList<ObservationSlice> slices, int lookback)
    {
        var known = Recent.ToDictionary(recent => recent.Timestamp, recent => recent.Fingerprint);
        var fresh = slices.Select(slice => WithoutKnown(slice, known)).Where(slice => slice.Observations.Count > 0).ToArray();
        var kept = Math.Min(lookback, MostRemembered);
        var last = LastTimestamp;
        var remembered = new SortedDictionary<DateTime, long>();
        foreach (var recent in Recent)
        {
            remembered[recent.Timestamp] = recent.Fingerprint;
        }

        foreach (var observation in slices.SelectMany(slice => Tail(slice.Observations, kept)))
        {
            var memory = RememberedObservation.Of(observation);
            remembered[memory.Timestamp] = memory.Fingerprint;
        }

        foreach (var slice in slices)
        {
            foreach (var observation in slice.Observations)
            {
                last = last is { } newest && newest >= observation.Timestamp ? newest : observation.Timestamp;
            }
        }

        return new Decision(fresh, RevisedIn(fresh), RevisedDepthOf(fresh), new Memory([.. remembered.TakeLast(kept).Select(pair => new RememberedObservation(pair.Key, pair.Value))], last));
    }

    /// <summary>
    /// What must be in the journal before a page is published; null for nothing. New values only where they are near the end of the
    /// series: what lies deeper leaves the memory before the next read could miss it.
    /// </summary>
    public RevisionsAnnounced? Announcement(Decision decision, bool isNearTheEnd)
    {
        var contradicted = Contradicted(decision.Fresh);
        var known = Recent.Select(recent => recent.Timestamp).ToHashSet();
        DateTime[] unseen = isNearTheEnd ? [.. decision.Next.Recent.Select(memory => memory.Timestamp).Where(timestamp => !known.Contains(timestamp))] : [];
        return contradicted.Count + unseen.Length == 0 ? null : new RevisionsAnnounced(contradicted, unseen.Length == 0 ? null : unseen);
    }

    /// <summary>
    /// What a page teaches, and beside it what the answer lacks: that is withdrawn only when the answer is whole, and a crash before must
    /// not forget it for newer observations.
    /// </summary>
    public IReadOnlyList<RememberedObservation> Keeping(Memory memory, IReadOnlyList<DateTime> missing)
    {
        var lost = missing.Except(memory.Recent.Select(recent => recent.Timestamp)).ToHashSet();
        return lost.Count == 0 ? memory.Recent : [.. Recent.Where(recent => lost.Contains(recent.Timestamp)).Concat(memory.Recent).OrderBy(recent => recent.Timestamp)];
    }

    /// <summary>The remembered timestamps that <paramref name="fresh"/> has other values for.</summary>
    public IReadOnlyList<DateTime> Contradicted(IReadOnlyList<ObservationSlice> fresh)
    {
        var remembered = Recent.ToDictionary(recent => recent.Timestamp);
        return remembered.Count == 0 ? [] : [.. fresh
            .SelectMany(slice => slice.Observations)
            .Select(observation => observation.Timestamp)
            .Where(timestamp => remembered.TryGetValue(timestamp, out var memory) && !memory.IsInDoubt)
            .Distinct()];
    }

    private ImmutableArray<RememberedObservation> InDoubt(RevisionsAnnounced announced)
    {
        var doubted = announced.Timestamps.ToHashSet();
        return
        [
            .. Recent.Select(recent => doubted.Contains(recent.Timestamp) ? RememberedObservation.InDoubt(recent.Timestamp) : recent)
                .Concat((announced.New ?? []).Select(RememberedObservation.MaybeSent))
                .OrderBy(recent => recent.Timestamp),
        ];
    }

    /// <param name="known">What was said last of each remembered timestamp; of several vintages in a page each is compared with the one before.</param>
    private ObservationSlice WithoutKnown(ObservationSlice slice, Dictionary<DateTime, long> known)
    {
        if (Recent.IsEmpty || slice.Observations.Count == 0 || slice.Observations[0].Timestamp > Recent[^1].Timestamp)
        {
            return slice;
        }

        return slice with { Observations = [.. slice.Observations.Where(IsNew)] };

        bool IsNew(Observation observation)
        {
            var says = RememberedObservation.Of(observation).Fingerprint;
            if (!known.TryGetValue(observation.Timestamp, out var before))
            {
                return true;
            }

            known[observation.Timestamp] = says;
            return says != before;
        }
    }

    /// <summary>What is fresh though its timestamp is remembered has been revised.</summary>
    private int RevisedIn(IReadOnlyList<ObservationSlice> fresh)
    {
        var remembered = Recent.Where(recent => !recent.IsUnseen).Select(recent => recent.Timestamp).ToHashSet();
        return remembered.Count == 0 ? 0 : fresh.Sum(slice => slice.Observations.Count(observation => remembered.Contains(observation.Timestamp)));
    }

    private int RevisedDepthOf(IReadOnlyList<ObservationSlice> fresh)
    {
        var contradicted = Contradicted(fresh);
        return contradicted.Count == 0 ? 0 : Recent.Length - Recent.Select(recent => recent.Timestamp).ToList().IndexOf(contradicted.Min());
    }

    /// <summary>What was only announced is no proof that anything before it is stored: it may move the start back and never forwards.</summary>
    private DateTime LookbackStart(int lookback)
    {
        DateTime[] sent = [.. Recent.Where(recent => !recent.IsUnseen).Select(recent => recent.Timestamp)];
        if (lookback == 0 || sent.Length == 0)
        {
            return LastTimestamp is { } last ? last.AddTicks(1) : DateTime.MinValue;
        }

        // A look-back that has grown reaches beyond what is remembered: as far as so many observations usually take.
        var beyond = (int)Math.Min(lookback, Observations) - sent.Length;
        var first = Recent[0].Timestamp;
        var step = sent.Length > 1 ? (sent[^1] - sent[0]) / (sent.Length - 1) : TimeSpan.Zero;
        return beyond <= 0 || first - DateTime.MinValue < step * beyond ? first : first - (step * beyond);
    }

    /// <summary>All that is said of the latest so many timestamps, of which some may come in several vintages.</summary>
    private static IEnumerable<Observation> Tail(IReadOnlyList<Observation> observations, int timestamps)
    {
        var (first, left) = (observations.Count, timestamps);
        for (; first > 0; first--)
        {
            var isOfAnother = first == observations.Count || observations[first - 1].Timestamp != observations[first].Timestamp;
            if (isOfAnother && left-- == 0)
            {
                break;
            }
        }

        return observations.Skip(first);
    }

    private static DateTime Max(DateTime one, DateTime other) => one > other ? one : other;

    private static DateTime? Later(DateTime? one, DateTime? other) => one is null || other > one ? other ?? one : one;

    /// <param name="Fresh">The observations that say something new.</param>
    /// <param name="Revised">How many of them are known to have had another value.</param>
    /// <param name="RevisedDepth">How far back the oldest of those lies among what is remembered, from 1; 0 when there is none.</param>
    public sealed record Decision(IReadOnlyList<ObservationSlice> Fresh, int Revised, int RevisedDepth, Memory Next)
    {
        public int Count => Fresh.Sum(slice => slice.Observations.Count);

        /// <summary>Those that were never read before.</summary>
        /// <param name="readUntil">How far a series had been read that is read again; null otherwise.</param>
        public int CountAfter(DateTime? readUntil) =>
            readUntil is null ? Count : Fresh.Sum(slice => slice.Observations.Count(observation => observation.Timestamp > readUntil));
    }

    /// <summary>What a page adds to a collector's memory.</summary>
    public sealed record Memory(IReadOnlyList<RememberedObservation> Recent, DateTime? LastTimestamp);
}
