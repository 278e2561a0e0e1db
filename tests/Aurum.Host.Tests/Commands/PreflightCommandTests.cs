using System.Text.Json;
using Aurum.Actors.Serialization.Kafka;
using Aurum.Actors.Topics;
using Aurum.Domain;
using Aurum.Host.Engine;
using Aurum.Host.Operating;
using Aurum.Host.Preflight;
using Aurum.Storage;

namespace Aurum.Host.Tests.Commands;

public sealed class PreflightCommandTests : NodeCommandTest
{
    protected override void Prepare()
    {
        Node.Answers("GET /startupz", """{ "status": "started" }""");
        Node.Answers("POST /v1/admin/external/providers/fred/check", """{ "provider": "fred", "good": true, "clock_ahead_seconds": 0.2 }""");
        Line.Providers = [FakeProvider.Fred];
        Line.WriteProvider("fred", """{ "name": "fred", "datasets": [ { "series": ["A"] } ] }""");
        Line.Environment["FRED_API_KEY"] = "hunter2";
        Line.Environment["AURUM_APP_DB_DSN"] = "postgresql://aurum:hunter3@db.example/aurum";
        Line.Environment["KAFKA_BOOTSTRAP_SERVERS"] = "broker.example:9092";
        Line.Environment["SCHEMA_REGISTRY_URL"] = "http://registry.example:8081";
    }

