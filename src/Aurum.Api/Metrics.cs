using Aurum.Actors.Monitoring;
using Aurum.Api.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Aurum.Api;

/// <summary><c>/metrics</c>, for Prometheus: what Aurum measures, and of the runtime what one looks at when a node is slow.</summary>
internal static class Metrics
{
    private const string Runtime = "System.Runtime";

    /// <summary>A label must not make more lines than this, whatever is wrong.</summary>
    private const int MostLinesOfAnInstrument = 200;

    private static readonly HashSet<string> OfRuntime =
    [
        "dotnet.gc.collections",
        "dotnet.gc.heap.total_allocated",
        "dotnet.gc.last_collection.heap.size",
        "dotnet.gc.pause.time",
        "dotnet.process.cpu.time",
        "dotnet.process.memory.working_set",
        "dotnet.thread_pool.queue.length",
        "dotnet.thread_pool.thread.count",
    ];

    public static void Add(IServiceCollection services) => services.AddOpenTelemetry()
        .ConfigureResource(resource => resource.Clear().AddService("aurum", autoGenerateServiceInstanceId: false))
        .WithMetrics(metrics => metrics
        .AddMeter(MeterNames.Aurum)
        .AddMeter(Runtime)
        .AddView(instrument =>
            instrument.Meter.Name == Runtime && !OfRuntime.Contains(instrument.Name)
                ? MetricStreamConfiguration.Drop
                : new MetricStreamConfiguration { CardinalityLimit = MostLinesOfAnInstrument })
        .AddPrometheusExporter());

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPrometheusScrapingEndpoint("/metrics").WithMetadata(Needs.Nothing).DisableRateLimiting();
}
