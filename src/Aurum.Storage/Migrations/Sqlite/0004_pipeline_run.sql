-- A picture of the pipelines and their runs for people and commands; the truth is in the journal.
CREATE TABLE pipeline (
    name       TEXT NOT NULL PRIMARY KEY,
    paused     TEXT,
    next_at    TEXT,
    updated_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE pipeline_run (
    run_id     TEXT NOT NULL PRIMARY KEY,
    pipeline   TEXT NOT NULL,
    state      TEXT NOT NULL,  -- queued, running, success, failed, paused, cancelled
    queued_at  TEXT NOT NULL,
    started_at TEXT,
    ended_at   TEXT,
    asked_by   TEXT,           -- NULL for the schedule
    reason     TEXT,
    note       TEXT,
    updated_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX pipeline_run_newest ON pipeline_run (queued_at DESC, run_id DESC);

CREATE TABLE pipeline_run_step (
    run_id           TEXT NOT NULL,
    provider         TEXT NOT NULL,
    task             TEXT NOT NULL,
    state            TEXT NOT NULL,
    attempt          INTEGER NOT NULL,
    started_at       TEXT,
    ended_at         TEXT,
    retry_at         TEXT,
    series_total     INTEGER NOT NULL,
    series_done      INTEGER NOT NULL,
    inserted         INTEGER NOT NULL,
    revised          INTEGER NOT NULL,
    requests         INTEGER NOT NULL,
    requests_planned INTEGER,           -- of a backfill, as are the next five
    units_total      INTEGER,
    units_done       INTEGER,
    window_from      TEXT,
    window_to        TEXT,
    eta              TEXT,
    waiting_for      TEXT,
    waiting_until    TEXT,
    failures         TEXT NOT NULL,     -- a JSON array
    PRIMARY KEY (run_id, provider)
) STRICT, WITHOUT ROWID;
