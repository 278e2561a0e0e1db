using System.Data;
using Npgsql;

namespace Aurum.Storage.Postgres;

/// <summary>
/// Reads the stored vintages of the timestamps that a call is about. A slice without big gaps is one range of the key: a long one is a
/// statement of its own, the short ones of all series are one together. Timestamps that lie apart are looked up one by one, also in one
/// statement. All questions are under way before the first answer is read.
/// </summary>
internal static class KnownVintagesReader
{
    private const string Columns = "o.asof_date, o.value, o.value_raw, o.status, o.quality_flag, o.ingest_ts";

    /// <summary>From here on a statement for the range alone is worth it: its rows come in order without a sort.</summary>
    private const int LongRange = 512;

    /// <summary>A range may hold this many times the timestamps that are wanted of it.</summary>
    private const int MostWaste = 4;

    private enum Way
    {
        OneByOne,
        ShortRange,
        LongRange,
    }

    public static async Task ReadAsync(NpgsqlConnection connection, ProviderToWrite provider, CancellationToken stop)
    {
        var asked = provider.Series.Where(series => series.Wanted.Length > 0).ToLookup(series => WayTo(series.Wanted));
        var apart = asked[Way.OneByOne].ToList();
        var shortRanges = asked[Way.ShortRange].ToList();
        var longRanges = asked[Way.LongRange].ToList();
        await using var batch = new NpgsqlBatch(connection);
        if (apart.Count > 0)
        {
            batch.BatchCommands.Add(LookUp(provider, apart));
        }

        if (shortRanges.Count > 0)
        {
            batch.BatchCommands.Add(Ranges(provider, shortRanges));
        }

        longRanges.ForEach(series => batch.BatchCommands.Add(Range(provider, series)));
        if (batch.BatchCommands.Count == 0)
        {
            return;
        }

        await using var reader = await batch.ExecuteReaderAsync(CommandBehavior.SequentialAccess, stop).ConfigureAwait(false);
        if (apart.Count > 0)
        {
            await TakeLookUpAsync(reader, apart, stop).ConfigureAwait(false);
            await reader.NextResultAsync(stop).ConfigureAwait(false);
        }

        if (shortRanges.Count > 0)
        {
            await TakeRangesAsync(reader, shortRanges, stop).ConfigureAwait(false);
            await reader.NextResultAsync(stop).ConfigureAwait(false);
        }

        foreach (var series in longRanges)
        {
            await TakeRangeAsync(reader, series, stop).ConfigureAwait(false);
            await reader.NextResultAsync(stop).ConfigureAwait(false);
        }
    }

    private static Way WayTo(long[] wanted)
    {
        var step = long.MaxValue;
        for (var index = 1; index < wanted.Length; index++)
        {
            step = Math.Min(step, wanted[index] - wanted[index - 1]);
        }

        return (wanted[^1] - wanted[0]) / step > (long)MostWaste * wanted.Length ? Way.OneByOne
            : wanted.Length < LongRange ? Way.ShortRange
            : Way.LongRange;
    }

    private static NpgsqlBatchCommand Range(ProviderToWrite provider, SeriesToWrite series) => PostgresCommands.Step(
        $"SELECT o.timestamp, {Columns} FROM {provider.Table} AS o WHERE o.provider = $1 AND o.series_id = $2 AND o.timestamp BETWEEN $3 AND $4 ORDER BY o.timestamp, o.asof_date",
        PostgresCommands.Text(provider.Name),
        PostgresCommands.Text(series.Id.Code),
        PostgresCommands.Instant(series.Wanted[0]),
        PostgresCommands.Instant(series.Wanted[^1]));

    private static NpgsqlBatchCommand Ranges(ProviderToWrite provider, List<SeriesToWrite> series) => PostgresCommands.Step(
        $"""
        SELECT k.place, o.* FROM unnest($2, $3, $4) WITH ORDINALITY AS k (code, first, last, place)
        CROSS JOIN LATERAL (
            SELECT o.timestamp, {Columns} FROM {provider.Table} AS o
            WHERE o.provider = $1 AND o.series_id = k.code AND o.timestamp BETWEEN k.first AND k.last OFFSET 0) AS o
        ORDER BY k.place, o.timestamp, o.asof_date
        """,
        PostgresCommands.Text(provider.Name),
        PostgresCommands.Texts(series.Select(one => one.Id.Code)),
        PostgresCommands.Instants(series.Select(one => one.Wanted[0])),
        PostgresCommands.Instants(series.Select(one => one.Wanted[^1])));

    /// <remarks>OFFSET 0 keeps the planner from turning the look-ups into a scan of the partition.</remarks>
    private static NpgsqlBatchCommand LookUp(ProviderToWrite provider, List<SeriesToWrite> series) => PostgresCommands.Step(
        $"""
        SELECT k.place, o.* FROM unnest($2, $3) WITH ORDINALITY AS k (code, timestamp, place)
        CROSS JOIN LATERAL (
            SELECT {Columns} FROM {provider.Table} AS o
            WHERE o.provider = $1 AND o.series_id = k.code AND o.timestamp = k.timestamp OFFSET 0) AS o
        ORDER BY k.place, o.asof_date
        """,
        PostgresCommands.Text(provider.Name),
        PostgresCommands.Texts(series.SelectMany(one => Enumerable.Repeat(one.Id.Code, one.Wanted.Length))),
        PostgresCommands.Instants(series.SelectMany(one => one.Wanted)));

    private static async Task TakeRangeAsync(NpgsqlDataReader reader, SeriesToWrite series, CancellationToken stop)
    {
        var place = 0;
        while (await reader.ReadAsync(stop).ConfigureAwait(false))
        {
            place = Take(reader, first: 0, series, place);
        }

        series.Known.Complete();
    }

    private static async Task TakeRangesAsync(NpgsqlDataReader reader, List<SeriesToWrite> series, CancellationToken stop)
    {
        var (current, place) = (0, 0);
        while (await reader.ReadAsync(stop).ConfigureAwait(false))
        {
            var of = (int)reader.GetInt64(0) - 1;
            (current, place) = (of, of == current ? place : 0);
            place = Take(reader, first: 1, series[of], place);
        }

        series.ForEach(one => one.Known.Complete());
    }

    /// <summary>Takes a row of a range if its timestamp is wanted; gives the place to go on from.</summary>
    private static int Take(NpgsqlDataReader row, int first, SeriesToWrite series, int place)
    {
        var timestamp = row.GetFieldValue<long>(first);
        while (series.Wanted[place] < timestamp)
        {
            place++;
        }

        if (series.Wanted[place] == timestamp)
        {
            series.Known.Add(place, Vintage(row, first + 1));
        }

        return place;
    }

    private static async Task TakeLookUpAsync(NpgsqlDataReader reader, List<SeriesToWrite> series, CancellationToken stop)
    {
        var (current, first) = (0, 0L);
        while (await reader.ReadAsync(stop).ConfigureAwait(false))
        {
            var place = reader.GetInt64(0) - 1;
            while (place - first >= series[current].Wanted.Length)
            {
                first += series[current++].Wanted.Length;
            }

            series[current].Known.Add((int)(place - first), Vintage(reader, 1));
        }

        series.ForEach(one => one.Known.Complete());
    }

    private static KnownVintage Vintage(NpgsqlDataReader row, int first) => new(
        PostgresTime.ToDay(row.GetFieldValue<int>(first)),
        row.IsDBNull(first + 1) ? null : row.GetDouble(first + 1),
        row.TextOrNull(first + 2),
        row.TextOrNull(first + 3),
        row.TextOrNull(first + 4),
        row.GetFieldValue<long>(first + 5));
}
