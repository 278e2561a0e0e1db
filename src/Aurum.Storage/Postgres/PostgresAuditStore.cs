using Npgsql;
using NpgsqlTypes;

namespace Aurum.Storage.Postgres;

public sealed class PostgresAuditStore(PostgresDatabase database) : IAuditStore
{
    public Task AddAsync(AuditEntry entry, CancellationToken cancellationToken) => database.WriteAsync(
        (connection, stop) => PostgresCommands.RunAsync(
            connection,
            "INSERT INTO aurum.audit_log (at, who, from_host, action, target, reason, detail) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            stop,
            PostgresCommands.Instant(PostgresTime.Instant(entry.At)),
            PostgresCommands.Text(entry.Who),
            PostgresCommands.Text(entry.From),
            PostgresCommands.Text(entry.Action),
            PostgresCommands.Text(entry.Target),
            PostgresCommands.Text(entry.Reason),
            new NpgsqlParameter { Value = (object?)entry.Detail ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Jsonb }),
        cancellationToken);

    public Task<IReadOnlyList<NumberedAuditEntry>> ListAsync(long? before, int limit, CancellationToken cancellationToken) => database.AskAsync<IReadOnlyList<NumberedAuditEntry>>(
        async (connection, stop) => await PostgresCommands.ListAsync(
            connection,
            "SELECT number, at, who, from_host, action, target, reason, detail::text FROM aurum.audit_log WHERE number < $1 ORDER BY number DESC LIMIT $2",
            row => new NumberedAuditEntry(
                row.GetInt64(0),
                new AuditEntry(row.InstantAt(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetString(5), row.TextOrNull(6), row.TextOrNull(7))),
            stop,
            PostgresCommands.Number(before ?? long.MaxValue),
            PostgresCommands.Number(limit)).ConfigureAwait(false),
        cancellationToken);
}
