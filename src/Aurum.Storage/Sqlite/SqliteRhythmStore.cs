using Aurum.Domain;

namespace Aurum.Storage.Sqlite;

public sealed class SqliteRhythmStore(SqliteDatabase database) : IRhythmStore
{
    public Task<IReadOnlyDictionary<SeriesId, IReadOnlyList<KnownTimestamp>>> NewestAsync(IReadOnlyList<SeriesId> series, int count, CancellationToken cancellationToken) =>
        Task.Run<IReadOnlyDictionary<SeriesId, IReadOnlyList<KnownTimestamp>>>(
            () =>
            {
                using var session = database.Read();
                var found = new Dictionary<SeriesId, IReadOnlyList<KnownTimestamp>>();
                foreach (var one in series)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    var row = session.Statement(
                        """
                        SELECT o.timestamp, min(o.asof_date), min(b.ingest_ts)
                        FROM observation AS o JOIN ingest_batch AS b USING (batch_key)
                        WHERE o.series_key = (SELECT series_key FROM series WHERE provider = ?1 AND series_id = ?2)
                        GROUP BY o.timestamp ORDER BY o.timestamp DESC LIMIT ?3
                        """)
                        .Bind(1, one.Provider)
                        .Bind(2, one.Code)
                        .Bind(3, count);
                    var newest = new List<KnownTimestamp>();
                    while (row.Step())
                    {
                        newest.Add(new KnownTimestamp(Epoch.Timestamp(row.Int64(0)), Epoch.Day(row.Int64(1)), Iso.ToInstant(row.Text(2))));
                    }

                    if (newest.Count > 0)
                    {
                        newest.Reverse();
                        found[one] = newest;
                    }
                }

                return found;
            },
            cancellationToken);
}
