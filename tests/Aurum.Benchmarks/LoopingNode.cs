using System.Diagnostics.Tracing;
using System.Globalization;
using System.Net;
using Aurum.Testing.Network;
using Microsoft.Diagnostics.NETCore.Client;

namespace Aurum.Benchmarks;

/// <summary>A node that goes on, and its HTTP server.</summary>
internal sealed class LoopingNode : IDisposable
{
    /// <summary>A session that listens for it has the runtime collect all garbage (EventPipe's keyword GCHeapCollect).</summary>
    private const long GCHeapCollect = 0x800000;

    private static readonly TimeSpan ForACollection = TimeSpan.FromSeconds(5);

    private readonly AurumProcess _process;

    private LoopingNode(AurumProcess process, HttpClient http) => (_process, Http) = (process, http);

    public HttpClient Http { get; }

    public long PeakMegabytes => _process.PeakMegabytes;

    /// <returns>When it is ready.</returns>
    public static async Task<LoopingNode> StartAsync(string folder, IReadOnlyDictionary<string, string> environment, TimeSpan interval)
    {
        var port = FreePorts.FindOne();
        var process = AurumProcess.Start(
            ["run", "--loop", "--interval", interval.TotalSeconds.ToString(CultureInfo.InvariantCulture)],
            folder,
            new Dictionary<string, string>(environment) { ["AURUM_HTTP_PORT"] = port.ToString(CultureInfo.InvariantCulture) });
        var node = new LoopingNode(process, new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") });
        await node.ReadyAsync();
        return node;
    }

    /// <summary>Bytes in use once all garbage is collected, as the node's own metrics tell.</summary>
    public async Task<long> HeapAsync()
    {
        var provider = new EventPipeProvider("Microsoft-Windows-DotNETRuntime", EventLevel.Informational, GCHeapCollect);
        using var session = await new DiagnosticsClient(_process.Id).StartEventPipeSessionAsync([provider], requestRundown: false, circularBufferMB: 16, CancellationToken.None);
        var events = session.EventStream.CopyToAsync(Stream.Null);
        await Task.Delay(ForACollection);
        await session.StopAsync(CancellationToken.None);
        await events;
        var metrics = await Http.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        return metrics.Split('\n')
            .Where(line => line.StartsWith("dotnet_gc_last_collection_heap_size_bytes{", StringComparison.Ordinal))
            .Sum(line => (long)double.Parse(line[(line.IndexOf('}', StringComparison.Ordinal) + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0], CultureInfo.InvariantCulture));
    }

    public void Dispose()
    {
        Http.Dispose();
        _process.Dispose();
    }

    private async Task ReadyAsync()
    {
        while (true)
        {
            try
            {
                using var answer = await Http.GetAsync(new Uri("/readyz", UriKind.Relative));
                if (answer.StatusCode == HttpStatusCode.OK)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }

            await Task.Delay(50);
        }
    }
}
