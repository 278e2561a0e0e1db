using Aurum.Domain;

namespace Aurum.Actors.Serialization.Kafka;

/// <summary>One observation as it came from its topic. Observations of one page usually share the header object itself.</summary>
public readonly record struct DecodedObservation(ObservationHeader Header, Observation Observation);

/// <summary>
/// Observations to and from the values of their topic. Timestamps are kept to the microsecond; a value's bits come back as they
/// were, NaN and negative zero included; empty metadata comes back as none.
/// </summary>
public sealed class ObservationCodec(int schemaId, IWriterSchemas writers)
    : AvroCodec<DecodedObservation>(KafkaSchemas.Observations, schemaId, writers)
{
    private readonly ObservationHeaders _headers = new();
    private Beginning? _last;

    /// <summary>The value of one Kafka record. Fastest when the observations of one header come one after the other.</summary>
    public byte[] Encode(ObservationHeader header, in Observation observation)
    {
        var last = Volatile.Read(ref _last);
        if (last is null || (!ReferenceEquals(last.Header, header) && last.Header != header))
        {
            last = Begin(header);
            Volatile.Write(ref _last, last);
        }

        return AvroWriter.Start()
            .Raw(last.Bytes)
            .Timestamp(observation.Timestamp)
            .Day(observation.AsOf)
            .DoubleOrNull(observation.Value)
            .TextOrNull(observation.ValueRaw)
            .TextOrNull(observation.Status)
            .TextOrNull(observation.QualityFlag)
            .Map(observation.Metadata)
            .ToArray();
    }

    private protected override DecodedObservation Read(ref AvroReader reader)
    {
        var header = _headers.Read(ref reader);
        return new DecodedObservation(header, new Observation(
            reader.Timestamp("ts"),
            reader.Day("asof_date"),
            reader.Present("value") ? reader.Double("value") : null,
            reader.Present("value_raw") ? reader.OwnText("value_raw") : null,
            reader.TextOrNull("status"),
            reader.TextOrNull("quality_flag"),
            reader.Map("metadata")));
    }

    private Beginning Begin(ObservationHeader header)
    {
        var writer = AvroWriter.Start().Framing(SchemaId);
        header.Write(writer);
        return new Beginning(header, writer.ToArray());
    }

    /// <summary>Framing and header, which all records of one header begin with.</summary>
    private sealed record Beginning(ObservationHeader Header, byte[] Bytes);
}
