using Aurum.Actors;
using Aurum.Host.Engine;
using NJsonSchema;

namespace Aurum.Host.Tests.Configuration;

/// <summary>Which road the environment chooses, and who stands on it.</summary>
public sealed class RoadConfigurationTests : IDisposable
{
    private const string Dsn = "postgresql://aurum:hunter2@db.example:6432/prices?sslmode=require";

    private readonly CommandLine _line = new();

    public RoadConfigurationTests()
    {
        _line.WriteProvider("worldbank", """{ "name": "worldbank", "datasets": [ { "series": ["A"] } ] }""");
        _line.Providers = [FakeProvider.WorldBank];
    }

    [Fact]
    public async Task Nothing_set_is_one_process()
    {
        await RunAsync("run", 0);
        Assert.Equal((null, null, NodeRoles.All), (_line.Engine.Ran!.Road.Database, _line.Engine.Ran.Road.Kafka, _line.Engine.Ran.Roles));
    }

    [Fact]
    public async Task A_database_alone_is_a_road_too()
    {
        _line.Environment["AURUM_APP_DB_DSN"] = Dsn;
        await RunAsync("run", 0);
        Assert.Equal("postgresql://aurum@db.example:6432/prices", _line.Engine.Ran!.Road.Database!.ToString());
        Assert.Null(_line.Engine.Ran.Road.Kafka);
    }

    [Fact]
    public async Task All_three_are_the_road_of_production()
    {
        Production();
        _line.Environment["SCHEMA_REGISTRY_BASIC_AUTH_USER_INFO"] = "me:hunter2";
        await RunAsync("run", 0);
        var kafka = _line.Engine.Ran!.Road.Kafka!;
        Assert.Equal(("broker.example:9092", "aurum-external-consumers"), (kafka.Options.BootstrapServers, kafka.Options.GroupId));
        Assert.Equal("http://registry.example:8081/", Assert.Single(kafka.Registry.Addresses).AbsoluteUri);
        Assert.NotNull(kafka.Registry.Credentials);
    }

    [Theory]
    [InlineData("SCHEMA_REGISTRY_URL")]
    [InlineData("AURUM_APP_DB_DSN")]
    public async Task Kafka_without_what_it_needs_is_refused(string missing)
    {
        Production();
        _line.Environment.Remove(missing);
        Assert.StartsWith($"{missing}: is not set; expected ", await RunAsync("run", 2), StringComparison.Ordinal);
        Assert.Null(_line.Engine.Ran);
    }

