using Npgsql;

namespace Aurum.Storage.Postgres;

/// <summary>The statements that read observations of one partition in the order of its key.</summary>
internal sealed class ObservationSelect(string table, ObservationQuery query)
{
    private const string Listed =
        "series_id, timestamp, asof_date, value, value_raw, status, quality_flag, metadata, unit_code, frequency_code, dataset_code, geo_id, ingest_ts, ingest_run_id, source_event_id";

    private static readonly string Columns = Listed.Replace("metadata", "metadata::text AS metadata", StringComparison.Ordinal);

    public NpgsqlBatchCommand OfAllSeries() => Command(null);

    public NpgsqlBatchCommand Of(string series) => Command(series);

    private NpgsqlBatchCommand Command(string? series)
    {
        var command = new NpgsqlBatchCommand();
        string Next(NpgsqlParameter parameter)
        {
            command.Parameters.Add(parameter);
            return $"${command.Parameters.Count}";
        }

        var from = $"FROM {table} WHERE provider = {Next(PostgresCommands.Text(query.Provider))}"
            + $" AND timestamp >= {Next(PostgresCommands.Instant(PostgresTime.Bound(query.Window.From)))}"
            + $" AND timestamp < {Next(PostgresCommands.Instant(PostgresTime.Bound(query.Window.To)))}";
        if (series is not null)
        {
            from += $" AND series_id = {Next(PostgresCommands.Text(series))}";
        }

        if (query.After is { } after)
        {
            var (timestamp, day) = (PostgresCommands.Instant(PostgresTime.Timestamp(after.Timestamp)), PostgresCommands.Day(after.AsOf));
            from += series is null ? $" AND (series_id, timestamp, asof_date) > ({Next(PostgresCommands.Text(after.Series))}, {Next(timestamp)}, {Next(day)})"
                : series == after.Series ? $" AND (timestamp, asof_date) > ({Next(timestamp)}, {Next(day)})"
                : "";
        }

        if (query.Vintages is Vintages.AsOf asOf)
        {
            from += $" AND asof_date <= {Next(PostgresCommands.Day(asOf.Day))}";
        }

        command.CommandText = query.Vintages switch
        {
            Vintages.All => $"SELECT {Columns} {from} ORDER BY series_id, timestamp, asof_date",
            Vintages.Latest or Vintages.AsOf => Newest(from),
            _ => throw new ArgumentOutOfRangeException(nameof(query), query.Vintages, "Unknown vintages."),
        };
        if (query.Limit is { } limit)
        {
            command.CommandText += $" LIMIT {Next(PostgresCommands.Number(limit))}";
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
