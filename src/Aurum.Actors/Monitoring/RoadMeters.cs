using System.Diagnostics;
using System.Diagnostics.Metrics;
using Aurum.Actors.Gate;

namespace Aurum.Actors.Monitoring;

/// <summary>
/// What of the road is measured, for whoever listens to the meter. Labels are few and short: a provider, a lane, an outcome, never a series.
/// </summary>
internal static class RoadMeters
{
    private static readonly Meter Meter = new(MeterNames.Aurum);

    private static readonly Histogram<double> PermitWait = Seconds(
        "aurum.permit.wait", "From asking for a permit to having it, holds and quotas included", [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200, 43200]);

    private static readonly Histogram<double> Publish = Seconds(
        "aurum.publish.duration", "From handing over a page to its acknowledgement", [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]);

    private static readonly Histogram<double> Store = Seconds(
        "aurum.store.duration", "A commit of the store, the repetitions of a failed one included", [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]);

    private static readonly Counter<long> Runs = Meter.CreateCounter<long>("aurum.runs", "{run}", "Runs of a provider that have ended");

    public static void PermitWaited(string provider, Lane lane, TimeSpan wait) =>
        PermitWait.Record(wait.TotalSeconds, Provider(provider), new("lane", NameOf(lane)));

    public static void Published(TimeSpan duration, bool isGood) => Publish.Record(duration.TotalSeconds, Outcome(isGood));

    public static void Stored(TimeSpan duration, bool isGood) => Store.Record(duration.TotalSeconds, Outcome(isGood));

    /// <param name="outcome">The state it ended in, one of <see cref="ProviderSupervisorProtocol.RunStates"/>.</param>
    public static void RunEnded(string provider, string outcome) => Runs.Add(1, Provider(provider), new("outcome", outcome));

    private static KeyValuePair<string, object?> Provider(string name) => new("provider", name);

    private static KeyValuePair<string, object?> Outcome(bool isGood) => new("outcome", isGood ? "ok" : "failed");

    private static string NameOf(Lane lane) => lane switch
    {
        Lane.Incremental => "incremental",
        Lane.Catalog => "catalog",
        Lane.Backfill => "backfill",
        _ => throw new UnreachableException(),
    };

    private static Histogram<double> Seconds(string name, string description, double[] buckets) =>
        Meter.CreateHistogram(name, "s", description, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = buckets });
}

public static class MeterNames
{
    /// <summary>All instruments of ours.</summary>
    public const string Aurum = "Aurum";
}
