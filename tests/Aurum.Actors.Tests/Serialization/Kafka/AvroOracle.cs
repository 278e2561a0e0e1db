using System.Text.Json.Nodes;
using Aurum.Actors.Serialization.Kafka;
using Avro;
using Avro.Generic;
using Avro.IO;

namespace Aurum.Actors.Tests.Serialization.Kafka;

/// <summary>Apache's own writer: what our bytes are held against.</summary>
internal static class AvroOracle
{
    private static readonly DateTime Epoch = DateTime.UnixEpoch;

    public static byte[] Write(int schemaId, string schemaText, Func<string, object?> valueOf)
    {
        var schema = (RecordSchema)Schema.Parse(Bare(schemaText));
        var record = new GenericRecord(schema);
        foreach (var field in schema.Fields)
        {
            record.Add(field.Name, valueOf(field.Name)!);
        }

        using var stream = new MemoryStream();
        stream.Write([0, (byte)(schemaId >> 24), (byte)(schemaId >> 16), (byte)(schemaId >> 8), (byte)schemaId]);
        new GenericDatumWriter<GenericRecord>(schema).Write(record, new BinaryEncoder(stream));
        return stream.ToArray();
    }

    public static object? FieldOf(DecodedObservation decoded, string field) => field switch
    {
        "provider" => decoded.Header.Series.Provider,
        "series_id" => decoded.Header.Series.Code,
        "unit_code" => decoded.Header.Attributes.UnitCode,
        "frequency_code" => decoded.Header.Attributes.FrequencyCode,
        "dataset_code" => decoded.Header.Attributes.DatasetCode,
        "geo_id" => decoded.Header.Attributes.GeoId,
        "ingest_run_id" => decoded.Header.RunId,
        "source_event_id" => decoded.Header.EventId,
        "ingest_ts" => Micros(decoded.Header.IngestedAt),
        "ts" => Micros(decoded.Observation.Timestamp),
        "asof_date" => Days(decoded.Observation.AsOf),
        "value" => decoded.Observation.Value,
        "value_raw" => decoded.Observation.ValueRaw,
        "status" => decoded.Observation.Status,
        "quality_flag" => decoded.Observation.QualityFlag,
        "metadata" => Map(decoded.Observation.Metadata),
        _ => throw new ArgumentException(field),
    };

    public static object? FieldOf(CatalogUpsert upsert, string field) => field switch
    {
        "provider" => upsert.Entry.Series.Provider,
        "series_id" => upsert.Entry.Series.Code,
        "dataset_code" => upsert.Entry.DatasetCode,
        "title" => upsert.Entry.Title,
        "description" => upsert.Entry.Description,
        "unit_code" => upsert.Entry.UnitCode,
        "frequency_code" => upsert.Entry.FrequencyCode,
        "geo_id" => upsert.Entry.GeoId,
        "status" => upsert.Status,
        "category" => upsert.Entry.Category,
        "source_url" => upsert.Entry.SourceUrl,
        "notes" => upsert.Notes,
        "start_ts" => Micros(upsert.Entry.Start),
        "end_ts" => Micros(upsert.Entry.End),
        "last_observation_ts" => Micros(upsert.LastObservation),
        "asof_date" => upsert.AsOf is { } day ? Days(day) : null,
        "created_at" => Micros(upsert.CreatedAt?.UtcDateTime),
        "updated_at" => Micros(upsert.Entry.LastUpdated?.UtcDateTime),
        "ingest_ts" => Micros(upsert.IngestedAt),
        "tags" => (upsert.Tags ?? []).Cast<object>().ToArray(),
        "metadata" => Map(upsert.Entry.Metadata),
        "version" => upsert.Version,
        _ => throw new ArgumentException(field),
    };

    public static object? FieldOf(DeadLetter letter, string field) => field switch
    {
        "topic" => letter.Topic,
        "partition" => letter.Partition,
        "offset" => letter.Offset,
        "record_ts" => Micros(letter.RecordedAt),
        "record_key" => letter.Key?.ToArray(),
        "record_value" => letter.Value?.ToArray(),
        "headers" => (letter.Headers ?? new Dictionary<string, ReadOnlyMemory<byte>>()).ToDictionary(pair => pair.Key, pair => (object)pair.Value.ToArray()),
        "stage" => letter.Stage,
        "error_kind" => letter.ErrorKind,
        "error_detail" => letter.ErrorDetail,
        "attempt" => letter.Attempt,
        "consumer_group" => letter.ConsumerGroup,
        "failed_at" => Micros(letter.FailedAt),
        "application" => letter.Application,
        "application_version" => letter.ApplicationVersion,
        _ => throw new ArgumentException(field),
    };

    /// <summary>Without logical types, whose conversion in Apache's library goes through doubles.</summary>
    private static string Bare(string schemaText)
    {
        var schema = JsonNode.Parse(schemaText)!.AsObject();
        foreach (var type in schema["fields"]!.AsArray().Select(field => field!["type"]!).SelectMany(type => type is JsonArray branches ? branches.ToArray() : [type]).OfType<JsonObject>())
        {
            type.Remove("logicalType");
        }

        return schema.ToJsonString();
    }

    private static long Micros(DateTimeOffset time) => (time.UtcTicks - Epoch.Ticks) / 10;

    private static object? Micros(DateTime? time) => time is { } present ? (present.Ticks - Epoch.Ticks) / 10 : null;

    private static object Micros(DateTime time) => (time.Ticks - Epoch.Ticks) / 10;

    private static int Days(DateOnly day) => day.DayNumber - DateOnly.FromDateTime(Epoch).DayNumber;

    private static Dictionary<string, object> Map(IReadOnlyDictionary<string, string>? map) =>
        (map ?? new Dictionary<string, string>()).ToDictionary(pair => pair.Key, pair => (object)pair.Value);
}
