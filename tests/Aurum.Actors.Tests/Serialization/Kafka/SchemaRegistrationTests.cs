using System.Text.Json.Nodes;
using Aurum.Actors.Serialization.Kafka;
using Aurum.SchemaRegistry;
using Aurum.Testing.SchemaRegistry;

namespace Aurum.Actors.Tests.Serialization.Kafka;

public sealed class SchemaRegistrationTests : IAsyncLifetime
{
    private readonly HttpClient _http = SchemaRegistryClient.CreateHttpClient();
    private SchemaRegistryServer _server = null!;

    public async Task InitializeAsync() => _server = await SchemaRegistryServer.StartAsync();

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task An_empty_registry_takes_all_contracts_once()
    {
        Assert.All(await Registration().CheckAsync(KafkaSchemas.All, default), standing => Assert.Equal((SchemaState.Registrable, null), (standing.State, standing.Id)));
        Assert.Empty(_server.Versions);

        var first = await Registration().RegisterAsync(KafkaSchemas.All, default);
        Assert.All(first, standing => Assert.Equal((SchemaState.RegisteredNow, 1), (standing.State, standing.Version)));
        Assert.Equal([1, 2, 3], first.Select(standing => standing.Id));

        var second = await Registration().RegisterAsync(KafkaSchemas.All, default);
        Assert.All(second, standing => Assert.Equal(SchemaState.AlreadyThere, standing.State));
        Assert.Equal(first.Select(standing => (standing.Id, standing.Version)), second.Select(standing => (standing.Id, standing.Version)));
        Assert.Equal(3, _server.Versions.Count);
    }

    [Fact]
    public async Task A_contract_that_the_rule_forbids_is_reported_with_reasons_and_does_not_hold_up_the_others()
    {
        var schemas = KafkaSchemas.All.Select(schema => schema == KafkaSchemas.Observations ? WithField(schema, """{"name":"must","type":"string"}""") : schema).ToArray();
        await Registration().RegisterAsync([KafkaSchemas.Observations], default);
        var standings = await Registration().RegisterAsync(schemas, default);
        Assert.Equal(SchemaState.Incompatible, standings[0].State);
        Assert.Null(standings[0].Id);
        var conflict = standings[0].Conflict!;
        Assert.Equal(("BACKWARD", 1), (conflict.Rule, conflict.Latest!.Version));
        Assert.Contains("must", Assert.Single(conflict.Reasons), StringComparison.Ordinal);
        Assert.Equal([SchemaState.RegisteredNow, SchemaState.RegisteredNow], standings.Skip(1).Select(standing => standing.State));
        Assert.Equal(3, _server.Versions.Count);
        var exception = Assert.Throws<InvalidOperationException>(() => KafkaCodecs.Of(standings, new KnownSchemas()));
        Assert.Contains("aurum.ext.timeseries.obs.v1-value", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_contract_may_grow_by_an_optional_field()
    {
        await Registration().RegisterAsync(KafkaSchemas.All, default);
        var grown = WithField(KafkaSchemas.Catalog, """{"name":"licence","type":["null","string"],"default":null}""");
        var standing = Assert.Single(await Registration().RegisterAsync([grown], default));
        Assert.Equal((SchemaState.RegisteredNow, 2), (standing.State, standing.Version));
    }

    [Fact]
    public async Task A_registry_that_is_down_is_an_exception_and_no_verdict()
    {
        _server.FailNext(100, 503);
        var exception = await Assert.ThrowsAsync<SchemaRegistryException>(() => Registration().CheckAsync(KafkaSchemas.All, default));
        Assert.Equal(SchemaRegistryFailure.Unreachable, exception.Kind);
    }

    [Fact]
    public async Task A_record_of_a_newer_release_is_read_by_way_of_the_registry()
    {
        var client = Client();
        var standings = await new SchemaRegistration(client).RegisterAsync(KafkaSchemas.All, default);
        var codecs = KafkaCodecs.Of(standings, new RegistryWriterSchemas(Client(), TimeProvider.System));
        var newer = WithField(KafkaSchemas.Observations, """{"name":"licence","type":["null","string"],"default":null}""");
        var theirId = (await new SchemaRegistration(client).RegisterAsync([newer], default)).Single().Id!.Value;
        var written = new DecodedObservation(new ObservationHeader(Sample.Series().Id, Sample.Attributes, "run", "page", Sample.Now), Sample.Observation(1, 2.5));
        var bytes = AvroOracle.Write(theirId, newer.Text, field => field == "licence" ? "CC0" : AvroOracle.FieldOf(written, field));
        Assert.Equal(KafkaSamples.Words(written), KafkaSamples.Words((await codecs.Observations.DecodeAsync(bytes, default)).Value));
    }

    [Fact]
    public async Task Unknown_ids_are_asked_for_once_in_a_while()
    {
        var writers = new RegistryWriterSchemas(Client(), TimeProvider.System);
        for (var i = 0; i < 5; i++)
        {
            Assert.Null(await writers.FindAsync(77, default));
            Assert.Null(await writers.FindAsync(-5, default));
        }

        Assert.Single(_server.Requests);
    }

    private SchemaRegistration Registration() => new(Client());

    private SchemaRegistryClient Client() => new(_http, SchemaRegistryOptions.Parse(_server.Address.AbsoluteUri), TimeProvider.System);

    private static KafkaSchema WithField(KafkaSchema schema, string field)
    {
        var json = JsonNode.Parse(schema.Text)!;
        json["fields"]!.AsArray().Add(JsonNode.Parse(field));
        return schema with { Text = json.ToJsonString() };
    }
}
