using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aurum.Host.Tests;

/// <summary>A node for commands to ask: on a real socket, with the answers of a test.</summary>
internal sealed class FakeNode : IAsyncDisposable
{
    private readonly WebApplication _server;
    private readonly ConcurrentDictionary<string, FakeAnswer> _answers = new(StringComparer.Ordinal);

    private FakeNode(WebApplication server) => _server = server;

    public string Address => _server.Urls.Single();

    /// <summary>What was asked: method, target as it was sent, a space and the body.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    public string? LastAuthorization { get; private set; }

    /// <summary>The answer to what no test has an answer for.</summary>
    public FakeAnswer Otherwise { get; set; } = FakeAnswer.Problem(404, "not_found", "there is nothing here");

    public static async Task<FakeNode> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IHostLifetime, TestsLifetime>();
        var node = new FakeNode(builder.Build());
        node._server.Run(node.AnswerAsync);
        await node._server.StartAsync();
        return node;
    }

    /// <param name="question">Method, a space and the target as it is sent.</param>
    public void Answers(string question, string body) => _answers[question] = new FakeAnswer(200, body);

    public void Answers(string question, FakeAnswer answer) => _answers[question] = answer;

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    /// <summary>Other tests send signals to this process, which are no affair of this server.</summary>
    private sealed class TestsLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var question = $"{context.Request.Method} {context.Features.Get<IHttpRequestFeature>()!.RawTarget}";
        using var body = new StreamReader(context.Request.Body, Encoding.UTF8);
        Asked.Enqueue($"{question} {await body.ReadToEndAsync()}".TrimEnd());
        LastAuthorization = context.Request.Headers.Authorization;
        var answer = _answers.GetValueOrDefault(question) ?? Otherwise;
        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = answer.Status < 400 ? "application/json" : "application/problem+json";
        if (answer.IsNode)
        {
            context.Response.Headers["Aurum-Node"] = "node-1";
        }

        await context.Response.WriteAsync(answer.Body);
    }
}

internal sealed record FakeAnswer(int Status, string Body, bool IsNode = true)
{
    public static FakeAnswer Problem(int status, string code, string detail) =>
        new(status, $$"""{ "type": "about:blank", "title": "no", "status": {{status}}, "code": "{{code}}", "detail": "{{detail}}" }""");
}
