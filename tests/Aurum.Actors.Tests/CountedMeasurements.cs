using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Aurum.Actors.Monitoring;

namespace Aurum.Actors.Tests;

/// <summary>What a listener to our meter hears of one provider.</summary>
internal sealed class CountedMeasurements : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, long> _sums = new();

    public CountedMeasurements(string provider)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == AurumMeters.Name)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, measurement, tags, _) =>
        {
            var all = tags.ToArray();
            if (all.Any(tag => tag.Key == "provider" && Equals(tag.Value, provider)))
            {
                var name = string.Join(' ', all.Where(tag => tag.Key != "provider").Select(tag => tag.Value).Prepend(instrument.Name));
                _sums.AddOrUpdate(name, measurement, (_, sum) => sum + measurement);
            }
        });
        _listener.Start();
    }

    /// <summary>Sums by instrument and tags, as <c>aurum.observations.published new: 5</c>.</summary>
    public IEnumerable<string> Of(string prefix) => _sums.Where(sum => sum.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(sum => $"{sum.Key}: {sum.Value}").Order();

    public void Dispose() => _listener.Dispose();
}
