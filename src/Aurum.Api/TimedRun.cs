using Aurum.Actors.Pipelines;
using Aurum.Storage;

namespace Aurum.Api;

/// <summary>A provider's step of a run that is to end in time. Counted from its start, with waits, pauses and attempts.</summary>
/// <param name="EndedAt">Null while it is under way.</param>
internal sealed record TimedRun(string Kind, string Provider, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, DateTimeOffset Deadline)
{
    public const string Incremental = "incremental_run";
    public const string Backfill = "backfill_run";

    public static IEnumerable<TimedRun> Of(PipelineRunRecord run)
    {
        var (kind, longest) = run.Pipeline switch
        {
            PipelineNames.Incremental => (Incremental, SlaJudge.LongestIncremental),
            PipelineNames.Backfill => (Backfill, SlaJudge.LongestBackfill),
            _ => ("", TimeSpan.Zero),
        };
        return kind.Length == 0 ? []
            : run.Steps.Where(step => step.StartedAt is not null).Select(step => new TimedRun(kind, step.Provider, step.StartedAt!.Value, step.EndedAt ?? run.EndedAt, step.StartedAt.Value + longest));
    }

    public bool IsLate(DateTimeOffset now) => (EndedAt ?? now) > Deadline;
}
