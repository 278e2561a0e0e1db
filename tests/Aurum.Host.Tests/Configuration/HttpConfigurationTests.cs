using System.Net;
using Aurum.Api;

namespace Aurum.Host.Tests.Configuration;

public sealed class HttpConfigurationTests : IDisposable
{
    private readonly CommandLine _line = new();

    public HttpConfigurationTests()
    {
        _line.Environment["FRED_API_KEY"] = "key";
        _line.WriteProvider("fred", """{ "name": "fred", "datasets": [ { "series": ["A"] } ] }""");
    }

    [Fact]
    public async Task A_node_that_goes_on_answers_on_8080_of_this_machine() =>
        Assert.Equal(new ApiOptions(IPAddress.Loopback, 8080, ServesApi: true), await HttpAsync("run --loop"));

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
        Assert.Equal(new ApiOptions(IPAddress.Parse(expected), 0, ServesApi: true), await HttpAsync("run --loop"));
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

    public void Dispose() => _line.Dispose();

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
