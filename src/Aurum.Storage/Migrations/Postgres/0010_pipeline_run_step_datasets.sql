-- What a step did for each dataset: an array of {dataset, series_total, series_done, series_failed, inserted, revised}.
ALTER TABLE external.pipeline_run_step ADD COLUMN datasets jsonb NOT NULL DEFAULT '[]';
