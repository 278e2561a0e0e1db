using NpgsqlTypes;
using Npgsql;

namespace Aurum.Storage.Postgres;

public sealed class PostgresQuarantineStore(PostgresDatabase database) : IQuarantineStore
{
    public async Task SaveAsync(IReadOnlyList<QuarantinedObservation> observations, CancellationToken cancellationToken)
    {
        if (observations.Count == 0)
        {
            return;
        }

        await database.WriteAsync(
            async (connection, stop) =>
            {
                await using var batch = new NpgsqlBatch(connection);
                foreach (var row in observations)
                {
                    batch.BatchCommands.Add(PostgresCommands.Step(
                        """
                        INSERT INTO external.timeseries_observation_quarantine
                            (provider, series_id, reasons, record, topic, partition, "offset", quarantined_at)
                        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                        ON CONFLICT (topic, partition, "offset") DO NOTHING
                        """,
                        PostgresCommands.Text(row.Provider),
                        PostgresCommands.Text(row.SeriesId),
                        PostgresCommands.Texts(row.Reasons),
                        new NpgsqlParameter<string> { TypedValue = row.RecordJson, NpgsqlDbType = NpgsqlDbType.Json },
                        PostgresCommands.Text(row.Topic),
                        PostgresCommands.Number(row.Partition),
                        PostgresCommands.Number(row.Offset),
                        PostgresCommands.Instant(PostgresTime.Instant(row.At))));
                }

                return await batch.ExecuteNonQueryAsync(stop).ConfigureAwait(false);
            },
            cancellationToken).ConfigureAwait(false);
    }
}
