using System.Collections.Frozen;
using System.Runtime.Serialization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Akka.Actor;
using Akka.Serialization;
using Aurum.Actors.Clustering;
using Aurum.Actors.Collection;
using Aurum.Actors.Gate;
using Aurum.Actors.Pipelines;

namespace Aurum.Actors.Serialization.Journal;

/// <summary>
/// Writes and reads every <see cref="IWireMessage"/>: a short versioned manifest and a JSON body. Identifier and manifests stand
/// in every journal row and are for ever: a new field needs a default, a new meaning needs a new manifest.
/// </summary>
public sealed class AurumSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    private static readonly FrozenDictionary<string, Type> ByManifest = new Dictionary<string, Type>
    {
        ["request-permit.v1"] = typeof(GateProtocol.RequestPermit),
        ["permit-granted.v1"] = typeof(GateProtocol.PermitGranted),
        ["permit-denied.v1"] = typeof(GateProtocol.PermitDenied),
        ["permit-settled.v1"] = typeof(GateProtocol.PermitSettled),
        ["settlement-noted.v1"] = typeof(GateProtocol.SettlementNoted),
        ["set-rate-limit.v1"] = typeof(GateControlProtocol.SetRateLimit),
        ["hold-gate.v1"] = typeof(GateControlProtocol.HoldGate),
        ["release-gate.v1"] = typeof(GateControlProtocol.ReleaseGate),
        ["pause-provider.v1"] = typeof(GateControlProtocol.PauseProvider),
        ["resume-provider.v1"] = typeof(GateControlProtocol.ResumeProvider),
        ["trip-breaker.v1"] = typeof(GateControlProtocol.TripBreaker),
        ["close-breaker.v1"] = typeof(GateControlProtocol.CloseBreaker),
        ["gate-controlled.v1"] = typeof(GateControlProtocol.GateControlled),
        ["get-gate.v1"] = typeof(GateControlProtocol.GetGate),
        ["gate-description.v1"] = typeof(GateControlProtocol.GateDescription),
        ["provider-paused.v1"] = typeof(ProviderSupervisorEvents.ProviderPaused),
        ["provider-resumed.v1"] = typeof(ProviderSupervisorEvents.ProviderResumed),
        ["breaker-tripped.v1"] = typeof(CircuitBreakerEvents.BreakerTripped),
        ["start-run.v1"] = typeof(ProviderSupervisorProtocol.StartRun),
        ["run-accepted.v1"] = typeof(ProviderSupervisorProtocol.RunAccepted),
        ["run-rejected.v1"] = typeof(ProviderSupervisorProtocol.RunRejected),
        ["stop-run.v1"] = typeof(ProviderSupervisorProtocol.StopRun),
        ["get-progress.v1"] = typeof(ProviderSupervisorProtocol.GetProgress),
        ["provider-progress.v1"] = typeof(ProviderSupervisorProtocol.ProviderProgress),
        ["can-you-work.v1"] = typeof(MembershipActor.CanYouWork),
        ["i-can-work.v1"] = typeof(MembershipActor.ICanWork),
        ["collect-series.v1"] = typeof(CollectSeries),
        ["collection-started.v1"] = typeof(CollectionStarted),
        ["collection-progressed.v1"] = typeof(CollectionProgressed),
        ["collection-ended.v1"] = typeof(CollectionEnded),
        ["dataset-facts-learnt.v1"] = typeof(ProviderSupervisorEvents.DatasetFactsLearnt),
        ["run-begun.v1"] = typeof(ProviderSupervisorEvents.RunBegun),
        ["run-completed.v1"] = typeof(ProviderSupervisorEvents.RunCompleted),
        ["provider-supervisor-state.v1"] = typeof(ProviderSupervisorState),
        ["permits-reserved.v1"] = typeof(RateLimiterEvents.PermitsReserved),
        ["gate-handed-over.v1"] = typeof(RateLimiterEvents.GateHandedOver),
        ["gate-held-by-hand.v1"] = typeof(RateLimiterEvents.GateHeldByHand),
        ["gate-released-by-hand.v1"] = typeof(RateLimiterEvents.GateReleasedByHand),
        ["limits-changed.v1"] = typeof(RateLimiterEvents.LimitsChanged),
        ["gate-held.v1"] = typeof(RateLimiterEvents.GateHeld),
        ["rate-limiter-state.v1"] = typeof(RateLimiterState),
        ["breaker-opened.v1"] = typeof(CircuitBreakerEvents.BreakerOpened),
        ["breaker-closed.v1"] = typeof(CircuitBreakerEvents.BreakerClosed),
        ["catalog-entry-read.v1"] = typeof(SeriesCollectorEvents.CatalogEntryRead),
        ["revisions-announced.v1"] = typeof(SeriesCollectorEvents.RevisionsAnnounced),
        ["checkpoint-advanced.v1"] = typeof(SeriesCollectorEvents.CheckpointAdvanced),
        ["collection-succeeded.v1"] = typeof(SeriesCollectorEvents.CollectionSucceeded),
        ["found-unchanged.v1"] = typeof(SeriesCollectorEvents.FoundUnchanged),
        ["twin-served.v1"] = typeof(SeriesCollectorEvents.TwinServed),
        ["collection-failed.v1"] = typeof(SeriesCollectorEvents.CollectionFailed),
        ["pause-series.v1"] = typeof(SeriesControlProtocol.PauseSeries),
        ["resume-series.v1"] = typeof(SeriesControlProtocol.ResumeSeries),
        ["reset-series.v1"] = typeof(SeriesControlProtocol.ResetSeries),
        ["get-series.v1"] = typeof(SeriesControlProtocol.GetSeries),
        ["get-paused-series.v1"] = typeof(SeriesControlProtocol.GetPausedSeries),
        ["series-controlled.v1"] = typeof(SeriesControlProtocol.SeriesControlled),
        ["all-paused-series.v1"] = typeof(SeriesControlProtocol.PausedSeries),
        ["series-description.v1"] = typeof(SeriesControlProtocol.SeriesDescription),
        ["describe-series.v1"] = typeof(SeriesControlProtocol.DescribeSeries),
        ["move-checkpoint.v1"] = typeof(SeriesControlProtocol.MoveCheckpoint),
        ["series-paused.v1"] = typeof(ProviderSupervisorEvents.SeriesPaused),
        ["series-resumed.v1"] = typeof(ProviderSupervisorEvents.SeriesResumed),
        ["checkpoint-moved-back.v1"] = typeof(SeriesCollectorEvents.CheckpointMovedBack),
        ["series-collector-state.v1"] = typeof(SeriesCollectorState),
        ["queue-run.v1"] = typeof(PipelineProtocol.QueueRun),
        ["pause-pipeline.v1"] = typeof(PipelineProtocol.PausePipeline),
        ["resume-pipeline.v1"] = typeof(PipelineProtocol.ResumePipeline),
        ["pause-pipeline-run.v1"] = typeof(PipelineProtocol.PauseRun),
        ["resume-pipeline-run.v1"] = typeof(PipelineProtocol.ResumeRun),
        ["cancel-pipeline-run.v1"] = typeof(PipelineProtocol.CancelRun),
        ["pipeline-answer.v1"] = typeof(PipelineProtocol.PipelineAnswer),
        ["pipeline-run-queued.v1"] = typeof(PipelineEvents.RunQueued),
        ["pipeline-step-begun.v1"] = typeof(PipelineEvents.StepBegun),
        ["pipeline-step-suspended.v1"] = typeof(PipelineEvents.StepSuspended),
        ["pipeline-step-ended.v1"] = typeof(PipelineEvents.StepEnded),
        ["backfill-unit-ended.v1"] = typeof(PipelineEvents.UnitEnded),
        ["pipeline-run-paused.v1"] = typeof(PipelineEvents.RunPaused),
        ["pipeline-run-resumed.v1"] = typeof(PipelineEvents.RunResumed),
        ["pipeline-run-cancelled.v1"] = typeof(PipelineEvents.RunCancelled),
        ["pipeline-paused.v1"] = typeof(PipelineEvents.PipelinePaused),
        ["pipeline-resumed.v1"] = typeof(PipelineEvents.PipelineResumed),
        ["pipeline-state.v1"] = typeof(PipelineState),
        ["start-window.v1"] = typeof(ProviderSupervisorProtocol.StartWindow),
        ["stop-window.v1"] = typeof(ProviderSupervisorProtocol.StopWindow),
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<Type, string> ByType = ByManifest.ToFrozenDictionary(pair => pair.Value, pair => pair.Key);

    public static IReadOnlyDictionary<string, Type> Manifests => ByManifest;

    public override int Identifier => 4711;

    public override string Manifest(object o) =>
        ByType.TryGetValue(o.GetType(), out var manifest) ? manifest : throw new SerializationException($"{o.GetType().Name} has no manifest.");

    public override byte[] ToBinary(object obj) => JsonSerializer.SerializeToUtf8Bytes(obj, obj.GetType(), WireJson.Default);

    public override object FromBinary(byte[] bytes, string manifest) =>
        ByManifest.TryGetValue(manifest, out var type)
            ? JsonSerializer.Deserialize(bytes, type, WireJson.Default) ?? throw new SerializationException($"{manifest}: null")
            : throw new SerializationException($"Manifest '{manifest}' is unknown to this release.");
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(GateProtocol.RequestPermit))]
[JsonSerializable(typeof(GateProtocol.PermitGranted))]
[JsonSerializable(typeof(GateProtocol.PermitDenied))]
[JsonSerializable(typeof(GateProtocol.PermitSettled))]
[JsonSerializable(typeof(GateProtocol.SettlementNoted))]
[JsonSerializable(typeof(GateControlProtocol.SetRateLimit))]
[JsonSerializable(typeof(GateControlProtocol.HoldGate))]
[JsonSerializable(typeof(GateControlProtocol.ReleaseGate))]
[JsonSerializable(typeof(GateControlProtocol.PauseProvider))]
[JsonSerializable(typeof(GateControlProtocol.ResumeProvider))]
[JsonSerializable(typeof(GateControlProtocol.TripBreaker))]
[JsonSerializable(typeof(GateControlProtocol.CloseBreaker))]
[JsonSerializable(typeof(GateControlProtocol.GateControlled))]
[JsonSerializable(typeof(GateControlProtocol.GetGate))]
[JsonSerializable(typeof(GateControlProtocol.GateDescription))]
[JsonSerializable(typeof(ProviderSupervisorEvents.ProviderPaused))]
[JsonSerializable(typeof(ProviderSupervisorEvents.ProviderResumed))]
[JsonSerializable(typeof(CircuitBreakerEvents.BreakerTripped))]
[JsonSerializable(typeof(ProviderSupervisorProtocol.StartRun))]
[JsonSerializable(typeof(ProviderSupervisorProtocol.RunAccepted))]
[JsonSerializable(typeof(ProviderSupervisorProtocol.RunRejected))]
[JsonSerializable(typeof(ProviderSupervisorProtocol.StopRun))]
[JsonSerializable(typeof(ProviderSupervisorProtocol.GetProgress))]
[JsonSerializable(typeof(ProviderSupervisorProtocol.ProviderProgress))]
[JsonSerializable(typeof(MembershipActor.CanYouWork))]
[JsonSerializable(typeof(MembershipActor.ICanWork))]
[JsonSerializable(typeof(CollectSeries))]
[JsonSerializable(typeof(CollectionStarted))]
[JsonSerializable(typeof(CollectionProgressed))]
[JsonSerializable(typeof(CollectionEnded))]
[JsonSerializable(typeof(ProviderSupervisorEvents.DatasetFactsLearnt))]
[JsonSerializable(typeof(ProviderSupervisorEvents.RunBegun))]
[JsonSerializable(typeof(ProviderSupervisorEvents.RunCompleted))]
[JsonSerializable(typeof(ProviderSupervisorState))]
[JsonSerializable(typeof(RateLimiterEvents.PermitsReserved))]
[JsonSerializable(typeof(RateLimiterEvents.GateHandedOver))]
[JsonSerializable(typeof(RateLimiterEvents.GateHeldByHand))]
[JsonSerializable(typeof(RateLimiterEvents.GateReleasedByHand))]
[JsonSerializable(typeof(RateLimiterEvents.LimitsChanged))]
[JsonSerializable(typeof(RateLimiterEvents.GateHeld))]
[JsonSerializable(typeof(RateLimiterState))]
[JsonSerializable(typeof(CircuitBreakerEvents.BreakerOpened))]
[JsonSerializable(typeof(CircuitBreakerEvents.BreakerClosed))]
[JsonSerializable(typeof(SeriesCollectorEvents.CatalogEntryRead))]
[JsonSerializable(typeof(SeriesCollectorEvents.RevisionsAnnounced))]
[JsonSerializable(typeof(SeriesCollectorEvents.CheckpointAdvanced))]
[JsonSerializable(typeof(SeriesCollectorEvents.CollectionSucceeded))]
[JsonSerializable(typeof(SeriesCollectorEvents.FoundUnchanged))]
[JsonSerializable(typeof(SeriesCollectorEvents.TwinServed))]
[JsonSerializable(typeof(SeriesCollectorEvents.CollectionFailed))]
[JsonSerializable(typeof(SeriesControlProtocol.PauseSeries))]
[JsonSerializable(typeof(SeriesControlProtocol.ResumeSeries))]
[JsonSerializable(typeof(SeriesControlProtocol.ResetSeries))]
[JsonSerializable(typeof(SeriesControlProtocol.GetSeries))]
[JsonSerializable(typeof(SeriesControlProtocol.GetPausedSeries))]
[JsonSerializable(typeof(SeriesControlProtocol.SeriesControlled))]
[JsonSerializable(typeof(SeriesControlProtocol.PausedSeries))]
[JsonSerializable(typeof(SeriesControlProtocol.SeriesDescription))]
[JsonSerializable(typeof(SeriesControlProtocol.DescribeSeries))]
[JsonSerializable(typeof(SeriesControlProtocol.MoveCheckpoint))]
[JsonSerializable(typeof(ProviderSupervisorEvents.SeriesPaused))]
[JsonSerializable(typeof(ProviderSupervisorEvents.SeriesResumed))]
[JsonSerializable(typeof(SeriesCollectorEvents.CheckpointMovedBack))]
[JsonSerializable(typeof(SeriesCollectorState))]
[JsonSerializable(typeof(PipelineProtocol.QueueRun))]
[JsonSerializable(typeof(PipelineProtocol.PausePipeline))]
[JsonSerializable(typeof(PipelineProtocol.ResumePipeline))]
[JsonSerializable(typeof(PipelineProtocol.PauseRun))]
[JsonSerializable(typeof(PipelineProtocol.ResumeRun))]
[JsonSerializable(typeof(PipelineProtocol.CancelRun))]
[JsonSerializable(typeof(PipelineProtocol.PipelineAnswer))]
[JsonSerializable(typeof(PipelineEvents.RunQueued))]
[JsonSerializable(typeof(PipelineEvents.StepBegun))]
[JsonSerializable(typeof(PipelineEvents.StepSuspended))]
[JsonSerializable(typeof(PipelineEvents.StepEnded))]
[JsonSerializable(typeof(PipelineEvents.UnitEnded))]
[JsonSerializable(typeof(PipelineEvents.RunPaused))]
[JsonSerializable(typeof(PipelineEvents.RunResumed))]
[JsonSerializable(typeof(PipelineEvents.RunCancelled))]
[JsonSerializable(typeof(PipelineEvents.PipelinePaused))]
[JsonSerializable(typeof(PipelineEvents.PipelineResumed))]
[JsonSerializable(typeof(PipelineState))]
[JsonSerializable(typeof(ProviderSupervisorProtocol.StartWindow))]
[JsonSerializable(typeof(ProviderSupervisorProtocol.StopWindow))]
internal sealed partial class WireJson : JsonSerializerContext;