    [Theory]
    [InlineData("http://me:hunter2@registry.example", "SCHEMA_REGISTRY_URL")]
    [InlineData("registry.example:8081", "SCHEMA_REGISTRY_URL")]
    public async Task An_address_of_a_registry_that_is_none_is_told_without_its_secret(string address, string says)
    {
        Production();
        _line.Environment["SCHEMA_REGISTRY_URL"] = address;
        var error = await RunAsync("run", 2);
        Assert.Contains(says, error, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mysql://aurum:hunter2@db.example/prices")]
    [InlineData("postgresql://aurum:hunter2@db.example:port/prices")]
    [InlineData("postgresql://aurum:hunter2@db.example/prices?sslmodus=require")]
    [InlineData("hunter2")]
    public async Task An_address_of_a_database_that_is_none_ends_with_3_and_without_its_secret(string dsn)
    {
        _line.Environment["AURUM_APP_DB_DSN"] = dsn;
        var error = await RunAsync("run", 3);
        Assert.Contains("AURUM_APP_DB_DSN", error, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run --roles collector", null, NodeRoles.Collector)]
    [InlineData("run --roles processor", null, NodeRoles.Processor)]
    [InlineData("run --roles processor,collector", null, NodeRoles.Collector | NodeRoles.Processor)]
    [InlineData("run --loop --roles api", null, NodeRoles.Api)]
    [InlineData("run", null, NodeRoles.All)]
    [InlineData("run", "processor", NodeRoles.Processor)]
    [InlineData("run --roles collector", "processor", NodeRoles.Collector)]
    public async Task Roles_come_from_the_option_or_the_environment(string line, string? variable, NodeRoles expected)
    {
        Production();
        _line.Environment["AURUM_ROLES"] = variable ?? "";
        await RunAsync(line, 0);
        Assert.Equal(expected, _line.Engine.Ran!.Roles);
    }

    [Fact]
    public async Task Roles_that_make_no_sense_are_refused()
    {
        Assert.Contains("--roles: there is no role \"cook\"", await RunAsync("run --roles cook", 2), StringComparison.Ordinal);
        Assert.Contains("KAFKA_BOOTSTRAP_SERVERS", await RunAsync("run --roles processor", 2), StringComparison.Ordinal);
        Assert.Contains("expected --loop", await RunAsync("run --roles api", 2), StringComparison.Ordinal);
        Assert.Contains("AURUM_APP_DB_DSN", await RunAsync("run --roles api --loop", 2), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_processor_needs_no_provider()
    {
        Production();
        Directory.Delete(Path.Combine(_line.Home, "config"), recursive: true);
        await RunAsync("run --roles processor", 0);
        Assert.Empty(_line.Engine.Ran!.Configuration.Providers);
    }

    [Fact]
    public async Task The_demo_touches_no_outside_system_unless_it_is_told_to()
    {
        Production();
        await RunAsync("demo", 0);
        Assert.Equal((null, null), (_line.Engine.Demonstrated!.Road.Database, _line.Engine.Demonstrated.Road.Kafka));
        await RunAsync("demo --postgres", 0);
        Assert.Equal((true, true), (_line.Engine.Demonstrated.Road.Database is not null, _line.Engine.Demonstrated.Road.Kafka is null));
        await RunAsync("demo --postgres --kafka", 0);
        Assert.NotNull(_line.Engine.Demonstrated.Road.Kafka);
        Assert.Contains("--postgres", await RunAsync("demo --kafka", 2), StringComparison.Ordinal);
        _line.Environment.Clear();
        Assert.Contains("scripts/dev-services", await RunAsync("demo --kafka --postgres", 2), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_query_reads_the_database_unless_files_are_named()
    {
        _line.Environment["AURUM_APP_DB_DSN"] = Dsn;
        await RunAsync("query series", 0);
        Assert.Equal("prices", _line.OpenedDatabase!.Database);
    }

    [Fact]
    public async Task A_bug_that_quotes_a_secret_does_not_show_it()
    {
        Production();
        _line.Environment["KAFKA_SASL_PASSWORD"] = "swordfish";
        _line.Engine.Ends = () => throw new InvalidOperationException("cannot use hunter2 or swordfish");
        var error = await RunAsync("run", 70);
        Assert.Contains("cannot use *** or ***", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_shipped_file_is_accepted_by_schema_and_binder()
    {
        var text = await File.ReadAllTextAsync(Repository.PathOf("config", "kafka.json"));
        var schema = await JsonSchema.FromFileAsync(Repository.PathOf("config", "schemas", "kafka.schema.json"));
        Assert.Empty(schema.Validate(text));
        Assert.NotEmpty(schema.Validate("""{ "producer": { "acks": "1" } }"""));
        Assert.NotEmpty(schema.Validate("""{ "topics": { "mine": {} } }"""));
        Production();
        _line.Write("config/kafka.json", text);
        await RunAsync("topics ensure", 0);
    }

    public void Dispose() => _line.Dispose();

    private void Production()
    {
        _line.Environment["AURUM_APP_DB_DSN"] = Dsn;
        _line.Environment["KAFKA_BOOTSTRAP_SERVERS"] = "broker.example:9092";
        _line.Environment["SCHEMA_REGISTRY_URL"] = "http://registry.example:8081";
    }

    private async Task<string> RunAsync(string line, int code)
    {
        var answer = await _line.RunAsync(line);
        Assert.Equal((code, line), (answer.Code, line));
        return answer.Error;
    }
}
