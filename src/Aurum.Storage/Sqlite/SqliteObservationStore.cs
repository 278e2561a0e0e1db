using System.Runtime.CompilerServices;
using Aurum.Domain;

namespace Aurum.Storage.Sqlite;

public sealed class SqliteObservationStore(SqliteDatabase database) : IObservationStore
{
    private const string Columns = "timestamp, asof_date, value, value_raw, status, quality_flag, metadata, batch_key";

    private const string InWindow = "FROM observation WHERE series_key = ?1 AND timestamp >= ?2 AND timestamp < ?3";

    // Beside max(), SQLite takes the other columns from the row that has the maximum (sqlite.org/lang_select.html#bareagg).
    private const string NewestOfTimestamp = "SELECT timestamp, max(asof_date), value, value_raw, status, quality_flag, metadata, batch_key";

    internal const string ReadAll = $"SELECT {Columns} {InWindow} ORDER BY timestamp, asof_date";
    internal const string ReadLatest = $"{NewestOfTimestamp} {InWindow} GROUP BY timestamp ORDER BY timestamp";
    internal const string ReadAsOf = $"{NewestOfTimestamp} {InWindow} AND asof_date <= ?4 GROUP BY timestamp ORDER BY timestamp";

    public Task<IReadOnlyList<WriteResult>> WriteAsync(IReadOnlyList<ObservationBatch> batches, CancellationToken cancellationToken) =>
        database.WriteAsync<IReadOnlyList<WriteResult>>(
            (session, stop) =>
            {
                var writer = new SqliteObservationWriter(session);
                var results = new WriteResult[batches.Count];
                for (var index = 0; index < results.Length; index++)
                {
                    stop.ThrowIfCancellationRequested();
                    results[index] = writer.Write(batches[index]);
                }

                return results;
            },
            cancellationToken);

    /// <remarks>
    /// The whole read sees the store as it was at its first row, whatever is written meanwhile. SQLite answers on the caller's thread:
    /// nothing here waits for anything but the disk.
    /// </remarks>
    public async IAsyncEnumerable<StoredObservation> ReadAsync(ObservationQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        using var session = database.Read();
        session.Execute("BEGIN");
        var batches = new BatchReader(session);
        var left = query.Limit ?? int.MaxValue;
        foreach (var (code, key) in SeriesOf(session, query))
        {
            var series = new SeriesId(query.Provider, code);
            var after = query.After is { } place && place.Series == code ? place : null;
            var rows = RowsOf(session, query, key, after);
            while (rows.Step())
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (after is not null && (Epoch.Timestamp(rows.Int64(0)), Epoch.Day(rows.Int64(1))).CompareTo((after.Timestamp, after.AsOf)) <= 0)
                {
                    continue;
                }

                if (left-- == 0)
                {
                    yield break;
                }

                var batch = batches.Find(rows.Int64(7));
                yield return new StoredObservation(series, ObservationOf(rows), batch.Attributes, batch.IngestedAt, batch.RunId, batch.EventId);
            }
        }
    }

    private static List<(string Code, long Key)> SeriesOf(SqliteSession session, ObservationQuery query)
    {
        var found = new List<(string Code, long Key)>();
        if (query.Series.Count == 0)
        {
            var all = session.Statement("SELECT series_id, series_key FROM series WHERE provider = ?1").Bind(1, query.Provider);
            while (all.Step())
            {
                found.Add((all.Text(0), all.Int64(1)));
            }
        }
        else
        {
            var one = session.Statement("SELECT series_id, series_key FROM series WHERE provider = ?1 AND series_id = ?2").Bind(1, query.Provider);
            foreach (var code in query.Series.Distinct(StringComparer.Ordinal))
            {
                one.Bind(2, code);
                while (one.Step())
                {
                    found.Add((one.Text(0), one.Int64(1)));
                }
            }
        }

        found.RemoveAll(series => string.CompareOrdinal(series.Code, query.After?.Series) < 0);
        found.Sort((left, right) => string.CompareOrdinal(left.Code, right.Code));
        return found;
    }

    /// <param name="after">The timestamp of this row still belongs to what is read: a newer vintage of it may have come.</param>
    private static SqliteStatement RowsOf(SqliteSession session, ObservationQuery query, long key, ObservationKey? after)
    {
        var from = after?.Timestamp > query.Window.From ? after.Timestamp : query.Window.From;
        var rows = query.Vintages switch
        {
            Vintages.Latest => session.Statement(ReadLatest),
            Vintages.AsOf asOf => session.Statement(ReadAsOf).Bind(4, Epoch.Days(asOf.Day)),
            Vintages.All => session.Statement(ReadAll),
            _ => throw new ArgumentOutOfRangeException(nameof(query), query.Vintages, "Unknown vintages."),
        };
        return rows.Bind(1, key).Bind(2, Epoch.SecondsUp(from)).Bind(3, Epoch.SecondsUp(query.Window.To));
    }

    private static Observation ObservationOf(SqliteStatement row) => new(
        Epoch.Timestamp(row.Int64(0)),
        Epoch.Day(row.Int64(1)),
        row.DoubleOrNull(2),
        row.TextOrNull(3),
        row.TextOrNull(4),
        row.TextOrNull(5),
        MetadataJson.Read(row.TextOrNull(6)));

    private sealed record Batch(SeriesAttributes Attributes, DateTimeOffset IngestedAt, string RunId, string EventId);

    /// <summary>Remembers batches while their rows pass by, so that they are read, and their texts allocated, once.</summary>
    private sealed class BatchReader(SqliteSession session)
    {
        private const int RememberedAtMost = 1_024;

        private readonly Dictionary<long, Batch> _remembered = [];

        public Batch Find(long key)
        {
            if (_remembered.TryGetValue(key, out var known))
            {
                return known;
            }

            if (_remembered.Count == RememberedAtMost)
            {
                _remembered.Clear();
            }

            var row = session.Statement(
                "SELECT unit_code, frequency_code, dataset_code, geo_id, ingest_ts, ingest_run_id, source_event_id FROM ingest_batch WHERE batch_key = ?1");
            row.Bind(1, key).Step();
            var batch = new Batch(
                new SeriesAttributes(row.TextOrNull(0), row.TextOrNull(1), row.TextOrNull(2), row.TextOrNull(3)),
                Iso.ToInstant(row.Text(4)),
                row.Text(5),
                row.Text(6));
            row.Reset();
            _remembered.Add(key, batch);
            return batch;
        }
    }
}
