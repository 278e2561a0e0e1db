using System.Net;
using System.Text.Json;
using Aurum.Actors.Monitoring;
using Serilog.Core;

namespace Aurum.Api.Tests;

/// <summary>A server in this process, on a real socket, before a node that tests play.</summary>
internal sealed class Bench : IAsyncDisposable
{
    private readonly ApiServer _server;

    private Bench(ApiServer server, ServedNode node)
    {
        (_server, Node) = (server, node);
        Client = new HttpClient { BaseAddress = server.Address };
    }

    public static ApiOptions AnyPort { get; } = new(IPAddress.Loopback, 0, ServesApi: true);

    public ServedNode Node { get; }

    public HttpClient Client { get; }

    public Uri Address => _server.Address;

    public static async Task<Bench> StartAsync(ApiOptions? options = null)
    {
        var node = new ServedNode(new NodeHealth(TimeProvider.System));
        node.Starts();
        return new Bench(await ApiServer.StartAsync(options ?? AnyPort, node, Logger.None, CancellationToken.None), node);
    }

    public async Task<(HttpStatusCode Status, JsonElement Body)> GetAsync(string path)
    {
        using var answer = await Client.GetAsync(path);
        return (answer.StatusCode, JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _server.DisposeAsync();
    }
}
