using Npgsql;

namespace Aurum.Storage.Postgres;

public sealed class PostgresPipelineStore(PostgresDatabase database) : IPipelineStore
{
    private const string RunColumns = "run_id, pipeline, state, queued_at, started_at, ended_at, asked_by, reason, note, updated_at";

    private const string StepColumns = """
        run_id, provider, task, state, attempt, started_at, ended_at, retry_at, series_total, series_done, inserted, revised, requests,
        requests_planned, units_total, units_done, window_from, window_to, eta, waiting_for, waiting_until, failures, datasets
        """;

    private const string SavePipelines = """
        INSERT INTO external.pipeline (name, paused, next_at, updated_at) SELECT * FROM unnest($1, $2, $3, $4)
        ON CONFLICT (name) DO UPDATE SET paused = excluded.paused, next_at = excluded.next_at, updated_at = excluded.updated_at
        """;

    private const string SaveRuns = $"""
        INSERT INTO external.pipeline_run ({RunColumns}) SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        ON CONFLICT (run_id) DO UPDATE SET state = excluded.state, started_at = excluded.started_at, ended_at = excluded.ended_at,
            note = excluded.note, updated_at = excluded.updated_at
        """;

    /// <summary>An array of arrays has one length throughout, so that the failures of each step go by as a JSON text.</summary>
    private const string SaveSteps = $"""
        INSERT INTO external.pipeline_run_step ({StepColumns})
        SELECT run_id, provider, task, state, attempt, started_at, ended_at, retry_at, series_total, series_done, inserted, revised, requests,
               requests_planned, units_total, units_done, window_from, window_to, eta, waiting_for, waiting_until,
               ARRAY(SELECT jsonb_array_elements_text(failures)), datasets
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23) AS step ({StepColumns})
        """;

    public Task SaveAsync(IReadOnlyList<PipelineRecord> pipelines, IReadOnlyList<PipelineRunRecord> runs, CancellationToken cancellationToken) => database.WriteAsync(
        async (connection, stop) =>
        {
            await PostgresCommands.RunAsync(
                connection,
                SavePipelines,
                stop,
                PostgresCommands.Texts(pipelines.Select(pipeline => pipeline.Name)),
                PostgresCommands.Texts(pipelines.Select(pipeline => pipeline.Paused)),
                PostgresCommands.Instants(pipelines.Select(pipeline => pipeline.NextAt)),
                PostgresCommands.Instants(pipelines.Select(pipeline => (DateTimeOffset?)pipeline.UpdatedAt))).ConfigureAwait(false);
            if (runs.Count > 0)
            {
                await SaveAsync(connection, runs, stop).ConfigureAwait(false);
            }

            return true;
        },
        cancellationToken);

    public Task<IReadOnlyList<PipelineRecord>> PipelinesAsync(CancellationToken cancellationToken) => database.AskAsync<IReadOnlyList<PipelineRecord>>(
        async (connection, stop) => await PostgresCommands.ListAsync(
            connection,
            "SELECT name, paused, next_at, updated_at FROM external.pipeline ORDER BY name",
            row => new PipelineRecord(row.GetString(0), row.TextOrNull(1), row.InstantOrNull(2), row.InstantAt(3)),
            stop).ConfigureAwait(false),
        cancellationToken);

    public Task<IReadOnlyList<PipelineRunRecord>> RunsAsync(string? pipeline, string? before, int limit, CancellationToken cancellationToken) => AskAsync(
        $"""
        SELECT {RunColumns} FROM external.pipeline_run
        WHERE ($1 IS NULL OR pipeline = $1)
          AND ($2 IS NULL OR (queued_at, run_id) < (SELECT queued_at, run_id FROM external.pipeline_run WHERE run_id = $2))
        ORDER BY queued_at DESC, run_id DESC LIMIT $3
        """,
        cancellationToken,
        () => [PostgresCommands.Text(pipeline), PostgresCommands.Text(before), PostgresCommands.Number(limit)]);

