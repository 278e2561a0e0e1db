-- A picture of the pipelines and their runs for people and commands; the truth is in the journal.
CREATE TABLE external.pipeline (
    name       text COLLATE "C" NOT NULL PRIMARY KEY,
    paused     text,
    next_at    timestamptz,
    updated_at timestamptz      NOT NULL
);

CREATE TABLE external.pipeline_run (
    run_id     text COLLATE "C" NOT NULL PRIMARY KEY,
    pipeline   text             NOT NULL,
    state      text             NOT NULL,  -- queued, running, success, failed, paused, cancelled
    queued_at  timestamptz      NOT NULL,
    started_at timestamptz,
    ended_at   timestamptz,
    asked_by   text,                       -- NULL for the schedule
    reason     text,
    note       text,
    updated_at timestamptz      NOT NULL
);

CREATE INDEX pipeline_run_newest ON external.pipeline_run (queued_at DESC, run_id DESC);

CREATE TABLE external.pipeline_run_step (
    run_id           text COLLATE "C" NOT NULL REFERENCES external.pipeline_run ON DELETE CASCADE,
    provider         text COLLATE "C" NOT NULL,
    task             text             NOT NULL,
    state            text             NOT NULL,
    attempt          integer          NOT NULL,
    started_at       timestamptz,
    ended_at         timestamptz,
    retry_at         timestamptz,
    series_total     integer          NOT NULL,
    series_done      integer          NOT NULL,
    inserted         bigint           NOT NULL,
    revised          bigint           NOT NULL,
    requests         bigint           NOT NULL,
    requests_planned bigint,                    -- of a backfill, as are the next five
    units_total      integer,
    units_done       integer,
    window_from      timestamptz,
    window_to        timestamptz,
    eta              timestamptz,
    waiting_for      text,
    waiting_until    timestamptz,
    failures         text[]           NOT NULL,
    PRIMARY KEY (run_id, provider)
);
