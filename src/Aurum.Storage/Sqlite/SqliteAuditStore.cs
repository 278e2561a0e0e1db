namespace Aurum.Storage.Sqlite;

public sealed class SqliteAuditStore(SqliteDatabase database) : IAuditStore
{
    public Task AddAsync(AuditEntry entry, CancellationToken cancellationToken) => database.WriteAsync(
        (session, _) =>
        {
            session.Statement("INSERT INTO audit_log (at, who, from_host, action, target, reason, detail) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")
                .Bind(1, Iso.Instant(entry.At))
                .Bind(2, entry.Who)
                .Bind(3, entry.From)
                .Bind(4, entry.Action)
                .Bind(5, entry.Target)
                .Bind(6, entry.Reason)
                .Bind(7, entry.Detail)
                .Run();
            return true;
        },
        cancellationToken);

    public Task<IReadOnlyList<NumberedAuditEntry>> ListAsync(long? before, int limit, CancellationToken cancellationToken) => Task.Run<IReadOnlyList<NumberedAuditEntry>>(
        () =>
        {
            using var session = database.Read();
            var row = session.Statement("SELECT number, at, who, from_host, action, target, reason, detail FROM audit_log WHERE number < ?1 ORDER BY number DESC LIMIT ?2")
                .Bind(1, before ?? long.MaxValue)
                .Bind(2, limit);
            var found = new List<NumberedAuditEntry>();
            while (row.Step())
            {
                found.Add(new NumberedAuditEntry(
                    row.Int64(0),
                    new AuditEntry(Iso.ToInstant(row.Text(1)), row.Text(2), row.Text(3), row.Text(4), row.Text(5), row.TextOrNull(6), row.TextOrNull(7))));
            }

            return found;
        },
        cancellationToken);
}
