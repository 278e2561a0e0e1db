using Aurum.Domain;

namespace Aurum.Storage.Postgres;

/// <summary>The part of a call that goes to one partition.</summary>
internal sealed record ProviderToWrite(string Name, string Table, List<SeriesToWrite> Series);

/// <summary>An observation that makes a row, by its place in the call.</summary>
/// <param name="Replaces">A row of the same key is stored.</param>
internal readonly record struct RowToWrite(int Batch, int Index, bool Replaces);

/// <summary>One series of a call: what is stored of the timestamps in question, and the rows that will be written.</summary>
internal sealed class SeriesToWrite(SeriesId id)
{
    private readonly List<int> _batches = [];

    /// <summary>Places in <see cref="Rows"/> by timestamp; filled only when a call comes back to a timestamp.</summary>
    private Dictionary<long, List<int>>? _rowsOf;

    private long _lastRow = long.MinValue;
    private int _nextWanted;

    public SeriesId Id => id;

    /// <summary>The newest stored timestamp; what lies beyond cannot be stored.</summary>
    public long StoredLast { get; set; } = long.MinValue;

    /// <summary>Timestamps not beyond it, in order, each once: their vintages are to be read.</summary>
    public long[] Wanted { get; private set; } = [];

    /// <summary>Vintages by place in <see cref="Wanted"/>.</summary>
    public KnownVintages Known { get; private set; } = KnownVintages.None;

    public List<RowToWrite> Rows { get; } = [];

    public bool HasNew { get; private set; }

    public bool HasReplacements { get; private set; }

    /// <summary>Providers in order and, for each batch, its series; null for an empty batch.</summary>
    public static (List<ProviderToWrite> Providers, SeriesToWrite?[] OfBatch) Group(IReadOnlyList<ObservationBatch> batches)
    {
        var known = new Dictionary<SeriesId, SeriesToWrite>();
        var providers = new SortedDictionary<string, ProviderToWrite>(StringComparer.Ordinal);
        var ofBatch = new SeriesToWrite?[batches.Count];
        for (var index = 0; index < ofBatch.Length; index++)
        {
            var slice = batches[index].Slice;
            if (slice.Observations.Count == 0)
            {
                continue;
            }

            if (!known.TryGetValue(slice.Series, out var series))
            {
                RefuseUnstorable(slice.Series.Code);
                series = new SeriesToWrite(slice.Series);
                known.Add(slice.Series, series);
                var name = slice.Series.Provider;
                if (!providers.TryGetValue(name, out var provider))
                {
                    provider = new ProviderToWrite(name, PostgresPartitions.Require(name), []);
                    providers.Add(name, provider);
                }

                provider.Series.Add(series);
            }

            series._batches.Add(index);
            ofBatch[index] = series;
        }

        return ([.. providers.Values], ofBatch);
    }

    /// <summary>Collects the timestamps that may be stored.</summary>
    public void Gather(IReadOnlyList<ObservationBatch> batches)
    {
        if (StoredLast == long.MinValue)
        {
            return;
        }

        var wanted = new List<long>();
        var sorted = true;
        foreach (var batch in _batches)
        {
            var observations = batches[batch].Slice.Observations;
            for (var index = 0; index < observations.Count; index++)
            {
                var timestamp = PostgresTime.Timestamp(observations[index].Timestamp);
                if (timestamp > StoredLast || (wanted.Count > 0 && wanted[^1] == timestamp))
                {
                    continue;
                }

                sorted &= wanted.Count == 0 || wanted[^1] < timestamp;
                wanted.Add(timestamp);
            }
        }

        Wanted = sorted ? [.. wanted] : [.. wanted.Distinct().Order()];
        Known = new KnownVintages(Wanted.Length);
    }

