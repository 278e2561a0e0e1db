using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Aurum.Actors.Gate;
using Aurum.Storage;

namespace Aurum.Actors.Monitoring;

/// <summary>
/// What stands somewhere at every moment and is read when somebody asks: how the providers are whose supervisors live on this node, and
/// how far processing is behind. A supervisor that moves takes its gauges with it.
/// </summary>
public sealed class NodeGauges : IDisposable
{
    private readonly ConcurrentDictionary<string, ProviderStatus> _providers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, QuotaCalendar> _calendars;
    private readonly TimeProvider _time;
    private long _lag = -1;

    public NodeGauges(ProviderRuntimes runtimes, TimeProvider time)
    {
        _calendars = runtimes.All.ToDictionary(runtime => runtime.Name, runtime => new QuotaCalendar(runtime.Settings.RateLimit));
        _time = time;
        Meter.CreateObservableGauge("aurum.provider.quota.limit", () => OfQuotas(status => status.DailyQuota!.Value), "{request}", "Requests a day that the provider allows");
        Meter.CreateObservableGauge("aurum.provider.quota.left", () => OfQuotas(LeftOf), "{request}", "Requests that are left of the provider's day");
        Meter.CreateObservableGauge("aurum.provider.breaker", () => Of(status => NumberOf(status.Breaker)), null, "0 closed, 1 half-open, 2 open");
        Meter.CreateObservableGauge("aurum.provider.held", () => Of(status => status.HoldUntil > _time.GetUtcNow() ? 1 : 0), null, "1 while the provider has asked to wait");
        Meter.CreateObservableGauge("aurum.consumer.lag", () => Interlocked.Read(ref _lag) is >= 0 and var lag ? [new Measurement<long>(lag)] : (Measurement<long>[])[], "{record}", "Records published and not yet stored, of the whole consumer group");
    }

    /// <summary>Of this node alone: several may live in one process.</summary>
    internal Meter Meter { get; } = new(MeterNames.Aurum);

    /// <summary>What a supervisor says of itself.</summary>
    public void Seen(ProviderStatus status) => _providers[status.Provider] = status;

    /// <summary>Its supervisor does not live here any more.</summary>
    public void Gone(string provider) => _providers.TryRemove(provider, out _);

    public void LagIs(long records) => Interlocked.Exchange(ref _lag, records);

    public void Dispose() => Meter.Dispose();

    private IEnumerable<Measurement<long>> OfQuotas(Func<ProviderStatus, long> value) =>
        _providers.Values.Where(status => status.DailyQuota is not null).Select(status => Measure(status, value));

    private IEnumerable<Measurement<long>> Of(Func<ProviderStatus, long> value) => _providers.Values.Select(status => Measure(status, value));

    private static Measurement<long> Measure(ProviderStatus status, Func<ProviderStatus, long> value) =>
        new(value(status), new KeyValuePair<string, object?>("provider", status.Provider));

    /// <summary>A supervisor that rests says nothing when the provider's next day begins.</summary>
    private long LeftOf(ProviderStatus status) =>
        _calendars.TryGetValue(status.Provider, out var calendar) && status.QuotaDay != calendar.DayOf(_time.GetUtcNow())
            ? status.DailyQuota!.Value
            : Math.Max(0, status.DailyQuota!.Value - status.PermitsSpent);

    private static long NumberOf(string breaker) => breaker switch
    {
        "closed" => 0,
        "half-open" => 1,
        _ => 2,
    };
}
