using System.Diagnostics.Metrics;
using Aurum.Actors.Monitoring;
using Aurum.Storage;

namespace Aurum.Actors.Tests.Monitoring;

public sealed class NodeGaugesTests : IDisposable
{
    private readonly SettableClock _clock = new() { Now = Sample.Now };
    private readonly NodeGauges _gauges;
    private readonly Dictionary<string, long> _seen = [];
    private readonly MeterListener _listener = new();

    public NodeGaugesTests()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            // Only this test's: others of the same name may live beside it.
            if (instrument.Meter == _gauges!.Meter)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => _seen[tags.Length == 0 ? instrument.Name : $"{instrument.Name} {tags[0].Value}"] = value);
        _gauges = new NodeGauges(new ProviderRuntimes([Sample.Runtime(limit: Sample.Limit(quota: 100))]), _clock);
        _listener.Start();
    }

    [Fact]
    public void A_provider_is_shown_as_its_supervisor_last_said()
    {
        _gauges.Seen(Status(spent: 30, "half-open", heldFor: TimeSpan.FromSeconds(5)));
        Assert.Equal(
            new Dictionary<string, long>
            {
                ["aurum.provider.quota.limit acme"] = 100,
                ["aurum.provider.quota.left acme"] = 70,
                ["aurum.provider.breaker acme"] = 1,
                ["aurum.provider.held acme"] = 1,
            },
            Look());
    }

    [Fact]
    public void A_new_day_of_the_provider_has_its_whole_quota_though_nobody_says_so()
    {
        _gauges.Seen(Status(spent: 100, "open", heldFor: TimeSpan.Zero));
        Assert.Equal(0, Look()["aurum.provider.quota.left acme"]);
        _clock.Now += TimeSpan.FromDays(1);
        Assert.Equal(100, Look()["aurum.provider.quota.left acme"]);
    }

    [Fact]
    public void What_lives_elsewhere_now_is_not_shown_here()
    {
        _gauges.Seen(Status(spent: 1, "closed", heldFor: TimeSpan.Zero));
        _gauges.Gone(Sample.Provider);
        Assert.Empty(Look());
    }

    [Fact]
    public void A_lag_that_nobody_measured_is_not_0()
    {
        Assert.DoesNotContain("aurum.consumer.lag", Look().Keys);
        _gauges.LagIs(0);
        Assert.Equal(0, Look()["aurum.consumer.lag"]);
    }

    public void Dispose()
    {
        _listener.Dispose();
        _gauges.Dispose();
    }

    private Dictionary<string, long> Look()
    {
        _seen.Clear();
        _listener.RecordObservableInstruments();
        return _seen;
    }

    private static ProviderStatus Status(int spent, string breaker, TimeSpan heldFor) => new(
        Sample.Provider, null, null, "collecting", 0, spent, 100, DateOnly.FromDateTime(Sample.Now.UtcDateTime), Sample.Now + heldFor, breaker, null, Sample.Now);

    private sealed class SettableClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
