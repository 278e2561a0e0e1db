using System.Text;
using System.Text.Json;
using System.Text.Encodings.Web;
using Aurum.Storage;

namespace Aurum.Host.Output;

/// <summary>Providers and, below each, its series.</summary>
internal static class StatusReport
{
    private static readonly Column<ProviderStatus>[] ProviderColumns =
    [
        new("provider", (row, cell) => cell.Text(row.Provider)),
        new("state", (row, cell) => cell.Text(row.State)),
        new("last_run", (row, cell) => cell.Timestamp(row.LastRunAt?.UtcDateTime)),
        new("requests", (row, cell) => cell.Integer(row.Requests), RightAligned: true),
        new("permits", (row, cell) => cell.Text($"{row.PermitsSpent}/{(row.DailyQuota is { } quota ? $"{quota}" : "no quota")}"), RightAligned: true),
        new("hold_until", (row, cell) => cell.Timestamp(row.HoldUntil?.UtcDateTime)),
        new("breaker", (row, cell) => cell.Text(row.Breaker)),
        new("open_until", (row, cell) => cell.Timestamp(row.BreakerOpenUntil?.UtcDateTime)),
    ];

    private static readonly Column<SeriesStatus>[] SeriesColumns =
    [
        new("series_id", (row, cell) => cell.Text(row.Series.Code)),
        new("outcome", (row, cell) => cell.Text(row.Outcome)),
        new("last_run", (row, cell) => cell.Timestamp(row.LastRunAt?.UtcDateTime)),
        new("checkpoint", (row, cell) => cell.Timestamp(row.Checkpoint)),
        new("observations", (row, cell) => cell.Integer(row.Observations), RightAligned: true),
        new("failures", (row, cell) => cell.Integer(row.ConsecutiveFailures), RightAligned: true),
        new("last_failure", (row, cell) => cell.Text(row.LastFailure)),
    ];

    public static void WriteTable(Stream output, IReadOnlyList<ProviderStatus> providers, IReadOnlyList<SeriesStatus> series)
    {
        new TableWriter<ProviderStatus>(output, ProviderColumns).WriteAll(providers);
        foreach (var group in series.GroupBy(status => status.Series.Provider).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            output.Write(Encoding.UTF8.GetBytes($"\n{group.Key}\n"));
            new TableWriter<SeriesStatus>(output, SeriesColumns).WriteAll(group);
        }
    }

    public static void WriteJson(Stream output, IReadOnlyList<ProviderStatus> providers, IReadOnlyList<SeriesStatus> series)
    {
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteStartArray("providers");
            foreach (var provider in providers)
            {
                Write(json, provider);
            }

            json.WriteEndArray();
            json.WriteStartArray("series");
            foreach (var status in series)
            {
                Write(json, status);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        output.Write("\n"u8);
        output.Flush();
    }

    private static void Write(Utf8JsonWriter json, ProviderStatus provider)
    {
        json.WriteStartObject();
        json.WriteString("provider", provider.Provider);
        json.WriteString("state", provider.State);
        Write(json, "last_run", provider.LastRunAt);
        json.WriteString("last_run_id", provider.LastRunId);
        json.WriteNumber("requests", provider.Requests);
        json.WriteNumber("permits_spent", provider.PermitsSpent);
        if (provider.DailyQuota is { } quota)
        {
            json.WriteNumber("daily_quota", quota);
        }
        else
        {
            json.WriteNull("daily_quota");
        }

        json.WriteString("quota_day", provider.QuotaDay?.ToString(Formats.Day));
        Write(json, "hold_until", provider.HoldUntil);
        json.WriteString("breaker", provider.Breaker);
        Write(json, "breaker_open_until", provider.BreakerOpenUntil);
        Write(json, "updated", provider.UpdatedAt);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, SeriesStatus series)
    {
        json.WriteStartObject();
        json.WriteString("provider", series.Series.Provider);
        json.WriteString("series_id", series.Series.Code);
        json.WriteString("outcome", series.Outcome);
        Write(json, "last_run", series.LastRunAt);
        json.WriteString("last_run_id", series.LastRunId);
        json.WriteString("checkpoint", series.Checkpoint?.ToString(Formats.Timestamp));
        json.WriteNumber("observations", series.Observations);
        json.WriteNumber("consecutive_failures", series.ConsecutiveFailures);
        json.WriteString("last_failure", series.LastFailure);
        Write(json, "updated", series.UpdatedAt);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, DateTimeOffset? time) =>
        json.WriteString(name, time?.UtcDateTime.ToString(Formats.Timestamp));
}
