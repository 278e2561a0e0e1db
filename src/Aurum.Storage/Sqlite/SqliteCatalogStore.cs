using System.Runtime.CompilerServices;
using Aurum.Domain;

namespace Aurum.Storage.Sqlite;

public sealed class SqliteCatalogStore(SqliteDatabase database) : ICatalogStore
{
    private const string EntryColumns = $"c.title, c.description, c.unit_code, {ColumnsAfterUnit}";

    /// <summary>Some providers tell a unit with the observations only: then the newest observation's stands in.</summary>
    private const string ListedColumns = $"""
        c.title, c.description,
        coalesce(c.unit_code, (
            SELECT unit_code FROM ingest_batch WHERE batch_key = (
                SELECT batch_key FROM observation WHERE series_key = s.series_key ORDER BY timestamp DESC, asof_date DESC LIMIT 1))),
        {ColumnsAfterUnit}
        """;

    private const string ColumnsAfterUnit =
        "c.frequency_code, c.dataset_code, c.geo_id, c.category, c.source_url, c.start_ts, c.end_ts, c.updated_at, c.metadata, c.ingest_ts";

    public Task SaveAsync(IReadOnlyList<CatalogEntry> entries, DateTimeOffset at, CancellationToken cancellationToken) => database.WriteAsync(
        (session, stop) =>
        {
            foreach (var entry in entries)
            {
                stop.ThrowIfCancellationRequested();
                Save(session, entry, at);
            }

            return entries.Count;
        },
        cancellationToken);

    public Task<KnownEntry?> FindAsync(SeriesId series, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            using var session = database.Read();
            var row = session.Statement($"SELECT {EntryColumns} FROM series_catalog AS c WHERE c.provider = ?1 AND c.series_id = ?2")
                .Bind(1, series.Provider)
                .Bind(2, series.Code);
            return row.Step() ? new KnownEntry(EntryOf(series, row, first: 0), Iso.ToInstant(row.Text(12))) : null;
        },
        cancellationToken);

    public Task<IReadOnlyList<KnownEntry>> PageAsync(string? provider, SeriesId? after, int limit, CancellationToken cancellationToken) => Task.Run<IReadOnlyList<KnownEntry>>(
        () =>
        {
            using var session = database.Read();
            var row = session.Statement($"""
                SELECT c.provider, c.series_id, {EntryColumns} FROM series_catalog AS c
                WHERE (?1 IS NULL OR c.provider = ?1) AND (c.provider, c.series_id) > (?2, ?3) ORDER BY c.provider, c.series_id LIMIT ?4
                """)
                .Bind(1, provider)
                .Bind(2, after?.Provider ?? "")
                .Bind(3, after?.Code ?? "")
                .Bind(4, limit);
            var found = new List<KnownEntry>();
            while (row.Step())
            {
                found.Add(new KnownEntry(EntryOf(new SeriesId(row.Text(0), row.Text(1)), row, first: 2), Iso.ToInstant(row.Text(14))));
            }

            return found;
        },
        cancellationToken);

    public async IAsyncEnumerable<SeriesSummary> ListAsync(string? provider, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        using var session = database.Read();
        var rows = session.Statement($"""
            SELECT k.provider, k.series_id, coalesce(s.observation_count, 0), coalesce(s.row_count, 0),
                   (SELECT min(timestamp) FROM observation WHERE series_key = s.series_key),
                   (SELECT max(timestamp) FROM observation WHERE series_key = s.series_key),
                   c.provider, {ListedColumns}
            FROM (SELECT provider, series_id FROM series WHERE row_count > 0 UNION SELECT provider, series_id FROM series_catalog) AS k
            LEFT JOIN series AS s ON s.provider = k.provider AND s.series_id = k.series_id
            LEFT JOIN series_catalog AS c ON c.provider = k.provider AND c.series_id = k.series_id
            WHERE ?1 IS NULL OR k.provider = ?1
            ORDER BY k.provider, k.series_id
            """).Bind(1, provider);
        while (rows.Step())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var series = new SeriesId(rows.Text(0), rows.Text(1));
            yield return new SeriesSummary(
                series,
                rows.IsNull(6) ? null : EntryOf(series, rows, first: 7),
                rows.Int64(2),
                rows.Int64(3),
                rows.Int64OrNull(4) is { } first ? Epoch.Timestamp(first) : null,
                rows.Int64OrNull(5) is { } last ? Epoch.Timestamp(last) : null);
        }
    }

    private static void Save(SqliteSession session, CatalogEntry entry, DateTimeOffset at) =>
        session.Statement("""
            INSERT INTO series_catalog (
                provider, series_id, title, description, unit_code, frequency_code, dataset_code, geo_id, category, source_url,
                start_ts, end_ts, updated_at, metadata, ingest_ts, created_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?15)
            ON CONFLICT (provider, series_id) DO UPDATE SET
                title = excluded.title, description = excluded.description, unit_code = excluded.unit_code,
                frequency_code = excluded.frequency_code, dataset_code = excluded.dataset_code, geo_id = excluded.geo_id,
                category = excluded.category, source_url = excluded.source_url, start_ts = excluded.start_ts, end_ts = excluded.end_ts,
                updated_at = excluded.updated_at, metadata = excluded.metadata, ingest_ts = excluded.ingest_ts
            """)
            .Bind(1, entry.Series.Provider)
            .Bind(2, entry.Series.Code)
            .Bind(3, entry.Title)
            .Bind(4, entry.Description)
            .Bind(5, entry.UnitCode)
            .Bind(6, entry.FrequencyCode)
            .Bind(7, entry.DatasetCode)
            .Bind(8, entry.GeoId)
            .Bind(9, entry.Category)
            .Bind(10, entry.SourceUrl)
            .Bind(11, Iso.Timestamp(entry.Start))
            .Bind(12, Iso.Timestamp(entry.End))
            .Bind(13, Iso.Instant(entry.LastUpdated))
            .Bind(14, MetadataJson.Write(entry.Metadata))
            .Bind(15, Iso.Instant(at))
            .Run();

    private static CatalogEntry EntryOf(SeriesId series, SqliteStatement row, int first) => new(
        series,
        row.Text(first),
        Description: row.TextOrNull(first + 1),
        UnitCode: row.TextOrNull(first + 2),
        FrequencyCode: row.TextOrNull(first + 3),
        DatasetCode: row.TextOrNull(first + 4),
        GeoId: row.TextOrNull(first + 5),
        Category: row.TextOrNull(first + 6),
        SourceUrl: row.TextOrNull(first + 7),
        Start: Iso.ToTimestampOrNull(row.TextOrNull(first + 8)),
        End: Iso.ToTimestampOrNull(row.TextOrNull(first + 9)),
        LastUpdated: Iso.ToInstantOrNull(row.TextOrNull(first + 10)),
        Metadata: MetadataJson.Read(row.TextOrNull(first + 11)));
}
