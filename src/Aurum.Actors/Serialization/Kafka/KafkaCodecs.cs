namespace Aurum.Actors.Serialization.Kafka;

/// <summary>The codecs of all contracts, once their ids are known. Any number of threads may use them.</summary>
public sealed record KafkaCodecs(ObservationCodec Observations, CatalogCodec Catalog, DeadLetterCodec DeadLetters)
{
    /// <exception cref="InvalidOperationException">A contract is not registered; the message says which and why.</exception>
    public static KafkaCodecs Of(IReadOnlyList<SchemaStanding> standings, IWriterSchemas writers)
    {
        int IdOf(KafkaSchema schema)
        {
            var standing = standings.FirstOrDefault(standing => standing.Schema.Subject == schema.Subject);
            return standing?.Id ?? throw new InvalidOperationException(
                $"The schema registry has no schema for {schema.Subject}: {standing?.State.ToString() ?? "not asked"}. {string.Join(" ", standing?.Conflict?.Reasons ?? [])}".TrimEnd());
        }

        return new KafkaCodecs(
            new ObservationCodec(IdOf(KafkaSchemas.Observations), writers),
            new CatalogCodec(IdOf(KafkaSchemas.Catalog), writers),
            new DeadLetterCodec(IdOf(KafkaSchemas.DeadLetters), writers));
    }
}
