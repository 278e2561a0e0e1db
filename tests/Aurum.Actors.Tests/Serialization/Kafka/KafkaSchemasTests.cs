using System.Runtime.CompilerServices;
using Aurum.Actors.Serialization.Kafka;
using Aurum.Domain;
using Avro;

namespace Aurum.Actors.Tests.Serialization.Kafka;

public sealed class KafkaSchemasTests
{
    public static TheoryData<string> Topics => [.. KafkaSchemas.All.Select(schema => schema.Topic)];

    private static Dictionary<string, Func<byte[]>> Golden { get; } = new()
    {
        ["aurum.ext.timeseries.obs.v1"] = () => new ObservationCodec(1, new KnownSchemas()).Encode(
            new ObservationHeader(new SeriesId("fred", "DGS10"), new SeriesAttributes("Percent", "D", "H.15", null), "run-1", "page-1", Sample.Now),
            new Observation(Sample.Day(1), new DateOnly(2040, 6, 4), 4.25, "4.250", "preliminary", null, new Dictionary<string, string> { ["note"] = "°C" })),
        ["aurum.ext.series_catalog.upsert.v1"] = () => new CatalogCodec(2, new KnownSchemas()).Encode(new CatalogUpsert(
            new CatalogEntry(
                new SeriesId("fred", "DGS10"), "10-Year Treasury", "Constant maturity", "Percent", "D", "H.15", "US", "Rates", "https://fred.stlouisfed.org/series/DGS10",
                Sample.Day(0), Sample.Day(9), Sample.Now, new Dictionary<string, string> { ["popularity"] = "96" }),
            Sample.Now, 3, "active", "none", Sample.Day(8), new DateOnly(2040, 6, 4), Sample.Now.AddDays(-1), ["daily", "nsa"])),
        ["aurum.ingestion.dlq.v1"] = () => new DeadLetterCodec(3, new KnownSchemas()).Encode(new DeadLetter(
            "aurum.ext.timeseries.obs.v1", 11, 123456789012, Sample.Day(1), "fred|DGS10"u8.ToArray(), new byte[] { 0, 255 },
            new Dictionary<string, ReadOnlyMemory<byte>> { ["trace"] = new byte[] { 1, 2, 3 } },
            "decode", "Truncated", "provider needs 4 bytes", Sample.Now, 2, "aurum-external-consumers", "aurum", "0.1.0")),
    };

    [Theory]
    [MemberData(nameof(Topics))]
    public void A_contract_parses_and_every_field_says_what_it_is(string topic)
    {
        var schema = Assert.IsType<RecordSchema>(Schema.Parse(KafkaSchemas.All.Single(schema => schema.Topic == topic).Text));
        Assert.False(string.IsNullOrWhiteSpace(schema.Documentation));
        Assert.All(schema.Fields, field => Assert.False(string.IsNullOrWhiteSpace(field.Documentation), field.Name));
        Assert.All(schema.Fields.Where(field => field.Schema is UnionSchema), field => Assert.Equal("null", field.DefaultValue?.Type.ToString().ToLowerInvariant()));
    }

    [Fact]
    public void Records_and_subjects_have_the_names_that_consumers_know()
    {
        Assert.Equal(
            ["aurum.external.ExtTimeseriesObservation", "aurum.external.ExtSeriesCatalogUpsert", "aurum.ingestion.DeadLetter"],
            KafkaSchemas.All.Select(schema => ((RecordSchema)Schema.Parse(schema.Text)).Fullname));
        Assert.All(KafkaSchemas.All, schema => Assert.Equal(schema.Topic + "-value", schema.Subject));
    }

    [Fact]
    public void The_files_in_config_are_what_is_built_in()
    {
        var folder = Path.Combine(Here(), "..", "..", "..", "..", "config", "schemas", "avro");
        Assert.Equal(KafkaSchemas.All.Select(schema => schema.Topic).Order(), Directory.GetFiles(folder, "*.avsc").Select(Path.GetFileNameWithoutExtension).Order());
        Assert.All(KafkaSchemas.All, schema => Assert.Equal(File.ReadAllText(Path.Combine(folder, schema.Topic + ".avsc")), schema.Text));
    }

    [Theory]
    [MemberData(nameof(Topics))]
    public void The_wire_format_does_not_change_unseen(string topic)
    {
        var path = Path.Combine(Here(), "Golden", topic + ".hex");
        var written = Convert.ToHexStringLower(Golden[topic]());
        if (Environment.GetEnvironmentVariable("AURUM_WRITE_GOLDEN") == "1" && !File.Exists(path))
        {
            File.WriteAllText(path, written + "\n");
        }

        Assert.True(File.Exists(path), $"{path} is missing; AURUM_WRITE_GOLDEN=1 writes the golden file of a new contract");
        Assert.Equal(File.ReadAllText(path).Trim(), written);
    }

    private static string Here([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;
}
