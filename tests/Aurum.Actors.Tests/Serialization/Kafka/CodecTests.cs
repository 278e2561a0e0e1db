using Aurum.Actors.Serialization.Kafka;
using Aurum.Domain;
using FsCheck.Xunit;

namespace Aurum.Actors.Tests.Serialization.Kafka;

/// <summary>What is written comes back, and the bytes are those that Apache's library writes.</summary>
[Properties(Arbitrary = [typeof(KafkaArbitraries)])]
public sealed class CodecTests
{
    private const int Id = 0x01020304;

    private readonly ObservationCodec _observations = new(Id, new KnownSchemas());
    private readonly CatalogCodec _catalog = new(Id, new KnownSchemas());
    private readonly DeadLetterCodec _letters = new(Id, new KnownSchemas());

    [Property(MaxTest = 500)]
    public void An_observation_comes_back_bit_by_bit(ObservationHeader header, Observation observation)
    {
        var decoded = Read(_observations, _observations.Encode(header, observation));
        Assert.Equal(KafkaSamples.Words(new DecodedObservation(header, observation)), KafkaSamples.Words(decoded));
        Assert.Equal(DateTimeKind.Utc, decoded.Observation.Timestamp.Kind);
    }

    [Property(MaxTest = 300)]
    public void An_observation_has_the_bytes_that_Apaches_library_writes(ObservationHeader header, Observation observation) => Assert.Equal(
        AvroOracle.Write(Id, KafkaSchemas.Observations.Text, field => AvroOracle.FieldOf(new DecodedObservation(header, observation), field)),
        _observations.Encode(header, observation));

    [Property(MaxTest = 300)]
    public void A_catalog_entry_comes_back_and_has_the_bytes_that_Apaches_library_writes(CatalogUpsert upsert)
    {
        var bytes = _catalog.Encode(upsert);
        Assert.Equal(KafkaSamples.Words(upsert), KafkaSamples.Words(Read(_catalog, bytes)));
        Assert.Equal(AvroOracle.Write(Id, KafkaSchemas.Catalog.Text, field => AvroOracle.FieldOf(upsert, field)), bytes);
    }

    [Property(MaxTest = 300)]
    public void A_dead_letter_comes_back_and_has_the_bytes_that_Apaches_library_writes(DeadLetter letter)
    {
        var bytes = _letters.Encode(letter);
        Assert.Equal(KafkaSamples.Words(letter), KafkaSamples.Words(Read(_letters, bytes)));
        Assert.Equal(AvroOracle.Write(Id, KafkaSchemas.DeadLetters.Text, field => AvroOracle.FieldOf(letter, field)), bytes);
    }

    [Property(MaxTest = 50)]
    public void Headers_that_take_turns_are_not_mixed_up(ObservationHeader[] headers, Observation observation)
    {
        foreach (var header in headers.Concat(headers).Concat(headers.Reverse()))
        {
            Assert.Equal(header, Read(_observations, _observations.Encode(header, observation)).Header);
        }
    }

    [Fact]
    public void A_header_that_repeats_is_one_object_and_its_words_are_shared_with_other_headers()
    {
        var header = new ObservationHeader(new SeriesId("fred", "DGS10"), new SeriesAttributes("Percent", "D", "rates", null), "run-1", "page-1", Sample.Now);
        var next = header with { Series = new SeriesId("fred", "DGS2"), EventId = "page-2" };
        var first = Read(_observations, _observations.Encode(header, Sample.Observation(1, 1)));
        var second = Read(_observations, _observations.Encode(header with { }, Sample.Observation(2, 2)));
        var other = Read(_observations, _observations.Encode(next, Sample.Observation(3, 3)));
        Assert.Same(first.Header, second.Header);
        Assert.Same(first.Header.RunId, other.Header.RunId);
        Assert.Same(first.Header.Attributes.UnitCode, other.Header.Attributes.UnitCode);
    }

    [Fact]
    public void An_instant_finer_than_a_microsecond_is_cut_off()
    {
        var header = new ObservationHeader(new SeriesId("fred", "A"), Sample.Attributes, "run", "page", DateTimeOffset.UnixEpoch.AddTicks(-1));
        Assert.Equal(DateTimeOffset.UnixEpoch.AddMicroseconds(-1), Read(_observations, _observations.Encode(header, Sample.Observation(1, 1))).Header.IngestedAt);
    }

    [Fact]
    public void Encoding_allocates_the_records_bytes_and_nothing_else()
    {
        var header = new ObservationHeader(new SeriesId("fred", "DGS10"), Sample.Attributes, "run", "page", Sample.Now);
        var observation = Sample.Observation(1, 4.25);
        var size = _observations.Encode(header, observation).Length;
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            _observations.Encode(header, observation);
        }

        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 1000, size, size + 32);
    }

    [Fact]
    public void Decoding_allocates_nothing_where_everything_repeats()
    {
        var bytes = _observations.Encode(
            new ObservationHeader(new SeriesId("fred", "DGS10"), Sample.Attributes, "run", "page", Sample.Now),
            Sample.Observation(1, 4.25) with { Status = "preliminary" });
        Assert.True(_observations.TryDecode(bytes, out _));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            _observations.TryDecode(bytes, out _);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1000);
    }

    [Fact]
    public void Many_threads_may_share_a_codec() => Parallel.For(0, 2000, i =>
    {
        var header = new ObservationHeader(new SeriesId("fred", $"S{i % 7}"), Sample.Attributes, $"run-{i % 3}", $"page-{i % 11}", Sample.Now);
        var decoded = Read(_observations, _observations.Encode(header, Sample.Observation(i, i)));
        Assert.Equal(header, decoded.Header);
        Assert.Equal(i, decoded.Observation.Value);
    });

    private static T Read<T>(AvroCodec<T> codec, byte[] bytes)
    {
        Assert.True(codec.TryDecode(bytes, out var decoded));
        Assert.True(decoded.IsDecoded, decoded.Failure?.ToString());
        return decoded.Value;
    }
}
