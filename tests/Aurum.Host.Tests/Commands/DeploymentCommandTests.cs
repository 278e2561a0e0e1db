using Aurum.Actors.Serialization.Kafka;
using Aurum.Actors.Topics;
using Aurum.Host.Engine;

namespace Aurum.Host.Tests.Commands;

/// <summary><c>aurum db</c>, <c>topics</c> and <c>schemas</c>.</summary>
public sealed class DeploymentCommandTests : IDisposable
{
    private readonly CommandLine _line = new();

    public DeploymentCommandTests()
    {
        _line.Environment["AURUM_APP_DB_DSN"] = "postgresql://aurum:secret@db.example/aurum";
        _line.Environment["KAFKA_BOOTSTRAP_SERVERS"] = "broker.example:9092";
        _line.Environment["SCHEMA_REGISTRY_URL"] = "http://registry.example:8081";
        _line.Write("config/providers/none.txt", "");
    }

    [Fact]
    public async Task Migrate_says_what_it_applied_and_where()
    {
        _line.Deployment.Migrations = ["0001_observations", "0002_catalog"];
        var answer = await _line.RunAsync("db migrate");
        Assert.Equal((0, "applied 0001_observations\napplied 0002_catalog\npostgresql://aurum@db.example:5432/aurum is up to date\n"), (answer.Code, answer.Output));
    }

    [Theory]
    [InlineData("check", TopicState.Fine, 0, "is there as configured")]
    [InlineData("check", TopicState.Missing, 1, "is not there; aurum topics ensure makes it")]
    [InlineData("ensure", TopicState.Missing, 0, "made, with 12 partitions")]
    [InlineData("ensure", TopicState.Drifted, 1, "differs: partitions is 1, wanted 12")]
    public async Task Topics_are_told_one_a_line(string command, TopicState state, int code, string says)
    {
        _line.Deployment.Topics = state;
        var answer = await _line.RunAsync($"topics {command}");
        Assert.Equal(code, answer.Code);
        Assert.Equal(KafkaSchemas.All.Select(schema => $"{schema.Topic}: {says}"), answer.Output.TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData("check", SchemaState.AlreadyThere, 0, "is there, id 7, version 1")]
    [InlineData("check", SchemaState.Registrable, 0, "is not there and would be taken; aurum schemas register does it")]
    [InlineData("register", SchemaState.Registrable, 0, "registered, id 7, version 1")]
    [InlineData("register", SchemaState.Incompatible, 1, "is not compatible with id 7, version 1, under the rule BACKWARD: a field was taken away")]
    public async Task Schemas_are_told_one_a_line(string command, SchemaState state, int code, string says)
    {
        _line.Deployment.Schemas = state;
        var answer = await _line.RunAsync($"schemas {command}");
        Assert.Equal(code, answer.Code);
        Assert.Equal(KafkaSchemas.All.Select(schema => $"{schema.Subject}: {says}"), answer.Output.TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData("db migrate", "AURUM_APP_DB_DSN")]
    [InlineData("topics ensure", "KAFKA_BOOTSTRAP_SERVERS")]
    [InlineData("schemas check", "SCHEMA_REGISTRY_URL")]
    [InlineData("schemas register", "SCHEMA_REGISTRY_URL")]
    public async Task What_is_not_set_is_named(string command, string variable)
    {
        _line.Environment[variable] = "";
        var answer = await _line.RunAsync(command);
        Assert.Equal(2, answer.Code);
        Assert.StartsWith($"{variable}: is not set; expected ", answer.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("topics ensure")]
    [InlineData("schemas check")]
    public async Task A_system_that_is_not_there_ends_with_3(string command)
    {
        _line.Deployment.Failure = new NodeStartException("broker.example:9092 does not answer");
        var answer = await _line.RunAsync(command);
        Assert.Equal((3, "aurum: broker.example:9092 does not answer\n"), (answer.Code, answer.Error));
    }

    [Fact]
    public async Task Topics_are_as_the_file_says_and_TLS_as_the_environment_says()
    {
        _line.Write("config/kafka.json", """
            { "properties": { "client.id": "mine", "socket.timeout.ms": 5000 },
              "topics": { "aurum.ext.timeseries.obs.v1": { "partitions": 24, "config": { "retention.ms": 1 } } } }
            """);
        _line.Environment["KAFKA_SECURITY_PROTOCOL"] = "sasl_ssl";
        _line.Environment["KAFKA_SASL_MECHANISM"] = "SCRAM-SHA-512";
        _line.Environment["KAFKA_SASL_USERNAME"] = "me";
        _line.Environment["KAFKA_SASL_PASSWORD"] = "hunter2";
        _line.Environment["KAFKA_PORT"] = "tcp://10.0.0.1:9092";
        _line.Environment["KAFKA_SERVICE_HOST"] = "10.0.0.1";
        _line.Deployment.Topics = TopicState.Missing;
        var answer = await _line.RunAsync("topics ensure");
        Assert.Equal(("", 0), (answer.Error, answer.Code));
        Assert.Contains("aurum.ext.timeseries.obs.v1: made, with 24 partitions", answer.Output, StringComparison.Ordinal);
        Assert.Equal(
            [("bootstrap.servers", "broker.example:9092"), ("client.id", "mine"), ("sasl.mechanism", "SCRAM-SHA-512"), ("sasl.password", "hunter2"), ("sasl.username", "me"), ("security.protocol", "sasl_ssl"), ("socket.timeout.ms", "5000")],
            _line.Deployment.Kafka!.OfAdmin.OrderBy(property => property.Key, StringComparer.Ordinal).Select(property => (property.Key, property.Value)));
    }

    [Theory]
    [InlineData("""{ "produce": {} }""", "$.produce: is no known key")]
    [InlineData("""{ "producer": { "acks": "1" } }""", "$.producer.acks: is always all")]
    [InlineData("""{ "consumer": { "enable.auto.commit": true } }""", "$.consumer.enable.auto.commit: is always false")]
    [InlineData("""{ "properties": { "no.such.thing": 1 } }""", "$.properties.no.such.thing: ")]
    [InlineData("""{ "producer": { "compression.type": "rar" } }""", "$.producer.compression.type: ")]
    [InlineData("""{ "topics": { "mine": {} } }""", "$.topics.mine: is no known key")]
    [InlineData("""{ "topics": { "aurum.ingestion.dlq.v1": { "partitions": 0 } } }""", "$.topics.aurum.ingestion.dlq.v1.partitions: is 0; expected a whole number from 1 to 10000")]
    [InlineData("""{ "properties": { "client.id": ["a"] } }""", "$.properties.client.id: is a list; expected a string, a number, true or false")]
    public async Task A_wrong_file_is_told_by_key(string file, string says)
    {
        _line.Write("config/kafka.json", file);
        var answer = await _line.RunAsync("topics ensure");
        Assert.Equal(2, answer.Code);
        Assert.Contains($"kafka.json: {says}", answer.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _line.Dispose();
}
