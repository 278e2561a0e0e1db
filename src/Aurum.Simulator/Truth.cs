using System.Collections.Concurrent;
using Aurum.Domain;
using Aurum.Simulator.Values;

namespace Aurum.Simulator;

/// <summary>One observation as the simulated provider states it now.</summary>
/// <param name="ValueText">The number as the API prints it (NOAA: with <c>units=metric</c>); null where it states that there is no value.</param>
/// <param name="Unit">As the API words it; NOAA words none and gets degC, mm or m/s.</param>
/// <param name="Frequency">One of <see cref="FrequencyCodes"/>.</param>
/// <param name="AsOf">The day the provider says the value became known; null where its API tells none.</param>
/// <param name="QualityFlag">Set where the provider delivers the value as one that failed a check.</param>
public sealed record TrueObservation(DateTime Timestamp, string? ValueText, double? Value, string? Unit, string Frequency, DateOnly? AsOf, string? QualityFlag);

/// <summary>What the simulated providers say now: to compare a store with, and to change under a running collector. Thread-safe.</summary>
public sealed class Truth
{
    private readonly SimulatorOptions _options;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, SeriesEdits> _edits = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DateOnly> _changed = new(StringComparer.Ordinal);
    private volatile DateBox? _today;

    internal Truth(SimulatorOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
        _today = options.Today is { } day ? new DateBox(day) : null;
    }

    /// <summary>Finds a series of a provider by its code; set by the server, which knows the APIs.</summary>
    internal Func<SeriesId, SimulatedSeries?> Finder { get; set; } = _ => null;

    internal int Seed => _options.Seed;

    /// <summary>The simulator's today. Once set it moves only when set again.</summary>
    public DateOnly Today
    {
        get => _today?.Day ?? DateOnly.FromDateTime(_time.GetUtcNow().UtcDateTime);
        set => _today = new DateBox(value);
    }

    /// <summary>Every observation of a series as its API states it now, in the order of time; none for a series that does not exist.</summary>
    public IEnumerable<TrueObservation> Of(SeriesId series)
    {
        if (Finder(series) is not { } found)
        {
            yield break;
        }

        for (var period = found.First; period <= found.Last; period++)
        {
            var timestamp = found.TimestampOf(period);
            switch (found.PresenceAt(period, timestamp))
            {
                case Presence.Value:
                    yield return new(timestamp, found.Text(timestamp), found.Value(timestamp), found.Unit, found.Cadence.Code(), found.AsOf, found.Flag(found, period));
                    break;
                case Presence.Missing:
                    yield return new(timestamp, null, null, found.Unit, found.Cadence.Code(), found.AsOf, null);
                    break;
            }
        }
    }

    /// <summary>Revises a value, or gives one to a period that had none; visible from now on.</summary>
    /// <exception cref="ArgumentException">No such series, the series has no period with that timestamp, or the value is no number below 1e20.</exception>
    public void Revise(SeriesId series, DateTime timestamp, double newValue)
    {
        if (!(Math.Abs(newValue) < 1e20))
        {
            throw new ArgumentException($"{newValue} is no value that the APIs could print.", nameof(newValue));
        }

        var found = Existing(series);
        var period = found.Cadence.AtOrBefore(timestamp);
        if (found.TimestampOf(period) != timestamp || period < found.First || period > found.Last)
        {
            throw new ArgumentException($"{series} has no period {timestamp:O}; its periods lie from {found.TimestampOf(found.First):O} to {found.TimestampOf(found.Last):O}.", nameof(timestamp));
        }

        Change(series, found.Key, edits => edits with { Revised = edits.Revised.SetItem(DateTime.SpecifyKind(timestamp, DateTimeKind.Utc), newValue) });
    }

    /// <summary>Lets new periods appear at the end of a series.</summary>
    /// <exception cref="ArgumentException">No such series.</exception>
    public void Publish(SeriesId series, int periods) => Change(series, Existing(series).Key, edits => edits with { Published = edits.Published + periods });

    /// <summary>Takes back the newest periods of a series, as if they were not published yet.</summary>
    /// <exception cref="ArgumentException">No such series.</exception>
    public void Withhold(SeriesId series, int periods) => Publish(series, -periods);

    internal SeriesEdits EditsOf(string key) => _edits.GetValueOrDefault(key, SeriesEdits.None);

    /// <summary>The simulated day of a provider's latest change by <see cref="Revise"/> or <see cref="Publish"/>.</summary>
    internal DateOnly? ChangedOn(string provider) => _changed.TryGetValue(provider, out var day) ? day : null;

    private void Change(SeriesId series, string key, Func<SeriesEdits, SeriesEdits> change)
    {
        _edits.AddOrUpdate(key, _ => change(SeriesEdits.None), (_, edits) => change(edits));
        _changed[series.Provider] = Today;
    }

    private SimulatedSeries Existing(SeriesId series) =>
        Finder(series) ?? throw new ArgumentException($"The simulator has no series {series}.", nameof(series));

    private sealed record DateBox(DateOnly Day);
}
