using System.Globalization;
using System.Text.Json.Serialization;
using Aurum.Actors.Collection;
using Aurum.Domain;

namespace Aurum.Actors.Gate;

/// <summary>What edges and collectors say to a provider's supervisor.</summary>
public static class ProviderSupervisorProtocol
{
    /// <summary>Collects every configured series once.</summary>
    /// <param name="CloseBreaker">True when a person asked for the run: an open breaker is closed, the provider is tried again.</param>
    /// <param name="Only">Keys of datasets and codes of series; null for all.</param>
    public sealed record StartRun(
        string Provider,
        string RunId,
        CollectionScope Scope,
        bool CloseBreaker,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Only = null) : IWithProvider, IWireMessage;

    public sealed record RunAccepted(string Provider, string RunId) : IWireMessage;

    /// <param name="ActiveRunId">The run that is under way instead, if that is why.</param>
    public sealed record RunRejected(string Provider, string RunId, string Reason, string? ActiveRunId) : IWireMessage;

    /// <summary>
    /// Collects a window of history of some series, beside whatever run is under way. Who wants it looks at the progress and says it
    /// again when it was lost with the supervisor; the same window under way is not begun twice.
    /// </summary>
    /// <param name="Unit">Which part of the backfill it is.</param>
    /// <param name="Attempt">From 1; an attempt that has ended is known to have.</param>
    public sealed record StartWindow(string Provider, string RunId, int Unit, int Attempt, IReadOnlyList<string> Series, PastWindow Past) : IWithProvider, IWireMessage;

    /// <summary>The same as <see cref="StopRun"/>, of the window of history under way.</summary>
    public sealed record StopWindow(string Provider) : IWithProvider, IWireMessage;

    /// <summary>Takes no more permits and wakes no more series; what is in flight ends by itself.</summary>
    /// <param name="Suspends">True when whoever asks goes on with the run later.</param>
    public sealed record StopRun(string Provider, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Suspends = false) : IWithProvider, IWireMessage;

    /// <summary>
    /// The shard moves to another node: denies nobody, has the limiter leave its books in order and stops. Fetches ask the next
    /// owner again; permits that were granted stay good until they expire.
    /// </summary>
    public sealed record HandOffGate : ILocalMessage
    {
        public static readonly HandOffGate Instance = new();
    }

    public sealed record GetProgress(string Provider) : IWithProvider, IWireMessage;

    /// <summary>Where a provider stands; also after its run has ended.</summary>
    /// <param name="State">One of <see cref="RunStates"/>.</param>
    /// <param name="LastSeries">The series that was heard of last.</param>
    /// <param name="WaitingFor">One of <see cref="WaitReasons"/>, with the time it ends, when the gate gives nothing.</param>
    /// <param name="Failures">Series that failed in this run.</param>
    /// <param name="RunStartedAt">When this run began, before whatever interrupted it.</param>
    /// <param name="CompletedRunStartedAt">When the latest run that went through all series began; null when none ever did.</param>
    /// <param name="Unfinished">A run that has begun and not gone through all series: this one, or one that was lost with its supervisor or stopped.</param>
    /// <param name="Window">The window of history that was begun last; null when none was since the supervisor started.</param>
    /// <param name="IsOfSome">True of a run that leaves some series alone: it is nobody's turn, and counts for none.</param>
    public sealed record ProviderProgress(
        string Provider,
        string? RunId,
        string State,
        int SeriesTotal,
        int SeriesDone,
        long Inserted,
        long Revised,
        string? LastSeries,
        DateTime? LastTimestamp,
        long Requests,
        int? PermitsAvailable,
        int PermitsSpent,
        int? DailyQuota,
        string? WaitingFor,
        DateTimeOffset? WaitingUntil,
        string Breaker,
        DateTimeOffset? BreakerOpenUntil,
        IReadOnlyList<SeriesFailure> Failures,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? RunStartedAt = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? CompletedRunStartedAt = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] UnfinishedRun? Unfinished = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] WindowProgress? Window = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool IsOfSome = false,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<DatasetCounts>? Datasets = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? RequestsPerSecond = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? BackfillSpent = null) : IWireMessage
    {
        /// <summary>What failed in the run: a line each, but one for all that were not asked for the same reason.</summary>
        [JsonIgnore]
        public IEnumerable<string> FailureLines => Failures
            .GroupBy(failure => (failure.Kind, failure.Detail))
            .Select(same => $"failed: {Provider} {same.First().Code}{(same.Count() > 1 ? $" and {same.Count() - 1} more" : "")}: {same.Key.Kind}: {same.Key.Detail}");

        /// <summary>What came of the run, in a line.</summary>
        [JsonIgnore]
        public string Summary => string.Create(
            CultureInfo.InvariantCulture,
            $"{Provider}: {Math.Max(0, SeriesDone - Failures.Count(failure => !failure.IsOfDataset))} of {SeriesTotal} series collected, {Inserted:N0} new and {Revised:N0} revised observations, {Requests:N0} requests");
    }

    /// <summary>Where a window of history stands.</summary>
    /// <param name="State">One of <see cref="RunStates"/>.</param>
    /// <param name="IsRefused">The provider refuses all questions, as with a wrong key.</param>
    public sealed record WindowProgress(
        string RunId,
        int Unit,
        int Attempt,
        string State,
        int SeriesTotal,
        int SeriesDone,
        long Inserted,
        long Revised,
        bool IsRefused,
        IReadOnlyList<SeriesFailure> Failures,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<DatasetCounts>? Datasets = null);

    /// <param name="Code">Of a series, or <c>dataset</c> and the key of one whose series could not be found out.</param>
    public sealed record SeriesFailure(string Code, FailureKind Kind, string Detail)
    {
        private const string Dataset = "dataset ";

        [JsonIgnore]
        public bool IsOfDataset => Code.StartsWith(Dataset, StringComparison.Ordinal);

        public static string CodeOf(string datasetKey) => Dataset + datasetKey;
    }

    public static class RunStates
    {
        public const string Idle = "idle", Collecting = "collecting", Stopping = "stopping", Done = "done", Stopped = "stopped", Suspended = "suspended";
    }
}
