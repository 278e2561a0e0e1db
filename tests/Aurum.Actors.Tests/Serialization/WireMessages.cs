using System.Collections.Immutable;
using Aurum.Actors.Clustering;
using Aurum.Actors.Collection;
using Aurum.Actors.Gate;
using Aurum.Actors.Pipelines;
using Aurum.Domain;
using static Aurum.Actors.Collection.SeriesControlProtocol;
using static Aurum.Actors.Gate.GateControlProtocol;
using static Aurum.Actors.Gate.GateProtocol;
using static Aurum.Actors.Gate.ProviderSupervisorProtocol;

namespace Aurum.Actors.Tests.Serialization;

/// <summary>One message a manifest, with every field said. What a golden file holds is for ever, so these never change either.</summary>
internal static class WireMessages
{
    private static readonly DateTimeOffset At = new(2026, 3, 2, 10, 20, 30, 456, TimeSpan.Zero);
    private static readonly DateTime Day = new(2026, 2, 27, 0, 0, 0, DateTimeKind.Utc);
    private static readonly Guid Id = new("0f8fad5b-d9cb-469f-a165-70867728950e");
    private static readonly SeriesId Series = new("noaa", "GHCND:USW00094728:TMAX");

    private static readonly SeriesDefinition Definition = new(
        Series, "noaa/GHCND", "GHCND", new Dictionary<string, string> { ["station"] = "USW00094728", ["datatype"] = "TMAX" }, new DateOnly(2020, 1, 1), 45);

    private static readonly CatalogEntry Entry = new(
        Series,
        "Maximum temperature, New York \"Central Park\"",
        "Höchste Temperatur",
        "degC",
        FrequencyCodes.Daily,
        "GHCND",
        "US-NY",
        "weather",
        "https://www.ncei.noaa.gov/",
        new DateTime(1869, 1, 1, 0, 0, 0, DateTimeKind.Utc),
        Day,
        At,
        new Dictionary<string, string> { ["elevation"] = "42.7" });

    private static readonly OperatorAct Act = new(At, "ops@example.org", "the provider is being moved");
    private static readonly RememberedObservation[] Recent = [new(Day.AddDays(-1), long.MinValue), new(Day, 4711)];

    private static readonly PastWindow Past = new(Day.AddYears(-1), Day);
    private static readonly StepCounts Counts = new(12, 11, 1000, 2, 40);

    private static readonly RunStep Step = new(
        "noaa",
        PipelineRunState.Running,
        ["noaa/GHCND"],
        new BackfillWork(Past, ["GHCND:USW00094728:TMAX", "GHCND:USW00094728:TMIN"], [new BackfillUnit(0, 2, Past, 3, 730), new BackfillUnit(1, 1, Past, 1, 365)], [1], [0]),
        "run-1",
        2,
        At,
        null,
        At.AddMinutes(4),
        Counts,
        ["noaa GHCND:USW00094728:TMAX: Transient: HTTP 503"]);

    private static readonly PipelineRun Run = new("backfill-1", PipelineNames.Backfill, At, "ops", "a new station", [Step], Act, Act, At.AddHours(1));

