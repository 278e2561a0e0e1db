using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace Aurum.Benchmarks;

/// <summary>The least a program could do: one request a series, one pass over the JSON, one transaction a series, the same columns and key.</summary>
internal static class BareLoop
{
    public static async Task<Figures> RunAsync(Uri fred, string key, IReadOnlyList<string> series, string file)
    {
        var clock = Stopwatch.StartNew();
        using var http = new HttpClient { BaseAddress = fred };
        await using var connection = new SqliteConnection($"Data Source={file}");
        await connection.OpenAsync();
        Execute(connection, """
            PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
            CREATE TABLE observation (series_key INTEGER, timestamp INTEGER, asof_date INTEGER, value REAL, value_raw TEXT, status TEXT,
              quality_flag TEXT, metadata TEXT, batch_key INTEGER, PRIMARY KEY (series_key, timestamp, asof_date)) WITHOUT ROWID;
            """);
        var rows = 0;
        for (var number = 0; number < series.Count; number++)
        {
            var body = await http.GetByteArrayAsync($"fred/series/observations?series_id={series[number]}&api_key={key}&file_type=json&limit=100000");
            rows += Insert(connection, number, body);
        }

        return new Figures(rows / clock.Elapsed.TotalSeconds, clock.Elapsed, 0);
    }

    private static int Insert(SqliteConnection connection, int seriesKey, byte[] body)
    {
        using var transaction = connection.BeginTransaction();
        using var insert = connection.CreateCommand();
        insert.CommandText = "INSERT INTO observation VALUES ($series, $timestamp, $asof, $value, NULL, NULL, NULL, NULL, 1)";
        insert.Parameters.AddWithValue("$series", seriesKey);
        var timestamp = insert.Parameters.Add("$timestamp", SqliteType.Integer);
        var asOf = insert.Parameters.Add("$asof", SqliteType.Integer);
        var value = insert.Parameters.Add("$value", SqliteType.Real);
        insert.Prepare();
        var rows = 0;
        var reader = new Utf8JsonReader(body);
        string? property = null;
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    property = reader.ValueTextEquals("date"u8) ? "date" : reader.ValueTextEquals("value"u8) ? "value" : reader.ValueTextEquals("realtime_start"u8) ? "asof" : null;
                    break;
                case JsonTokenType.String when property == "asof" && reader.CurrentDepth == 3:
                    asOf.Value = Day(reader.GetString()!);
                    break;
                case JsonTokenType.String when property == "date":
                    timestamp.Value = Day(reader.GetString()!) * 86_400L;
                    break;
                case JsonTokenType.String when property == "value":
                    var text = reader.GetString()!;
                    value.Value = text == "." ? DBNull.Value : double.Parse(text, CultureInfo.InvariantCulture);
                    insert.ExecuteNonQuery();
                    rows++;
                    break;
            }
        }

        transaction.Commit();
        return rows;
    }

    private static int Day(string date) => DateOnly.ParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture).DayNumber - new DateOnly(1970, 1, 1).DayNumber;

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
