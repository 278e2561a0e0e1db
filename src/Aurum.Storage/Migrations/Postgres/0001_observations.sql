-- Not IF NOT EXISTS, which asks for the right to create schemas even where an administrator has made this one.
DO $$ BEGIN
    IF to_regnamespace('external') IS NULL THEN
        CREATE SCHEMA external;
    END IF;
END $$;

-- Every vintage of every value. A provider's partition is made by aurum when it first meets the provider.
-- "C" sorts by code point, as aurum does; no locale of the operating system can change the order of the key.
CREATE TABLE external.timeseries_observation (
    provider        text COLLATE "C" NOT NULL,
    series_id       text COLLATE "C" NOT NULL,
    timestamp       timestamptz      NOT NULL,  -- the provider's own date of the period, 00:00 UTC
    asof_date       date             NOT NULL,  -- the day the value became known
    value           double precision,           -- null where the provider says the value is missing
    value_raw       text,                       -- the provider's text where value does not print as the same text
    unit_code       text,
    geo_id          text,
    dataset_code    text,
    frequency_code  text,
    status          text,                       -- the provider's flag: estimated, preliminary
    quality_flag    text,                       -- set when the value failed a check of the provider
    ingest_ts       timestamptz      NOT NULL,
    ingest_run_id   text             NOT NULL,
    source_event_id text             NOT NULL,
    metadata        jsonb,
    PRIMARY KEY (provider, series_id, timestamp, asof_date)
) PARTITION BY LIST (provider);

-- The newest vintage of each timestamp.
CREATE VIEW external.timeseries_observation_latest AS
SELECT DISTINCT ON (provider, series_id, timestamp)
       provider,
       series_id,
       timestamp,
       asof_date,
       value,
       value_raw,
       unit_code,
       geo_id,
       dataset_code,
       frequency_code,
       status,
       quality_flag,
       ingest_ts,
       ingest_run_id,
       source_event_id,
       metadata
FROM external.timeseries_observation
ORDER BY provider, series_id, timestamp, asof_date DESC;

-- Observations that broke a rule, as they came, with the place in the topic they came from.
CREATE TABLE external.timeseries_observation_quarantine (
    id             bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    provider       text        COLLATE "C" NOT NULL,
    series_id      text        COLLATE "C" NOT NULL,
    reasons        text[]      NOT NULL,
    record         json        NOT NULL,
    topic          text        NOT NULL,
    partition      integer     NOT NULL,
    "offset"       bigint      NOT NULL,
    quarantined_at timestamptz NOT NULL,
    UNIQUE (topic, partition, "offset")
);

CREATE INDEX timeseries_observation_quarantine_series ON external.timeseries_observation_quarantine (provider, series_id, quarantined_at);
