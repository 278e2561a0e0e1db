using Aurum.Domain;

namespace Aurum.Storage.Postgres;

public sealed class PostgresRhythmStore(PostgresDatabase database) : IRhythmStore
{
    public Task<IReadOnlyDictionary<SeriesId, IReadOnlyList<KnownTimestamp>>> NewestAsync(IReadOnlyList<SeriesId> series, int count, CancellationToken cancellationToken) =>
        database.AskAsync<IReadOnlyDictionary<SeriesId, IReadOnlyList<KnownTimestamp>>>(
            async (connection, stop) =>
            {
                var rows = await PostgresCommands.ListAsync(
                    connection,
                    """
                    SELECT wanted.provider, wanted.code, newest.timestamp, newest.known_on, newest.stored_at
                    FROM unnest($1, $2) AS wanted (provider, code), LATERAL (
                        SELECT timestamp, min(asof_date) AS known_on, min(ingest_ts) AS stored_at
                        FROM external.timeseries_observation
                        WHERE provider = wanted.provider AND series_id = wanted.code
                        GROUP BY timestamp ORDER BY timestamp DESC LIMIT $3) AS newest
                    ORDER BY wanted.provider, wanted.code, newest.timestamp
                    """,
                    row => (
                        Series: new SeriesId(row.GetString(0), row.GetString(1)),
                        Known: new KnownTimestamp(row.TimestampOrNull(2)!.Value, row.DayOrNull(3)!.Value, row.InstantAt(4))),
                    stop,
                    PostgresCommands.Texts(series.Select(one => one.Provider)),
                    PostgresCommands.Texts(series.Select(one => one.Code)),
                    PostgresCommands.Number(count)).ConfigureAwait(false);
                return rows.GroupBy(row => row.Series, row => row.Known).ToDictionary(group => group.Key, group => (IReadOnlyList<KnownTimestamp>)[.. group]);
            },
            cancellationToken);
}
