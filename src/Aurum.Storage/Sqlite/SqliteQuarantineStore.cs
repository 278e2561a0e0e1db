using System.Text.Json;
using System.Text.Json.Serialization;

namespace Aurum.Storage.Sqlite;

public sealed class SqliteQuarantineStore(SqliteDatabase database) : IQuarantineStore
{
    public Task SaveAsync(IReadOnlyList<QuarantinedObservation> observations, CancellationToken cancellationToken) => database.WriteAsync(
        (session, stop) =>
        {
            foreach (var row in observations)
            {
                stop.ThrowIfCancellationRequested();
                session.Statement("""
                    INSERT INTO timeseries_observation_quarantine
                        (provider, series_id, reasons, record, topic, partition, "offset", quarantined_at)
                    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
                    ON CONFLICT (topic, partition, "offset") DO NOTHING
                    """)
                    .Bind(1, row.Provider)
                    .Bind(2, row.SeriesId)
                    .Bind(3, JsonSerializer.Serialize(row.Reasons, ReasonsContext.Default.IReadOnlyListString))
                    .Bind(4, row.RecordJson)
                    .Bind(5, row.Topic)
                    .Bind(6, row.Partition)
                    .Bind(7, row.Offset)
                    .Bind(8, Iso.Instant(row.At))
                    .Run();
            }

            return observations.Count;
        },
        cancellationToken);
}

[JsonSerializable(typeof(IReadOnlyList<string>))]
internal sealed partial class ReasonsContext : JsonSerializerContext;
