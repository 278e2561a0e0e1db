using Aurum.Domain;

namespace Aurum.Storage.Postgres;

public sealed class PostgresStatusStore(PostgresDatabase database) : IStatusStore
{
    private const string ProviderColumns =
        "provider, last_run_at, last_run_id, state, requests, permits_spent, daily_quota, quota_day, hold_until, breaker, breaker_open_until, updated_at";

    private const string SeriesColumns =
        "provider, series_id, last_run_at, last_run_id, outcome, checkpoint_ts, observations, consecutive_failures, last_failure, updated_at";

    private static readonly string SaveProviders = $"""
        INSERT INTO external.provider_status ({ProviderColumns})
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        ON CONFLICT (provider) DO UPDATE SET {Renewed(ProviderColumns)}
        """;

    private static readonly string SaveSeries = $"""
        INSERT INTO public.external_collect_checkpoints ({SeriesColumns})
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        ON CONFLICT (provider, series_id) DO UPDATE SET {Renewed(SeriesColumns)}
        """;

    private const string SaveDataset = """
        INSERT INTO external.dataset_listing (provider, dataset_key, answers, listed_at)
        SELECT $1, $2, $3, moment FROM unnest($4) AS moment
        ON CONFLICT (provider, dataset_key) DO UPDATE SET answers = excluded.answers, listed_at = excluded.listed_at
        """;

    public async Task SaveAsync(
        IReadOnlyList<ProviderStatus> providers, IReadOnlyList<SeriesStatus> series, IReadOnlyList<DatasetListing> datasets, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();

        // In the order of the key, so that two that save at once wait for each other in one direction; the last word on one thing counts.
        var ofProviders = providers.GroupBy(status => status.Provider, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => group.Last()).ToList();
        var ofSeries = series.GroupBy(status => status.Series).OrderBy(group => group.Key).Select(group => group.Last()).ToList();
        await database.WriteAsync(
            async (connection, stop) =>
            {
                if (ofProviders.Count > 0)
                {
                    await PostgresCommands.RunAsync(
                        connection,
                        SaveProviders,
                        stop,
                        PostgresCommands.Texts(ofProviders.Select(status => status.Provider)),
                        PostgresCommands.Instants(ofProviders.Select(status => status.LastRunAt)),
                        PostgresCommands.Texts(ofProviders.Select(status => status.LastRunId)),
                        PostgresCommands.Texts(ofProviders.Select(status => status.State)),
                        PostgresCommands.Numbers(ofProviders.Select(status => status.Requests)),
                        PostgresCommands.Numbers(ofProviders.Select(status => status.PermitsSpent)),
                        PostgresCommands.Numbers(ofProviders.Select(status => status.DailyQuota)),
                        PostgresCommands.Days(ofProviders.Select(status => status.QuotaDay)),
                        PostgresCommands.Instants(ofProviders.Select(status => status.HoldUntil)),
                        PostgresCommands.Texts(ofProviders.Select(status => status.Breaker)),
                        PostgresCommands.Instants(ofProviders.Select(status => status.BreakerOpenUntil)),
                        PostgresCommands.Instants(ofProviders.Select(status => (DateTimeOffset?)status.UpdatedAt))).ConfigureAwait(false);
                }

                if (ofSeries.Count > 0)
                {
                    await PostgresCommands.RunAsync(
                        connection,
                        SaveSeries,
                        stop,
                        PostgresCommands.Texts(ofSeries.Select(status => status.Series.Provider)),
                        PostgresCommands.Texts(ofSeries.Select(status => status.Series.Code)),
                        PostgresCommands.Instants(ofSeries.Select(status => status.LastRunAt)),
                        PostgresCommands.Texts(ofSeries.Select(status => status.LastRunId)),
                        PostgresCommands.Texts(ofSeries.Select(status => status.Outcome)),
                        PostgresCommands.Timestamps(ofSeries.Select(status => status.Checkpoint)),
                        PostgresCommands.Numbers(ofSeries.Select(status => status.Observations)),
                        PostgresCommands.Numbers(ofSeries.Select(status => status.ConsecutiveFailures)),
                        PostgresCommands.Texts(ofSeries.Select(status => status.LastFailure)),
                        PostgresCommands.Instants(ofSeries.Select(status => (DateTimeOffset?)status.UpdatedAt))).ConfigureAwait(false);
                }

                foreach (var listing in datasets.OrderBy(listing => listing.Provider, StringComparer.Ordinal).ThenBy(listing => listing.DatasetKey, StringComparer.Ordinal))
                {
                    await PostgresCommands.RunAsync(
                        connection,
                        SaveDataset,
                        stop,
                        PostgresCommands.Text(listing.Provider),
                        PostgresCommands.Text(listing.DatasetKey),
                        PostgresCommands.Texts(listing.Answers),
                        PostgresCommands.Instants([listing.ListedAt])).ConfigureAwait(false);
                }

                return true;
            },
            cancellationToken).ConfigureAwait(false);
    }

