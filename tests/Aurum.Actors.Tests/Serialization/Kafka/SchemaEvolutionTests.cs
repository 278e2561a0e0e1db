using System.Text.Json.Nodes;
using Aurum.Actors.Serialization.Kafka;
using Aurum.Domain;
using FsCheck.Xunit;

namespace Aurum.Actors.Tests.Serialization.Kafka;

/// <summary>Records that other releases and other programs wrote.</summary>
[Properties(Arbitrary = [typeof(KafkaArbitraries)])]
public sealed class SchemaEvolutionTests
{
    private const int Ours = 1;
    private const int Theirs = 77;

    private static readonly DecodedObservation Known = new(
        new ObservationHeader(new SeriesId("fred", "DGS10"), new SeriesAttributes("Percent", "D", "rates", "US"), "run", "page", Sample.Now),
        new Observation(Sample.Day(1), new DateOnly(2040, 6, 4), 4.25, "4.250", "preliminary", "suspect", new Dictionary<string, string> { ["a"] = "b" }));

    [Property(MaxTest = 100)]
    public async Task A_writer_with_other_order_and_more_fields_is_read(ObservationHeader header, Observation observation)
    {
        var written = new DecodedObservation(header, observation);
        var schema = Changed(fields =>
        {
            var reversed = fields.Reverse().ToArray();
            fields.Clear();
            foreach (var field in reversed)
            {
                fields.Add(field);
            }

            fields.Insert(3, JsonNode.Parse("""{"name":"vendor","type":["null","string"],"default":null}"""));
            fields.Add(JsonNode.Parse("""{"name":"scores","type":{"type":"array","items":"double"}}"""));
        });
        var bytes = AvroOracle.Write(Theirs, schema, field => field switch
        {
            "vendor" => "acme",
            "scores" => new object[] { 1.0, 2.0 },
            _ => AvroOracle.FieldOf(written, field),
        });

        var decoded = await Codec(schema).DecodeAsync(bytes, default);
        Assert.Equal(KafkaSamples.Words(written), KafkaSamples.Words(decoded.Value));
    }

    [Fact]
    public async Task A_writer_without_the_optional_fields_is_read_with_their_defaults()
    {
        var schema = Changed(fields =>
        {
            foreach (var field in fields.Where(field => field!["default"] is not null || field.AsObject().ContainsKey("default")).ToArray())
            {
                fields.Remove(field);
            }
        });
        var decoded = await Codec(schema).DecodeAsync(AvroOracle.Write(Theirs, schema, field => AvroOracle.FieldOf(Known, field)), default);
        Assert.Equal(Known.Header with { Attributes = new SeriesAttributes(null, null, null, null) }, decoded.Value.Header);
        Assert.Equal(new Observation(Known.Observation.Timestamp, Known.Observation.AsOf, null), decoded.Value.Observation);
    }

    [Fact]
    public async Task A_narrower_number_is_read_as_a_double()
    {
        var schema = KafkaSchemas.Observations.Text.Replace("""["null", "double"]""", "\"long\"", StringComparison.Ordinal).Replace("\"default\": null, \"doc\": \"The double", "\"doc\": \"The double", StringComparison.Ordinal);
        var bytes = AvroOracle.Write(Theirs, schema, field => field == "value" ? 42L : AvroOracle.FieldOf(Known, field));
        Assert.Equal(42.0, (await Codec(schema).DecodeAsync(bytes, default)).Value.Observation.Value);
    }

    [Fact]
    public async Task A_schema_that_differs_in_words_only_is_read_on_the_short_road_and_fetched_once()
    {
        var schema = KafkaSchemas.Observations.Text.Replace("\"doc\": \"", "\"doc\": \"Formerly: ", StringComparison.Ordinal);
        var writers = new KnownSchemas((Theirs, schema));
        var codec = new ObservationCodec(Ours, writers);
        var bytes = new ObservationCodec(Theirs, writers).Encode(Known.Header, Known.Observation);
        var first = await codec.DecodeAsync(bytes, default);
        Assert.True(codec.TryDecode(bytes, out var second));
        Assert.Same(first.Value.Header, second.Value.Header);
        Assert.Equal(1, writers.Asked);
    }

    [Theory]
    [InlineData("\"asof_date\"", "\"known_on\"", "the field asof_date is missing and has no default")]
    [InlineData("ExtTimeseriesObservation", "SomethingElse", "its record is named aurum.external.SomethingElse, expected aurum.external.ExtTimeseriesObservation")]
    [InlineData("\"series_id\", \"type\": \"string\"", "\"series_id\", \"type\": \"int\"", "the field series_id is written as int, expected string")]
    [InlineData("\"value\", \"type\": [\"null\", \"double\"]", "\"value\", \"type\": [\"null\", \"ExtTimeseriesObservation\"]", "it holds itself")]
    [InlineData("\"ts\", \"type\": { \"type\": \"long\", \"logicalType\": \"timestamp-micros\" }", "\"ts\", \"type\": { \"type\": \"long\", \"logicalType\": \"timestamp-millis\" }", "ts is written as timestamp-millis, expected timestamp-micros")]
    [InlineData("\"record\"", "\"recor\"", "")]
    [InlineData("{", "", "")]
    public async Task A_schema_that_cannot_be_read_as_ours_is_refused_with_the_reason(string part, string other, string reason)
    {
        var at = KafkaSchemas.Observations.Text.IndexOf(part, StringComparison.Ordinal);
        var schema = KafkaSchemas.Observations.Text.Remove(at, part.Length).Insert(at, other);
        var codec = Codec(schema);
        byte[] record = [0, 0, 0, 0, Theirs, 1, 2, 3];
        var failure = (await codec.DecodeAsync(record, default)).Failure;
        Assert.Equal(DecodeFailureKind.IncompatibleSchema, failure?.Kind);
        Assert.Contains($"schema id {Theirs}", failure!.Detail, StringComparison.Ordinal);
        Assert.Contains(reason, failure.Detail, StringComparison.Ordinal);
        Assert.True(codec.TryDecode(record, out _));
    }

    [Fact]
    public async Task A_union_that_holds_a_strange_branch_is_refused_where_it_is_used()
    {
        var schema = KafkaSchemas.Observations.Text.Replace("""["null", "double"]""", """["null", "double", "boolean"]""", StringComparison.Ordinal);
        Task<Decoded<DecodedObservation>> Read(object value) =>
            Codec(schema).DecodeAsync(AvroOracle.Write(Theirs, schema, field => field == "value" ? value : AvroOracle.FieldOf(Known, field)), default).AsTask();
        Assert.Equal(1.5, (await Read(1.5)).Value.Observation.Value);
        Assert.Equal(DecodeFailureKind.IncompatibleSchema, (await Read(true)).Failure?.Kind);
    }

    private static ObservationCodec Codec(string theirs) => new(Ours, new KnownSchemas((Theirs, theirs)));

    private static string Changed(Action<JsonArray> change)
    {
        var schema = JsonNode.Parse(KafkaSchemas.Observations.Text)!;
        change(schema["fields"]!.AsArray());
        return schema.ToJsonString();
    }
}
