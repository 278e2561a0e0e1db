using Aurum.Domain;

namespace Aurum.Storage;

/// <summary>
/// What the pipelines last said of their runs, for people and for commands that run beside or without a node. It is a picture of the
/// journal's truth; nothing is decided from it.
/// </summary>
public interface IPipelineStore
{
    /// <summary>Renews the picture of these pipelines and runs, in one transaction.</summary>
    Task SaveAsync(IReadOnlyList<PipelineRecord> pipelines, IReadOnlyList<PipelineRunRecord> runs, CancellationToken cancellationToken);

    Task<IReadOnlyList<PipelineRecord>> PipelinesAsync(CancellationToken cancellationToken);

    /// <summary>Runs with their steps, those that were wanted last first.</summary>
    /// <param name="pipeline">Only this one's; null for all.</param>
    /// <param name="before">Only runs that were wanted before this one; null for the newest.</param>
    Task<IReadOnlyList<PipelineRunRecord>> RunsAsync(string? pipeline, string? before, int limit, CancellationToken cancellationToken);

    Task<PipelineRunRecord?> FindRunAsync(string runId, CancellationToken cancellationToken);

    /// <summary>Runs that have begun and go on, however young, and those that took this long and ended after that time; with their steps.</summary>
    Task<IReadOnlyList<PipelineRunRecord>> LongRunsAsync(TimeSpan atLeast, DateTimeOffset endedAfter, CancellationToken cancellationToken);

    /// <summary>Forgets the runs that ended before, with their steps.</summary>
    /// <returns>How many they were.</returns>
    Task<int> ForgetRunsAsync(DateTimeOffset endedBefore, CancellationToken cancellationToken);
}

/// <param name="Paused">Who paused it, when and why; null when nobody did.</param>
/// <param name="NextAt">When its schedule has it run next, at the first provider; null for one that runs by hand only.</param>
public sealed record PipelineRecord(string Name, string? Paused, DateTimeOffset? NextAt, DateTimeOffset UpdatedAt);

/// <param name="State"><c>queued</c>, <c>running</c>, <c>success</c>, <c>failed</c>, <c>paused</c> or <c>cancelled</c>.</param>
/// <param name="By">Who asked for it; null for the schedule.</param>
/// <param name="Note">Who paused or cancelled it, when and why.</param>
public sealed record PipelineRunRecord(
    string RunId,
    string Pipeline,
    string State,
    DateTimeOffset QueuedAt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? EndedAt,
    string? By,
    string? Reason,
    string? Note,
    DateTimeOffset UpdatedAt,
    IReadOnlyList<PipelineStepRecord> Steps);

/// <param name="Task">What operators call it, such as <c>collect_fred</c>.</param>
/// <param name="RequestsPlanned">Of a backfill, as its plan has it.</param>
/// <param name="UnitsTotal">Parts that a backfill was cut into.</param>
/// <param name="Eta">When a backfill is done at the rate and the quota that are left to it.</param>
/// <param name="Datasets">The same, told apart by dataset; empty before anything of it is known.</param>
public sealed record PipelineStepRecord(
    string Provider,
    string Task,
    string State,
    int Attempt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? EndedAt,
    DateTimeOffset? RetryAt,
    int SeriesTotal,
    int SeriesDone,
    long Inserted,
    long Revised,
    long Requests,
    long? RequestsPlanned,
    int? UnitsTotal,
    int? UnitsDone,
    DateTime? WindowFrom,
    DateTime? WindowTo,
    DateTimeOffset? Eta,
    string? WaitingFor,
    DateTimeOffset? WaitingUntil,
    IReadOnlyList<string> Failures,
    IReadOnlyList<DatasetCounts> Datasets);
