-- What providers said of the datasets whose series only they can list, for people and for plans; the truth is in the journal.
CREATE TABLE external.dataset_listing (
    provider    text COLLATE "C" NOT NULL,
    dataset_key text COLLATE "C" NOT NULL,
    answers     text[]           NOT NULL,
    listed_at   timestamptz      NOT NULL,
    PRIMARY KEY (provider, dataset_key)
);
