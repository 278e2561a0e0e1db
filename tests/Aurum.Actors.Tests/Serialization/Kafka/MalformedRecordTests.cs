using System.Buffers.Binary;
using Aurum.Actors.Serialization.Kafka;
using Aurum.Domain;
using FsCheck.Xunit;

namespace Aurum.Actors.Tests.Serialization.Kafka;

/// <summary>Bytes that are no record: each is refused with its reason; none costs memory or brings the reader down.</summary>
[Properties(Arbitrary = [typeof(KafkaArbitraries)])]
public sealed class MalformedRecordTests
{
    private const int Ours = 1;
    private const int Theirs = 2;

    /// <summary>Another field is enough for the long road; the rest of it, arrays of nothing among it, invites abuse.</summary>
    private static readonly string Strange = KafkaSchemas.Observations.Text.Replace(
        "\"fields\": [",
        """
        "fields": [
          { "name": "nothings", "type": { "type": "array", "items": "null" } },
          { "name": "nest", "type": { "type": "record", "name": "Nest", "fields": [ { "name": "inner", "type": ["null", "string"] } ] } },
          { "name": "kind", "type": { "type": "enum", "name": "Kind", "symbols": ["A", "B"] } },
          { "name": "hash", "type": { "type": "fixed", "name": "Hash", "size": 16 } },
          { "name": "blob", "type": "bytes" },
          { "name": "sure", "type": "boolean" },
          { "name": "ratio", "type": "float" },
        """,
        StringComparison.Ordinal);

    private readonly KnownSchemas _known = new((Theirs, Strange));
    private readonly ObservationCodec _codec;

    public MalformedRecordTests() => _codec = new ObservationCodec(Ours, _known);

    public static TheoryData<DecodeFailureKind, string, string> Cases => new()
    {
        { DecodeFailureKind.TooShort, "", "0 bytes" },
        { DecodeFailureKind.TooShort, "00000000", "4 bytes" },
        { DecodeFailureKind.WrongMagicByte, "7b2261223a317d", "0x7b" },
        { DecodeFailureKind.Truncated, "0000000001", "provider" },
        { DecodeFailureKind.Truncated, "0000000001" + "08" + "6672", "provider needs 4 bytes, but the body has 2 left" },
        { DecodeFailureKind.Truncated, "0000000001" + "feffffff0f", "provider needs 2147483647 bytes" },
        { DecodeFailureKind.Truncated, "0000000001" + "feffffffffffffffff01", "provider needs 9223372036854775807 bytes" },
        { DecodeFailureKind.InvalidLength, "0000000001" + "01", "provider has the length -1" },
        { DecodeFailureKind.InvalidLength, "0000000001" + "ffffffffffffffffff01", "provider has the length -9223372036854775808" },
        { DecodeFailureKind.InvalidValue, "0000000001" + "ffffffffffffffffff02", "64 bits" },
        { DecodeFailureKind.InvalidValue, "0000000001" + "ffffffffffffffffffffffffff01", "64 bits" },
        { DecodeFailureKind.InvalidUtf8, "0000000001" + Text + "04c328" + "00000000" + Text + Text + "0000" + "00" + "00" + "00000000" + "00", "series_id" },
        { DecodeFailureKind.InvalidValue, "0000000001" + Text + Text + "04", "unit_code is of branch 2" },
        { DecodeFailureKind.InvalidValue, Header + "feffffffffffffffff01", "ts is 9223372036854775807" },
        { DecodeFailureKind.InvalidValue, Header + "00" + "feffffff0f", "asof_date is 2147483647 days" },
        { DecodeFailureKind.InvalidValue, Header + "00" + "feffffffffff01", "asof_date is 4398046511103, which is no int" },
        { DecodeFailureKind.Truncated, Header + "00" + "00" + "0200000000", "value needs 8 bytes" },
        { DecodeFailureKind.InvalidLength, BeforeMetadata + "feffffff0f", "metadata has a block of 2147483647 items" },
        { DecodeFailureKind.InvalidLength, BeforeMetadata + "ffffffffffffffffff01" + "00", "metadata" },
        { DecodeFailureKind.InvalidLength, BeforeMetadata + "01" + "7e" + "00", "metadata has a block of 63 bytes" },
        { DecodeFailureKind.InvalidLength, BeforeMetadata + "01" + "01" + "00", "metadata has a block of -1 bytes" },
        { DecodeFailureKind.Truncated, BeforeMetadata, "metadata" },
        { DecodeFailureKind.TrailingBytes, BeforeMetadata + "00" + "2a", "1 bytes are left" },
        { DecodeFailureKind.UnknownSchema, "0000000009", "schema id 9" },
        { DecodeFailureKind.UnknownSchema, "00ffffffff", "schema id -1" },
        { DecodeFailureKind.InvalidLength, "0000000002" + "feffffffffffffffff01", "nothings has a block" },
        { DecodeFailureKind.InvalidLength, "0000000002" + "06" + "06" + "06" + "000000", "nothings has more items" },
        { DecodeFailureKind.InvalidUtf8, "0000000002" + "00" + "02" + "02ff", "inner" },
        { DecodeFailureKind.InvalidValue, "0000000002" + "00" + "00" + "08", "kind is of branch 4" },
        { DecodeFailureKind.Truncated, "0000000002" + "00" + "00" + "00" + "00", "hash needs 16 bytes" },
        { DecodeFailureKind.Truncated, "0000000002" + "00" + "00" + "00" + "00000000000000000000000000000000" + "feffffff0f", "blob needs 2147483647 bytes" },
    };

