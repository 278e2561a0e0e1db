using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Aurum.DevServices.Kafka;

/// <summary>What can be done to a mock cluster, over HTTP on the loopback interface; tests do it through MockKafka.</summary>
internal static class ControlApi
{
    /// <returns>The server, started, and its address.</returns>
    public static async Task<(WebApplication Server, string Address)> StartAsync(MockCluster cluster, int port)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(server => server.Listen(IPAddress.Loopback, port));
        builder.Services.AddRoutingCore();
        var app = builder.Build();
        app.Use(ExplainRefusalsAsync);
        app.UseRouting();
        Map(app, cluster);
        await app.StartAsync();
        return (app, app.Urls.Single());
    }

    private static void Map(WebApplication app, MockCluster cluster)
    {
        app.MapPost("/brokers/{id:int}/down", (int id) => cluster.SetBrokerDown(id));
        app.MapPost("/brokers/{id:int}/up", (int id) => cluster.SetBrokerUp(id));
        app.MapPost("/brokers/{id:int}/rtt", (int id, int ms) => cluster.SetBrokerRoundTrip(id, ms));

        app.MapPost("/topics/{topic}", (string topic, int partitions) => cluster.CreateTopic(topic, partitions));
        app.MapDelete("/topics/{topic}", (string topic) => cluster.DeleteTopic(topic));
        app.MapPost("/topics/{topic}/error", (string topic, string error) => cluster.SetTopicError(topic, ErrorCodes.Parse(error)));
        app.MapPost("/topics/{topic}/partitions/{partition:int}/leader", (string topic, int partition, int broker) => cluster.SetLeader(topic, partition, broker));
        app.MapDelete("/topics/{topic}/partitions/{partition:int}/records", (string topic, int partition, long before) => cluster.DeleteRecords(topic, partition, before));

        app.MapPost("/groups/{group}/coordinator", (string group, int broker) => cluster.SetGroupCoordinator(group, broker));
        app.MapPost("/groups/initial-rebalance-delay", (int ms) => cluster.SetInitialRebalanceDelay(ms));

        app.MapPost("/errors", (string api, string error, int? count) => cluster.PushErrors(Parse(api), ErrorCodes.Parse(error), count ?? 1));
        app.MapDelete("/errors", (string api) => cluster.ClearErrors(Parse(api)));
        app.MapDelete("/apis/{api}", (string api) => cluster.Disable(Parse(api)));

        app.MapPost("/requests", cluster.TrackRequests);
        app.MapGet("/requests", cluster.CountRequests);
    }

    private static ApiKey Parse(string api) => Enum.TryParse<ApiKey>(api, ignoreCase: true, out var key)
        ? key
        : throw new ArgumentException($"No request is called \"{api}\"; known are {string.Join(", ", Enum.GetNames<ApiKey>())}, and numbers.");

    private static async Task ExplainRefusalsAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (ArgumentException refusal)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await context.Response.WriteAsync(refusal.Message);
        }
    }
}
