using Aurum.Testing.SchemaRegistry;

namespace Aurum.SchemaRegistry.Tests;

/// <summary>The rules that the test registry keeps, so that what passes there passes a real one.</summary>
public sealed class SchemaCompatibilityTests
{
    [Theory]
    [InlineData("\"long\"", "\"int\"", true)]
    [InlineData("\"int\"", "\"long\"", false)]
    [InlineData("\"double\"", "\"float\"", true)]
    [InlineData("\"string\"", "\"int\"", false)]
    [InlineData("""["null","string"]""", "\"string\"", true)]
    [InlineData("\"string\"", """["null","string"]""", false)]
    [InlineData("""["null","string"]""", """["null","int"]""", false)]
    [InlineData("""["null","double"]""", """["null","int"]""", true)]
    [InlineData("""{"type":"array","items":"long"}""", """{"type":"array","items":"int"}""", true)]
    [InlineData("""{"type":"map","values":"int"}""", """{"type":"map","values":"string"}""", false)]
    [InlineData("""{"type":"enum","name":"E","symbols":["A"]}""", """{"type":"enum","name":"E","symbols":["A","B"]}""", false)]
    [InlineData("""{"type":"enum","name":"E","symbols":["A"],"default":"A"}""", """{"type":"enum","name":"E","symbols":["A","B"]}""", true)]
    [InlineData("""{"type":"fixed","name":"F","size":4}""", """{"type":"fixed","name":"F","size":5}""", false)]
    [InlineData("""{"type":"long","logicalType":"timestamp-micros"}""", "\"long\"", true)]
    [InlineData("""{"type":"record","name":"R","fields":[]}""", """{"type":"record","name":"R","fields":[{"name":"a","type":"int"}]}""", true)]
    [InlineData("""{"type":"record","name":"R","fields":[{"name":"a","type":"int"}]}""", """{"type":"record","name":"R","fields":[]}""", false)]
    [InlineData("""{"type":"record","name":"R","fields":[{"name":"a","type":"int","default":1}]}""", """{"type":"record","name":"R","fields":[]}""", true)]
    [InlineData("""{"type":"record","name":"R","fields":[{"name":"a","type":["null","int"],"default":null}]}""", """{"type":"record","name":"R","fields":[]}""", true)]
    [InlineData("""{"type":"record","name":"R","fields":[{"name":"a","aliases":["b"],"type":"int"}]}""", """{"type":"record","name":"R","fields":[{"name":"b","type":"int"}]}""", true)]
    [InlineData("""{"type":"record","name":"R","fields":[]}""", """{"type":"record","name":"S","fields":[]}""", false)]
    [InlineData("""{"type":"record","name":"R","fields":[{"name":"next","type":["null","R"]}]}""", """{"type":"record","name":"R","fields":[{"name":"next","type":["null","R"]}]}""", true)]
    public void A_schema_reads_what_another_wrote_or_not(string reader, string writer, bool readable) =>
        Assert.Equal(readable, SchemaCompatibility.Problems(reader, writer).Count == 0);
}