    private static string Text => "0261";

    private static string Header => "0000000001" + Text + Text + "00000000" + Text + Text + "00";

    private static string BeforeMetadata => Header + "00" + "00" + "00" + "000000";

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_broken_record_is_refused_with_its_reason_at_hardly_any_cost(DecodeFailureKind kind, string hex, string words)
    {
        await _codec.DecodeAsync(new byte[] { 0, 0, 0, 0, Theirs }, default);
        var bytes = Convert.FromHexString(hex);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var failure = (await _codec.DecodeAsync(bytes, default)).Failure;
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
        Assert.Equal(kind, failure?.Kind);
        Assert.Contains(words, failure!.Detail, StringComparison.Ordinal);
    }

    [Property(MaxTest = 2000)]
    public async Task Random_bytes_never_bring_it_down(byte[] bytes, bool framed, bool ours)
    {
        byte[] record = framed ? [0, 0, 0, 0, (byte)(ours ? Ours : Theirs), .. bytes] : bytes;
        var decoded = await _codec.DecodeAsync(record, default);
        Assert.NotEqual(decoded.IsDecoded, decoded.Failure is not null);
    }

    [Property(MaxTest = 300)]
    public async Task A_record_with_a_changed_byte_is_read_or_refused_but_never_brings_it_down(ObservationHeader header, Observation observation, int place, byte other)
    {
        var record = _codec.Encode(header, observation);
        record[(int)((uint)place % record.Length)] = other;
        await _codec.DecodeAsync(record, default);

        var theirs = AvroOracle.Write(Theirs, Strange, field => field switch
        {
            "nothings" => Array.Empty<object>(),
            "nest" => Nest(),
            "kind" => new Avro.Generic.GenericEnum((Avro.EnumSchema)StrangeField("kind"), "B"),
            "hash" => new Avro.Generic.GenericFixed((Avro.FixedSchema)StrangeField("hash"), new byte[16]),
            "blob" => new byte[] { 1, 2 },
            "sure" => true,
            "ratio" => 0.5f,
            _ => AvroOracle.FieldOf(new DecodedObservation(header, observation), field),
        });
        Assert.True((await _codec.DecodeAsync(theirs, default)).IsDecoded);
        theirs[5 + (int)((uint)place % (theirs.Length - 5))] = other;
        await _codec.DecodeAsync(theirs, default);
    }

    [Property(MaxTest = 50)]
    public void A_record_cut_short_anywhere_is_refused(ObservationHeader header, Observation observation)
    {
        var record = _codec.Encode(header, observation);
        for (var length = 0; length < record.Length; length++)
        {
            Assert.True(_codec.TryDecode(record.AsSpan(0, length), out var decoded));
            Assert.True(decoded.Failure?.Kind is DecodeFailureKind.TooShort or DecodeFailureKind.Truncated or DecodeFailureKind.InvalidLength, $"{length}: {decoded.Failure}");
        }
    }

    [Property(MaxTest = 200)]
    public void A_catalog_entry_or_dead_letter_with_changed_or_missing_bytes_never_brings_it_down(CatalogUpsert upsert, DeadLetter letter, int place, byte other)
    {
        var (catalog, letters) = (new CatalogCodec(Ours, _known), new DeadLetterCodec(Ours, _known));
        AssertSurvives(catalog, catalog.Encode(upsert), place, other);
        AssertSurvives(letters, letters.Encode(letter), place, other);
    }

    [Fact]
    public async Task A_registry_that_is_down_is_no_verdict_on_the_record()
    {
        var codec = new ObservationCodec(Ours, new Unreachable());
        await Assert.ThrowsAsync<HttpRequestException>(async () => await codec.DecodeAsync(new byte[] { 0, 0, 0, 0, 9, 1 }, default));
    }

    [Property]
    public bool A_frame_has_a_zero_and_the_id_highest_byte_first(int id)
    {
        Span<byte> frame = stackalloc byte[ConfluentFraming.Length];
        ConfluentFraming.Write(frame, id);
        return frame[0] == 0 && BinaryPrimitives.ReadInt32BigEndian(frame[1..]) == id && ConfluentFraming.Read(frame, out var read) is null && read == id;
    }

    private static void AssertSurvives<T>(AvroCodec<T> codec, byte[] record, int place, byte other)
    {
        for (var length = ConfluentFraming.Length; length < record.Length; length++)
        {
            Assert.True(codec.TryDecode(record.AsSpan(0, length), out var cut));
            Assert.False(cut.IsDecoded);
        }

        record[ConfluentFraming.Length + (int)((uint)place % (record.Length - ConfluentFraming.Length))] = other;
        Assert.True(codec.TryDecode(record, out _));
    }

    private static Avro.Schema StrangeField(string name) => ((Avro.RecordSchema)Avro.Schema.Parse(Strange))[name].Schema;

    private static Avro.Generic.GenericRecord Nest()
    {
        var nest = new Avro.Generic.GenericRecord((Avro.RecordSchema)StrangeField("nest"));
        nest.Add("inner", null!);
        return nest;
    }

    private sealed class Unreachable : IWriterSchemas
    {
        public ValueTask<string?> FindAsync(int schemaId, CancellationToken cancellationToken) => throw new HttpRequestException("refused");
    }
}
