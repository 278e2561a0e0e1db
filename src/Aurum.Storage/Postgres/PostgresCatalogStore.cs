using System.Runtime.CompilerServices;
using Aurum.Domain;
using Npgsql;

namespace Aurum.Storage.Postgres;

public sealed class PostgresCatalogStore(PostgresDatabase database) : ICatalogStore
{
    /// <summary>To count means to read the key of every row.</summary>
    private static readonly TimeSpan CountingLimit = TimeSpan.FromMinutes(10);

    private const string EntryColumns = $"c.title, c.description, c.unit_code, {ColumnsAfterUnit}";

    private const string ColumnsAfterUnit =
        "c.frequency_code, c.dataset_code, c.geo_id, c.category, c.source_url, c.start_ts, c.end_ts, c.updated_at, c.metadata::text, c.ingest_ts";

    private const string Save = """
        INSERT INTO external.series_catalog (
            provider, series_id, title, description, unit_code, frequency_code, dataset_code, geo_id, category, source_url,
            start_ts, end_ts, updated_at, metadata, ingest_ts, created_at)
        SELECT *, $15, $15 FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
        ON CONFLICT (provider, series_id) DO UPDATE SET
            title = excluded.title, description = excluded.description, unit_code = excluded.unit_code,
            frequency_code = excluded.frequency_code, dataset_code = excluded.dataset_code, geo_id = excluded.geo_id,
            category = excluded.category, source_url = excluded.source_url, start_ts = excluded.start_ts, end_ts = excluded.end_ts,
            updated_at = excluded.updated_at, metadata = excluded.metadata, ingest_ts = excluded.ingest_ts
        """;

    /// <summary>Some providers tell a unit with the observations only: then the newest observation's stands in.</summary>
    private const string List = $"""
        SELECT coalesce(c.provider, o.provider), coalesce(c.series_id, o.series_id), coalesce(o.timestamps, 0), coalesce(o.rows, 0),
               o.first, o.last, c.provider IS NOT NULL, c.title, c.description,
               CASE WHEN c.unit_code IS NULL AND c.provider IS NOT NULL AND o.provider IS NOT NULL THEN (
                   SELECT n.unit_code FROM external.timeseries_observation AS n
                   WHERE n.provider = c.provider AND n.series_id = c.series_id ORDER BY n.timestamp DESC, n.asof_date DESC LIMIT 1)
               ELSE c.unit_code END,
               {ColumnsAfterUnit}
        FROM (
            SELECT provider, series_id, count(*) AS timestamps, sum(vintages)::bigint AS rows, min(timestamp) AS first, max(timestamp) AS last
            FROM (
                SELECT provider, series_id, timestamp, count(*) AS vintages FROM external.timeseries_observation
                WHERE $1 IS NULL OR provider = $1 GROUP BY provider, series_id, timestamp) AS of_timestamp
            GROUP BY provider, series_id) AS o
        FULL JOIN (SELECT * FROM external.series_catalog WHERE $1 IS NULL OR provider = $1) AS c ON c.provider = o.provider AND c.series_id = o.series_id
        ORDER BY 1, 2
        """;

    public async Task SaveAsync(IReadOnlyList<CatalogEntry> entries, DateTimeOffset at, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (entries.Count == 0)
        {
            return;
        }

        // In the order of the key, so that two that save at once wait for each other in one direction; the last word on a series counts.
        var last = entries.GroupBy(entry => entry.Series).OrderBy(group => group.Key).Select(group => group.Last()).ToList();
        await database.WriteAsync(
            (connection, stop) => PostgresCommands.RunAsync(
                connection,
                Save,
                stop,
                PostgresCommands.Texts(last.Select(entry => entry.Series.Provider)),
                PostgresCommands.Texts(last.Select(entry => entry.Series.Code)),
                PostgresCommands.Texts(last.Select(entry => entry.Title)),
                PostgresCommands.Texts(last.Select(entry => entry.Description)),
                PostgresCommands.Texts(last.Select(entry => entry.UnitCode)),
                PostgresCommands.Texts(last.Select(entry => entry.FrequencyCode)),
                PostgresCommands.Texts(last.Select(entry => entry.DatasetCode)),
                PostgresCommands.Texts(last.Select(entry => entry.GeoId)),
                PostgresCommands.Texts(last.Select(entry => entry.Category)),
                PostgresCommands.Texts(last.Select(entry => entry.SourceUrl)),
                PostgresCommands.Timestamps(last.Select(entry => entry.Start)),
                PostgresCommands.Timestamps(last.Select(entry => entry.End)),
                PostgresCommands.Instants(last.Select(entry => entry.LastUpdated)),
                PostgresCommands.Jsons(last.Select(entry => MetadataJson.Write(entry.Metadata))),
                PostgresCommands.Instant(PostgresTime.Instant(at))),
            cancellationToken).ConfigureAwait(false);
    }

