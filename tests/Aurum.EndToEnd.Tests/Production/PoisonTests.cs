using System.Buffers.Binary;
using Aurum.Actors.Serialization.Kafka;
using Aurum.Domain;
using Aurum.EndToEnd.Tests.Support;
using Confluent.Kafka;
using Npgsql;

namespace Aurum.EndToEnd.Tests.Production;

/// <summary>Records that nobody can store, between good ones: they go to the dead letters with their bytes and hold up nothing.</summary>
public sealed class PoisonTests
{
    private static readonly SeriesId Series = new("fred", "DGS10");

    [Fact]
    public async Task Poison_is_set_aside_with_its_bytes_and_the_rest_is_stored()
    {
        await using var world = await ProductionWorld.CreateAsync();
        await world.Run().EndsWithAsync(0);
        var good = world.ReadAll(KafkaSchemas.Observations.Topic)[0].Message.Value;
        var schemaId = BinaryPrimitives.ReadInt32BigEndian(good.AsSpan(1));
        var codec = new ObservationCodec(schemaId, NoOtherSchemas.Instance);
        var undecodable = new Dictionary<string, byte[]?>
        {
            ["TooShort"] = [0, 0],
            ["WrongMagicByte"] = [7, .. good[1..]],
            ["UnknownSchema"] = [0, 0x7f, 0xff, 0xff, 0xff, 1, 2, 3],
            ["Truncated"] = good[..^4],
            ["TrailingBytes"] = [.. good, 1],
            ["InvalidLength"] = [.. good[..5], 0xff, 0xff, 0xff, 0xff, 0x0f],
        };
        var broken = new Dictionary<string, byte[]>
        {
            ["no provider \"nobody\""] = codec.Encode(Header(new SeriesId("nobody", "A")), Row()),
            ["series_id: is empty"] = codec.Encode(Header(new SeriesId("fred", "")), Row()),
            ["finer than a second"] = codec.Encode(Header(Series), Row() with { Timestamp = DateTime.UnixEpoch.AddMilliseconds(1) }),
            ["no finite number"] = codec.Encode(Header(Series), Row() with { Value = double.NaN }),
            ["status: holds a NUL"] = codec.Encode(Header(Series), Row() with { Status = "a\0b" }),
        };
        var oversized = new byte[3_000_000];
        new Random(5).NextBytes(oversized);
        using (var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig { BootstrapServers = world.Kafka.BootstrapServers, MessageMaxBytes = 4_000_000 }).Build())
        {
            foreach (var value in (byte[]?[])[.. undecodable.Values, .. broken.Values, null, oversized])
            {
                await producer.ProduceAsync(KafkaSchemas.Observations.Topic, new Message<byte[], byte[]> { Key = [1], Value = value!, Headers = [new Header("from", [42])] });
            }

            await producer.ProduceAsync(KafkaSchemas.Catalog.Topic, new Message<byte[], byte[]> { Key = [1], Value = [9, 9, 9, 9, 9, 9] });
        }

        await world.Run().EndsWithAsync(0);
        await world.LagBecomesZeroAsync();
        await world.StoreIsTruthAsync();

        var letters = new List<DeadLetter>();
        var deadLetters = new DeadLetterCodec(BinaryPrimitives.ReadInt32BigEndian(world.ReadAll(KafkaSchemas.DeadLetters.Topic)[0].Message.Value.AsSpan(1)), NoOtherSchemas.Instance);
        foreach (var record in world.ReadAll(KafkaSchemas.DeadLetters.Topic))
        {
            letters.Add((await deadLetters.DecodeAsync(record.Message.Value, CancellationToken.None)).Value);
        }

        Assert.Equal(undecodable.Count + broken.Count + 3, letters.Count);
        foreach (var (kind, value) in undecodable)
        {
            var letter = Assert.Single(letters, letter => letter.Value is { } bytes && bytes.Span.SequenceEqual(value));
            Assert.Equal(("decode", kind, KafkaSchemas.Observations.Topic, 1), (letter.Stage, letter.ErrorKind, letter.Topic, letter.Attempt));
            Assert.Equal([42], letter.Headers!["from"].ToArray());
            Assert.True(letter.Offset >= 0);
        }

        foreach (var (reason, value) in broken)
        {
            var letter = Assert.Single(letters, letter => letter.Value is { } bytes && bytes.Span.SequenceEqual(value));
            Assert.Equal("validate", letter.Stage);
            Assert.Contains(reason, letter.ErrorDetail, StringComparison.Ordinal);
        }

        var shortened = Assert.Single(letters, letter => letter.Value is { Length: > 100_000 });
        Assert.True(oversized.AsSpan().StartsWith(shortened.Value!.Value.Span));
        Assert.StartsWith("too large for a dead letter, only its beginning is here: key 1 bytes, value 3000000 bytes; ", shortened.ErrorDetail, StringComparison.Ordinal);
        Assert.Single(letters, letter => letter.Value is null);
        Assert.Single(letters, letter => letter.Topic == KafkaSchemas.Catalog.Topic);
        await using var source = NpgsqlDataSource.Create(world.Dsn.ConnectionString);
        await using var command = source.CreateCommand("SELECT count(*) FROM external.timeseries_observation_quarantine WHERE reasons[1] <> '' AND record->>'provider' = provider AND record->>'series_id' = series_id AND record->>'asof_date' IS NOT NULL");
        Assert.Equal((long)broken.Count, await command.ExecuteScalarAsync());
    }

    private static ObservationHeader Header(SeriesId series) => new(series, new SeriesAttributes("Percent", "D", null, null), "run", "page", DateTimeOffset.UnixEpoch);

    private static Observation Row() => new(DateTime.UnixEpoch, new DateOnly(2020, 1, 1), 1);
}
