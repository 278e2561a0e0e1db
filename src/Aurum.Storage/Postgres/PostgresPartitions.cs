using System.Text.RegularExpressions;
using Npgsql;

namespace Aurum.Storage.Postgres;

/// <summary>The partition of each provider: <c>external.timeseries_observation_fred</c> and its like.</summary>
internal static partial class PostgresPartitions
{
    private const string Parent = "timeseries_observation";

    /// <summary>PostgreSQL cuts longer names off, which would make one table of two.</summary>
    private const int LongestTableName = 63;

    /// <summary>The table's name with its schema, fit for SQL; null for a name that no provider can have.</summary>
    public static string? Of(string provider) =>
        ProviderName().IsMatch(provider) && Parent.Length + 1 + provider.Length <= LongestTableName ? $"external.{Parent}_{provider}" : null;

    /// <exception cref="RefusedDataException">No provider can have this name.</exception>
    public static string Require(string provider) => Of(provider)
        ?? throw new RefusedDataException(
            $"'{(provider.Length > 64 ? provider[..64] : provider)}' cannot be a provider's name: it must be lower-case letters, digits and _ after a letter, {LongestTableName - Parent.Length - 1} at most.");

    /// <summary>Makes what is missing. The caller holds the lock that keeps others from doing the same.</summary>
    public static async Task EnsureAsync(NpgsqlConnection connection, IEnumerable<string> providers, CancellationToken cancellationToken)
    {
        foreach (var provider in providers.Distinct(StringComparer.Ordinal))
        {
            var table = Require(provider);
            if (await PostgresCommands.ScalarAsync(connection, $"SELECT to_regclass('{table}')::text", cancellationToken).ConfigureAwait(false) is not DBNull)
            {
                continue;
            }

            // To attach a table asks for a weaker lock than PARTITION OF does: readers of other providers stay where they are.
            await PostgresCommands.RunAsync(
                connection,
                $"""
                BEGIN;
                CREATE TABLE {table} (LIKE external.{Parent} INCLUDING ALL);
                ALTER TABLE external.{Parent} ATTACH PARTITION {table} FOR VALUES IN ('{provider}');
                COMMIT;
                """,
                cancellationToken).ConfigureAwait(false);
        }
    }

    [GeneratedRegex("^[a-z][a-z0-9_]*\\z", RegexOptions.CultureInvariant)]
    private static partial Regex ProviderName();
}
