using Npgsql;

namespace Aurum.Storage.Postgres;

/// <inheritdoc cref="IClusterMembers"/>
public sealed class PostgresClusterMembers(PostgresDatabase database) : IClusterMembers
{
    private const string All = "SELECT address, incarnation, roles, beat FROM aurum.cluster_member WHERE cluster = $1 ORDER BY address";

    public Task<bool> JoinAsync(ClusterMember self, IReadOnlyCollection<ClusterMember> fellows, CancellationToken cancellationToken) => database.WriteAsync(
        async (connection, stop) =>
        {
            await WaitForFoundingAsync(connection, self.Cluster, stop).ConfigureAwait(false);
            var others = (await ReadAsync(connection, self.Cluster, stop).ConfigureAwait(false)).Where(member => member.Address != self.Address).ToArray();
            if (others.Length > 0 && !others.Any(other => fellows.Any(other.Is)))
            {
                return false;
            }

            await SayAsync(connection, self, stop).ConfigureAwait(false);
            return true;
        },
        cancellationToken);

    public Task<bool> BeatAsync(ClusterMember self, CancellationToken cancellationToken) => database.WriteAsync(
        async (connection, stop) => await PostgresCommands.RunAsync(
            connection,
            "UPDATE aurum.cluster_member SET beat = beat + 1, seen_at = now() WHERE cluster = $1 AND address = $2 AND incarnation = $3",
            stop,
            PostgresCommands.Text(self.Cluster),
            PostgresCommands.Text(self.Address),
            PostgresCommands.Number(self.Incarnation)).ConfigureAwait(false) == 1,
        cancellationToken);

    public Task<IReadOnlyList<ClusterMember>> ReadAsync(string cluster, CancellationToken cancellationToken) =>
        database.AskAsync((connection, stop) => ReadAsync(connection, cluster, stop), cancellationToken);

    public Task<bool> TryFoundAsync(ClusterMember self, IReadOnlyCollection<ClusterMember> dead, CancellationToken cancellationToken) => database.WriteAsync(
        async (connection, stop) =>
        {
            await WaitForFoundingAsync(connection, self.Cluster, stop).ConfigureAwait(false);
            foreach (var member in await ReadAsync(connection, self.Cluster, stop).ConfigureAwait(false))
            {
                if (member.Address == self.Address)
                {
                    continue;
                }

                if (!dead.Any(known => known.Is(member) && known.Beat == member.Beat))
                {
                    return false;
                }

                await ForgetAsync(connection, member.Cluster, member.Address, member.Incarnation, stop).ConfigureAwait(false);
            }

            await SayAsync(connection, self, stop).ConfigureAwait(false);
            return true;
        },
        cancellationToken);

    public Task ForgetAsync(string cluster, string address, long incarnation, CancellationToken cancellationToken) => database.WriteAsync(
        (connection, stop) => ForgetAsync(connection, cluster, address, incarnation, stop),
        cancellationToken);

    private static Task WaitForFoundingAsync(NpgsqlConnection connection, string cluster, CancellationToken cancellationToken) =>
        AdvisoryLock.WaitForTransactionAsync(connection, $"founding of {cluster}", cancellationToken);

    private static Task<int> SayAsync(NpgsqlConnection connection, ClusterMember self, CancellationToken cancellationToken) => PostgresCommands.RunAsync(
        connection,
        """
        INSERT INTO aurum.cluster_member AS known (cluster, address, incarnation, roles, beat) VALUES ($1, $2, $3, $4, 1)
        ON CONFLICT (cluster, address) DO UPDATE SET
            incarnation = excluded.incarnation,
            roles = excluded.roles,
            beat = known.beat + 1,
            started_at = CASE WHEN known.incarnation = excluded.incarnation THEN known.started_at ELSE excluded.started_at END,
            seen_at = excluded.seen_at
        """,
        cancellationToken,
        PostgresCommands.Text(self.Cluster),
        PostgresCommands.Text(self.Address),
        PostgresCommands.Number(self.Incarnation),
        PostgresCommands.Texts(self.Roles));

    private static async Task<IReadOnlyList<ClusterMember>> ReadAsync(NpgsqlConnection connection, string cluster, CancellationToken cancellationToken) =>
        await PostgresCommands.ListAsync(
            connection,
            All,
            row => new ClusterMember(cluster, row.GetString(0), row.GetInt64(1), row.GetFieldValue<string[]>(2), row.GetInt64(3)),
            cancellationToken,
            PostgresCommands.Text(cluster)).ConfigureAwait(false);

    private static Task<int> ForgetAsync(NpgsqlConnection connection, string cluster, string address, long incarnation, CancellationToken cancellationToken) =>
        PostgresCommands.RunAsync(
            connection,
            "DELETE FROM aurum.cluster_member WHERE cluster = $1 AND address = $2 AND incarnation = $3",
            cancellationToken,
            PostgresCommands.Text(cluster),
            PostgresCommands.Text(address),
            PostgresCommands.Number(incarnation));
}
