using System.Text.Json;

namespace Aurum.Storage.Sqlite;

public sealed class SqlitePipelineStore(SqliteDatabase database) : IPipelineStore
{
    private const string RunColumns = "run_id, pipeline, state, queued_at, started_at, ended_at, asked_by, reason, note, updated_at";

    private const string StepColumns = """
        provider, task, state, attempt, started_at, ended_at, retry_at, series_total, series_done, inserted, revised, requests,
        requests_planned, units_total, units_done, window_from, window_to, eta, waiting_for, waiting_until, failures, datasets
        """;

    public Task SaveAsync(IReadOnlyList<PipelineRecord> pipelines, IReadOnlyList<PipelineRunRecord> runs, CancellationToken cancellationToken) => database.WriteAsync(
        (session, stop) =>
        {
            stop.ThrowIfCancellationRequested();
            foreach (var pipeline in pipelines)
            {
                session.Statement("REPLACE INTO pipeline VALUES (?1, ?2, ?3, ?4)")
                    .Bind(1, pipeline.Name)
                    .Bind(2, pipeline.Paused)
                    .Bind(3, Iso.Instant(pipeline.NextAt))
                    .Bind(4, Iso.Instant(pipeline.UpdatedAt))
                    .Run();
            }

            foreach (var run in runs)
            {
                Save(session, run);
            }

            return true;
        },
        cancellationToken);

    public Task<IReadOnlyList<PipelineRecord>> PipelinesAsync(CancellationToken cancellationToken) => Task.Run<IReadOnlyList<PipelineRecord>>(
        () =>
        {
            using var session = database.Read();
            var row = session.Statement("SELECT name, paused, next_at, updated_at FROM pipeline ORDER BY name");
            var found = new List<PipelineRecord>();
            while (row.Step())
            {
                found.Add(new PipelineRecord(row.Text(0), row.TextOrNull(1), Iso.ToInstantOrNull(row.TextOrNull(2)), Iso.ToInstant(row.Text(3))));
            }

            return found;
        },
        cancellationToken);

    public Task<IReadOnlyList<PipelineRunRecord>> RunsAsync(string? pipeline, string? before, int limit, CancellationToken cancellationToken) => Task.Run<IReadOnlyList<PipelineRunRecord>>(
        () =>
        {
            using var session = database.Read();
            var row = session.Statement($"""
                SELECT {RunColumns} FROM pipeline_run
                WHERE (?1 IS NULL OR pipeline = ?1)
                  AND (?2 IS NULL OR (queued_at, run_id) < (SELECT queued_at, run_id FROM pipeline_run WHERE run_id = ?2))
                ORDER BY queued_at DESC, run_id DESC LIMIT ?3
                """).Bind(1, pipeline).Bind(2, before).Bind(3, limit);
            return WithSteps(session, Runs(row));
        },
        cancellationToken);

