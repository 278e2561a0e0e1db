using System.Net.Sockets;
using Aurum.Api.Access;
using Aurum.Api.Routes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Serilog;

namespace Aurum.Api;

/// <summary>A node's HTTP server.</summary>
public sealed class ApiServer : IAsyncDisposable
{
    /// <summary>Says on every answer which node gave it.</summary>
    public const string NodeHeader = "Aurum-Node";

    /// <summary>A node that ends waits this long for answers under way.</summary>
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(2);

    private readonly WebApplication _server;
    private readonly IReadOnlyList<IAsyncDisposable> _watches;

    private ApiServer(WebApplication server, IReadOnlyList<IAsyncDisposable> watches) => (_server, _watches) = (server, watches);

    /// <summary>Where it listens; with the port that was free where any was asked for.</summary>
    public Uri Address => new(_server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>What it answers to, as method and path, in order.</summary>
    internal IReadOnlyList<string> Routes =>
    [
        .. ((IEndpointRouteBuilder)_server).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Select(endpoint => $"{string.Join(' ', endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["ANY"])} {endpoint.RoutePattern.RawText}")
            .Order(StringComparer.Ordinal),
    ];

    /// <exception cref="ApiStartException">The address cannot be listened on.</exception>
    public static async Task<ApiServer> StartAsync(ApiOptions options, ServedNode node, ILogger logger, TimeProvider time, CancellationToken cancellationToken)
    {
        var server = Build(options, logger);
        var gate = new AccessGate(new AccessList(options.Tokens), new GuessBrake(time), logger);
        server.Use((context, next) => new ProblemWriter(logger).PassAsync(context, next));
        server.Use((context, next) => WithHeaders(options.NodeName, context, next));
        server.UseRouting();
        server.UseRateLimiter();
        server.Use(gate.PassAsync);
        server.UseRequestTimeouts();
        Probes.Map(server, node);
        Metrics.Map(server);
        var watches = options.ServesApi ? MapApi(server, node, time, logger) : [];

        try
        {
            await server.StartAsync(cancellationToken);
            return new ApiServer(server, watches);
        }
        catch (Exception exception)
        {
            await new ApiServer(server, watches).DisposeAsync();
            throw exception.GetBaseException() switch
            {
                AddressInUseException or SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } => new ApiStartException($"{options} is in use by another process"),
                SocketException refused => new ApiStartException($"{options} cannot be listened on: {refused.Message}"),
                _ => exception,
            };
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var watch in _watches)
        {
            await watch.DisposeAsync();
        }

        using var patience = new CancellationTokenSource(StopTimeout);
        await _server.StopAsync(patience.Token).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        await _server.DisposeAsync();
    }

    /// <returns>What looks at the node from now on, for its answers.</returns>
    private static IReadOnlyList<IAsyncDisposable> MapApi(WebApplication server, ServedNode node, TimeProvider time, ILogger logger)
    {
        var providers = new ProviderWatch(node, time, logger);
        var sla = new SlaWatch(node, time, logger);
        var changes = new Changes(node, time, logger);
        var gates = new GateDesk(node, changes, time);
        new HealthRoutes(node, providers, gates).Map(server);
        new ObservationRoutes(node).Map(server);
        new CatalogRoutes(node).Map(server);
        new GateRoutes(node, providers, gates, time).Map(server);
        new SeriesRoutes(node, changes, time).Map(server);
        new DeadLetterRoutes(node, changes, time).Map(server);
        new OperateRoutes(node, changes).Map(server);
        new PipelineRoutes(node, new PipelineDesk(node, changes), time).Map(server);
        new KeyCheckRoutes(node, changes).Map(server);
        new ClusterRoutes(node, changes, time, server.Lifetime).Map(server);
        new SlaRoutes(node, sla, time).Map(server);
        OpenApi.Map(server);
        return [providers, sla];
    }

    private static WebApplication Build(ApiOptions options, ILogger logger)
    {
        // Empty, since only ApiOptions may say how it is: the usual builder reads files and variables of its own.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services
            .AddSerilog(logger)
            .AddSingleton<IHostLifetime, NodesLifetime>()
            .AddRoutingCore()
            .ConfigureHttpJsonOptions(json => ApiJson.Set(json.SerializerOptions))
            .Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        Limits.Add(builder.Services, options.LongestRequest);
        Metrics.Add(builder.Services);
        OpenApi.Add(builder.Services);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            Limits.Apply(kestrel.Limits);
            if (options.Host is { } address)
            {
                kestrel.Listen(address, options.Port, Http1);
            }
            else
            {
                kestrel.ListenAnyIP(options.Port, Http1);
            }
        });
        return builder.Build();
    }

    private static void Http1(ListenOptions listen) => listen.Protocols = HttpProtocols.Http1;

    /// <summary>No answer is worth keeping, and none is anything else than it says.</summary>
    private static Task WithHeaders(string nodeName, HttpContext context, RequestDelegate next)
    {
        context.Response.Headers[NodeHeader] = nodeName;
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers.XFrameOptions = "DENY";
        return next(context);
    }

    /// <summary>The node starts and ends its server, signals do not.</summary>
    private sealed class NodesLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

/// <summary>The server cannot listen where it is told to; the message says why.</summary>
public sealed class ApiStartException(string message) : Exception(message);
