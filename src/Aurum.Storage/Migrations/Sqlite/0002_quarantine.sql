-- Observations that broke a rule, as they came, with the place in the topic they came from.
CREATE TABLE timeseries_observation_quarantine (
    id             INTEGER PRIMARY KEY,
    provider       TEXT    NOT NULL,
    series_id      TEXT    NOT NULL,
    reasons        TEXT    NOT NULL,  -- a JSON array of strings
    record         TEXT    NOT NULL,  -- a JSON document
    topic          TEXT    NOT NULL,
    partition      INTEGER NOT NULL,
    "offset"       INTEGER NOT NULL,
    quarantined_at TEXT    NOT NULL,
    UNIQUE (topic, partition, "offset")
) STRICT;
