using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Serilog;

namespace Aurum.Api;

/// <summary>A node's HTTP server.</summary>
public sealed class ApiServer : IAsyncDisposable
{
    /// <summary>A node that ends waits this long for answers under way.</summary>
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(2);

    private readonly WebApplication _server;

    private ApiServer(WebApplication server) => _server = server;

    /// <summary>Where it listens; with the port that was free where any was asked for.</summary>
    public Uri Address => new(_server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <exception cref="ApiStartException">The address cannot be listened on.</exception>
    public static async Task<ApiServer> StartAsync(ApiOptions options, ServedNode node, ILogger logger, CancellationToken cancellationToken)
    {
        var server = Build(options, logger);
        Probes.Map(server, node);
        Metrics.Map(server);
        try
        {
            await server.StartAsync(cancellationToken);
            return new ApiServer(server);
        }
        catch (Exception exception)
        {
            await server.DisposeAsync();
            throw exception.GetBaseException() switch
            {
                AddressInUseException => new ApiStartException($"{options} is in use by another process"),
                System.Net.Sockets.SocketException { SocketErrorCode: System.Net.Sockets.SocketError.AddressAlreadyInUse } => new ApiStartException($"{options} is in use by another process"),
                System.Net.Sockets.SocketException refused => new ApiStartException($"{options} cannot be listened on: {refused.Message}"),
                _ => exception,
            };
        }
    }

    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(StopTimeout);
        await _server.StopAsync(patience.Token).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        await _server.DisposeAsync();
    }

    private static WebApplication Build(ApiOptions options, ILogger logger)
    {
        // Empty, since only ApiOptions may say how it is: the usual builder reads files and variables of its own.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services
            .AddSerilog(logger)
            .AddSingleton<IHostLifetime, NodesLifetime>()
            .AddRoutingCore();
        Metrics.Add(builder.Services);
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
        var server = builder.Build();
        server.UseRouting();
        return server;
    }

    private static void Http1(ListenOptions listen) => listen.Protocols = HttpProtocols.Http1;

    /// <summary>The node starts and ends its server, signals do not.</summary>
    private sealed class NodesLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

/// <summary>The server cannot listen where it is told to; the message says why.</summary>
public sealed class ApiStartException(string message) : Exception(message);