    public async Task<PipelineRunRecord?> FindRunAsync(string runId, CancellationToken cancellationToken) =>
        (await AskAsync($"SELECT {RunColumns} FROM external.pipeline_run WHERE run_id = $1", cancellationToken, () => [PostgresCommands.Text(runId)]).ConfigureAwait(false)).SingleOrDefault();

    public Task<IReadOnlyList<PipelineRunRecord>> LongRunsAsync(TimeSpan atLeast, DateTimeOffset endedAfter, CancellationToken cancellationToken) => AskAsync(
        $"""
        SELECT {RunColumns} FROM external.pipeline_run
        WHERE started_at IS NOT NULL AND (ended_at IS NULL OR (ended_at > $2 AND extract(epoch FROM ended_at - started_at)::bigint >= $1))
        ORDER BY queued_at DESC, run_id DESC
        """,
        cancellationToken,
        () => [PostgresCommands.Number((long)atLeast.TotalSeconds), PostgresCommands.Instant(PostgresTime.Instant(endedAfter))]);

    public Task<int> ForgetRunsAsync(DateTimeOffset endedBefore, CancellationToken cancellationToken) => database.WriteAsync(
        async (connection, stop) =>
        {
            const string Steps = "DELETE FROM external.pipeline_run_step WHERE run_id IN (SELECT run_id FROM external.pipeline_run WHERE ended_at < $1)";
            await PostgresCommands.RunAsync(connection, Steps, stop, PostgresCommands.Instant(PostgresTime.Instant(endedBefore))).ConfigureAwait(false);
            return await PostgresCommands.RunAsync(connection, "DELETE FROM external.pipeline_run WHERE ended_at < $1", stop, PostgresCommands.Instant(PostgresTime.Instant(endedBefore))).ConfigureAwait(false);
        },
        cancellationToken);

    private static async Task SaveAsync(NpgsqlConnection connection, IReadOnlyList<PipelineRunRecord> runs, CancellationToken stop)
    {
        await PostgresCommands.RunAsync(
            connection,
            SaveRuns,
            stop,
            PostgresCommands.Texts(runs.Select(run => run.RunId)),
            PostgresCommands.Texts(runs.Select(run => run.Pipeline)),
            PostgresCommands.Texts(runs.Select(run => run.State)),
            PostgresCommands.Instants(runs.Select(run => (DateTimeOffset?)run.QueuedAt)),
            PostgresCommands.Instants(runs.Select(run => run.StartedAt)),
            PostgresCommands.Instants(runs.Select(run => run.EndedAt)),
            PostgresCommands.Texts(runs.Select(run => run.By)),
            PostgresCommands.Texts(runs.Select(run => run.Reason)),
            PostgresCommands.Texts(runs.Select(run => run.Note)),
            PostgresCommands.Instants(runs.Select(run => (DateTimeOffset?)run.UpdatedAt))).ConfigureAwait(false);
        await PostgresCommands.RunAsync(connection, "DELETE FROM external.pipeline_run_step WHERE run_id = ANY ($1)", stop, PostgresCommands.Texts(runs.Select(run => run.RunId))).ConfigureAwait(false);
        (string Run, PipelineStepRecord Step)[] steps = [.. runs.SelectMany(run => run.Steps.Select(step => (run.RunId, step)))];
        await PostgresCommands.RunAsync(
            connection,
            SaveSteps,
            stop,
            PostgresCommands.Texts(steps.Select(pair => pair.Run)),
            PostgresCommands.Texts(steps.Select(pair => pair.Step.Provider)),
            PostgresCommands.Texts(steps.Select(pair => pair.Step.Task)),
            PostgresCommands.Texts(steps.Select(pair => pair.Step.State)),
            PostgresCommands.Numbers(steps.Select(pair => pair.Step.Attempt)),
            PostgresCommands.Instants(steps.Select(pair => pair.Step.StartedAt)),
            PostgresCommands.Instants(steps.Select(pair => pair.Step.EndedAt)),
            PostgresCommands.Instants(steps.Select(pair => pair.Step.RetryAt)),
            PostgresCommands.Numbers(steps.Select(pair => pair.Step.SeriesTotal)),
            PostgresCommands.Numbers(steps.Select(pair => pair.Step.SeriesDone)),
            PostgresCommands.Numbers(steps.Select(pair => pair.Step.Inserted)),
            PostgresCommands.Numbers(steps.Select(pair => pair.Step.Revised)),
            PostgresCommands.Numbers(steps.Select(pair => pair.Step.Requests)),
            PostgresCommands.Numbers(steps.Select(pair => pair.Step.RequestsPlanned)),
            PostgresCommands.Numbers(steps.Select(pair => pair.Step.UnitsTotal)),
            PostgresCommands.Numbers(steps.Select(pair => pair.Step.UnitsDone)),
            PostgresCommands.Timestamps(steps.Select(pair => pair.Step.WindowFrom)),
            PostgresCommands.Timestamps(steps.Select(pair => pair.Step.WindowTo)),
            PostgresCommands.Instants(steps.Select(pair => pair.Step.Eta)),
            PostgresCommands.Texts(steps.Select(pair => pair.Step.WaitingFor)),
            PostgresCommands.Instants(steps.Select(pair => pair.Step.WaitingUntil)),
            PostgresCommands.Jsons(steps.Select(pair => System.Text.Json.JsonSerializer.Serialize(pair.Step.Failures))),
            PostgresCommands.Jsons(steps.Select(pair => DatasetCountsJson.Write(pair.Step.Datasets)))).ConfigureAwait(false);
    }

