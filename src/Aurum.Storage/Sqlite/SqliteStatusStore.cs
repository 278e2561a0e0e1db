using System.Text.Json;
using System.Text.Json.Serialization;
using Aurum.Domain;

namespace Aurum.Storage.Sqlite;

public sealed class SqliteStatusStore(SqliteDatabase database) : IStatusStore
{
    public Task SaveAsync(IReadOnlyList<ProviderStatus> providers, IReadOnlyList<SeriesStatus> series, IReadOnlyList<DatasetListing> datasets, CancellationToken cancellationToken) =>
        database.WriteAsync(
            (session, stop) =>
            {
                stop.ThrowIfCancellationRequested();
                foreach (var status in providers)
                {
                    Save(session, status);
                }

                foreach (var status in series)
                {
                    Save(session, status);
                }

                foreach (var listing in datasets)
                {
                    Save(session, listing);
                }

                return providers.Count + series.Count + datasets.Count;
            },
            cancellationToken);

    public Task<IReadOnlyList<ProviderStatus>> ProvidersAsync(CancellationToken cancellationToken) => Task.Run<IReadOnlyList<ProviderStatus>>(
        () =>
        {
            using var session = database.Read();
            var found = new List<ProviderStatus>();
            var row = session.Statement("""
                SELECT provider, last_run_at, last_run_id, state, requests, permits_spent, daily_quota, quota_day, hold_until,
                       breaker, breaker_open_until, updated_at
                FROM provider_status ORDER BY provider
                """);
            while (row.Step())
            {
                found.Add(new ProviderStatus(
                    row.Text(0),
                    Iso.ToInstantOrNull(row.TextOrNull(1)),
                    row.TextOrNull(2),
                    row.Text(3),
                    row.Int64(4),
                    (int)row.Int64(5),
                    (int?)row.Int64OrNull(6),
                    Iso.ToDayOrNull(row.TextOrNull(7)),
                    Iso.ToInstantOrNull(row.TextOrNull(8)),
                    row.Text(9),
                    Iso.ToInstantOrNull(row.TextOrNull(10)),
                    Iso.ToInstant(row.Text(11))));
            }

            return found;
        },
        cancellationToken);

    public Task<IReadOnlyList<SeriesStatus>> SeriesAsync(string? provider, CancellationToken cancellationToken) =>
        SeriesPageAsync(provider, null, int.MaxValue, cancellationToken);

    public Task<IReadOnlyList<SeriesStatus>> SeriesPageAsync(string? provider, SeriesId? after, int limit, CancellationToken cancellationToken) => Task.Run<IReadOnlyList<SeriesStatus>>(
        () =>
        {
            using var session = database.Read();
            var found = new List<SeriesStatus>();
            var row = session.Statement("""
                SELECT provider, series_id, last_run_at, last_run_id, outcome, checkpoint_ts, observations, consecutive_failures,
                       last_failure, updated_at
                FROM external_collect_checkpoints
                WHERE (?1 IS NULL OR provider = ?1) AND (provider, series_id) > (?2, ?3) ORDER BY provider, series_id LIMIT ?4
                """).Bind(1, provider).Bind(2, after?.Provider ?? "").Bind(3, after?.Code ?? "").Bind(4, limit);
            while (row.Step())
            {
                found.Add(new SeriesStatus(
                    new SeriesId(row.Text(0), row.Text(1)),
                    Iso.ToInstantOrNull(row.TextOrNull(2)),
                    row.TextOrNull(3),
                    row.Text(4),
                    Iso.ToTimestampOrNull(row.TextOrNull(5)),
                    row.Int64(6),
                    (int)row.Int64(7),
                    row.TextOrNull(8),
                    Iso.ToInstant(row.Text(9))));
            }

            return found;
        },
        cancellationToken);

    public Task<IReadOnlyList<DatasetListing>> DatasetsAsync(CancellationToken cancellationToken) => Task.Run<IReadOnlyList<DatasetListing>>(
        () =>
        {
            using var session = database.Read();
            var found = new List<DatasetListing>();
            var row = session.Statement("SELECT provider, dataset_key, answers, listed_at FROM dataset_listing ORDER BY provider, dataset_key");
            while (row.Step())
            {
                found.Add(new DatasetListing(row.Text(0), row.Text(1), JsonSerializer.Deserialize(row.Text(2), TextsContext.Default.StringArray)!, Iso.ToInstant(row.Text(3))));
            }

            return found;
        },
        cancellationToken);

    private static void Save(SqliteSession session, DatasetListing listing) =>
        session.Statement("REPLACE INTO dataset_listing VALUES (?1, ?2, ?3, ?4)")
            .Bind(1, listing.Provider)
            .Bind(2, listing.DatasetKey)
            .Bind(3, JsonSerializer.Serialize([.. listing.Answers], TextsContext.Default.StringArray))
            .Bind(4, Iso.Instant(listing.ListedAt))
            .Run();

    private static void Save(SqliteSession session, ProviderStatus status) =>
        session.Statement("REPLACE INTO provider_status VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)")
            .Bind(1, status.Provider)
            .Bind(2, Iso.Instant(status.LastRunAt))
            .Bind(3, status.LastRunId)
            .Bind(4, status.State)
            .Bind(5, status.Requests)
            .Bind(6, status.PermitsSpent)
            .Bind(7, status.DailyQuota)
            .Bind(8, Iso.Day(status.QuotaDay))
            .Bind(9, Iso.Instant(status.HoldUntil))
            .Bind(10, status.Breaker)
            .Bind(11, Iso.Instant(status.BreakerOpenUntil))
            .Bind(12, Iso.Instant(status.UpdatedAt))
            .Run();

    private static void Save(SqliteSession session, SeriesStatus status) =>
        session.Statement("REPLACE INTO external_collect_checkpoints VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)")
            .Bind(1, status.Series.Provider)
            .Bind(2, status.Series.Code)
            .Bind(3, Iso.Instant(status.LastRunAt))
            .Bind(4, status.LastRunId)
            .Bind(5, status.Outcome)
            .Bind(6, Iso.Timestamp(status.Checkpoint))
            .Bind(7, status.Observations)
            .Bind(8, status.ConsecutiveFailures)
            .Bind(9, status.LastFailure)
            .Bind(10, Iso.Instant(status.UpdatedAt))
            .Run();
}

[JsonSerializable(typeof(string[]))]
internal sealed partial class TextsContext : JsonSerializerContext;
