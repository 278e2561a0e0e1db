using Aurum.Actors.Monitoring;
using Aurum.Api;
using Aurum.Host.Configuration;

namespace Aurum.Host.Engine;

/// <summary>The HTTP server of a node that goes on: there before the node is and until after it has ended, so that somebody can tell how it is.</summary>
internal sealed class NodeServer : IAsyncDisposable
{
    private readonly ApiServer _server;
    private readonly ServedNode _served;
    private readonly TimeProvider _time;

    private NodeServer(ApiServer server, ServedNode served, TimeProvider time) => (_server, _served, _time) = (server, served, time);

    /// <exception cref="NodeStartException">Somebody else listens there.</exception>
    public static async Task<NodeServer> StartAsync(ApiOptions options, INodeHealth health, Serilog.ILogger logger, TimeProvider time, CancellationToken cancellationToken)
    {
        var served = new ServedNode(health);
        served.Starts();
        try
        {
            var server = await ApiServer.StartAsync(options, served, logger, time, cancellationToken);
            logger.Information("HTTP on {Address:l}", server.Address.GetLeftPart(UriPartial.Authority));
            return new NodeServer(server, served, time);
        }
        catch (ApiStartException taken)
        {
            throw new NodeStartException($"{taken.Message}; {Variables.HttpPort} and {Variables.HttpHost} name another (port 0: any that is free)");
        }
    }

    /// <summary>The node is there: from now on it is looked at, until this is disposed.</summary>
    /// <param name="stop">From then on it takes no more work.</param>
    public IAsyncDisposable Show(CollectionNode node, CancellationToken stop)
    {
        _served.Runs(node.Served);
        return new Showing(new HealthWatch(_served.Health, node.HealthChecks, HealthWatch.DefaultPace, HealthWatch.DefaultPatience, _time), stop.Register(_served.Stops));
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private sealed class Showing(HealthWatch watch, CancellationTokenRegistration stopping) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await stopping.DisposeAsync();
            await watch.DisposeAsync();
        }
    }
}
