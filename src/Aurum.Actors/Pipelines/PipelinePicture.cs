using Aurum.Actors.Gate;
using Aurum.Providers.Settings;
using Aurum.Storage;
using static Aurum.Actors.Gate.ProviderSupervisorProtocol;

namespace Aurum.Actors.Pipelines;

/// <summary>How runs look to people: what the journal says of them, and what supervisors said last.</summary>
public sealed class PipelinePicture(ProviderRuntimes runtimes, IReadOnlyDictionary<string, ProviderSchedule> schedules)
{
    public IReadOnlyList<PipelineRecord> Pipelines(PipelineState state, IReadOnlyDictionary<string, ProviderProgress> heard, DateTimeOffset now) =>
        [.. PipelineNames.All.Select(name => new PipelineRecord(name, state.Paused.GetValueOrDefault(name)?.ToString(), NextOf(name, state, heard), now))];

    public PipelineRunRecord Of(PipelineRun run, IReadOnlyDictionary<string, ProviderProgress> heard, DateTimeOffset now) => new(
        run.RunId,
        run.Pipeline,
        NameOf(run.State),
        run.QueuedAt,
        run.StartedAt,
        run.EndedAt,
        run.By,
        run.Reason,
        run.Cancelled is { } cancelled ? $"cancelled {cancelled}" : run.Paused is { } paused ? $"paused {paused}" : null,
        now,
        [.. run.Steps.Select(step => Of(run, step, heard.GetValueOrDefault(step.Provider), now))]);

    /// <summary>
    /// When so many requests are done, at the share of rate and quota that history may take. What the day has left of that share is taken to
    /// be left for it.
    /// </summary>
    /// <param name="backfillSpentToday">Those of <paramref name="spentToday"/> that were for history.</param>
    public static DateTimeOffset Eta(long requests, RateLimitSettings limit, int? spentToday, int? backfillSpentToday, DateTimeOffset? waitingUntil, DateTimeOffset now)
    {
        var from = waitingUntil > now ? waitingUntil.Value : now;
        var atRate = from + TimeSpan.FromSeconds(requests / (limit.RequestsPerSecond * limit.BackfillShare));
        if (limit.DailyQuota is not { } quota)
        {
            return atRate;
        }

        var perDay = Math.Max(1, (long)(quota * limit.BackfillShare));
        var today = Math.Max(0, Math.Min(perDay - (backfillSpentToday ?? 0), quota - (spentToday ?? 0)));
        if (requests <= today && !(waitingUntil > now))
        {
            return atRate;
        }

        var calendar = new QuotaCalendar(limit);
        var rest = waitingUntil > now ? requests : requests - today;
        var day = calendar.NextDayAfter(now);
        for (; rest > perDay; rest -= perDay)
        {
            day = calendar.NextDayAfter(day);
        }

        var inDays = day + TimeSpan.FromSeconds(rest / (limit.RequestsPerSecond * limit.BackfillShare));
        return inDays > atRate ? inDays : atRate;
    }

    private static string NameOf(PipelineRunState state) => state.ToString().ToLowerInvariant();

    private PipelineStepRecord Of(PipelineRun run, RunStep step, ProviderProgress? progress, DateTimeOffset now)
    {
        var work = step.Backfill;
        var counts = step.Counts;
        if (step.State == PipelineRunState.Running && progress is not null)
        {
            counts = counts.After(Latest(run, step, progress));
        }

        var waits = step.State == PipelineRunState.Running ? progress : null;
        return new PipelineStepRecord(
            step.Provider,
            PipelineNames.TaskOf(run.Pipeline, step.Provider),
            NameOf(run.Paused is not null && !step.HasEnded ? PipelineRunState.Paused : step.State),
            step.Attempt,
            step.StartedAt,
            step.EndedAt,
            step.RetryAt,
            counts.SeriesTotal,
            counts.SeriesDone,
            counts.Inserted,
            counts.Revised,
            counts.Requests,
            work?.RequestsPlanned,
            work?.Units.Length,
            work is null ? null : work.Units.Length - work.Pending.Length - work.Failed.Length,
            work?.Past.From is { } from && from > DateTime.MinValue ? from : null,
            work?.Past.To is { } to && to < DateTime.MaxValue ? to : null,
            work is null || step.HasEnded || LimitOf(step.Provider, progress) is not { } limit ? null : Eta(work.RequestsLeft, limit, progress?.PermitsSpent, progress?.BackfillSpent, progress?.WaitingUntil, now),
            waits?.WaitingFor,
            waits?.WaitingUntil,
            step.Failures,
            counts.Datasets ?? []);
    }

    /// <summary>The limit in force, where its gate has told of it; else the configured one.</summary>
    private RateLimitSettings? LimitOf(string provider, ProviderProgress? progress) => runtimes.Find(provider)?.Settings.RateLimit is not { } configured ? null
        : progress?.RequestsPerSecond is not { } rate ? configured
        : configured with { RequestsPerSecond = rate, DailyQuota = progress.DailyQuota };

    /// <summary>What the attempt under way has brought so far.</summary>
    private static StepCounts Latest(PipelineRun run, RunStep step, ProviderProgress progress) =>
        step.Backfill is { } work
            ? progress.Window is { } window && (window.RunId, window.Attempt) == (run.RunId, step.Attempt) && !work.Pending.IsEmpty && window.Unit == work.Next()
                ? step.Counts.OfPart(window, work.Series.Length, requests: 0)
                : new StepCounts(work.Series.Length, step.Counts.SeriesDone, 0, 0, 0)
            : progress.RunId == step.StepRunId
                ? new StepCounts(progress.SeriesTotal, progress.SeriesDone, progress.Inserted, progress.Revised, progress.Requests, progress.Datasets)
                : new StepCounts(step.Counts.SeriesTotal, step.Counts.SeriesDone, 0, 0, 0);

    private DateTimeOffset? NextOf(string pipeline, PipelineState state, IReadOnlyDictionary<string, ProviderProgress> heard) => schedules.Values
        .Select(schedule => Next(pipeline, schedule, state.LastBegun(pipeline, schedule.Provider) ?? heard.GetValueOrDefault(schedule.Provider)?.CompletedRunStartedAt))
        .Min();

    private static DateTimeOffset? Next(string pipeline, ProviderSchedule schedule, DateTimeOffset? begun) => pipeline switch
    {
        PipelineNames.Incremental => begun is { } last ? schedule.NextIncremental(last) : schedule.Since,
        PipelineNames.CatalogSync => schedule.NextCatalog(begun),
        _ => null,
    };
}
