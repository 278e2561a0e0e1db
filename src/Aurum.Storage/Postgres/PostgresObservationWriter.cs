using Npgsql;
using NpgsqlTypes;

namespace Aurum.Storage.Postgres;

/// <summary>
/// Writes the batches of one call inside a transaction. It locks the series, asks how far each is stored, reads the vintages of just
/// those timestamps that may be stored, decides here what is new, and sends nothing but that. What is known to be new is copied straight
/// into the partition; what replaces a row, or all of it when <paramref name="staged"/>, goes through a staging table and an upsert.
/// </summary>
internal sealed class PostgresObservationWriter(NpgsqlConnection connection, IReadOnlyList<ObservationBatch> batches, bool staged, CancellationToken stop)
{
    private const string Staging = "pg_temp.aurum_observation_staging";

    /// <summary>When this machine dies without a word, the server ends the transaction and its locks within a minute.</summary>
    private const string LetGoSoon = """
        SELECT set_config('idle_in_transaction_session_timeout', '60s', true), set_config('tcp_keepalives_idle', '15', true),
               set_config('tcp_keepalives_interval', '5', true), set_config('tcp_keepalives_count', '3', true)
        """;

    private static readonly string ReplaceColumns = string.Join(
        ", ",
        new[] { "value", "value_raw", "unit_code", "geo_id", "dataset_code", "frequency_code", "status", "quality_flag", "ingest_ts", "ingest_run_id", "source_event_id", "metadata" }
            .Select(column => $"{column} = excluded.{column}"));

    public async Task<IReadOnlyList<WriteResult>> WriteAsync()
    {
        var (providers, seriesOfBatch) = SeriesToWrite.Group(batches);
        await LockAndLookUpAsync(providers).ConfigureAwait(false);
        foreach (var provider in providers)
        {
            provider.Series.ForEach(series => series.Gather(batches));
            await KnownVintagesReader.ReadAsync(connection, provider, stop).ConfigureAwait(false);
        }

        var results = new WriteResult[batches.Count];
        for (var index = 0; index < results.Length; index++)
        {
            stop.ThrowIfCancellationRequested();
            results[index] = seriesOfBatch[index]?.Decide(batches[index], index, batches) ?? default;
        }

        foreach (var provider in providers)
        {
            await StoreAsync(provider).ConfigureAwait(false);
        }

        return results;
    }

    /// <summary>The locks are had, in an order that is the same for everybody, before the first look.</summary>
    private async Task LockAndLookUpAsync(List<ProviderToWrite> providers)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(PostgresCommands.Step(LetGoSoon));
        batch.BatchCommands.Add(PostgresCommands.Step(
            "SELECT pg_advisory_xact_lock($1, bucket) FROM unnest($2) AS bucket",
            PostgresCommands.Number(SeriesLocks.Space),
            PostgresCommands.Numbers(SeriesLocks.Of(providers))));
        foreach (var provider in providers)
        {
            batch.BatchCommands.Add(PostgresCommands.Step(
                $"SELECT (SELECT max(o.timestamp) FROM {provider.Table} AS o WHERE o.provider = $1 AND o.series_id = k.code) FROM unnest($2) WITH ORDINALITY AS k (code, place) ORDER BY k.place",
                PostgresCommands.Text(provider.Name),
                PostgresCommands.Texts(provider.Series.Select(series => series.Id.Code))));
        }

        await using var reader = await batch.ExecuteReaderAsync(stop).ConfigureAwait(false);
        await reader.NextResultAsync(stop).ConfigureAwait(false);
        foreach (var provider in providers)
        {
            await reader.NextResultAsync(stop).ConfigureAwait(false);
            foreach (var series in provider.Series)
            {
                await reader.ReadAsync(stop).ConfigureAwait(false);
                series.StoredLast = reader.IsDBNull(0) ? long.MinValue : reader.GetFieldValue<long>(0);
            }
        }
    }

    private async Task StoreAsync(ProviderToWrite provider)
    {
        if (!staged && provider.Series.Exists(series => series.HasNew))
        {
            await CopyAsync(provider, provider.Table, row => !row.Replaces).ConfigureAwait(false);
        }

        if (provider.Series.Exists(series => staged ? series.Rows.Count > 0 : series.HasReplacements))
        {
            await UpsertAsync(provider).ConfigureAwait(false);
        }
    }

    private async Task UpsertAsync(ProviderToWrite provider)
    {
        await PostgresCommands.RunAsync(
            connection,
            $"DROP TABLE IF EXISTS {Staging}; CREATE TEMPORARY TABLE aurum_observation_staging (LIKE external.timeseries_observation) ON COMMIT DROP",
            stop).ConfigureAwait(false);
        await CopyAsync(provider, Staging, row => staged || row.Replaces).ConfigureAwait(false);
        await PostgresCommands.RunAsync(
            connection,
            $"""
            INSERT INTO {provider.Table} AS stored ({ObservationCopy.Columns}) SELECT {ObservationCopy.Columns} FROM {Staging}
            ON CONFLICT (provider, series_id, timestamp, asof_date) DO UPDATE SET {ReplaceColumns} WHERE stored.ingest_ts <= excluded.ingest_ts
            """,
            stop).ConfigureAwait(false);
    }

    private async Task CopyAsync(ProviderToWrite provider, string table, Predicate<RowToWrite> wanted)
    {
        await using var copy = await ObservationCopy.BeginAsync(connection, table, stop).ConfigureAwait(false);
        foreach (var series in provider.Series)
        {
            foreach (var row in series.Rows)
            {
                if (wanted(row))
                {
                    copy.Add(series.Id, batches[row.Batch], row.Index);
                    if (copy.IsFull)
                    {
                        await copy.FlushAsync(stop).ConfigureAwait(false);
                    }
                }
            }
        }

        await copy.EndAsync(stop).ConfigureAwait(false);
    }
}
