using System.Globalization;
using Aurum.Domain;
using Aurum.Storage;

namespace Aurum.Host.Operating;

/// <summary>How a run is told in a line or a few: for people who watch it.</summary>
internal static class RunProgress
{
    private const int BarWidth = 24;
    private const int MostOfKey = 60;

    public static bool HasEnded(PipelineRunRecord run) => run.State is not ("queued" or "running" or "paused");

    /// <summary>A bar with rate and time of arrival.</summary>
    public static string Bar(PipelineRunRecord run, DateTimeOffset now)
    {
        var (done, total, unit) = Measure(run);
        var share = total == 0 ? 0 : (double)done / total;
        var full = (int)Math.Floor(share * BarWidth);
        var since = run.StartedAt is { } started ? (run.EndedAt ?? now) - started : TimeSpan.Zero;
        var rate = since > TimeSpan.Zero ? StepsOf(run).Sum(step => step.Requests) / since.TotalSeconds : 0;
        return string.Create(CultureInfo.InvariantCulture, $"[{new string('#', full)}{new string('-', BarWidth - full)}] {(int)(share * 100),3}% {done:N0}/{total:N0} {unit}, {rate:0.##} requests/s{Arrival(run, now)}{Waiting(run)}");
    }

    /// <summary>The same without what changes with the clock, and what came of it so far.</summary>
    public static string Line(PipelineRunRecord run)
    {
        var (done, total, unit) = Measure(run);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{run.RunId} {run.State}: {done:N0}/{total:N0} {unit}, {StepsOf(run).Sum(step => step.Inserted):N0} new and {StepsOf(run).Sum(step => step.Revised):N0} revised observations, {StepsOf(run).Sum(step => step.Requests):N0} requests{Waiting(run)}");
    }

    /// <summary>All there is to say of a run.</summary>
    public static IEnumerable<string> Lines(PipelineRunRecord run, DateTimeOffset now)
    {
        yield return string.Create(CultureInfo.InvariantCulture, $"{run.RunId} of {run.Pipeline}: {run.State}, asked for by {run.By ?? "its schedule"} at {Time(run.QueuedAt)}{(run.Reason is null ? "" : $": {run.Reason}")}");
        if (run.Note is { } note)
        {
            yield return note;
        }

        if (run.StartedAt is { } started)
        {
            yield return run.EndedAt is { } ended
                ? string.Create(CultureInfo.InvariantCulture, $"began at {Time(started)}, ended at {Time(ended)}, took {Span(ended - started)}")
                : string.Create(CultureInfo.InvariantCulture, $"began at {Time(started)}, {Span(now - started)} ago");
        }

        yield return Bar(run, now);
        foreach (var step in StepsOf(run))
        {
            yield return Line(step);
            foreach (var dataset in step.Datasets is { Count: > 1 } datasets ? datasets : [])
            {
                yield return Line(dataset);
            }

            foreach (var failure in step.Failures ?? [])
            {
                yield return $"  {failure}";
            }
        }
    }

    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Line(PipelineStepRecord step)
    {
        var parts = step.UnitsTotal is { } units ? FormattableString.Invariant($", {step.UnitsDone}/{units} parts of {Day(step.WindowFrom, "the beginning")} to {Day(step.WindowTo, "now")}") : "";
        var again = step.RetryAt is { } retry ? $", tried again at {Time(retry)}" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"  {step.Task}: {step.State}{(step.Attempt > 1 ? $" (attempt {step.Attempt})" : "")}, series {step.SeriesDone}/{step.SeriesTotal}{parts}, {step.Inserted:N0} new and {step.Revised:N0} revised, {step.Requests:N0} requests{again}{Waiting(step)}{(step.Eta is { } eta ? $", done at about {Time(eta)}" : "")}");
    }

    private static string Line(DatasetCounts dataset) => string.Create(
        CultureInfo.InvariantCulture,
        $"    {Short(dataset.Dataset)}: series {dataset.SeriesDone}/{dataset.SeriesTotal}{(dataset.SeriesFailed > 0 ? $", {dataset.SeriesFailed} failed" : "")}, {dataset.Inserted:N0} new and {dataset.Revised:N0} revised");

    /// <summary>A dataset that names all of its series has them for its key.</summary>
    private static string Short(string key) => key.Length <= MostOfKey ? key : $"{key[..MostOfKey]}…";

    /// <summary>A backfill is measured by the requests of its plan, another run by its series.</summary>
    private static (long Done, long Total, string Unit) Measure(PipelineRunRecord run)
    {
        var steps = StepsOf(run);
        return steps.Any(step => step.UnitsTotal is not null)
            ? (steps.Sum(step => step.UnitsDone ?? 0), steps.Sum(step => step.UnitsTotal ?? 0), "parts")
            : (steps.Sum(step => step.SeriesDone), steps.Sum(step => step.SeriesTotal), "series");
    }

    private static string Arrival(PipelineRunRecord run, DateTimeOffset now) =>
        !HasEnded(run) && StepsOf(run).Max(step => step.Eta) is { } eta && eta > now ? $", ETA {Time(eta)} (in {Span(eta - now)})" : "";

    private static string Waiting(PipelineRunRecord run) => string.Concat(StepsOf(run).Where(step => step.WaitingFor is not null).Select(step => $"; {step.Provider}{Waiting(step)[1..]}"));

    private static string Waiting(PipelineStepRecord step) =>
        step.WaitingFor is not { } reason ? "" : $", waiting for {reason}{(step.WaitingUntil is { } until ? $" until {Time(until)}" : "")}";

    /// <summary>An older node may tell of none.</summary>
    private static IReadOnlyList<PipelineStepRecord> StepsOf(PipelineRunRecord run) => run.Steps ?? [];

    private static string Day(DateTime? day, string otherwise) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? otherwise;

    private static string Span(TimeSpan span) => span switch
    {
        { TotalDays: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalDays:0.#} days"),
        { TotalHours: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalHours:0.#} h"),
        { TotalMinutes: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalMinutes:0.#} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, span.TotalSeconds):0} s"),
    };
}
