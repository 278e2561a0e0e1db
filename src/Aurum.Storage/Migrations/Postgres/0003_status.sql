-- A picture of the running system for people and commands; the truth is in the journal.
CREATE TABLE external.provider_status (
    provider           text COLLATE "C" NOT NULL PRIMARY KEY,
    last_run_at        timestamptz,
    last_run_id        text,
    state              text             NOT NULL,
    requests           bigint           NOT NULL,
    permits_spent      integer          NOT NULL,
    daily_quota        integer,
    quota_day          date,
    hold_until         timestamptz,
    breaker            text             NOT NULL,
    breaker_open_until timestamptz,
    updated_at         timestamptz      NOT NULL
);

CREATE TABLE public.external_collect_checkpoints (
    provider             text COLLATE "C" NOT NULL,
    series_id            text COLLATE "C" NOT NULL,
    last_run_at          timestamptz,
    last_run_id          text,
    outcome              text             NOT NULL,
    checkpoint_ts        timestamptz,
    observations         bigint           NOT NULL,
    consecutive_failures integer          NOT NULL,
    last_failure         text,
    updated_at           timestamptz      NOT NULL,
    PRIMARY KEY (provider, series_id)
);