    [Fact]
    public async Task All_that_is_well_is_a_line_each_with_counts_at_the_end()
    {
        var answer = await Line.RunAsync("preflight");

        Assert.Equal((0, ""), (answer.Code, answer.Error));
        var lines = answer.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string[] checks =
        [
            "configuration", "disk", "database", "database rights", "database migrations", "clock database", "kafka", .. KafkaSchemas.All.Select(schema => $"topic {schema.Topic}"),
            "kafka rights", "kafka lag", .. KafkaSchemas.All.Select(schema => $"schema {schema.Subject}"), "node", "key fred", "clock fred",
        ];
        Assert.Equal(checks.Length + 1, lines.Length);
        Assert.All(checks.Zip(lines), pair => Assert.StartsWith($"good     {pair.Item1} ", pair.Item2, StringComparison.Ordinal));
        Assert.Equal($"{checks.Length} good, 0 warnings, 0 failed", lines[^1]);
        Assert.DoesNotContain("hunter", answer.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_has_failed_says_what_to_do_and_ends_as_a_run_would()
    {
        Line.Deployment.DatabaseFailure = new StorageException("PostgreSQL at db.example:5432/aurum cannot be used: connection refused.");

        var answer = await Line.RunAsync("preflight");

        Assert.Equal(3, answer.Code);
        Assert.Contains("FAILED   database               PostgreSQL at db.example:5432/aurum cannot be used: connection refused.\n", answer.Output, StringComparison.Ordinal);
        Assert.Contains("to do: see that it runs", answer.Output, StringComparison.Ordinal);
        Assert.EndsWith(", 1 failed\n", answer.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_configuration_that_cannot_be_used_ends_with_2_and_hides_nothing_else()
    {
        Line.WriteProvider("fred", """{ "name": "fred", "datasets": [], "speed": 1 }""");
        Line.Deployment.DatabaseFailure = new StorageException("away");

        var answer = await Line.RunAsync("preflight");

        Assert.Equal(2, answer.Code);
        Assert.Contains("$.speed: is no known key", answer.Output, StringComparison.Ordinal);
        Assert.Contains("$.datasets: ", answer.Output, StringComparison.Ordinal);
        Assert.Contains("FAILED   database", answer.Output, StringComparison.Ordinal);
        Assert.Contains("good     kafka rights", answer.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_has_the_same_findings()
    {
        Line.Deployment.Topics = TopicState.Missing;
        Line.Deployment.Access = new([.. KafkaSchemas.All.Select(schema => schema.Topic)], [], WritingIsKnown: false, Behind: null);

        var answer = await Line.RunAsync("preflight --json");

        Assert.Equal(0, answer.Code);
        var report = JsonDocument.Parse(answer.Output).RootElement;
        var findings = report.GetProperty("findings").EnumerateArray().ToArray();
        var topic = findings.First(finding => finding.GetProperty("check").GetString()!.StartsWith("topic ", StringComparison.Ordinal));
        Assert.Equal(("warning", "is not there"), (topic.GetProperty("state").GetString(), topic.GetProperty("found").GetString()));
        Assert.Contains("aurum topics ensure", topic.GetProperty("remedy").GetString(), StringComparison.Ordinal);
        Assert.Equal((4, 0), (report.GetProperty("warnings").GetInt32(), report.GetProperty("failed").GetInt32()));
        Assert.DoesNotContain(findings, finding => finding.GetProperty("check").GetString() == "kafka lag");
    }

    [Fact]
    public async Task Rights_migrations_and_clocks_that_are_not_as_they_must_be_are_told()
    {
        Line.Deployment.Database = new("13.2", 13, 5, ["0006_audit_log"], ["insert external.series_catalog"], TimeSpan.FromSeconds(-2));
        Line.Deployment.Access = new([], ["read aurum.ext.timeseries.obs.v1"], WritingIsKnown: false, Behind: null);

        var answer = await Line.RunAsync("preflight");

        Assert.Equal(3, answer.Code);
        Assert.Contains("warning  database               PostgreSQL 13.2 at db.example:5432/aurum is old", answer.Output, StringComparison.Ordinal);
        Assert.Contains("FAILED   database rights        the user may not: insert external.series_catalog", answer.Output, StringComparison.Ordinal);
        Assert.Contains("warning  database migrations    5 are applied, 1 are not: 0006_audit_log", answer.Output, StringComparison.Ordinal);
        Assert.Contains("FAILED   clock database         the database's clock is 2 s behind this one", answer.Output, StringComparison.Ordinal);
        Assert.Contains("FAILED   kafka rights           this user may not: read aurum.ext.timeseries.obs.v1", answer.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "good": false, "kind": "rejected", "detail": "HTTP 400: the key is not registered" }""", 1, "FAILED   key fred               Rejected: HTTP 400: the key is not registered")]
    [InlineData("""{ "good": false, "kind": "throttled", "detail": "HTTP 429" }""", 0, "warning  key fred               Throttled: HTTP 429")]
    [InlineData("""{ "good": true, "clock_ahead_seconds": 90 }""", 1, "FAILED   clock fred             the clock of fred is 90 s ahead of this one")]
    public async Task A_key_is_tried_through_the_gate_of_the_node_that_runs(string says, int code, string line)
    {
        Node.Answers("POST /v1/admin/external/providers/fred/check", says);

        var answer = await Line.RunAsync("preflight");

        Assert.Equal(code, answer.Code);
        Assert.Contains(line, answer.Output, StringComparison.Ordinal);
        Assert.Contains("""POST /v1/admin/external/providers/fred/check {"reason":"preflight"}""", Node.Asked);
    }

    [Fact]
    public async Task A_node_that_is_named_and_away_has_failed_and_nobody_is_asked_past_it()
    {
        await Node.DisposeAsync();
        Line.Deployment.Answers.Add(new ProviderAnswer("fred", null, null, null));

        var answer = await Line.RunAsync("preflight");

        Assert.Equal(3, answer.Code);
        Assert.Contains("FAILED   node                   no node answers at", answer.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("key fred", answer.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_no_node_runs_keys_are_tried_without_one()
    {
        await Node.DisposeAsync();
        using var nobody = new NodeClient(new NodeAddress(new Uri(Line.Environment["AURUM_API_URL"]), null, IsNamed: false));
        var configured = ConfigurationCheck.Run("config", "data", null, SurroundingsOf(Line)).Providers!.Providers;
        Line.Deployment.Answers.Add(new ProviderAnswer("fred", null, new Failure(FailureKind.Rejected, "the key is not registered"), TimeSpan.Zero));

        var findings = await new KeyChecks(Line.Deployment, nobody).RunAsync(configured, "data", null, CancellationToken.None);

        Assert.Equal([FindingState.Good, FindingState.Failed, FindingState.Good], findings.Select(finding => finding.State));
        Assert.Equal("Rejected: the key is not registered", findings[1].Found);
    }

    [Fact]
    public void A_directory_that_cannot_be_written_has_failed()
    {
        Line.Write("file", "");
        Assert.Equal(FindingState.Failed, SystemChecks.Disk(OperatingSystem.IsLinux() ? "/proc/aurum" : Path.Combine(Line.Home, "file")).State);
        Assert.NotEqual(FindingState.Failed, SystemChecks.Disk(Path.Combine(Line.Home, "not", "there", "yet")).State);
        Assert.False(Directory.Exists(Path.Combine(Line.Home, "not")));
    }

    private static Surroundings SurroundingsOf(CommandLine line) => new(
        line.Providers, line.Environment, line.Home, line.Home, Stream.Null, TextWriter.Null, () => line.Engine, (_, _) => throw new NotSupportedException(), _ => throw new NotSupportedException(), () => line.Deployment);
}
