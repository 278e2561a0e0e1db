using Aurum.Domain;
using Aurum.Storage;

namespace Aurum.Actors.Serialization.Kafka;

/// <summary>What all observations of one series on one page share, on the wire the fields up to <c>ingest_ts</c>.</summary>
public sealed record ObservationHeader(SeriesId Series, SeriesAttributes Attributes, string RunId, string EventId, DateTimeOffset IngestedAt)
{
    public static ObservationHeader Of(ObservationBatch batch) =>
        new(batch.Slice.Series, batch.Slice.Attributes, batch.RunId, batch.EventId, batch.IngestedAt);

    internal void Write(AvroWriter writer) => writer
        .Text(Series.Provider)
        .Text(Series.Code)
        .TextOrNull(Attributes.UnitCode)
        .TextOrNull(Attributes.FrequencyCode)
        .TextOrNull(Attributes.DatasetCode)
        .TextOrNull(Attributes.GeoId)
        .Text(RunId)
        .Text(EventId)
        .Timestamp(IngestedAt);

    internal static ObservationHeader Read(ref AvroReader reader)
    {
        var series = new SeriesId(reader.Text("provider"), reader.Text("series_id"));
        var (unit, frequency) = (reader.TextOrNull("unit_code"), reader.TextOrNull("frequency_code"));
        var (dataset, geo) = (reader.TextOrNull("dataset_code"), reader.TextOrNull("geo_id"));
        var attributes = new SeriesAttributes(unit, frequency, dataset, geo);
        return new ObservationHeader(series, attributes, reader.Text("ingest_run_id"), reader.Text("source_event_id"), reader.Timestamp("ingest_ts"));
    }

    /// <summary>Moves over a header and makes nothing of it.</summary>
    internal static void Skip(ref AvroReader reader)
    {
        reader.Bytes("provider");
        reader.Bytes("series_id");
        SkipOrNull(ref reader, "unit_code");
        SkipOrNull(ref reader, "frequency_code");
        SkipOrNull(ref reader, "dataset_code");
        SkipOrNull(ref reader, "geo_id");
        reader.Bytes("ingest_run_id");
        reader.Bytes("source_event_id");
        reader.Long("ingest_ts");
    }

    private static void SkipOrNull(ref AvroReader reader, string field)
    {
        if (reader.Present(field))
        {
            reader.Bytes(field);
        }
    }
}
