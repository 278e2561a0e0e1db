using Aurum.Actors.Gate;
using static Aurum.Actors.Gate.ProviderSupervisorProtocol;

namespace Aurum.Actors.Pipelines;

/// <summary>
/// When a provider is collected from next, judged from what its supervisor says of itself: nothing is remembered here that would be
/// lost with a node. Pure: time and names come with the question.
/// </summary>
/// <param name="RunId">The run to be seen to its end; null between runs.</param>
/// <param name="DueAt">When the next run begins; null until the supervisor was heard.</param>
public sealed record ProviderSchedule(string Provider, TimeSpan Interval, string? RunId = null, DateTimeOffset? DueAt = null)
{
    /// <summary>What the supervisor's word asks for: to begin a run, to report one that has ended, or nothing.</summary>
    public (Step Step, ProviderSchedule Next) Hear(ProviderProgress progress, DateTimeOffset now, Func<string> newRunId)
    {
        if (progress is { IsOfSome: true, State: RunStates.Collecting or RunStates.Stopping })
        {
            return (Step.None, this);
        }

        if (progress.State is RunStates.Collecting or RunStates.Stopping)
        {
            return (Step.None, this with { RunId = progress.RunId });
        }

        if (RunId is not null && progress.RunId == RunId)
        {
            return (Step.Report, this with { RunId = null, DueAt = (progress.RunStartedAt ?? now) + Interval });
        }

        var schedule = RunId is null ? this with { DueAt = DueAt ?? FirstDue(progress, now) } : this;
        return schedule.RunId is null && schedule.DueAt > now
            ? (Step.None, schedule)
            : (Step.Begin, schedule with { RunId = schedule.RunId ?? Lost(progress, now)?.RunId ?? newRunId() });
    }

    /// <summary>Where the last owner of this schedule left off, as far as it can be known.</summary>
    private DateTimeOffset FirstDue(ProviderProgress progress, DateTimeOffset now) =>
        Lost(progress, now) is null && progress.CompletedRunStartedAt is { } completed ? completed + Interval : now;

    /// <summary>A run that began in this interval and was lost: what it has collected is as new as that of a run of our own.</summary>
    private UnfinishedRun? Lost(ProviderProgress progress, DateTimeOffset now) =>
        progress.Unfinished is { } unfinished && now - unfinished.StartedAt < Interval ? unfinished : null;

    public enum Step
    {
        None,
        Begin,
        Report,
    }
}