    public Task<IReadOnlyList<ProviderStatus>> ProvidersAsync(CancellationToken cancellationToken) => database.AskAsync<IReadOnlyList<ProviderStatus>>(
        async (connection, stop) => await PostgresCommands.ListAsync(
            connection,
            $"SELECT {ProviderColumns} FROM external.provider_status ORDER BY provider",
            row => new ProviderStatus(
                row.GetString(0),
                row.InstantOrNull(1),
                row.TextOrNull(2),
                row.GetString(3),
                row.GetInt64(4),
                row.GetInt32(5),
                row.IsDBNull(6) ? null : row.GetInt32(6),
                row.DayOrNull(7),
                row.InstantOrNull(8),
                row.GetString(9),
                row.InstantOrNull(10),
                row.InstantAt(11)),
            stop).ConfigureAwait(false),
        cancellationToken);

    public Task<IReadOnlyList<SeriesStatus>> SeriesAsync(string? provider, CancellationToken cancellationToken) =>
        SeriesPageAsync(provider, null, int.MaxValue, cancellationToken);

    public Task<IReadOnlyList<SeriesStatus>> SeriesPageAsync(string? provider, SeriesId? after, int limit, CancellationToken cancellationToken) => database.AskAsync<IReadOnlyList<SeriesStatus>>(
        async (connection, stop) => await PostgresCommands.ListAsync(
            connection,
            $"""
            SELECT {SeriesColumns} FROM public.external_collect_checkpoints
            WHERE ($1 IS NULL OR provider = $1) AND (provider, series_id) > ($2, $3) ORDER BY provider, series_id LIMIT $4
            """,
            row => new SeriesStatus(
                new SeriesId(row.GetString(0), row.GetString(1)),
                row.InstantOrNull(2),
                row.TextOrNull(3),
                row.GetString(4),
                row.TimestampOrNull(5),
                row.GetInt64(6),
                row.GetInt32(7),
                row.TextOrNull(8),
                row.InstantAt(9)),
            stop,
            PostgresCommands.Text(provider),
            PostgresCommands.Text(after?.Provider ?? ""),
            PostgresCommands.Text(after?.Code ?? ""),
            PostgresCommands.Number(limit)).ConfigureAwait(false),
        cancellationToken);

    public Task<IReadOnlyList<DatasetListing>> DatasetsAsync(CancellationToken cancellationToken) => database.AskAsync<IReadOnlyList<DatasetListing>>(
        async (connection, stop) => await PostgresCommands.ListAsync(
            connection,
            "SELECT provider, dataset_key, answers, listed_at FROM external.dataset_listing ORDER BY provider, dataset_key",
            row => new DatasetListing(row.GetString(0), row.GetString(1), row.GetFieldValue<string[]>(2), row.InstantAt(3)),
            stop).ConfigureAwait(false),
        cancellationToken);

    private static string Renewed(string columns) => string.Join(", ", columns.Split(", ").Select(column => $"{column} = excluded.{column}"));
}
