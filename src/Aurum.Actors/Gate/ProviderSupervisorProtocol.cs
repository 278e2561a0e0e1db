using System.Text.Json.Serialization;
using Aurum.Actors.Collection;
using Aurum.Domain;

namespace Aurum.Actors.Gate;

/// <summary>What edges and collectors say to a provider's supervisor.</summary>
public static class ProviderSupervisorProtocol
{
    /// <summary>Collects every configured series once.</summary>
    /// <param name="CloseBreaker">True when a person asked for the run: an open breaker is closed, the provider is tried again.</param>
    public sealed record StartRun(string Provider, string RunId, CollectionScope Scope, bool CloseBreaker) : IWithProvider, IWireMessage;

    public sealed record RunAccepted(string Provider, string RunId) : IWireMessage;

    /// <param name="ActiveRunId">The run that is under way instead, if that is why.</param>
    public sealed record RunRejected(string Provider, string RunId, string Reason, string? ActiveRunId) : IWireMessage;

    /// <summary>Takes no more permits and wakes no more series; what is in flight ends by itself.</summary>
    public sealed record StopRun(string Provider) : IWithProvider, IWireMessage;

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
        IReadOnlyList<SeriesFailure> Failures) : IWireMessage;

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
        public const string Idle = "idle", Collecting = "collecting", Stopping = "stopping", Done = "done", Stopped = "stopped";
    }
}
