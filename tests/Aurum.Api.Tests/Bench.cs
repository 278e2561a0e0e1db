using System.Net;
using System.Text.Json;
using Akka.Actor;
using Aurum.Actors;
using Aurum.Actors.Monitoring;
using Aurum.Providers;
using Aurum.Providers.Settings;
using Serilog.Core;

namespace Aurum.Api.Tests;

/// <summary>A server in this process, on a real socket, before a node that tests play.</summary>
internal sealed class Bench : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ApiServer _server;

    private Bench(ApiServer server, ServedNode node)
    {
        (_server, Node) = (server, node);
        Client = new HttpClient { BaseAddress = server.Address };
    }

    public static ApiOptions AnyPort { get; } = new(IPAddress.Loopback, 0, ServesApi: true, []);

    public ServedNode Node { get; }

    public FakeStores Stores { get; } = new();

    public HttpClient Client { get; }

    public Uri Address => _server.Address;

    public IReadOnlyList<string> Routes => _server.Routes;

    /// <summary>FRED as a node runs it that collects these datasets.</summary>
    public static ProviderRuntime Fred(string settings = """{ "name": "fred", "datasets": [ { "series": ["DGS10"] } ] }""")
    {
        var provider = ProviderCatalog.Find("fred")!;
        var problems = new List<string>();
        var read = ProviderSettingsReader.Read(provider, JsonDocument.Parse(settings).RootElement, "fred.json", _ => null, problems);
        Assert.Empty(problems);
        return new ProviderRuntime(provider, read, new ProviderAccess(provider.Descriptor.DefaultAddress, "key"));
    }

    public static async Task<Bench> StartAsync(ApiOptions? options = null)
    {
        var node = new ServedNode(new NodeHealth(TimeProvider.System));
        node.Starts();
        return new Bench(await ApiServer.StartAsync(options ?? AnyPort, node, Logger.None, TimeProvider.System, CancellationToken.None), node);
    }

    /// <summary>A server whose node runs.</summary>
    public static async Task<Bench> RunningAsync(ApiOptions? options = null, IActorRef? supervisors = null, IActorRef? scheduler = null)
    {
        var bench = await StartAsync(options);
        bench.Runs(new TaskCompletionSource().Task, supervisors, scheduler);
        return bench;
    }

    public void Runs(Task terminated, IActorRef? supervisors = null, IActorRef? scheduler = null) =>
        Node.Runs(new RunningNode(terminated, ["eia", "fred"], new ProviderRuntimes([]), Stores, Stores, Stores, Stores, supervisors, Stores, scheduler));

    public async Task<(HttpStatusCode Status, JsonElement Body)> GetAsync(string path)
    {
        using var answer = await Client.GetAsync(path);
        return (answer.StatusCode, JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement);
    }

    /// <summary>The code and the text of an answer that is no good one.</summary>
    public async Task<(HttpStatusCode Status, string? Code, string Detail)> ProblemAsync(HttpRequestMessage request)
    {
        using var answer = await Client.SendAsync(request);
        return await ProblemAsync(answer);
    }

    public Task<(HttpStatusCode Status, string? Code, string Detail)> ProblemAsync(string path) => ProblemAsync(new HttpRequestMessage(HttpMethod.Get, path));

    public static async Task<(HttpStatusCode Status, string? Code, string Detail)> ProblemAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var body = JsonDocument.Parse(text).RootElement;
        Assert.Equal((int)answer.StatusCode, body.GetProperty("status").GetInt32());
        return (answer.StatusCode, body.GetProperty("code").GetString(), body.GetProperty("detail").GetString()!);
    }

    /// <summary>Asks until the answer is so: some pictures are renewed every few seconds.</summary>
    public async Task<JsonElement> BecomesAsync(string path, Func<JsonElement, bool> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            var (_, body) = await GetAsync(path);
            if (condition(body))
            {
                return body;
            }

            Assert.False(patience.IsCancellationRequested, $"{path} stays {body}");
            await Task.Delay(20, CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _server.DisposeAsync();
    }
}
