using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using Aurum.Actors;
using Aurum.Actors.Gate;
using Aurum.Actors.Monitoring;
using Aurum.Storage;

namespace Aurum.Api.Tests;

public sealed class MetricsTests
{
    [Fact]
    public async Task Instruments_are_as_approved()
    {
        using var gauges = new NodeGauges(new ProviderRuntimes([]), TimeProvider.System);
        var instruments = new SortedSet<string>(StringComparer.Ordinal);
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name == MeterNames.Aurum)
                {
                    instruments.Add($"{instrument.Name} {KindOf(instrument)} {instrument.Unit ?? "-"}: {instrument.Description}");
                }
            },
        };
        foreach (var type in typeof(NodeGauges).Assembly.GetTypes().Where(type => type is { Namespace: "Aurum.Actors.Monitoring", IsGenericTypeDefinition: false }))
        {
            RuntimeHelpers.RunClassConstructor(type.TypeHandle);
        }

        listener.Start();
        await using var bench = await Bench.StartAsync();
        await Approved.IsAsync("metrics.txt", instruments);
    }

    [Fact]
    public async Task A_scrape_shows_what_was_measured_and_a_little_of_the_runtime()
    {
        using var gauges = new NodeGauges(new ProviderRuntimes([]), TimeProvider.System);
        await using var bench = await Bench.StartAsync();
        RoadMeters.PermitWaited("acme", Lane.Incremental, TimeSpan.FromMilliseconds(30));
        RoadMeters.Published(TimeSpan.FromMilliseconds(20), isGood: true);
        RoadMeters.Stored(TimeSpan.FromMilliseconds(10), isGood: false);
        RoadMeters.RunEnded("acme", "done");
        gauges.Seen(new ProviderStatus("acme", null, null, "done", 1, 40, 100, new DateOnly(2024, 1, 1), null, "open", null, TimeProvider.System.GetUtcNow()));

        using var answer = await bench.Client.GetAsync("/metrics");
        var lines = (await answer.Content.ReadAsStringAsync()).Split('\n');

        Assert.Equal("text/plain", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains(lines, line => line.StartsWith("aurum_permit_wait_seconds_count{", StringComparison.Ordinal) && line.Contains("lane=\"incremental\"", StringComparison.Ordinal) && line.Contains("provider=\"acme\"", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("aurum_publish_duration_seconds_bucket{", StringComparison.Ordinal) && line.Contains("le=\"0.025\"", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("aurum_store_duration_seconds_count{", StringComparison.Ordinal) && line.Contains("outcome=\"failed\"", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("aurum_runs_total{", StringComparison.Ordinal) && line.Contains("outcome=\"done\"", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("aurum_provider_quota_left{", StringComparison.Ordinal) && ValueOf(line) == "60");
        Assert.Contains(lines, line => line.StartsWith("aurum_provider_breaker{", StringComparison.Ordinal) && ValueOf(line) == "2");
        Assert.Contains(lines, line => line.StartsWith("dotnet_process_memory_working_set_bytes", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.StartsWith("dotnet_exceptions", StringComparison.Ordinal));

        // A gauge whose owner has moved away is gone with the next scrape that is not the last one repeated.
        gauges.Gone("acme");
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while ((await bench.Client.GetStringAsync("/metrics", patience.Token)).Contains("aurum_provider_breaker{", StringComparison.Ordinal))
        {
            await Task.Delay(50, patience.Token);
        }
    }

    private static string ValueOf(string line) => line.Split(' ')[1];

    private static string KindOf(Instrument instrument) => instrument.GetType().Name.Split('`')[0];
}
