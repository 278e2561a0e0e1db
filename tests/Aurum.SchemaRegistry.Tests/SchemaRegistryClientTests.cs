using Aurum.Testing.SchemaRegistry;

namespace Aurum.SchemaRegistry.Tests;

/// <summary>The client against a registry over HTTP.</summary>
public sealed class SchemaRegistryClientTests : IAsyncLifetime
{
    private const string Subject = "topic/with odd&name-value";
    private const string First = """{"type":"record","name":"R","fields":[{"name":"a","type":"long"}]}""";
    private const string Compatible = """{"type":"record","name":"R","fields":[{"name":"a","type":"long"},{"name":"b","type":["null","string"],"default":null}]}""";
    private const string Breaking = """{"type":"record","name":"R","fields":[{"name":"a","type":"long"},{"name":"c","type":"string"}]}""";

    private readonly HttpClient _http = SchemaRegistryClient.CreateHttpClient();
    private SchemaRegistryServer _server = null!;

    public async Task InitializeAsync() => _server = await SchemaRegistryServer.StartAsync();

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_schema_is_registered_found_by_id_and_looked_up()
    {
        var id = await Client().RegisterAsync(Subject, First, default);
        var other = Client();
        Assert.Equal(First, await other.FindByIdAsync(id, default));
        Assert.Equal(new RegisteredSchema(Subject, id, 1, First), await other.LookupAsync(Subject, First, default));
        Assert.Equal(id, await other.RegisterAsync(Subject, First, default));
        Assert.Equal(new RegisteredSchema(Subject, id, 1, First), await other.LatestAsync(Subject, default));
    }

    [Fact]
    public async Task What_is_not_there_is_null_and_asked_for_again_next_time()
    {
        var client = Client();
        Assert.Null(await client.FindByIdAsync(1, default));
        Assert.Null(await client.LookupAsync(Subject, First, default));
        Assert.Null(await client.LatestAsync(Subject, default));
        await Client().RegisterAsync(Subject, First, default);
        Assert.Equal(First, await client.FindByIdAsync(1, default));
        Assert.Null(await client.LookupAsync(Subject, Compatible, default));
        Assert.NotNull(await client.LookupAsync(Subject, First, default));
    }

    [Fact]
    public async Task What_was_answered_once_is_never_asked_again()
    {
        var client = Client();
        var id = await client.RegisterAsync(Subject, First, default);
        await client.LookupAsync(Subject, First, default);
        var requests = _server.Requests.Count;
        Assert.Equal(First, await client.FindByIdAsync(id, default));
        Assert.Equal(id, await client.RegisterAsync(Subject, First, default));
        await client.LookupAsync(Subject, First, default);
        Assert.Equal(requests, _server.Requests.Count);
    }

    [Fact]
    public async Task Callers_at_the_same_time_share_one_request_and_one_who_leaves_does_not_end_it()
    {
        await Client().RegisterAsync(Subject, First, default);
        var client = Client();
        var before = _server.Requests.Count;
        using var leaving = new CancellationTokenSource();
        Task<string?>[] callers;
        Task<string?> left;
        using (_server.Hold())
        {
            left = client.FindByIdAsync(1, leaving.Token).AsTask();
            callers = [.. Enumerable.Range(0, 20).Select(_ => client.FindByIdAsync(1, default).AsTask())];
            await leaving.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        }

        Assert.All(await Task.WhenAll(callers), schema => Assert.Equal(First, schema));
        Assert.Equal(before + 1, _server.Requests.Count);
    }

    [Fact]
    public async Task A_schema_that_breaks_the_rule_is_refused_with_the_registrys_reasons()
    {
        var client = Client();
        Assert.True((await client.CheckAsync(Subject, Breaking, default)).IsCompatible);
        await client.RegisterAsync(Subject, First, default);
        Assert.True((await client.CheckAsync(Subject, Compatible, default)).IsCompatible);
        var verdict = await client.CheckAsync(Subject, Breaking, default);
        Assert.False(verdict.IsCompatible);
        Assert.Contains("READER_FIELD_MISSING_DEFAULT_VALUE", Assert.Single(verdict.Reasons), StringComparison.Ordinal);

        var exception = await Assert.ThrowsAsync<SchemaRegistryException>(async () => await client.RegisterAsync(Subject, Breaking, default));
        Assert.Equal((SchemaRegistryFailure.Incompatible, 409), (exception.Kind, exception.ErrorCode));
        Assert.Contains("incompatible with an earlier schema", exception.Message, StringComparison.Ordinal);
        Assert.Contains(_server.Address.Authority, exception.Message, StringComparison.Ordinal);

        _server.SetRule("NONE", Subject);
        Assert.Equal("NONE", await client.CompatibilityRuleAsync(Subject, default));
        Assert.Equal(2, await client.RegisterAsync(Subject, Breaking, default));
    }

