-- A series and what is stored of it. The counts are kept by the store with every write, in the same transaction.
CREATE TABLE series (
    series_key        INTEGER PRIMARY KEY,
    provider          TEXT    NOT NULL,
    series_id         TEXT    NOT NULL,
    observation_count INTEGER NOT NULL DEFAULT 0,  -- timestamps, each counted once
    row_count         INTEGER NOT NULL DEFAULT 0,  -- every vintage counted
    UNIQUE (provider, series_id)
) STRICT;

-- What the observations written together share.
CREATE TABLE ingest_batch (
    batch_key       INTEGER PRIMARY KEY,
    ingest_ts       TEXT NOT NULL,
    ingest_run_id   TEXT NOT NULL,
    source_event_id TEXT NOT NULL,
    unit_code       TEXT,
    geo_id          TEXT,
    dataset_code    TEXT,
    frequency_code  TEXT
) STRICT;

CREATE TABLE observation (
    series_key   INTEGER NOT NULL REFERENCES series (series_key),
    timestamp    INTEGER NOT NULL,  -- seconds since 1970-01-01T00:00:00Z
    asof_date    INTEGER NOT NULL,  -- days since 1970-01-01
    value        REAL,
    value_raw    TEXT,
    status       TEXT,
    quality_flag TEXT,
    metadata     TEXT,              -- a JSON object of strings
    batch_key    INTEGER NOT NULL REFERENCES ingest_batch (batch_key),
    PRIMARY KEY (series_key, timestamp, asof_date)
) STRICT, WITHOUT ROWID;

CREATE TABLE series_catalog (
    provider       TEXT NOT NULL,
    series_id      TEXT NOT NULL,
    dataset_code   TEXT,
    title          TEXT NOT NULL,
    description    TEXT,
    unit_code      TEXT,
    frequency_code TEXT,
    geo_id         TEXT,
    category       TEXT,
    source_url     TEXT,
    start_ts       TEXT,
    end_ts         TEXT,
    created_at     TEXT NOT NULL,  -- first read here
    updated_at     TEXT,           -- last changed by the provider
    ingest_ts      TEXT NOT NULL,  -- last read here
    metadata       TEXT,
    PRIMARY KEY (provider, series_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE provider_status (
    provider           TEXT    NOT NULL PRIMARY KEY,
    last_run_at        TEXT,
    last_run_id        TEXT,
    state              TEXT    NOT NULL,
    requests           INTEGER NOT NULL,
    permits_spent      INTEGER NOT NULL,
    daily_quota        INTEGER,
    quota_day          TEXT,
    hold_until         TEXT,
    breaker            TEXT    NOT NULL,
    breaker_open_until TEXT,
    updated_at         TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE external_collect_checkpoints (
    provider             TEXT    NOT NULL,
    series_id            TEXT    NOT NULL,
    last_run_at          TEXT,
    last_run_id          TEXT,
    outcome              TEXT    NOT NULL,
    checkpoint_ts        TEXT,
    observations         INTEGER NOT NULL,
    consecutive_failures INTEGER NOT NULL,
    last_failure         TEXT,
    updated_at           TEXT    NOT NULL,
    PRIMARY KEY (provider, series_id)
) STRICT, WITHOUT ROWID;

-- For people with sqlite3: every vintage, under the names PostgreSQL and Kafka use.
CREATE VIEW timeseries_observation AS
SELECT s.provider,
       s.series_id,
       strftime('%Y-%m-%dT%H:%M:%SZ', o.timestamp, 'unixepoch') AS timestamp,
       date(o.asof_date * 86400, 'unixepoch') AS asof_date,
       o.value,
       o.value_raw,
       b.unit_code,
       b.geo_id,
       b.dataset_code,
       b.frequency_code,
       o.status,
       o.quality_flag,
       b.ingest_ts,
       b.ingest_run_id,
       b.source_event_id,
       o.metadata
FROM series AS s
JOIN observation AS o ON o.series_key = s.series_key
JOIN ingest_batch AS b ON b.batch_key = o.batch_key;

-- The newest vintage of each timestamp.
CREATE VIEW timeseries_observation_latest AS
SELECT s.provider,
       s.series_id,
       strftime('%Y-%m-%dT%H:%M:%SZ', o.timestamp, 'unixepoch') AS timestamp,
       date(o.asof_date * 86400, 'unixepoch') AS asof_date,
       o.value,
       o.value_raw,
       b.unit_code,
       b.geo_id,
       b.dataset_code,
       b.frequency_code,
       o.status,
       o.quality_flag,
       b.ingest_ts,
       b.ingest_run_id,
       b.source_event_id,
       o.metadata
FROM series AS s
JOIN observation AS o ON o.series_key = s.series_key
JOIN ingest_batch AS b ON b.batch_key = o.batch_key
WHERE NOT EXISTS (
    SELECT 1
    FROM observation AS later
    WHERE later.series_key = o.series_key AND later.timestamp = o.timestamp AND later.asof_date > o.asof_date);