    public Task<PipelineRunRecord?> FindRunAsync(string runId, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            using var session = database.Read();
            return WithSteps(session, Runs(session.Statement($"SELECT {RunColumns} FROM pipeline_run WHERE run_id = ?1").Bind(1, runId))).SingleOrDefault();
        },
        cancellationToken);

    public Task<IReadOnlyList<PipelineRunRecord>> LongRunsAsync(TimeSpan atLeast, DateTimeOffset endedAfter, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            using var session = database.Read();
            var row = session.Statement($"""
                SELECT {RunColumns} FROM pipeline_run
                WHERE started_at IS NOT NULL AND (ended_at IS NULL OR (ended_at > ?2 AND unixepoch(ended_at) - unixepoch(started_at) >= ?1))
                ORDER BY queued_at DESC, run_id DESC
                """).Bind(1, (long)atLeast.TotalSeconds).Bind(2, Iso.Instant(endedAfter));
            return WithSteps(session, Runs(row));
        },
        cancellationToken);

    public Task<int> ForgetRunsAsync(DateTimeOffset endedBefore, CancellationToken cancellationToken) => database.WriteAsync(
        (session, stop) =>
        {
            stop.ThrowIfCancellationRequested();
            var before = Iso.Instant(endedBefore);
            session.Statement("DELETE FROM pipeline_run_step WHERE run_id IN (SELECT run_id FROM pipeline_run WHERE ended_at < ?1)").Bind(1, before).Run();
            session.Statement("DELETE FROM pipeline_run WHERE ended_at < ?1").Bind(1, before).Run();
            return session.Changes;
        },
        cancellationToken);

    private static void Save(SqliteSession session, PipelineRunRecord run)
    {
        session.Statement("REPLACE INTO pipeline_run VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)")
            .Bind(1, run.RunId)
            .Bind(2, run.Pipeline)
            .Bind(3, run.State)
            .Bind(4, Iso.Instant(run.QueuedAt))
            .Bind(5, Iso.Instant(run.StartedAt))
            .Bind(6, Iso.Instant(run.EndedAt))
            .Bind(7, run.By)
            .Bind(8, run.Reason)
            .Bind(9, run.Note)
            .Bind(10, Iso.Instant(run.UpdatedAt))
            .Run();
        session.Statement("DELETE FROM pipeline_run_step WHERE run_id = ?1").Bind(1, run.RunId).Run();
        foreach (var step in run.Steps)
        {
            session.Statement("INSERT INTO pipeline_run_step VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23)")
                .Bind(1, run.RunId)
                .Bind(2, step.Provider)
                .Bind(3, step.Task)
                .Bind(4, step.State)
                .Bind(5, step.Attempt)
                .Bind(6, Iso.Instant(step.StartedAt))
                .Bind(7, Iso.Instant(step.EndedAt))
                .Bind(8, Iso.Instant(step.RetryAt))
                .Bind(9, step.SeriesTotal)
                .Bind(10, step.SeriesDone)
                .Bind(11, step.Inserted)
                .Bind(12, step.Revised)
                .Bind(13, step.Requests)
                .Bind(14, step.RequestsPlanned)
                .Bind(15, step.UnitsTotal)
                .Bind(16, step.UnitsDone)
                .Bind(17, Iso.Timestamp(step.WindowFrom))
                .Bind(18, Iso.Timestamp(step.WindowTo))
                .Bind(19, Iso.Instant(step.Eta))
                .Bind(20, step.WaitingFor)
                .Bind(21, Iso.Instant(step.WaitingUntil))
                .Bind(22, JsonSerializer.Serialize([.. step.Failures], TextsContext.Default.StringArray))
                .Bind(23, DatasetCountsJson.Write(step.Datasets))
                .Run();
        }
    }

    private static List<PipelineRunRecord> Runs(SqliteStatement row)
    {
        var found = new List<PipelineRunRecord>();
        while (row.Step())
        {
            found.Add(new PipelineRunRecord(
                row.Text(0),
                row.Text(1),
                row.Text(2),
                Iso.ToInstant(row.Text(3)),
                Iso.ToInstantOrNull(row.TextOrNull(4)),
                Iso.ToInstantOrNull(row.TextOrNull(5)),
                row.TextOrNull(6),
                row.TextOrNull(7),
                row.TextOrNull(8),
                Iso.ToInstant(row.Text(9)),
                []));
        }

        return found;
    }

    private static IReadOnlyList<PipelineRunRecord> WithSteps(SqliteSession session, IReadOnlyList<PipelineRunRecord> runs) => [.. runs.Select(run => run with { Steps = Steps(session, run.RunId) })];

    private static List<PipelineStepRecord> Steps(SqliteSession session, string runId)
    {
        var row = session.Statement($"SELECT {StepColumns} FROM pipeline_run_step WHERE run_id = ?1 ORDER BY provider").Bind(1, runId);
        var found = new List<PipelineStepRecord>();
        while (row.Step())
        {
            found.Add(new PipelineStepRecord(
                row.Text(0),
                row.Text(1),
                row.Text(2),
                (int)row.Int64(3),
                Iso.ToInstantOrNull(row.TextOrNull(4)),
                Iso.ToInstantOrNull(row.TextOrNull(5)),
                Iso.ToInstantOrNull(row.TextOrNull(6)),
                (int)row.Int64(7),
                (int)row.Int64(8),
                row.Int64(9),
                row.Int64(10),
                row.Int64(11),
                row.Int64OrNull(12),
                (int?)row.Int64OrNull(13),
                (int?)row.Int64OrNull(14),
                Iso.ToTimestampOrNull(row.TextOrNull(15)),
                Iso.ToTimestampOrNull(row.TextOrNull(16)),
                Iso.ToInstantOrNull(row.TextOrNull(17)),
                row.TextOrNull(18),
                Iso.ToInstantOrNull(row.TextOrNull(19)),
                JsonSerializer.Deserialize(row.Text(20), TextsContext.Default.StringArray)!,
                DatasetCountsJson.Read(row.Text(21))));
        }

        return found;
    }
}
