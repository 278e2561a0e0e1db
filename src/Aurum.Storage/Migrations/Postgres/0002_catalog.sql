-- What is known about series.
CREATE TABLE external.series_catalog (
    provider            text COLLATE "C" NOT NULL,
    series_id           text COLLATE "C" NOT NULL,
    dataset_code        text,
    title               text             NOT NULL,
    description         text,
    unit_code           text,
    frequency_code      text,
    geo_id              text,
    status              text,
    category            text,
    source_url          text,
    notes               text,
    start_ts            timestamptz,
    end_ts              timestamptz,
    last_observation_ts timestamptz,
    asof_date           date,
    created_at          timestamptz      NOT NULL,  -- first read here
    updated_at          timestamptz,                -- last changed by the provider
    ingest_ts           timestamptz      NOT NULL,  -- last read here
    tags                text[],
    metadata            jsonb,
    version             integer,
    PRIMARY KEY (provider, series_id)
);
