using System.Net;
using Aurum.Api;
using Aurum.Api.Access;

namespace Aurum.Host.Tests.Configuration;

public sealed class HttpConfigurationTests : IDisposable
{
    private const string Hash = "9f9f5111f7b27a781f1f1ddde5ebc2dd2b796bfc7365c9c28b548e564176929f";

    private readonly CommandLine _line = new();

    public HttpConfigurationTests()
    {
        _line.Environment["FRED_API_KEY"] = "key";
        _line.WriteProvider("fred", """{ "name": "fred", "datasets": [ { "series": ["A"] } ] }""");
    }

    [Fact]
    public async Task A_node_that_goes_on_answers_on_8080_of_this_machine() =>
        Assert.Equal((IPAddress.Loopback, 8080, true, 0), Described(await HttpAsync("run --loop")));

    [Fact]
    public async Task A_run_that_ends_opens_no_port() => Assert.Null(await HttpAsync("run"));

    [Fact]
    public async Task A_node_without_the_role_has_probes_alone() => Assert.False((await HttpAsync("run --loop --roles collector"))!.ServesApi);

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("localhost", "127.0.0.1")]
    [InlineData("::1", "::1")]
    public async Task Port_and_host_are_as_the_environment_says(string host, string expected)
    {
        _line.Environment["AURUM_HTTP_PORT"] = "0";
        _line.Environment["AURUM_HTTP_HOST"] = host;
        Assert.Equal((IPAddress.Parse(expected), 0, true, 0), Described(await HttpAsync("run --loop")));
    }

    [Theory]
    [InlineData("http")]
    [InlineData("-1")]
    [InlineData("65536")]
    [InlineData("80 80")]
    public async Task A_port_that_is_none_is_refused(string port)
    {
        _line.Environment["AURUM_HTTP_PORT"] = port;
        Assert.Equal($"AURUM_HTTP_PORT: is \"{port}\"; expected a port from 1 to 65535, or 0 for any that is free\n", await RefusalAsync());
    }

    [Theory]
    [InlineData("*")]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    [InlineData("10.0.0.7")]
    public async Task A_server_that_others_can_reach_needs_a_token(string host)
    {
        _line.Environment["AURUM_HTTP_HOST"] = host;
        var refusal = await RefusalAsync();
        Assert.Contains("AURUM_HTTP_HOST", refusal, StringComparison.Ordinal);
        Assert.Contains("AURUM_ADMIN_TOKEN", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_is_no_address_is_refused()
    {
        _line.Environment["AURUM_HTTP_HOST"] = "my machine";
        Assert.StartsWith("AURUM_HTTP_HOST: is \"my machine\"; expected an address", await RefusalAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_a_token_others_may_reach_it()
    {
        _line.Environment["AURUM_ADMIN_TOKEN"] = "0123456789abcdef";
        var http = await HttpAsync("run --loop");
        Assert.Null(http!.Host);
        var token = Assert.Single(http.Tokens);
        Assert.Equal(("admin", AccessRole.Operate), (token.Name, token.Role));
        Assert.Equal("9f9f5111f7b27a781f1f1ddde5ebc2dd2b796bfc7365c9c28b548e564176929f", Convert.ToHexStringLower(token.Sha256));
    }

    [Fact]
    public async Task Hashed_tokens_come_from_a_file()
    {
        _line.Environment["AURUM_ADMIN_TOKENS_FILE"] = "tokens.json";
        _line.Write("tokens.json", $$"""{ "tokens": [ { "name": "grafana", "role": "read", "sha256": "{{Hash}}" }, { "name": "ann", "role": "operate", "sha256": "{{Hash}}" } ] }""");
        var http = await HttpAsync("run --loop");
        Assert.Equal([("grafana", AccessRole.Read), ("ann", AccessRole.Operate)], http!.Tokens.Select(token => (token.Name, token.Role)));
    }

    [Theory]
    [InlineData("""{ "tokens": [] }""", "tokens.json: $.tokens: is an empty list; expected a list of at least one object")]
    [InlineData("""{ "tokens": [ { "name": "ann", "role": "god", "sha256": "HASH" } ] }""", "tokens.json: $.tokens[0].role: is \"god\"; expected read or operate")]
    [InlineData("""{ "tokens": [ { "name": "ann", "role": "read", "sha256": "my-secret-token" } ] }""", "tokens.json: $.tokens[0].sha256: is no hash; expected the SHA-256")]
    [InlineData("""{ "tokens": [ { "name": "ann", "role": "read", "sha256": "HASH" }, { "name": "ann", "role": "read", "sha256": "HASH" } ] }""", "tokens.json: $.tokens[1].name: is \"ann\" a second time")]
    [InlineData("""{ "tokens": [ { "name": "ann", "role": "read", "sha256": "HASH", "token": "my-secret-token" } ] }""", "tokens.json: $.tokens[0].token: is no known key")]
    [InlineData("{", "tokens.json: line 1, column 2: is no JSON")]
    [InlineData(null, "tokens.json: cannot be read")]
    public async Task A_file_of_tokens_that_is_wrong_is_told_and_no_token_with_it(string? text, string problem)
    {
        _line.Environment["AURUM_ADMIN_TOKENS_FILE"] = "tokens.json";
        if (text is not null)
        {
            _line.Write("tokens.json", text.Replace("HASH", Hash, StringComparison.Ordinal));
        }

        var refusal = await RefusalAsync();
        Assert.Contains(problem, refusal, StringComparison.Ordinal);
        Assert.DoesNotContain("my-secret-token", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_that_could_be_guessed_is_refused_and_not_shown()
    {
        _line.Environment["AURUM_ADMIN_TOKEN"] = "hunter2";
        var refusal = await RefusalAsync();
        Assert.StartsWith("AURUM_ADMIN_TOKEN: has 7 characters; expected at least 16", refusal, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", refusal, StringComparison.Ordinal);
    }

    public void Dispose() => _line.Dispose();

    private static (IPAddress? Host, int Port, bool ServesApi, int Tokens) Described(ApiOptions? options) => (options!.Host, options.Port, options.ServesApi, options.Tokens.Count);

    private async Task<ApiOptions?> HttpAsync(string line)
    {
        var answer = await _line.RunAsync(line);
        Assert.Equal((0, ""), (answer.Code, answer.Error));
        return _line.Engine.Ran!.Http;
    }

    private async Task<string> RefusalAsync()
    {
        var answer = await _line.RunAsync("run --loop --providers fred");
        Assert.Equal((2, (object?)null), (answer.Code, _line.Engine.Ran));
        return answer.Error;
    }
}
