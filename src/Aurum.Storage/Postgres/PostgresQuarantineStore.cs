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

    public Task<IReadOnlyList<QuarantineRow>> NewestAsync(int most, CancellationToken cancellationToken) => database.AskAsync<IReadOnlyList<QuarantineRow>>(
        async (connection, stop) => await PostgresCommands.ListAsync(
            connection, $"{Select} ORDER BY quarantined_at DESC, id DESC LIMIT $1", Read, stop, PostgresCommands.Number(most)).ConfigureAwait(false),
        cancellationToken);

    public Task<QuarantineRow?> FindAsync(string topic, int partition, long offset, CancellationToken cancellationToken) => database.AskAsync<QuarantineRow?>(
        async (connection, stop) => (await PostgresCommands.ListAsync(
            connection,
            $"""{Select} WHERE topic = $1 AND partition = $2 AND "offset" = $3""",
            Read,
            stop,
            PostgresCommands.Text(topic),
            PostgresCommands.Number(partition),
            PostgresCommands.Number(offset)).ConfigureAwait(false)).SingleOrDefault(),
        cancellationToken);

    public async Task<bool> CloseAsync(string topic, int partition, long offset, QuarantineClosing closing, CancellationToken cancellationToken) => await database.WriteAsync(
        (connection, stop) => PostgresCommands.RunAsync(
            connection,
            """
            UPDATE external.timeseries_observation_quarantine
            SET closed_at = $4, closed_by = $5, closed_how = $6, closed_reason = $7
            WHERE topic = $1 AND partition = $2 AND "offset" = $3
            """,
            stop,
            PostgresCommands.Text(topic),
            PostgresCommands.Number(partition),
            PostgresCommands.Number(offset),
            PostgresCommands.Instant(PostgresTime.Instant(closing.At)),
            PostgresCommands.Text(closing.By),
            PostgresCommands.Text(closing.How),
            PostgresCommands.Text(closing.Reason)),
        cancellationToken).ConfigureAwait(false) > 0;

    private const string Select =
        """
        SELECT provider, series_id, reasons, record::text, topic, partition, "offset", quarantined_at, closed_how, closed_at, closed_by, closed_reason
        FROM external.timeseries_observation_quarantine
        """;

    private static QuarantineRow Read(NpgsqlDataReader row) => new(
        new QuarantinedObservation(
            row.GetString(0), row.GetString(1), row.GetFieldValue<string[]>(2), row.GetString(3), row.GetString(4), row.GetInt32(5), row.GetInt64(6), row.InstantAt(7)),
        row.IsDBNull(8) ? null : new QuarantineClosing(row.GetString(8), row.InstantAt(9), row.GetString(10), row.TextOrNull(11)));
}
