-- What providers said of the datasets whose series only they can list, for people and for plans; the truth is in the journal.
CREATE TABLE dataset_listing (
    provider    TEXT NOT NULL,
    dataset_key TEXT NOT NULL,
    answers     TEXT NOT NULL, -- a JSON array of texts
    listed_at   TEXT NOT NULL,
    PRIMARY KEY (provider, dataset_key)
) STRICT, WITHOUT ROWID;
