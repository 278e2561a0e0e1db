using Aurum.Domain;

namespace Aurum.Actors.Serialization.Kafka;

/// <summary>Catalog entries to and from the values of their topic. Empty tags and metadata come back as none.</summary>
public sealed class CatalogCodec(int schemaId, IWriterSchemas writers) : AvroCodec<CatalogUpsert>(KafkaSchemas.Catalog, schemaId, writers)
{
    /// <summary>The value of one Kafka record.</summary>
    public byte[] Encode(CatalogUpsert upsert) => AvroWriter.Start()
        .Framing(SchemaId)
        .Text(upsert.Entry.Series.Provider)
        .Text(upsert.Entry.Series.Code)
        .TextOrNull(upsert.Entry.DatasetCode)
        .Text(upsert.Entry.Title)
        .TextOrNull(upsert.Entry.Description)
        .TextOrNull(upsert.Entry.UnitCode)
        .TextOrNull(upsert.Entry.FrequencyCode)
        .TextOrNull(upsert.Entry.GeoId)
        .TextOrNull(upsert.Status)
        .TextOrNull(upsert.Entry.Category)
        .TextOrNull(upsert.Entry.SourceUrl)
        .TextOrNull(upsert.Notes)
        .TimestampOrNull(upsert.Entry.Start)
        .TimestampOrNull(upsert.Entry.End)
        .TimestampOrNull(upsert.LastObservation)
        .DayOrNull(upsert.AsOf)
        .TimestampOrNull(upsert.CreatedAt)
        .TimestampOrNull(upsert.Entry.LastUpdated)
        .Timestamp(upsert.IngestedAt)
        .Array(upsert.Tags)
        .Map(upsert.Entry.Metadata)
        .Long(upsert.Version)
        .ToArray();

    private protected override CatalogUpsert Read(ref AvroReader reader)
    {
        var series = new SeriesId(reader.Text("provider"), reader.Text("series_id"));
        var dataset = reader.TextOrNull("dataset_code");
        var entry = new CatalogEntry(
            series,
            Title: reader.OwnText("title"),
            Description: OwnTextOrNull(ref reader, "description"),
            UnitCode: reader.TextOrNull("unit_code"),
            FrequencyCode: reader.TextOrNull("frequency_code"),
            DatasetCode: dataset,
            GeoId: reader.TextOrNull("geo_id"));
        var status = reader.TextOrNull("status");
        entry = entry with { Category = reader.TextOrNull("category"), SourceUrl = OwnTextOrNull(ref reader, "source_url") };
        var notes = OwnTextOrNull(ref reader, "notes");
        entry = entry with { Start = reader.TimestampOrNull("start_ts"), End = reader.TimestampOrNull("end_ts") };
        var lastObservation = reader.TimestampOrNull("last_observation_ts");
        var asOf = reader.Present("asof_date") ? reader.Day("asof_date") : (DateOnly?)null;
        var createdAt = reader.TimestampOrNull("created_at");
        entry = entry with { LastUpdated = reader.TimestampOrNull("updated_at") };
        var ingestedAt = reader.Timestamp("ingest_ts");
        var tags = Tags(ref reader);
        entry = entry with { Metadata = reader.Map("metadata") };
        return new CatalogUpsert(entry, ingestedAt, reader.Int("version"), status, notes, lastObservation, asOf, createdAt, tags);
    }

    private static string? OwnTextOrNull(ref AvroReader reader, string field) => reader.Present(field) ? reader.OwnText(field) : null;

    private static List<string>? Tags(ref AvroReader reader)
    {
        List<string>? tags = null;
        while (reader.Block(1, "tags") is > 0 and var count)
        {
            tags ??= [];
            for (var i = 0; i < count; i++)
            {
                tags.Add(reader.Text("tags"));
            }
        }

        return tags;
    }
}