    public static readonly IReadOnlyDictionary<string, object> ByManifest = new Dictionary<string, object>
    {
        ["request-permit.v1"] = new RequestPermit("noaa", Id, Lane.Backfill),
        ["permit-granted.v1"] = new PermitGranted(Id, At),
        ["permit-denied.v1"] = new PermitDenied(Id, At),
        ["permit-settled.v1"] = new PermitSettled("noaa", Id, RequestOutcome.Throttled, TimeSpan.FromSeconds(90.5)),
        ["settlement-noted.v1"] = new SettlementNoted(Id),
        ["set-rate-limit.v1"] = new SetRateLimit("noaa", 0.5, 3, 400, "ops", "slower"),
        ["hold-gate.v1"] = new HoldGate("noaa", At, "ops", "maintenance"),
        ["release-gate.v1"] = new ReleaseGate("noaa", "ops", "done"),
        ["pause-provider.v1"] = new PauseProvider("noaa", "ops", "audit"),
        ["resume-provider.v1"] = new ResumeProvider("noaa", "ops", "audited"),
        ["trip-breaker.v1"] = new TripBreaker("noaa", At, "ops", "wrong values"),
        ["close-breaker.v1"] = new CloseBreaker("noaa", "ops", "right again"),
        ["gate-controlled.v1"] = new GateControlled("noaa", GateOutcome.Unchanged, "noaa is not paused"),
        ["get-gate.v1"] = new GetGate("noaa"),
        ["gate-description.v1"] = new GateDescription(
            "noaa", 0.5, 3, 400, new RateLimiterEvents.LimitsChanged(0.5, 3, 400, Act), new DateOnly(2026, 3, 2), 41, 3, 200, 2, At,
            new RateLimiterEvents.GateHeldByHand(At.AddHours(1), Act), new LanesWaiting(1, 2, 3), WaitReasons.Pause, At, "open", At, At.AddDays(-1), "opened by hand", Act, Act),
        ["queue-run.v1"] = new PipelineProtocol.QueueRun(PipelineNames.Backfill, [Step], "ops", "a new station"),
        ["pause-pipeline.v1"] = new PipelineProtocol.PausePipeline(PipelineNames.Incremental, "ops", "maintenance"),
        ["resume-pipeline.v1"] = new PipelineProtocol.ResumePipeline(PipelineNames.Incremental, "ops", "done"),
        ["pause-pipeline-run.v1"] = new PipelineProtocol.PauseRun("backfill-1", "ops", "maintenance"),
        ["resume-pipeline-run.v1"] = new PipelineProtocol.ResumeRun("backfill-1", "ops", "done"),
        ["cancel-pipeline-run.v1"] = new PipelineProtocol.CancelRun("backfill-1", "ops", "too much"),
        ["pipeline-answer.v1"] = new PipelineProtocol.PipelineAnswer(PipelineOutcome.Refused, "backfill-1", "backfill-1 has ended"),
        ["pipeline-run-queued.v1"] = new PipelineEvents.RunQueued(Run),
        ["pipeline-step-begun.v1"] = new PipelineEvents.StepBegun("backfill-1", "noaa", "run-1", At),
        ["pipeline-step-suspended.v1"] = new PipelineEvents.StepSuspended("backfill-1", "noaa", At),
        ["pipeline-step-ended.v1"] = new PipelineEvents.StepEnded("backfill-1", "noaa", At, PipelineRunState.Failed, Counts, ["failed: noaa A: Transient: HTTP 503"], At.AddMinutes(1)),
        ["backfill-unit-ended.v1"] = new PipelineEvents.UnitEnded("backfill-1", "noaa", 1, At, true, Counts, ["failed: noaa A: Transient: HTTP 503"], At.AddMinutes(1)),
        ["pipeline-run-paused.v1"] = new PipelineEvents.RunPaused("backfill-1", Act),
        ["pipeline-run-resumed.v1"] = new PipelineEvents.RunResumed("backfill-1", Act),
        ["pipeline-run-cancelled.v1"] = new PipelineEvents.RunCancelled("backfill-1", Act),
        ["pipeline-paused.v1"] = new PipelineEvents.PipelinePaused(PipelineNames.Incremental, Act),
        ["pipeline-resumed.v1"] = new PipelineEvents.PipelineResumed(PipelineNames.Incremental, Act),
        ["pipeline-state.v1"] = new PipelineState(
            [Run], ImmutableSortedDictionary<string, OperatorAct>.Empty.Add(PipelineNames.Incremental, Act), ImmutableSortedDictionary<string, DateTimeOffset>.Empty.Add("external_incremental/noaa", At)),
        ["start-window.v1"] = new StartWindow("noaa", "backfill-1", 1, 2, ["GHCND:USW00094728:TMAX"], Past),
        ["stop-window.v1"] = new StopWindow("noaa"),
        ["provider-paused.v1"] = new ProviderSupervisorEvents.ProviderPaused(Act),
        ["provider-resumed.v1"] = new ProviderSupervisorEvents.ProviderResumed(Act),
        ["breaker-tripped.v1"] = new CircuitBreakerEvents.BreakerTripped(At.AddHours(1), Act),
        ["start-run.v1"] = new StartRun("noaa", "run-1", CollectionScope.ObservationsOnly, true),
        ["run-accepted.v1"] = new RunAccepted("noaa", "run-1"),
        ["run-rejected.v1"] = new RunRejected("noaa", "run-2", "run run-1 is under way", "run-1"),
        ["stop-run.v1"] = new StopRun("noaa"),
        ["get-progress.v1"] = new GetProgress("noaa"),
        ["provider-progress.v1"] = new ProviderProgress(
            "noaa", "run-1", RunStates.Collecting, 12, 3, 4000, 5, Series.Code, Day, 17, 2, 40, 1000, "hold", At, "open", At,
            [new SeriesFailure(Series.Code, FailureKind.Rejected, "HTTP 404")]),
        ["can-you-work.v1"] = MembershipActor.CanYouWork.Instance,
        ["i-can-work.v1"] = MembershipActor.ICanWork.Instance,
        ["collect-series.v1"] = new CollectSeries(Definition, "run-1", CollectionScope.Everything, "run-1/GHCND/0", 12),
        ["collection-started.v1"] = new CollectionStarted(Series, "run-1"),
        ["collection-progressed.v1"] = new CollectionProgressed(Series, "run-1", 4000, 5, Day),
        ["collection-ended.v1"] = new CollectionEnded(Series, "run-1", CollectionOutcome.Failed, new Failure(FailureKind.Throttled, "HTTP 429", TimeSpan.FromMinutes(1))),
        ["dataset-facts-learnt.v1"] = new ProviderSupervisorEvents.DatasetFactsLearnt("eia/petroleum", "{\"facets\":[]}", At),
        ["run-begun.v1"] = new ProviderSupervisorEvents.RunBegun("run-1", At),
        ["run-completed.v1"] = new ProviderSupervisorEvents.RunCompleted("run-1", At),
        ["provider-supervisor-state.v1"] = new ProviderSupervisorState(
            ImmutableDictionary<string, DatasetFacts>.Empty.Add("release:53", new DatasetFacts(["0 41 GDP", "1 0"], At)), At),
        ["permits-reserved.v1"] = new RateLimiterEvents.PermitsReserved(new DateOnly(2026, 3, 2), 48, At, At.AddSeconds(10)),
        ["gate-held.v1"] = new RateLimiterEvents.GateHeld(At.AddMinutes(1), At),
        ["gate-handed-over.v1"] = new RateLimiterEvents.GateHandedOver(
            new DateOnly(2026, 3, 2), 41, 3, At, new BucketRemains(1.5, 2.25, [new RemainingSlot(Id, TimeSpan.FromSeconds(-0.5), true)]), new BucketRemains(1, 0, [])),
        ["gate-held-by-hand.v1"] = new RateLimiterEvents.GateHeldByHand(At.AddHours(1), Act),
        ["gate-released-by-hand.v1"] = new RateLimiterEvents.GateReleasedByHand(Act),
        ["limits-changed.v1"] = new RateLimiterEvents.LimitsChanged(0.5, 3, 400, Act),
        ["rate-limiter-state.v1"] = new RateLimiterState(new DateOnly(2026, 3, 2), 41, 48, At, At.AddMinutes(-5)),
        ["breaker-opened.v1"] = new CircuitBreakerEvents.BreakerOpened(At, At.AddMinutes(15), 10),
        ["breaker-closed.v1"] = new CircuitBreakerEvents.BreakerClosed(At),
        ["catalog-entry-read.v1"] = new SeriesCollectorEvents.CatalogEntryRead(Entry, At),
        ["revisions-announced.v1"] = new SeriesCollectorEvents.RevisionsAnnounced([Day, Day.AddDays(1)]),
        ["checkpoint-advanced.v1"] = new SeriesCollectorEvents.CheckpointAdvanced("run-1", At, Day, Day, Recent, 1000, 2, new DateOnly(2020, 1, 1)),
        ["collection-succeeded.v1"] = new SeriesCollectorEvents.CollectionSucceeded("run-1", At, new DateOnly(2020, 1, 1)),
        ["found-unchanged.v1"] = new SeriesCollectorEvents.FoundUnchanged("run-1", At),
        ["twin-served.v1"] = new SeriesCollectorEvents.TwinServed("run-1", At, new SeriesId("worldbank", "FP.CPI.TOTL.ZG:USA")),
        ["collection-failed.v1"] = new SeriesCollectorEvents.CollectionFailed("run-1", At, FailureKind.Malformed, "HTTP 200: the body is no JSON"),
        ["pause-series.v1"] = new PauseSeries("noaa", "GHCND:USW00094728:TMAX", "ops", "wrong values"),
        ["resume-series.v1"] = new ResumeSeries("noaa", "GHCND:USW00094728:TMAX", "ops", "right again"),
        ["reset-series.v1"] = new ResetSeries("noaa", "GHCND:USW00094728:TMAX", Day, true, "ops", "they restated it"),
        ["get-series.v1"] = new GetSeries("noaa", "GHCND:USW00094728:TMAX"),
        ["get-paused-series.v1"] = new GetPausedSeries("noaa"),
        ["series-controlled.v1"] = new SeriesControlled("noaa", "GHCND:USW00094728:TMAX", SeriesOutcome.Busy, "it is being collected"),
        ["all-paused-series.v1"] = new PausedSeries("noaa", new Dictionary<string, OperatorAct> { ["GHCND:USW00094728:TMAX"] = Act }),
        ["series-description.v1"] = new SeriesDescription(
            "noaa", "GHCND:USW00094728:TMAX", "noaa/GHCND", new DateOnly(2020, 1, 1), "Maximum temperature", "degC", FrequencyCodes.Daily, Day, true, At, 12_345, 2, "Transient: 503", "run-1", At, true, Day, Act, Act),
        ["describe-series.v1"] = new DescribeSeries(Definition, Act),
        ["move-checkpoint.v1"] = new MoveCheckpoint(Definition, Day, true, Act),
        ["series-paused.v1"] = new ProviderSupervisorEvents.SeriesPaused("GHCND:USW00094728:TMAX", Act),
        ["series-resumed.v1"] = new ProviderSupervisorEvents.SeriesResumed("GHCND:USW00094728:TMAX", Act),
        ["checkpoint-moved-back.v1"] = new SeriesCollectorEvents.CheckpointMovedBack(Day, Act),
        ["series-collector-state.v1"] = new SeriesCollectorState(
            Entry, At, [.. Recent], Day, Day, true, new DateOnly(2020, 1, 1), At, 4000, 1, "Transient: HTTP 503", "run-1", At),
    };
}
