using Npgsql;
using NpgsqlTypes;

namespace Aurum.Storage.Postgres;

/// <summary>Short ways to run a statement and to name its parameters' types; parameters are $1, $2 and so on.</summary>
internal static class PostgresCommands
{
    public static async Task<int> RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(parameters);
        return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    public static async Task<object?> ScalarAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(parameters);
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Answers of a few rows; big ones are read by <see cref="PostgresRows"/>.</summary>
    public static async Task<List<T>> ListAsync<T>(
        NpgsqlConnection connection, string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(parameters);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var found = new List<T>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            found.Add(read(reader));
        }

        return found;
    }

    public static NpgsqlBatchCommand Step(string sql, params NpgsqlParameter[] parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(parameter);
        }

        return command;
    }

    public static NpgsqlParameter Text(string? text) => text is null
        ? new NpgsqlParameter { Value = DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text }
        : new NpgsqlParameter<string> { TypedValue = text, NpgsqlDbType = NpgsqlDbType.Text };

    public static NpgsqlParameter Texts(IEnumerable<string?> texts) =>
        new NpgsqlParameter<string?[]> { TypedValue = [.. texts], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text };

    public static NpgsqlParameter Jsons(IEnumerable<string?> texts) =>
        new NpgsqlParameter<string?[]> { TypedValue = [.. texts], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb };

    public static NpgsqlParameter Number(long number) => new NpgsqlParameter<long> { TypedValue = number, NpgsqlDbType = NpgsqlDbType.Bigint };

    public static NpgsqlParameter Number(int number) => new NpgsqlParameter<int> { TypedValue = number, NpgsqlDbType = NpgsqlDbType.Integer };

    public static NpgsqlParameter Numbers(IEnumerable<long> numbers) =>
        new NpgsqlParameter<long[]> { TypedValue = [.. numbers], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint };

    public static NpgsqlParameter Numbers(IEnumerable<int> numbers) =>
        new NpgsqlParameter<int[]> { TypedValue = [.. numbers], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer };

    public static NpgsqlParameter Numbers(IEnumerable<int?> numbers) =>
        new NpgsqlParameter<int?[]> { TypedValue = [.. numbers], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer };

    public static NpgsqlParameter Numbers(IEnumerable<long?> numbers) =>
        new NpgsqlParameter<long?[]> { TypedValue = [.. numbers], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint };

    public static NpgsqlParameter Instant(long microseconds) =>
        new NpgsqlParameter<long> { TypedValue = microseconds, NpgsqlDbType = NpgsqlDbType.TimestampTz };

    public static NpgsqlParameter Instants(IEnumerable<long> microseconds) =>
        new NpgsqlParameter<long[]> { TypedValue = [.. microseconds], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz };

    public static NpgsqlParameter Instants(IEnumerable<DateTimeOffset?> instants) => new NpgsqlParameter<long?[]>
    {
        TypedValue = [.. instants.Select(instant => instant is { } known ? PostgresTime.Instant(known) : (long?)null)],
        NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz,
    };

    public static NpgsqlParameter Timestamps(IEnumerable<DateTime?> timestamps) => new NpgsqlParameter<long?[]>
    {
        TypedValue = [.. timestamps.Select(timestamp => timestamp is { } known ? PostgresTime.Timestamp(known) : (long?)null)],
        NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz,
    };

    public static NpgsqlParameter Day(DateOnly day) => new NpgsqlParameter<int> { TypedValue = PostgresTime.Day(day), NpgsqlDbType = NpgsqlDbType.Date };

    public static NpgsqlParameter Days(IEnumerable<DateOnly?> days) => new NpgsqlParameter<int?[]>
    {
        TypedValue = [.. days.Select(day => day is { } known ? PostgresTime.Day(known) : (int?)null)],
        NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Date,
    };

    public static string? TextOrNull(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    public static DateTimeOffset InstantAt(this NpgsqlDataReader row, int column) => PostgresTime.ToInstant(row.GetFieldValue<long>(column));

    public static DateTimeOffset? InstantOrNull(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.InstantAt(column);

    public static DateTime? TimestampOrNull(this NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : PostgresTime.ToTimestamp(row.GetFieldValue<long>(column));

    public static DateOnly? DayOrNull(this NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : PostgresTime.ToDay(row.GetFieldValue<int>(column));
}
