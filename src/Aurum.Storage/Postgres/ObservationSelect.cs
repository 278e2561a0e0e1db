using Npgsql;

namespace Aurum.Storage.Postgres;

/// <summary>The statements that read observations of one partition in the order of its key.</summary>
internal sealed class ObservationSelect(string table, ObservationQuery query)
{
    private const string Listed =
        "series_id, timestamp, asof_date, value, value_raw, status, quality_flag, metadata, unit_code, frequency_code, dataset_code, geo_id, ingest_ts, ingest_run_id, source_event_id";

    private static readonly string Columns = Listed.Replace("metadata", "metadata::text AS metadata", StringComparison.Ordinal);

    public NpgsqlBatchCommand OfAllSeries() => Command("", null);

    public NpgsqlBatchCommand Of(string series) => Command("AND series_id = $4", series);

    private NpgsqlBatchCommand Command(string ofSeries, string? series)
    {
        var inWindow = $"FROM {table} WHERE provider = $1 AND timestamp >= $2 AND timestamp < $3 {ofSeries}";
        var command = PostgresCommands.Step(
            query.Vintages switch
            {
                Vintages.All => $"SELECT {Columns} {inWindow} ORDER BY series_id, timestamp, asof_date",
                Vintages.Latest => Newest(inWindow),
                Vintages.AsOf => Newest($"{inWindow} AND asof_date <= ${(series is null ? 4 : 5)}"),
                _ => throw new ArgumentOutOfRangeException(nameof(query), query.Vintages, "Unknown vintages."),
            },
            PostgresCommands.Text(query.Provider),
            PostgresCommands.Instant(PostgresTime.Bound(query.Window.From)),
            PostgresCommands.Instant(PostgresTime.Bound(query.Window.To)));
        if (series is not null)
        {
            command.Parameters.Add(PostgresCommands.Text(series));
        }

        if (query.Vintages is Vintages.AsOf asOf)
        {
            command.Parameters.Add(PostgresCommands.Day(asOf.Day));
        }

        return command;
    }

    /// <summary>The vintages after which none comes. It needs no other order than the key's, as DISTINCT ON with the newest first would.</summary>
    private static string Newest(string from) => $"""
        SELECT {Listed} FROM (
            SELECT {Columns}, lead(true) OVER (PARTITION BY series_id, timestamp ORDER BY asof_date) AS is_followed {from}) AS vintages
        WHERE is_followed IS NULL ORDER BY series_id, timestamp, asof_date
        """;
}
