using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Aurum.Host.Tests.Commands;

public sealed class ProbeCommandTests : IDisposable
{
    private readonly CommandLine _line = new();

    [Theory]
    [InlineData("live", "/livez")]
    [InlineData("ready", "/readyz")]
    [InlineData("startup", "/startupz")]
    public async Task A_probe_asks_its_own_endpoint_and_is_content_with_success(string probe, string path)
    {
        await using var node = await ListenAsync(asked => (asked == path ? 200 : 404, "alive"));

        var answer = await _line.RunAsync("probe", probe);

        Assert.Equal((0, "alive\n", ""), (answer.Code, answer.Output, answer.Error));
    }

    [Fact]
    public async Task A_node_that_says_no_is_quoted()
    {
        await using var node = await ListenAsync(_ => (503, "{\n  \"database\": \"away\"\n}"));

        var answer = await _line.RunAsync("probe ready");

        Assert.Equal((1, ""), (answer.Code, answer.Output));
        Assert.Equal($"aurum: probe of http://127.0.0.1:{_line.Environment["AURUM_HTTP_PORT"]}/readyz: 503 {{   \"database\": \"away\" }}\n", answer.Error);
    }

    [Fact]
    public async Task Where_nobody_listens_the_probe_fails()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        _line.Environment["AURUM_HTTP_PORT"] = $"{((IPEndPoint)taken.LocalEndpoint).Port}";
        taken.Stop();

        var answer = await _line.RunAsync("probe live");

        Assert.Equal(1, answer.Code);
        Assert.Contains("refused", answer.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("*")]
    [InlineData("0.0.0.0")]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    public async Task A_node_that_listens_everywhere_is_asked_on_the_loopback_address(string host)
    {
        await using var node = await ListenAsync(_ => (200, ""));
        _line.Environment["AURUM_HTTP_HOST"] = host;

        Assert.Equal(0, (await _line.RunAsync("probe live")).Code);
    }

    [Theory]
    [InlineData("AURUM_HTTP_PORT", "80 80")]
    [InlineData("AURUM_HTTP_PORT", "0")]
    [InlineData("AURUM_HTTP_HOST", "db.example.com:80")]
    public async Task A_variable_that_cannot_be_used_is_named(string variable, string value)
    {
        _line.Environment[variable] = value;

        var answer = await _line.RunAsync("probe live");

        Assert.Equal(2, answer.Code);
        Assert.StartsWith($"{variable}: is \"{value}\"; expected", answer.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _line.Dispose();

    private async Task<WebApplication> ListenAsync(Func<string, (int Status, string Body)> answers)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var node = builder.Build();
        node.Run(async context =>
        {
            var (status, body) = answers(context.Request.Path);
            context.Response.StatusCode = status;
            await context.Response.WriteAsync(body);
        });
        await node.StartAsync();
        _line.Environment["AURUM_HTTP_PORT"] = $"{new Uri(node.Urls.Single()).Port}";
        return node;
    }
}