    [Fact]
    public async Task A_text_that_is_no_schema_is_told_apart()
    {
        var exception = await Assert.ThrowsAsync<SchemaRegistryException>(async () => await Client().RegisterAsync(Subject, """{"type":"record"}""", default));
        Assert.Equal((SchemaRegistryFailure.InvalidSchema, 42201), (exception.Kind, exception.ErrorCode));
    }

    [Fact]
    public async Task The_registrys_own_failures_and_cut_connections_are_tried_again()
    {
        _server.FailNext(2, 503);
        Assert.Equal(1, await Client().RegisterAsync(Subject, First, default));
        _server.RefuseNext(2);
        Assert.NotNull(await Client().LatestAsync(Subject, default));
        Assert.Equal(6, _server.Requests.Count);
    }

    [Fact]
    public async Task A_registry_that_keeps_failing_is_unreachable_and_the_next_call_asks_again()
    {
        _server.FailNext(3, 500);
        var client = Client();
        var exception = await Assert.ThrowsAsync<SchemaRegistryException>(async () => await client.FindByIdAsync(1, default));
        Assert.Equal(SchemaRegistryFailure.Unreachable, exception.Kind);
        Assert.Contains("HTTP 500: injected failure", exception.Message, StringComparison.Ordinal);
        Assert.Contains("3 times", exception.Message, StringComparison.Ordinal);
        Assert.Equal(3, _server.Requests.Count);
        Assert.Null(await client.FindByIdAsync(1, default));
    }

    [Theory]
    [InlineData(429)]
    [InlineData(400)]
    [InlineData(401)]
    public async Task What_is_our_own_fault_is_not_tried_again(int status)
    {
        _server.FailNext(1, status);
        await Assert.ThrowsAsync<SchemaRegistryException>(async () => await Client().RegisterAsync(Subject, First, default));
        Assert.Single(_server.Requests);
    }

    [Fact]
    public async Task Another_node_answers_when_one_is_down_and_is_asked_first_from_then_on()
    {
        await using var second = await SchemaRegistryServer.StartAsync();
        var options = SchemaRegistryOptions.Parse($"{_server.Address},{second.Address}") with { Rounds = 1 };
        var client = new SchemaRegistryClient(_http, options, TimeProvider.System);
        _server.FailNext(1, 502);
        Assert.Null(await client.LatestAsync(Subject, default));
        Assert.Null(await client.LatestAsync(Subject, default));
        Assert.Single(_server.Requests);
        Assert.Equal(2, second.Requests.Count);
    }

    [Fact]
    public async Task A_node_that_does_not_answer_in_time_is_unreachable()
    {
        using var held = _server.Hold();
        var client = new SchemaRegistryClient(_http, new SchemaRegistryOptions([_server.Address], null, TimeSpan.FromMilliseconds(100), Rounds: 1), TimeProvider.System);
        var exception = await Assert.ThrowsAsync<SchemaRegistryException>(() => client.LatestAsync(Subject, default));
        Assert.Equal(SchemaRegistryFailure.Unreachable, exception.Kind);
        Assert.Contains("no answer within 0.1 s", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_caller_that_cancels_gets_a_cancellation()
    {
        using var held = _server.Hold();
        using var cancelled = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Client().LatestAsync(Subject, cancelled.Token));
    }

    [Fact]
    public async Task Credentials_are_sent_and_their_lack_is_told_apart_without_repeating_them()
    {
        await using var basic = await SchemaRegistryServer.StartAsync(new SchemaRegistryServerOptions(User: "scott", Password: "ti:ger"));
        await using var bearer = await SchemaRegistryServer.StartAsync(new SchemaRegistryServerOptions(Token: "abc"));
        Assert.Equal(1, await Client(basic, SchemaRegistryCredentials.ParseBasic("scott:ti:ger")).RegisterAsync(Subject, First, default));
        Assert.Equal(1, await Client(bearer, SchemaRegistryCredentials.Bearer("abc")).RegisterAsync(Subject, First, default));
        var exception = await Assert.ThrowsAsync<SchemaRegistryException>(() => Client(basic, SchemaRegistryCredentials.Basic("scott", "lion")).LatestAsync(Subject, default));
        Assert.Equal((SchemaRegistryFailure.Unauthorized, 401), (exception.Kind, exception.ErrorCode));
        Assert.DoesNotContain("lion", exception.ToString(), StringComparison.Ordinal);
    }

    private SchemaRegistryClient Client(SchemaRegistryServer? server = null, SchemaRegistryCredentials? credentials = null) =>
        new(_http, SchemaRegistryOptions.Parse((server ?? _server).Address.AbsoluteUri, credentials), TimeProvider.System);
}