    public Task<KnownEntry?> FindAsync(SeriesId series, CancellationToken cancellationToken) => database.AskAsync(
        async (connection, stop) => (await PostgresCommands.ListAsync(
            connection,
            $"SELECT {EntryColumns} FROM external.series_catalog AS c WHERE c.provider = $1 AND c.series_id = $2",
            row => new KnownEntry(EntryOf(series, row, first: 0), row.InstantAt(12)),
            stop,
            PostgresCommands.Text(series.Provider),
            PostgresCommands.Text(series.Code)).ConfigureAwait(false)).SingleOrDefault(),
        cancellationToken);

    public Task<IReadOnlyList<KnownEntry>> PageAsync(string? provider, SeriesId? after, int limit, CancellationToken cancellationToken) => database.AskAsync<IReadOnlyList<KnownEntry>>(
        async (connection, stop) => await PostgresCommands.ListAsync(
            connection,
            $"""
            SELECT c.provider, c.series_id, {EntryColumns} FROM external.series_catalog AS c
            WHERE ($1 IS NULL OR c.provider = $1) AND (c.provider, c.series_id) > ($2, $3) ORDER BY c.provider, c.series_id LIMIT $4
            """,
            row => new KnownEntry(EntryOf(new SeriesId(row.GetString(0), row.GetString(1)), row, first: 2), row.InstantAt(14)),
            stop,
            PostgresCommands.Text(provider),
            PostgresCommands.Text(after?.Provider ?? ""),
            PostgresCommands.Text(after?.Code ?? ""),
            PostgresCommands.Number(limit)).ConfigureAwait(false),
        cancellationToken);

    public async IAsyncEnumerable<SeriesSummary> ListAsync(string? provider, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var reading = await database.ReadAsync(cancellationToken).ConfigureAwait(false);
        await using var rows = new PostgresRows(reading, [PostgresCommands.Step(List, PostgresCommands.Text(provider))], CountingLimit);
        while (await rows.NextAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return rows.Read(SummaryOf);
        }
    }

    private static SeriesSummary SummaryOf(NpgsqlDataReader row)
    {
        var series = new SeriesId(row.GetString(0), row.GetString(1));
        var (observations, count) = (row.GetInt64(2), row.GetInt64(3));
        var (first, last) = (row.TimestampOrNull(4), row.TimestampOrNull(5));
        return new SeriesSummary(series, row.GetBoolean(6) ? EntryOf(series, row, first: 7) : null, observations, count, first, last);
    }

    private static CatalogEntry EntryOf(SeriesId series, NpgsqlDataReader row, int first) => new(
        series,
        row.GetString(first),
        Description: row.TextOrNull(first + 1),
        UnitCode: row.TextOrNull(first + 2),
        FrequencyCode: row.TextOrNull(first + 3),
        DatasetCode: row.TextOrNull(first + 4),
        GeoId: row.TextOrNull(first + 5),
        Category: row.TextOrNull(first + 6),
        SourceUrl: row.TextOrNull(first + 7),
        Start: row.TimestampOrNull(first + 8),
        End: row.TimestampOrNull(first + 9),
        LastUpdated: row.InstantOrNull(first + 10),
        Metadata: MetadataJson.Read(row.TextOrNull(first + 11)));
}