    private Task<IReadOnlyList<PipelineRunRecord>> AskAsync(string sql, CancellationToken cancellationToken, Func<NpgsqlParameter[]> parameters) => database.AskAsync<IReadOnlyList<PipelineRunRecord>>(
        async (connection, stop) =>
        {
            var runs = await PostgresCommands.ListAsync(
                connection,
                sql,
                row => new PipelineRunRecord(
                    row.GetString(0),
                    row.GetString(1),
                    row.GetString(2),
                    row.InstantAt(3),
                    row.InstantOrNull(4),
                    row.InstantOrNull(5),
                    row.TextOrNull(6),
                    row.TextOrNull(7),
                    row.TextOrNull(8),
                    row.InstantAt(9),
                    []),
                stop,
                parameters()).ConfigureAwait(false);
            var steps = (await PostgresCommands.ListAsync(
                connection,
                $"SELECT {StepColumns} FROM external.pipeline_run_step WHERE run_id = ANY ($1) ORDER BY run_id, provider",
                row => (Run: row.GetString(0), Step: StepAt(row)),
                stop,
                PostgresCommands.Texts(runs.Select(run => run.RunId))).ConfigureAwait(false)).ToLookup(pair => pair.Run, pair => pair.Step);
            return [.. runs.Select(run => run with { Steps = [.. steps[run.RunId]] })];
        },
        cancellationToken);

    private static PipelineStepRecord StepAt(NpgsqlDataReader row) => new(
        row.GetString(1),
        row.GetString(2),
        row.GetString(3),
        row.GetInt32(4),
        row.InstantOrNull(5),
        row.InstantOrNull(6),
        row.InstantOrNull(7),
        row.GetInt32(8),
        row.GetInt32(9),
        row.GetInt64(10),
        row.GetInt64(11),
        row.GetInt64(12),
        row.IsDBNull(13) ? null : row.GetInt64(13),
        row.IsDBNull(14) ? null : row.GetInt32(14),
        row.IsDBNull(15) ? null : row.GetInt32(15),
        row.TimestampOrNull(16),
        row.TimestampOrNull(17),
        row.InstantOrNull(18),
        row.TextOrNull(19),
        row.InstantOrNull(20),
        row.GetFieldValue<string[]>(21),
        DatasetCountsJson.Read(row.GetString(22)));
}
