using System.Data;
using Npgsql;

namespace Aurum.Storage.Postgres;

/// <summary>
/// Reads the stored vintages of the timestamps that a call is about. A slice without big gaps is one range of the key; timestamps that
/// lie apart are looked up one by one, those of all series together. All questions are under way before the first answer is read.
/// </summary>
internal static class KnownVintagesReader
{
    private const string Columns = "o.asof_date, o.value, o.value_raw, o.status, o.quality_flag, o.ingest_ts";

    /// <summary>Below it a range saves nothing.</summary>
    private const int ShortestRange = 64;

    /// <summary>A range may hold this many times the timestamps that are wanted of it.</summary>
    private const int MostWaste = 4;

    public static async Task ReadAsync(NpgsqlConnection connection, ProviderToWrite provider, CancellationToken stop)
    {
        var asked = provider.Series.Where(series => series.Wanted.Length > 0).ToLookup(series => IsRange(series.Wanted));
        var ranges = asked[true].ToList();
        var apart = asked[false].ToList();
        await using var batch = new NpgsqlBatch(connection);
        if (apart.Count > 0)
        {
            batch.BatchCommands.Add(LookUp(provider, apart));
        }

        ranges.ForEach(series => batch.BatchCommands.Add(Range(provider, series)));
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

        foreach (var series in ranges)
        {
            await TakeRangeAsync(reader, series, stop).ConfigureAwait(false);
            await reader.NextResultAsync(stop).ConfigureAwait(false);
        }
    }

    private static bool IsRange(long[] wanted)
    {
        if (wanted.Length < ShortestRange)
        {
            return false;
        }

        var step = long.MaxValue;
        for (var index = 1; index < wanted.Length; index++)
        {
            step = Math.Min(step, wanted[index] - wanted[index - 1]);
        }

        return (wanted[^1] - wanted[0]) / step <= (long)MostWaste * wanted.Length;
    }

    private static NpgsqlBatchCommand Range(ProviderToWrite provider, SeriesToWrite series) => PostgresCommands.Step(
        $"SELECT o.timestamp, {Columns} FROM {provider.Table} AS o WHERE o.provider = $1 AND o.series_id = $2 AND o.timestamp BETWEEN $3 AND $4 ORDER BY o.timestamp, o.asof_date",
        PostgresCommands.Text(provider.Name),
        PostgresCommands.Text(series.Id.Code),
        PostgresCommands.Instant(series.Wanted[0]),
        PostgresCommands.Instant(series.Wanted[^1]));

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
            var timestamp = reader.GetFieldValue<long>(0);
            while (series.Wanted[place] < timestamp)
            {
                place++;
            }

            if (series.Wanted[place] == timestamp)
            {
                series.Known.Add(place, Vintage(reader));
            }
        }

        series.Known.Complete();
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

            series[current].Known.Add((int)(place - first), Vintage(reader));
        }

        series.ForEach(one => one.Known.Complete());
    }

    private static KnownVintage Vintage(NpgsqlDataReader row) => new(
        PostgresTime.ToDay(row.GetFieldValue<int>(1)),
        row.IsDBNull(2) ? null : row.GetDouble(2),
        row.TextOrNull(3),
        row.TextOrNull(4),
        row.TextOrNull(5),
        row.GetFieldValue<long>(6));
}