    /// <summary>Takes the observations of one batch, one after the other, as if each were stored before the next.</summary>
    public WriteResult Decide(ObservationBatch batch, int place, IReadOnlyList<ObservationBatch> batches)
    {
        var observations = batch.Slice.Observations;
        var ingestedAt = PostgresTime.Instant(batch.IngestedAt);
        var (inserted, revised, unchanged) = (0, 0, 0);
        for (var index = 0; index < observations.Count; index++)
        {
            var observation = observations[index];
            var timestamp = PostgresTime.Timestamp(observation.Timestamp);
            var change = timestamp > StoredLast && timestamp > _lastRow
                ? AddRow(timestamp, new RowToWrite(place, index, Replaces: false), Change.Insert)
                : Compare(observation, timestamp, ingestedAt, new RowToWrite(place, index, Replaces: false), batches);
            inserted += change == Change.Insert ? 1 : 0;
            revised += change is Change.Add or Change.Replace ? 1 : 0;
            unchanged += change == Change.None ? 1 : 0;
        }

        return new WriteResult(inserted, revised, unchanged);
    }

    private Change Compare(in Observation incoming, long timestamp, long ingestedAt, RowToWrite row, IReadOnlyList<ObservationBatch> batches)
    {
        var rows = timestamp <= _lastRow ? RowsOf(timestamp, batches) : null;
        var place = timestamp <= StoredLast ? PlaceOf(timestamp) : -1;
        var stored = place < 0 ? [] : Known.Of(place);
        var before = NewestUntil(stored, incoming.AsOf);
        var beforeRow = -1;
        var newest = before < 0 ? default : stored[before].Observation(incoming.Timestamp);
        var newestIngestedAt = before < 0 ? 0 : stored[before].IngestedAt;
        foreach (var candidate in rows ?? [])
        {
            var written = batches[Rows[candidate].Batch];
            var observation = written.Slice.Observations[Rows[candidate].Index];
            if (observation.AsOf <= incoming.AsOf && ((before < 0 && beforeRow < 0) || observation.AsOf >= newest.AsOf))
            {
                (beforeRow, newest, newestIngestedAt) = (candidate, observation, PostgresTime.Instant(written.IngestedAt));
            }
        }

        if (before < 0 && beforeRow < 0)
        {
            return AddRow(timestamp, row, VintageDecision.OfEarliest(timestampKnown: stored.Length > 0 || rows is { Count: > 0 }));
        }

        var change = VintageDecision.Unless(ingestedAt < newestIngestedAt, VintageDecision.Of(incoming, newest));
        switch (change)
        {
            case Change.None:
                return change;
            case Change.Replace when beforeRow >= 0:
                Rows[beforeRow] = row with { Replaces = Rows[beforeRow].Replaces };
                return change;
            default:
                return AddRow(timestamp, row with { Replaces = change == Change.Replace }, change);
        }
    }

    private Change AddRow(long timestamp, RowToWrite row, Change change)
    {
        if (_rowsOf is not null)
        {
            (_rowsOf.TryGetValue(timestamp, out var rows) ? rows : _rowsOf[timestamp] = []).Add(Rows.Count);
        }

        Rows.Add(row);
        _lastRow = Math.Max(_lastRow, timestamp);
        HasNew |= !row.Replaces;
        HasReplacements |= row.Replaces;
        return change;
    }

    private List<int>? RowsOf(long timestamp, IReadOnlyList<ObservationBatch> batches)
    {
        if (_rowsOf is null)
        {
            _rowsOf = [];
            for (var index = 0; index < Rows.Count; index++)
            {
                var of = PostgresTime.Timestamp(batches[Rows[index].Batch].Slice.Observations[Rows[index].Index].Timestamp);
                (_rowsOf.TryGetValue(of, out var rows) ? rows : _rowsOf[of] = []).Add(index);
            }
        }

        return _rowsOf.GetValueOrDefault(timestamp);
    }

    private int PlaceOf(long timestamp)
    {
        if (_nextWanted >= Wanted.Length || Wanted[_nextWanted] != timestamp)
        {
            _nextWanted = Array.BinarySearch(Wanted, timestamp);
        }

        return _nextWanted++;
    }

    private static void RefuseUnstorable(string code)
    {
        if (!ObservationCopy.IsStorable(code))
        {
            throw new RefusedDataException($"'{code.Replace('\0', '␀')}' cannot be a series' code: it holds a NUL or half a character.");
        }
    }

    private static int NewestUntil(ReadOnlySpan<KnownVintage> stored, DateOnly day)
    {
        var place = stored.Length - 1;
        while (place >= 0 && stored[place].AsOf > day)
        {
            place--;
        }

        return place;
    }
}
