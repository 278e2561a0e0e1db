using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Aurum.Actors.Serialization.Kafka;
using Aurum.Domain;
using Aurum.Storage;
using Confluent.Kafka;

namespace Aurum.Actors.Processing;

/// <summary>Where records go that will never be stored.</summary>
public interface IDeadLetters
{
    /// <summary>Returns when all of them are safe there.</summary>
    /// <param name="attempt">How many times they were tried, from 1.</param>
    /// <exception cref="KafkaException">The topic does not take them now.</exception>
    /// <exception cref="StorageException">The table does not take them now.</exception>
    Task SendAsync(IReadOnlyList<SetAside> records, int attempt, CancellationToken cancellationToken);
}

/// <summary>
/// The dead-letter topic and the quarantine table: where a record goes that will never be stored, with its original bytes and the
/// reason. Safe to repeat: the table knows a record by its offset, and the topic's readers may.
/// </summary>
public sealed class DeadLetters(IProducer<byte[], byte[]> producer, DeadLetterCodec codec, IQuarantineStore quarantine, string consumerGroup, TimeProvider time) : IDeadLetters
{
    private const int MostJson = 64 * 1024;
    private const int MostOfOversizedKey = 16 * 1024;
    private const int MostOfOversizedValue = 256 * 1024;

    private static readonly JsonSerializerOptions Json = new()
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new StorableText() },
    };

    private static readonly string Version = typeof(DeadLetters).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";

    /// <summary>Returns when the brokers have acknowledged all of them and the table holds those that are observations.</summary>
    public async Task SendAsync(IReadOnlyList<SetAside> records, int attempt, CancellationToken cancellationToken)
    {
        if (records.Count == 0)
        {
            return;
        }

        var now = time.GetUtcNow();
        await Task.WhenAll(records.Select(record => SendAsync(record.Record.Message.Key, LetterOf(record, attempt, now), cancellationToken)));
        await quarantine.SaveAsync([.. records.Where(record => record.Row is not null).Select(record => RowOf(record, now))], cancellationToken);
    }

    private async Task SendAsync(byte[]? key, DeadLetter letter, CancellationToken cancellationToken)
    {
        try
        {
            await ProduceAsync(key, letter, cancellationToken);
        }
        catch (ProduceException<byte[], byte[]> exception) when (exception.Error.Code == ErrorCode.MsgSizeTooLarge)
        {
            await ProduceAsync(null, Shortened(letter), cancellationToken);
        }
    }

    private Task ProduceAsync(byte[]? key, DeadLetter letter, CancellationToken cancellationToken) =>
        producer.ProduceAsync(KafkaSchemas.DeadLetters.Topic, new Message<byte[], byte[]> { Key = key!, Value = codec.Encode(letter) }, cancellationToken);

    /// <summary>The beginning of a record that the topic does not take whole: the rest stays where it was read, until that topic forgets it.</summary>
    private static DeadLetter Shortened(DeadLetter letter) => letter with
    {
        Key = Start(letter.Key, MostOfOversizedKey),
        Value = Start(letter.Value, MostOfOversizedValue),
        Headers = null,
        ErrorDetail = $"{DeadLetter.ShortenedMark}, only its beginning is here: key {letter.Key?.Length ?? 0} bytes, value {letter.Value?.Length ?? 0} bytes; {letter.ErrorDetail}",
    };

    private static ReadOnlyMemory<byte>? Start(ReadOnlyMemory<byte>? bytes, int most) => bytes is { } all && all.Length > most ? all[..most] : bytes;

    private DeadLetter LetterOf(SetAside set, int attempt, DateTimeOffset now)
    {
        var message = set.Record.Message;
        var headers = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        foreach (var header in message.Headers ?? [])
        {
            headers[header.Key] = header.GetValueBytes() ?? [];
        }

        return new DeadLetter(
            set.Record.Topic,
            set.Record.Partition.Value,
            set.Record.Offset.Value,
            message.Timestamp.Type == TimestampType.NotAvailable ? null : message.Timestamp.UtcDateTime,
            BytesOf(message.Key),
            BytesOf(message.Value),
            headers,
            set.Stage,
            set.Kind,
            string.Join("; ", set.Reasons),
            now,
            attempt,
            consumerGroup,
            "aurum",
            Version);
    }

    private static QuarantinedObservation RowOf(SetAside set, DateTimeOffset now)
    {
        var row = set.Row!.Value;
        var json = JsonOf(row.Header, row.Observation);
        return new QuarantinedObservation(
            Storable(row.Header.Series.Provider),
            Storable(row.Header.Series.Code),
            [.. set.Reasons.Select(Storable)],
            json.Length > MostJson ? "{}" : json,
            set.Record.Topic,
            set.Record.Partition.Value,
            set.Record.Offset.Value,
            now);
    }

    /// <summary>Under the names that the topic's schema has.</summary>
    private static string JsonOf(ObservationHeader header, Observation observation) => JsonSerializer.Serialize(
        new
        {
            header.Series.Provider,
            SeriesId = header.Series.Code,
            header.Attributes.UnitCode,
            header.Attributes.FrequencyCode,
            header.Attributes.DatasetCode,
            header.Attributes.GeoId,
            IngestRunId = header.RunId,
            SourceEventId = header.EventId,
            IngestTs = header.IngestedAt,
            Ts = observation.Timestamp,
            AsofDate = observation.AsOf,
            observation.Value,
            observation.ValueRaw,
            observation.Status,
            observation.QualityFlag,
            observation.Metadata,
        },
        Json);

    /// <summary>A missing array, by itself, would become an empty memory, and a tombstone an empty record.</summary>
    private static ReadOnlyMemory<byte>? BytesOf(byte[]? bytes) => bytes is null ? default(ReadOnlyMemory<byte>?) : new ReadOnlyMemory<byte>(bytes);

    private static string Storable(string text) => text.Replace('\0', '\uFFFD');

    /// <summary>PostgreSQL keeps an escaped NUL in a document, and then refuses every question about its fields.</summary>
    private sealed class StorableText : JsonConverter<string>
    {
        public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString();

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(Storable(value));

        public override void WriteAsPropertyName(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WritePropertyName(Storable(value));
    }
}
