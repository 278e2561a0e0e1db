-- What a person has done about a row that was set aside; null while nobody has. Rows are never deleted: what came of each is part of the audit.
ALTER TABLE external.timeseries_observation_quarantine
    ADD COLUMN closed_at     timestamptz,
    ADD COLUMN closed_by     text,
    ADD COLUMN closed_how    text CHECK (closed_how IN ('dropped', 'replayed')),
    ADD COLUMN closed_reason text;

CREATE INDEX timeseries_observation_quarantine_newest ON external.timeseries_observation_quarantine (quarantined_at DESC, id DESC);
