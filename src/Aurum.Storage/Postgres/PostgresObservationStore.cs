using System.Runtime.CompilerServices;
using Aurum.Domain;
using Npgsql;

namespace Aurum.Storage.Postgres;

public sealed class PostgresObservationStore(PostgresDatabase database) : IObservationStore
{
    /// <summary>
    /// The key gives the rows in the wanted order as they are read; a sort would hold them all before the first. The planner puts a price
    /// on what is switched off that would make it compile the statement, for a second or so.
    /// </summary>
    internal const string InKeyOrder = """
        SET LOCAL enable_sort = off; SET LOCAL enable_incremental_sort = off; SET LOCAL enable_seqscan = off;
        SET LOCAL enable_bitmapscan = off; SET LOCAL max_parallel_workers_per_gather = 0; SET LOCAL jit = off
        """;

    /// <summary>Series asked for at once: their answers stand in the connection while the first is read.</summary>
    private const int SeriesAtOnce = 64;

    /// <summary>The same for a page: most of what is asked for at once is never read.</summary>
    private const int SeriesAtOnceOfAPage = 4;

    public async Task<IReadOnlyList<WriteResult>> WriteAsync(IReadOnlyList<ObservationBatch> batches, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var providers = batches.Where(batch => batch.Slice.Observations.Count > 0)
            .Select(batch => batch.Slice.Series.Provider)
            .Distinct(StringComparer.Ordinal)
            .ToList();
        providers.ForEach(provider => PostgresPartitions.Require(provider));
        if (providers.Count == 0)
        {
            return new WriteResult[batches.Count];
        }

        var madePartitions = false;
        var staged = false;
        while (true)
        {
            try
            {
                return await database.WriteAsync(
                    (connection, stop) => new PostgresObservationWriter(connection, batches, staged, stop).WriteAsync(), cancellationToken).ConfigureAwait(false);
            }
            catch (StorageException failure) when (!madePartitions && failure.InnerException is PostgresException { SqlState: PostgresErrorCodes.UndefinedTable })
            {
                madePartitions = true;
                await database.AddPartitionsAsync(providers, cancellationToken).ConfigureAwait(false);
            }
            catch (StorageException failure) when (!staged && failure.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
            {
                // Somebody who takes no locks (a person with psql) stored one of these keys meanwhile.
                staged = true;
            }
        }
    }

    /// <remarks>The whole read sees the store as it was at its first row, whatever is written meanwhile.</remarks>
    public async IAsyncEnumerable<StoredObservation> ReadAsync(ObservationQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (PostgresPartitions.Of(query.Provider) is not { } table)
        {
            yield break;
        }

        await using var reading = await database.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (!await PrepareAsync(reading, table, cancellationToken).ConfigureAwait(false))
        {
            yield break;
        }

        var sql = new ObservationSelect(table, query);
        var series = query.Series.Distinct(StringComparer.Ordinal)
            .Where(code => string.CompareOrdinal(code, query.After?.Series) >= 0)
            .Order(StringComparer.Ordinal);
        var atOnce = query.Limit is null ? SeriesAtOnce : SeriesAtOnceOfAPage;
        var parts = query.Series.Count == 0 ? [[sql.OfAllSeries()]] : series.Chunk(atOnce).Select(codes => codes.Select(sql.Of).ToArray());
        var left = query.Limit ?? int.MaxValue;
        foreach (var part in parts)
        {
            await using var rows = new PostgresRows(reading, part);
            Func<NpgsqlDataReader, StoredObservation> read = new ObservationRow(query.Provider).Read;
            while (await rows.NextAsync(cancellationToken).ConfigureAwait(false))
            {
                if (left-- == 0)
                {
                    yield break;
                }

                yield return rows.Read(read);
            }
        }
    }

    /// <summary>False when the provider has no partition: nothing of it was ever stored.</summary>
    private static Task<bool> PrepareAsync(PostgresReading reading, string table, CancellationToken cancellationToken) => reading.AskAsync(
        async stop =>
        {
            await PostgresCommands.RunAsync(reading.Connection, InKeyOrder, stop).ConfigureAwait(false);
            return await PostgresCommands.ScalarAsync(reading.Connection, $"SELECT to_regclass('{table}')::text", stop).ConfigureAwait(false) is not DBNull;
        },
        cancellationToken);
}
