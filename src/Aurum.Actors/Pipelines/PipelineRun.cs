using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Aurum.Actors.Collection;
using Aurum.Actors.Gate;
using Aurum.Domain;
using static Aurum.Actors.Gate.ProviderSupervisorProtocol;

namespace Aurum.Actors.Pipelines;

public enum PipelineRunState
{
    Queued,
    Running,
    Success,
    Failed,
    Paused,
    Cancelled,
}

/// <summary>One run of a pipeline: a step for each provider that takes part in it.</summary>
/// <param name="By">Who asked for it; null for the schedule.</param>
public sealed record PipelineRun(
    string RunId,
    string Pipeline,
    DateTimeOffset QueuedAt,
    string? By,
    string? Reason,
    ImmutableArray<RunStep> Steps,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] OperatorAct? Paused = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] OperatorAct? Cancelled = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? EndedAt = null)
{
    [JsonIgnore]
    public bool IsActive => EndedAt is null;

    [JsonIgnore]
    public DateTimeOffset? StartedAt => Steps.Min(step => step.StartedAt);

    [JsonIgnore]
    public PipelineRunState State => this switch
    {
        { IsActive: false, Cancelled: not null } => PipelineRunState.Cancelled,
        { IsActive: false } when Steps.Any(step => step.State == PipelineRunState.Failed) => PipelineRunState.Failed,
        { IsActive: false } when Steps.All(step => step.State == PipelineRunState.Cancelled) => PipelineRunState.Cancelled,
        { IsActive: false } => PipelineRunState.Success,
        { Paused: not null } => PipelineRunState.Paused,
        { StartedAt: not null } => PipelineRunState.Running,
        _ => PipelineRunState.Queued,
    };

    public RunStep? StepOf(string provider) => Steps.FirstOrDefault(step => step.Provider == provider);

    /// <summary>The run with this step in place of the provider's; a run whose last step ends has ended with it.</summary>
    internal PipelineRun With(RunStep step, DateTimeOffset at)
    {
        var index = Steps.ToList().FindIndex(known => known.Provider == step.Provider);
        var steps = index < 0 ? Steps.Add(step) : Steps.SetItem(index, step);
        return this with { Steps = steps, EndedAt = steps.All(one => one.HasEnded) ? at : null };
    }
}

/// <summary>What a run does at one provider.</summary>
/// <param name="Only">Keys of datasets and codes of series; null for all.</param>
/// <param name="Backfill">What is left of a backfill; null for the other pipelines.</param>
/// <param name="StepRunId">Under which name the provider's supervisor collects; series remember what they completed under it.</param>
/// <param name="Attempt">From 1; of a backfill, at its next window.</param>
/// <param name="RetryAt">Not before this time is it tried again.</param>
/// <param name="Failures">The latest, a line each.</param>
public sealed record RunStep(
    string Provider,
    PipelineRunState State,
    IReadOnlyList<string>? Only,
    BackfillWork? Backfill,
    string? StepRunId,
    int Attempt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? EndedAt,
    DateTimeOffset? RetryAt,
    StepCounts Counts,
    ImmutableArray<string> Failures)
{
    public const int MostFailures = 20;

    [JsonIgnore]
    public bool HasEnded => EndedAt is not null;

    public static RunStep Of(string provider, IReadOnlyList<string>? only = null, BackfillWork? backfill = null) =>
        new(provider, PipelineRunState.Queued, only, backfill, null, 1, null, null, null, StepCounts.None, []);
}

/// <param name="SeriesTotal">Of the latest attempt, as <paramref name="SeriesDone"/>; the others are sums over all.</param>
/// <param name="Datasets">The same by dataset; null for none, as of runs before these were told apart.</param>
public sealed record StepCounts(
    int SeriesTotal,
    int SeriesDone,
    long Inserted,
    long Revised,
    long Requests,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<DatasetCounts>? Datasets = null)
{
    public static readonly StepCounts None = new(0, 0, 0, 0, 0);

    /// <summary>What is known after another attempt.</summary>
    public StepCounts After(StepCounts latest) => new(
        latest.SeriesTotal,
        latest.SeriesDone,
        Inserted + latest.Inserted,
        Revised + latest.Revised,
        Requests + latest.Requests,
        [.. DatasetsWith(latest.Datasets).Select(pair => pair.Latest is not { } more ? pair.Known! : pair.Known is not { } known ? more : more with
        {
            Inserted = known.Inserted + more.Inserted,
            Revised = known.Revised + more.Revised,
        })]);

    /// <summary>The latest counts with a part of a backfill: the series of all its parts add up.</summary>
    internal StepCounts OfPart(WindowProgress part, int seriesTotal, long requests) => new(
        seriesTotal,
        SeriesDone + part.SeriesDone,
        part.Inserted,
        part.Revised,
        requests,
        [.. DatasetsWith(part.Datasets).Where(pair => pair.Latest is not null).Select(pair => pair.Known is not { } known ? pair.Latest! : pair.Latest! with
        {
            SeriesTotal = known.SeriesTotal + pair.Latest.SeriesTotal,
            SeriesDone = known.SeriesDone + pair.Latest.SeriesDone,
            SeriesFailed = known.SeriesFailed + pair.Latest.SeriesFailed,
        })]);

    /// <summary>Each dataset as it is known and as it was told last, the known ones first.</summary>
    private IEnumerable<(DatasetCounts? Known, DatasetCounts? Latest)> DatasetsWith(IReadOnlyList<DatasetCounts>? latest)
    {
        var told = (latest ?? []).ToDictionary(counts => counts.Dataset);
        foreach (var known in Datasets ?? [])
        {
            told.Remove(known.Dataset, out var counts);
            yield return (known, counts);
        }

        foreach (var counts in told.Values)
        {
            yield return (null, counts);
        }
    }
}

/// <summary>A backfill at one provider: what it was cut into, and what of it is still to be done.</summary>
/// <param name="Series">Codes, those that share calls side by side.</param>
/// <param name="Pending">Numbers of units, the next one first.</param>
/// <param name="Failed">Those that were given up; a resumed run tries them again.</param>
public sealed record BackfillWork(PastWindow Past, ImmutableArray<string> Series, ImmutableArray<BackfillUnit> Units, ImmutableArray<int> Pending, ImmutableArray<int> Failed)
{
    /// <summary>The unit to be done now, where one is left.</summary>
    public int Next() => Pending[0];

    [JsonIgnore]
    public long RequestsPlanned => Units.Sum(unit => unit.Requests);

    [JsonIgnore]
    public long RequestsLeft => Pending.Sum(unit => Units[unit].Requests);

    public IReadOnlyList<string> SeriesOf(int unit) => Series.AsSpan(Units[unit].First, Units[unit].Count).ToArray();

    public static BackfillWork Of(PastWindow past, IReadOnlyList<string> series, IReadOnlyList<BackfillUnit> units) =>
        new(past, [.. series], [.. units], [.. Enumerable.Range(0, units.Count)], []);
}

/// <summary>A part of a backfill that is done at once: some neighbouring series, a window of each.</summary>
/// <param name="First">Where they begin among the backfill's series.</param>
public sealed record BackfillUnit(int First, int Count, PastWindow Past, long Requests, long Rows);
