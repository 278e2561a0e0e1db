using Aurum.Domain;

namespace Aurum.Storage.Tests;

/// <summary>The rules of <see cref="IObservationStore.WriteAsync"/> in memory, written for shortness, and batches small enough to meet each other.</summary>
internal sealed class ObservationModel
{
    /// <summary>A batch's time of ingestion varies by as many hours.</summary>
    public const int Hours = 3;

    public const int Timestamps = 4, AsOfDays = 4, Values = 5, Series = 2;

    /// <summary>An observation and its series as one number below this.</summary>
    public const int Codes = Series * Timestamps * AsOfDays * Values;

    public static readonly DateOnly FirstAsOf = new(2026, 2, 1);

    private static readonly DateTime FirstTimestamp = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly SortedDictionary<(string Code, DateTime Timestamp), SortedDictionary<DateOnly, (Observation Observation, DateTimeOffset IngestedAt)>> rows = [];

    public static ObservationBatch BatchOf(string provider, int[] codes, DateTimeOffset at)
    {
        var hour = codes.Length == 0 ? 0 : Math.Abs(codes[^1]) % Hours;
        var series = new SeriesId(provider, codes.Length > 0 && Math.Abs(codes[0]) % Series == 1 ? "B" : "A");
        return new ObservationBatch(
            new ObservationSlice(series, new SeriesAttributes("u", "D", null, null), [.. codes.Select(code => Of(Math.Abs(code) / Series))]), "run", "event", at.AddHours(hour));
    }

    public WriteResult Write(ObservationBatch batch)
    {
        var (inserted, revised, unchanged) = (0, 0, 0);
        foreach (var incoming in batch.Slice.Observations)
        {
            var key = (batch.Slice.Series.Code, incoming.Timestamp);
            if (!rows.TryGetValue(key, out var vintages))
            {
                rows[key] = new() { [incoming.AsOf] = (incoming, batch.IngestedAt) };
                inserted++;
                continue;
            }

            var before = vintages.Values.Where(row => row.Observation.AsOf <= incoming.AsOf).ToList();
            if (before.Count > 0
                && (before[^1].Observation.SaysTheSameAs(incoming)
                    || (before[^1].Observation.AsOf == incoming.AsOf && batch.IngestedAt < before[^1].IngestedAt)))
            {
                unchanged++;
                continue;
            }

            vintages[incoming.AsOf] = (incoming, batch.IngestedAt);
            revised++;
        }

        return new WriteResult(inserted, revised, unchanged);
    }

    public IEnumerable<(string Code, Observation Observation)> Read(Func<Observation, bool> known, bool keepAll) =>
        from entry in rows
        let vintages = entry.Value.Values.Select(row => row.Observation).Where(known)
        from row in keepAll ? vintages : vintages.TakeLast(1)
        select (entry.Key.Code, row);

    public IEnumerable<SeriesSummary> Summaries(string provider) =>
        from entry in rows
        group entry by entry.Key.Code into series
        select new SeriesSummary(
            new SeriesId(provider, series.Key),
            null,
            series.Count(),
            series.Sum(entry => entry.Value.Count),
            series.First().Key.Timestamp,
            series.Last().Key.Timestamp);

    private static Observation Of(int code)
    {
        var timestamp = FirstTimestamp.AddDays(code % Timestamps);
        var asOf = FirstAsOf.AddDays(code / Timestamps % AsOfDays);
        return (code / Timestamps / AsOfDays % Values) switch
        {
            0 => new Observation(timestamp, asOf, null),
            1 => new Observation(timestamp, asOf, 1),
            2 => new Observation(timestamp, asOf, 2),
            3 => new Observation(timestamp, asOf, 1, "1.00"),
            _ => new Observation(timestamp, asOf, 1, Status: "E"),
        };
    }
}
